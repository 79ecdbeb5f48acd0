//! The kinds of values that are replaced.

/// The kind of a value. If a value has several kinds, the first of them counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueKind {
    /// Account id: twelve digits.
    Account,
    /// Access key id: `AKIA…`, `ASIA…`.
    AccessKey,
    /// Unique id of a principal (`AIDA…`, `AROA…`) or another name for one.
    Principal,
    /// E-mail address.
    Email,
    /// IPv4 address.
    Ipv4,
    /// IPv6 address.
    Ipv6,
    /// Name of a user, a role or a session.
    Name,
    /// Host name, or the part of one that identifies the account.
    Host,
    /// Encoded message for `aws sts decode-authorization-message`.
    Message,
    /// Password, session token or other credential.
    Secret,
    /// Text between the first and the last line of a PEM block.
    Pem,
    /// Name or id of a resource; optional.
    Resource,
    /// Id of an event or a request; optional.
    Id,
}

impl ValueKind {
    /// All kinds, in order.
    pub const ALL: [ValueKind; 13] = [
        ValueKind::Account,
        ValueKind::AccessKey,
        ValueKind::Principal,
        ValueKind::Email,
        ValueKind::Ipv4,
        ValueKind::Ipv6,
        ValueKind::Name,
        ValueKind::Host,
        ValueKind::Message,
        ValueKind::Secret,
        ValueKind::Pem,
        ValueKind::Resource,
        ValueKind::Id,
    ];

    /// The name in the summary and in the map.
    pub const fn name(self) -> &'static str {
        match self {
            ValueKind::Account => "account",
            ValueKind::AccessKey => "access-key",
            ValueKind::Principal => "principal",
            ValueKind::Email => "email",
            ValueKind::Ipv4 => "ipv4",
            ValueKind::Ipv6 => "ipv6",
            ValueKind::Name => "name",
            ValueKind::Host => "host",
            ValueKind::Message => "authorization-message",
            ValueKind::Secret => "secret",
            ValueKind::Pem => "pem",
            ValueKind::Resource => "resource",
            ValueKind::Id => "id",
        }
    }
}

/// Optional kinds, replaced in addition to the defaults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RedactOptions {
    /// Names and ids of resources.
    pub names: bool,
    /// Ids of events and requests.
    pub ids: bool,
}
