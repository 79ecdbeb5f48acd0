//! Values that the name of a member tells, and all values of a text with them.
//!
//! Not for: which member means what (`member_kind`), or values told by their form alone (`form`).

use super::form::{self, Hit, TextContext};
use super::kind::{RedactOptions, ValueKind};
use super::member_kind::{MemberContext, MemberKind};
use super::view::DecodedText;
use super::walk::Leaf;
use super::{address, arn, aws_owned, host};

/// Escapings that are taken off a text which is no JSON itself, but may quote some.
const PEELS: usize = 3;

/// Finds values.
#[derive(Debug)]
pub(super) struct Finder {
    options: RedactOptions,
    hits: Vec<Hit>,
}

impl Finder {
    pub fn new(options: RedactOptions) -> Finder {
        Finder {
            options,
            hits: Vec::new(),
        }
    }

    /// Passes on each reading of a text, with and without what escapes are on it, and the values in it.
    pub fn leaf(&mut self, leaf: &Leaf<'_>, each: &mut dyn FnMut(&DecodedText<'_>, &[Hit])) {
        if leaf.is_somebody {
            self.hits.clear();
            name(&leaf.view.bytes, 0, &mut self.hits);
            each(&leaf.view, &self.hits);
            return;
        }
        let plain = leaf.view.unpercented();
        let has_field = leaf.field != MemberContext::default() && !leaf.is_key;
        let place = TextContext {
            is_string: leaf.is_string,
            is_version: leaf.field.role == MemberKind::Version,
        };
        let role = |has: bool| {
            if has {
                leaf.field.role
            } else {
                MemberKind::Any
            }
        };
        self.reading(&leaf.view, place, role(has_field && plain.is_none()), each);
        if let Some(plain) = &plain {
            self.reading(plain, place, role(has_field), each);
            self.peeled(plain, place, 1, each);
        }
        if let Some(view) = leaf.view.unescaped() {
            self.reading(&view, place, MemberKind::Any, each);
            self.peeled(&view, place, 1, each);
        }
    }

    /// Passes on all readings of bytes of which nothing is known.
    pub fn bytes(&mut self, bytes: &[u8], each: &mut dyn FnMut(&DecodedText<'_>, &[Hit])) {
        let (view, place) = (DecodedText::raw(bytes, 0), TextContext::default());
        self.reading(&view, place, MemberKind::Any, each);
        self.peeled(&view, place, 0, each);
    }

    fn peeled(
        &mut self,
        view: &DecodedText<'_>,
        place: TextContext,
        level: usize,
        each: &mut dyn FnMut(&DecodedText<'_>, &[Hit]),
    ) {
        if level >= PEELS {
            return;
        }
        for view in [view.unescaped(), view.unpercented()].into_iter().flatten() {
            self.reading(&view, place, MemberKind::Any, each);
            self.peeled(&view, place, level + 1, each);
        }
    }

    fn reading(
        &mut self,
        view: &DecodedText<'_>,
        place: TextContext,
        role: MemberKind,
        each: &mut dyn FnMut(&DecodedText<'_>, &[Hit]),
    ) {
        self.hits.clear();
        form::find(&view.bytes, place, self.options, &mut self.hits);
        member(&view.bytes, role, self.options, &mut self.hits);
        each(view, &self.hits);
    }
}

/// What the name of the member says of a text.
fn member(text: &[u8], role: MemberKind, options: RedactOptions, hits: &mut Vec<Hit>) {
    match role {
        MemberKind::Any
        | MemberKind::Account
        | MemberKind::Version
        | MemberKind::ResourceType
        | MemberKind::Api
        | MemberKind::Service => {}
        MemberKind::Principal => principal(text, hits),
        MemberKind::Canonical if form::is_canonical(text) => {
            push(hits, 0, text.len(), ValueKind::Principal)
        }
        MemberKind::Canonical => {}
        // By its form alone it would end at a blank.
        MemberKind::Arn if text.starts_with(b"arn:aws") && text.contains(&b' ') => {
            hits.clear();
            arn::whole(text, options, hits);
        }
        MemberKind::Arn => {}
        MemberKind::ResourceName if options.names => resource(text, hits),
        MemberKind::Known | MemberKind::ResourceName => known(text, hits),
        MemberKind::One(ValueKind::Name) => name(text, 0, hits),
        MemberKind::One(ValueKind::Host) => whole_host(text, hits),
        MemberKind::One(ValueKind::Resource) => resource(text, hits),
        MemberKind::One(_) if aws_owned::stays(text) || form::is_masked(text) => {}
        // Its first and last line stay.
        MemberKind::One(ValueKind::Secret) if is_pem(text) => {}
        MemberKind::One(kind) if !text.starts_with(b"arn:aws") => {
            let kind = form::kind_of(text).unwrap_or(kind);
            push(hits, 0, text.len(), kind);
        }
        MemberKind::One(_) => {}
    }
}

fn push(hits: &mut Vec<Hit>, start: usize, end: usize, kind: ValueKind) {
    hits.push(Hit {
        start,
        end,
        kind,
        is_sure: true,
    });
}

/// The parts of a text between separators, with where they begin.
fn parts(text: &[u8], is_separator: impl Fn(u8) -> bool) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    text.split(move |byte| is_separator(*byte))
        .map(move |part| {
            let start = at;
            at += part.len() + 1;
            (start, part)
        })
}

/// The name of somebody; with a path before it, each part of that. What providers of identities call somebody has
/// colons.
fn name(text: &[u8], at: usize, hits: &mut Vec<Hit>) {
    if text.starts_with(b"arn:") {
        return;
    }
    for (start, part) in parts(text, |byte| matches!(byte, b'/' | b':')) {
        if !aws_owned::stays(part) && !aws_owned::is_path(part) {
            let kind = form::kind_of(part).unwrap_or(ValueKind::Name);
            push(hits, at + start, at + start + part.len(), kind);
        }
    }
}

/// `AROA…:session`, an account, or what an identity provider calls somebody.
fn principal(text: &[u8], hits: &mut Vec<Hit>) {
    if text.starts_with(b"arn:") {
        return;
    }
    for (start, part) in parts(text, |byte| byte == b':') {
        if start > 0 {
            name(part, start, hits);
        } else if !aws_owned::stays(part)
            && !aws_owned::is_path(part)
            && !aws_owned::is_aws_account(part)
            && !form::is_masked(part)
        {
            let kind = form::kind_of(part).unwrap_or(ValueKind::Principal);
            push(hits, start, part.len(), kind);
        }
    }
}

/// Nothing but PEM blocks.
fn is_pem(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    text.starts_with(b"-----BEGIN ") && text.ends_with(b"-----")
}

fn whole_host(text: &[u8], hits: &mut Vec<Hit>) {
    if text.starts_with(b"arn:") || address::v6(text).is_some() {
        return;
    }
    let mut start = memchr::memmem::find(text, b"://").map_or(0, |at| at + 3);
    if text[start..].starts_with(b"*.") {
        start += 2;
    }
    let rest = &text[start..];
    let end = rest.iter().position(|it| matches!(it, b':' | b'/' | b'?'));
    let host = &rest[..end.unwrap_or(rest.len())];
    let host = host.strip_suffix(b".").unwrap_or(host);
    let is_one = host::is_host(host)
        && !host::is_aws(host)
        && !aws_owned::stays(host)
        && !aws_owned::is_path(host)
        && host != b"localhost"
        && address::v4(host).is_none();
    if is_one {
        push(hits, start, start + host.len(), ValueKind::Host);
    }
}

fn resource(text: &[u8], hits: &mut Vec<Hit>) {
    if text.starts_with(b"arn:") {
        return;
    }
    for (start, part) in parts(text, |byte| matches!(byte, b'/' | b':')) {
        let is_number = part.len() < 6 && part.iter().all(u8::is_ascii_digit);
        let is_nobodys = aws_owned::stays(part)
            || aws_owned::is_service(part)
            || aws_owned::is_word_of_service(part)
            || aws_owned::is_aws_account(part)
            || is_number
            || part == b"https";
        if !is_nobodys {
            let kind = form::kind_of(part).unwrap_or(ValueKind::Resource);
            push(hits, start, start + part.len(), kind);
        }
    }
}

/// Names that are known from elsewhere, and those of a zone: `db.example.com.`
fn known(text: &[u8], hits: &mut Vec<Hit>) {
    if let Some(front) = text.strip_suffix(b".")
        && front.contains(&b'.')
    {
        return whole_host(text, hits);
    }
    for (start, part) in parts(text, |byte| byte == b'/') {
        hits.push(Hit {
            start,
            end: start + part.len(),
            kind: ValueKind::Name,
            is_sure: false,
        });
    }
}
