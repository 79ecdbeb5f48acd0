//! Downwards: everything that was issued to some identities, directly or indirectly, as a tree.
//!
//! The tree is built without recursion. The issuances of a key are followed once, where the key is found first: along all
//! certain links, then along likely ones, the earliest first. Wherever else the key occurs, it is a leaf marked as a
//! repetition. So the tree is as large as the number of issuances, even if they form cycles. A key that only a name links is
//! placed below the earliest session of that name.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashSet};
use std::sync::Arc;

use super::{Actor, Issuance, Links};
use crate::time::Moment;

/// An identity at the top of a tree.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TreeRoot {
    /// The user of this key.
    Key(String),
    /// An identity that acted without a key.
    Actor(Arc<Actor>),
}

/// Where the first occurrence of a repeated key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Above it, so there is a cycle.
    Above,
    /// Elsewhere in the tree.
    Elsewhere,
}

/// A key, or a session whose key is not known.
#[derive(Clone, Debug)]
pub struct TreeNode {
    /// The access key; `None` if it is unknown.
    pub key: Option<String>,
    /// The identity that used it; `None` for a session that made no call ([`issuance`](Self::issuance) has its name).
    pub actor: Option<Arc<Actor>>,
    /// The index of its issuance in [`Links::issuances`]; `None` for roots, and for keys without an issuance in the input.
    pub issuance: Option<usize>,
    /// Only the name of a session links it, or one of the nodes above it.
    pub is_likely: bool,
    /// The number of nodes above it.
    pub depth: usize,
    /// It is the last child of its parent.
    pub is_last: bool,
    /// It occurs elsewhere as well, and its children are there.
    pub repeat: Option<Repeat>,
    /// The index of its parent.
    pub parent: Option<usize>,
    /// Its earliest possible time: that of its issuance or, if unknown, of the nearest known ancestor.
    bound: Option<Moment>,
}

/// The nodes of a tree in drawing order: parents before children, children by time.
#[derive(Clone, Debug, Default)]
pub struct SessionTree {
    /// The nodes.
    pub nodes: Vec<TreeNode>,
    /// The names of sessions that were searched for, with the earliest possible time of each; sorted.
    pub(super) names: Vec<(String, Option<Moment>)>,
}

impl Links {
    /// Everything that was issued to the roots.
    pub fn below(&self, roots: &[TreeRoot]) -> SessionTree {
        let mut builder = TreeBuilder {
            links: self,
            nodes: Vec::new(),
            opened: HashSet::new(),
            used: vec![false; self.issuances().len()],
            pending: Vec::new(),
            names: BinaryHeap::new(),
        };
        for root in roots {
            builder.root(root);
        }
        builder.follow_certain();
        let names = builder.follow_likely();
        SessionTree {
            nodes: in_drawing_order(builder.nodes),
            names,
        }
    }
}

/// A tree that is being built.
struct TreeBuilder<'l> {
    links: &'l Links,
    nodes: Vec<TreeNode>,
    opened: HashSet<String>,
    /// Issuances that are already in the tree.
    used: Vec<bool>,
    /// Nodes whose certain links are not followed yet.
    pending: Vec<usize>,
    /// Names whose likely links are not followed yet, the earliest first.
    names: BinaryHeap<Reverse<(Option<Moment>, String, usize)>>,
}

impl TreeBuilder<'_> {
    fn root(&mut self, root: &TreeRoot) {
        let (key, actor) = match root {
            TreeRoot::Key(key) => (Some(key.clone()), self.actor_of(key)),
            TreeRoot::Actor(actor) => (None, Some(Arc::clone(actor))),
        };
        self.add(TreeNode {
            key,
            actor,
            issuance: None,
            is_likely: false,
            depth: 0,
            is_last: false,
            repeat: None,
            parent: None,
            bound: None,
        });
    }

    fn actor_of(&self, key: &str) -> Option<Arc<Actor>> {
        self.links.used(key)?.actor.clone()
    }

    /// Adds a node. Its links are followed later, unless its key is already in the tree.
    fn add(&mut self, mut node: TreeNode) {
        if let Some(key) = &node.key
            && !self.opened.insert(key.clone())
        {
            node.repeat = Some(Repeat::Elsewhere);
        } else {
            self.pending.push(self.nodes.len());
        }
        self.nodes.push(node);
    }

    fn add_issuance(&mut self, at: usize, parent: usize, is_likely: bool) {
        if std::mem::replace(&mut self.used[at], true) {
            return;
        }
        let issuance = &self.links.issuances()[at];
        let above = &self.nodes[parent];
        let node = TreeNode {
            key: issuance.key.clone(),
            actor: issuance.key.as_deref().and_then(|key| self.actor_of(key)),
            issuance: Some(at),
            is_likely: is_likely || above.is_likely,
            parent: Some(parent),
            bound: issuance.time.max(above.bound),
            ..above.clone()
        };
        self.add(node);
    }

    /// Follows all certain links and records the names for likely ones.
    fn follow_certain(&mut self) {
        while let Some(at) = self.pending.pop() {
            let links = self.links;
            let node = &self.nodes[at];
            let issuance = node.issuance.map(|at| &links.issuances()[at]);
            let issued_as = issuance.into_iter().flat_map(Issuance::names);
            let seen_as = node.actor.iter().flat_map(|actor| actor.session_names());
            // A switch of roles in the console shows the ARN of its caller, and the console does not use long-lived keys.
            let is_long_lived = node
                .key
                .as_deref()
                .is_some_and(|key| key.starts_with("AKIA"));
            let switching = node.actor.iter().filter(|_| !is_long_lived);
            let switching = switching.filter_map(|actor| actor.arn.as_deref());
            let names = issued_as.chain(seen_as).chain(switching);
            self.names
                .extend(names.map(|name| Reverse((node.bound, name.to_owned(), at))));
            let issued: Vec<usize> = match (&node.key, &node.actor) {
                (Some(key), _) => links.by_caller(key).to_vec(),
                (None, Some(actor)) => links.by_actor(actor).collect(),
                (None, None) => Vec::new(),
            };
            for issuance in issued {
                self.add_issuance(issuance, at, false);
            }
        }
    }

    /// Follows all likely links, and the certain links below them. Returns the names that were followed.
    fn follow_likely(&mut self) -> Vec<(String, Option<Moment>)> {
        let mut followed: BTreeMap<String, Option<Moment>> = BTreeMap::new();
        while let Some(Reverse((bound, name, at))) = self.names.pop() {
            if followed.contains_key(&name) {
                continue;
            }
            let links = self.links;
            // A session cannot act before it was issued.
            let could_be = |time: Option<Moment>| time.is_none_or(|time| Some(time) >= bound);
            for &issuance in links.by_caller_name(&name) {
                if could_be(links.issuances()[issuance].time) {
                    self.add_issuance(issuance, at, true);
                }
            }
            for key in links.unexplained(&name) {
                let used = links.used(key);
                let is_new = !self.opened.contains(key);
                if is_new && could_be(used.and_then(|used| used.first)) {
                    let node = TreeNode {
                        key: Some(key.clone()),
                        actor: used.and_then(|used| used.actor.clone()),
                        issuance: None,
                        is_likely: true,
                        parent: Some(at),
                        repeat: None,
                        ..self.nodes[at].clone()
                    };
                    self.add(node);
                }
            }
            followed.insert(name, bound);
            self.follow_certain();
        }
        followed.into_iter().collect()
    }
}

/// The nodes in the order in which they are drawn, with their depths.
fn in_drawing_order(nodes: Vec<TreeNode>) -> Vec<TreeNode> {
    enum Visit {
        Enter { at: usize, is_last: bool },
        Leave(String),
    }
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut tops = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        match node.parent {
            Some(parent) => below[parent].push(at),
            None => tops.push(at),
        }
    }
    let mut stack: Vec<Visit> = Vec::new();
    let enter = |siblings: &[usize], stack: &mut Vec<Visit>| {
        let last = siblings.last().copied();
        stack.extend(siblings.iter().rev().map(|&at| Visit::Enter {
            at,
            is_last: last == Some(at),
        }));
    };
    enter(&tops, &mut stack);
    let mut places = vec![0; nodes.len()];
    let mut path: HashSet<String> = HashSet::new();
    let mut drawn: Vec<TreeNode> = Vec::with_capacity(nodes.len());
    while let Some(visit) = stack.pop() {
        let (at, is_last) = match visit {
            Visit::Enter { at, is_last } => (at, is_last),
            Visit::Leave(key) => {
                path.remove(&key);
                continue;
            }
        };
        places[at] = drawn.len();
        let mut node = nodes[at].clone();
        node.is_last = is_last;
        node.parent = node.parent.map(|parent| places[parent]);
        node.depth = node.parent.map_or(0, |parent| drawn[parent].depth + 1);
        match (&node.key, node.repeat) {
            (Some(key), Some(_)) if path.contains(key) => node.repeat = Some(Repeat::Above),
            (Some(key), None) => {
                path.insert(key.clone());
                stack.push(Visit::Leave(key.clone()));
            }
            _ => {}
        }
        drawn.push(node);
        // Issuances are sorted by time, so their index is their order. Nodes without one come last.
        below[at].sort_by_key(|&at| {
            (
                nodes[at].issuance.is_none(),
                nodes[at].issuance,
                &nodes[at].key,
            )
        });
        enter(&below[at], &mut stack);
    }
    drawn
}
