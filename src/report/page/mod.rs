//! The report as a page: sections of facts, tables and charts, which text, Markdown and HTML write each in its way.
//!
//! Text from events is unchanged here; the writers escape it.

mod actors;
mod calls;
mod failures;
mod reliability;
mod sources;
mod timeline;

use super::model::{Figure, NamedOutcomes, OutcomeCounts, ReportDocument, ReportEvent, TopRows};

pub(super) use timeline::WEEKDAYS;
pub use timeline::{Heatmap, TimeBars};

/// A report to be read.
pub struct ReportPage<'r> {
    /// What it is about.
    pub title: String,
    /// Its sections, in order.
    pub sections: Vec<Section<'r>>,
    /// The events that rows point to.
    pub events: &'r [ReportEvent],
}

/// A section.
pub struct Section<'r> {
    /// A short name.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What is in it.
    pub blocks: Vec<PageBlock<'r>>,
}

/// A part of a section.
pub enum PageBlock<'r> {
    /// A smaller heading.
    Heading(String),
    /// A sentence.
    Prose(String),
    /// Names and what they are.
    Facts(Vec<Fact<'r>>),
    /// Rows.
    Table(PageTable<'r>),
    /// Hours and weekdays.
    Heat(Box<Heatmap<'r>>),
    /// Along the time.
    Bars(TimeBars<'r>),
    /// One line per row, with its depth.
    Tree(Vec<Branch>),
}

/// A name and what it is.
pub struct Fact<'r> {
    /// The text.
    pub name: &'static str,
    /// What it is.
    pub text: String,
    /// Its events.
    pub figures: Vec<(&'static str, &'r Figure)>,
}

/// A line of a tree.
pub struct Branch {
    /// How many lines it lies below.
    pub depth: usize,
    /// What it says.
    pub text: String,
}

/// The content of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// A number.
    Number,
    /// A text that is never broken: a time, an id.
    Id,
    /// Text.
    Text,
    /// Text that may be below the other columns.
    Below,
}

/// Rows under headings.
pub struct PageTable<'r> {
    /// What it is.
    pub caption: String,
    /// The headings.
    pub columns: Vec<(&'static str, ColumnKind)>,
    /// The rows.
    pub rows: Vec<PageRow<'r>>,
    /// How many rows there are in all.
    pub count: u64,
    /// The events of all rows.
    pub all: Option<&'r Figure>,
    /// The text if there are no rows.
    pub none: &'static str,
}

/// A row.
pub struct PageRow<'r> {
    /// A text a column.
    pub cells: Vec<String>,
    /// Its figures.
    pub figures: Vec<(&'static str, &'r Figure)>,
    /// The event it is.
    pub event: Option<usize>,
}

/// Lays a report out.
pub fn page(report: &ReportDocument) -> ReportPage<'_> {
    let title = match report.conditions.as_slice() {
        [] => "Report on all events".to_owned(),
        conditions => format!("Report on {}", conditions.join(" ")),
    };
    let maker = PageBuilder { report };
    let sections = vec![
        maker.overview(),
        maker.actors(),
        maker.api_calls(),
        maker.changes(),
        maker.failures(),
        maker.sources(),
        maker.resources(),
        maker.timeline(),
        maker.notable(),
        maker.reliability(),
    ];
    ReportPage {
        title,
        sections,
        events: &report.events,
    }
}

struct PageBuilder<'r> {
    report: &'r ReportDocument,
}

/// A number of events, with a mark at every third digit.
fn number(count: u64) -> String {
    crate::text::grouped(count)
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
        // The day is written once if both times are on it.
        (Some(first), Some(last)) => match (first.get(..11), last.get(..11)) {
            (Some(day), Some(same)) if day == same && day.ends_with('T') => {
                format!("{first} to {}", &last[11..])
            }
            _ => format!("{first} to {last}"),
        },
        _ => String::new(),
    }
}

fn when(counts: &OutcomeCounts) -> String {
    span(counts.first.as_deref(), counts.last.as_deref())
}

/// The figures of counts that are not zero.
fn figures(counts: &OutcomeCounts) -> Vec<(&'static str, &Figure)> {
    let all = [
        ("all", &counts.all),
        ("ok", &counts.ok),
        ("denied", &counts.denied),
        ("failed", &counts.failed),
        ("unreadable", &counts.unreadable),
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

/// A text, or the alternative if it is empty.
fn or_none(text: &str) -> String {
    match text {
        "" => "(none)".to_owned(),
        text => text.to_owned(),
    }
}

const COUNTED: [(&str, ColumnKind); 3] = [
    ("events", ColumnKind::Number),
    ("denied", ColumnKind::Number),
    ("failed", ColumnKind::Number),
];

fn counted(title: &'static str) -> Vec<(&'static str, ColumnKind)> {
    let more = [(title, ColumnKind::Text), ("when", ColumnKind::Below)];
    COUNTED.into_iter().chain(more).collect()
}

fn count_cells(counts: &OutcomeCounts) -> Vec<String> {
    vec![
        number(counts.all.events),
        some(counts.denied.events),
        some(counts.failed.events),
    ]
}

impl<'r> PageBuilder<'r> {
    /// A table of texts with their counts.
    fn named(
        &self,
        caption: &str,
        title: &'static str,
        list: &'r TopRows<NamedOutcomes>,
        none: &'static str,
    ) -> PageBlock<'r> {
        let rows = list.rows.iter().map(|named| {
            let mut cells = count_cells(&named.counts);
            cells.extend([or_none(&named.name), when(&named.counts)]);
            PageRow {
                cells,
                figures: figures(&named.counts),
                event: None,
            }
        });
        PageBlock::Table(PageTable {
            caption: caption.to_owned(),
            columns: counted(title),
            rows: rows.collect(),
            count: list.count,
            all: None,
            none,
        })
    }

    /// A table of events, one per row.
    fn lines(
        &self,
        caption: &str,
        lines: &'r [usize],
        all: Option<&'r Figure>,
        none: &'static str,
    ) -> PageBlock<'r> {
        let rows = lines.iter().filter_map(|place| {
            let event = self.report.events.get(*place)?;
            let mut what = call(&event.source, &event.name);
            if let Some(line) = event.summary.as_ref().filter(|line| !line.is_empty()) {
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
            Some(PageRow {
                cells: vec![time, what, by.join(" "), or_none(&event.id)],
                figures: Vec::new(),
                event: Some(*place),
            })
        });
        let columns = vec![
            ("time", ColumnKind::Id),
            ("call", ColumnKind::Text),
            ("identity and source", ColumnKind::Below),
            ("event id", ColumnKind::Below),
        ];
        let rows: Vec<_> = rows.collect();
        PageBlock::Table(PageTable {
            caption: caption.to_owned(),
            columns,
            count: all.map_or(rows.len() as u64, |all| all.events),
            rows,
            all,
            none,
        })
    }

    /// Whether the identity is omitted in rows of events.
    fn is_of_one_key(&self) -> bool {
        let identities = &self.report.actors.identities;
        let one = identities.rows.first().filter(|_| identities.count == 1);
        one.is_some_and(|identity| identity.access_keys.count <= 1 && identity.sessions.count <= 1)
    }

    fn timeline(&self) -> Section<'r> {
        Section {
            id: "timeline",
            title: "7. Timeline",
            blocks: timeline::blocks(self.report),
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
