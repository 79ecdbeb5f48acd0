//! Keys that were born of an identity, and names of its sessions.
//!
//! Not for: finding them out (room `sessions`).

use super::words::Table;
use crate::event::Event;
use crate::event::identity::is_masked;
use crate::time::Moment;

/// Sessions: the keys that are known, and names for calls without a key.
#[derive(Clone, Debug)]
pub struct Sessions {
    keys: Table<()>,
    /// The time from which on a name counts.
    names: Table<Option<Moment>>,
}

impl Sessions {
    /// Whoever uses one of the keys; and whoever uses none and is, since the time beside it, a session of that name.
    pub fn new<'n>(
        keys: impl IntoIterator<Item = &'n str>,
        names: impl IntoIterator<Item = (&'n str, Option<Moment>)>,
    ) -> Sessions {
        let mut sessions = Sessions {
            keys: Table::new(false),
            names: Table::new(false),
        };
        for key in keys {
            sessions.keys.entry(key);
        }
        for (name, since) in names {
            *sessions.names.entry(name) = since;
        }
        sessions
    }

    /// True when names are looked at, too.
    pub(super) fn has_names(&self) -> bool {
        !self.names.is_empty()
    }

    pub(super) fn hold(&self, event: &Event<'_>) -> bool {
        let key = event.access_key_id().map(|key| key.to_str());
        if let Some(key) = key.filter(|key| !is_masked(key)) {
            return self.keys.get(&key).is_some();
        }
        if !self.has_names() {
            return false;
        }
        let Some(who) = event.identity() else {
            return false;
        };
        [who.principal_id, who.arn]
            .into_iter()
            .flatten()
            .any(|name| {
                let since = self.names.get(&name.to_str());
                since.is_some_and(|since| event.time().is_none_or(|time| Some(time) >= *since))
            })
    }
}
