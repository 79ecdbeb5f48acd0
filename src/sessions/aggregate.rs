//! The question that collects what links sessions: issuances, and which identity used which key.
//!
//! Memory grows with the number of issuances, keys and identities (about 1 kB each), not with the number of events.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::{Actor, Issuance, Links, Used};
use crate::engine::{Answer, Question};
use crate::event::identity::is_masked;
use crate::event::{Context, Event};
use crate::select::Selection;

/// Observes in every event what links sessions.
#[derive(Clone, Copy, Debug, Default)]
pub struct SessionObserver<'s> {
    /// The conditions that name the identity of interest: events that match them are its own.
    pub named: Option<&'s Selection>,
}

/// Issuances, and the users of each key.
#[derive(Clone, Debug, Default)]
pub struct SessionAggregate {
    keys: HashMap<String, Used>,
    /// Identities that acted without a key, if something could link to them.
    pub(super) keyless: HashMap<Arc<Actor>, Used>,
    actors: HashSet<Arc<Actor>>,
    issuances: HashMap<String, Vec<Issuance>>,
    /// Issuances that do not show their key, by event id.
    hidden: HashMap<Option<String>, Vec<Issuance>>,
}

impl Question for SessionObserver<'_> {
    type Batch = SessionAggregate;

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut SessionAggregate) {
        let is_named = self
            .named
            .is_some_and(|it| it.refusal(event, context, &mut []).is_none());
        let time = event.time();
        let mut key_use = Used {
            actor: None,
            first: time,
            last: time,
            is_named,
        };
        let key = event.access_key_id().map(|key| key.to_str());
        match key.as_deref().filter(|key| !is_masked(key)) {
            Some(key) => {
                let is_known = batch.keys.get(key).is_some_and(|used| used.actor.is_some());
                if !is_known {
                    key_use.actor = Actor::of(event).map(Arc::new);
                }
                batch.add_key(key, key_use);
            }
            None if could_link(event) => {
                if let Some(actor) = Actor::of(event) {
                    let actor = batch.intern(Arc::new(actor));
                    key_use.actor = Some(Arc::clone(&actor));
                    let used = batch.keyless.entry(actor).or_default();
                    used.merge(key_use);
                }
            }
            None => {}
        }
        if let Some(mut issuance) = Issuance::of(event) {
            // The actor of `SwitchRole` is the new session, not the caller.
            issuance.is_named = is_named && !issuance.is_switch();
            batch.add_issuance(issuance);
        }
    }
}

/// True if an actor without a key is a user or a session.
fn could_link(event: &Event<'_>) -> bool {
    event.identity().is_some_and(|who| {
        let is_session = |id: &str| id.starts_with("AROA") && id.contains(':');
        who.arn.is_some() || who.principal_id.is_some_and(|id| is_session(&id.to_str()))
    })
}

impl SessionAggregate {
    fn intern(&mut self, actor: Arc<Actor>) -> Arc<Actor> {
        Arc::clone(self.actors.get_or_insert(actor))
    }

    pub(super) fn add_key(&mut self, key: &str, mut used: Used) {
        used.actor = used.actor.take().map(|actor| self.intern(actor));
        self.keys.entry_ref(key).or_default().merge(used);
    }

    pub(super) fn add_issuance(&mut self, mut issuance: Issuance) {
        issuance.caller = issuance.caller.take().map(|actor| self.intern(actor));
        let of_same = match &issuance.key {
            Some(key) => self.issuances.entry_ref(key.as_str()).or_default(),
            None => self.hidden.entry(issuance.event_id.clone()).or_default(),
        };
        match of_same.iter_mut().find(|other| other.is_same(&issuance)) {
            Some(other) => other.merge(issuance),
            None => of_same.push(issuance),
        }
    }

    /// Links everything that was collected.
    pub fn finish(self) -> Links {
        let issuances = self
            .issuances
            .into_values()
            .chain(self.hidden.into_values());
        Links::new(self.keys, self.keyless, issuances.flatten().collect())
    }
}

impl Answer<SessionAggregate> for SessionAggregate {
    fn add(&mut self, batch: SessionAggregate, _: &[bool]) -> io::Result<ControlFlow<()>> {
        for (key, mut used) in batch.keys {
            used.actor = used.actor.take().map(|actor| self.intern(actor));
            self.keys.entry(key).or_default().merge(used);
        }
        for (actor, mut used) in batch.keyless {
            let actor = self.intern(actor);
            used.actor = Some(Arc::clone(&actor));
            self.keyless.entry(actor).or_default().merge(used);
        }
        let issuances = batch
            .issuances
            .into_values()
            .chain(batch.hidden.into_values());
        issuances
            .flatten()
            .for_each(|issuance| self.add_issuance(issuance));
        Ok(ControlFlow::Continue(()))
    }
}
