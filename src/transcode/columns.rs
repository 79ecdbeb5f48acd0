//! Converts rows of flat columns to events: decides which member of an event the text of each column fills.
//!
//! A name of the console or of the envelope fills both halves of the event. A name of the record fills the record, and a
//! path below one of its objects (`userIdentity.arn`) fills that object. Any other column becomes a member of the record
//! under its own name. If a column contains the whole record, that is the record, and the other columns fill only the
//! envelope.

use std::borrow::Cow;

use super::hive_struct::{self, string};
use super::names::{CellFormat, OBJECTS, WHOLES, find, kind, plain, spelled};
use crate::event::{ENVELOPE, MemberName, Node, RECORD};
use crate::scan::{MAX_DEPTH, Plain, Stack, members, value_end};
use crate::text::{Escaping, json};
use crate::time;

/// An empty list of events. Events that follow on their own lines are counted as its events.
pub(super) const EVENTS: &[u8] = b"{\"Events\":[]}";

/// A list with an element that is not an event.
pub(super) const NO_EVENT: &[u8] = b"{\"Events\":[{}]}";

/// Text that the scanner counts as a damaged event.
pub(super) const BROKEN: &[u8] = b"{\"EventId\":}";

/// Text that the scanner counts as an event that is cut off.
pub(super) const CUT: &[u8] = b"{\"EventId\":";

/// Most columns of a table: CloudTrail has about a hundred names.
const MOST_COLUMNS: usize = 1024;

/// Most levels of a path.
const MOST_LEVELS: usize = 8;

/// Levels that the event adds around a value.
const LEVELS_ABOVE: usize = 16;

/// A member of the record and the columns that contain it.
#[derive(Debug)]
struct Member {
    name: Vec<u8>,
    kind: CellFormat,
    /// The first one with a value is used.
    columns: Vec<usize>,
    /// Nested members, which are used if none of these columns has a value.
    parts: Vec<Member>,
}

/// A column that contains a member of the envelope.
#[derive(Debug)]
struct EnvelopeColumn {
    key: &'static str,
    column: usize,
    /// It has the spelling of the record's member, and means that one.
    is_record: bool,
}

/// The meaning of the columns of a table.
#[derive(Debug, Default)]
pub(super) struct EventColumns {
    names: Vec<Vec<u8>>,
    known: usize,
    envelope: Vec<EnvelopeColumn>,
    record: Vec<Member>,
    /// Columns that contain the whole record by their name, and unknown ones, which may.
    records: Vec<usize>,
    others: Vec<usize>,
    ids: Vec<usize>,
    times: Vec<usize>,
    calls: Vec<usize>,
}

/// The record as one text.
enum RecordText<'v> {
    Json(&'v [u8]),
    Broken(&'v [u8]),
}

impl EventColumns {
    /// Finds the meaning of columns by their names.
    pub fn of<'n>(names: impl IntoIterator<Item = &'n [u8]>) -> EventColumns {
        let mut columns = EventColumns {
            names: names.into_iter().map(<[u8]>::to_vec).collect(),
            ..EventColumns::default()
        };
        let names = std::mem::take(&mut columns.names);
        if names.len() <= MOST_COLUMNS {
            for (column, name) in names.iter().enumerate() {
                columns.add(column, name.trim_ascii());
            }
        }
        columns.names = names;
        columns
    }

    /// True if the columns have exactly these names.
    pub fn are<'n>(&self, names: impl ExactSizeIterator<Item = &'n [u8]>) -> bool {
        names.len() == self.names.len() && names.zip(&self.names).all(|(a, b)| a == b)
    }

    /// Number of columns.
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// True if rows can be events: a column contains the whole record or the id of an event, or there are columns for both
    /// the time and the call.
    pub fn identify(&self) -> bool {
        let has_call = !self.times.is_empty() && !self.calls.is_empty();
        !self.records.is_empty() || !self.ids.is_empty() || has_call
    }

    /// True if the names are a heading and not JSON that happens to contain one name per line.
    pub fn is_heading(&self) -> bool {
        let named = self
            .names
            .iter()
            .filter(|name| !name.trim_ascii().is_empty());
        let is_one_of_many = self.known == 1 && self.names.len() > 1;
        self.identify() && !is_one_of_many && 2 * self.known >= named.count()
    }

    fn add(&mut self, column: usize, name: &[u8]) {
        let plain = plain(name);
        match &*plain {
            b"" => return,
            whole if WHOLES.contains(&whole) => {
                self.records.push(column);
                self.known += 1;
                return;
            }
            b"eventid" => self.ids.push(column),
            b"eventtime" => self.times.push(column),
            b"eventname" => self.calls.push(column),
            _ => {}
        }
        let envelope = find(&ENVELOPE, &plain);
        let record = find(&RECORD, &plain);
        let is_lower = name.iter().all(u8::is_ascii_lowercase);
        let is_record = record.is_some_and(|record| is_lower || record.as_bytes() == name);
        if let Some(key) = envelope {
            self.envelope.push(EnvelopeColumn {
                key,
                column,
                is_record,
            });
        }
        self.known += usize::from(envelope.is_some() || record.is_some());
        if let Some(name) = record {
            let kind = match kind(name) {
                CellFormat::Object("resources") if !is_record => CellFormat::Resources,
                kind => kind,
            };
            Member::at(&mut self.record, name.as_bytes(), kind)
                .columns
                .push(column);
        } else if envelope == Some("AccessKeyId") {
            self.below("userIdentity", &[b"accessKeyId"], column);
        } else if envelope.is_none() && !self.path(column, name) {
            self.others.push(column);
            Member::at(&mut self.record, name, CellFormat::Text)
                .columns
                .push(column);
        }
    }

    /// Adds a path below one of the record's objects; returns false for any other name.
    fn path(&mut self, column: usize, name: &[u8]) -> bool {
        let mut levels = name.split(|byte| *byte == b'.');
        let first = plain(levels.next().unwrap_or_default());
        let Some(root) = find(&OBJECTS, &first) else {
            return false;
        };
        let levels: Vec<&[u8]> = levels.take(MOST_LEVELS + 1).collect();
        if levels.is_empty() || levels.len() > MOST_LEVELS || levels.contains(&&b""[..]) {
            return false;
        }
        self.known += 1;
        self.below(root, &levels, column);
        true
    }

    fn below(&mut self, root: &'static str, levels: &[&[u8]], column: usize) {
        let mut member = Member::at(&mut self.record, root.as_bytes(), CellFormat::Object(root));
        for level in levels {
            let name = spelled(root, level).map_or(*level, str::as_bytes);
            member = Member::at(&mut member.parts, name, CellFormat::Object(root));
        }
        member.columns.push(column);
    }

    /// Appends the event of a row on one line. Returns false and appends nothing if the row is not an event.
    pub fn event(&self, texts: &[&[u8]], out: &mut Vec<u8>) -> bool {
        let has = |columns: &[usize]| columns.iter().any(|i| present(texts, *i).is_some());
        let whole = self.whole(texts);
        if whole.is_none() && !has(&self.ids) && !(has(&self.times) && has(&self.calls)) {
            return false;
        }
        let mut event = Object::open(out);
        for key in ENVELOPE {
            // The record already contains these members, unless it cannot be read.
            let is_source = |sources: &&EnvelopeColumn| {
                let is_asked = match whole {
                    None | Some(RecordText::Json(_)) => !sources.is_record,
                    Some(RecordText::Broken(_)) => true,
                };
                sources.key == key && (is_asked || key == "Resources")
            };
            let mut sources = self.envelope.iter().filter(is_source);
            let value = sources.find_map(|sources| match key {
                // `null` in a user name is a name, not a missing value of Lake.
                "Username" => filled(texts, sources.column),
                "Resources" => present(texts, sources.column)
                    .filter(|text| !is_record_list(text, sources.is_record)),
                _ => present(texts, sources.column),
            });
            if let Some(value) = value {
                event.name(key.as_bytes());
                envelope_value(key, value, event.out);
            }
        }
        event.name(b"CloudTrailEvent");
        match whole {
            Some(RecordText::Json(text)) => raw(text, event.out),
            Some(RecordText::Broken(text)) => string(text, event.out),
            None => {
                let mut record = Object::open(event.out);
                for member in &self.record {
                    member.write(texts, &mut record);
                }
                record.close();
            }
        }
        event.close();
        true
    }

    /// True if a row contains a readable time or an id of the usual form: it is certainly an event.
    pub fn is_certain(&self, texts: &[&[u8]]) -> bool {
        let is_time = |text: &[u8]| {
            let text = std::str::from_utf8(text);
            text.is_ok_and(|text| text.len() > 10 && time::from_text(text).is_some())
        };
        let is_id = |text: &[u8]| {
            text.len() == 36
                && text
                    .iter()
                    .all(|byte| byte.is_ascii_hexdigit() || *byte == b'-')
        };
        let any = |columns: &[usize], is: &dyn Fn(&[u8]) -> bool| {
            columns
                .iter()
                .filter_map(|i| present(texts, *i))
                .any(|text| is(text.trim_ascii()))
        };
        any(&self.ids, &is_id) || any(&self.times, &is_time) || self.whole(texts).is_some()
    }

    fn whole<'v>(&self, texts: &[&'v [u8]]) -> Option<RecordText<'v>> {
        let begins = |i: &usize| {
            let text = present(texts, *i)?.trim_ascii();
            text.starts_with(b"{").then_some(text)
        };
        let named = self.records.iter().filter_map(begins);
        let mut all = named.clone().chain(self.others.iter().filter_map(begins));
        let whole = all.find(|text| is_record(text)).map(RecordText::Json);
        whole.or_else(|| {
            named
                .clone()
                .find(|text| !is_json(text))
                .map(RecordText::Broken)
        })
    }
}

impl Member {
    fn at<'m>(members: &'m mut Vec<Member>, name: &[u8], kind: CellFormat) -> &'m mut Member {
        let is_same = |member: &Member| member.name == name && member.kind == kind;
        let at = members.iter().position(is_same);
        let at = at.unwrap_or_else(|| {
            members.push(Member {
                name: name.to_vec(),
                kind,
                columns: Vec::new(),
                parts: Vec::new(),
            });
            members.len() - 1
        });
        &mut members[at]
    }

    fn has_value(&self, texts: &[&[u8]]) -> bool {
        self.value(texts).is_some() || self.parts.iter().any(|part| part.has_value(texts))
    }

    fn value<'v>(&self, texts: &[&'v [u8]]) -> Option<&'v [u8]> {
        let mut texts = self.columns.iter().filter_map(|i| present(texts, *i));
        texts.find(|text| match self.kind {
            CellFormat::Object("resources") => is_record_list(text, true),
            CellFormat::Resources => is_record_list(text, false),
            _ => true,
        })
    }

    fn write(&self, texts: &[&[u8]], into: &mut Object<'_>) {
        if let Some(text) = self.value(texts) {
            into.name(&self.name);
            record_value(self.kind, text, into.out);
        } else if self.parts.iter().any(|part| part.has_value(texts)) {
            into.name(&self.name);
            let mut object = Object::open(into.out);
            for part in &self.parts {
                part.write(texts, &mut object);
            }
            object.close();
        }
    }
}

/// Writes an object.
struct Object<'o> {
    out: &'o mut Vec<u8>,
    is_empty: bool,
}

impl<'o> Object<'o> {
    fn open(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Object {
            out,
            is_empty: true,
        }
    }

    fn name(&mut self, name: &[u8]) {
        if !std::mem::replace(&mut self.is_empty, false) {
            self.out.push(b',');
        }
        string(name, self.out);
        self.out.push(b':');
    }

    fn close(self) {
        self.out.push(b'}');
    }
}

/// The text of a column if it is not empty.
fn filled<'v>(texts: &[&'v [u8]], column: usize) -> Option<&'v [u8]> {
    let text = texts.get(column)?;
    (!text.trim_ascii().is_empty()).then_some(text)
}

/// The same, but `null`, which Lake writes for a missing value, is missing.
fn present<'v>(texts: &[&'v [u8]], column: usize) -> Option<&'v [u8]> {
    filled(texts, column).filter(|text| text.trim_ascii() != b"null")
}

/// True for a complete JSON object or list that is not too deep to be part of an event.
fn is_json(text: &[u8]) -> bool {
    let mut stack = Stack::with_limit(MAX_DEPTH - LEVELS_ABOVE);
    matches!(text.first(), Some(b'{' | b'['))
        && value_end::<Plain>(text, 0, &mut stack) == Ok(text.len())
}

/// True for a JSON object with the names of a record.
fn is_record(text: &[u8]) -> bool {
    const EVENT_VERSION: MemberName = MemberName::named("eventVersion");
    const EVENT_NAME: MemberName = MemberName::named("eventName");
    const EVENT_SOURCE: MemberName = MemberName::named("eventSource");
    if !is_json(text) {
        return false;
    }
    let (mut version, mut call, mut source) = (false, false, false);
    let walked = members::<Plain>(text, 0, &mut Stack::default(), |member| {
        let key = MemberName::of(text.get(member.key..member.key_end).unwrap_or_default());
        version |= key == EVENT_VERSION;
        call |= key == EVENT_NAME;
        source |= key == EVENT_SOURCE;
        true
    });
    walked.is_ok() && (version || (call && source))
}

/// Appends JSON on one line.
fn raw(text: &[u8], out: &mut Vec<u8>) {
    if memchr::memchr2(b'\n', b'\r', text).is_some() {
        json::compact(text, out);
    } else {
        out.extend_from_slice(text);
    }
}

fn record_value(kind: CellFormat, text: &[u8], out: &mut Vec<u8>) {
    let (whole, text) = (text, text.trim_ascii());
    match kind {
        CellFormat::Text => string(whole, out),
        CellFormat::Time => string(&with_zone(text), out),
        CellFormat::Flag => match flag(text) {
            Some(flag) => out.extend_from_slice(flag.as_bytes()),
            None => string(text, out),
        },
        CellFormat::Object(root) => object(root, text, out),
        CellFormat::Resources => object("resources", text, out),
    }
}

fn object(root: &str, text: &[u8], out: &mut Vec<u8>) {
    if is_json(text) {
        raw(text, out);
    } else if !hive_struct::append(text, |name| spelled(root, name), out) {
        string(text, out);
    }
}

fn envelope_value(key: &str, text: &[u8], out: &mut Vec<u8>) {
    let (whole, text) = (text, text.trim_ascii());
    match key {
        "EventTime" => string(&with_zone(text), out),
        "ReadOnly" => string(flag(text).map_or(text, str::as_bytes), out),
        "Resources" if is_json(text) => list(text, out),
        _ => string(whole, out),
    }
}

fn flag(text: &[u8]) -> Option<&'static str> {
    find(&["true", "false"], text)
}

/// A date and a time of day without a zone, as Athena writes them, are UTC: adds `T` and `Z`.
fn with_zone(text: &[u8]) -> Cow<'_, [u8]> {
    const DATE: usize = "2019-06-09".len();
    let is_clock = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b':' | b'.');
    let is_bare = matches!(text.get(DATE), Some(b' ' | b'T'))
        && text
            .get(DATE + 1..)
            .is_some_and(|clock| clock.iter().all(is_clock));
    match std::str::from_utf8(text) {
        Ok(plain) if is_bare && time::from_text(plain).is_some() => {
            let mut zoned = text.to_vec();
            zoned[DATE] = b'T';
            zoned.push(b'Z');
            Cow::Owned(zoned)
        }
        _ => Cow::Borrowed(text),
    }
}

/// True if a list of resources is the record's, false if it is the envelope's. Their elements have different members; if
/// if it has neither, `or` decides.
fn is_record_list(text: &[u8], or: bool) -> bool {
    let text = text.trim_ascii();
    if !is_json(text) {
        return text
            .strip_prefix(b"[{")
            .map_or(or, |rest| rest.first().is_some_and(u8::is_ascii_alphabetic));
    }
    let (mut is_envelope, mut is_record) = (false, false);
    Node::new(text, Escaping::Raw).for_each(|resource| {
        resource.for_each_member(|name, _| {
            is_envelope |= resource_name(name.bytes()).is_some();
            is_record |= name.eq_ignore_ascii_case("arn");
            true
        });
        true
    });
    !is_envelope && (is_record || or)
}

fn resource_name(name: &[u8]) -> Option<&'static str> {
    find(&["ResourceType", "ResourceName"], name)
}

/// Appends a list of resources with the envelope's names.
fn list(text: &[u8], out: &mut Vec<u8>) {
    if text.first() != Some(&b'[') {
        return raw(text, out);
    }
    out.push(b'[');
    let mut is_first = true;
    Node::new(text, Escaping::Raw).for_each(|resource| {
        if !std::mem::replace(&mut is_first, false) {
            out.push(b',');
        }
        if !resource.is_object() {
            raw(resource.bytes(), out);
            return true;
        }
        let mut object = Object::open(out);
        resource.for_each_member(|name, value| {
            match resource_name(name.bytes()) {
                Some(known) => object.name(known.as_bytes()),
                None => object.name(name.to_str().as_bytes()),
            }
            raw(value.bytes(), object.out);
            true
        });
        object.close();
        true
    });
    out.push(b']');
}

#[cfg(test)]
mod tests;
