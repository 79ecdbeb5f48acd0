//! All values of an event, with their paths.
//!
//! The inverse of `field`, which looks up the value of a typed path. Here every value is visited and its path is
//! recorded, so that [`Field`] accepts each path and finds the same value. The text of an event is walked once,
//! without recursion. Elements of an array share one path, `x[]`. Objects and arrays are represented by their
//! content; only an empty one is a value itself.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};
use twox_hash::XxHash3_64;

use super::path::{Step, write_name, write_quoted};
use super::scope::{CLOUD_TRAIL_EVENT, Kind};
use super::{Context, Event, Field, MemberName, Node, Scope, Shape};
use crate::scan::{self, Nested, Nesting, Plain, skip_valid};
use crate::text::{Escaping, Text, Value};

/// The number of a path in an [`PathIndex`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PathId(u32);

impl PathId {
    /// A small unique number for each path, in the order of first occurrence.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Parents of first names: known names, and names after a leading dot.
const KNOWN: u32 = u32::MAX;
const DOTTED: u32 = u32::MAX - 1;

#[derive(Debug)]
struct Entry {
    above: u32,
    /// `None` for the elements of an array.
    name: Option<Box<str>>,
    /// Bytes of the path, without quotes.
    length: usize,
    hash: u64,
    /// How many steps of the scope lead here; `None` if the path is outside the scope.
    gone: Option<usize>,
    /// The last object that contained it.
    seen: u64,
}

/// The path of steps, the last one first, and whether it can be typed; with `is_quoted`, names below the first are in quotes.
fn written(steps: &[&Entry], is_quoted: bool) -> (String, bool) {
    let (mut path, mut is_typable) = (String::new(), true);
    for step in steps.iter().rev() {
        match &step.name {
            None => path.push_str("[]"),
            Some(name) if step.above == KNOWN => path.push_str(name),
            Some(name) => {
                path.push('.');
                is_typable &= if is_quoted {
                    write_quoted(name, &mut path)
                } else {
                    write_name(name, &mut path)
                };
            }
        }
    }
    (path, is_typable)
}

/// An object or array that is being walked.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// Of the object, or of the elements.
    place: u32,
    /// A unique number of an object; `None` is an array.
    object: Option<u64>,
}

/// The paths of some events, each stored once. One index serves one [`Scope`].
#[derive(Debug, Default)]
pub struct PathIndex {
    entries: Vec<Entry>,
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
    open: Vec<Open>,
    objects: u64,
}

impl PathIndex {
    /// Calls `each` with every wanted path that an event has and the value there, and with the path of an
    /// array's elements once per element: first the envelope, then computed fields, then the record and other names.
    ///
    /// A member that exists but is not a value for a field ([`Field::value`] treats an empty `EventName` as missing)
    /// is passed as [`Value::Null`].
    pub fn walk(
        &mut self,
        scope: &Scope,
        event: &Event<'_>,
        context: &Context<'_>,
        mut each: impl FnMut(PathId, &Value<'_>),
    ) {
        for (kind, field) in &scope.firsts {
            match kind {
                _ if !scope.wants(*kind, field.name()) => {}
                Kind::Computed => {
                    let value = field.value(event, context);
                    self.value(scope, field.name(), &value, &mut each);
                }
                Kind::Envelope(key) => {
                    self.envelope(scope, event, context, (*key, field), &mut each);
                }
                Kind::Record(_) => {}
            }
        }
        if scope.wants_record() {
            self.record(scope, event, context, &mut each);
        }
    }

    /// A member of the envelope, or its derived value if it is missing.
    fn envelope(
        &mut self,
        scope: &Scope,
        event: &Event<'_>,
        context: &Context<'_>,
        (key, field): (MemberName, &Field),
        each: &mut impl FnMut(PathId, &Value<'_>),
    ) {
        let node = event.envelope(key);
        // The record is represented by its members.
        let is_record = field.name() == CLOUD_TRAIL_EVENT;
        if is_record && (node.is_none() || event.record().is_some()) {
            return;
        }
        // A value that is not empty is listed by its content.
        let has_content = |node: Node<'_>| {
            let inner = node.bytes().get(scan::skip_space(node.bytes(), 1));
            matches!(node.bytes().first(), Some(b'{' | b'[')) && !matches!(inner, Some(b'}' | b']'))
        };
        if let Some(node) = node
            && (is_record || has_content(node))
        {
            let place = self.number(scope, KNOWN, Some(field.name()));
            self.below(scope, node, place, each);
        }
        if is_record {
            return;
        }
        match (field.value(event, context), node) {
            (Value::Json(_), Some(node)) if has_content(node) => {}
            (Value::Missing, Some(node)) if !has_content(node) => {
                self.value(scope, field.name(), &Value::Null, each);
            }
            (value, _) => self.value(scope, field.name(), &value, each),
        }
    }

    fn record(
        &mut self,
        scope: &Scope,
        event: &Event<'_>,
        context: &Context<'_>,
        each: &mut impl FnMut(PathId, &Value<'_>),
    ) {
        self.objects += 1;
        let object = self.objects;
        if let Some(record) = event.record() {
            for (key, name, node) in record.members() {
                let place = if !key.is_record() {
                    self.dotted(scope, name, object)
                } else if scope.wants(Kind::Record(key), key.name()) {
                    Some(self.number(scope, KNOWN, Some(key.name())))
                } else {
                    None
                };
                if let Some(place) = place {
                    self.below(scope, node, place, each);
                }
            }
        } else if event.record_unreadable().is_none() {
            self.derived(scope, event, context, each);
        }
        if event.shape != Shape::Lookup {
            return;
        }
        for (name, node) in event.own_members() {
            let key = MemberName::of(name);
            // A field finds the record's member of that name first.
            let is_hidden = key.is_record() && event.record_member(key).is_some();
            if !key.is_envelope()
                && !is_hidden
                && let Some(place) = self.dotted(scope, Text::once(name), object)
            {
                self.below(scope, node, place, each);
            }
        }
    }

    /// The members of a record that are derived from an envelope without one.
    fn derived(
        &mut self,
        scope: &Scope,
        event: &Event<'_>,
        context: &Context<'_>,
        each: &mut impl FnMut(PathId, &Value<'_>),
    ) {
        for (kind, field) in &scope.firsts {
            let Kind::Record(key) = kind else { continue };
            if !scope.wants(*kind, field.name()) {
                continue;
            }
            if *key == const { MemberName::named("userIdentity") } {
                if let Some(text) = event.access_key_id() {
                    let identity = self.number(scope, KNOWN, Some(field.name()));
                    let place = self.number(scope, identity, Some("accessKeyId"));
                    self.leaf(scope, place, &Value::Text(text), each);
                }
            } else {
                self.value(scope, field.name(), &field.value(event, context), each);
            }
        }
    }

    /// The value of a first name.
    fn value(
        &mut self,
        scope: &Scope,
        name: &str,
        value: &Value<'_>,
        each: &mut impl FnMut(PathId, &Value<'_>),
    ) {
        if !matches!(value, Value::Missing) {
            let place = self.number(scope, KNOWN, Some(name));
            // Each element of a list is a value of its own, as below `x[]`.
            if let Value::List(elements) = value {
                elements
                    .iter()
                    .for_each(|element| self.leaf(scope, place, element, each));
            } else {
                self.leaf(scope, place, value, each);
            }
        }
    }

    fn leaf(
        &mut self,
        scope: &Scope,
        place: u32,
        value: &Value<'_>,
        each: &mut impl FnMut(PathId, &Value<'_>),
    ) {
        let gone = self.entries.get(place as usize).map(|entry| entry.gone);
        if gone == Some(Some(scope.steps.len())) {
            each(PathId(place), value);
        }
    }

    /// A first name after a leading dot; `None` if it is not wanted, or if this object had it before.
    fn dotted(&mut self, scope: &Scope, name: Text<'_>, object: u64) -> Option<u32> {
        let name = name.to_str();
        if !scope.wants_dotted(&name) {
            return None;
        }
        let place = self.number(scope, DOTTED, Some(&name));
        self.first_in(place, object)
    }

    /// The number of the path that consists of a parent and a name, or a parent and the elements of an array.
    fn number(&mut self, scope: &Scope, above: u32, name: Option<&str>) -> u32 {
        let hash = self.hasher.hash_one((above, name));
        let entries = &self.entries;
        let is_same = |number: &u32| {
            let entry = &entries[*number as usize];
            entry.above == above && entry.name.as_deref() == name
        };
        if let Some(number) = self.numbers.find(hash, is_same) {
            return *number;
        }
        self.add(scope, above, name, hash)
    }

    #[cold]
    fn add(&mut self, scope: &Scope, above: u32, name: Option<&str>, hash: u64) -> u32 {
        let parent = self.entries.get(above as usize);
        let gone = match parent.map(|parent| parent.gone) {
            None => Some(0),
            Some(None) => None,
            Some(Some(gone)) => match (scope.steps.get(gone), name) {
                (None, _) => Some(gone),
                (Some(Step::Name(wanted)), Some(name)) if wanted == name => Some(gone + 1),
                (Some(Step::All), None) => Some(gone + 1),
                _ => None,
            },
        };
        // Names and elements are different, and so are first names with and without a dot.
        let seed = parent.map_or(u64::from(above), |parent| parent.hash);
        let entry = Entry {
            above,
            name: name.map(Box::from),
            length: parent.map_or(0, |parent| parent.length) + name.map_or(0, str::len) + 2,
            hash: match name {
                Some(name) => XxHash3_64::oneshot_with_seed(seed, name.as_bytes()),
                None => seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31),
            },
            gone,
            seen: 0,
        };
        let number = self.entries.len() as u32;
        self.entries.push(entry);
        let (entries, hasher) = (&self.entries, &self.hasher);
        self.numbers.insert_unique(hash, number, |number| {
            let entry = &entries[*number as usize];
            hasher.hash_one((entry.above, entry.name.as_deref()))
        });
        number
    }

    /// The place, unless the object had it before, because a field finds the first of two members with one name.
    fn first_in(&mut self, place: u32, object: u64) -> Option<u32> {
        let entry = self.entries.get_mut(place as usize)?;
        let is_first = std::mem::replace(&mut entry.seen, object) != object;
        (is_first && entry.gone.is_some()).then_some(place)
    }

    /// All values inside a value at some place.
    fn below(
        &mut self,
        scope: &Scope,
        node: Node<'_>,
        place: u32,
        each: &mut impl FnMut(PathId, &Value<'_>),
    ) {
        match node.form() {
            Escaping::Raw => self.descend::<Plain>(scope, node, place, each),
            _ => self.descend::<Nested>(scope, node, place, each),
        }
    }

    /// Walks the text once, token by token. The text was validated; the walk ends at any error.
    fn descend<L: Nesting>(
        &mut self,
        scope: &Scope,
        node: Node<'_>,
        place: u32,
        each: &mut impl FnMut(PathId, &Value<'_>),
    ) {
        let (bytes, form) = (node.bytes(), node.form());
        let (mut at, mut place) = (0, Some(place));
        self.open.clear();
        loop {
            let end = match (bytes.get(at), place) {
                (None, _) => return,
                (Some(byte @ (b'{' | b'[')), Some(place)) => {
                    let inner = L::skip_space(bytes, at + 1);
                    // '{' + 2 is '}', '[' + 2 is ']'.
                    if bytes.get(inner) == Some(&(byte + 2)) {
                        let empty: &[u8] = if *byte == b'{' { b"{}" } else { b"[]" };
                        self.leaf(scope, place, &Node::new(empty, Escaping::Raw).value(), each);
                        Some(inner + 1)
                    } else {
                        self.enter(scope, place, *byte == b'{');
                        at = inner;
                        None
                    }
                }
                (Some(_), place) => {
                    let end = skip_valid::<L>(bytes, at);
                    if let Some(place) = place {
                        let value = Node::new(&bytes[at..end], form).value();
                        self.leaf(scope, place, &value, each);
                    }
                    Some(end)
                }
            };
            if let Some(end) = end {
                let Some(next) = self.close::<L>(bytes, end) else {
                    return;
                };
                at = next;
            }
            let Some(open) = self.open.last().copied() else {
                return;
            };
            place = Some(open.place);
            if let Some(object) = open.object {
                let key = at + L::QUOTE;
                let Ok(end) = L::string_end(bytes, key) else {
                    return;
                };
                let name = Text::new(&bytes[key..end], form.deeper());
                let number = self.number(scope, open.place, Some(&name.to_str()));
                place = self.first_in(number, object);
                let colon = L::skip_space(bytes, end + L::QUOTE);
                at = L::skip_space(bytes, colon + 1);
            }
        }
    }

    /// Skips the closing brackets after a value, and returns the offset of the next member or element.
    fn close<L: Nesting>(&mut self, bytes: &[u8], mut at: usize) -> Option<usize> {
        loop {
            at = L::skip_space(bytes, at);
            match bytes.get(at) {
                Some(b',') if !self.open.is_empty() => return Some(L::skip_space(bytes, at + 1)),
                Some(b'}' | b']') if self.open.pop().is_some() => at += 1,
                _ => return None,
            }
        }
    }

    fn enter(&mut self, scope: &Scope, place: u32, is_object: bool) {
        let object = is_object.then(|| {
            self.objects += 1;
            self.objects
        });
        let place = if is_object {
            place
        } else {
            self.number(scope, place, None)
        };
        self.open.push(Open { place, object });
    }

    /// The path, and whether [`Field::parse`] accepts it: a name that needs quotes and contains one cannot be typed. `None`
    /// for a path of more than about `most` bytes.
    pub fn path(&self, place: PathId, most: usize) -> Option<(String, bool)> {
        let entry = |number: u32| self.entries.get(number as usize);
        if entry(place.0)?.length > most {
            return None;
        }
        let mut steps = Vec::new();
        let mut at = place.0;
        while let Some(step) = entry(at) {
            steps.push(step);
            at = step.above;
        }
        let (path, is_typable) = written(&steps, false);
        // Another spelling of CloudTrail's names, such as `userIdentity.ARN`, is exact only in quotes.
        let is_exact = Field::parse(&path).is_ok_and(|field| field.name() == path);
        if is_typable && !is_exact {
            return Some(written(&steps, true));
        }
        Some((path, is_typable))
    }

    /// A number that is the same for a path in every index, and most likely another for another path.
    pub fn hash(&self, place: PathId) -> u64 {
        self.entries
            .get(place.index())
            .map_or(0, |entry| entry.hash)
    }
}
