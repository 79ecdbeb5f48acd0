//! `--with-sessions`: whom it is about, and what the first reading says of their sessions.
//!
//! Not for: what was born of what (room `sessions`), the two readings (`first_pass`).

use super::args::{DiagnosticArgs, Selection as Typed, Sessions as Wanted};
use super::setup::usage;
use super::{Failure, diagnostics};
use crate::select::{Condition, Expr, Selection, Sessions, Test};
use crate::sessions::{DerivedSessions, Links};

/// Whose sessions are wanted, and how sure one must be of them.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    wanted: Wanted,
    named: Vec<Condition>,
}

impl Asked {
    /// Takes those conditions out that name an identity: `--key` and `--who`, or, where there is neither, expressions
    /// that look at nothing but who acted. All others choose among the calls of it and its sessions.
    pub fn take(typed: &Typed, conditions: &mut Vec<Condition>) -> Result<Option<Asked>, Failure> {
        let Some(wanted) = typed.with_sessions else {
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
                "--with-sessions: whose sessions? Add --key or --who, or a --where that looks at nothing but who acted \
                 (AccessKeyId, Username, principal, session, userIdentity)",
            ));
        }
        Ok(Some(Asked { wanted, named }))
    }

    /// The identity, to look for.
    pub fn selection(&self) -> Selection {
        Selection::new(self.named.clone())
    }

    /// The flags that name the identity, and this one, as they were typed.
    pub fn typed(&self) -> String {
        let named: Vec<_> = self.named.iter().map(|it| it.typed.as_str()).collect();
        let flag = match self.wanted {
            Wanted::Certain => "--with-sessions",
            Wanted::Likely => "--with-sessions=likely",
        };
        format!("{} {flag}", named.join(" "))
    }

    /// What is asked before any session is known.
    pub fn condition(&self) -> Condition {
        Condition {
            typed: format!("{} (known after a first reading)", self.typed()),
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

    /// What follows from the first reading, which is told.
    pub fn resolve(self, links: &Links, diagnostics: &DiagnosticArgs) -> Vec<Condition> {
        let family = links.family();
        if !links.named().is_empty() {
            self.tell(&family, diagnostics);
        }
        let is_likely = self.wanted == Wanted::Likely;
        let likely = family.likely.iter().filter(|_| is_likely);
        let names = family
            .names
            .iter()
            .filter(|_| is_likely && family.has_keyless);
        let taken: Vec<&str> = family
            .keys
            .iter()
            .chain(likely)
            .map(String::as_str)
            .collect();
        let added = self.added(&family);
        let typed = format!("{} ({added})", self.typed());
        if taken.is_empty() && names.clone().next().is_none() {
            // Each by itself can still say what would have matched.
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
        let sessions = Expr::Flag(Test::Sessions(Sessions::new(taken, names)));
        vec![Condition {
            typed,
            expr: Expr::Any(vec![self.identity(), sessions]),
        }]
    }

    /// What comes on top of the identity, in words.
    fn added(&self, family: &DerivedSessions) -> String {
        let mut words = match family.keys.len() as u64 {
            0 => "no key was born of it".to_owned(),
            1 => "1 key was born of it".to_owned(),
            keys => format!("{} were born of it", diagnostics::count(keys, "key")),
        };
        if self.wanted == Wanted::Likely {
            words.push_str(&match (family.likely.len() as u64, family.has_keyless) {
                (0, false) => ", no other is likely its own".to_owned(),
                (0, true) => ", calls without a key are likely its own".to_owned(),
                (keys, false) => format!(", {} likely its own", are(keys)),
                (keys, true) => format!(
                    ", {} and calls without a key are likely its own",
                    diagnostics::count(keys, "more key")
                ),
            });
        }
        words
    }

    fn tell(&self, family: &DerivedSessions, diagnostics: &DiagnosticArgs) {
        let mut note = format!("--with-sessions: {}", self.added(family));
        let likely = family.likely.len() as u64;
        if self.wanted == Wanted::Certain && (likely > 0 || family.has_keyless) {
            let what = match (likely, family.has_keyless) {
                (0, _) => "calls without a key are".to_owned(),
                (keys, false) => are(keys),
                (keys, true) => format!(
                    "{} and calls without a key are",
                    diagnostics::count(keys, "more key")
                ),
            };
            note.push_str(&format!(
                "; {what} likely its own, by the name of a session alone (--with-sessions=likely takes them)"
            ));
        }
        diagnostics::note(diagnostics, &note);
        if family.blind > 0 {
            diagnostics::warning(&format!(
                "--with-sessions: {} of its sessions {} no access key: what those did is not selected",
                diagnostics::count(family.blind, "issuance"),
                if family.blind == 1 { "tells" } else { "tell" },
            ));
        }
    }
}

fn are(keys: u64) -> String {
    let verb = if keys == 1 { "is" } else { "are" };
    format!("{} {verb}", diagnostics::count(keys, "more key"))
}
