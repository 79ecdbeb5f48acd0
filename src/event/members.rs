//! The members of an object as a walk meets them, found again by name without a search.
//!
//! Not for: how a walk meets them (`scan`).

use super::MemberName;
use crate::scan::Member;

/// A member of an event's own object, with its name recognised.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// The name, if it is one of CloudTrail's.
    pub key: MemberName,
    /// Where it lies.
    pub at: Member,
}

/// Members of one object, in order: of one name of CloudTrail's the first only, and of other names a
/// bounded number, so that no input makes it grow without end.
#[derive(Clone, Debug)]
pub struct Members {
    list: Vec<Found>,
    /// A bit for each name of CloudTrail's that is among them.
    seen: u64,
    /// Where in the list each of those is; of no meaning for any other.
    place: [u16; MemberName::COUNT],
}

impl Default for Members {
    fn default() -> Self {
        Members {
            list: Vec::new(),
            seen: 0,
            place: [0; MemberName::COUNT],
        }
    }
}

impl Members {
    /// Members of other names than CloudTrail's that are kept.
    const OTHERS: usize = 4096;

    /// Forgets all of them.
    #[inline]
    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.seen = 0;
    }

    /// Adds a member that follows the others.
    #[inline]
    pub(crate) fn add(&mut self, key: MemberName, at: Member) {
        let bit = key.bit();
        if bit & self.seen != 0 || (bit == 0 && self.list.len() >= Self::OTHERS) {
            return;
        }
        self.seen |= bit;
        if let Some(place) = self.place.get_mut(key.index()) {
            *place = self.list.len() as u16;
        }
        self.list.push(Found { key, at });
    }

    /// The member of this name.
    #[inline]
    pub fn get(&self, key: MemberName) -> Option<&Found> {
        if self.seen & key.bit() == 0 {
            return None;
        }
        self.list.get(usize::from(*self.place.get(key.index())?))
    }

    /// True when there is a member with one of these names, given by their [bits](Key::bit).
    #[inline]
    pub(crate) fn has_any(&self, bits: u64) -> bool {
        self.seen & bits != 0
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Found> {
        self.list.iter()
    }
}
