//! `--where`: what it selects, what it says when it selects nothing, and what is wrong with it.
//!
//! `reading/expressions` tests the meaning of every comparison, the module `select` the grammar.

use serde_json::{Value, json};

use crate::support::program::{Dir, Got, trailsift, typed};
use crate::support::small::{id, lookup, record, trail};

/// Minutes after 06:00, and members.
fn records() -> Vec<Value> {
    let denied = json!({"errorCode": "AccessDenied", "eventName": "GetObject", "eventSource": "s3.amazonaws.com",
        "requestParameters": {"bucketName": "logs", "key": "a b", "maxKeys": 1000}});
    let other = json!({"errorCode": "NoSuchKey", "eventName": "GetObject", "sourceIPAddress": "2001:db8::5",
        "requestParameters": {"bucketName": "data", "maxKeys": 9}, "readOnly": false});
    let service = json!({"eventTime": "2024-06-11T00:00:00Z", "sourceIPAddress": "ec2.amazonaws.com", "userIdentity": {"type": "AWSService",
        "invokedBy": "ec2.amazonaws.com"}, "resources": [{"ARN": "arn:a"}, {"ARN": "arn:b"}]});
    vec![
        record(0, json!({})),
        record(1, denied),
        record(90, other),
        record(18 * 60, service),
    ]
}

fn dir() -> Dir {
    let dir = Dir::new();
    dir.write("dump", lookup(&records()));
    dir.write("trail", trail(&records()));
    dir
}

fn list(dir: &Dir, dump: &str, flags: &[&str]) -> Got {
    let own = ["list", "-q", "--fields", "eventID"];
    dir.run(own.iter().chain(flags).chain(&[dump])).got()
}

/// The events that an expression selects, by their minutes, of a dump with envelopes and of one without.
#[track_caller]
fn selects(flags: &[&str], expected: &[u32]) {
    let dir = dir();
    for dump in ["dump", "trail"] {
        let got = list(&dir, dump, flags);
        let rows: String = expected.iter().map(|n| id(*n) + "\n").collect();
        got.prints(&rows).ends(0);
    }
}

#[track_caller]
fn chooses(expression: &str, expected: &[u32]) {
    selects(&["--where", expression], expected);
}

#[test]
fn expressions_choose_by_fields_of_every_kind() {
    chooses("errorCode = AccessDenied", &[1]);
    chooses("errorCode != AccessDenied", &[0, 90, 1080]);
    chooses("exists errorCode", &[1, 90]);
    chooses("NOT EXISTS errorCode AND EventName ~ ^Desc", &[0, 1080]);
    chooses("outcome in (denied, failed)", &[1, 90]);
    chooses("service = s3", &[1]);
    chooses("EventSource = s3.amazonaws.com", &[1]);
    chooses("requestParameters.maxKeys > 10", &[1]);
    chooses("requestParameters.maxKeys = 9.0", &[90]);
    chooses("requestParameters.maxKeys = '9.0'", &[]);
    chooses("requestParameters.key = 'a b'", &[1]);
    chooses("requestParameters ~ '\"maxKeys\":1000\\b'", &[1]);
    chooses("resources[].ARN = arn:b", &[1080]);
    chooses("resources[].ARN != arn:b", &[0, 1, 90]);
    chooses("resources[1].ARN = arn:b", &[1080]);
    chooses("principal ~ alice$ or session = x", &[0, 1, 90]);
    chooses("ReadOnly = false", &[90]);
    chooses(
        "sourceIPAddress in_cidr (192.0.2.0/24, 2001:db8::/32)",
        &[0, 1, 90],
    );
    chooses("sourceIPAddress not in_cidr 192.0.2.1", &[90, 1080]);
    chooses("CloudTrailEvent.eventName = GetObject", &[1, 90]);
    chooses(".errorCode = NoSuchKey", &[90]);
    chooses("offset > 10 and file ~ ^[dt]", &[0, 1, 90, 1080]);
    chooses("hour >= 7 and hour < 10", &[90]);
}

#[test]
fn times_are_instants_in_the_zone_and_a_date_is_its_day() {
    for field in ["EventTime", "eventTime"] {
        for (asked, expected) in [
            ("= 2024-06-10", &[0, 1, 90][..]),
            ("> 2024-06-10", &[1080]),
            (">= 2024-06-11", &[1080]),
            ("<= 2024-06-10", &[0, 1, 90]),
            ("< 2024-06-10", &[]),
            ("!= 2024-06-11", &[0, 1, 90]),
            ("= 2024-06-10T06:01:00Z", &[1]),
            ("= 2024-06-10T15:01:00+09:00", &[1]),
            ("= '2024-06-10 06:01'", &[1]),
            ("> @1717999260", &[90, 1080]),
            ("in (2024-06-11, 2024-06-10T06:00:00Z)", &[0, 1080]),
            ("not in (2024-06-10)", &[1080]),
        ] {
            chooses(&format!("{field} {asked}"), expected);
        }
        let tokyo = |asked: &str, expected: &[u32]| {
            selects(
                &["--tz", "Asia/Tokyo", "--where", &format!("{field} {asked}")],
                expected,
            );
        };
        tokyo("= 2024-06-10", &[0, 1, 90]);
        tokyo("< '2024-06-10 15:01'", &[0]);
        tokyo(">= 2024-06-11T09:00:00", &[1080]);
        let now = ["--now", "2024-06-11T12:00:00Z", "--where"];
        let today = format!("{field} = today");
        let yesterday = format!("{field} = yesterday and not {field} > '30h ago'");
        selects(&[&now[..], &[&today]].concat(), &[1080]);
        selects(&[&now[..], &[&yesterday]].concat(), &[0]);
    }
    chooses("date = 2024-06-10", &[0, 1, 90]);
    chooses("hour = 7", &[90]);
}

/// `creationDate < yesterday` would otherwise hold for every date: as text, digits precede letters.
#[test]
fn times_at_any_path_compare_with_everything_that_spells_a_time() {
    let dir = Dir::new();
    let at = |minutes: u32, time: &str| {
        record(minutes, json!({"requestParameters": {"startTime": time}}))
    };
    let records = [
        at(0, "2024-05-31T23:00:00Z"),
        at(1, "2024-06-10T12:00:00Z"),
        at(2, "2024-06-11T11:00:00Z"),
    ];
    dir.write("dump", lookup(&records));
    for (asked, expected) in [
        ("< yesterday", &[0][..]),
        ("= yesterday", &[1]),
        ("> yesterday", &[2]),
        (">= '2h ago' and requestParameters.startTime <= now", &[2]),
        ("in (2024-05, today)", &[0, 2]),
        ("< @1718020800", &[0]),
    ] {
        let expression = format!("requestParameters.startTime {asked}");
        let flags = ["--now", "2024-06-11T12:00:00Z", "--where", &expression];
        let rows: String = expected.iter().map(|n| id(*n) + "\n").collect();
        list(&dir, "dump", &flags).prints(&rows).ends(0);
    }
}

/// In what version 1 of the CLI writes, `EventTime` is a number.
#[test]
fn times_that_are_numbers_compare_as_instants() {
    let count = |expression: &str| {
        let got = trailsift([
            "count",
            "--total",
            "--where",
            expression,
            "fixtures/cli-v1.json",
        ])
        .got();
        got.ends(0);
        got.out.trim().parse::<u32>().unwrap()
    };
    let by_flag = trailsift([
        "count",
        "--total",
        "--on",
        "2024-08-06",
        "fixtures/cli-v1.json",
    ])
    .got();
    let expected: u32 = by_flag.out.trim().parse().unwrap();
    assert!(expected > 0);
    assert_eq!(count("EventTime = 2024-08-06"), expected);
    assert_eq!(count("EventTime != 2024-08-06"), 120 - expected);
}

#[test]
fn several_expressions_and_flags_must_all_hold() {
    selects(
        &[
            "--where",
            "exists errorCode",
            "--where",
            "EventName = GetObject",
            "--denied",
        ],
        &[1],
    );
    selects(
        &["--where", "exists errorCode", "--not", "error=AccessDenied"],
        &[90],
    );
    let dir = dir();
    let run = |command: &str| {
        dir.run([
            command,
            "--where",
            "errorCode = NoSuchKey",
            "--stats=json",
            "dump",
        ])
        .got()
    };
    for command in ["list", "count", "show"] {
        let account = run(command).ends(0).byte_counts();
        assert_eq!(account["events"]["filtered"], 3);
        assert_eq!(
            account["filtered_by"],
            json!([{"condition": "--where 'errorCode = NoSuchKey'", "events": 3}])
        );
    }
}

#[test]
fn a_zero_names_what_each_expression_left_and_the_nearest_value() {
    let dir = dir();
    let got = dir
        .run([
            "count",
            "--where",
            "errorCode = AccesDenied",
            "--where",
            "awsRegion = 'us-east-1'",
            "dump",
        ])
        .got();
    got.ends(0).prints("").says(
        "trailsift: note: nothing selected of 4 events:\n\
         trailsift: note:   --where 'errorCode = AccesDenied': 4 \u{2192} 0; nearest value that occurs: AccessDenied (1)\n\
         trailsift: note:   --where \"awsRegion = 'us-east-1'\": 0 \u{2192} 0\n",
    );
    dir.run([
        "count",
        "--where",
        "EventName in (GetObjekt, Xyzzyx)",
        "dump",
    ])
    .got()
    .mentions("nearest value that occurs: GetObject (2)");
    dir.run(["count", "--where", "EventTime > 2025-01-01", "dump"])
        .got()
        .mentions("4 \u{2192} 0; the dump covers 2024-06-10T06:00:00Z to 2024-06-11T00:00:00Z");
    dir.run(["count", "--where", "not EventName != GetObjekt", "dump"])
        .got()
        .mentions("4 \u{2192} 0; nearest value that occurs: GetObject (2)");
    let both = "errorCode = AccesDenied and EventName = GetObject";
    dir.run(["count", "--where", both, "dump"])
        .got()
        .ends(0)
        .mentions("4 \u{2192} 0")
        .never_mentions("nearest");
}

#[test]
fn a_path_that_no_event_has_is_a_warning() {
    let dir = dir();
    for command in ["list", "count", "show"] {
        dir.run([
            command,
            "-q",
            "--where",
            "requestParameters.bucketname = logs",
            "dump",
        ])
        .got()
        .ends(0)
        .prints("")
        .says(
            "trailsift: warning: --where: `requestParameters.bucketname` was found in no event; nearest path that \
             occurs: requestParameters.bucketName (2)\n",
        );
    }
    dir.run(["count", "-q", "--name", "GetObject", "--where", "requestParameters.x = 1", "dump"])
        .got()
        .says(
            "trailsift: warning: --where: `requestParameters.x` was found in none of the 2 events in which \
             it was looked up\n",
        );
    for found in [
        "requestParameters.bucketName = nosuch",
        "requestParameters.x = 1 or requestParameters.bucketName = logs or requestParameters.x = 2",
        "errorMessage = x",
        "session = x",
    ] {
        let got = dir.run(["count", "-q", "--where", found, "dump"]).got();
        let is_partly = found.contains("parameters.x") || found.contains("Parameters.x");
        assert_eq!(
            got.err.contains("was found in no"),
            is_partly,
            "{}",
            got.err
        );
        assert_eq!(
            got.err.matches("warning").count(),
            usize::from(is_partly),
            "{}",
            got.err
        );
    }
    // Nothing was looked up, so nothing is known.
    dir.run([
        "count",
        "-q",
        "--name",
        "Nothing",
        "--where",
        "requestParameters.x = 1",
        "dump",
    ])
    .got()
    .quietly();
}

#[test]
fn errors_show_the_expression_and_the_place() {
    let wrong = |expression: &str, said: &str| {
        trailsift(["list", "--where", expression, "fixtures/cli-v2.json"])
            .got()
            .ends(2)
            .prints("")
            .says(said);
    };
    wrong(
        "errorKode = AccessDenied",
        "trailsift: error: --where: no field `errorKode`; did you mean errorCode? (column 1)\n  \
         errorKode = AccessDenied\n  ^\n",
    );
    wrong(
        "awsRegion = us-east-1 and errorCode == AccessDenied",
        "trailsift: error: --where: write =, not == (column 37)\n  \
         awsRegion = us-east-1 and errorCode == AccessDenied\n                                      ^\n",
    );
    wrong(
        "",
        "trailsift: error: --where: an empty expression; write FIELD = VALUE, as in `errorCode = AccessDenied`\n",
    );
    // Usage is checked before any input is opened.
    trailsift(["list", "--where", "x", "nosuch"])
        .got()
        .ends(2)
        .never_mentions("nosuch:");
}

#[test]
fn the_answer_is_the_same_for_any_number_of_threads_and_through_a_pipe() {
    let expression = "EventName ~ '^(Get|List)' and not sourceIPAddress in_cidr 198.51.100.0/24 \
                      or requestParameters.bucketName = nosuch";
    let run = |threads: &str| {
        trailsift([
            "list",
            "--stats",
            "--threads",
            threads,
            "--where",
            expression,
            "fixtures",
        ])
        .got()
    };
    let expected = run("1");
    expected.ends(0);
    assert!(expected.lines().len() > 10);
    run("4").prints(&expected.out).says(&expected.err);
    let bytes = std::fs::read("fixtures/cli-v2.json").unwrap();
    let piped = trailsift(["list", "--where", expression])
        .stdin(bytes)
        .got();
    let named = trailsift(["list", "--where", expression, "fixtures/cli-v2.json"]).got();
    piped.ends(0).prints(&named.out);
}

/// Flags such as `--name` and expressions select the same events.
#[test]
fn flags_and_expressions_agree_on_the_fixtures() {
    for (flags, expression) in [
        (&["--denied"][..], "outcome = denied"),
        (&["--name", "Get*"], "EventName ~ '(?i)^get'"),
        (&["--source", "s3"], "EventSource = s3.amazonaws.com"),
        (&["--error", "*denied*"], "errorCode ~ '(?i)denied'"),
        (
            &["--ip", "198.51.100.0/24"],
            "sourceIPAddress in_cidr 198.51.100.0/24",
        ),
        (&["--not", "region=us-east-1"], "awsRegion != us-east-1"),
        (
            &["--since", "2024-07-30", "--until", "2024-08-06"],
            "EventTime >= 2024-07-30 and EventTime <= 2024-08-06",
        ),
    ] {
        let run = |flags: &[&str]| {
            trailsift(["list", "-q"].iter().chain(flags).chain(&["fixtures"])).got()
        };
        let (by_flag, by_expression) = (run(flags), run(&["--where", expression]));
        by_flag.ends(0);
        assert!(!by_flag.out.is_empty(), "{flags:?}");
        by_expression.ends(0).prints(&by_flag.out);
    }
}

#[test]
fn a_list_is_asked_through_its_elements() {
    typed("count --total --where Resources.ResourceName=x fixtures/cli-v2.json")
        .got()
        .ends(0)
        .mentions("`Resources.ResourceName` was found in no event, as it is a list: write `Resources[].ResourceName`");
    typed("list --fields resources.ARN fixtures/cli-v2.json")
        .got()
        .mentions("write `resources[].ARN`");
    typed("count --where readOnly!=True fixtures/cli-v2.json")
        .got()
        .ends(2)
        .mentions("true");
}

#[test]
fn the_nearest_path_that_occurs_is_named() {
    let dir = dir();
    let near = "`requestParameters.bucketname` was found in no selected event; nearest path that occurs: \
                requestParameters.bucketName (";
    for line in [
        "list --fields requestParameters.bucketname dump",
        "list --sort requestParameters.bucketname dump",
        "count --by requestParameters.bucketname dump",
        "count --distinct requestParameters.bucketname dump",
        "diff --by requestParameters.bucketname dump trail",
        "fields --prefix requestParameters.bucketname dump",
    ] {
        let got = dir.run(line.split(' ')).got();
        got.mentions(near);
        assert_eq!(got.err.matches("warning").count(), 1, "{}", got.err);
    }
    dir.run([
        "list",
        "--fields",
        "requestParameters.maxKeys",
        "--source",
        "ec2",
        "--name",
        "Describe*",
        "dump",
    ])
    .got()
    .mentions("`requestParameters.maxKeys` was found in no selected event; other events have it\n");
    dir.run(["list", "--fields", "requestParameters.nothing", "dump"])
        .got()
        .mentions("`requestParameters.nothing` was found in no selected event\n");
    // A pipe is not read twice.
    trailsift(["list", "--fields", "requestParameters.bucketname", "-"])
        .stdin(dir.read("dump"))
        .got()
        .mentions("`requestParameters.bucketname` was found in no selected event\n");
}
