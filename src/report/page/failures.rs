//! Section 4: denied and failed calls.

use super::{
    ColumnKind, PageBlock, PageBuilder, PageRow, PageTable, Section, call, number, or_none, span,
};
use crate::report::model::{DeniedCall, FailedCall};

impl<'r> PageBuilder<'r> {
    pub(super) fn failures(&self) -> Section<'r> {
        let refused = &self.report.failures;
        let rows = refused.denied.rows.iter().map(denied);
        let many = crate::text::plural(refused.all_denied.events, "event");
        let mut blocks = vec![PageBlock::Table(PageTable {
            caption: format!("Denied: {many}"),
            columns: vec![
                ("events", ColumnKind::Number),
                ("call", ColumnKind::Text),
                ("action and policy", ColumnKind::Below),
                ("error code", ColumnKind::Below),
                ("when", ColumnKind::Below),
            ],
            rows: rows.collect(),
            count: refused.denied.count,
            all: Some(&refused.all_denied),
            none: "no denied calls",
        })];
        let others = [
            (
                "Rejected credentials and failed sign-ins",
                &refused.not_authenticated,
            ),
            ("Throttled", &refused.throttled),
            ("Other errors", &refused.other),
        ];
        if others.iter().all(|(_, list)| list.count == 0) {
            blocks.push(PageBlock::Prose("No other errors.".to_owned()));
        }
        for (caption, list) in others.into_iter().filter(|(_, list)| list.count > 0) {
            blocks.push(PageBlock::Table(PageTable {
                caption: caption.to_owned(),
                columns: vec![
                    ("events", ColumnKind::Number),
                    ("call", ColumnKind::Text),
                    ("error code", ColumnKind::Below),
                    ("when", ColumnKind::Below),
                ],
                rows: list.rows.iter().map(failed).collect(),
                count: list.count,
                all: None,
                none: "",
            }));
        }
        Section {
            id: "failures",
            title: "4. Denied and failed calls",
            blocks,
        }
    }
}

fn denied(row: &DeniedCall) -> PageRow<'_> {
    let said = &row.said;
    let mut words = Vec::new();
    words.extend(said.action.clone());
    words.extend(said.resource.as_ref().map(|it| format!("on {it}")));
    match (said.effect, &said.policy_kind) {
        (None, _) => {}
        (Some(effect), None) => words.push(format!("({} deny)", effect.name())),
        (Some(effect), Some(kind)) => {
            let policy = if kind.ends_with("boundary") {
                kind.clone()
            } else {
                format!("{kind} policy")
            };
            words.push(format!("({} deny, {policy})", effect.name()));
        }
    }
    words.extend(said.policy_arn.as_ref().map(|arn| format!("by {arn}")));
    words.extend(said.reason.as_ref().map(|why| format!("because {why}")));
    if said.encoded {
        words.push(
            "the rest is encoded: decode it with `aws sts decode-authorization-message`".to_owned(),
        );
    }
    if words.is_empty() {
        words.push(or_none(&row.message));
    }
    PageRow {
        cells: vec![
            number(row.events.events),
            call(&row.source, &row.name),
            words.join(" "),
            row.code.clone(),
            span(row.first.as_deref(), row.last.as_deref()),
        ],
        figures: vec![("all", &row.events)],
        event: None,
    }
}

fn failed(row: &FailedCall) -> PageRow<'_> {
    PageRow {
        cells: vec![
            number(row.events.events),
            call(&row.source, &row.name),
            match row.code.as_str() {
                "" => "(no error code)".to_owned(),
                code => code.to_owned(),
            },
            span(row.first.as_deref(), row.last.as_deref()),
        ],
        figures: vec![("all", &row.events)],
        event: None,
    }
}
