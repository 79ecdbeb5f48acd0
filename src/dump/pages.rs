//! Pages of lookups in one file: which `NextToken` is followed by its next page, and which is not.
//!
//! `lookup-events` returns the newest events first, for one account in one region (AWS, "LookupEvents", API reference). So a
//! page that begins later than the previous page ended, or has another account or region, is not its next page: it begins
//! another lookup, and the token of the previous page was not used. Pages may have been sorted since, so the older and
//! the newer end of each page are compared.

use crate::event::{Event, MemberName};
use crate::time::Moment;

const ACCOUNT: MemberName = MemberName::named("recipientAccountId");
const REGION: MemberName = MemberName::named("awsRegion");

/// The first or the last event of a page, with the values that show which lookup it belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageEnd {
    /// When it happened.
    pub time: Option<Moment>,
    /// The account (`recipientAccountId`).
    pub account: Option<String>,
    /// The region (`awsRegion`).
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

/// Both ends of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Ends {
    first: PageEnd,
    last: PageEnd,
}

impl Ends {
    fn oldest(&self) -> Option<Moment> {
        self.first.time.min(self.last.time)
    }

    /// The times of both ends, in seconds, the older one first. The order of events within a second is undefined.
    fn seconds(&self) -> Option<(i64, i64)> {
        let (one, other) = (self.first.time?.seconds, self.last.time?.seconds);
        Some((one.min(other), one.max(other)))
    }

    /// The value that both ends have, or `None` if they differ.
    fn shared<'e>(&'e self, of: impl Fn(&'e PageEnd) -> Option<&'e String>) -> Option<&'e String> {
        of(&self.first).filter(|first| Some(*first) == of(&self.last))
    }

    /// True if this cannot be the page after `before`.
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

/// A token and its offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageToken {
    pub at: u64,
    pub token: String,
}

/// A token without a next page, and the oldest event of its page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnusedToken {
    pub token: PageToken,
    pub end: PageEnd,
}

/// Follows the pages of a file.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// The ends of the current page, if it has events.
    here: Option<Ends>,
    /// Those of the last page before it that has events.
    before: Option<Ends>,
    /// The token of the current page.
    token: Option<PageToken>,
    /// The token of the page before it.
    awaited: Option<PageToken>,
}

impl Pages {
    /// A list of events begins: a page, or a list of another kind if `is_lookup` is false.
    pub fn list(&mut self, is_lookup: bool) -> Option<UnusedToken> {
        let unused = self.turn();
        self.awaited = self.token.take();
        if let Some(here) = self.here.take() {
            self.before = Some(here);
        }
        if is_lookup {
            return unused;
        }
        // At most one token is unused: if there are no events between two tokens, the later one continues the earlier.
        unused.or_else(|| self.unused())
    }

    /// Sets the token of the current page. It may come before or after the events of the page.
    pub fn token(&mut self, token: Option<PageToken>) {
        self.token = token;
    }

    /// Adds events of the current page: the first and the last of them.
    pub fn events(&mut self, first: PageEnd, last: PageEnd) {
        match &mut self.here {
            Some(here) => here.last = last,
            None => self.here = Some(Ends { first, last }),
        }
    }

    /// The end of the file. Returns an unused token, and the token of the last page.
    pub fn finish(&mut self) -> (Option<UnusedToken>, Option<PageToken>) {
        (self.turn(), self.token.take())
    }

    /// Decides whether the current page is the next page of the one before it.
    fn turn(&mut self) -> Option<UnusedToken> {
        let (here, before) = (self.here.as_ref()?, self.before.as_ref()?);
        if here.is_another_lookup(before) {
            self.unused()
        } else {
            None
        }
    }

    fn unused(&mut self) -> Option<UnusedToken> {
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

    /// Reads pages, each given by its times, its region and whether it has a token. Returns the indices of the pages with
    /// unused tokens, and whether the last page has a token.
    fn read(pages: &[(&[i64], &str, bool)]) -> (Vec<u64>, bool) {
        let mut all = Pages::default();
        let mut unused = Vec::new();
        for (at, (times, region, has_token)) in (0..).zip(pages) {
            unused.extend(all.list(true));
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
        unused.extend(more);
        (
            unused.iter().map(|unused| unused.token.at).collect(),
            last.is_some(),
        )
    }

    #[test]
    fn tokens_of_consecutive_pages_are_used() {
        let none = (vec![], false);
        assert_eq!(read(&[(&[9, 7], "a", true), (&[7, 5], "a", false)]), none);
        // Pages that are sorted; an empty page between two; an empty page at the end.
        assert_eq!(read(&[(&[7, 9], "a", true), (&[5, 7], "a", false)]), none);
        let pages: [(&[i64], _, _); 4] = [
            (&[9, 7], "a", true),
            (&[], "a", true),
            (&[6, 5], "a", true),
            (&[], "a", false),
        ];
        assert_eq!(read(&pages), none);
        // Another lookup after the empty last page.
        let more: [(&[i64], _, _); 1] = [(&[9, 8], "b", false)];
        assert_eq!(read(&[&pages[..], &more[..]].concat()), none);
        assert_eq!(read(&[(&[9, 7], "a", true)]), (vec![], true));
    }

    #[test]
    fn the_token_before_another_lookup_is_unused() {
        let unused = (vec![0], false);
        for other in [[8, 3], [3, 8], [20, 10]] {
            assert_eq!(read(&[(&[9, 7], "a", true), (&other, "a", false)]), unused);
        }
        assert_eq!(read(&[(&[9, 7], "a", true), (&[5, 3], "b", false)]), unused);
        let pages: [(&[i64], _, _); 3] = [
            (&[9, 7], "a", true),
            (&[20, 19], "a", true),
            (&[21], "a", true),
        ];
        assert_eq!(read(&pages), (vec![0, 1], true));
    }

    #[test]
    fn a_trail_file_is_not_a_page() {
        let mut pages = Pages::default();
        assert_eq!(pages.list(true), None);
        pages.token(Some(PageToken {
            at: 1,
            token: String::new(),
        }));
        assert_eq!(pages.list(false).map(|unused| unused.token.at), Some(1));
        assert_eq!(pages.finish(), (None, None));
    }
}
