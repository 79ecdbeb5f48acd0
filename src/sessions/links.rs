//! Issuances and keys, indexed by the keys and names that they link.

use std::sync::Arc;

use hashbrown::HashMap;

use super::{Actor, Issuance, TreeRoot};
use crate::time::Moment;

/// The use of a key, or of an identity without one.
#[derive(Clone, Debug, Default)]
pub struct Used {
    /// The identity that used it, from the first event that shows it.
    pub actor: Option<Arc<Actor>>,
    /// The first use.
    pub first: Option<Moment>,
    /// The last use.
    pub last: Option<Moment>,
    /// It belongs to the identity of interest.
    pub is_named: bool,
}

impl Used {
    /// Merges a use that comes later in the input.
    pub(super) fn merge(&mut self, later: Used) {
        self.first = self.first.into_iter().chain(later.first).min();
        self.last = self.last.max(later.last);
        self.is_named |= later.is_named;
        if self.actor.is_none() {
            self.actor = later.actor;
        }
    }
}

/// Indices into [`Links::issuances`], by name or key.
pub(super) type Index = HashMap<String, Vec<usize>>;

/// All issuances of an input, the use of keys, and what links them.
#[derive(Clone, Debug, Default)]
pub struct Links {
    issuances: Vec<Issuance>,
    keys: HashMap<String, Used>,
    keyless: HashMap<Arc<Actor>, Used>,
    by_key: Index,
    by_caller: Index,
    /// Issuances to callers without a key, by the names of the caller.
    by_caller_name: Index,
    by_name: Index,
    /// Issuances to callers without a key: services, users of identity providers, users of other accounts.
    by_actor: HashMap<Arc<Actor>, Vec<usize>>,
    /// Used keys without an issuance in the input, by the names of their sessions; sorted.
    unexplained: HashMap<String, Vec<String>>,
}

impl Links {
    pub(super) fn new(
        keys: HashMap<String, Used>,
        keyless: HashMap<Arc<Actor>, Used>,
        mut issuances: Vec<Issuance>,
    ) -> Links {
        issuances.sort();
        let mut links = Links::default();
        let add = |index: &mut Index, name: &str, at: usize| {
            let all = index.entry_ref(name).or_default();
            // The id and the ARN of a session may be the same text.
            if all.last() != Some(&at) {
                all.push(at);
            }
        };
        for (at, issuance) in issuances.iter().enumerate() {
            if let Some(key) = &issuance.key {
                add(&mut links.by_key, key, at);
            }
            if let Some(key) = &issuance.caller_key {
                add(&mut links.by_caller, key, at);
            }
            for name in issuance.caller_names() {
                add(&mut links.by_caller_name, name, at);
            }
            // A switch shows only the ARN of the caller, so it is found by name.
            if let (false, None, Some(caller)) =
                (issuance.is_switch(), &issuance.caller_key, &issuance.caller)
            {
                let all = links.by_actor.entry(Arc::clone(caller)).or_default();
                all.push(at);
            }
            for name in issuance.names() {
                add(&mut links.by_name, name, at);
            }
        }
        for (key, used) in &keys {
            if !links.by_key.contains_key(key) {
                let names = used.actor.iter().flat_map(|actor| actor.session_names());
                for name in names {
                    links
                        .unexplained
                        .entry_ref(name)
                        .or_default()
                        .push(key.clone());
                }
            }
        }
        for keys in links.unexplained.values_mut() {
            keys.sort();
        }
        Links {
            issuances,
            keys,
            keyless,
            ..links
        }
    }

    /// All issuances, sorted by time. A call that two accounts recorded is one issuance.
    pub fn issuances(&self) -> &[Issuance] {
        &self.issuances
    }

    /// The use of a key; `None` if no event has it.
    pub fn used(&self, key: &str) -> Option<&Used> {
        self.keys.get(key)
    }

    /// All used keys, in no particular order.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &Used)> {
        self.keys.iter().map(|(key, used)| (key.as_str(), used))
    }

    /// Users and sessions that acted without a key, in no particular order.
    pub fn keyless(&self) -> impl Iterator<Item = (&Arc<Actor>, &Used)> {
        self.keyless.iter()
    }

    /// The issuances of a key: at most one, unless the input contradicts itself.
    pub fn of_key(&self, key: &str) -> impl Iterator<Item = &Issuance> {
        self.by_key(key).iter().map(|at| &self.issuances[*at])
    }

    /// The issuances of sessions with this name.
    pub fn of_name(&self, name: &str) -> impl Iterator<Item = &Issuance> {
        self.by_name(name).iter().map(|at| &self.issuances[*at])
    }

    pub(super) fn by_key(&self, key: &str) -> &[usize] {
        Self::get(&self.by_key, key)
    }

    /// The identity of interest, as roots of a [tree](Self::below): keys first, sorted.
    pub fn named(&self) -> Vec<TreeRoot> {
        let keys = self.keys.iter().filter(|(_, used)| used.is_named);
        let keyless = self.keyless.iter().filter(|(_, used)| used.is_named);
        let mut roots: Vec<TreeRoot> = keys
            .map(|(key, _)| TreeRoot::Key(key.clone()))
            .chain(keyless.map(|(actor, _)| TreeRoot::Actor(Arc::clone(actor))))
            .collect();
        roots.sort();
        roots
    }

    /// Issuances whose caller used this key.
    pub(super) fn by_caller(&self, key: &str) -> &[usize] {
        Self::get(&self.by_caller, key)
    }

    /// Issuances whose caller used no key. If the caller belongs to the identity of interest, only those of its own events.
    pub(super) fn by_actor(&self, caller: &Arc<Actor>) -> impl Iterator<Item = usize> {
        let is_named = self.keyless.get(caller).is_some_and(|used| used.is_named);
        let all = self.by_actor.get(caller).map_or(&[][..], Vec::as_slice);
        let all = all.iter().copied();
        all.filter(move |at| !is_named || self.issuances[*at].is_named)
    }

    /// Issuances whose caller used no key and has this name.
    pub(super) fn by_caller_name(&self, name: &str) -> &[usize] {
        Self::get(&self.by_caller_name, name)
    }

    /// Issuances of sessions with this name, by index.
    pub(super) fn by_name(&self, name: &str) -> &[usize] {
        Self::get(&self.by_name, name)
    }

    /// Keys of sessions with this name that have no issuance.
    pub(super) fn unexplained(&self, name: &str) -> &[String] {
        self.unexplained.get(name).map_or(&[], Vec::as_slice)
    }

    fn get<'i>(index: &'i Index, name: &str) -> &'i [usize] {
        index.get(name).map_or(&[], Vec::as_slice)
    }
}
