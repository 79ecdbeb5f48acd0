//! Pages of lookups, one behind the other in one file: whose `NextToken` is followed by its next page, and
//! whose was left.
//!
//! A lookup gives the newest events first, and is of one account in one region. So a page that begins newer
//! than the one before it ended, or is of elsewhere, is no next page: it begins another lookup. Pages that were
//! sorted since are told by the older and the newer of their ends.
//!
//! Not for: finding tokens (`token`), what it means that one was left (`finding`).

use crate::event::{Event, MemberName};
use crate::time::Moment;

const ACCOUNT: MemberName = MemberName::named("recipientAccountId");
const REGION: MemberName = MemberName::named("awsRegion");

/// The first or the last event of a page, as far as it tells which lookup it is of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageEnd {
    /// When it happened.
    pub time: Option<Moment>,
    /// The account that it happened in.
    pub account: Option<String>,
    /// The region.
    pub region: Option<String>,
}

impl PageEnd {
    pub(super) fn of(event: &Event<'_>) -> PageEnd {
        let member = |key| {
            let text = event.record_member(key)?.text()?;
            Some(text.to_str().into_owned())
        };
        PageEnd {
            time: event.time(),
            account: member(ACCOUNT),
            region: member(REGION),
        }
    }
}

/// The ends of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Ends {
    first: PageEnd,
    last: PageEnd,
}

impl Ends {
    fn oldest(&self) -> Option<Moment> {
        self.first.time.min(self.last.time)
    }

    /// The times of both ends, the older one first. Within a second events come in any order.
    fn seconds(&self) -> Option<(i64, i64)> {
        let (one, other) = (self.first.time?.seconds, self.last.time?.seconds);
        Some((one.min(other), one.max(other)))
    }

    /// What both ends have, or neither end tells.
    fn shared<'e>(&'e self, of: impl Fn(&'e PageEnd) -> Option<&'e String>) -> Option<&'e String> {
        of(&self.first).filter(|first| Some(*first) == of(&self.last))
    }

    /// True when this cannot be the page behind another one.
    fn is_another_lookup(&self, before: &Ends) -> bool {
        let differs = |of: fn(&PageEnd) -> Option<&String>| {
            let both = before.shared(of).zip(self.shared(of));
            both.is_some_and(|(before, here)| before != here)
        };
        let times = before.seconds().zip(self.seconds());
        times.is_some_and(|((oldest, _), (_, newest))| newest > oldest)
            || differs(|end| end.account.as_ref())
            || differs(|end| end.region.as_ref())
    }
}

/// A token, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageToken {
    pub at: u64,
    pub token: String,
}

/// A token that no next page follows, and the event that its page ended with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnusedToken {
    pub token: PageToken,
    pub end: PageEnd,
}

/// Goes through the pages of a file.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// The ends of the page at hand, if an event was in it.
    here: Option<Ends>,
    /// Those of the last page before it that had events.
    before: Option<Ends>,
    /// What the page at hand says about the next one.
    token: Option<PageToken>,
    /// What the page before it said.
    awaited: Option<PageToken>,
}

impl Pages {
    /// A list of events begins: a page, or with `is_lookup` false what never is one.
    pub fn list(&mut self, is_lookup: bool) -> Option<UnusedToken> {
        let left = self.turn();
        self.awaited = self.token.take();
        if let Some(here) = self.here.take() {
            self.before = Some(here);
        }
        if is_lookup {
            return left;
        }
        // Two cannot be left at once: without events between, the later token goes on from the earlier.
        left.or_else(|| self.left())
    }

    /// The page at hand has this token, or none. A token may stand before its events, or behind them.
    pub fn token(&mut self, token: Option<PageToken>) {
        self.token = token;
    }

    /// Events that begin and end with these.
    pub fn events(&mut self, first: PageEnd, last: PageEnd) {
        match &mut self.here {
            Some(here) => here.last = last,
            None => self.here = Some(Ends { first, last }),
        }
    }

    /// Nothing follows: a token that was left, and one that the last page has.
    pub fn finish(&mut self) -> (Option<UnusedToken>, Option<PageToken>) {
        (self.turn(), self.token.take())
    }

    /// Decides whether the page at hand is the one that is awaited.
    fn turn(&mut self) -> Option<UnusedToken> {
        let (here, before) = (self.here.as_ref()?, self.before.as_ref()?);
        if here.is_another_lookup(before) {
            self.left()
        } else {
            None
        }
    }

    fn left(&mut self) -> Option<UnusedToken> {
        let token = self.awaited.take()?;
        let before = self.before.as_ref();
        let end = before.map_or_else(PageEnd::default, |before| PageEnd {
            time: before.oldest(),
            account: before.shared(|end| end.account.as_ref()).cloned(),
            region: before.shared(|end| end.region.as_ref()).cloned(),
        });
        Some(UnusedToken { token, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads pages, each as its times, newest or oldest first, its region and whether a token follows; gives
    /// the places of the tokens that were left, and whether the last page has one.
    fn read(pages: &[(&[i64], &str, bool)]) -> (Vec<u64>, bool) {
        let mut all = Pages::default();
        let mut left = Vec::new();
        for (at, (times, region, has_token)) in (0..).zip(pages) {
            left.extend(all.list(true));
            let end = |seconds: &i64| PageEnd {
                time: Some(Moment {
                    seconds: *seconds,
                    nanos: 0,
                }),
                account: None,
                region: Some((*region).to_owned()),
            };
            if let (Some(first), Some(last)) = (times.first(), times.last()) {
                all.events(end(first), end(last));
            }
            let token = String::new();
            all.token(has_token.then_some(PageToken { at, token }));
        }
        let (more, last) = all.finish();
        left.extend(more);
        (
            left.iter().map(|left| left.token.at).collect(),
            last.is_some(),
        )
    }

    #[test]
    fn pages_that_go_on_leave_no_token() {
        let none = (vec![], false);
        assert_eq!(read(&[(&[9, 7], "a", true), (&[7, 5], "a", false)]), none);
        // Each sorted, an empty one between, an empty one at the end.
        assert_eq!(read(&[(&[7, 9], "a", true), (&[5, 7], "a", false)]), none);
        let pages: [(&[i64], _, _); 4] = [
            (&[9, 7], "a", true),
            (&[], "a", true),
            (&[6, 5], "a", true),
            (&[], "a", false),
        ];
        assert_eq!(read(&pages), none);
        // What follows the empty end is another lookup, and nobody waits for it.
        let more: [(&[i64], _, _); 1] = [(&[9, 8], "b", false)];
        assert_eq!(read(&[&pages[..], &more[..]].concat()), none);
        assert_eq!(read(&[(&[9, 7], "a", true)]), (vec![], true));
    }

    #[test]
    fn another_lookup_leaves_the_token_before_it() {
        let left = (vec![0], false);
        for other in [[8, 3], [3, 8], [20, 10]] {
            assert_eq!(read(&[(&[9, 7], "a", true), (&other, "a", false)]), left);
        }
        assert_eq!(read(&[(&[9, 7], "a", true), (&[5, 3], "b", false)]), left);
        let pages: [(&[i64], _, _); 3] = [
            (&[9, 7], "a", true),
            (&[20, 19], "a", true),
            (&[21], "a", true),
        ];
        assert_eq!(read(&pages), (vec![0, 1], true));
    }

    #[test]
    fn a_trail_file_is_no_page() {
        let mut pages = Pages::default();
        assert_eq!(pages.list(true), None);
        pages.token(Some(PageToken {
            at: 1,
            token: String::new(),
        }));
        assert_eq!(pages.list(false).map(|left| left.token.at), Some(1));
        assert_eq!(pages.finish(), (None, None));
    }
}
