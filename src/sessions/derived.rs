//! The keys and names that a selection with `--with-sessions` adds to the identity that it names.

use hashbrown::HashSet;

use super::Links;
use super::actor::{is_session_arn, is_session_id};
use crate::time::Moment;

/// The sessions that were issued to the identity of interest, directly or indirectly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DerivedSessions {
    /// Keys with certain links; sorted.
    pub keys: Vec<String>,
    /// Keys that only the name of a session links; sorted.
    pub likely: Vec<String>,
    /// Names of its sessions, with the earliest possible time of each. Calls without a key that have such a name, at or after
    /// that time, are likely its own. Sorted.
    pub names: Vec<(String, Option<Moment>)>,
    /// True if there are such calls.
    pub has_keyless: bool,
    /// The number of issuances that show neither a key nor the name of a session.
    pub blind: u64,
}

impl Links {
    /// The sessions of the identity of interest. Keys that the conditions name themselves are not included.
    pub fn derived(&self) -> DerivedSessions {
        let tree = self.below(&self.named());
        let mut derived = DerivedSessions::default();
        let named: HashSet<&str> = tree
            .nodes
            .iter()
            .filter(|node| node.parent.is_none())
            .filter_map(|node| node.key.as_deref())
            .collect();
        for node in tree.nodes.iter().filter(|node| node.repeat.is_none()) {
            let issued = node.issuance.map(|at| &self.issuances()[at]);
            derived.blind += u64::from(issued.is_some_and(|issuance| issuance.is_blind()));
            match &node.key {
                Some(key) if named.contains(key.as_str()) => {}
                Some(key) if node.is_likely => derived.likely.push(key.clone()),
                Some(key) => derived.keys.push(key.clone()),
                None => {}
            }
        }
        derived.keys.sort();
        derived.likely.sort();
        // ARNs of users are searched only for switches of roles in the console; they are not names of sessions.
        derived.names = tree.names;
        derived.names.retain(|(name, _)| {
            is_session_id(name) || is_session_arn(name) || !name.starts_with("arn:")
        });
        derived.has_keyless = self.keyless().any(|(actor, used)| {
            !used.is_named
                && actor.session_names().any(|name| {
                    let found = derived
                        .names
                        .binary_search_by(|(it, _)| it.as_str().cmp(name));
                    found.is_ok_and(|at| {
                        used.last
                            .is_none_or(|last| Some(last) >= derived.names[at].1)
                    })
                })
        });
        derived
    }
}
