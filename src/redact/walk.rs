//! Walks through a block of a dump: finds the texts in it, and the member that each belongs to.
//!
//! JSON inside a string is walked in turn, also if it is percent-encoded. Nothing needs to be complete or valid, because
//! a damaged dump must be redacted, too.

use hashbrown::HashMap;
use memchr::memmem;

use super::kind::{RedactOptions, ValueKind};
use super::member_kind::{MemberContext, MemberKind};
use super::token::{self, JsonToken, TokenStep};
use super::view::DecodedText;

/// A text and its context.
#[derive(Debug)]
pub(super) struct Leaf<'a> {
    pub view: DecodedText<'a>,
    pub context: MemberContext,
    /// It is the content of a string, or one number.
    pub is_string: bool,
    /// It is a member name.
    pub is_key: bool,
    /// Only for collecting: the name of a resource whose type is a user or a role. The same text is also passed on as an
    /// ordinary leaf, so it must not be replaced twice.
    pub is_identity: bool,
}

/// Levels of JSON inside strings that are walked.
const LEVELS: usize = 8;

/// Most open lists and objects whose context is stored.
const DEPTH: usize = 2048;

/// Most member names whose context is cached.
const MEMBERS: usize = 4096;

/// Members of tags, variables and parameters that contain a name, and members that contain its value:
/// `{"name": "DB_PASSWORD", "value": "…"}`.
const LABELS: [&[u8]; 8] = [
    b"name",
    b"Name",
    b"key",
    b"Key",
    b"parameterKey",
    b"ParameterKey",
    b"parameterName",
    b"ParameterName",
];
const VALUES: [&[u8]; 4] = [b"value", b"Value", b"parameterValue", b"ParameterValue"];

/// True if the name in a label decides the kind of the value next to it. The tag `role` names the role of a machine
/// ("database"), so only users are accepted here.
fn decides_kind(label: &[u8], context: MemberContext) -> bool {
    match context.member_kind {
        MemberKind::One(ValueKind::Secret) => true,
        MemberKind::One(ValueKind::Name) => {
            let label = label.to_ascii_lowercase();
            label.ends_with(b"user") || label.ends_with(b"username")
        }
        _ => false,
    }
}

/// An open list or object.
#[derive(Clone, Debug, Default)]
struct Frame {
    is_object: bool,
    /// The context of everything inside.
    below: MemberContext,
    /// The context of the current member; in a list, that of the list.
    member: MemberContext,
    /// The current member contains a label, and what that label means for the value next to it.
    is_label: bool,
    labelled: Option<MemberContext>,
    /// The resource in this object has the type of a user or a role.
    is_identity: bool,
    /// The name of that resource, until its type is known.
    name: Vec<u8>,
}

impl Frame {
    /// Remembers the name and the type of a resource. Either may come first.
    fn record(&mut self, member_kind: MemberKind, text: &[u8], visit: &mut dyn FnMut(&Leaf<'_>)) {
        match member_kind {
            MemberKind::ResourceType => {
                self.is_identity = matches!(text, b"AWS::IAM::User" | b"AWS::IAM::Role");
            }
            MemberKind::ResourceName => self.name = text.to_owned(),
            _ => return,
        }
        if self.is_identity && !self.name.is_empty() {
            visit(&Leaf {
                view: DecodedText::raw(&self.name, 0),
                context: MemberContext::default(),
                is_string: true,
                is_key: false,
                is_identity: true,
            });
        }
    }
}

/// The position in the structure.
#[derive(Clone, Debug, Default)]
pub(super) struct WalkState {
    frames: Vec<Frame>,
    /// Number of open lists and objects beyond [`DEPTH`].
    deeper: u64,
}

impl WalkState {
    fn context(&self) -> MemberContext {
        self.frames
            .last()
            .map_or(MemberContext::default(), |it| it.member)
    }

    /// Applies the brackets and commas between strings.
    fn structure(&mut self, text: &[u8]) {
        for byte in text {
            match byte {
                b'{' | b'[' => {
                    if self.frames.len() >= DEPTH {
                        self.deeper += 1;
                        continue;
                    }
                    let (is_object, below) = (*byte == b'{', self.context());
                    let member = match is_object {
                        true => MemberContext {
                            member_kind: MemberKind::Any,
                            ..below
                        },
                        false => below,
                    };
                    self.frames.push(Frame {
                        is_object,
                        below,
                        member,
                        ..Frame::default()
                    });
                }
                // Closing brackets without an opening one occur in damaged dumps; then there is nothing to pop.
                b'}' | b']' if self.deeper > 0 => self.deeper -= 1,
                b'}' | b']' => drop(self.frames.pop()),
                b',' => {
                    if let Some(frame) = self.frames.last_mut().filter(|it| it.is_object) {
                        frame.member = MemberContext {
                            member_kind: MemberKind::Any,
                            ..frame.below
                        };
                    }
                }
                _ => {}
            }
        }
    }
}

/// Walks through blocks.
#[derive(Debug)]
pub(super) struct Walk {
    options: RedactOptions,
    /// Cache: the context of a member name, outside and inside a call, a filter or a secret.
    contexts: HashMap<(Box<[u8]>, u8), MemberContext>,
}

impl Walk {
    pub fn new(options: RedactOptions) -> Walk {
        Walk {
            options,
            contexts: HashMap::new(),
        }
    }

    /// Walks through the complete tokens and returns their length. With `end`, these are all bytes.
    pub fn block(
        &mut self,
        bytes: &[u8],
        end: bool,
        state: &mut WalkState,
        visit: &mut dyn FnMut(&Leaf<'_>),
    ) -> usize {
        let view = DecodedText::raw(bytes, 0);
        self.tokens(&view, end, state, 0, visit)
    }

    /// Walks through text outside of strings that is too long to wait for its end.
    pub fn text(&mut self, bytes: &[u8], state: &mut WalkState, visit: &mut dyn FnMut(&Leaf<'_>)) {
        self.outside(&DecodedText::raw(bytes, 0), state, 0, visit);
    }

    fn tokens(
        &mut self,
        view: &DecodedText<'_>,
        whole: bool,
        state: &mut WalkState,
        level: usize,
        visit: &mut dyn FnMut(&Leaf<'_>),
    ) -> usize {
        let mut at = 0;
        while let TokenStep::JsonToken(token, after) = token::next(&view.bytes, at, whole) {
            match token {
                JsonToken::Text { start, end } => {
                    self.outside(&view.part(start, end), state, level, visit);
                }
                JsonToken::String {
                    start, end, is_key, ..
                } => {
                    let text = view.part(start, end);
                    self.string(&text, is_key, state, level, visit);
                }
            }
            at = after;
        }
        at
    }

    fn string(
        &mut self,
        text: &DecodedText<'_>,
        is_key: bool,
        state: &mut WalkState,
        level: usize,
        visit: &mut dyn FnMut(&Leaf<'_>),
    ) {
        let decoded = text.unescaped();
        let view = decoded.as_ref().unwrap_or(text);
        if is_key {
            // The object before was cut off: an event begins here, whatever is open.
            if matches!(
                &*view.bytes,
                b"eventVersion" | b"EventId" | b"CloudTrailEvent"
            ) && let Some(frame) = state.frames.last_mut()
            {
                frame.below = MemberContext::default();
            }
            let below = state
                .frames
                .last()
                .map_or(MemberContext::default(), |it| it.below);
            let mut member = self.context(below, &view.bytes);
            if let Some(frame) = state.frames.last_mut() {
                frame.is_label = LABELS.contains(&&*view.bytes);
                if let Some(labelled) = frame.labelled
                    && VALUES.contains(&&*view.bytes)
                {
                    member = labelled;
                }
            }
            match state.frames.last_mut() {
                Some(frame) => frame.member = member,
                // The beginning of the object is missing.
                None => state.frames.push(Frame {
                    is_object: true,
                    member,
                    ..Frame::default()
                }),
            }
            visit(&Leaf {
                view: view.part(0, view.bytes.len()),
                context: MemberContext::default(),
                is_string: true,
                is_key: true,
                is_identity: false,
            });
            return;
        }
        let context = state.context();
        // The record inside `CloudTrailEvent`, policies, and messages that quote JSON.
        if level < LEVELS && contains_json(&view.bytes) {
            self.nested(view, context, level, visit);
            return;
        }
        if level < LEVELS
            && let Some(plain) = view.percent_decoded()
            && contains_json(&plain.bytes)
        {
            self.nested(&plain, context, level, visit);
            return;
        }
        if let Some(frame) = state.frames.last_mut() {
            frame.record(context.member_kind, &view.bytes, visit);
            if frame.is_label {
                let labelled = self.context(frame.below, &view.bytes);
                frame.labelled = decides_kind(&view.bytes, labelled).then_some(labelled);
            }
        }
        visit(&Leaf {
            view: view.part(0, view.bytes.len()),
            context,
            is_string: true,
            is_key: false,
            is_identity: false,
        });
    }

    fn nested(
        &mut self,
        view: &DecodedText<'_>,
        context: MemberContext,
        level: usize,
        visit: &mut dyn FnMut(&Leaf<'_>),
    ) {
        let mut state = WalkState::default();
        // A string inside a string has the context of the outer one.
        state.frames.push(Frame {
            member: context,
            below: context,
            ..Frame::default()
        });
        self.tokens(view, true, &mut state, level + 1, visit);
    }

    fn context(&mut self, below: MemberContext, key: &[u8]) -> MemberContext {
        let flags = u8::from(below.is_secret)
            | u8::from(below.is_call) << 1
            | u8::from(below.is_filter) << 2;
        if let Some(context) = self.contexts.get(&CacheKey(key, flags)) {
            return *context;
        }
        let context = below.below(key, self.options);
        if self.contexts.len() < MEMBERS {
            self.contexts.insert((key.into(), flags), context);
        }
        context
    }

    /// Text between strings: brackets, numbers, and lines of other programs.
    fn outside(
        &mut self,
        text: &DecodedText<'_>,
        state: &mut WalkState,
        level: usize,
        visit: &mut dyn FnMut(&Leaf<'_>),
    ) {
        let leaf = |start, end, context, is_string| Leaf {
            view: text.part(start, end),
            context,
            is_string,
            is_key: false,
            is_identity: false,
        };
        let context = state.context();
        if matches!(
            context.member_kind,
            MemberKind::Account | MemberKind::One(ValueKind::Secret)
        ) {
            numbers(&text.bytes, &mut |start, end| {
                visit(&leaf(start, end, context, true));
            });
        }
        if may_contain_value(&text.bytes) {
            if level == 0 {
                columns(&text.bytes, &mut |start, end, context| {
                    visit(&leaf(start, end, context, true));
                });
            }
            visit(&leaf(0, text.bytes.len(), MemberContext::default(), false));
        }
        state.structure(&text.bytes);
    }
}

/// A key of the cache with borrowed bytes, so that a lookup needs no allocation.
#[derive(Hash)]
struct CacheKey<'k>(&'k [u8], u8);

impl hashbrown::Equivalent<(Box<[u8]>, u8)> for CacheKey<'_> {
    fn equivalent(&self, key: &(Box<[u8]>, u8)) -> bool {
        *self.0 == *key.0 && self.1 == key.1
    }
}

/// True if a text contains JSON members, also if it is cut off or between words.
fn contains_json(text: &[u8]) -> bool {
    if memmem::find(text, b"\":").is_some() {
        return true;
    }
    let text = text.trim_ascii();
    let Some((first, rest)) = text.split_first() else {
        return false;
    };
    let second = rest.trim_ascii_start().first();
    match first {
        b'{' => matches!(second, Some(b'"' | b'}')),
        b'[' => matches!(second, Some(b'"' | b'{' | b'[' | b']' | b'-' | b'0'..=b'9')),
        b'"' => text.len() > 1 && text.ends_with(b"\""),
        _ => false,
    }
}

/// True if text outside of strings may contain a value. Most of it is commas and line ends, and this is faster than
/// running all detectors.
fn may_contain_value(text: &[u8]) -> bool {
    let (mut run, mut dots, mut colons) = (0, 0, 0);
    for byte in text {
        run = match byte.is_ascii_alphanumeric() || *byte >= 0x80 {
            true => run + 1,
            false => 0,
        };
        dots += u32::from(*byte == b'.');
        colons += u32::from(*byte == b':');
        if run >= 6 || dots >= 3 || colons >= 2 || matches!(byte, b'@' | b'\t' | b'%') {
            return true;
        }
    }
    false
}

/// Passes on the integer digits of a number after a member name, or of each number in a list there.
fn numbers(text: &[u8], visit: &mut dyn FnMut(usize, usize)) {
    let count =
        |from: usize, is: fn(u8) -> bool| text[from..].iter().take_while(|it| is(**it)).count();
    let is_before = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'[' | b',' | b'-');
    let mut at = count(0, |byte| byte.is_ascii_whitespace());
    if text.get(at) != Some(&b':') {
        return;
    }
    at += 1;
    loop {
        let start = at + count(at, is_before);
        let end = start + count(start, |byte| byte.is_ascii_digit());
        if start == end {
            return;
        }
        visit(start, end);
        at = end
            + count(end, |byte| {
                byte.is_ascii_digit() || b".eE+-".contains(&byte)
            });
        // Without a comma, the next number belongs to another line.
        at += count(at, |byte| byte.is_ascii_whitespace());
        if text.get(at) != Some(&b',') {
            return;
        }
    }
}

/// Passes on the columns of `--output text` that contain names: the last one after a record, and those of `RESOURCES`.
fn columns(text: &[u8], visit: &mut dyn FnMut(usize, usize, MemberContext)) {
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let bare = line.trim_ascii_end();
        let cells: Vec<&[u8]> = bare.split(|byte| *byte == b'\t').collect();
        let place = |cell: &[u8], from: usize| {
            let start = at + from;
            (start, start + cell.len())
        };
        let of = |member_kind| MemberContext {
            member_kind,
            ..MemberContext::default()
        };
        match cells.as_slice() {
            [b"RESOURCES", name, ..] => {
                let (start, end) = place(name, 10);
                visit(start, end, of(MemberKind::ResourceName));
            }
            // The columns are: record, event id, name, source, time, read-only, user name.
            [record, _, _, _, _, b"true" | b"false", who]
                if record.is_empty() || record.ends_with(b"}") =>
            {
                let (start, end) = place(who, bare.len() - who.len());
                visit(start, end, of(MemberKind::One(ValueKind::Name)));
            }
            _ => {}
        }
        at += line.len();
    }
}
