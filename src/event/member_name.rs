//! The names that CloudTrail gives the members of an event, and a fast way from bytes to name.
//!
//! Envelope: what `lookup-events` prints for each event (`LookupEvents` API reference, type `Event`).
//! Record: the body of a log entry ("CloudTrail record contents for management, data, and network
//! activity events" and "… for Insights events" in the CloudTrail user guide).
//!
//! Names below the first level are paths.

use crate::text::Text;

/// Members of an event in the output of `lookup-events`, in the order in which the CLI prints them.
pub const ENVELOPE: [&str; 9] = [
    "EventId",
    "EventName",
    "ReadOnly",
    "AccessKeyId",
    "EventTime",
    "EventSource",
    "Username",
    "Resources",
    "CloudTrailEvent",
];

/// Members of a record.
pub const RECORD: [&str; 32] = [
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "errorMessage",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "requestID",
    "eventID",
    "readOnly",
    "resources",
    "eventType",
    "apiVersion",
    "managementEvent",
    "recipientAccountId",
    "serviceEventDetails",
    "sharedEventID",
    "vpcEndpointId",
    "vpcEndpointAccountId",
    "eventCategory",
    "addendum",
    "sessionCredentialFromConsole",
    "eventContext",
    "edgeDeviceDetails",
    "tlsDetails",
    "insightDetails",
];

const COUNT: usize = MemberName::COUNT;
const LONGEST: usize = 28;
const BUCKET: usize = 12;

/// A name on the first level of an envelope or a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MemberName(u8);

/// For each length, the names of that length, so that most comparisons are one.
const BY_LENGTH: [[u8; BUCKET]; LONGEST + 1] = by_length();

const fn by_length() -> [[u8; BUCKET]; LONGEST + 1] {
    let mut table = [[u8::MAX; BUCKET]; LONGEST + 1];
    let mut i = 0;
    while i < COUNT {
        let length = MemberName(i as u8).name().len();
        let mut slot = 0;
        while table[length][slot] != u8::MAX {
            slot += 1;
        }
        table[length][slot] = i as u8;
        i += 1;
    }
    table
}

impl MemberName {
    /// How many names CloudTrail has.
    pub(crate) const COUNT: usize = ENVELOPE.len() + RECORD.len();

    /// Any other name.
    pub const OTHER: MemberName = MemberName(u8::MAX);

    /// The member of a name in the source code; an unknown name fails to compile.
    pub const fn named(name: &str) -> MemberName {
        let mut i = 0;
        while i < COUNT {
            if same(MemberName(i as u8).name().as_bytes(), name.as_bytes()) {
                return MemberName(i as u8);
            }
            i += 1;
        }
        panic!("no name of CloudTrail's")
    }

    /// The member that the content of a JSON string spells; escapes are decoded.
    pub fn of(bytes: &[u8]) -> MemberName {
        let Some(bucket) = BY_LENGTH.get(bytes.len()) else {
            return Self::of_escaped(bytes);
        };
        for &i in bucket {
            if i == u8::MAX {
                break;
            }
            if MemberName(i).name().as_bytes() == bytes {
                return MemberName(i);
            }
        }
        Self::of_escaped(bytes)
    }

    /// The member that the content of a string inside a JSON string spells; the escapes of both are decoded.
    pub fn of_nested(bytes: &[u8]) -> MemberName {
        match MemberName::of(bytes) {
            MemberName::OTHER if memchr::memchr(b'\\', bytes).is_some() => {
                MemberName::of(Text::twice(bytes).to_str().as_bytes())
            }
            key => key,
        }
    }

    fn of_escaped(bytes: &[u8]) -> MemberName {
        if bytes.len() > 6 * LONGEST || memchr::memchr(b'\\', bytes).is_none() {
            return MemberName::OTHER;
        }
        // Only one level is decoded, so decoded text with an escape is another name.
        let name = Text::once(bytes).to_str();
        if name.contains('\\') {
            MemberName::OTHER
        } else {
            MemberName::of(name.as_bytes())
        }
    }

    /// Whether a text is one of the names, without escapes.
    pub fn is_spelled(text: &str) -> bool {
        MemberName::of(text.as_bytes()).name() == text && !text.is_empty()
    }

    /// The name, or the empty string for [`MemberName::OTHER`].
    pub const fn name(self) -> &'static str {
        let i = self.0 as usize;
        if i < ENVELOPE.len() {
            ENVELOPE[i]
        } else if i < COUNT {
            RECORD[i - ENVELOPE.len()]
        } else {
            ""
        }
    }

    /// A different number for each known name, below [`MemberName::COUNT`]; a larger one for others.
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }

    /// A different bit for each known name, 0 for others.
    pub(crate) const fn bit(self) -> u64 {
        if self.is_known() { 1 << self.0 } else { 0 }
    }

    /// True for a name of the lookup envelope.
    pub const fn is_envelope(self) -> bool {
        (self.0 as usize) < ENVELOPE.len()
    }

    /// True for a name of the record.
    pub const fn is_record(self) -> bool {
        !self.is_envelope() && (self.0 as usize) < COUNT
    }

    /// True for any name that CloudTrail gives.
    pub const fn is_known(self) -> bool {
        (self.0 as usize) < COUNT
    }
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_plain_and_escaped() {
        for name in ENVELOPE.iter().chain(&RECORD) {
            assert_eq!(MemberName::of(name.as_bytes()).name(), *name);
            let escaped: String = name
                .chars()
                .map(|c| format!("\\u{:04x}", c as u32))
                .collect();
            assert_eq!(MemberName::of(escaped.as_bytes()).name(), *name);
        }
        for other in ["", "eventid", "EVENTID", "EventIdx", "type", "\\u0045ventI"] {
            assert_eq!(
                MemberName::of(other.as_bytes()),
                MemberName::OTHER,
                "{other}"
            );
        }
    }
}
