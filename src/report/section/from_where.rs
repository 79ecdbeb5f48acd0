//! Section 5: addresses, clients and regions. Not for: telling families apart (`agent`).

use core::net::IpAddr;

use super::{Maker, grouped, listed};
use crate::report::agent;
use crate::report::command::is;
use crate::report::model::{Agent, FromWhere, Named};
use crate::report::note::Table;

/// Rows of a list.
const ROWS: usize = 30;

impl Maker<'_> {
    pub(super) fn places(&self) -> FromWhere {
        let of = |table| {
            let counted = self.gathered.of(table).iter();
            counted.map(|(texts, count)| (texts[0].clone(), count.clone()))
        };
        let (addresses, services) =
            of(Table::Addresses).partition(|(text, _)| text.parse::<IpAddr>().is_ok());
        let address = |name: &str| is("sourceIPAddress", name);
        let agents: Vec<_> = of(Table::Agents).collect();
        let some = agents.iter().filter(|(text, _)| !text.is_empty());
        let families = grouped(some.map(|(text, count)| (agent::family(text), count)));
        FromWhere {
            addresses: self.named(addresses, ROWS, address),
            services: self.named(services, ROWS, address),
            families: listed(families, usize::MAX, |family, count| Named {
                name: agent::name(*family).to_owned(),
                counts: self.counts(count, &agent::condition(*family)),
            })
            .rows,
            agents: listed(agents, ROWS, |text, count| Agent {
                family: match text.as_str() {
                    "" => "none",
                    text => agent::name(agent::family(text)),
                },
                agent: text.clone(),
                counts: self.counts(count, &is("userAgent", text)),
            }),
            regions: self.named(of(Table::Regions).collect(), ROWS, |name| {
                is("awsRegion", name)
            }),
        }
    }
}
