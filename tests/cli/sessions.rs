//! `--with-sessions`: the calls of the sessions that an identity started.
//!
//! The module `sessions` tests trees and chains.

use serde_json::{Value, json};

use crate::support::program::{Dir, Got};
use crate::support::small::{id, lookup, record, trail};

/// The session of a role: `userIdentity` of who has the key.
fn session(role: &str, name: &str, key: &str) -> Value {
    let mut identity = json!({
        "type": "AssumedRole", "principalId": format!("AROA{role}:{name}"),
        "arn": format!("arn:aws:sts::111122223333:assumed-role/{role}/{name}"), "accountId": "111122223333",
        "sessionContext": {"sessionIssuer": {
            "type": "Role", "arn": format!("arn:aws:iam::111122223333:role/{role}"), "userName": role,
        }},
    });
    if !key.is_empty() {
        identity["accessKeyId"] = json!(key);
    }
    identity
}

fn alice() -> Value {
    record(0, json!({}))["userIdentity"].clone()
}

/// `AssumeRole` by somebody, which gives out a key.
fn assume(number: u32, caller: Value, role: &str, name: &str, key: &str) -> Value {
    record(
        number,
        json!({
            "userIdentity": caller, "eventSource": "sts.amazonaws.com", "eventName": "AssumeRole",
            "requestParameters": {
                "roleArn": format!("arn:aws:iam::111122223333:role/{role}"), "roleSessionName": name,
            },
            "responseElements": {
                "credentials": {"accessKeyId": key, "sessionToken": "t"},
                "assumedRoleUser": {
                    "assumedRoleId": format!("AROA{role}:{name}"),
                    "arn": format!("arn:aws:sts::111122223333:assumed-role/{role}/{name}"),
                },
            },
        }),
    )
}

/// A call by a session.
fn call(number: u32, role: &str, name: &str, key: &str) -> Value {
    record(number, json!({"userIdentity": session(role, name, key)}))
}

/// alice becomes Deploy at 1, Deploy becomes Audit at 2; mallory becomes Deploy, too. Newest first, as dumps are.
fn story() -> Vec<Value> {
    let mallory = json!({
        "type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/mallory", "accessKeyId": "AKIAMALLORY",
        "userName": "mallory", "principalId": "AIDAMALLORY",
    });
    let mut denied = assume(4, alice(), "Admin", "ci", "ASIADENIED");
    denied["errorCode"] = json!("AccessDenied");
    let mut records = vec![
        record(0, json!({})),
        assume(1, alice(), "Deploy", "ci", "ASIADEPLOY"),
        assume(
            2,
            session("Deploy", "ci", "ASIADEPLOY"),
            "Audit",
            "x",
            "ASIAAUDIT",
        ),
        assume(3, mallory, "Deploy", "ci", "ASIAMALLORY"),
        denied,
        call(10, "Deploy", "ci", "ASIADEPLOY"),
        call(11, "Audit", "x", "ASIAAUDIT"),
        call(12, "Deploy", "ci", "ASIAMALLORY"),
        call(13, "Admin", "ci", "ASIADENIED"),
        // A key of that session whose issuance is not in the dump, and a call without a key.
        call(14, "Deploy", "ci", "ASIAUNBORN"),
        call(15, "Deploy", "ci", ""),
    ];
    records.reverse();
    records
}

fn run(dir: &Dir, flags: &[&str]) -> Got {
    let own = ["list", "--fields", "EventId"];
    dir.run(own.iter().chain(flags)).got()
}

fn rows(numbers: &[u32]) -> String {
    numbers.iter().map(|n| id(*n) + "\n").collect()
}

#[track_caller]
fn selects(dir: &Dir, flags: &[&str], expected: &[u32]) {
    run(dir, &[flags, &["-q", "dump"]].concat())
        .quietly()
        .prints(&rows(expected));
}

const KEY: [&str; 2] = ["--key", "AKIAEXAMPLE"];

#[test]
fn sessions_are_followed_from_key_to_key_whatever_the_order_and_the_shape() {
    let dir = Dir::new();
    let mut records = story();
    let flags = [&KEY[..], &["--with-sessions"]].concat();
    dir.write("dump", lookup(&records));
    selects(&dir, &flags, &[11, 10, 4, 2, 1, 0]);
    dir.write("dump", trail(&records));
    selects(&dir, &flags, &[11, 10, 4, 2, 1, 0]);
    records.reverse();
    dir.write("dump", trail(&records));
    selects(&dir, &flags, &[0, 1, 2, 4, 10, 11]);
    // One file per event, with issuances and sessions in different files.
    for (number, record) in records.iter().enumerate() {
        dir.write(
            format!("all/{}", 99 - number),
            trail(std::slice::from_ref(record)),
        );
    }
    run(&dir, &[&flags[..], &["-q", "all"]].concat())
        .quietly()
        .prints(&rows(&[11, 10, 4, 2, 1, 0]));
}

#[test]
fn other_conditions_choose_afterwards_and_issuances_outside_the_window_count() {
    let dir = Dir::new();
    dir.write("dump", lookup(&story()));
    let eleven = id(11);
    let selects = |more: &[&str], expected: &[u32]| {
        let flags = [&KEY[..], &["--with-sessions"], more].concat();
        selects(&dir, &flags, expected);
    };
    selects(&["--since", "2024-06-10T06:10:00Z"], &[11, 10]);
    selects(&["--last", "4m"], &[11]);
    selects(&["--name", "AssumeRole"], &[4, 2, 1]);
    selects(&["--denied"], &[4]);
    selects(&["--not", "who=Deploy"], &[11, 4, 1, 0]);
    selects(&["--where", "session = x"], &[11]);
    selects(&["--id", &eleven], &[11]);
}

#[test]
fn who_and_where_name_an_identity_as_well() {
    let dir = Dir::new();
    dir.write("dump", lookup(&story()));
    let who = ["--who", "alice", "--with-sessions"];
    selects(&dir, &who, &[11, 10, 4, 2, 1, 0]);
    let expression = [
        "--where",
        "userIdentity.userName = alice",
        "--with-sessions",
    ];
    selects(&dir, &expression, &[11, 10, 4, 2, 1, 0]);
    let both = ["--who", "Deploy", "--key", "ASIADEPLOY", "--with-sessions"];
    selects(&dir, &both, &[11, 10, 2]);
    // What looks at something else does not name anybody.
    for wrong in [
        &["--name", "AssumeRole"][..],
        &["--not", "key=AKIAEXAMPLE"],
        &["--where", "session = ci and EventName = AssumeRole"],
        &[],
    ] {
        run(&dir, &[wrong, &["--with-sessions", "dump"]].concat())
            .ends(2)
            .prints("")
            .mentions("--with-sessions: no identity is named; add --key or --who");
    }
    dir.run(["show", "--at", "dump:1", "--with-sessions"])
        .got()
        .ends(2)
        .mentions("omit --with-sessions");
    run(&dir, &["--key", "A", "--with-sessions=perhaps", "dump"]).ends(2);
}

#[test]
fn links_by_name_only_are_used_on_request_and_otherwise_reported() {
    let dir = Dir::new();
    dir.write("dump", lookup(&story()));
    let certain = [&KEY[..], &["--with-sessions", "dump"]].concat();
    run(&dir, &certain).ends(0).says(
        "trailsift: note: --with-sessions: 2 keys were issued to it; 1 more key and calls without a key probably \
         belong to it (same session name only; --with-sessions=likely selects them)\n",
    );
    let likely = [&KEY[..], &["--with-sessions=likely", "dump"]].concat();
    run(&dir, &likely)
        .ends(0)
        .prints(&rows(&[15, 14, 11, 10, 4, 2, 1, 0]))
        .says(
            "trailsift: note: --with-sessions: 2 keys were issued to it, 1 more key and calls without a key probably \
             belong to it\n",
        );
    // A key that mallory was given is never alice's, whatever its session is called.
    let mallory = ["--key", "AKIAMALLORY", "--with-sessions=likely", "dump"];
    run(&dir, &mallory).ends(0).prints(&rows(&[15, 14, 12, 3]));
}

#[test]
fn every_call_that_gives_out_a_session_is_known() {
    let dir = Dir::new();
    let issuance = |number: u32, name: &str, key: &str| {
        let mut issuance = assume(number, alice(), "Deploy", "ci", key);
        issuance["eventName"] = json!(name);
        issuance["responseElements"]["assumedRoleUser"] = Value::Null;
        issuance
    };
    let names = [
        "AssumeRole",
        "AssumeRoleWithSAML",
        "AssumeRoleWithWebIdentity",
        "AssumeRoot",
        "GetFederationToken",
        "GetSessionToken",
    ];
    let mut records = Vec::new();
    for (number, name) in (0..).zip(names) {
        let key = format!("ASIA{number}");
        records.push(issuance(number, name, &key));
        records.push(call(10 + number, "Deploy", "ci", &key));
    }
    // Another service's, and one of STS that gives out nothing.
    let mut other = issuance(6, "GetFederationToken", "ASIA6");
    other["eventSource"] = json!("connect.amazonaws.com");
    records.extend([other, issuance(7, "GetCallerIdentity", "ASIA7")]);
    records.extend([
        call(16, "Deploy", "ci", "ASIA6"),
        call(17, "Deploy", "ci", "ASIA7"),
    ]);
    let keyed = [
        "--key",
        "AKIAEXAMPLE",
        "--with-sessions",
        "--not",
        "source=sts,connect",
    ];
    dir.write("dump", lookup(&records));
    selects(&dir, &keyed, &[10, 11, 12, 13, 14, 15]);
    // The console records no key: a session is linked by its name.
    let switched = json!({
        "userIdentity": session("Deploy", "alice", ""), "eventSource": "signin.amazonaws.com", "eventName": "SwitchRole",
        "responseElements": {"SwitchRole": "Success"},
        "additionalEventData": {"SwitchFrom": "arn:aws:iam::111122223333:user/alice"},
    });
    let mut console = alice();
    console["accessKeyId"] = json!("ASIACONSOLE");
    let records = [
        record(0, json!({"userIdentity": console})),
        record(1, switched),
        call(2, "Deploy", "alice", "ASIASWITCHED"),
    ];
    dir.write("dump", trail(&records));
    let alice = "arn:aws:iam::111122223333:user/alice";
    selects(&dir, &["--who", alice, "--with-sessions"], &[0]);
    selects(
        &dir,
        &["--who", alice, "--with-sessions=likely"],
        &[0, 1, 2],
    );
    selects(&dir, &["--key", "ASIACONSOLE", "--with-sessions"], &[0]);
    selects(
        &dir,
        &["--key", "ASIACONSOLE", "--with-sessions=likely"],
        &[0, 1, 2],
    );
}

#[test]
fn both_accounts_records_of_a_call_are_one_issuance_and_masks_link_nothing() {
    let dir = Dir::new();
    let mine = assume(1, alice(), "Deploy", "ci", "ASIADEPLOY");
    let mut theirs = assume(
        1,
        json!({"type": "AWSAccount", "principalId": "AIDAEXAMPLE", "accountId": "111122223333"}),
        "Deploy",
        "ci",
        "ASIADEPLOY",
    );
    theirs["eventID"] = json!("theirs");
    let used = call(2, "Deploy", "ci", "ASIADEPLOY");
    for records in [
        [&mine, &theirs, &mine, &used],
        [&theirs, &used, &mine, &theirs],
    ] {
        dir.write("dump", trail(&records.map(Value::clone)));
        run(
            &dir,
            &[
                "--key",
                "AKIAEXAMPLE",
                "--with-sessions",
                "--where",
                "EventName != AssumeRole",
                "dump",
            ],
        )
        .ends(0)
        .prints(&rows(&[2]))
        .mentions("--with-sessions: 1 key was issued to it\n");
    }
    for mask in [
        "HIDDEN_DUE_TO_SECURITY_REASONS",
        "***",
        "xxxxxxxxxxxx",
        "*",
        "REDACTED",
    ] {
        let mut other = call(3, "Other", "x", mask);
        other["userIdentity"]["arn"] = json!("arn:aws:sts::111122223333:assumed-role/Other/x");
        dir.write(
            "dump",
            trail(&[assume(1, alice(), "Deploy", "ci", mask), other]),
        );
        selects(
            &dir,
            &["--key", "AKIAEXAMPLE", "--with-sessions=likely"],
            &[1],
        );
    }
}

#[test]
fn issuances_without_information_cause_a_warning() {
    let dir = Dir::new();
    let mut blind = assume(1, alice(), "Deploy", "ci", "ASIADEPLOY");
    blind["responseElements"] = Value::Null;
    blind["requestParameters"] = Value::Null;
    dir.write(
        "dump",
        trail(&[blind.clone(), blind, call(2, "Deploy", "ci", "ASIADEPLOY")]),
    );
    run(&dir, &["--key", "AKIAEXAMPLE", "--with-sessions", "dump"])
        .ends(0)
        .prints(&rows(&[1]))
        .mentions("note: --with-sessions: no key was issued to it\n")
        .mentions("warning: --with-sessions: 1 issuing call of its sessions shows no access key: the calls of those sessions are not selected\n");
}

#[test]
fn a_cycle_selects_each_event_once() {
    let dir = Dir::new();
    let hop =
        |number: u32, from: &str, to: &str| assume(number, session("R", "s", from), "R", "s", to);
    dir.write(
        "dump",
        trail(&[
            hop(1, "ASIA1", "ASIA2"),
            hop(2, "ASIA2", "ASIA3"),
            hop(3, "ASIA3", "ASIA1"),
        ]),
    );
    for (key, all) in [("ASIA1", [1, 2, 3]), ("ASIA2", [1, 2, 3])] {
        run(&dir, &["--key", key, "--with-sessions", "dump"])
            .ends(0)
            .prints(&rows(&all))
            .mentions("2 keys were issued to it");
    }
}

#[test]
fn an_empty_answer_an_explanation_and_a_manifest_say_that_sessions_were_included() {
    let dir = Dir::new();
    dir.write("dump", lookup(&story()));
    let with = [&KEY[..], &["--with-sessions"]].concat();
    let typed = "--key AKIAEXAMPLE --with-sessions (2 keys were issued to it)";
    run(
        &dir,
        &[&with[..], &["--name", "DescribeInstance", "dump"]].concat(),
    )
    .ends(0)
    .prints("")
    .mentions(&format!("note:   {typed}: 11 \u{2192} 6\n"))
    .mentions("note:   --name DescribeInstance: 6 \u{2192} 0; nearest value that occurs: DescribeInstances (3)\n");
    // Nobody that is there: the nearest who is.
    run(&dir, &["--key", "AKIAEXAMPEL", "--with-sessions", "dump"]).ends(0).prints("").says(
        "trailsift: note: nothing selected of 11 events:\n\
         trailsift: note:   --key AKIAEXAMPEL --with-sessions (no key was issued to it): 11 \u{2192} 0; nearest value that occurs: \
         AKIAEXAMPLE (3)\n",
    );
    run(
        &dir,
        &[&with[..], &["--manifest", "manifest", "dump"]].concat(),
    )
    .ends(0);
    let manifest: Value = serde_json::from_str(&dir.read("manifest")).expect("JSON");
    assert_eq!(manifest["conditions"], json!([typed]));
    run(&dir, &[&with[..], &["--where", "EventName = X", "--explain", "dump"]].concat())
        .quietly()
        .shows("  --key AKIAEXAMPLE --with-sessions (known after a first pass)\n  --where 'EventName = X'\n")
        .shows("    responseElements   outcome, --with-sessions\n")
        .shows("read twice: the first pass finds which sessions were issued by which (--key AKIAEXAMPLE --with-sessions)\n");
    run(&dir, &["--key", "A", "--with-sessions", "--last", "1d", "--around", "x", "--explain", "dump"])
        .quietly()
        .shows("finds the newest event (--last 1d), the time of the event (--around x) and which sessions were issued by which (--key A");
}

/// Whose keys are whose, found out from the records alone.
fn family(records: &[Value], key: &str) -> Vec<String> {
    let mut family = vec![key.to_owned()];
    let mut at = 0;
    while at < family.len() {
        for record in records {
            let given = &record["responseElements"]["credentials"]["accessKeyId"];
            let is_child = record["userIdentity"]["accessKeyId"] == family[at].as_str()
                && record["errorCode"].is_null();
            if let Some(given) = given.as_str().filter(|_| is_child)
                && !family.iter().any(|known| known == given)
            {
                family.push(given.to_owned());
            }
        }
        at += 1;
    }
    family
}

#[test]
fn any_graph_of_issuances_gives_the_result_of_a_simple_search_in_files_and_pipes_on_any_number_of_threads()
 {
    let dir = Dir::new();
    let mut rng = fastrand::Rng::with_seed(6);
    let mut largest = 0;
    for round in 0..4 {
        let keys = 60;
        let key = |n: u32| {
            if n < 3 {
                format!("AKIA{n}")
            } else {
                format!("ASIA{n}")
            }
        };
        let mut records = Vec::new();
        for n in 0..600 {
            let caller = session("R", "s", &key(rng.u32(..keys)));
            let mut record = if rng.u32(..3) == 0 {
                assume(n, caller, "R", "s", &key(rng.u32(3..keys)))
            } else {
                record(
                    n,
                    json!({"userIdentity": caller, "requestParameters": {"pad": "x".repeat(rng.usize(..9000))}}),
                )
            };
            if rng.u32(..4) == 0 {
                record["errorCode"] = json!("AccessDenied");
            }
            record["eventTime"] = json!(format!("2024-06-{:02}T{:02}:00:00Z", 1 + n / 24, n % 24));
            records.push(record);
        }
        rng.shuffle(&mut records);
        let dump = if round % 2 == 0 {
            lookup(&records)
        } else {
            trail(&records)
        };
        assert!(dump.len() > 2 << 20, "more than a piece");
        dir.write("dump", &dump);
        let root = key(round % 3);
        let family = family(&records, &root);
        let expected: String = records
            .iter()
            .filter(|it| {
                family
                    .iter()
                    .any(|key| it["userIdentity"]["accessKeyId"] == key.as_str())
            })
            .filter(|it| it["errorCode"].is_null())
            .map(|it| format!("{}\n", it["eventID"].as_str().expect("an id")))
            .collect();
        largest = largest.max(family.len());
        let flags = [
            "list",
            "-q",
            "--ok",
            "--fields",
            "EventId",
            "--with-sessions",
            "--key",
            &root,
        ];
        for threads in ["1", "3"] {
            let run = |input: &str| dir.run(flags.iter().chain(&["--threads", threads, input]));
            run("dump").got().quietly().prints(&expected);
            let piped = run("-").stdin(dump.clone()).got();
            piped.quietly().prints(&expected);
        }
    }
    assert!(largest > 10, "families of {largest} at most");
}
