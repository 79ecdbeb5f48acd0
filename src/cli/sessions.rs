//! `--with-sessions`: which identity it is about, and which of its sessions the first pass found.
//!
//! Not for: which call issued which key (`crate::sessions`), the two passes (`first_pass`).

use super::args::{DiagnosticArgs, Selection as Typed};
use super::setup::usage;
use super::{Failure, diagnostics};
use crate::select::{Condition, Expr, Selection, Sessions, Test};
use crate::sessions::{DerivedSessions, Links};

/// The identity whose sessions are selected, too.
#[derive(Clone, Debug)]
pub(super) struct SessionQuery {
    /// Include sessions that only their name links to the identity.
    likely: bool,
    named: Vec<Condition>,
}

impl SessionQuery {
    /// Takes the conditions that name an identity: `--key` and `--who` or, without them, expressions that test only
    /// the caller. All other conditions apply to the calls of the identity and of its sessions.
    pub fn take(
        typed: &Typed,
        conditions: &mut Vec<Condition>,
    ) -> Result<Option<SessionQuery>, Failure> {
        let Some(how) = typed.value("with-sessions") else {
            return Ok(None);
        };
        let mut named: Vec<Condition> = conditions
            .extract_if(.., |condition| condition.expr.is_identity())
            .collect();
        if named.is_empty() {
            named = conditions
                .extract_if(.., |condition| condition.expr.is_about_actor())
                .collect();
        }
        if named.is_empty() {
            return Err(usage(
                "--with-sessions: no identity is named; add --key or --who, or a --where that tests only the caller \
                 (AccessKeyId, Username, principal, session, userIdentity)",
            ));
        }
        Ok(Some(SessionQuery {
            likely: how == "likely",
            named,
        }))
    }

    /// The calls of the identity itself.
    pub fn selection(&self) -> Selection {
        Selection::new(self.named.clone())
    }

    /// The flags that name the identity, and this one, as they were typed.
    pub fn typed(&self) -> String {
        let named: Vec<_> = self.named.iter().map(|it| it.typed.as_str()).collect();
        let flag = match self.likely {
            false => "--with-sessions",
            true => "--with-sessions=likely",
        };
        format!("{} {flag}", named.join(" "))
    }

    /// The condition for --explain, before any session is known.
    pub fn condition(&self) -> Condition {
        Condition {
            typed: format!("{} (known after a first pass)", self.typed()),
            expr: self.identity(),
        }
    }

    fn identity(&self) -> Expr {
        let mut exprs: Vec<Expr> = self.named.iter().map(|it| it.expr.clone()).collect();
        match exprs.pop() {
            Some(only) if exprs.is_empty() => only,
            last => {
                exprs.extend(last);
                Expr::All(exprs)
            }
        }
    }

    /// The conditions that follow from the first pass. Prints which sessions were found.
    pub fn resolve(self, links: &Links, diagnostics: &DiagnosticArgs) -> Vec<Condition> {
        let derived = links.derived();
        if !links.named().is_empty() {
            self.report(&derived, diagnostics);
        }
        let likely = derived.likely.iter().filter(|_| self.likely);
        // A name selects only calls without a key: calls with a key are selected by the key.
        let names = derived
            .names
            .iter()
            .filter(|_| self.likely && derived.has_keyless);
        let keys: Vec<&str> = derived
            .keys
            .iter()
            .chain(likely)
            .map(String::as_str)
            .collect();
        let added = self.added(&derived);
        let typed = format!("{} ({added})", self.typed());
        if keys.is_empty() && names.clone().next().is_none() {
            // The conditions stay separate, so that an empty result can show what each of them excluded.
            let mut named = self.named;
            if let Some(last) = named.last_mut() {
                let flag = typed
                    .rfind(" --with-sessions")
                    .map_or("", |at| &typed[at..]);
                last.typed.push_str(flag);
            }
            return named;
        }
        let names = names.map(|(name, since)| (name.as_str(), *since));
        let sessions = Expr::Flag(Test::Sessions(Sessions::new(keys, names)));
        vec![Condition {
            typed,
            expr: Expr::Any(vec![self.identity(), sessions]),
        }]
    }

    /// The sessions that are selected in addition to the identity, in words.
    fn added(&self, derived: &DerivedSessions) -> String {
        let mut words = match derived.keys.len() as u64 {
            0 => "no key was issued to it".to_owned(),
            1 => "1 key was issued to it".to_owned(),
            keys => format!("{} were issued to it", diagnostics::count(keys, "key")),
        };
        if self.likely {
            match likely(derived) {
                Some(likely) => words.push_str(&format!(", {likely} to it")),
                None => words.push_str(", no other key probably belongs to it"),
            }
        }
        words
    }

    fn report(&self, derived: &DerivedSessions, diagnostics: &DiagnosticArgs) {
        let mut note = format!("--with-sessions: {}", self.added(derived));
        if let Some(likely) = likely(derived).filter(|_| !self.likely) {
            note.push_str(&format!(
                "; {likely} to it (same session name only; --with-sessions=likely selects them)"
            ));
        }
        diagnostics::note(diagnostics, &note);
        if derived.blind > 0 {
            diagnostics::warning(&format!(
                "--with-sessions: {} of its sessions {} no access key: the calls of those sessions are not selected",
                diagnostics::count(derived.blind, "issuing call"),
                if derived.blind == 1 { "shows" } else { "show" },
            ));
        }
    }
}

/// The calls that only a session name links to the identity, with the verb.
fn likely(derived: &DerivedSessions) -> Option<String> {
    let more = |keys| diagnostics::count(keys, "more key");
    Some(match (derived.likely.len() as u64, derived.has_keyless) {
        (0, false) => return None,
        (0, true) => "calls without a key probably belong".to_owned(),
        (1, false) => "1 more key probably belongs".to_owned(),
        (keys, false) => format!("{} probably belong", more(keys)),
        (keys, true) => format!("{} and calls without a key probably belong", more(keys)),
    })
}
