//! One comparison of `--where`: a field, an operator, what was typed behind it.
//!
//! Values are compared as numbers, instants or text, whichever both sides are, and where they lie: text without
//! escapes is not copied. Not for: reading what was typed (`parse`), writing it (`print`).

use std::cmp::Ordering;

use regex::Regex;

use super::CidrBlocks;
use crate::event::{Context, Event, Field, FieldOrigin};
use crate::text::{Decimal, Text, Value};
use crate::time::{self, Moment, Point};

/// A comparison.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub(super) field: Field,
    pub(super) predicate: Predicate,
    /// Where it is noted whether the field was there, for paths, which are easily misspelt.
    pub(super) probe: Option<usize>,
}

/// What is asked of a field.
#[derive(Clone, Debug)]
pub(super) enum Predicate {
    /// `=`, `<` and the like.
    Is(Relation, Literal),
    /// `in (A, B)`.
    In {
        literals: Vec<Literal>,
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
    /// There, and not null.
    Exists,
}

/// How a value stands to a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    /// Exactly when not `Equal`: also for what is missing.
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

/// A typed value, with everything it can be compared as.
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
    /// Text that is compared as text with whatever is neither.
    fn is_text(&self) -> bool {
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

    /// How a single value stands to the literal; `None` for what is not there.
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

/// A day is a stretch: what lies in it is equal to it.
fn order_of_moment(moment: Moment, point: Point) -> Ordering {
    match point {
        Point::At(at) => moment.cmp(&at),
        Point::Days { start, .. } if moment < start => Ordering::Less,
        Point::Days { end, .. } if moment >= end => Ordering::Greater,
        Point::Days { .. } => Ordering::Equal,
    }
}

/// What became of a path in the events that it was looked up in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// Events that were asked for it.
    pub asked: u64,
    /// Whether one of them had it.
    pub found: bool,
}

impl Comparison {
    pub(super) fn new(field: Field, predicate: Predicate) -> Comparison {
        Comparison {
            field,
            predicate,
            probe: None,
        }
    }

    /// Cheaper comparisons are judged first; on the scale of the tests of flags.
    pub(super) fn cost(&self) -> u8 {
        let field = match self.field.origin() {
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
        };
        field
            + if matches!(self.predicate, Predicate::Match { .. }) {
                2
            } else {
                0
            }
    }

    /// Whether the event satisfies the comparison.
    pub(super) fn holds(
        &self,
        event: &Event<'_>,
        context: &Context<'_>,
        probes: &mut [Probe],
    ) -> bool {
        match &self.predicate {
            Predicate::Is(relation, literal) if self.field.is_instant() => {
                let order = self.order_of_time(event, literal);
                match relation {
                    Relation::NotEqual => order != Some(Ordering::Equal),
                    relation => order.is_some_and(|order| relation.allows(order)),
                }
            }
            Predicate::In { literals, negated } if self.field.is_instant() => {
                let mut orders = literals.iter().map(|it| self.order_of_time(event, it));
                orders.any(|order| order == Some(Ordering::Equal)) != *negated
            }
            _ => {
                let value = self.field.value(event, context);
                if let Some(probe) = self.probe.and_then(|at| probes.get_mut(at)) {
                    probe.asked += 1;
                    probe.found |= !matches!(value, Value::Missing);
                }
                self.holds_for(&value)
            }
        }
    }

    fn order_of_time(&self, event: &Event<'_>, literal: &Literal) -> Option<Ordering> {
        Some(order_of_moment(self.field.moment(event)?, literal.time?))
    }

    fn holds_for(&self, value: &Value<'_>) -> bool {
        match &self.predicate {
            Predicate::Is(Relation::Equal, literal) => any(value, |value| literal.equals(value)),
            Predicate::Is(Relation::NotEqual, literal) => {
                !any(value, |value| literal.equals(value))
            }
            Predicate::Is(relation, literal) => any(value, |value| {
                literal
                    .order(value)
                    .is_some_and(|order| relation.allows(order))
            }),
            Predicate::In { literals, negated } => {
                let hit = any(value, |value| literals.iter().any(|it| it.equals(value)));
                hit != *negated
            }
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
        }
    }

    /// The typed values, where the comparison is for being one of them.
    pub(super) fn literals(&self) -> Vec<&str> {
        match &self.predicate {
            Predicate::Is(Relation::Equal, literal) => vec![&literal.text],
            Predicate::In {
                literals,
                negated: false,
            } => literals.iter().map(|it| it.text.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    /// The values that the comparison looks at.
    pub(super) fn values(
        &self,
        event: &Event<'_>,
        context: &Context<'_>,
        each: &mut dyn FnMut(&str),
    ) {
        if !self.field.is_instant() {
            any(&self.field.value(event, context), |value| {
                each(&value.cell_text());
                false
            });
        }
    }
}

/// Whether a value that is there, or one of a list, is such.
fn any(value: &Value<'_>, mut test: impl FnMut(&Value<'_>) -> bool) -> bool {
    match value {
        Value::Missing | Value::Null => false,
        Value::List(values) => {
            let mut there = values
                .iter()
                .filter(|value| !matches!(value, Value::Missing | Value::Null));
            there.any(test)
        }
        value => test(value),
    }
}
