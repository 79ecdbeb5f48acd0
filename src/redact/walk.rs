//! Goes through a block of a dump: which texts stand in it, whatever they are wrapped in, and as the value of which
//! member each.
//!
//! JSON inside a string is gone through in turn, also where it is percent-encoded. Nothing is parsed that has to be
//! whole. Not for: what is in a text (`form`).

use hashbrown::HashMap;
use memchr::memmem;

use super::kind::{RedactOptions, ValueKind};
use super::member_kind::{MemberContext, MemberKind};
use super::token::{self, JsonToken, TokenStep};
use super::view::DecodedText;

/// A text, and where it stands.
#[derive(Debug)]
pub(super) struct Leaf<'a> {
    pub view: DecodedText<'a>,
    pub field: MemberContext,
    /// It is the content of a string, or one number.
    pub is_string: bool,
    /// It is the name of a member.
    pub is_key: bool,
    /// To be learned only: the name of a resource whose type says that it is a user or a role. As a text it stands
    /// elsewhere.
    pub is_somebody: bool,
}

/// Levels of JSON in strings that are gone into.
const LEVELS: usize = 8;

/// Open lists and objects that are remembered.
const DEPTH: usize = 2048;

/// Names of members that are remembered with what they mean.
const MEMBERS: usize = 4096;

/// Members that hold the name of the value beside them, and those that hold the value: of tags, of variables, of
/// parameters.
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

/// Whether a name beside a value tells it. A tag `member_kind` is for machines.
fn is_told(label: &[u8], field: MemberContext) -> bool {
    match field.role {
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
    /// What all below it is.
    below: MemberContext,
    /// What the member is that is being read; of a list, what the list is.
    member: MemberContext,
    /// The member that is being read holds a name, and what that name says of the value beside it.
    is_label: bool,
    labelled: Option<MemberContext>,
    /// The type of a resource that stands here says that its name is somebody's.
    is_somebody: bool,
    /// That name, until the type is known.
    name: Vec<u8>,
}

impl Frame {
    /// Takes the name and the type of a resource, whichever comes first.
    fn learn(&mut self, role: MemberKind, text: &[u8], each: &mut dyn FnMut(&Leaf<'_>)) {
        match role {
            MemberKind::ResourceType => {
                self.is_somebody = matches!(text, b"AWS::IAM::User" | b"AWS::IAM::Role");
            }
            MemberKind::ResourceName => self.name = text.to_owned(),
            _ => return,
        }
        if self.is_somebody && !self.name.is_empty() {
            each(&Leaf {
                view: DecodedText::raw(&self.name, 0),
                field: MemberContext::default(),
                is_string: true,
                is_key: false,
                is_somebody: true,
            });
        }
    }
}

/// Where one is.
#[derive(Clone, Debug, Default)]
pub(super) struct WalkState {
    frames: Vec<Frame>,
    /// What is open beyond those.
    deeper: u64,
}

impl WalkState {
    fn field(&self) -> MemberContext {
        self.frames
            .last()
            .map_or(MemberContext::default(), |it| it.member)
    }

    /// Takes the structure that stands between strings.
    fn structure(&mut self, text: &[u8]) {
        for byte in text {
            match byte {
                b'{' | b'[' => {
                    if self.frames.len() >= DEPTH {
                        self.deeper += 1;
                        continue;
                    }
                    let (is_object, below) = (*byte == b'{', self.field());
                    let member = match is_object {
                        true => MemberContext {
                            role: MemberKind::Any,
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
                b'}' | b']' if self.deeper > 0 => self.deeper -= 1,
                b'}' | b']' => drop(self.frames.pop()),
                b',' => {
                    if let Some(frame) = self.frames.last_mut().filter(|it| it.is_object) {
                        frame.member = MemberContext {
                            role: MemberKind::Any,
                            ..frame.below
                        };
                    }
                }
                _ => {}
            }
        }
    }
}

/// Goes through blocks.
#[derive(Debug)]
pub(super) struct Walk {
    options: RedactOptions,
    /// What members of these names are, below nothing, and below a call, a filter or a secret.
    fields: HashMap<(Box<[u8]>, u8), MemberContext>,
}

impl Walk {
    pub fn new(options: RedactOptions) -> Walk {
        Walk {
            options,
            fields: HashMap::new(),
        }
    }

    /// Goes through the tokens that are whole, and says how many bytes they take. With `end` that is all.
    pub fn block(
        &mut self,
        bytes: &[u8],
        end: bool,
        state: &mut WalkState,
        each: &mut dyn FnMut(&Leaf<'_>),
    ) -> usize {
        let view = DecodedText::raw(bytes, 0);
        self.tokens(&view, end, state, 0, each)
    }

    /// Takes text outside of all strings that is too long to be waited for.
    pub fn text(&mut self, bytes: &[u8], state: &mut WalkState, each: &mut dyn FnMut(&Leaf<'_>)) {
        self.outside(&DecodedText::raw(bytes, 0), state, 0, each);
    }

    fn tokens(
        &mut self,
        view: &DecodedText<'_>,
        whole: bool,
        state: &mut WalkState,
        level: usize,
        each: &mut dyn FnMut(&Leaf<'_>),
    ) -> usize {
        let mut at = 0;
        while let TokenStep::JsonToken(token, behind) = token::next(&view.bytes, at, whole) {
            match token {
                JsonToken::Text { start, end } => {
                    self.outside(&view.part(start, end), state, level, each);
                }
                JsonToken::String {
                    start, end, is_key, ..
                } => {
                    let text = view.part(start, end);
                    self.string(&text, is_key, state, level, each);
                }
            }
            at = behind;
        }
        at
    }

    fn string(
        &mut self,
        text: &DecodedText<'_>,
        is_key: bool,
        state: &mut WalkState,
        level: usize,
        each: &mut dyn FnMut(&Leaf<'_>),
    ) {
        let decoded = text.unescaped();
        let view = decoded.as_ref().unwrap_or(text);
        if is_key {
            // An event: what is open around it was cut.
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
            let mut member = self.field(below, &view.bytes);
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
            each(&Leaf {
                view: view.part(0, view.bytes.len()),
                field: MemberContext::default(),
                is_string: true,
                is_key: true,
                is_somebody: false,
            });
            return;
        }
        let field = state.field();
        if level < LEVELS && holds_json(&view.bytes) {
            self.nested(view, field, level, each);
            return;
        }
        if level < LEVELS
            && let Some(plain) = view.unpercented()
            && holds_json(&plain.bytes)
        {
            self.nested(&plain, field, level, each);
            return;
        }
        if let Some(frame) = state.frames.last_mut() {
            frame.learn(field.role, &view.bytes, each);
            if frame.is_label {
                let labelled = self.field(frame.below, &view.bytes);
                frame.labelled = is_told(&view.bytes, labelled).then_some(labelled);
            }
        }
        each(&Leaf {
            view: view.part(0, view.bytes.len()),
            field,
            is_string: true,
            is_key: false,
            is_somebody: false,
        });
    }

    fn nested(
        &mut self,
        view: &DecodedText<'_>,
        field: MemberContext,
        level: usize,
        each: &mut dyn FnMut(&Leaf<'_>),
    ) {
        let mut state = WalkState::default();
        // A string in a string is what the outer one would be.
        state.frames.push(Frame {
            member: field,
            below: field,
            ..Frame::default()
        });
        self.tokens(view, true, &mut state, level + 1, each);
    }

    fn field(&mut self, below: MemberContext, key: &[u8]) -> MemberContext {
        let flags = u8::from(below.is_secret)
            | u8::from(below.is_call) << 1
            | u8::from(below.is_filter) << 2;
        if let Some(field) = self.fields.get(&CacheKey(key, flags)) {
            return *field;
        }
        let field = below.below(key, self.options);
        if self.fields.len() < MEMBERS {
            self.fields.insert((key.into(), flags), field);
        }
        field
    }

    /// What stands between strings: structure, numbers, and lines of other programs.
    fn outside(
        &mut self,
        text: &DecodedText<'_>,
        state: &mut WalkState,
        level: usize,
        each: &mut dyn FnMut(&Leaf<'_>),
    ) {
        let leaf = |start, end, field, is_string| Leaf {
            view: text.part(start, end),
            field,
            is_string,
            is_key: false,
            is_somebody: false,
        };
        let field = state.field();
        if matches!(
            field.role,
            MemberKind::Account | MemberKind::One(ValueKind::Secret)
        ) {
            numbers(&text.bytes, &mut |start, end| {
                each(&leaf(start, end, field, true));
            });
        }
        if is_worth_it(&text.bytes) {
            if level == 0 {
                columns(&text.bytes, &mut |start, end, field| {
                    each(&leaf(start, end, field, true));
                });
            }
            each(&leaf(0, text.bytes.len(), MemberContext::default(), false));
        }
        state.structure(&text.bytes);
    }
}

/// The key of the cache as it is looked up: with borrowed bytes, so that a member that is known costs no allocation.
#[derive(Hash)]
struct CacheKey<'k>(&'k [u8], u8);

impl hashbrown::Equivalent<(Box<[u8]>, u8)> for CacheKey<'_> {
    fn equivalent(&self, key: &(Box<[u8]>, u8)) -> bool {
        *self.0 == *key.0 && self.1 == key.1
    }
}

/// Whether there is JSON in a text that something could be a member in, also a part of some, or between words.
fn holds_json(text: &[u8]) -> bool {
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

/// Whether anything could be in text outside strings: most of it is commas and line ends.
fn is_worth_it(text: &[u8]) -> bool {
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

/// The digits of a number behind the name of a member, or of each number in a list there, without their fractions.
fn numbers(text: &[u8], each: &mut dyn FnMut(usize, usize)) {
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
        each(start, end);
        at = end
            + count(end, |byte| {
                byte.is_ascii_digit() || b".eE+-".contains(&byte)
            });
        // Without a list the next one is another line's.
        at += count(at, |byte| byte.is_ascii_whitespace());
        if text.get(at) != Some(&b',') {
            return;
        }
    }
}

/// Columns of `--output text` that hold names: the last one behind a record, and those of `RESOURCES`.
fn columns(text: &[u8], each: &mut dyn FnMut(usize, usize, MemberContext)) {
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let bare = line.trim_ascii_end();
        let cells: Vec<&[u8]> = bare.split(|byte| *byte == b'\t').collect();
        let place = |cell: &[u8], from: usize| {
            let start = at + from;
            (start, start + cell.len())
        };
        let of = |role| MemberContext {
            role,
            ..MemberContext::default()
        };
        match cells.as_slice() {
            [b"RESOURCES", name, ..] => {
                let (start, end) = place(name, 10);
                each(start, end, of(MemberKind::ResourceName));
            }
            // A record, its id, name, service, time, whether it only reads, and who.
            [record, _, _, _, _, b"true" | b"false", who]
                if record.is_empty() || record.ends_with(b"}") =>
            {
                let (start, end) = place(who, bare.len() - who.len());
                each(start, end, of(MemberKind::One(ValueKind::Name)));
            }
            _ => {}
        }
        at += line.len();
    }
}
