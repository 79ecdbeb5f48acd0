//! Upwards: the issuances that lead to a key.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Actor, Issuance, Links};
use crate::time::Moment;

/// The issuances from a key up to its origin, or to where the input ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuanceChain {
    /// The issuances, the latest first. The caller of each was issued by the next.
    pub steps: Vec<ChainLink>,
    /// Why the chain ends.
    pub end: ChainEnd,
}

/// One issuance of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainLink {
    /// Its index in [`Links::issuances`].
    pub issuance: usize,
    /// Only the name of a session links it to the previous step.
    pub is_likely: bool,
}

/// Where a chain ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainEnd {
    /// At a long-lived key (`AKIA…`), which belongs to an IAM user or a root user.
    LongLived(String),
    /// At a temporary key whose issuance is not in the input.
    Missing(String),
    /// At a caller without a key: a service, a user of another account or of an identity provider, a user in the console.
    Caller(Arc<Actor>),
    /// At several possible issuances, by their indices in [`Links::issuances`].
    Several(Vec<usize>),
    /// At a key that is already in the chain.
    Cycle(String),
    /// At an issuance that does not show its caller.
    Unknown,
}

impl Links {
    /// The chain that leads to a key.
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
                    let found = self.by_actor_name(&actor, time);
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

    /// The possible issuances of a key, whether they are linked by name only, and the end of the chain if there are none.
    fn of(&self, key: String) -> (Vec<usize>, bool, ChainEnd) {
        let issued = self.by_key(&key);
        if !issued.is_empty() {
            return (issued.to_vec(), false, ChainEnd::Missing(key));
        }
        if key.starts_with("AKIA") {
            return (Vec::new(), false, ChainEnd::LongLived(key));
        }
        let used = self.used(&key);
        let found =
            used.and_then(|used| Some(self.by_actor_name(used.actor.as_ref()?, used.first)));
        (found.unwrap_or_default(), true, ChainEnd::Missing(key))
    }

    /// Issuances of sessions with one of the names of an actor, not later than a time.
    fn by_actor_name(&self, actor: &Actor, time: Option<Moment>) -> Vec<usize> {
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

/// What the next issuance must have issued.
enum Below {
    Key(String),
    /// An actor without a key, and the time of its call.
    Caller(Arc<Actor>, Option<Moment>),
}
