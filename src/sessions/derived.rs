//! The keys that a selection with sessions takes, besides what it names.
//!
//! Not for: judging events (`select`).

use hashbrown::HashSet;

use super::Links;
use super::actor::{is_session_arn, is_session_id};
use crate::time::Moment;

/// All that was born of the identity that a question named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DerivedSessions {
    /// Keys that are linked to it by keys; sorted.
    pub keys: Vec<String>,
    /// Keys that are linked to it by nothing but the name of a session; sorted.
    pub likely: Vec<String>,
    /// Names of its sessions, and when the first of each was issued: calls without a key that have such a name are likely
    /// its own from then on. Sorted.
    pub names: Vec<(String, Option<Moment>)>,
    /// Whether there are such calls.
    pub has_keyless: bool,
    /// Births in it that tell neither a key nor the name of a session.
    pub blind: u64,
}

impl Links {
    /// The family of whom the question named. The keys that it named itself are not in it.
    pub fn family(&self) -> DerivedSessions {
        let tree = self.below(&self.named());
        let mut family = DerivedSessions::default();
        let named: HashSet<&str> = tree
            .nodes
            .iter()
            .filter(|node| node.parent.is_none())
            .filter_map(|node| node.key.as_deref())
            .collect();
        for node in tree.nodes.iter().filter(|node| node.repeat.is_none()) {
            let issued = node.issuance.map(|at| &self.issuances()[at]);
            family.blind += u64::from(issued.is_some_and(|issuance| issuance.is_blind()));
            match &node.key {
                Some(key) if named.contains(key.as_str()) => {}
                Some(key) if node.is_likely => family.likely.push(key.clone()),
                Some(key) => family.keys.push(key.clone()),
                None => {}
            }
        }
        family.keys.sort();
        family.likely.sort();
        // Others are there for changes of roles in the console; who acts as a user is no session.
        family.names = tree.names;
        family.names.retain(|(name, _)| {
            is_session_id(name) || is_session_arn(name) || !name.starts_with("arn:")
        });
        family.has_keyless = self.keyless().any(|(actor, used)| {
            !used.is_named
                && actor.session_names().any(|name| {
                    let found = family
                        .names
                        .binary_search_by(|(it, _)| it.as_str().cmp(name));
                    found.is_ok_and(|at| {
                        used.last
                            .is_none_or(|last| Some(last) >= family.names[at].1)
                    })
                })
        });
        family
    }
}
