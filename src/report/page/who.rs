//! Section 1: one identity in facts, several in a table. Not for: finding them.

use super::{
    Block, Fact, Kind, Maker, Row, Section, Table, count_cells, counted, fact, figures, number,
    or_none, when,
};
use crate::report::model::{Identity, Lines};

/// Up to so many identities are told in facts each.
const FEW: u64 = 3;

impl<'r> Maker<'r> {
    pub(super) fn who(&self) -> Section<'r> {
        let who = &self.report.who;
        let mut blocks = Vec::new();
        let identities = &who.identities;
        if identities.count > FEW {
            blocks.push(self.identities());
        } else {
            for identity in &identities.rows {
                blocks.push(Block::Heading(or_none(&identity.principal)));
                blocks.push(Block::Facts(about(identity)));
                if identity.keys.count > 0 {
                    blocks.push(self.named("Access keys", "access key", &identity.keys, ""));
                }
                if identity.sessions.count > 0 {
                    blocks.push(self.named("Sessions", "session", &identity.sessions, ""));
                }
            }
        }
        if who.sign_ins.all.events > 0 {
            let Lines { all, rows } = &who.sign_ins;
            let caption = "Sign-ins to the console, and role switches in it";
            blocks.push(self.lines(caption, rows, Some(all), ""));
        }
        if who.subjects.count > 0 {
            let rows = who.subjects.rows.iter().map(|subject| Row {
                cells: vec![
                    number(subject.events.events),
                    or_none(&subject.subject),
                    subject.provider.clone(),
                    subject.kind.clone(),
                ],
                figures: vec![("all", &subject.events)],
                event: None,
            });
            blocks.push(Block::Table(Table {
                caption: "Let in by an identity provider (SAML, OIDC)".to_owned(),
                columns: vec![
                    ("events", Kind::Number),
                    ("subject", Kind::Text),
                    ("provider", Kind::Below),
                    ("kind", Kind::Below),
                ],
                rows: rows.collect(),
                count: who.subjects.count,
                all: None,
                none: "",
            }));
        }
        if who.shared.count > 0 {
            let rows = who.shared.rows.iter().map(|shared| Row {
                cells: vec![
                    number(shared.events.events),
                    or_none(&shared.caller),
                    or_none(&shared.recipient),
                ],
                figures: vec![("all", &shared.events)],
                event: None,
            });
            blocks.push(Block::Table(Table {
                caption: "Calls of which another account has a copy (sharedEventID)".to_owned(),
                columns: vec![
                    ("events", Kind::Number),
                    ("account of the caller", Kind::Id),
                    ("account that was called", Kind::Text),
                ],
                rows: rows.collect(),
                count: who.shared.count,
                all: None,
                none: "",
            }));
        }
        if blocks.is_empty() {
            blocks.push(Block::Prose("No event is selected.".to_owned()));
        }
        Section {
            id: "who",
            title: "1. Who acted",
            blocks,
        }
    }

    fn identities(&self) -> Block<'r> {
        let identities = &self.report.who.identities;
        let rows = identities.rows.iter().map(|identity| {
            let mut cells = count_cells(&identity.counts);
            let mut about = vec![identity.kinds.join(", ")];
            for (list, name) in [
                (&identity.keys, "access key"),
                (&identity.sessions, "session"),
            ] {
                about.extend((list.count > 0).then(|| crate::dump::plural(list.count, name)));
            }
            about.retain(|text| !text.is_empty());
            cells.extend([
                or_none(&identity.principal),
                about.join(", "),
                when(&identity.counts),
            ]);
            Row {
                cells,
                figures: figures(&identity.counts),
                event: None,
            }
        });
        let mut columns = counted("identity");
        columns.insert(4, ("what it is", Kind::Below));
        Block::Table(Table {
            caption: "Identities".to_owned(),
            columns,
            rows: rows.collect(),
            count: identities.count,
            all: Some(&self.report.selected.all),
            none: "no event is selected",
        })
    }
}

fn about(identity: &Identity) -> Vec<Fact<'_>> {
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
