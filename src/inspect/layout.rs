//! The layout of an event in its file, which shows the program that wrote it.
//!
//! Not for: naming that program (`origin`).

use crate::event::{ENVELOPE, Event, MemberName, Node, Shape};

const EVENT_TIME: MemberName = MemberName::named("EventTime");

/// White space between the parts of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indent {
    /// None at all.
    Compact,
    /// On one line, with blanks after colons and commas.
    Spaced,
    /// So many blanks a level.
    Spaces(usize),
    /// A tab a level.
    Tab,
    /// Anything else.
    Other,
}

/// The order of an envelope's members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberOrder {
    /// That of the API's model, as Python 3 keeps it.
    Model,
    /// That of Python 2's dictionaries.
    Python2,
    /// By name.
    Sorted,
    /// Any other, or no envelope.
    Other,
}

/// Measured with aws-cli 1.16 on Python 2.7.
const PYTHON2: [&str; 9] = [
    "EventId",
    "Username",
    "EventTime",
    "CloudTrailEvent",
    "AccessKeyId",
    "EventName",
    "ReadOnly",
    "EventSource",
    "Resources",
];

/// How an event lies there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventLayout {
    /// Its white space.
    pub indent: Indent,
    /// The order of its members.
    pub order: MemberOrder,
    /// A blank at the end of a line, as Python 2's `json` leaves it.
    pub has_trailing_blank: bool,
}

impl EventLayout {
    /// The layout of an event.
    pub fn of(event: &Event<'_>) -> EventLayout {
        let source = event.source();
        let is_object = event.shape != Shape::RecordString;
        EventLayout {
            indent: if is_object {
                indent(source)
            } else {
                Indent::Other
            },
            order: order(event),
            has_trailing_blank: is_object && first_line(source).ends_with(b", "),
        }
    }
}

fn first_line(source: &[u8]) -> &[u8] {
    let begin = source
        .iter()
        .skip(1)
        .position(|byte| !byte.is_ascii_whitespace());
    let rest = &source[begin.map_or(0, |begin| begin + 1)..];
    let end = memchr::memchr(b'\n', rest).unwrap_or(0);
    let line = &rest[..end];
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn indent(source: &[u8]) -> Indent {
    let inner = source.get(1..).unwrap_or_default();
    let blanks = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let before = &inner[..blanks(inner)];
    let Some(line) = before.iter().rposition(|byte| *byte == b'\n') else {
        let colon = memchr::memmem::find(inner, b"\":").map(|at| inner.get(at + 2));
        return match (before.is_empty(), colon) {
            (true, Some(Some(b' '))) => Indent::Spaced,
            (true, Some(Some(_))) => Indent::Compact,
            _ => Indent::Other,
        };
    };
    let member = &before[line + 1..];
    let body = source.strip_suffix(b"}").unwrap_or(source);
    let close = body.iter().rposition(|byte| *byte == b'\n');
    let close = close.map_or(&[][..], |line| &body[line + 1..]);
    match member.strip_prefix(close) {
        Some([b'\t']) => Indent::Tab,
        Some(unit) if !unit.is_empty() && unit.iter().all(|byte| *byte == b' ') => {
            Indent::Spaces(unit.len())
        }
        _ => Indent::Other,
    }
}

fn order(event: &Event<'_>) -> MemberOrder {
    if event.shape != Shape::Lookup {
        return MemberOrder::Other;
    }
    let names: Vec<&[u8]> = event.own_members().map(|(name, _)| name).collect();
    let is_in = |order: &[&str; 9]| {
        let mut rest = order.iter();
        names
            .iter()
            .all(|name| rest.any(|known| known.as_bytes() == *name))
    };
    if is_in(&ENVELOPE) {
        MemberOrder::Model
    } else if is_in(&PYTHON2) {
        MemberOrder::Python2
    } else if names.is_sorted() {
        MemberOrder::Sorted
    } else {
        MemberOrder::Other
    }
}

/// How the envelope's time is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// `1560042666`
    Integer,
    /// `1560042666.0`
    Fraction,
    /// `2019-06-09T01:11:06+00:00`
    Offset,
    /// `2019-06-09T01:11:06Z`
    Zulu,
    /// `2019-06-09 01:11:06+00:00`
    Blank,
    /// Anything else.
    Other,
}

impl Spelling {
    /// All of them.
    pub const ALL: [Spelling; 6] = [
        Spelling::Integer,
        Spelling::Fraction,
        Spelling::Offset,
        Spelling::Zulu,
        Spelling::Blank,
        Spelling::Other,
    ];

    /// How an event's envelope spells its time, if it has one.
    pub fn of(event: &Event<'_>) -> Option<Spelling> {
        event.envelope(EVENT_TIME).map(Spelling::of_node)
    }

    fn of_node(node: Node<'_>) -> Spelling {
        let text = match node.text() {
            Some(text) => text.bytes(),
            None => node.bytes(),
        };
        let is_number = text.iter().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-'));
        match (text.get(10), text.last()) {
            (None, _) if is_number && !text.is_empty() => Spelling::Integer,
            (Some(b'.'), _) if is_number => Spelling::Fraction,
            (Some(b'T'), Some(b'Z')) => Spelling::Zulu,
            (Some(b'T'), _) => Spelling::Offset,
            (Some(b' '), _) => Spelling::Blank,
            _ => Spelling::Other,
        }
    }
}
