//! Finds values that the member name identifies, and all other values in a text.

use super::form::{self, Hit, TextContext};
use super::kind::{RedactOptions, ValueKind};
use super::member_kind::{MemberContext, MemberKind};
use super::view::DecodedText;
use super::walk::Leaf;
use super::{address, arn, aws_owned, host};

/// Levels of JSON or percent escapes that are removed from a text. Messages quote JSON that was quoted before; three
/// levels occur in practice, and each level examines the text once more.
const UNESCAPE_LEVELS: usize = 3;

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

    /// Passes on a text with the values in it, once as it is and once for each level of escapes removed.
    pub fn leaf(&mut self, leaf: &Leaf<'_>, visit: &mut dyn FnMut(&DecodedText<'_>, &[Hit])) {
        if leaf.is_identity {
            self.hits.clear();
            name(&leaf.view.bytes, 0, &mut self.hits);
            visit(&leaf.view, &self.hits);
            return;
        }
        let plain = leaf.view.percent_decoded();
        let has_context = leaf.context != MemberContext::default() && !leaf.is_key;
        let place = TextContext {
            is_string: leaf.is_string,
            is_version: leaf.context.member_kind == MemberKind::Version,
        };
        let member_kind = |has: bool| {
            if has {
                leaf.context.member_kind
            } else {
                MemberKind::Any
            }
        };
        self.examine(
            &leaf.view,
            place,
            member_kind(has_context && plain.is_none()),
            visit,
        );
        if let Some(plain) = &plain {
            self.examine(plain, place, member_kind(has_context), visit);
            self.unescape_further(plain, place, 1, visit);
        }
        if let Some(view) = leaf.view.unescaped() {
            self.examine(&view, place, MemberKind::Any, visit);
            self.unescape_further(&view, place, 1, visit);
        }
    }

    /// Does the same for bytes whose member is not known.
    pub fn bytes(&mut self, bytes: &[u8], visit: &mut dyn FnMut(&DecodedText<'_>, &[Hit])) {
        let (view, place) = (DecodedText::raw(bytes, 0), TextContext::default());
        self.examine(&view, place, MemberKind::Any, visit);
        self.unescape_further(&view, place, 0, visit);
    }

    fn unescape_further(
        &mut self,
        view: &DecodedText<'_>,
        place: TextContext,
        level: usize,
        visit: &mut dyn FnMut(&DecodedText<'_>, &[Hit]),
    ) {
        if level >= UNESCAPE_LEVELS {
            return;
        }
        for view in [view.unescaped(), view.percent_decoded()]
            .into_iter()
            .flatten()
        {
            self.examine(&view, place, MemberKind::Any, visit);
            self.unescape_further(&view, place, level + 1, visit);
        }
    }

    fn examine(
        &mut self,
        view: &DecodedText<'_>,
        place: TextContext,
        member_kind: MemberKind,
        visit: &mut dyn FnMut(&DecodedText<'_>, &[Hit]),
    ) {
        self.hits.clear();
        form::find(&view.bytes, place, self.options, &mut self.hits);
        member(&view.bytes, member_kind, self.options, &mut self.hits);
        visit(view, &self.hits);
    }
}

/// Appends the values in a text that its member identifies.
fn member(text: &[u8], member_kind: MemberKind, options: RedactOptions, hits: &mut Vec<Hit>) {
    match member_kind {
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
        // By its form alone, an ARN would end at the first space.
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
        MemberKind::One(_) if aws_owned::is_kept(text) || form::is_masked(text) => {}
        // Only the text between the first and the last line is secret; `form` finds it.
        MemberKind::One(ValueKind::Secret) if is_pem(text) => {}
        // An ARN in such a member is read by `arn`, which keeps its service, region and type.
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

/// The parts of a text between separators, with their offsets.
fn parts(text: &[u8], is_separator: impl Fn(u8) -> bool) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    text.split(move |byte| is_separator(*byte))
        .map(move |part| {
            let start = at;
            at += part.len() + 1;
            (start, part)
        })
}

/// A name of a user or role. If it has a path, each component is a value. Subjects of identity providers are separated
/// by colons.
fn name(text: &[u8], at: usize, hits: &mut Vec<Hit>) {
    if text.starts_with(b"arn:") {
        return;
    }
    for (start, part) in parts(text, |byte| matches!(byte, b'/' | b':')) {
        if !aws_owned::is_kept(part) && !aws_owned::is_path(part) {
            let kind = form::kind_of(part).unwrap_or(ValueKind::Name);
            push(hits, at + start, at + start + part.len(), kind);
        }
    }
}

/// A principal id: `AROA…:session`, an account id, or the subject of an identity provider.
fn principal(text: &[u8], hits: &mut Vec<Hit>) {
    if text.starts_with(b"arn:") {
        return;
    }
    for (start, part) in parts(text, |byte| byte == b':') {
        if start > 0 {
            name(part, start, hits);
        } else if !aws_owned::is_kept(part)
            && !aws_owned::is_path(part)
            && !aws_owned::is_aws_account(part)
            && !form::is_masked(part)
        {
            let kind = form::kind_of(part).unwrap_or(ValueKind::Principal);
            push(hits, start, part.len(), kind);
        }
    }
}

/// True if a text consists of PEM blocks only.
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
    let matches_form = host::is_host(host)
        && !host::is_aws(host)
        && !aws_owned::is_kept(host)
        && !aws_owned::is_path(host)
        && host != b"localhost"
        && address::v4(host).is_none();
    if matches_form {
        push(hits, start, start + host.len(), ValueKind::Host);
    }
}

fn resource(text: &[u8], hits: &mut Vec<Hit>) {
    if text.starts_with(b"arn:") {
        return;
    }
    for (start, part) in parts(text, |byte| matches!(byte, b'/' | b':')) {
        let is_number = part.len() < 6 && part.iter().all(u8::is_ascii_digit);
        let is_public = aws_owned::is_kept(part)
            || aws_owned::is_service(part)
            || aws_owned::is_word_of_service(part)
            || aws_owned::is_aws_account(part)
            || is_number
            || part == b"https";
        if !is_public {
            let kind = form::kind_of(part).unwrap_or(ValueKind::Resource);
            push(hits, start, start + part.len(), kind);
        }
    }
}

/// Names that are replaced only if they are known from elsewhere, and names of DNS zones: `db.example.com.`
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
