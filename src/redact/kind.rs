//! The kinds of values that say whose a dump is.
//!
//! Not for: where they are found (`member_kind`, `form`), or what stands in for them (`pseudonym`).

/// What a value is. Of several kinds of one value the first counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueKind {
    /// Twelve digits.
    Account,
    /// `AKIA…`, `ASIA…`.
    AccessKey,
    /// `AIDA…`, `AROA…` and their like, and what else stands for a principal.
    Principal,
    /// An e-mail address.
    Email,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// The name of a user, a role or a session.
    Name,
    /// The name of a host, or the part of one that is the account's own.
    Host,
    /// What `sts decode-authorization-message` takes.
    Message,
    /// A password, a session token, anything that lets in.
    Secret,
    /// What stands between the lines of a PEM block.
    Pem,
    /// The name or id of a resource, when it is asked for.
    Resource,
    /// The id of an event or a request, when it is asked for.
    Id,
}

impl ValueKind {
    /// All of them, in order.
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

    /// Its name in a summary and in a map.
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

/// What is replaced besides what always is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RedactOptions {
    /// Names and ids of resources.
    pub names: bool,
    /// Ids of events and requests.
    pub ids: bool,
}
