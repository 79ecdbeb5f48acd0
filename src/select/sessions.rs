//! Keys that were issued to an identity, and names of its sessions. The module `sessions` finds them.

use super::words::Table;
use crate::event::Event;
use crate::event::identity::is_masked;
use crate::time::Moment;

/// Sessions: known keys, and names for calls without a key.
#[derive(Clone, Debug)]
pub struct Sessions {
    keys: Table<()>,
    /// The time from which a name counts.
    names: Table<Option<Moment>>,
}

impl Sessions {
    /// Matches calls with one of the keys, and calls without a key by a session of one of the names, since the time of the
    /// name.
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

    /// True if names are compared, too.
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
