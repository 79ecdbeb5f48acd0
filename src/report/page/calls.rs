//! Sections 2, 3 and 8: API calls, changes and notable events.

use super::{
    ColumnKind, PageBlock, PageBuilder, PageRow, PageTable, Section, call, count_cells, counted,
    figures, number, when,
};
use crate::report::model::{CallTable, EventList};

impl<'r> PageBuilder<'r> {
    pub(super) fn api_calls(&self) -> Section<'r> {
        let what = &self.report.calls;
        let mut blocks = vec![
            self.calls("Write calls", &what.writes, "no write calls"),
            self.calls("Read calls", &what.reads, "no read calls"),
        ];
        if what.unclassified.all.events > 0 {
            let caption = "Calls without readOnly";
            blocks.push(self.calls(caption, &what.unclassified, ""));
        }
        blocks.push(self.named("Services", "service", &what.services, "no events"));
        Section {
            id: "calls",
            title: "2. API calls",
            blocks,
        }
    }

    fn calls(&self, caption: &str, calls: &'r CallTable, none: &'static str) -> PageBlock<'r> {
        let rows = calls.calls.rows.iter().map(|row| {
            let share = match row.share {
                share if share < 0.1 => "<0.1%".to_owned(),
                share => format!("{share:.1}%"),
            };
            let mut cells = count_cells(&row.counts);
            cells.push(share);
            cells.extend([call(&row.source, &row.name), when(&row.counts)]);
            PageRow {
                cells,
                figures: figures(&row.counts),
                event: None,
            }
        });
        let mut columns = counted("call");
        columns.insert(3, ("share", ColumnKind::Number));
        let many = crate::text::plural(calls.all.events, "event");
        PageBlock::Table(PageTable {
            caption: format!("{caption}: {many}"),
            columns,
            rows: rows.collect(),
            count: calls.calls.count,
            all: Some(&calls.all),
            none,
        })
    }

    pub(super) fn changes(&self) -> Section<'r> {
        let changed = &self.report.changes;
        let EventList { all, rows } = &changed.succeeded;
        let caption = if (rows.len() as u64) < all.events {
            "Write calls that succeeded, in order of time; only the earliest of each identity and call"
        } else {
            "Write calls that succeeded, in order of time"
        };
        let mut blocks =
            vec![self.lines(caption, rows, Some(all), "no write calls that succeeded")];
        let not = [
            (&changed.denied, ["was denied", "were denied"]),
            (&changed.failed, ["failed", "failed"]),
        ];
        let not: Vec<_> = not
            .iter()
            .filter(|(figure, _)| figure.events > 0)
            .map(|(figure, [one, many])| {
                let verb = if figure.events == 1 { one } else { many };
                format!("{} {verb}", number(figure.events))
            })
            .collect();
        if !not.is_empty() {
            let text = format!("Other write calls: {} (see section 4).", not.join(", "));
            blocks.push(PageBlock::Prose(text));
        }
        let silent = self.report.calls.unclassified.all.events;
        if silent > 0 {
            let many = crate::text::plural(silent, "event");
            let text =
                format!("{many} without readOnly: these calls are listed in section 2, not here.");
            blocks.push(PageBlock::Prose(text));
        }
        Section {
            id: "changes",
            title: "3. Changes",
            blocks,
        }
    }

    pub(super) fn notable(&self) -> Section<'r> {
        let mut blocks = vec![PageBlock::Prose(
            "Kinds of calls that a security review looks at first. This is not an alert: most of them are routine work.".to_owned(),
        )];
        for watched in &self.report.notable {
            let counts = &watched.counts;
            let mut many = crate::text::plural(counts.all.events, "event");
            for (figure, what) in [(&counts.denied, "denied"), (&counts.failed, "failed")] {
                // The name of the kind already says it.
                if figure.events > 0 && !watched.name.ends_with(what) {
                    many.push_str(&format!(", {} {what}", number(figure.events)));
                }
            }
            let caption = format!("{} ({many}): {}", watched.name, watched.reason);
            blocks.push(self.lines(&caption, &watched.rows, Some(&counts.all), ""));
        }
        if self.report.notable.is_empty() {
            blocks.push(PageBlock::Prose("No notable events.".to_owned()));
        }
        Section {
            id: "notable",
            title: "8. Notable events",
            blocks,
        }
    }
}
