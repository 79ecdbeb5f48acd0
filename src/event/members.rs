//! The members of an object in the order of the text, found by name without a search.

use super::MemberName;
use crate::scan::Member;

/// A member of an event's own object.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// The name, if it is one of CloudTrail's.
    pub key: MemberName,
    /// Its place in the text.
    pub at: Member,
}

/// Members of one object, in order. Of several members with one name of CloudTrail's only the first is kept, and the
/// number of members with other names is bounded, so that hostile input cannot exhaust the memory.
#[derive(Clone, Debug)]
pub struct Members {
    list: Vec<Found>,
    /// A bit for each of CloudTrail's names that is present.
    seen: u64,
    /// The index of each present name in the list.
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
    /// The largest number of members with other names.
    const OTHERS: usize = 4096;

    /// Removes all members.
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

    /// True if a member has one of these names, given as [bits](MemberName::bit).
    #[inline]
    pub(crate) fn has_any(&self, bits: u64) -> bool {
        self.seen & bits != 0
    }

    /// All members, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Found> {
        self.list.iter()
    }
}
