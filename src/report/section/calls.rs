//! Section 2: services and calls. Not for: what a call was about.

use super::{ModelBuilder, grouped, listed};
use crate::report::command::{all, is};
use crate::report::count::KeyCount;
use crate::report::model::{CallCount, CallSection, CallTable};
use crate::report::observe::KeyKind;

/// Rows of a list.
const SERVICES: usize = 60;
const CALLS: usize = 60;

impl ModelBuilder<'_> {
    pub(super) fn api_calls(&self) -> CallSection {
        let sources = self.aggregate.of(KeyKind::Sources).iter();
        let sources = sources.map(|(texts, count)| (texts[0].clone(), count.clone()));
        let says = |value: &str| format!("ReadOnly = {value}");
        CallSection {
            services: self.named(sources.collect(), SERVICES, |name| is("EventSource", name)),
            reads: self.calls("read", &says("true")),
            writes: self.calls("write", &says("false")),
            unclassified: self.calls("", "ReadOnly not in (true, false)"),
        }
    }

    fn calls(&self, access: &str, says: &str) -> CallTable {
        let calls = self.aggregate.of(KeyKind::Calls).iter();
        let of_access = calls.filter(|(texts, _)| texts[2] == access);
        let counted =
            grouped(of_access.map(|(texts, count)| ((texts[0].clone(), texts[1].clone()), count)));
        let mut whole = KeyCount::default();
        counted.iter().for_each(|(_, count)| whole.merge(count));
        let events = self.aggregate.all.total().max(1);
        CallTable {
            all: self.total(&whole, says),
            calls: listed(counted, CALLS, |(source, name), count| {
                let condition = all(&[
                    is("EventSource", source),
                    is("EventName", name),
                    says.to_owned(),
                ]);
                CallCount {
                    source: source.clone(),
                    name: name.clone(),
                    share: (count.total() as f64 * 1000.0 / events as f64).round() / 10.0,
                    counts: self.counts(count, &condition),
                }
            }),
        }
    }
}
