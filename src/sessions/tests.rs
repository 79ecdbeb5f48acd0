//! Small stories of issuances, and the chains, trees and derived sessions that are found in them.

use std::sync::Arc;

use super::*;
use crate::engine::Answer;
use crate::time::{self, Moment};

fn minute(number: u32) -> Moment {
    let text = format!("2024-06-10T{:02}:{:02}:00Z", number / 60, number % 60);
    time::from_text(&text).expect("a time")
}

/// A session of a role.
fn session(name: &str) -> Actor {
    Actor {
        kind: Some("AssumedRole".to_owned()),
        principal_id: Some(format!("AROAX:{name}")),
        ..Actor::default()
    }
}

/// An issuance of a key at a minute, to a caller with a key.
fn issuance(number: u32, caller: &str, key: &str) -> Issuance {
    Issuance {
        time: Some(minute(number)),
        event_id: Some(format!("event-{number}")),
        call: "AssumeRole".to_owned(),
        caller_key: Some(caller.to_owned()),
        key: Some(key.to_owned()),
        ..Issuance::default()
    }
}

/// The same for a session with this name.
fn named_issuance(number: u32, caller: &str, key: &str, name: &str) -> Issuance {
    Issuance {
        session_id: Some(format!("AROAX:{name}")),
        ..issuance(number, caller, key)
    }
}

/// The same for a caller that is known by its name only.
fn keyless_issuance(number: u32, caller: &str, key: &str) -> Issuance {
    Issuance {
        caller_key: None,
        caller: Some(Arc::new(session(caller))),
        ..issuance(number, "", key)
    }
}

fn used(number: u32, actor: Actor, is_named: bool) -> Used {
    Used {
        actor: Some(Arc::new(actor)),
        first: Some(minute(number)),
        last: Some(minute(number)),
        is_named,
    }
}

#[derive(Default)]
struct Story(SessionAggregate);

impl Story {
    fn of(issuances: impl IntoIterator<Item = Issuance>) -> Story {
        let mut story = Story::default();
        for issuance in issuances {
            story.0.add_issuance(issuance);
        }
        story
    }

    fn key(mut self, key: &str, used: Used) -> Story {
        self.0.add_key(key, used);
        self
    }

    fn links(self) -> Links {
        self.0.finish()
    }
}

/// The tree below a key: indentation is depth, `?` marks likely nodes, `^` and `=` mark repetitions above or elsewhere.
fn below(links: &Links, key: &str) -> Vec<String> {
    let tree = links.below(&[TreeRoot::Key(key.to_owned())]);
    let shown = tree.nodes.iter().map(|node| {
        let mark = match node.repeat {
            None => "",
            Some(Repeat::Above) => "^",
            Some(Repeat::Elsewhere) => "=",
        };
        let likely = if node.is_likely { "?" } else { "" };
        let key = node.key.as_deref().unwrap_or("-");
        format!("{}{key}{likely}{mark}", ".".repeat(node.depth))
    });
    shown.collect()
}

/// The keys and marks of the chain above a key, and its end.
fn above(links: &Links, key: &str) -> (Vec<String>, ChainEnd) {
    let chain = links.above(key);
    let shown = chain.steps.iter().map(|step| {
        let issuance = &links.issuances()[step.issuance];
        let likely = if step.is_likely { "?" } else { "" };
        format!("{}{likely}", issuance.event_id.as_deref().unwrap_or("-"))
    });
    (shown.collect(), chain.end)
}

#[test]
fn trees_are_in_the_order_of_issuance_and_chains_end_at_the_first_key() {
    let links = Story::of([
        issuance(5, "ASIA1", "ASIA3"),
        issuance(2, "AKIA1", "ASIA2"),
        issuance(1, "AKIA1", "ASIA1"),
        issuance(3, "AKIA2", "ASIA9"),
    ])
    .links();
    assert_eq!(
        below(&links, "AKIA1"),
        ["AKIA1", ".ASIA1", "..ASIA3", ".ASIA2"]
    );
    let tree = links.below(&[TreeRoot::Key("AKIA1".to_owned())]);
    let last: Vec<bool> = tree.nodes.iter().map(|node| node.is_last).collect();
    assert_eq!(last, [true, false, true, true]);
    let parents: Vec<_> = tree.nodes.iter().map(|node| node.parent).collect();
    assert_eq!(parents, [None, Some(0), Some(1), Some(0)]);
    let end = ChainEnd::LongLived("AKIA1".to_owned());
    assert_eq!(
        above(&links, "ASIA3"),
        (vec!["event-5".to_owned(), "event-1".to_owned()], end)
    );
}

#[test]
fn a_cycle_ends_at_the_repeated_key() {
    let links = Story::of([
        issuance(1, "ASIA1", "ASIA2"),
        issuance(2, "ASIA2", "ASIA3"),
        issuance(3, "ASIA3", "ASIA1"),
        issuance(4, "ASIA4", "ASIA4"),
    ])
    .links();
    assert_eq!(
        below(&links, "ASIA1"),
        ["ASIA1", ".ASIA2", "..ASIA3", "...ASIA1^"]
    );
    assert_eq!(below(&links, "ASIA4"), ["ASIA4", ".ASIA4^"]);
    let (steps, end) = above(&links, "ASIA1");
    assert_eq!((steps.len(), end), (3, ChainEnd::Cycle("ASIA1".to_owned())));
    assert_eq!(
        above(&links, "ASIA4").1,
        ChainEnd::Cycle("ASIA4".to_owned())
    );
}

#[test]
fn a_key_that_was_issued_twice_is_followed_once() {
    let links = Story::of([
        issuance(1, "AKIA1", "ASIA1"),
        issuance(2, "AKIA1", "ASIA2"),
        issuance(3, "ASIA1", "ASIA3"),
        issuance(4, "ASIA2", "ASIA3"),
        issuance(5, "ASIA3", "ASIA4"),
    ])
    .links();
    let tree = below(&links, "AKIA1");
    assert_eq!(tree.iter().filter(|node| node.contains("ASIA4")).count(), 1);
    assert_eq!(
        tree.iter().filter(|node| node.contains("ASIA3=")).count(),
        1
    );
    assert_eq!(tree.len(), 6);
    assert!(
        matches!(above(&links, "ASIA4").1, ChainEnd::Several(issuances) if issuances.len() == 2)
    );
}

#[test]
fn missing_issuances_and_outside_issuers_are_reported() {
    let by_service = Issuance {
        caller_key: None,
        caller: Some(Arc::new(Actor {
            service: Some("ec2.amazonaws.com".to_owned()),
            ..Actor::default()
        })),
        ..issuance(1, "", "ASIA1")
    };
    let service = by_service.caller.clone().expect("one");
    let blind = Issuance {
        caller_key: None,
        ..issuance(2, "", "ASIA2")
    };
    let links = Story::of([by_service, blind, issuance(3, "ASIA0", "ASIA3")]).links();
    assert_eq!(
        above(&links, "ASIA1"),
        (vec!["event-1".to_owned()], ChainEnd::Caller(service))
    );
    assert_eq!(
        above(&links, "ASIA2"),
        (vec!["event-2".to_owned()], ChainEnd::Unknown)
    );
    let missing = ChainEnd::Missing("ASIA0".to_owned());
    assert_eq!(
        above(&links, "ASIA3"),
        (vec!["event-3".to_owned()], missing)
    );
    assert_eq!(
        above(&links, "ASIA7"),
        (vec![], ChainEnd::Missing("ASIA7".to_owned()))
    );
    assert_eq!(
        above(&links, "AKIA7"),
        (vec![], ChainEnd::LongLived("AKIA7".to_owned()))
    );
    assert_eq!(below(&links, "ASIA7"), ["ASIA7"]);
}

#[test]
fn a_link_by_name_is_likely_and_never_older_than_its_session() {
    let links = Story::of([
        named_issuance(10, "AKIA1", "ASIA1", "ci"),
        named_issuance(20, "AKIA2", "ASIA2", "ci"),
        keyless_issuance(5, "ci", "ASIA5"),
        keyless_issuance(15, "ci", "ASIA6"),
        issuance(16, "ASIA6", "ASIA7"),
    ])
    .key("ASIA3", used(12, session("ci"), false))
    .key("ASIA4", used(8, session("ci"), false))
    .key("ASIA1", used(11, session("ci"), false))
    .key("ASIA8", used(12, session("other"), false))
    .links();
    let tree = ["AKIA1", ".ASIA1", "..ASIA6?", "...ASIA7?", "..ASIA3?"];
    assert_eq!(below(&links, "AKIA1"), tree);
    assert_eq!(below(&links, "AKIA2"), ["AKIA2", ".ASIA2"]);
    // Before minute 20 there is one session with that name; later it may be either of two.
    let end = ChainEnd::LongLived("AKIA1".to_owned());
    assert_eq!(
        above(&links, "ASIA3"),
        (vec!["event-10?".to_owned()], end.clone())
    );
    let steps = ["event-16", "event-15", "event-10?"]
        .map(str::to_owned)
        .to_vec();
    assert_eq!(above(&links, "ASIA7"), (steps, end));
    let late = Story::of([
        named_issuance(10, "AKIA1", "ASIA1", "ci"),
        named_issuance(20, "AKIA2", "ASIA2", "ci"),
    ])
    .key("ASIA3", used(25, session("ci"), false))
    .links();
    assert_eq!(above(&late, "ASIA3").1, ChainEnd::Several(vec![0, 1]));
}

#[test]
fn a_switch_of_roles_in_the_console_is_likely() {
    let alice = "arn:aws:iam::1:user/alice";
    let actor = |arn: &str| Actor {
        arn: Some(arn.to_owned()),
        ..Actor::default()
    };
    let switch = Issuance {
        call: "SwitchRole".to_owned(),
        key: None,
        caller_key: None,
        caller: Some(Arc::new(actor(alice))),
        session_id: Some("AROAX:alice".to_owned()),
        ..issuance(10, "", "")
    };
    let links = Story::of([switch])
        .key("ASIA1", used(5, actor(alice), false))
        .key("AKIA1", used(5, actor(alice), false))
        .key("ASIA2", used(12, session("alice"), false))
        .links();
    assert_eq!(below(&links, "ASIA1"), ["ASIA1", ".-?", "..ASIA2?"]);
    assert_eq!(below(&links, "AKIA1"), ["AKIA1"]);
    let (steps, end) = above(&links, "ASIA2");
    assert_eq!(steps, ["event-10?"]);
    assert_eq!(end, ChainEnd::Caller(Arc::new(actor(alice))));
}

#[test]
fn two_records_of_one_call_are_one_issuance_in_any_order() {
    let mine = Issuance {
        shared_event_id: Some("shared".to_owned()),
        ..issuance(1, "AKIA1", "ASIA1")
    };
    let theirs = Issuance {
        caller_key: None,
        event_id: Some("theirs".to_owned()),
        session_id: Some("AROAX:ci".to_owned()),
        ..mine.clone()
    };
    for issuances in [[&mine, &theirs, &mine], [&theirs, &mine, &theirs]] {
        let links = Story::of(issuances.map(Issuance::clone)).links();
        let [issuance] = links.issuances() else {
            panic!("{:?}", links.issuances());
        };
        assert_eq!(issuance.event_id.as_deref(), Some("event-1"));
        assert_eq!(issuance.caller_key.as_deref(), Some("AKIA1"));
        assert_eq!(issuance.session_id.as_deref(), Some("AROAX:ci"));
    }
}

#[test]
fn a_thousand_steps_and_ten_thousand_keys_of_one_name_are_fast() {
    let issuances = (0..1000).map(|hop| {
        let minute = 1 + hop;
        issuance(minute, &format!("ASIA{hop}"), &format!("ASIA{}", hop + 1))
    });
    let links = Story::of(issuances).links();
    let tree = links.below(&[TreeRoot::Key("ASIA0".to_owned())]);
    assert_eq!(tree.nodes.len(), 1001);
    assert_eq!(tree.nodes.last().map(|node| node.depth), Some(1000));
    assert_eq!(links.above("ASIA1000").steps.len(), 1000);
    let mut story = Story::of((0..10_000).map(|n| keyless_issuance(1, "ci", &format!("ASIAB{n}"))));
    for n in 0..10_000 {
        story = story.key(&format!("ASIAU{n}"), used(1, session("ci"), true));
    }
    let derived = story.links().derived();
    assert_eq!((derived.keys.len(), derived.likely.len()), (0, 10_000));
}

#[test]
fn derived_sessions_were_issued_to_the_identity_of_interest() {
    let links = Story::of([
        named_issuance(1, "AKIA1", "ASIA1", "ci"),
        issuance(2, "ASIA1", "AKIA1"),
        issuance(3, "AKIA9", "ASIA9"),
        Issuance {
            key: None,
            ..issuance(4, "ASIA1", "")
        },
    ])
    .key("AKIA1", used(1, Actor::default(), true))
    .key("ASIA2", used(7, session("ci"), false))
    .links();
    let derived = links.derived();
    assert_eq!(derived.keys, ["ASIA1"]);
    assert_eq!(derived.likely, ["ASIA2"]);
    assert_eq!(derived.names, [("AROAX:ci".to_owned(), Some(minute(1)))]);
    assert_eq!((derived.has_keyless, derived.blind), (false, 1));
}

#[test]
fn batches_add_up_to_the_same_in_any_order() {
    let all = [
        issuance(1, "AKIA1", "ASIA1"),
        keyless_issuance(1, "ci", "ASIA1"),
        named_issuance(3, "ASIA1", "ASIA2", "ci"),
        issuance(3, "ASIA1", "ASIA2"),
    ];
    let batch = |issuance: &Issuance| {
        Story::of([issuance.clone()])
            .key("ASIA2", used(5, session("ci"), false))
            .0
    };
    let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]];
    let answers = orders.map(|order| {
        let mut sum = SessionAggregate::default();
        for at in order {
            let added = sum.add(batch(&all[at]), &[]);
            assert!(added.is_ok_and(|flow| flow.is_continue()));
        }
        let links = sum.finish();
        (links.issuances().to_vec(), below(&links, "AKIA1"))
    });
    assert_eq!(answers[0].1, ["AKIA1", ".ASIA1", "..ASIA2"]);
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[test]
fn an_identity_without_a_key_is_a_root_with_its_issuances_or_only_the_named_ones() {
    let issuances = || {
        [
            keyless_issuance(1, "ci", "K1"),
            keyless_issuance(2, "ci", "K2"),
        ]
    };
    let root = || [TreeRoot::Actor(Arc::new(session("ci")))];
    let keys = |links: &Links| -> Vec<Option<String>> {
        let nodes = links.below(&root()).nodes;
        nodes.into_iter().skip(1).map(|node| node.key).collect()
    };
    let both = [Some("K1".to_owned()), Some("K2".to_owned())];
    assert_eq!(keys(&Story::of(issuances()).links()), both);
    let [first, second] = issuances();
    let named = Issuance {
        is_named: true,
        ..second
    };
    let mut story = Story::of([first, named]);
    let actor = Arc::new(session("ci"));
    story.0.keyless.insert(actor, used(2, session("ci"), true));
    let links = story.links();
    let certain = links.below(&links.named()).nodes;
    let certain = certain.iter().filter(|node| !node.is_likely);
    let certain: Vec<_> = certain.filter_map(|node| node.key.as_deref()).collect();
    assert_eq!(certain, ["K2"]);
}
