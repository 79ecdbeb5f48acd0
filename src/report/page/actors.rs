//! Section 1: identities. Up to three are shown as facts, more as a table.

use super::{
    Branch, ColumnKind, Fact, PageBlock, PageBuilder, PageRow, PageTable, Section, count_cells,
    counted, fact, figures, number, or_none, when,
};
use crate::report::model::{
    EventList, IdentitySummary, IssuedSession, KeyOrigin, OriginEnd, TopRows,
};
use crate::report::section::way;

/// Maximum number of identities that are shown as facts.
const FEW: u64 = 3;

impl<'r> PageBuilder<'r> {
    pub(super) fn actors(&self) -> Section<'r> {
        let who = &self.report.actors;
        let mut blocks = Vec::new();
        let identities = &who.identities;
        if identities.count > FEW {
            blocks.push(self.identities());
        } else {
            for identity in &identities.rows {
                blocks.push(PageBlock::Heading(or_none(&identity.principal)));
                blocks.push(PageBlock::Facts(about(identity)));
                if identity.access_keys.count > 0 {
                    blocks.push(self.named("Access keys", "access key", &identity.access_keys, ""));
                }
                if identity.sessions.count > 0 {
                    blocks.push(self.named("Sessions", "session", &identity.sessions, ""));
                }
            }
        }
        self.chain(&mut blocks);
        if who.sign_ins.all.events > 0 {
            let EventList { all, rows } = &who.sign_ins;
            let caption = "Console sign-ins and role switches";
            blocks.push(self.lines(caption, rows, Some(all), ""));
        }
        if who.federated_subjects.count > 0 {
            let rows = who.federated_subjects.rows.iter().map(|subject| PageRow {
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
                caption: "Users of identity providers (SAML, OIDC)".to_owned(),
                columns: vec![
                    ("events", ColumnKind::Number),
                    ("subject", ColumnKind::Text),
                    ("provider", ColumnKind::Below),
                    ("kind", ColumnKind::Below),
                ],
                rows: rows.collect(),
                count: who.federated_subjects.count,
                all: None,
                none: "",
            }));
        }
        if who.shared_calls.count > 0 {
            let rows = who.shared_calls.rows.iter().map(|shared| PageRow {
                cells: vec![
                    number(shared.events.events),
                    match shared.caller.as_str() {
                        "" => "(an AWS service, or unknown)".to_owned(),
                        caller => caller.to_owned(),
                    },
                    or_none(&shared.recipient),
                ],
                figures: vec![("all", &shared.events)],
                event: None,
            });
            blocks.push(PageBlock::Table(PageTable {
                caption: "Calls with a sharedEventID: if the accounts differ, both have a record of the call; calls of \
                          service roles have one, too"
                    .to_owned(),
                columns: vec![
                    ("events", ColumnKind::Number),
                    ("account of the caller", ColumnKind::Id),
                    ("account that received the event", ColumnKind::Text),
                ],
                rows: rows.collect(),
                count: who.shared_calls.count,
                all: None,
                none: "",
            }));
        }
        if blocks.is_empty() {
            blocks.push(PageBlock::Prose("No events are selected.".to_owned()));
        }
        Section {
            id: "identities",
            title: "1. Identities",
            blocks,
        }
    }

    /// The origin of access keys, and the sessions that were issued.
    fn chain(&self, blocks: &mut Vec<PageBlock<'r>>) {
        let who = &self.report.actors;
        if who.key_origins.count > 0 {
            blocks.push(PageBlock::Heading("Origin of its access keys".to_owned()));
            let origins = who.key_origins.rows.iter();
            let (missing, known): (Vec<&KeyOrigin>, Vec<_>) =
                origins.partition(|it| it.steps.is_empty() && it.end == OriginEnd::Missing);
            let texts = match missing.as_slice() {
                [] | [_] => missing.iter().map(|it| it.text.clone()).collect(),
                several => vec![of_unknown_origin(several)],
            };
            let known = known.iter().map(|it| it.text.clone());
            let mut branches: Vec<_> = known
                .chain(texts)
                .map(|text| Branch { depth: 0, text })
                .collect();
            branches.extend(more(&who.key_origins));
            blocks.push(PageBlock::Tree(branches));
        }
        if who.issued_sessions.count > 0 {
            let title = if self.report.single_identity {
                "Sessions issued to it"
            } else {
                "Issued sessions"
            };
            blocks.push(PageBlock::Heading(title.to_owned()));
            let sessions = who.issued_sessions.rows.iter();
            let mut branches: Vec<_> = sessions
                .map(|session| Branch {
                    depth: session.depth,
                    text: branch(session),
                })
                .collect();
            branches.extend(more(&who.issued_sessions));
            blocks.push(PageBlock::Tree(branches));
        } else if self.report.single_identity {
            let text = "The input contains no session that was issued to it.";
            blocks.push(PageBlock::Prose(text.to_owned()));
        }
    }

    fn identities(&self) -> PageBlock<'r> {
        let identities = &self.report.actors.identities;
        let rows = identities.rows.iter().map(|identity| {
            let mut cells = count_cells(&identity.counts);
            let mut about = vec![identity.types.join(", ")];
            for (list, name) in [
                (&identity.access_keys, "access key"),
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
        columns.insert(4, ("type", ColumnKind::Below));
        PageBlock::Table(PageTable {
            caption: "Identities".to_owned(),
            columns,
            rows: rows.collect(),
            count: identities.count,
            all: Some(&self.report.selected.all),
            none: "no events are selected",
        })
    }
}

/// One sentence for all of them, because the console uses up to a hundred such keys per hour for one person.
fn of_unknown_origin(origins: &[&KeyOrigin]) -> String {
    let keys: Vec<&str> = origins.iter().map(|it| it.key.as_str()).collect();
    format!(
        "the calls that issued these access keys are not in the input (CloudTrail never records them for console \
         sessions): {}",
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

/// A line of the tree: key, identity, and the call that issued it.
fn branch(session: &IssuedSession) -> String {
    // A role session is named by its role and its session name, so the ARN would repeat both.
    let is_named = session.role.is_some() && session.session.is_some();
    let who = session.who.as_ref().filter(|_| !is_named);
    let mut text = match (&session.key, who) {
        (Some(key), Some(who)) => format!("{key} {who}"),
        (Some(key), None) => key.clone(),
        (None, Some(who)) => format!("(no key) {who}"),
        (None, None) => "(unknown key)".to_owned(),
    };
    if session.call.is_some() || session.is_likely {
        text.push_str(&format!(": {}", way(session)));
    }
    match session.repeat {
        Some("above") => text.push_str(" [already above: a cycle]"),
        Some(_) => text.push_str(" [listed elsewhere in this tree]"),
        None if session.is_unused && session.call.is_some() => {
            text.push_str(" [unused: the input contains no event made with it]");
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
        ("type", &identity.types),
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
        mfa.push(format!("{} without this information", number(unsaid)));
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
                "{} with credentials of a console session",
                number(identity.from_console.events)
            ),
            figures: vec![("all", &identity.from_console)],
        });
    }
    facts
}
