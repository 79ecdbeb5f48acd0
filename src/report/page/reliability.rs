//! The overview, and section 9: the inputs, and what may be missing from them.

use std::collections::HashMap;

use super::{
    ColumnKind, Fact, PageBlock, PageBuilder, PageRow, PageTable, Section, fact, figures, number,
    or_none, when,
};

use crate::report::model::InputFinding;

/// Number of inputs that are named if a finding is about several.
const NAMED: usize = 3;

impl<'r> PageBuilder<'r> {
    pub(super) fn overview(&self) -> Section<'r> {
        let report = self.report;
        let counts = &report.selected;
        let outcomes = [
            (counts.ok.events, "ok"),
            (counts.denied.events, "denied"),
            (counts.failed.events, "failed"),
            (counts.unreadable.events, "with an unreadable record"),
        ];
        let outcomes = outcomes.iter().filter(|(count, _)| *count > 0);
        let outcomes: Vec<_> = outcomes
            .map(|(count, name)| format!("{} {name}", number(*count)))
            .collect();
        let mut text = number(counts.all.events);
        if !outcomes.is_empty() {
            text.push_str(&format!(": {}", outcomes.join(", ")));
        }
        let mut facts = vec![
            Fact {
                name: "events",
                text,
                figures: figures(counts),
            },
            fact("time", or_none(&when(counts))),
            fact("zone", report.time_zone.clone()),
        ];
        let worst = |name: &str| {
            let findings = report.reliability.findings.iter();
            findings
                .filter(|found| found.finding.severity.name() == name)
                .count() as u64
        };
        let (errors, warnings) = (worst("error"), worst("warning"));
        if errors + warnings > 0 {
            let error = crate::text::plural(errors, "error");
            let warning = crate::text::plural(warnings, "warning");
            let text = format!("{error} and {warning}: the dump may be incomplete, see section 9");
            facts.push(fact("reliability", text));
        }
        Section {
            id: "overview",
            title: "Overview",
            blocks: vec![PageBlock::Facts(facts)],
        }
    }

    pub(super) fn reliability(&self) -> Section<'r> {
        let trust = &self.report.reliability;
        let argv: Vec<String> = trust
            .argv
            .iter()
            .map(|word| crate::report::command::word(word).unwrap_or_else(|| word.clone()))
            .collect();
        let account = format!(
            "{} found = {} selected + {} filtered + {} duplicates",
            number(trust.found),
            number(self.report.selected.all.events),
            number(trust.filtered),
            number(trust.duplicates)
        );
        let mut facts = vec![
            fact("command", argv.join(" ")),
            fact("version", format!("trailsift {}", trust.version)),
            fact(
                "time zone",
                format!(
                    "{}, data of {}",
                    self.report.time_zone, trust.time_zone_data
                ),
            ),
            fact("now", trust.now.clone()),
            fact("events", account),
        ];
        if trust.unreadable > 0 {
            facts.push(fact(
                "unreadable",
                crate::text::plural(trust.unreadable, "record"),
            ));
        }
        if trust.damaged_bytes > 0 {
            facts.push(fact(
                "damaged",
                crate::text::plural(trust.damaged_bytes, "byte"),
            ));
        }
        let inputs = trust.inputs.iter().map(|input| {
            let sha256 = input.source.sha256.as_deref();
            let sha256 = sha256.map(|sum| format!("SHA-256 {sum}"));
            PageRow {
                cells: vec![
                    number(input.events),
                    input.source.bytes.map(number).unwrap_or_default(),
                    input.name.clone(),
                    sha256.unwrap_or_else(|| {
                        "no SHA-256: the file changed or could not be read again".to_owned()
                    }),
                ],
                figures: Vec::new(),
                event: None,
            }
        });
        let findings = alike(&trust.findings);
        let findings = findings.iter().map(|(found, wheres)| PageRow {
            cells: vec![
                found.finding.severity.name().to_owned(),
                format!("{}: {}", found.finding.id, found.finding.reason),
                format!("→ {}", found.finding.advice),
                places(wheres),
            ],
            figures: Vec::new(),
            event: None,
        });
        let findings: Vec<_> = findings.collect();
        if trust.omitted_notes > 0 {
            facts.push(fact(
                "omitted",
                format!(
                    "{} about single inputs; to list them, run `trailsift inspect`",
                    crate::text::plural(trust.omitted_notes, "note")
                ),
            ));
        }
        Section {
            id: "reliability",
            title: "9. Reliability of the inputs",
            blocks: vec![
                PageBlock::Facts(facts),
                PageBlock::Table(PageTable {
                    caption: "Findings about the inputs".to_owned(),
                    columns: vec![
                        ("severity", ColumnKind::Id),
                        ("finding", ColumnKind::Text),
                        ("next step", ColumnKind::Below),
                        ("where", ColumnKind::Below),
                    ],
                    count: findings.len() as u64,
                    rows: findings,
                    all: None,
                    none: "no findings",
                }),
                PageBlock::Table(PageTable {
                    caption: "Inputs".to_owned(),
                    columns: vec![
                        ("events", ColumnKind::Number),
                        ("bytes", ColumnKind::Number),
                        ("file", ColumnKind::Text),
                        ("SHA-256", ColumnKind::Below),
                    ],
                    rows: inputs.collect(),
                    count: trust.inputs.len() as u64,
                    all: None,
                    none: "none",
                }),
            ],
        }
    }
}

/// Combines equal findings about several inputs, in the order of the first.
fn alike(findings: &[InputFinding]) -> Vec<(&InputFinding, Vec<String>)> {
    let mut places = HashMap::new();
    let mut found: Vec<(&InputFinding, Vec<String>)> = Vec::new();
    for one in findings {
        let finding = &one.finding;
        let says = (finding.id, &finding.reason, &finding.advice);
        let place = *places.entry(says).or_insert(found.len());
        let at = finding.offset.map(|at| format!(", byte {at}"));
        let input = one.input.as_deref().unwrap_or("all inputs");
        let input = format!("{input}{}", at.unwrap_or_default());
        match found.get_mut(place) {
            Some((_, wheres)) => wheres.push(input),
            None => found.push((one, vec![input])),
        }
    }
    found
}

/// `a.json, b.json and 5 more`; only `all inputs` if the finding is also about all.
fn places(wheres: &[String]) -> String {
    if let Some(all) = wheres.iter().find(|it| *it == "all inputs") {
        return all.clone();
    }
    let (named, more) = wheres.split_at(wheres.len().min(NAMED));
    let named = named.join(", ");
    match more.len() as u64 {
        0 => named,
        more => format!("{named} and {} more", number(more)),
    }
}
