//! Upwards: where a key came from.
//!
//! Not for: what else came from there (`tree`).

use std::collections::HashSet;
use std::sync::Arc;

use super::{Actor, Birth, Links};
use crate::time::Moment;

/// Births from a key up to where nothing more is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The births, the youngest first. What each was called by is what the next gave birth to.
    pub steps: Vec<Step>,
    /// Why there are no more.
    pub end: End,
}

/// One birth on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// By its place in [`Links::births`].
    pub birth: usize,
    /// Nothing but the name of a session links it to what is below.
    pub is_likely: bool,
}

/// Where a chain ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// At a long-lived key: nothing gave it out as a session.
    LongLived(String),
    /// At a temporary key whose birth is not in the input.
    Missing(String),
    /// At a caller without a key: a service, another account's user, whom a provider vouched for, somebody in the console.
    Caller(Arc<Actor>),
    /// At one of several births, by their places in [`Links::births`], and nothing tells which.
    Several(Vec<usize>),
    /// At a key that the chain went through already.
    Cycle(String),
    /// At a birth that does not tell its caller.
    Unknown,
}

impl Links {
    /// Where a key came from.
    pub fn above(&self, key: &str) -> Chain {
        let mut steps: Vec<Step> = Vec::new();
        let mut gone: HashSet<usize> = HashSet::new();
        let mut passed: HashSet<String> = HashSet::new();
        let mut below = Below::Key(key.to_owned());
        let end = loop {
            let (found, is_likely, otherwise) = match below {
                Below::Key(key) => {
                    if !passed.insert(key.clone()) {
                        break End::Cycle(key);
                    }
                    self.of(key)
                }
                Below::Caller(actor, time) => {
                    let found = self.named_so(&actor, time);
                    (found, true, End::Caller(actor))
                }
            };
            let birth = match found.as_slice() {
                [] => break otherwise,
                [birth] => *birth,
                _ => break End::Several(found),
            };
            if !gone.insert(birth) {
                break otherwise;
            }
            steps.push(Step { birth, is_likely });
            let Birth {
                caller_key,
                caller,
                time,
                ..
            } = &self.births()[birth];
            below = match (caller_key, caller) {
                (Some(key), _) => Below::Key(key.clone()),
                (None, Some(caller)) => Below::Caller(Arc::clone(caller), *time),
                (None, None) => break End::Unknown,
            };
        };
        Chain { steps, end }
    }

    /// The births that a key may have come from, whether by name alone, and what it is if there are none.
    fn of(&self, key: String) -> (Vec<usize>, bool, End) {
        let born = self.by_key(&key);
        if !born.is_empty() {
            return (born.to_vec(), false, End::Missing(key));
        }
        if key.starts_with("AKIA") {
            return (Vec::new(), false, End::LongLived(key));
        }
        let used = self.used(&key);
        let found = used.and_then(|used| Some(self.named_so(used.actor.as_ref()?, used.first)));
        (found.unwrap_or_default(), true, End::Missing(key))
    }

    /// Births of sessions that an actor goes by the name of, up to a time.
    fn named_so(&self, actor: &Actor, time: Option<Moment>) -> Vec<usize> {
        let born = actor.session_names().flat_map(|name| self.by_name(name));
        let mut found: Vec<usize> = born
            .copied()
            .filter(|at| {
                let birth = self.births()[*at].time;
                birth.zip(time).is_none_or(|(birth, time)| birth <= time)
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// What stands below the next birth.
enum Below {
    Key(String),
    /// Somebody without a key, and when.
    Caller(Arc<Actor>, Option<Moment>),
}
