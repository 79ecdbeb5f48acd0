//! Upwards: where a key came from.
//!
//! Not for: what else came from there (`tree`).

use std::collections::HashSet;
use std::sync::Arc;

use super::{Actor, Issuance, Links};
use crate::time::Moment;

/// Births from a key up to where nothing more is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuanceChain {
    /// The issuances, the youngest first. What each was called by is what the next gave issuance to.
    pub steps: Vec<ChainLink>,
    /// Why there are no more.
    pub end: ChainEnd,
}

/// One issuance on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainLink {
    /// By its place in [`Links::issuances`].
    pub issuance: usize,
    /// Nothing but the name of a session links it to what is below.
    pub is_likely: bool,
}

/// Where a chain ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainEnd {
    /// At a long-lived key: nothing gave it out as a session.
    LongLived(String),
    /// At a temporary key whose issuance is not in the input.
    Missing(String),
    /// At a caller without a key: a service, another account's user, whom a provider vouched for, somebody in the console.
    Caller(Arc<Actor>),
    /// At one of several issuances, by their places in [`Links::issuances`], and nothing tells which.
    Several(Vec<usize>),
    /// At a key that the chain went through already.
    Cycle(String),
    /// At a issuance that does not tell its caller.
    Unknown,
}

impl Links {
    /// Where a key came from.
    pub fn above(&self, key: &str) -> IssuanceChain {
        let mut steps: Vec<ChainLink> = Vec::new();
        let mut gone: HashSet<usize> = HashSet::new();
        let mut passed: HashSet<String> = HashSet::new();
        let mut below = Below::Key(key.to_owned());
        let end = loop {
            let (found, is_likely, otherwise) = match below {
                Below::Key(key) => {
                    if !passed.insert(key.clone()) {
                        break ChainEnd::Cycle(key);
                    }
                    self.of(key)
                }
                Below::Caller(actor, time) => {
                    let found = self.named_so(&actor, time);
                    (found, true, ChainEnd::Caller(actor))
                }
            };
            let issuance = match found.as_slice() {
                [] => break otherwise,
                [issuance] => *issuance,
                _ => break ChainEnd::Several(found),
            };
            if !gone.insert(issuance) {
                break otherwise;
            }
            steps.push(ChainLink {
                issuance,
                is_likely,
            });
            let Issuance {
                caller_key,
                caller,
                time,
                ..
            } = &self.issuances()[issuance];
            below = match (caller_key, caller) {
                (Some(key), _) => Below::Key(key.clone()),
                (None, Some(caller)) => Below::Caller(Arc::clone(caller), *time),
                (None, None) => break ChainEnd::Unknown,
            };
        };
        IssuanceChain { steps, end }
    }

    /// The issuances that a key may have come from, whether by name alone, and what it is if there are none.
    fn of(&self, key: String) -> (Vec<usize>, bool, ChainEnd) {
        let issued = self.by_key(&key);
        if !issued.is_empty() {
            return (issued.to_vec(), false, ChainEnd::Missing(key));
        }
        if key.starts_with("AKIA") {
            return (Vec::new(), false, ChainEnd::LongLived(key));
        }
        let used = self.used(&key);
        let found = used.and_then(|used| Some(self.named_so(used.actor.as_ref()?, used.first)));
        (found.unwrap_or_default(), true, ChainEnd::Missing(key))
    }

    /// Births of sessions that an actor goes by the name of, up to a time.
    fn named_so(&self, actor: &Actor, time: Option<Moment>) -> Vec<usize> {
        let issued = actor.session_names().flat_map(|name| self.by_name(name));
        let mut found: Vec<usize> = issued
            .copied()
            .filter(|at| {
                let issuance = self.issuances()[*at].time;
                issuance
                    .zip(time)
                    .is_none_or(|(issuance, time)| issuance <= time)
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// What stands below the next issuance.
enum Below {
    Key(String),
    /// Somebody without a key, and when.
    Caller(Arc<Actor>, Option<Moment>),
}
