//! Section 5: addresses, clients and regions. `agent` distinguishes families.

use core::net::IpAddr;

use super::{ModelBuilder, grouped, listed};
use crate::report::agent;
use crate::report::command::is;
use crate::report::model::{NamedOutcomes, SourceSection, UserAgent};
use crate::report::observe::KeyKind;

/// Rows of a list.
const ROWS: usize = 30;

impl ModelBuilder<'_> {
    pub(super) fn sources(&self) -> SourceSection {
        let of = |table| {
            let counted = self.aggregate.of(table).iter();
            counted.map(|(texts, count)| (texts[0].clone(), count.clone()))
        };
        let (addresses, services) = of(KeyKind::Addresses).partition(|(text, _)| is_address(text));
        let address = |name: &str| is("sourceIPAddress", name);
        let agents: Vec<_> = of(KeyKind::Agents).collect();
        let some = agents.iter().filter(|(text, _)| !text.is_empty());
        let families = grouped(some.map(|(text, count)| (agent::family(text), count)));
        SourceSection {
            addresses: self.named(addresses, ROWS, address),
            services: self.named(services, ROWS, address),
            client_families: listed(families, usize::MAX, |family, count| NamedOutcomes {
                name: agent::name(*family).to_owned(),
                counts: self.counts(count, &agent::condition(*family)),
            })
            .rows,
            user_agents: listed(agents, ROWS, |text, count| UserAgent {
                family: match text.as_str() {
                    "" => "none",
                    text => agent::name(agent::family(text)),
                },
                agent: text.clone(),
                counts: self.counts(count, &is("userAgent", text)),
            }),
            regions: self.named(of(KeyKind::Regions).collect(), ROWS, |name| {
                is("awsRegion", name)
            }),
        }
    }
}

/// An address, also with leading zeros, as in pseudonymised data.
fn is_address(text: &str) -> bool {
    let is_part = |part: &str| {
        let is_digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        is_digits && part.parse::<u16>().is_ok_and(|number| number < 256)
    };
    let is_dotted = text.split('.').count() == 4 && text.split('.').all(is_part);
    is_dotted || text.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn names_of_services_are_no_addresses() {
        for text in ["192.0.2.1", "255.090.254.5", "2001:db8::1"] {
            assert!(is_address(text), "{text}");
        }
        for text in [
            "ec2.amazonaws.com",
            "AWS Internal",
            "",
            "1.2.3",
            "1.2.3.256",
            "1.2.3.4.5",
        ] {
            assert!(!is_address(text), "{text}");
        }
    }
}
