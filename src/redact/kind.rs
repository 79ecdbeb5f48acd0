//! The kinds of values that say whose a dump is.
//!
//! Not for: where they are found (`member_kind`, `form`), or what stands in for them (`pseudonym`).

/// What a value is. Of several kinds of one value the first counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
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

impl Kind {
    /// All of them, in order.
    pub const ALL: [Kind; 13] = [
        Kind::Account,
        Kind::AccessKey,
        Kind::Principal,
        Kind::Email,
        Kind::Ipv4,
        Kind::Ipv6,
        Kind::Name,
        Kind::Host,
        Kind::Message,
        Kind::Secret,
        Kind::Pem,
        Kind::Resource,
        Kind::Id,
    ];

    /// Its name in a summary and in a map.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Account => "account",
            Kind::AccessKey => "access-key",
            Kind::Principal => "principal",
            Kind::Email => "email",
            Kind::Ipv4 => "ipv4",
            Kind::Ipv6 => "ipv6",
            Kind::Name => "name",
            Kind::Host => "host",
            Kind::Message => "authorization-message",
            Kind::Secret => "secret",
            Kind::Pem => "pem",
            Kind::Resource => "resource",
            Kind::Id => "id",
        }
    }
}

/// What is replaced besides what always is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Names and ids of resources.
    pub names: bool,
    /// Ids of events and requests.
    pub ids: bool,
}
