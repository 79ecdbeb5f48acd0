//! Downwards: all that was born of some identities, as a tree.
//!
//! Grown without recursion. Each key is opened once, at the first place it is found: first along all certain links, then
//! along likely ones, earliest first; wherever else it turns up it is a leaf that says so. So the tree is as large as its
//! issuances, whatever cycles they make. What only a name links stands below the earliest session of that name.
//!
//! Not for: what a selection takes of it (`family`), drawing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashSet};
use std::sync::Arc;

use super::{Actor, Issuance, Links};
use crate::time::Moment;

/// What a tree begins with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TreeRoot {
    /// Whoever uses this key.
    Key(String),
    /// Somebody who acted without a key.
    Actor(Arc<Actor>),
}

/// Where else a key stands that is not opened once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Above it: a cycle.
    Above,
    /// Elsewhere in the tree.
    Elsewhere,
}

/// A key, or a session whose key is not known.
#[derive(Clone, Debug)]
pub struct TreeNode {
    /// The access key; `None` where none is known.
    pub key: Option<String>,
    /// Who used it; of a session that was not seen again `None`, and [`issuance`](Self::issuance) tells.
    pub actor: Option<Arc<Actor>>,
    /// What gave it out, by its place in [`Links::issuances`]; `None` for roots and for keys whose issuance is not there.
    pub issuance: Option<usize>,
    /// Nothing but the name of a session links it, or one above it.
    pub is_likely: bool,
    /// How many stand above it.
    pub depth: usize,
    /// It is the last of those below the one above it.
    pub is_last: bool,
    /// It stands elsewhere, too, and nothing is below it here.
    pub repeat: Option<Repeat>,
    /// The node above it, by its place.
    pub parent: Option<usize>,
    /// No earlier than this: when it was born, or its nearest known ancestor.
    bound: Option<Moment>,
}

/// Nodes from top to bottom as they would be drawn: each before those below it, those by time.
#[derive(Clone, Debug, Default)]
pub struct SessionTree {
    /// The nodes.
    pub nodes: Vec<TreeNode>,
    /// Names of sessions in it that links were looked for by, and when the first of each was born; sorted.
    pub(super) names: Vec<(String, Option<Moment>)>,
}

impl Links {
    /// All that was born of the roots.
    pub fn below(&self, roots: &[TreeRoot]) -> SessionTree {
        let mut growing = Growing {
            links: self,
            nodes: Vec::new(),
            opened: HashSet::new(),
            used: vec![false; self.issuances().len()],
            pending: Vec::new(),
            names: BinaryHeap::new(),
        };
        for root in roots {
            growing.root(root);
        }
        growing.grow_certain();
        let names = growing.grow_likely();
        SessionTree {
            nodes: drawn(growing.nodes),
            names,
        }
    }
}

/// A tree while it grows.
struct Growing<'l> {
    links: &'l Links,
    nodes: Vec<TreeNode>,
    opened: HashSet<String>,
    /// Births that have their place.
    used: Vec<bool>,
    /// Nodes whose certain links were not followed yet.
    pending: Vec<usize>,
    /// Names whose likely links were not followed yet, the earliest first.
    names: BinaryHeap<Reverse<(Option<Moment>, String, usize)>>,
}

impl Growing<'_> {
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

    /// Adds a node, to be opened if its key was not yet.
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

    /// Follows all certain links, and notes the names that likely ones could go by.
    fn grow_certain(&mut self) {
        while let Some(at) = self.pending.pop() {
            let links = self.links;
            let node = &self.nodes[at];
            let issuance = node.issuance.map(|at| &links.issuances()[at]);
            let issued_as = issuance.into_iter().flat_map(Issuance::names);
            let seen_as = node.actor.iter().flat_map(|actor| actor.session_names());
            // Whoever changes roles in the console does so by ARN, and with no long-lived key.
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

    /// Follows all likely links and whatever is certain below them. Gives the names that were followed.
    fn grow_likely(&mut self) -> Vec<(String, Option<Moment>)> {
        let mut followed: BTreeMap<String, Option<Moment>> = BTreeMap::new();
        while let Some(Reverse((bound, name, at))) = self.names.pop() {
            if followed.contains_key(&name) {
                continue;
            }
            let links = self.links;
            // A session can't have done anything before it was issued.
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
            self.grow_certain();
        }
        followed.into_iter().collect()
    }
}

/// The nodes in the order in which they are drawn, with their depths.
fn drawn(nodes: Vec<TreeNode>) -> Vec<TreeNode> {
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
        // Births are numbered by time; what has none comes behind them.
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
