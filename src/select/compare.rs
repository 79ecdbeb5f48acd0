//! One comparison of `--where`: a field, an operator, and a value or another field.
//!
//! A field can have no value (missing or null), one, or those of a list. A comparison is true if it is true of one of
//! them, and with a field on the right of one pair of values; a negative operator is the exact opposite of its positive
//! one. So `!=` also selects events that lack a field. Two values are compared as numbers, as instants or as text.

use std::cmp::Ordering;

use regex::Regex;

use super::CidrBlocks;
use crate::event::{Context, Event, Field, FieldOrigin};
use crate::text::{Decimal, Text, Value};
use crate::time::{self, Moment, Point};

/// A comparison.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub(super) left: ComparedField,
    pub(super) predicate: Predicate,
}

/// A field on either side of a comparison.
#[derive(Clone, Debug)]
pub(super) struct ComparedField {
    pub field: Field,
    /// For paths, which are easily misspelt: the number of the [`Probe`] that records whether an event has it.
    pub probe: Option<usize>,
}

/// What is required of the field on the left.
#[derive(Clone, Debug)]
pub(super) enum Predicate {
    /// `=`, `<` and the like.
    Is(Relation, Operand),
    /// `in (A, B)`.
    In {
        operands: Vec<Operand>,
        negated: bool,
    },
    /// `~` and `!~`.
    Match { regex: Regex, negated: bool },
    /// `in_cidr BLOCK`.
    InCidr {
        typed: Vec<String>,
        blocks: CidrBlocks,
        negated: bool,
    },
    /// The event has the field, and it is not null.
    Exists,
}

/// The right side of a comparison.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    Literal(Literal),
    Field(ComparedField),
}

/// The order that a comparison requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    /// True exactly if `Equal` is false, so also for a missing field.
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Relation {
    pub const ALL: [(Relation, &'static str); 6] = [
        (Relation::Equal, "="),
        (Relation::NotEqual, "!="),
        (Relation::AtMost, "<="),
        (Relation::Less, "<"),
        (Relation::AtLeast, ">="),
        (Relation::Greater, ">"),
    ];

    pub fn sign(self) -> &'static str {
        let found = Self::ALL.iter().find(|(relation, _)| *relation == self);
        found.map_or("", |(_, sign)| sign)
    }

    fn allows(self, order: Ordering) -> bool {
        match self {
            Relation::Equal => order.is_eq(),
            Relation::NotEqual => order.is_ne(),
            Relation::Less => order.is_lt(),
            Relation::AtMost => order.is_le(),
            Relation::Greater => order.is_gt(),
            Relation::AtLeast => order.is_ge(),
        }
    }
}

/// A typed value, with every kind of value that it can be compared as.
#[derive(Clone, Debug)]
pub(super) struct Literal {
    pub text: String,
    pub quoted: bool,
    /// The number it spells, if it is bare.
    pub number: Option<Decimal<'static>>,
    /// The instant or day it spells.
    pub time: Option<Point>,
}

impl Literal {
    /// True if it spells neither a number nor a time, so that it is compared as text.
    pub(super) fn is_text(&self) -> bool {
        self.number.is_none() && self.time.is_none()
    }

    fn equals_text(&self, text: Text<'_>) -> bool {
        if self.is_text() {
            text.eq_str(&self.text)
        } else {
            self.order_of_text(&text.to_str()).is_eq()
        }
    }

    fn order_of_text(&self, text: &str) -> Ordering {
        if let (Some(number), Some(own)) = (&self.number, Decimal::parse(text.as_bytes())) {
            return own.cmp(number);
        }
        if let (Some(point), Some(moment)) = (self.time, time::from_full_text(text)) {
            return order_of_moment(moment, point);
        }
        text.cmp(&self.text)
    }

    /// The order of a single value to the literal; `None` for a missing one.
    fn order(&self, value: &Value<'_>) -> Option<Ordering> {
        Some(match (value, &self.number) {
            (Value::Missing | Value::Null | Value::List(_), _) => return None,
            (Value::Number(spelling), Some(number)) => match Decimal::parse(spelling) {
                Some(own) => own.cmp(number),
                None => return None,
            },
            (Value::Text(text), _) => self.order_of_text(&text.to_str()),
            (Value::Owned(text), _) => self.order_of_text(text),
            // Numbers and dates are what strings and numbers spell, not what `true` or an object does.
            (value, _) => (*value.cell_text()).cmp(&self.text),
        })
    }

    fn equals(&self, value: &Value<'_>) -> bool {
        match value {
            Value::Text(text) => self.equals_text(*text),
            value => self.order(value).is_some_and(Ordering::is_eq),
        }
    }
}

/// Every moment of a day is equal to the day.
fn order_of_moment(moment: Moment, point: Point) -> Ordering {
    match point {
        Point::At(at) => moment.cmp(&at),
        Point::Days { start, .. } if moment < start => Ordering::Less,
        Point::Days { end, .. } if moment >= end => Ordering::Greater,
        Point::Days { .. } => Ordering::Equal,
    }
}

/// Whether events have a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// Events in which the path was looked up.
    pub asked: u64,
    /// Whether one of them had it.
    pub found: bool,
}

/// One side of a comparison in an event.
enum Compared<'e> {
    /// A field that is an instant in every event; `None` if it is missing or unreadable.
    Instant(Option<Moment>),
    Value(Value<'e>),
}

impl ComparedField {
    pub(super) fn new(field: Field) -> ComparedField {
        ComparedField { field, probe: None }
    }

    fn of<'e>(
        &self,
        event: &'e Event<'_>,
        context: &Context<'_>,
        probes: &mut [Probe],
    ) -> Compared<'e> {
        if self.field.is_instant() {
            return Compared::Instant(self.field.moment(event));
        }
        let value = self.field.value(event, context);
        if let Some(probe) = self.probe.and_then(|at| probes.get_mut(at)) {
            probe.asked += 1;
            probe.found |= !matches!(value, Value::Missing);
        }
        Compared::Value(value)
    }

    /// On the scale of the costs of flags' tests.
    fn cost(&self) -> u8 {
        match self.field.origin() {
            FieldOrigin::Computed if self.field.made_from().is_empty() => 5,
            FieldOrigin::Computed
                if matches!(self.field.made_from(), ["EventTime" | "EventSource"]) =>
            {
                42
            }
            FieldOrigin::Computed => 112,
            FieldOrigin::Envelope if self.field.is_instant() => 40,
            FieldOrigin::Envelope if self.field.is_deep() => 55,
            FieldOrigin::Envelope => 32,
            FieldOrigin::Record if self.field.is_deep() => 86,
            FieldOrigin::Record => 82,
        }
    }
}

impl Comparison {
    pub(super) fn new(field: Field, predicate: Predicate) -> Comparison {
        Comparison {
            left: ComparedField::new(field),
            predicate,
        }
    }

    /// The operands on the right; none for regular expressions, blocks and `exists`.
    fn operands(&self) -> &[Operand] {
        match &self.predicate {
            Predicate::Is(_, operand) => std::slice::from_ref(operand),
            Predicate::In { operands, .. } => operands,
            _ => &[],
        }
    }

    /// The fields that are compared, the left one first.
    pub(super) fn fields(&self) -> impl Iterator<Item = &Field> {
        let right = self.operands().iter().filter_map(|operand| match operand {
            Operand::Field(right) => Some(&right.field),
            Operand::Literal(_) => None,
        });
        std::iter::once(&self.left.field).chain(right)
    }

    /// Calls `each` with the fields that are compared, the left one first.
    pub(super) fn for_each_field(&mut self, mut each: impl FnMut(&mut ComparedField)) {
        each(&mut self.left);
        let operands = match &mut self.predicate {
            Predicate::Is(_, operand) => std::slice::from_mut(operand),
            Predicate::In { operands, .. } => operands,
            _ => &mut [],
        };
        for operand in operands {
            if let Operand::Field(right) = operand {
                each(right);
            }
        }
    }

    /// True for the negative operators `!=`, `!~`, `not in` and `not in_cidr`.
    pub(super) fn is_negative(&self) -> bool {
        match &self.predicate {
            Predicate::Is(relation, _) => *relation == Relation::NotEqual,
            Predicate::In { negated, .. }
            | Predicate::Match { negated, .. }
            | Predicate::InCidr { negated, .. } => *negated,
            Predicate::Exists => false,
        }
    }

    /// True for `exists`.
    pub(super) fn is_exists(&self) -> bool {
        matches!(self.predicate, Predicate::Exists)
    }

    /// True for `!= ''`: what somebody may write who means `exists`.
    pub(super) fn is_not_empty(&self) -> bool {
        matches!(&self.predicate, Predicate::Is(Relation::NotEqual, Operand::Literal(literal))
            if literal.text.is_empty())
    }

    /// Cheaper comparisons are evaluated first; on the scale of the costs of flags' tests.
    pub(super) fn cost(&self) -> u8 {
        let right = self.operands().iter().map(|operand| match operand {
            Operand::Field(right) => right.cost(),
            Operand::Literal(_) => 0,
        });
        let fields = right.fold(self.left.cost(), u8::max);
        // Of two comparisons of one field a regular expression is the slower one.
        fields
            + if matches!(self.predicate, Predicate::Match { .. }) {
                2
            } else {
                0
            }
    }

    /// Whether the event satisfies the comparison.
    pub(super) fn matches(
        &self,
        event: &Event<'_>,
        context: &Context<'_>,
        probes: &mut [Probe],
    ) -> bool {
        let left = self.left.of(event, context, probes);
        let mut relates = |operand: &Operand, relation: Relation| match operand {
            Operand::Literal(literal) => left.relates(literal, relation),
            Operand::Field(right) => left.relates_to(&right.of(event, context, probes), relation),
        };
        match &self.predicate {
            Predicate::Is(Relation::NotEqual, operand) => !relates(operand, Relation::Equal),
            Predicate::Is(relation, operand) => relates(operand, *relation),
            Predicate::In { operands, negated } => {
                let mut operands = operands.iter();
                operands.any(|operand| relates(operand, Relation::Equal)) != *negated
            }
            predicate => match left {
                Compared::Value(value) => predicate.matches(&value),
                // Only its text can be matched, or looked for.
                Compared::Instant(_) => predicate.matches(&self.left.field.value(event, context)),
            },
        }
    }

    /// The typed values that the comparison requires, or excludes if it is negative.
    pub(super) fn literals(&self) -> Vec<&str> {
        if let Predicate::Is(relation, _) = &self.predicate
            && !matches!(relation, Relation::Equal | Relation::NotEqual)
        {
            return Vec::new();
        }
        let literals = self.operands().iter().filter_map(|operand| match operand {
            Operand::Literal(literal) => Some(literal.text.as_str()),
            Operand::Field(_) => None,
        });
        literals.collect()
    }

    /// The values of the field on the left.
    pub(super) fn values(
        &self,
        event: &Event<'_>,
        context: &Context<'_>,
        each: &mut dyn FnMut(&str),
    ) {
        let field = &self.left.field;
        if !field.is_instant() {
            any(&field.value(event, context), |value| {
                each(&value.cell_text());
                false
            });
        }
    }
}

impl Predicate {
    /// Whether the value satisfies a predicate without operands.
    fn matches(&self, value: &Value<'_>) -> bool {
        match self {
            Predicate::Match { regex, negated } => {
                any(value, |value| regex.is_match(&value.cell_text())) != *negated
            }
            Predicate::InCidr {
                blocks, negated, ..
            } => {
                let hit = any(value, |value| {
                    let address = value.cell_text().parse();
                    address.is_ok_and(|address| blocks.contains(address))
                });
                hit != *negated
            }
            Predicate::Exists => any(value, |_| true),
            Predicate::Is(..) | Predicate::In { .. } => false,
        }
    }
}

impl Compared<'_> {
    /// Whether a value of the field has the required order to a literal.
    fn relates(&self, literal: &Literal, relation: Relation) -> bool {
        match self {
            Compared::Instant(moment) => match (moment, literal.time) {
                (Some(moment), Some(point)) => relation.allows(order_of_moment(*moment, point)),
                _ => false,
            },
            // Equality is decided without a copy of the text.
            Compared::Value(value) if relation == Relation::Equal => {
                any(value, |value| literal.equals(value))
            }
            Compared::Value(value) => any(value, |value| {
                literal
                    .order(value)
                    .is_some_and(|order| relation.allows(order))
            }),
        }
    }

    /// Whether a value of this field has the required order to a value of another one. False if either is
    /// missing or null.
    fn relates_to(&self, right: &Compared<'_>, relation: Relation) -> bool {
        let instants = |left: Option<Moment>, right: Option<Moment>| match (left, right) {
            (Some(left), Some(right)) => relation.allows(left.cmp(&right)),
            _ => false,
        };
        match (self, right) {
            (Compared::Instant(left), Compared::Instant(right)) => instants(*left, *right),
            (Compared::Instant(left), Compared::Value(right)) => {
                any(right, |right| instants(*left, instant(right)))
            }
            (Compared::Value(left), Compared::Instant(right)) => {
                any(left, |left| instants(instant(left), *right))
            }
            (Compared::Value(left), Compared::Value(right)) => any(left, |left| {
                any(right, |right| relation.allows(order_of_values(left, right)))
            }),
        }
    }
}

/// The instant that a text spells in full.
fn instant(value: &Value<'_>) -> Option<Moment> {
    match value {
        Value::Text(text) => time::from_full_text(&text.to_str()),
        Value::Owned(text) => time::from_full_text(text),
        _ => None,
    }
}

/// The order of two values: by number if one is a JSON number and the other is a number or spells one, by instant if both
/// are texts that spell one, else by text. Two texts are compared as texts, like a literal in quotes, because an account id may
/// begin with a zero.
fn order_of_values(left: &Value<'_>, right: &Value<'_>) -> Ordering {
    let (left_text, right_text) = (left.cell_text(), right.cell_text());
    let is_scalar =
        |value: &Value<'_>| matches!(value, Value::Number(_) | Value::Text(_) | Value::Owned(_));
    let has_number = matches!(left, Value::Number(_)) || matches!(right, Value::Number(_));
    if has_number
        && is_scalar(left)
        && is_scalar(right)
        && let Some(left) = Decimal::parse(left_text.as_bytes())
        && let Some(right) = Decimal::parse(right_text.as_bytes())
    {
        return left.cmp(&right);
    }
    match (instant(left), instant(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left_text.cmp(&right_text),
    }
}

/// Whether a test is true of a value that is not missing or null, or of one of those of a list.
fn any(value: &Value<'_>, mut test: impl FnMut(&Value<'_>) -> bool) -> bool {
    match value {
        Value::Missing | Value::Null => false,
        Value::List(values) => {
            let mut present = values
                .iter()
                .filter(|value| !matches!(value, Value::Missing | Value::Null));
            present.any(test)
        }
        value => test(value),
    }
}
