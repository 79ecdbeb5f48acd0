//! The files of `check`: what is wrong with rules and baselines, at which line and column, and what `--init` writes.

use serde_json::json;

use crate::support::program::{Dir, typed};
use crate::support::small::{lookup, record, trail, without};

fn dir() -> Dir {
    let dir = Dir::new();
    dir.write("dump", lookup(&[record(1, json!({}))]));
    dir
}

#[test]
fn errors_in_rules_have_a_line_and_a_column() {
    let dir = dir();
    for (rules, place, part) in [
        ("", "1:1", "this file contains no rule"),
        ("[[rule]\n", "1:", "not TOML"),
        (
            "x = 1\n[[rule]]\n",
            "1:1",
            "unknown key `x` outside a [[rule]]",
        ),
        ("[[rules]]\n", "1:3", "did you mean `rule`?"),
        (
            "[rule]\nname = 'a'\n",
            "1:1",
            "begin each rule with a line `[[rule]]`",
        ),
        ("rule = []\n", "1:8", "this list contains no rule"),
        ("rule = [1]\n", "1:9", "this rule is not a table"),
        ("[[rule]]\nmax = 0\n", "1:1", "no `name`"),
        ("[[rule]]\nname = ' '\nmax = 0\n", "2:8", "empty"),
        (
            "[[rule]]\nname = 'baseline'\nmax = 0\n",
            "2:8",
            "is reserved for the baseline",
        ),
        (
            "[[rule]]\nname = 'a'\nselect = '--denied #--name x'\nmax = 0\n",
            "3:10",
            "`#` starts a comment",
        ),
        (
            "[[rule]]\nname = 1\nmax = 0\n",
            "2:8",
            "text in quotation marks, not a number",
        ),
        (
            "[[rule]]\nname = 'a'\nmaxx = 0\n",
            "3:1",
            "unknown key `maxx` in a rule; did you mean `max`?",
        ),
        (
            "[[rule]]\nname = 'a'\ndenied = true\n",
            "3:1",
            "write `name`, `reason`, `select`, `min`, `max` or `only`",
        ),
        ("[[rule]]\nname = 'a'\n", "2:8", "no bound"),
        ("[[rule]]\nname = 'a'\nmin = 0\n", "3:7", "can never fail"),
        (
            "[[rule]]\nname = 'a'\nmax = 1\nmin = 2\n",
            "4:7",
            "greater than `max = 1`",
        ),
        (
            "[[rule]]\nname = 'a'\nmax = -1\n",
            "3:7",
            "0 or more, not -1",
        ),
        ("[[rule]]\nname = 'a'\nmax = '0'\n", "3:7", "not text"),
        ("[[rule]]\nname = 'a'\nmax = 1.5\n", "3:7", "not a number"),
        (
            "[[rule]]\nname = 'a'\nonly = 's3:*'\n",
            "3:8",
            "must be a list of texts, not text",
        ),
        (
            "[[rule]]\nname = 'a'\nonly = []\n",
            "3:8",
            "write `max = 0`",
        ),
        (
            "[[rule]]\nname = 'a'\nonly = ['s3:*', 3]\n",
            "3:17",
            "each of `only` must be text",
        ),
        (
            "[[rule]]\nname = 'a'\nonly = ['ü:*', 's3']\n",
            "3:16",
            "write `s3:*`",
        ),
        (
            "[[rule]]\nname = 'a'\nonly = ['GetObject']\n",
            "3:9",
            "`s3:GetObject`",
        ),
        (
            "[[rule]]\nname = 'a'\nonly = ['s3:']\n",
            "3:9",
            "not `service:Call`",
        ),
        (
            "[[rule]]\nname = 'a'\nonly = ['--regin x']\n",
            "3:9",
            "'--region'",
        ),
        (
            "[[rule]]\nname = 'a'\nonly = ['s3:*']\nmax = 0\n",
            "3:8",
            "remove one of them",
        ),
        (
            "[[rule]]\nname = 'a'\nmax = 0\nselect = ''\n",
            "4:10",
            "remove it",
        ),
        (
            "[[rule]]\nname = 'a'\nmax = 0\nselect = []\n",
            "4:10",
            "remove it",
        ),
        (
            "[[rule]]\nname = 'a'\nmax = 0\nselect = true\n",
            "4:10",
            "not true or false",
        ),
        (
            "[[rule]]\nname = 'a'\nmax = 0\nselect = '--deneid'\n",
            "4:10",
            "'--denied'",
        ),
        (
            "[[rule]]\nname = 'a'\nmax = 0\nselect = 'dump'\n",
            "4:10",
            "unexpected argument 'dump'",
        ),
        (
            "[[rule]]\nname = 'a'\nmax = 0\nselect = \"--where 'x\"\n",
            "4:10",
            "quotation mark is not closed",
        ),
        (
            "[[rule]]\nname = 'a'\nmax = 0\nselect = '--where \"errorKode = x\"'\n",
            "4:10",
            "did you mean errorCode?",
        ),
        (
            "[[rule]]\nname = 'a'\nmax = 0\nselect = '--ip nowhere/99'\n",
            "4:10",
            "--ip",
        ),
        (
            "[[rule]]\nname = 'a'\nmax = 0\nselect = '--since yesterdy'\n",
            "4:10",
            "yesterdy",
        ),
        (
            "[[rule]]\nname = 'a'\nmax = 0\nselect = '--last 1d'\n",
            "4:10",
            "--last applies to the whole input",
        ),
        (
            "[[rule]]\nname = 'a'\nmax = 0\nselect = '--key A --with-sessions'\n",
            "4:10",
            "--with-sessions applies to",
        ),
        (
            "[[rule]]\nname = 'a'\nmax = 0\nselect = '--denied --tz UTC'\n",
            "4:10",
            "--tz applies to",
        ),
        (
            "[[rule]]\nname = 'a'\nmax = 0\nselect = '--help'\n",
            "4:10",
            "unexpected argument '--help'",
        ),
        (
            "[[rule]]\nname = 'a'\nmax = 0\n[[rule]]\nname = 'a'\nmax = 1\n",
            "5:8",
            "the rule in line 2",
        ),
        ("[[rule]]\nname = 'a'\nname = 'b'\n", "3:1", "not TOML"),
    ] {
        dir.write("r.toml", rules);
        let got = dir.run(["check", "--rules", "r.toml", "dump"]).got();
        got.ends(2)
            .prints("")
            .mentions(&format!("trailsift: error: r.toml:{place}"))
            .mentions(part)
            .never_mentions("Usage:");
    }
    dir.write("r.toml", b"[[rule]]\nname = '\xff'\n");
    dir.run(["check", "--rules", "r.toml", "dump"])
        .got()
        .ends(2)
        .mentions("r.toml:2:9: the file is not UTF-8");
    dir.run(["check", "--rules", "nosuch", "dump"])
        .got()
        .ends(2)
        .mentions("--rules nosuch: cannot read");
}

#[test]
fn errors_in_a_baseline_have_a_line_and_a_column() {
    let dir = dir();
    for (rows, place, part) in [
        ("", "1:1", "contains no row"),
        (
            "2\ta\n",
            "1:1",
            "2 columns, but the usual row (count, EventSource, EventName) has 3",
        ),
        (
            "count\tEventSource\tEventNam\n2\ta\tb\n",
            "1:19",
            "did you mean EventName",
        ),
        (
            "count\tEventName\n2\ta\n3\ta\tb\n",
            "3:1",
            "3 columns, but the header has 2",
        ),
        ("2\ta\t\\x\n", "1:5", "invalid escape"),
        ("[{\"count\": 1}]\n", "1:1", "separated by tabs"),
    ] {
        dir.write("b.tsv", rows);
        let got = dir.run(["check", "--baseline", "b.tsv", "dump"]).got();
        got.ends(2)
            .prints("")
            .mentions(&format!("b.tsv:{place}: "))
            .mentions(part);
    }
    dir.run(["check", "--baseline", "nosuch", "dump"])
        .got()
        .ends(2)
        .mentions("--baseline nosuch: cannot read");
}

#[test]
fn values_of_a_rule_are_read_from_files_as_for_a_flag() {
    let dir = dir();
    dir.write(
        "r.toml",
        "[[rule]]\nname = 'a'\nonly = ['--ip @hosts.txt']\n",
    );
    dir.write("hosts.txt", "192.0.2.1 # the runner\n");
    dir.run(["check", "--rules", "r.toml", "dump"])
        .got()
        .quietly();
    dir.write("hosts.txt", "192.0.2.2\n");
    dir.run(["check", "--rules", "r.toml", "dump"])
        .got()
        .ends(1);
    dir.write("hosts.txt", "x,y\n");
    dir.run(["check", "--rules", "r.toml", "dump"])
        .got()
        .ends(2)
        .mentions("r.toml:3:9: ")
        .mentions("hosts.txt");
}

/// Of every dump that there is, however odd.
#[test]
fn generated_rules_pass_for_their_run() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut learned = 0;
    for folder in ["fixtures", "tests/data", "tests/check"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            let dir = Dir::new();
            let dump = path.to_str().expect("a name");
            let wrote = dir.run(["check", "--init", "--threads", "1", dump]).got();
            if wrote.status == 2 {
                assert!(dir.names().is_empty(), "{dump}");
                continue;
            }
            learned += 1;
            assert_eq!(
                dir.names(),
                ["trailsift-baseline.tsv", "trailsift-rules.toml"]
            );
            wrote
                .prints("")
                .mentions("wrote trailsift-rules.toml and trailsift-baseline.tsv");
            let check = [
                "check",
                "--rules",
                "trailsift-rules.toml",
                "--baseline",
                "trailsift-baseline.tsv",
                dump,
            ];
            dir.run(check)
                .got()
                .ends(wrote.status)
                .shows("passed  baseline (")
                .shows("\n\npassed: ");
        }
    }
    assert!(learned > 60, "{learned}");
}

#[test]
fn values_that_no_shell_likes_are_learned_too() {
    let dir = Dir::new();
    let odd = [
        "eu-*",
        "a,b",
        "it's",
        "\"q\" \\",
        "@file",
        "-x",
        "\u{1b}[31m\n",
        "c:d",
        "",
        "$(x)",
        "['a']",
        "or",
    ];
    let mut records = Vec::new();
    for (number, text) in odd.iter().enumerate() {
        let changes = json!({"awsRegion": text, "eventSource": text, "eventName": text, "recipientAccountId": text});
        records.push(record(number as u32, changes));
    }
    records.push(without(
        record(90, json!({})),
        &["awsRegion", "eventSource", "recipientAccountId"],
    ));
    dir.write("dump", trail(&records));
    dir.run(["check", "--init", "dump"]).got().ends(0);
    let check = [
        "check",
        "--rules",
        "trailsift-rules.toml",
        "--baseline",
        "trailsift-baseline.tsv",
    ];
    dir.run([&check[..], &["dump"]].concat()).got().quietly();
    for (name, rule) in [
        ("awsRegion", "regions"),
        ("eventSource", "services"),
        ("recipientAccountId", "accounts"),
    ] {
        let more = record(91, json!({name: "another"}));
        dir.write("more", trail(&[&records[..], &[more]].concat()));
        dir.run([&check[..], &["more"]].concat())
            .got()
            .ends(1)
            .shows(&format!(
                "failed  {}",
                match rule {
                    "regions" => "nothing outside these regions",
                    "services" => "only these services",
                    _ => "nothing in other accounts",
                }
            ));
    }
}

#[test]
fn init_overwrites_nothing() {
    let dir = dir();
    dir.write("trailsift-rules.toml", "mine");
    dir.run(["check", "--init", "dump"])
        .got()
        .ends(2)
        .mentions("trailsift-rules.toml already exists");
    assert_eq!(dir.names(), ["dump", "trailsift-rules.toml"]);
    dir.run([
        "check",
        "--init",
        "--rules",
        "r.toml",
        "--baseline",
        "b.tsv",
        "dump",
    ])
    .got()
    .ends(0);
    assert_eq!(
        dir.names(),
        ["b.tsv", "dump", "r.toml", "trailsift-rules.toml"]
    );
    assert_eq!(dir.read("trailsift-rules.toml"), "mine");
    assert_eq!(
        dir.read("b.tsv"),
        "count\tEventSource\tEventName\n1\tec2.amazonaws.com\tDescribeInstances\n"
    );
    dir.run(["check", "--init", "--rules", "x", "--baseline", "x", "dump"])
        .got()
        .ends(2);
    dir.run(["check", "--init", "--rules", "dump", "dump"])
        .got()
        .ends(2)
        .mentions("that is an input");
    dir.run([
        "check",
        "--init",
        "--rules",
        "no/where",
        "--baseline",
        "c",
        "dump",
    ])
    .got()
    .ends(2);
    typed("check --init --format json fixtures/cli-v2.json")
        .got()
        .ends(2);
    assert!(!dir.names().contains(&"c".to_owned()));
}

#[test]
fn init_learns_nothing_from_nothing() {
    let dir = Dir::new();
    dir.write("none", r#"{"Events": []}"#);
    dir.run(["check", "--init", "none"])
        .got()
        .ends(2)
        .mentions("no events matched");
    dir.run(["check", "--init", "nowhere"]).got().ends(2);
    assert_eq!(dir.names(), ["none"]);
}

#[test]
fn generated_rules_pass_if_a_call_has_no_name() {
    let dir = Dir::new();
    let nameless = record(1, json!({"eventName": ""}));
    dir.write("dump", trail(&[record(0, json!({})), nameless]));
    dir.run(["check", "--init", "dump"]).got().ends(0);
    let check = [
        "check",
        "--rules",
        "trailsift-rules.toml",
        "--baseline",
        "trailsift-baseline.tsv",
        "dump",
    ];
    dir.run(check).got().ends(0).says("");
    let other = record(2, json!({"eventSource": "iam.amazonaws.com"}));
    dir.write("dump", trail(&[other]));
    dir.run(check)
        .got()
        .ends(1)
        .shows("failed  only these services");
}
