//! The question that gathers what links sessions: issuances, and who used which key.
//!
//! Memory grows with issuances, keys and identities, not with events: about 1 kB each.
//!
//! Not for: what follows (`links`).

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::{Actor, Issuance, Links, Used};
use crate::engine::{Answer, Question};
use crate::event::identity::is_masked;
use crate::event::{Context, Event};
use crate::select::Selection;

/// Asks every event for what links sessions.
#[derive(Clone, Copy, Debug, Default)]
pub struct SessionObserver<'s> {
    /// What the identity is that is asked for; events that satisfy it are its own.
    pub named: Option<&'s Selection>,
}

/// Births, and who used which key.
#[derive(Clone, Debug, Default)]
pub struct SessionAggregate {
    keys: HashMap<String, Used>,
    /// Who acted without a key, as far as something could link to them.
    pub(super) keyless: HashMap<Arc<Actor>, Used>,
    actors: HashSet<Arc<Actor>>,
    issuances: HashMap<String, Vec<Issuance>>,
    /// Those that tell no key.
    hidden: HashMap<Option<String>, Vec<Issuance>>,
}

impl Question for SessionObserver<'_> {
    type Batch = SessionAggregate;

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut SessionAggregate) {
        let is_named = self
            .named
            .is_some_and(|it| it.refusal(event, context, &mut []).is_none());
        let time = event.time();
        let mut use_ = Used {
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
                    use_.actor = Actor::of(event).map(Arc::new);
                }
                batch.add_key(key, use_);
            }
            None if could_link(event) => {
                if let Some(actor) = Actor::of(event) {
                    let actor = batch.intern(Arc::new(actor));
                    use_.actor = Some(Arc::clone(&actor));
                    let used = batch.keyless.entry(actor).or_default();
                    used.merge(use_);
                }
            }
            None => {}
        }
        if let Some(mut issuance) = Issuance::of(event) {
            // The actor of a switch is who came of it.
            issuance.is_named = is_named && !issuance.is_switch();
            batch.add_issuance(issuance);
        }
    }
}

/// Whether somebody without a key is a user, or a session.
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

    /// All that was gathered, linked.
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
