//! Section 1: one identity in facts, several in a table. Not for: finding them.

use super::{
    Branch, ColumnKind, Fact, PageBlock, PageBuilder, PageRow, PageTable, Section, count_cells,
    counted, fact, figures, number, or_none, when,
};
use crate::report::model::{
    EventList, IdentitySummary, IssuedSession, KeyOrigin, OriginEnd, TopRows,
};
use crate::report::section::way;

/// Up to so many identities are told in facts each.
const FEW: u64 = 3;

impl<'r> PageBuilder<'r> {
    pub(super) fn who(&self) -> Section<'r> {
        let who = &self.report.who;
        let mut blocks = Vec::new();
        let identities = &who.identities;
        if identities.count > FEW {
            blocks.push(self.identities());
        } else {
            for identity in &identities.rows {
                blocks.push(PageBlock::Heading(or_none(&identity.principal)));
                blocks.push(PageBlock::Facts(about(identity)));
                if identity.keys.count > 0 {
                    blocks.push(self.named("Access keys", "access key", &identity.keys, ""));
                }
                if identity.sessions.count > 0 {
                    blocks.push(self.named("Sessions", "session", &identity.sessions, ""));
                }
            }
        }
        self.chain(&mut blocks);
        if who.sign_ins.all.events > 0 {
            let EventList { all, rows } = &who.sign_ins;
            let caption = "Sign-ins to the console, and role switches in it";
            blocks.push(self.lines(caption, rows, Some(all), ""));
        }
        if who.subjects.count > 0 {
            let rows = who.subjects.rows.iter().map(|subject| PageRow {
                cells: vec![
                    number(subject.events.events),
                    or_none(&subject.subject),
                    subject.provider.clone(),
                    subject.kind.clone(),
                ],
                figures: vec![("all", &subject.events)],
                event: None,
            });
            blocks.push(PageBlock::Table(PageTable {
                caption: "Let in by an identity provider (SAML, OIDC)".to_owned(),
                columns: vec![
                    ("events", ColumnKind::Number),
                    ("subject", ColumnKind::Text),
                    ("provider", ColumnKind::Below),
                    ("kind", ColumnKind::Below),
                ],
                rows: rows.collect(),
                count: who.subjects.count,
                all: None,
                none: "",
            }));
        }
        if who.shared.count > 0 {
            let rows = who.shared.rows.iter().map(|shared| PageRow {
                cells: vec![
                    number(shared.events.events),
                    match shared.caller.as_str() {
                        "" => "(a service, or not told)".to_owned(),
                        caller => caller.to_owned(),
                    },
                    or_none(&shared.recipient),
                ],
                figures: vec![("all", &shared.events)],
                event: None,
            });
            blocks.push(PageBlock::Table(PageTable {
                caption: "Calls with a sharedEventID: where the accounts differ, both have a record of it; \
                          roles of services have one, too"
                    .to_owned(),
                columns: vec![
                    ("events", ColumnKind::Number),
                    ("account of the caller", ColumnKind::Id),
                    ("account that was called", ColumnKind::Text),
                ],
                rows: rows.collect(),
                count: who.shared.count,
                all: None,
                none: "",
            }));
        }
        if blocks.is_empty() {
            blocks.push(PageBlock::Prose("No event is selected.".to_owned()));
        }
        Section {
            id: "who",
            title: "1. Who acted",
            blocks,
        }
    }

    /// Where keys came from, and what was born of them.
    fn chain(&self, blocks: &mut Vec<PageBlock<'r>>) {
        let who = &self.report.who;
        if who.came_from.count > 0 {
            blocks.push(PageBlock::Heading("Where its keys came from".to_owned()));
            let origins = who.came_from.rows.iter();
            let (missing, known): (Vec<&KeyOrigin>, Vec<_>) =
                origins.partition(|it| it.steps.is_empty() && it.end == OriginEnd::Missing);
            let texts = match missing.as_slice() {
                [] | [_] => missing.iter().map(|it| it.text.clone()).collect(),
                several => vec![of_unknown_births(several)],
            };
            let known = known.iter().map(|it| it.text.clone());
            let mut branches: Vec<_> = known
                .chain(texts)
                .map(|text| Branch { depth: 0, text })
                .collect();
            branches.extend(more(&who.came_from));
            blocks.push(PageBlock::Tree(branches));
        }
        if who.became.count > 0 {
            let title = if self.report.is_about_one {
                "What it became"
            } else {
                "Who became whom"
            };
            blocks.push(PageBlock::Heading(title.to_owned()));
            let sessions = who.became.rows.iter();
            let mut branches: Vec<_> = sessions
                .map(|session| Branch {
                    depth: session.depth,
                    text: branch(session),
                })
                .collect();
            branches.extend(more(&who.became));
            blocks.push(PageBlock::Tree(branches));
        } else if self.report.is_about_one {
            let text = "No session was born of it, as far as the input says.";
            blocks.push(PageBlock::Prose(text.to_owned()));
        }
    }

    fn identities(&self) -> PageBlock<'r> {
        let identities = &self.report.who.identities;
        let rows = identities.rows.iter().map(|identity| {
            let mut cells = count_cells(&identity.counts);
            let mut about = vec![identity.kinds.join(", ")];
            for (list, name) in [
                (&identity.keys, "access key"),
                (&identity.sessions, "session"),
            ] {
                about.extend((list.count > 0).then(|| crate::text::plural(list.count, name)));
            }
            about.retain(|text| !text.is_empty());
            cells.extend([
                or_none(&identity.principal),
                about.join(", "),
                when(&identity.counts),
            ]);
            PageRow {
                cells,
                figures: figures(&identity.counts),
                event: None,
            }
        });
        let mut columns = counted("identity");
        columns.insert(4, ("what it is", ColumnKind::Below));
        PageBlock::Table(PageTable {
            caption: "Identities".to_owned(),
            columns,
            rows: rows.collect(),
            count: identities.count,
            all: Some(&self.report.selected.all),
            none: "no event is selected",
        })
    }
}

/// One sentence for all: a person in the console uses a hundred such keys in an hour.
fn of_unknown_births(origins: &[&KeyOrigin]) -> String {
    let keys: Vec<&str> = origins.iter().map(|it| it.key.as_str()).collect();
    format!(
        "these keys are of sessions whose births are not in the input (those that the console makes for somebody who \
         signed in never are): {}",
        keys.join(", ")
    )
}

fn more<T>(list: &TopRows<T>) -> Option<Branch> {
    let left = list.count.saturating_sub(list.rows.len() as u64);
    (left > 0).then(|| Branch {
        depth: 0,
        text: format!("… and {} more", number(left)),
    })
}

/// A line of the tree: what it is, and how it came to be.
fn branch(session: &IssuedSession) -> String {
    // Of a role session that is named in full, who it is says nothing more.
    let is_named = session.role.is_some() && session.session.is_some();
    let who = session.who.as_ref().filter(|_| !is_named);
    let mut text = match (&session.key, who) {
        (Some(key), Some(who)) => format!("{key} {who}"),
        (Some(key), None) => key.clone(),
        (None, Some(who)) => format!("(no key) {who}"),
        (None, None) => "(key not told)".to_owned(),
    };
    if session.call.is_some() || session.is_likely {
        text.push_str(&format!(": {}", way(session)));
    }
    match session.repeat {
        Some("above") => text.push_str(" [stands above: a cycle]"),
        Some(_) => text.push_str(" [told elsewhere in this tree]"),
        None if session.is_unused && session.call.is_some() => {
            text.push_str(" [no event made with it is in the input]");
        }
        None => {}
    }
    text
}

fn about(identity: &IdentitySummary) -> Vec<Fact<'_>> {
    let counts = &identity.counts;
    let mut facts = vec![Fact {
        name: "events",
        text: format!(
            "{}: {} ok, {} denied, {} failed",
            number(counts.all.events),
            number(counts.ok.events),
            number(counts.denied.events),
            number(counts.failed.events)
        ),
        figures: figures(counts),
    }];
    facts.push(fact("time", or_none(&when(counts))));
    for (name, texts) in [
        ("type", &identity.kinds),
        ("account", &identity.accounts),
        ("user name", &identity.user_names),
        ("source identity", &identity.source_identities),
        ("invoked by", &identity.invoked_by),
    ] {
        if !texts.is_empty() {
            facts.push(fact(name, texts.join(", ")));
        }
    }
    let mut mfa = Vec::new();
    let mut of_mfa = Vec::new();
    for (figure, words) in [
        (&identity.with_mfa, "with"),
        (&identity.without_mfa, "without"),
    ] {
        if figure.events > 0 {
            mfa.push(format!("{} {words}", number(figure.events)));
            of_mfa.push((words, figure));
        }
    }
    let said = identity.with_mfa.events + identity.without_mfa.events;
    let unsaid = counts.all.events.saturating_sub(said);
    if unsaid > 0 {
        mfa.push(format!("{} that don't say", number(unsaid)));
    }
    facts.push(Fact {
        name: "MFA",
        text: mfa.join(", "),
        figures: of_mfa,
    });
    if identity.from_console.events > 0 {
        facts.push(Fact {
            name: "console",
            text: format!(
                "{} with credentials of the console",
                number(identity.from_console.events)
            ),
            figures: vec![("all", &identity.from_console)],
        });
    }
    facts
}
