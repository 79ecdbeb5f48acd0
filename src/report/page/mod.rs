//! The report as a page: sections of facts, tables and charts, which text, Markdown and HTML write each in its way.
//!
//! Text from events stands here as it is; who writes it makes it harmless. Not for: counting, looks.

mod when;
mod who;

use super::model::{Calls, Counts, Denied, Event, Failed, Figure, Lines, Listed, Named, Report};

pub(super) use when::WEEKDAYS;
pub use when::{Bars, Heat};

/// A report to be read.
pub struct Page<'r> {
    /// What it is about.
    pub title: String,
    /// Its sections, in order.
    pub sections: Vec<Section<'r>>,
    /// The events that rows point to.
    pub events: &'r [Event],
}

/// A section.
pub struct Section<'r> {
    /// A short name.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What is in it.
    pub blocks: Vec<Block<'r>>,
}

/// A part of a section.
pub enum Block<'r> {
    /// A smaller heading.
    Heading(String),
    /// A sentence.
    Prose(String),
    /// Names and what they are.
    Facts(Vec<Fact<'r>>),
    /// Rows.
    Table(Table<'r>),
    /// Hours and weekdays.
    Heat(Heat<'r>),
    /// Along the time.
    Bars(Bars<'r>),
    /// A line a row, as deep as it says.
    Tree(Vec<Branch>),
}

/// A name and what it is.
pub struct Fact<'r> {
    /// What is told.
    pub name: &'static str,
    /// What it is.
    pub text: String,
    /// The events behind it.
    pub figures: Vec<(&'static str, &'r Figure)>,
}

/// A line of a tree.
pub struct Branch {
    /// How many lines it lies below.
    pub depth: usize,
    /// What it says.
    pub text: String,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number.
    Number,
    /// A text that is never broken: a time, an id.
    Id,
    /// Text.
    Text,
    /// Text that may stand below the others.
    Below,
}

/// Rows under headings.
pub struct Table<'r> {
    /// What it is.
    pub caption: String,
    /// The headings.
    pub columns: Vec<(&'static str, Kind)>,
    /// The rows.
    pub rows: Vec<Row<'r>>,
    /// How many rows there are in all.
    pub count: u64,
    /// The events of all rows.
    pub all: Option<&'r Figure>,
    /// What is said where there is no row.
    pub none: &'static str,
}

/// A row.
pub struct Row<'r> {
    /// A text a column.
    pub cells: Vec<String>,
    /// Its figures.
    pub figures: Vec<(&'static str, &'r Figure)>,
    /// The event it is.
    pub event: Option<usize>,
}

/// Lays a report out.
pub fn page(report: &Report) -> Page<'_> {
    let title = match report.conditions.as_slice() {
        [] => "Report on all events".to_owned(),
        conditions => format!("Report on {}", conditions.join(" ")),
    };
    let maker = Maker { report };
    let sections = vec![
        maker.overview(),
        maker.who(),
        maker.what(),
        maker.changed(),
        maker.refused(),
        maker.from_where(),
        maker.on_what(),
        maker.when(),
        maker.worth_a_look(),
        maker.trust(),
    ];
    Page {
        title,
        sections,
        events: &report.events,
    }
}

struct Maker<'r> {
    report: &'r Report,
}

/// A number of events, with a mark at every third digit.
fn number(count: u64) -> String {
    crate::dump::grouped(count)
}

/// A number that says nothing where it is zero.
fn some(count: u64) -> String {
    match count {
        0 => String::new(),
        count => number(count),
    }
}

/// `A to B`, or the one time.
fn span(first: Option<&str>, last: Option<&str>) -> String {
    match (first, last) {
        (Some(first), Some(last)) if first == last => first.to_owned(),
        // Of times on one day the day is told once.
        (Some(first), Some(last)) => match (first.get(..11), last.get(..11)) {
            (Some(day), Some(same)) if day == same && day.ends_with('T') => {
                format!("{first} to {}", &last[11..])
            }
            _ => format!("{first} to {last}"),
        },
        _ => String::new(),
    }
}

fn when(counts: &Counts) -> String {
    span(counts.first.as_deref(), counts.last.as_deref())
}

/// The figures of counts, those that are zero left out.
fn figures(counts: &Counts) -> Vec<(&'static str, &Figure)> {
    let all = [
        ("all", &counts.all),
        ("ok", &counts.ok),
        ("denied", &counts.denied),
        ("failed", &counts.failed),
        ("unreadable", &counts.unknown),
    ];
    all.into_iter()
        .filter(|(_, figure)| figure.events > 0)
        .collect()
}

/// `iam CreateUser`: the service's name says nothing more in full.
pub(super) fn call(source: &str, name: &str) -> String {
    let service = source.strip_suffix(".amazonaws.com").unwrap_or(source);
    match (service, name) {
        ("", name) => name.to_owned(),
        (service, name) => format!("{service}:{name}"),
    }
}

/// A text, or what to say where there is none.
fn or_none(text: &str) -> String {
    match text {
        "" => "(none)".to_owned(),
        text => text.to_owned(),
    }
}

const COUNTED: [(&str, Kind); 3] = [
    ("events", Kind::Number),
    ("denied", Kind::Number),
    ("failed", Kind::Number),
];

fn counted(title: &'static str) -> Vec<(&'static str, Kind)> {
    let more = [(title, Kind::Text), ("when", Kind::Below)];
    COUNTED.into_iter().chain(more).collect()
}

fn count_cells(counts: &Counts) -> Vec<String> {
    vec![
        number(counts.all.events),
        some(counts.denied.events),
        some(counts.failed.events),
    ]
}

impl<'r> Maker<'r> {
    /// A table of texts with their counts.
    fn named(
        &self,
        caption: &str,
        title: &'static str,
        list: &'r Listed<Named>,
        none: &'static str,
    ) -> Block<'r> {
        let rows = list.rows.iter().map(|named| {
            let mut cells = count_cells(&named.counts);
            cells.extend([or_none(&named.name), when(&named.counts)]);
            Row {
                cells,
                figures: figures(&named.counts),
                event: None,
            }
        });
        Block::Table(Table {
            caption: caption.to_owned(),
            columns: counted(title),
            rows: rows.collect(),
            count: list.count,
            all: None,
            none,
        })
    }

    /// A table of events, one a row.
    fn lines(
        &self,
        caption: &str,
        lines: &'r [usize],
        all: Option<&'r Figure>,
        none: &'static str,
    ) -> Block<'r> {
        let rows = lines.iter().filter_map(|place| {
            let event = self.report.events.get(*place)?;
            let mut what = call(&event.source, &event.name);
            if let Some(line) = event.line.as_ref().filter(|line| !line.is_empty()) {
                what.push(' ');
                what.push_str(line);
            }
            if event.outcome == "denied" || event.outcome == "failed" {
                what.push_str(&format!(" [{}]", event.outcome));
            }
            let by = [&event.principal, &event.key, &event.address, &event.region];
            let known = if self.is_of_one_key() { 2 } else { 0 };
            let by: Vec<&str> = by
                .into_iter()
                .skip(known)
                .map(String::as_str)
                .filter(|text| !text.is_empty())
                .collect();
            let time = event.time.clone().unwrap_or_else(|| "(no time)".to_owned());
            Some(Row {
                cells: vec![time, what, by.join(" "), or_none(&event.id)],
                figures: Vec::new(),
                event: Some(*place),
            })
        });
        let columns = vec![
            ("time", Kind::Id),
            ("call", Kind::Text),
            ("by whom, from where", Kind::Below),
            ("event id", Kind::Below),
        ];
        let rows: Vec<_> = rows.collect();
        Block::Table(Table {
            caption: caption.to_owned(),
            columns,
            count: all.map_or(rows.len() as u64, |all| all.events),
            rows,
            all,
            none,
        })
    }

    /// Whether who did it need not be told again for each event.
    fn is_of_one_key(&self) -> bool {
        let identities = &self.report.who.identities;
        let one = identities.rows.first().filter(|_| identities.count == 1);
        one.is_some_and(|identity| identity.keys.count <= 1 && identity.sessions.count <= 1)
    }

    fn overview(&self) -> Section<'r> {
        let report = self.report;
        let counts = &report.selected;
        let outcomes = [
            (counts.ok.events, "ok"),
            (counts.denied.events, "denied"),
            (counts.failed.events, "failed"),
            (counts.unknown.events, "with a record that cannot be read"),
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
            fact("zone", report.zone.clone()),
        ];
        let worst = |name: &str| {
            let findings = report.trust.findings.iter();
            findings
                .filter(|found| found.finding.severity.name() == name)
                .count() as u64
        };
        let (errors, warnings) = (worst("error"), worst("warning"));
        if errors + warnings > 0 {
            let error = crate::dump::plural(errors, "error");
            let warning = crate::dump::plural(warnings, "warning");
            let text = format!("{error} and {warning}: the dump may not be all, see section 9");
            facts.push(fact("trust", text));
        }
        Section {
            id: "overview",
            title: "Overview",
            blocks: vec![Block::Facts(facts)],
        }
    }

    fn what(&self) -> Section<'r> {
        let what = &self.report.what;
        let mut blocks = vec![
            self.calls("Calls that write", &what.writes, "no call that writes"),
            self.calls("Calls that read", &what.reads, "no call that reads"),
        ];
        if what.unsaid.all.events > 0 {
            let caption = "Calls whose events don't say whether they read or write";
            blocks.push(self.calls(caption, &what.unsaid, ""));
        }
        blocks.push(self.named("Services", "service", &what.services, "no event"));
        Section {
            id: "what",
            title: "2. What was called",
            blocks,
        }
    }

    fn calls(&self, caption: &str, calls: &'r Calls, none: &'static str) -> Block<'r> {
        let rows = calls.calls.rows.iter().map(|row| {
            let share = match row.share {
                share if share < 0.1 => "<0.1%".to_owned(),
                share => format!("{share:.1}%"),
            };
            let mut cells = count_cells(&row.counts);
            cells.push(share);
            cells.extend([call(&row.source, &row.name), when(&row.counts)]);
            Row {
                cells,
                figures: figures(&row.counts),
                event: None,
            }
        });
        let mut columns = counted("call");
        columns.insert(3, ("share", Kind::Number));
        let many = crate::dump::plural(calls.all.events, "event");
        Block::Table(Table {
            caption: format!("{caption}: {many}"),
            columns,
            rows: rows.collect(),
            count: calls.calls.count,
            all: Some(&calls.all),
            none,
        })
    }

    fn changed(&self) -> Section<'r> {
        let changed = &self.report.changed;
        let Lines { all, rows } = &changed.changes;
        let mut blocks = vec![self.lines(
            "Write calls that worked, in time order",
            rows,
            Some(all),
            "nothing was changed, as far as these events say",
        )];
        let not = [
            (&changed.denied, "were denied"),
            (&changed.failed, "failed"),
        ];
        let not: Vec<_> = not
            .iter()
            .filter(|(figure, _)| figure.events > 0)
            .map(|(figure, what)| format!("{} {what}", number(figure.events)))
            .collect();
        if !not.is_empty() {
            let text = format!("Of other write calls {}; see section 4.", not.join(", "));
            blocks.push(Block::Prose(text));
        }
        let silent = self.report.what.unsaid.all.events;
        if silent > 0 {
            let many = crate::dump::plural(silent, "event");
            let text =
                format!("{many} without readOnly: such calls are not told here, but in section 2.");
            blocks.push(Block::Prose(text));
        }
        Section {
            id: "changed",
            title: "3. What was changed",
            blocks,
        }
    }

    fn refused(&self) -> Section<'r> {
        let refused = &self.report.refused;
        let rows = refused.denied.rows.iter().map(denied);
        let many = crate::dump::plural(refused.all.events, "event");
        let mut blocks = vec![Block::Table(Table {
            caption: format!("Denied: {many}"),
            columns: vec![
                ("events", Kind::Number),
                ("call", Kind::Text),
                ("what was denied", Kind::Below),
                ("error code", Kind::Below),
                ("when", Kind::Below),
            ],
            rows: rows.collect(),
            count: refused.denied.count,
            all: Some(&refused.all),
            none: "nothing was denied",
        })];
        let others = [
            (
                "Credentials that were not accepted, failed sign-ins",
                &refused.not_authenticated,
            ),
            ("Throttled", &refused.throttled),
            ("Failed otherwise", &refused.failed),
        ];
        if others.iter().all(|(_, list)| list.count == 0) {
            blocks.push(Block::Prose("Nothing failed otherwise.".to_owned()));
        }
        for (caption, list) in others.into_iter().filter(|(_, list)| list.count > 0) {
            blocks.push(Block::Table(Table {
                caption: caption.to_owned(),
                columns: vec![
                    ("events", Kind::Number),
                    ("call", Kind::Text),
                    ("error code", Kind::Below),
                    ("when", Kind::Below),
                ],
                rows: list.rows.iter().map(failed).collect(),
                count: list.count,
                all: None,
                none: "",
            }));
        }
        Section {
            id: "refused",
            title: "4. What was refused",
            blocks,
        }
    }

    fn from_where(&self) -> Section<'r> {
        let from = &self.report.from_where;
        let agents = from.agents.rows.iter().map(|agent| {
            let mut cells = count_cells(&agent.counts);
            cells.extend([
                agent.family.to_owned(),
                or_none(&agent.agent),
                when(&agent.counts),
            ]);
            Row {
                cells,
                figures: figures(&agent.counts),
                event: None,
            }
        });
        let families = from.families.iter().map(|named| {
            let mut cells = count_cells(&named.counts);
            cells.extend([named.name.clone(), when(&named.counts)]);
            Row {
                cells,
                figures: figures(&named.counts),
                event: None,
            }
        });
        let mut of_agents = counted("user agent");
        of_agents.insert(3, ("family", Kind::Id));
        let mut blocks = vec![self.named("Addresses", "address", &from.addresses, "no address")];
        if from.services.count > 0 {
            let caption = "Services, and other text in place of an address";
            blocks.push(self.named(caption, "name", &from.services, ""));
        }
        blocks.extend([
            Block::Table(Table {
                caption: "Families of user agents".to_owned(),
                columns: counted("family"),
                rows: families.collect(),
                count: from.families.len() as u64,
                all: None,
                none: "no user agent",
            }),
            Block::Table(Table {
                caption: "User agents".to_owned(),
                columns: of_agents,
                rows: agents.collect(),
                count: from.agents.count,
                all: None,
                none: "no user agent",
            }),
            self.named("Regions", "region", &from.regions, "no region"),
        ]);
        Section {
            id: "from-where",
            title: "5. From where",
            blocks,
        }
    }

    fn on_what(&self) -> Section<'r> {
        let on = &self.report.on_what;
        let types = on.types.rows.iter().map(|row| {
            let mut cells = count_cells(&row.counts);
            cells.insert(1, number(row.resources));
            cells.extend([row.kind.clone(), when(&row.counts)]);
            Row {
                cells,
                figures: figures(&row.counts),
                event: None,
            }
        });
        let resources = on.resources.rows.iter().map(|row| {
            let mut cells = count_cells(&row.counts);
            cells.extend([row.name.clone(), row.kind.clone(), when(&row.counts)]);
            Row {
                cells,
                figures: figures(&row.counts),
                event: None,
            }
        });
        let mut of_types = counted("type");
        of_types.insert(1, ("resources", Kind::Number));
        let mut of_resources = counted("resource");
        of_resources.insert(4, ("type", Kind::Below));
        Section {
            id: "on-what",
            title: "6. On what",
            blocks: vec![
                Block::Table(Table {
                    caption: "Types of resources".to_owned(),
                    columns: of_types,
                    rows: types.collect(),
                    count: on.types.count,
                    all: None,
                    none: "no event names a resource",
                }),
                Block::Table(Table {
                    caption: "Resources".to_owned(),
                    columns: of_resources,
                    rows: resources.collect(),
                    count: on.resources.count,
                    all: None,
                    none: "no event names a resource",
                }),
            ],
        }
    }

    fn when(&self) -> Section<'r> {
        Section {
            id: "when",
            title: "7. When",
            blocks: when::blocks(self.report),
        }
    }

    fn worth_a_look(&self) -> Section<'r> {
        let mut blocks = vec![Block::Prose(
            "Kinds of call that a review looks at first. No verdict: most are somebody's daily work.".to_owned(),
        )];
        for watched in &self.report.worth_a_look {
            let counts = &watched.counts;
            let mut many = crate::dump::plural(counts.all.events, "event");
            if counts.denied.events > 0 {
                many.push_str(&format!(", {} denied", number(counts.denied.events)));
            }
            let caption = format!("{} ({many}): {}", watched.name, watched.why);
            blocks.push(self.lines(&caption, &watched.rows, Some(&counts.all), ""));
        }
        if self.report.worth_a_look.is_empty() {
            blocks.push(Block::Prose("None of them occurs.".to_owned()));
        }
        Section {
            id: "worth-a-look",
            title: "8. Worth a look",
            blocks,
        }
    }

    fn trust(&self) -> Section<'r> {
        let trust = &self.report.trust;
        let argv: Vec<String> = trust
            .argv
            .iter()
            .map(|word| super::command::word(word).unwrap_or_else(|| word.clone()))
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
                format!("{}, data of {}", self.report.zone, trust.time_zone_data),
            ),
            fact("now", trust.now.clone()),
            fact("events", account),
        ];
        if trust.unreadable > 0 {
            facts.push(fact(
                "unreadable",
                crate::dump::plural(trust.unreadable, "record"),
            ));
        }
        if trust.damaged_bytes > 0 {
            facts.push(fact(
                "damaged",
                crate::dump::plural(trust.damaged_bytes, "byte"),
            ));
        }
        let inputs = trust.inputs.iter().map(|input| {
            let sha256 = input.source.sha256.as_deref();
            let sha256 = sha256.map(|sum| format!("SHA-256 {sum}"));
            Row {
                cells: vec![
                    number(input.events),
                    input.source.bytes.map(number).unwrap_or_default(),
                    input.name.clone(),
                    sha256
                        .unwrap_or_else(|| "no SHA-256: it could not be read as it was".to_owned()),
                ],
                figures: Vec::new(),
                event: None,
            }
        });
        let findings = trust.findings.iter().map(|found| {
            let at = found.finding.at.map(|at| format!(", byte {at}"));
            let input = found.input.as_deref().unwrap_or("all inputs");
            let reason = format!("{}: {}", found.finding.id, found.finding.reason);
            Row {
                cells: vec![
                    found.finding.severity.name().to_owned(),
                    reason,
                    format!("→ {}", found.finding.advice),
                    format!("{input}{}", at.unwrap_or_default()),
                ],
                figures: Vec::new(),
                event: None,
            }
        });
        Section {
            id: "trust",
            title: "9. How far to trust it",
            blocks: vec![
                Block::Facts(facts),
                Block::Table(Table {
                    caption: "Findings about the inputs".to_owned(),
                    columns: vec![
                        ("severity", Kind::Id),
                        ("finding", Kind::Text),
                        ("what to do", Kind::Below),
                        ("where", Kind::Below),
                    ],
                    rows: findings.collect(),
                    count: trust.findings.len() as u64,
                    all: None,
                    none: "nothing speaks against the inputs",
                }),
                Block::Table(Table {
                    caption: "Inputs".to_owned(),
                    columns: vec![
                        ("events", Kind::Number),
                        ("bytes", Kind::Number),
                        ("file", Kind::Text),
                        ("SHA-256", Kind::Below),
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

fn fact<'r>(name: &'static str, text: String) -> Fact<'r> {
    Fact {
        name,
        text,
        figures: Vec::new(),
    }
}

fn denied(row: &Denied) -> Row<'_> {
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
    if said.encoded {
        words.push("encoded: `aws sts decode-authorization-message` reads the rest".to_owned());
    }
    if words.is_empty() {
        words.push(or_none(&row.message));
    }
    Row {
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

fn failed(row: &Failed) -> Row<'_> {
    Row {
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
