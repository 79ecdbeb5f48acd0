//! Converts one item of a list, or one small document, to a line of JSON.
//!
//! The parser returns one event at a time and is not recursive, and the depth is limited, so hostile input cannot overflow
//! the stack. Anything that is not plain data (aliases, keys that are not scalars) is a fault; the members before a fault
//! are kept.

use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput, Tag};

use crate::event::MemberName;
use crate::scan::{MAX_DEPTH, Plain, Stack, number_end, value_end};
use crate::text::json::write_string;

/// Replaces invalid UTF-8 while the parser reads the text. Unicode reserves this character for internal use.
const FAULT: char = '\u{fdd0}';
/// A byte that the scanner reports as invalid UTF-8.
const NOT_UTF8: u8 = 0xff;

const CLOUD_TRAIL_EVENT: MemberName = MemberName::named("CloudTrailEvent");

/// The kind of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeKind {
    Mapping,
    Sequence,
    /// Text that is a JSON object. It is used as it is.
    Object,
    /// Any other scalar.
    Scalar,
}

/// An item as JSON.
#[derive(Debug)]
pub(super) struct YamlNode {
    pub kind: NodeKind,
    /// The JSON. If there is a fault, only the complete members before it.
    pub json: Vec<u8>,
    /// Offsets in `json`, each with the offset in the item that the bytes from there on come from.
    pub runs: Vec<(usize, usize)>,
    /// CloudTrail names of the first level that have a value, one bit each.
    pub members: u64,
    /// Range of the record in `json`, if it is an object.
    pub record: Option<std::ops::Range<usize>>,
    /// `NextToken` as JSON.
    pub token: Option<Vec<u8>>,
    /// The last scalar, if it has no quotes.
    pub last_plain: Option<String>,
    /// The last key of the first level.
    pub last_key: MemberName,
    /// Offset of the fault in the item, if there is one.
    pub fault: Option<usize>,
}

impl YamlNode {
    /// Reads an item after this number of dashes.
    pub fn read(item: &[u8], dashes: usize) -> YamlNode {
        // The parser treats NUL as the end of its input.
        let whole = memchr::memchr(0, item).unwrap_or(item.len());
        let (text, is_utf8) = decoded(&item[..whole]);
        let places = Places::new(&text, is_utf8);
        let mut reader = Reader {
            places,
            open: Vec::new(),
            node: YamlNode {
                kind: NodeKind::Scalar,
                json: Vec::with_capacity(text.len()),
                runs: Vec::new(),
                members: 0,
                record: None,
                token: None,
                last_plain: None,
                last_key: MemberName::OTHER,
                fault: None,
            },
            is_token: false,
            whole: (0, 0),
            stack: Stack::default(),
        };
        let read = reader.document(Parser::new_from_str(&text), dashes);
        let mut node = reader.node;
        let fault = match read {
            Ok(()) if whole < item.len() => Some(whole),
            Ok(()) => None,
            Err(at) => Some(at),
        };
        if let Some(at) = fault {
            if read.is_err() {
                let (length, runs) = reader.whole;
                node.json.truncate(length);
                node.runs.truncate(runs);
            } else if node.json.last() == Some(&b'}') && node.kind == NodeKind::Mapping {
                node.json.pop();
            }
            node.fault = Some(at);
        }
        if !is_utf8 {
            node.restore_faults();
        }
        node
    }

    /// True if the item has this member with a value.
    pub fn has(&self, key: MemberName) -> bool {
        self.members & key.bit() != 0
    }

    /// Puts invalid bytes back, so that the scanner reports them.
    fn restore_faults(&mut self) {
        let mut mark = [0; 4];
        let mark = FAULT.encode_utf8(&mut mark).as_bytes();
        let mut restored = Vec::with_capacity(self.json.len());
        let mut from = 0;
        for at in memchr::memmem::find_iter(&self.json, mark) {
            restored.extend_from_slice(&self.json[from..at]);
            restored.push(NOT_UTF8);
            from = at + mark.len();
        }
        restored.extend_from_slice(&self.json[from..]);
        // Offsets were counted in the changed text, so they are not known any more.
        self.runs.clear();
        self.record = self.record.as_ref().map(|_| 0..restored.len());
        self.json = restored;
    }
}

/// The text, and whether it was valid UTF-8.
fn decoded(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return (Cow::Borrowed(text), true);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(FAULT);
        }
    }
    (Cow::Owned(text), false)
}

/// Converts offsets of the parser, which count characters, to bytes.
struct Places<'t> {
    text: &'t str,
    is_ascii: bool,
    is_known: bool,
    /// The last character that was converted, and its byte offset.
    last: (usize, usize),
}

impl<'t> Places<'t> {
    fn new(text: &'t str, is_known: bool) -> Self {
        Places {
            text,
            is_ascii: text.is_ascii(),
            is_known,
            last: (0, 0),
        }
    }

    /// Byte offset of a character. Characters must be requested in order, so that the text is read once.
    fn byte(&mut self, character: usize) -> usize {
        if !self.is_known {
            return 0;
        }
        if self.is_ascii {
            self.last = (0, self.last.1.max(character.min(self.text.len())));
            return self.last.1;
        }
        let (from, byte) = self.last;
        if character > from {
            let rest = self.text.get(byte..).unwrap_or_default();
            let skip = rest.char_indices().nth(character - from);
            self.last = (
                character,
                skip.map_or(self.text.len(), |(skip, _)| byte + skip),
            );
        }
        self.last.1
    }
}

/// A list or mapping that is open.
struct Open {
    is_mapping: bool,
    /// Number of keys and values, or of elements, so far.
    count: usize,
}

struct Reader<'t> {
    places: Places<'t>,
    open: Vec<Open>,
    node: YamlNode,
    is_token: bool,
    /// Lengths of the JSON and of the runs after the last complete member.
    whole: (usize, usize),
    stack: Stack,
}

impl<'t> Reader<'t> {
    /// Reads the whole item. The error is the offset of a fault.
    fn document(
        &mut self,
        mut parser: Parser<'t, StrInput<'t>>,
        dashes: usize,
    ) -> Result<(), usize> {
        let mut before = dashes;
        let mut is_read = false;
        while let Some(next) = parser.next_event() {
            let (event, span) = match next {
                Ok(next) => next,
                Err(error) => return Err(self.places.byte(error.marker().index())),
            };
            let at = self.places.byte(span.start.index());
            match event {
                Event::Nothing | Event::StreamStart | Event::DocumentStart(_) if !is_read => {}
                Event::DocumentEnd | Event::StreamEnd if is_read => {}
                Event::SequenceStart(..) if before > 0 => before -= 1,
                Event::SequenceEnd if is_read => {}
                _ if is_read || before > 0 => return Err(at),
                event => {
                    if matches!(event, Event::SequenceEnd | Event::MappingEnd) && !span.is_empty() {
                        // A closing bracket (flow style) shows that the scalar before it is complete.
                        self.node.last_plain = None;
                    }
                    self.node(event, at)?;
                    is_read = self.open.is_empty();
                }
            }
        }
        if is_read {
            Ok(())
        } else {
            Err(self.places.byte(usize::MAX))
        }
    }

    fn node(&mut self, event: Event<'t>, at: usize) -> Result<(), usize> {
        match event {
            Event::Scalar(text, style, _, tag) => {
                self.begin(at, true)?;
                let from = self.node.json.len();
                self.scalar(&text, style, tag.as_deref());
                self.end(self.node.json[from..] == *b"null");
            }
            Event::SequenceStart(..) => self.enter(false, at)?,
            Event::MappingStart(..) => self.enter(true, at)?,
            Event::SequenceEnd | Event::MappingEnd => {
                let closes: &[u8] = if event == Event::MappingEnd {
                    b"}"
                } else {
                    b"]"
                };
                self.open.pop();
                self.node.json.extend_from_slice(closes);
                self.end(false);
            }
            _ => return Err(at),
        }
        Ok(())
    }

    fn enter(&mut self, is_mapping: bool, at: usize) -> Result<(), usize> {
        if self.open.len() == MAX_DEPTH {
            return Err(at);
        }
        self.begin(at, false)?;
        if self.open.is_empty() {
            self.node.kind = if is_mapping {
                NodeKind::Mapping
            } else {
                NodeKind::Sequence
            };
        }
        self.node.json.push(if is_mapping { b'{' } else { b'[' });
        self.open.push(Open {
            is_mapping,
            count: 0,
        });
        Ok(())
    }

    /// Writes the text before a key, value or element.
    fn begin(&mut self, at: usize, is_scalar: bool) -> Result<(), usize> {
        if let Some(open) = self.open.last() {
            let is_key = open.is_mapping && open.count.is_multiple_of(2);
            if is_key && !is_scalar {
                return Err(at);
            }
            if open.is_mapping && !is_key {
                self.node.json.push(b':');
            } else if open.count > 0 {
                self.node.json.push(b',');
            }
        }
        self.node.runs.push((self.node.json.len(), at));
        Ok(())
    }

    /// Updates the state after a key, value or element.
    fn end(&mut self, is_null: bool) {
        let level = self.open.len();
        let Some(open) = self.open.last_mut() else {
            return;
        };
        open.count += 1;
        if level == 1 && open.is_mapping && open.count.is_multiple_of(2) {
            if !is_null {
                self.node.members |= self.node.last_key.bit();
            }
            self.whole = (self.node.json.len(), self.node.runs.len());
        }
    }

    fn is_key(&self) -> bool {
        self.open
            .last()
            .is_some_and(|open| open.is_mapping && open.count.is_multiple_of(2))
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>) {
        let is_plain = style == ScalarStyle::Plain;
        self.node.last_plain = is_plain.then(|| text.to_owned());
        if self.is_key() {
            if self.open.len() == 1 {
                self.node.last_key = MemberName::of(text.as_bytes());
                self.is_token = text == "NextToken";
            }
            write_string(&mut self.node.json, text);
            return;
        }
        let is_value = self.open.len() == 1 && self.node.kind == NodeKind::Mapping;
        let from = self.node.json.len();
        if self.open.is_empty() || (is_value && self.node.last_key == CLOUD_TRAIL_EVENT) {
            let text = text.trim_ascii();
            if self.is_object(text) {
                self.node.json.extend_from_slice(text.as_bytes());
                if self.open.is_empty() {
                    self.node.kind = NodeKind::Object;
                } else {
                    self.node.record = Some(from..self.node.json.len());
                }
                return;
            }
        }
        let is_text = tag.is_some_and(|tag| {
            tag.handle == "!" && tag.suffix.is_empty()
                || tag.is_yaml_core_schema() && tag.suffix == "str"
        });
        match resolved(text) {
            Some(word) if is_plain && !is_text => self.node.json.extend_from_slice(word.as_bytes()),
            _ => write_string(&mut self.node.json, text),
        }
        if is_value && self.is_token && self.node.json.get(from) != Some(&b'n') {
            self.node.token = Some(self.node.json[from..].to_vec());
        }
    }

    fn is_object(&mut self, text: &str) -> bool {
        text.starts_with('{')
            && value_end::<Plain>(text.as_bytes(), 0, &mut self.stack) == Ok(text.len())
    }
}

/// The JSON spelling of an unquoted scalar that is not text: words of the YAML core schema, and numbers with the same
/// spelling in JSON. Other numbers stay text, because a converted number could differ.
fn resolved(text: &str) -> Option<&str> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some("null"),
        "true" | "True" | "TRUE" => Some("true"),
        "false" | "False" | "FALSE" => Some("false"),
        _ if number_end(text.as_bytes(), 0) == Ok(text.len()) => Some(text),
        _ => None,
    }
}
