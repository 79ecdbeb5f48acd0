//! Section 1: the origin of access keys, and the sessions that were issued. `sessions` finds the links.

use std::collections::BTreeSet;

use super::ModelBuilder;
use crate::report::model::{IssuedSession, KeyOrigin, OriginEnd, TopRows};
use crate::sessions::{self, Actor, Issuance, Repeat, TreeNode, TreeRoot};

/// Maximum number of keys with an origin, and of lines of the tree.
const KEYS: usize = 20;
const LINES: usize = 200;

impl ModelBuilder<'_> {
    /// Of the keys it is about the ones that are no long-lived keys of their own.
    pub(super) fn key_origins(&self) -> TopRows<KeyOrigin> {
        if !self.single_identity {
            return TopRows::default();
        }
        let named = self.links.named();
        let keys = named.iter().filter_map(|root| match root {
            TreeRoot::Key(key) if !key.starts_with("AKIA") => Some(key.as_str()),
            _ => None,
        });
        let mut keys: Vec<&str> = keys.collect();
        // If there are too many, keys with a known origin are more useful.
        keys.sort_by_key(|key| self.links.above(key).steps.is_empty());
        TopRows {
            count: keys.len() as u64,
            rows: keys.iter().take(KEYS).map(|key| self.origin(key)).collect(),
        }
    }

    fn origin(&self, key: &str) -> KeyOrigin {
        let chain = self.links.above(key);
        let issuances = self.links.issuances();
        let steps: Vec<IssuedSession> = chain
            .steps
            .iter()
            .rev()
            .enumerate()
            .map(|(depth, step)| IssuedSession {
                depth,
                is_likely: step.is_likely,
                ..self.issued(&issuances[step.issuance])
            })
            .collect();
        let (end, text) = match &chain.end {
            sessions::ChainEnd::LongLived(key) => (
                OriginEnd::LongLived,
                format!("was issued to {}", self.user_of(key)),
            ),
            sessions::ChainEnd::Missing(missing) if missing == key => (
                OriginEnd::Missing,
                "belongs to a session, and the call that issued it is not in the input".to_owned(),
            ),
            sessions::ChainEnd::Missing(missing) => {
                let user = self.user_of(missing);
                let text = format!(
                    "was issued to {user}, and the call that issued that key is not in the input"
                );
                (OriginEnd::Missing, text)
            }
            sessions::ChainEnd::Caller(actor) => {
                (OriginEnd::Caller, format!("was issued to {}", name(actor)))
            }
            sessions::ChainEnd::Several(several) => {
                let count = several.len();
                let text =
                    format!("was issued by one of {count} calls; the input does not show by which");
                (OriginEnd::Ambiguous, text)
            }
            sessions::ChainEnd::Cycle(key) => (
                OriginEnd::Cycle,
                format!("was issued to {key}, which is one of its own sessions (a cycle)"),
            ),
            sessions::ChainEnd::Unknown => (
                OriginEnd::Unknown,
                "was issued to a caller that the event does not name".to_owned(),
            ),
        };
        let mut sentence = format!("access key {key} {text}");
        for (nth, step) in steps.iter().enumerate() {
            sentence.push_str(if nth == 0 { ", through " } else { ", then " });
            sentence.push_str(&way(step));
        }
        KeyOrigin {
            key: key.to_owned(),
            steps,
            end,
            text: sentence,
        }
    }

    /// A key with the name of who uses it.
    fn user_of(&self, key: &str) -> String {
        let actor = self.links.used(key).and_then(|used| used.actor.as_deref());
        match actor {
            Some(actor) => format!("{} ({key})", name(actor)),
            None => format!("an unknown identity ({key})"),
        }
    }

    /// The tree of sessions from the identity of the report, or from every identity that issued a session.
    pub(super) fn issued_sessions(&self) -> TopRows<IssuedSession> {
        let nodes = if self.single_identity {
            self.links.below(&self.links.named()).nodes
        } else {
            self.everybody()
        };
        let mut wanted: Vec<&TreeNode> = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            let is_root = node.depth == 0;
            let below = nodes.get(at + 1);
            let is_parent = below.is_some_and(|next| next.depth > node.depth);
            // A root without sessions below it shows nothing.
            if !is_root || is_parent {
                wanted.push(node);
            }
        }
        let rows = wanted.iter().take(LINES).map(|node| self.session(node));
        TopRows {
            count: wanted.len() as u64,
            rows: rows.collect(),
        }
    }

    /// All issued sessions: first from callers that are not issued sessions, then cycles, each from one of its
    /// own.
    fn everybody(&self) -> Vec<TreeNode> {
        let mut tops = BTreeSet::new();
        let mut issued = BTreeSet::new();
        for issuance in self.links.issuances() {
            match (&issuance.caller_key, &issuance.caller) {
                (Some(key), _) if self.links.of_key(key).next().is_none() => {
                    tops.insert(TreeRoot::Key(key.clone()));
                }
                (Some(key), _) => {
                    issued.insert(key.as_str());
                }
                (None, Some(caller)) => {
                    // A caller that is an issued session is below its issuer.
                    let mut names = caller.session_names();
                    if !names.any(|name| self.links.of_name(name).next().is_some()) {
                        tops.insert(TreeRoot::Actor(caller.clone()));
                    }
                }
                (None, None) => {}
            }
        }
        // Services come last, because there are many and they are least informative.
        let mut tops: Vec<TreeRoot> = tops.into_iter().collect();
        tops.sort_by_key(|top| match top {
            TreeRoot::Key(_) => 0,
            TreeRoot::Actor(actor) if actor.kind.as_deref() == Some("AWSService") => 2,
            TreeRoot::Actor(actor) if actor.arn.is_none() && actor.service.is_some() => 2,
            TreeRoot::Actor(_) => 1,
        });
        let mut nodes = self.links.below(&tops).nodes;
        for node in &nodes {
            issued.remove(node.key.as_deref().unwrap_or_default());
        }
        for cycles in 1.. {
            let Some(key) = issued.pop_first() else { break };
            let mut roots = vec![TreeRoot::Key(key.to_owned())];
            if cycles == LINES {
                // Sessions beyond the shown ones are only counted.
                roots.extend(issued.iter().map(|key| TreeRoot::Key((*key).to_owned())));
                issued.clear();
            }
            let more = self.links.below(&roots).nodes;
            for node in &more {
                issued.remove(node.key.as_deref().unwrap_or_default());
            }
            nodes.extend(more);
        }
        // Sessions without a key that are older than all that were given out by their name.
        let shown: BTreeSet<usize> = nodes.iter().filter_map(|node| node.issuance).collect();
        let issuances = self.links.issuances().iter().enumerate();
        let left =
            issuances.filter(|(at, issuance)| issuance.caller_key.is_none() && !shown.contains(at));
        let left: BTreeSet<_> = left
            .filter_map(|(_, issuance)| issuance.caller.clone())
            .collect();
        let left: Vec<TreeRoot> = left.into_iter().map(TreeRoot::Actor).collect();
        nodes.extend(self.links.below(&left).nodes);
        nodes
    }

    fn session(&self, node: &TreeNode) -> IssuedSession {
        let issuance = node.issuance.and_then(|at| self.links.issuances().get(at));
        let is_seen = |key: &String| self.links.used(key).is_some();
        IssuedSession {
            depth: node.depth,
            key: node.key.clone(),
            who: node.actor.as_deref().map(name),
            is_likely: node.is_likely,
            repeat: node.repeat.map(|repeat| match repeat {
                Repeat::Above => "above",
                Repeat::Elsewhere => "elsewhere",
            }),
            candidates: self.candidates(node),
            is_unused: node.key.as_ref().is_some_and(|key| !is_seen(key)),
            ..issuance
                .map(|issuance| self.issued(issuance))
                .unwrap_or_default()
        }
    }

    /// How many issuances a key may have come from that only its name links.
    fn candidates(&self, node: &TreeNode) -> Option<u64> {
        let key = node
            .key
            .as_deref()
            .filter(|_| node.issuance.is_none() && node.is_likely)?;
        match self.links.above(key).end {
            sessions::ChainEnd::Several(several) => Some(several.len() as u64),
            _ => None,
        }
    }

    fn issued(&self, issuance: &Issuance) -> IssuedSession {
        IssuedSession {
            key: issuance.key.clone(),
            call: Some(issuance.call.clone()),
            time: issuance.time.map(|time| self.time(time)),
            event_id: issuance.event_id.clone(),
            role: issuance.role_arn.clone(),
            session: issuance.session_name.clone(),
            source_identity: issuance.source_identity.clone(),
            subject: issuance.subject.clone(),
            provider: issuance.provider.clone(),
            target_account: issuance.target.clone(),
            shared_event_id: issuance.shared_event_id.clone(),
            ..IssuedSession::default()
        }
    }
}

/// What somebody is called.
fn name(actor: &Actor) -> String {
    let names = [
        &actor.arn,
        &actor.service,
        &actor.name,
        &actor.principal_id,
        &actor.account_id,
        &actor.kind,
    ];
    let name = names.into_iter().flatten().next();
    name.cloned()
        .unwrap_or_else(|| "an unknown identity".to_owned())
}

/// `role Deploy, session ci-1234, at 10:02`.
pub(in crate::report) fn way(session: &IssuedSession) -> String {
    let mut words = Vec::new();
    let role = session
        .role
        .as_deref()
        .map(|arn| arn.rsplit('/').next().unwrap_or(arn));
    match (role, &session.call) {
        (Some(role), _) => words.push(format!("role {role}")),
        (None, Some(call)) => words.push(call.clone()),
        (None, None) => {}
    }
    words.extend(
        session
            .session
            .as_ref()
            .map(|name| format!("session {name}")),
    );
    words.extend(
        session
            .target_account
            .as_ref()
            .map(|target| format!("root of {target}")),
    );
    let by_provider = session
        .subject
        .as_ref()
        .map(|subject| match &session.provider {
            Some(provider) => format!("for {subject} of {provider}"),
            None => format!("for {subject}"),
        });
    words.extend(by_provider);
    words.extend(
        session
            .source_identity
            .as_ref()
            .map(|who| format!("source identity {who}")),
    );
    words.extend(session.time.as_ref().map(|time| format!("at {time}")));
    let likely = session.is_likely.then(|| match session.candidates {
        None => "probably (same session name only)".to_owned(),
        Some(several) => {
            format!("issued by one of {several} calls with this session name; the input does not show by which")
        }
    });
    words.extend(likely);
    words.join(", ")
}
