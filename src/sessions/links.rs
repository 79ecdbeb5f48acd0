//! Births and keys, found by what they link.
//!
//! Not for: walking along the links (`chain`, `tree`).

use std::sync::Arc;

use hashbrown::HashMap;

use super::{Actor, Issuance, TreeRoot};
use crate::time::Moment;

/// The use of a key, or of an identity without one.
#[derive(Clone, Debug, Default)]
pub struct Used {
    /// By whom; of the first event that says.
    pub actor: Option<Arc<Actor>>,
    /// The first time.
    pub first: Option<Moment>,
    /// The last time.
    pub last: Option<Moment>,
    /// It is, or is of, the identity that was asked for.
    pub is_named: bool,
}

impl Used {
    /// Adds what came later in the input.
    pub(super) fn merge(&mut self, later: Used) {
        self.first = self.first.into_iter().chain(later.first).min();
        self.last = self.last.max(later.last);
        self.is_named |= later.is_named;
        if self.actor.is_none() {
            self.actor = later.actor;
        }
    }
}

/// Births by their place in [`Links::issuances`].
pub(super) type Index = HashMap<String, Vec<usize>>;

/// All issuances of an input, who used which key, and what links them.
#[derive(Clone, Debug, Default)]
pub struct Links {
    issuances: Vec<Issuance>,
    keys: HashMap<String, Used>,
    keyless: HashMap<Arc<Actor>, Used>,
    by_key: Index,
    by_caller: Index,
    /// Of callers without a key.
    by_caller_name: Index,
    by_name: Index,
    /// By callers who have no key: services, whom a provider vouched for, users of other accounts.
    by_actor: HashMap<Arc<Actor>, Vec<usize>>,
    /// Keys that were used and whose issuance is not there, by the names of their sessions; sorted.
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
            // Id and ARN of a session may be one text.
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
            // Of a switch nothing but the name of the caller is known.
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

    /// All issuances, by time, each once: a call that two accounts recorded is one.
    pub fn issuances(&self) -> &[Issuance] {
        &self.issuances
    }

    /// How a key was used; `None` when no event has it.
    pub fn used(&self, key: &str) -> Option<&Used> {
        self.keys.get(key)
    }

    /// All keys that were used, in no order.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &Used)> {
        self.keys.iter().map(|(key, used)| (key.as_str(), used))
    }

    /// Users and sessions that acted without a key, in no order.
    pub fn keyless(&self) -> impl Iterator<Item = (&Arc<Actor>, &Used)> {
        self.keyless.iter()
    }

    /// The issuances that gave out a key: one, unless the input contradicts itself.
    pub fn of_key(&self, key: &str) -> impl Iterator<Item = &Issuance> {
        self.by_key(key).iter().map(|at| &self.issuances[*at])
    }

    /// The issuances of sessions that go by this name.
    pub fn of_name(&self, name: &str) -> impl Iterator<Item = &Issuance> {
        self.by_name(name).iter().map(|at| &self.issuances[*at])
    }

    pub(super) fn by_key(&self, key: &str) -> &[usize] {
        Self::get(&self.by_key, key)
    }

    /// Whom the question named, as roots of a [tree](Self::below): keys first, sorted.
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

    /// Births whose caller used this key.
    pub(super) fn by_caller(&self, key: &str) -> &[usize] {
        Self::get(&self.by_caller, key)
    }

    /// Births whose caller used no key: of those whom the question named, what it named of them.
    pub(super) fn by_actor(&self, caller: &Arc<Actor>) -> impl Iterator<Item = usize> {
        let is_named = self.keyless.get(caller).is_some_and(|used| used.is_named);
        let all = self.by_actor.get(caller).map_or(&[][..], Vec::as_slice);
        let all = all.iter().copied();
        all.filter(move |at| !is_named || self.issuances[*at].is_named)
    }

    /// Births whose caller used no key and goes by this name.
    pub(super) fn by_caller_name(&self, name: &str) -> &[usize] {
        Self::get(&self.by_caller_name, name)
    }

    /// Births of sessions that go by this name.
    pub(super) fn by_name(&self, name: &str) -> &[usize] {
        Self::get(&self.by_name, name)
    }

    /// Keys of sessions of this name that nothing gave issuance to.
    pub(super) fn unexplained(&self, name: &str) -> &[String] {
        self.unexplained.get(name).map_or(&[], Vec::as_slice)
    }

    fn get<'i>(index: &'i Index, name: &str) -> &'i [usize] {
        index.get(name).map_or(&[], Vec::as_slice)
    }
}
