//! Finds the values in an ARN that identify an account or a person: the account id, the name of a user, a role or a
//! session, and, if requested, the names of resources.
//!
//! Policies and everything else that AWS owns (account `aws`) are not replaced.

use std::ops::Range;

use memchr::memmem;

use super::form::Hit;
use super::kind::{RedactOptions, ValueKind};
use super::{aws_owned, host};

/// True for a byte that ends an ARN in a text.
fn ends(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || byte < b' '
        || matches!(
            byte,
            b'"' | b'\''
                | b'<'
                | b'>'
                | b'\\'
                | b'&'
                | b'#'
                | b'|'
                | b';'
                | b')'
                | b']'
                | b'('
                | b'`'
        )
}

/// Longest ARN, in bytes: IAM accepts 2,048 bytes, and S3 keys have up to 1,024.
const LONGEST: usize = 4096;

/// Appends the values of every ARN in a text.
pub(super) fn find(text: &[u8], options: RedactOptions, hits: &mut Vec<Hit>) {
    for at in memmem::find_iter(text, b"arn:aws") {
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        if before.is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        let rest = &text[at..text.len().min(at + LONGEST)];
        // In a list without separators, the next ARN ends this one.
        let next = memmem::find(&rest[1..], b"arn:aws").map_or(rest.len(), |next| next + 1);
        let rest = &rest[..next];
        let mut length = rest.iter().position(|byte| ends(*byte)).unwrap_or(next);
        while length > 0 && matches!(rest[length - 1], b',' | b'.' | b':' | b'?' | b'!') {
            length -= 1;
        }
        let before = hits.len();
        one(&rest[..length], at, options, hits);
        longer(text, at + length, before, hits);
    }
}

/// Appends the values of a text that is one ARN, which may contain spaces: names of roles and sessions do not, but
/// names of some resources do.
pub(super) fn whole(text: &[u8], options: RedactOptions, hits: &mut Vec<Hit>) {
    one(text, 0, options, hits);
}

/// Words after an ARN that may belong to its last name. They are replaced only if that longer name is known.
const WORDS: usize = 3;

fn longer(text: &[u8], end: usize, from: usize, hits: &mut Vec<Hit>) {
    let Some(last) = hits[from..].last().copied().filter(|last| last.end == end) else {
        return;
    };
    let mut at = end;
    for _ in 0..WORDS {
        if text.get(at) != Some(&b' ') {
            return;
        }
        let rest = &text[at + 1..];
        let word = rest
            .iter()
            .position(|byte| ends(*byte))
            .unwrap_or(rest.len());
        at += 1 + word;
        let long = Hit {
            end: at,
            is_sure: false,
            ..last
        };
        hits.push(long);
    }
}

/// Appends the values of one ARN, whose first byte has the offset `at`.
fn one(arn: &[u8], at: usize, options: RedactOptions, hits: &mut Vec<Hit>) {
    let mut parts = Vec::with_capacity(6);
    let mut from = 0;
    for _ in 0..5 {
        let Some(colon) = memchr::memchr(b':', &arn[from..]) else {
            return;
        };
        parts.push(from..from + colon);
        from += colon + 1;
    }
    let (service, account) = (&arn[parts[2].clone()], parts[4].clone());
    let mut hit = |kind, start: usize, end: usize| {
        hits.push(Hit {
            start: at + start,
            end: at + end,
            kind,
            is_sure: true,
        });
    };
    // The resources of AWS itself have the same names for everybody.
    let owner = &arn[account.clone()];
    if owner == b"aws" || aws_owned::is_aws_account(owner) {
        return;
    }
    if aws_owned::is_account(owner) {
        hit(ValueKind::Account, account.start, account.end);
    }
    let parts = components(arn, from);
    let word = |index: usize| &arn[parts[index].clone()];
    let Some(kind) = resource_kind(service, word(0), parts.len(), options) else {
        return;
    };
    // Service-linked roles: AWS chooses their names, so they are the same in every account.
    if parts.len() > 1 && word(1) == b"aws-service-role" {
        return;
    }
    // The first component is the type of the resource, except for services that have only one type.
    let has_type = parts.len() > 1 && !matches!(service, b"s3" | b"sns" | b"sqs" | b"codecommit");
    // `aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_…`: only the last component is a name.
    let is_reserved = parts.len() > 2 && word(1) == b"aws-reserved";
    let is_last_only =
        is_reserved || kind == ValueKind::Name && !matches!(service, b"iam" | b"sts");
    let is_provider = kind == ValueKind::Host && (!host::is_host(word(1)) || host::is_aws(word(1)));
    let skipped = match is_last_only {
        true => parts.len() - 1,
        false => usize::from(has_type),
    };
    let parts = match kind {
        ValueKind::Host if is_provider => &[],
        // The components after a provider are the path of its users.
        ValueKind::Host => &parts[..2],
        _ => &parts[..],
    };
    for (index, range) in parts.iter().enumerate().skip(skipped) {
        let part = word(index);
        if part.is_empty() || aws_owned::is_kept(part) || aws_owned::is_path(part) || is_type(part)
        {
            continue;
        }
        if kind == ValueKind::Resource && aws_owned::is_word_of_service(part) {
            continue;
        }
        hit(
            super::form::kind_of(part).unwrap_or(kind),
            range.start,
            range.end,
        );
    }
}

/// Ranges of the components of the resource that begins at `from`.
fn components(arn: &[u8], from: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = from;
    let mut is_variable = false;
    for (index, byte) in arn.iter().enumerate().skip(from) {
        // A policy variable contains a colon: `user/${aws:username}`.
        is_variable = match byte {
            b'{' => arn[from..index].ends_with(b"$"),
            b'}' => false,
            _ => is_variable,
        };
        if matches!(byte, b'/' | b':') && !is_variable {
            parts.push(start..index);
            start = index + 1;
        }
    }
    parts.push(start..arn.len());
    parts
}

/// The kind of the names in a resource with this first component; `None` if they are not replaced.
fn resource_kind(
    service: &[u8],
    first: &[u8],
    count: usize,
    options: RedactOptions,
) -> Option<ValueKind> {
    match (service, first) {
        // Without a second component there is no name: `root`.
        (b"iam" | b"sts" | b"identitystore" | b"sso", _) if count < 2 => None,
        (b"iam", b"user" | b"role" | b"mfa" | b"u2f" | b"sms-mfa")
        | (b"sts", b"assumed-role" | b"federated-user" | b"self") => Some(ValueKind::Name),
        (b"identitystore" | b"sso", b"user" | b"group") => Some(ValueKind::Principal),
        (b"iam", b"oidc-provider") => Some(ValueKind::Host),
        // Users of databases, of QuickSight and of Transfer Family: the components before are names of resources.
        (_, b"user" | b"dbuser") if !options.names => Some(ValueKind::Name),
        _ => options.names.then_some(ValueKind::Resource),
    }
}

/// True for types and keywords between the names in a resource.
fn is_type(part: &[u8]) -> bool {
    let types = [
        &b"log-stream"[..],
        b"app",
        b"net",
        b"gwy",
        b"stream",
        b"index",
        b"statement",
        b"alias",
        b"aws",
        b"restapis",
        b"stages",
        b"$LATEST",
    ];
    types.contains(&part) || part.iter().all(u8::is_ascii_digit) && part.len() < 6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, names: bool) -> Vec<(ValueKind, &str)> {
        let mut hits = Vec::new();
        let options = RedactOptions { names, ids: false };
        find(text.as_bytes(), options, &mut hits);
        let hits = hits.iter().filter(|it| it.is_sure);
        hits.map(|it| (it.kind, &text[it.start..it.end])).collect()
    }

    #[test]
    fn names_of_people_are_found_and_those_of_aws_are_not() {
        let account = (ValueKind::Account, "123456789012");
        for (text, expected) in [
            (
                "arn:aws:iam::123456789012:user/ci/bob",
                vec![account, (ValueKind::Name, "ci"), (ValueKind::Name, "bob")],
            ),
            (
                "User: arn:aws:sts::123456789012:assumed-role/Ops/bob@example.com is not",
                vec![
                    account,
                    (ValueKind::Name, "Ops"),
                    (ValueKind::Email, "bob@example.com"),
                ],
            ),
            ("arn:aws:iam::123456789012:root.", vec![account]),
            ("arn:aws:iam::aws:policy/AdministratorAccess", vec![]),
            ("arn:aws:iam::127311923021:root", vec![]),
            (
                "arn:aws:iam::123456789012:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
                vec![account],
            ),
            (
                "arn:aws:iam::123456789012:role/service-role/mine",
                vec![account, (ValueKind::Name, "mine")],
            ),
            ("arn:aws:s3:::bucket/key", vec![]),
            ("arn:aws:sqs:us-east-1:123456789012:queue", vec![account]),
            (
                "arn:aws:iam::123456789012:user/a,arn:aws:iam::123456789012:user/b",
                vec![
                    account,
                    (ValueKind::Name, "a"),
                    account,
                    (ValueKind::Name, "b"),
                ],
            ),
            (
                "arn:aws:iam::123456789012:user/${aws:username}",
                vec![account],
            ),
            (
                "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/x-y-3r/AWSReservedSSO_a",
                vec![account, (ValueKind::Name, "AWSReservedSSO_a")],
            ),
            (
                "arn:aws:rds-db:us-east-1:123456789012:dbuser:db-A/bob arn:aws:quicksight:us-east-1:123456789012:user/default/eve",
                vec![
                    account,
                    (ValueKind::Name, "bob"),
                    account,
                    (ValueKind::Name, "eve"),
                ],
            ),
            (
                "arn:aws:iam::123456789012:oidc-provider/idp.acme.com/realm arn:aws:iam::123456789012:oidc-provider/accounts.google.com",
                vec![account, (ValueKind::Host, "idp.acme.com"), account],
            ),
            ("arn:aws", vec![]),
        ] {
            assert_eq!(found(text, false), expected, "{text}");
        }
        let resource = |name| (ValueKind::Resource, name);
        for (text, expected) in [
            (
                "arn:aws:s3:::bucket/key",
                vec![resource("bucket"), resource("key")],
            ),
            (
                "arn:aws:sqs:us-east-1:123456789012:queue",
                vec![account, resource("queue")],
            ),
            (
                "arn:aws:lambda:us-east-1:123456789012:function:mine:1",
                vec![account, resource("mine")],
            ),
            (
                "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/mine:*",
                vec![account, resource("mine")],
            ),
        ] {
            assert_eq!(found(text, true), expected, "{text}");
        }
    }
}
