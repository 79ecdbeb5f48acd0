//! Sections 2, 3 and 8: calls. Not for: who made them (`who`), which failed (`refused`).

use super::{
    ColumnKind, PageBlock, PageBuilder, PageRow, PageTable, Section, call, count_cells, counted,
    figures, number, when,
};
use crate::report::model::{CallTable, EventList};

impl<'r> PageBuilder<'r> {
    pub(super) fn what(&self) -> Section<'r> {
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

    pub(super) fn changed(&self) -> Section<'r> {
        let changed = &self.report.changed;
        let EventList { all, rows } = &changed.changes;
        let caption = if (rows.len() as u64) < all.events {
            "Write calls that worked, in time order; of each who calls the same the earliest"
        } else {
            "Write calls that worked, in time order"
        };
        let mut blocks = vec![self.lines(
            caption,
            rows,
            Some(all),
            "nothing was changed, as far as these events say",
        )];
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
            let text = format!("Of other write calls {}; see section 4.", not.join(", "));
            blocks.push(PageBlock::Prose(text));
        }
        let silent = self.report.what.unsaid.all.events;
        if silent > 0 {
            let many = crate::text::plural(silent, "event");
            let text =
                format!("{many} without readOnly: such calls are not told here, but in section 2.");
            blocks.push(PageBlock::Prose(text));
        }
        Section {
            id: "changed",
            title: "3. What was changed",
            blocks,
        }
    }

    pub(super) fn worth_a_look(&self) -> Section<'r> {
        let mut blocks = vec![PageBlock::Prose(
            "Kinds of call that a review looks at first. No verdict: most are somebody's daily work.".to_owned(),
        )];
        for watched in &self.report.worth_a_look {
            let counts = &watched.counts;
            let mut many = crate::text::plural(counts.all.events, "event");
            for (figure, what) in [(&counts.denied, "denied"), (&counts.failed, "failed")] {
                // Unless that is what it is.
                if figure.events > 0 && !watched.name.ends_with(what) {
                    many.push_str(&format!(", {} {what}", number(figure.events)));
                }
            }
            let caption = format!("{} ({many}): {}", watched.name, watched.why);
            blocks.push(self.lines(&caption, &watched.rows, Some(&counts.all), ""));
        }
        if self.report.worth_a_look.is_empty() {
            blocks.push(PageBlock::Prose("None of them occurs.".to_owned()));
        }
        Section {
            id: "worth-a-look",
            title: "8. Worth a look",
            blocks,
        }
    }
}
