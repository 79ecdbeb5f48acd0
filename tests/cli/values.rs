//! Values from files: `--key @FILE` and the like.

use serde_json::{Value, json};

use crate::support::program::{Dir, Got};
use crate::support::small::{lookup, record};

fn dir() -> Dir {
    let dir = Dir::new();
    let records: Vec<Value> = (0..6)
        .map(|n| {
            let mut record = record(
                n,
                json!({"sourceIPAddress": format!("192.0.2.{n}"), "eventName": format!("Call{n}"),
                    "errorCode": format!("Error{n}"), "awsRegion": format!("region-{n}"),
                    "recipientAccountId": format!("{n}"), "eventSource": format!("svc{n}.amazonaws.com"),
                    "resources": [{"ARN": format!("arn:{n}")}]}),
            );
            record["userIdentity"] = json!({"type": "IAMUser", "userName": format!("user {n}"),
                "accessKeyId": format!("AKIA{n}"), "accountId": format!("{n}"), "arn": format!("arn:user/{n}")});
            record
        })
        .collect();
    dir.write("dump", lookup(&records));
    dir
}

fn run(dir: &Dir, flags: &[&str]) -> Got {
    let own = ["list", "--fields", "EventName"];
    dir.run(own.iter().chain(flags).chain(&["dump"])).got()
}

#[track_caller]
fn selects(dir: &Dir, flags: &[&str], expected: &[u32]) {
    let rows: String = expected.iter().map(|n| format!("Call{n}\n")).collect();
    run(dir, flags).quietly().prints(&rows);
}

#[test]
fn every_flag_with_values_takes_them_from_a_file() {
    let dir = dir();
    for (word, one, two) in [
        ("key", "AKIA1", "AKIA3"),
        ("who", "user 1", "arn:user/3"),
        ("account", "1", "3"),
        ("source", "SVC1", "svc3.amazonaws.com"),
        ("name", "call1", "svc3:CALL3"),
        ("region", "region-1", "region-3"),
        ("ip", "192.0.2.1", "192.0.2.3/32"),
        ("resource", "arn:1", "arn:3"),
        ("id", "00000000-0000-4000-8000-000000000001", "*3"),
        ("error", "error1", "*or3"),
    ] {
        dir.write("list", format!("{one}\n{two}\n"));
        selects(&dir, &[&format!("--{word}"), "@list"], &[1, 3]);
        selects(&dir, &["--not", &format!("{word}=@list")], &[0, 2, 4, 5]);
    }
}

#[test]
fn files_and_typed_values_mix() {
    let dir = dir();
    dir.write("list", "AKIA1\n");
    dir.write("more", "AKIA2\nAKIA*5");
    selects(
        &dir,
        &["--key", "@list,AKIA0", "--key", "@more"],
        &[0, 1, 2, 5],
    );
    selects(&dir, &["--not", "key=AKIA0, @list,@more"], &[3, 4]);
    selects(&dir, &["--key", "@list,AKIA2", "--not", "name=Call2"], &[1]);
}

#[test]
fn blank_lines_comments_line_ends_and_marks_do_not_matter() {
    let dir = dir();
    dir.write(
        "list",
        "\u{feff}# addresses under investigation\r\n\r\n  192.0.2.1  \r\n192.0.2.2\t# the VPN\r\n   \n#192.0.2.3\n192.0.2.4",
    );
    selects(&dir, &["--ip", "@list"], &[1, 2, 4]);
    dir.write("list", "user 1, user 2\nuser 3#\nuser 4 # him");
    selects(&dir, &["--who", "@list"], &[4]);
}

#[test]
fn messages_name_the_file_and_how_many_values_it_has() {
    let dir = dir();
    dir.write("none", "AKIANONE\n".repeat(1234));
    run(&dir, &["--key", "@none"])
        .ends(0)
        .prints("")
        .mentions("  --key @none (1,234 values): 6 \u{2192} 0");
    dir.write("all", "AKIA*");
    run(&dir, &["--not", "key=@all", "--stats"])
        .ends(0)
        .mentions("  --not key=@all (1 value): 6 \u{2192} 0")
        .mentions("6 filtered by --not key=@all (1 value)\n");
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_name_and_line() {
    let dir = dir();
    let wrong = |flags: &[&str], said: &str| {
        run(&dir, flags)
            .ends(2)
            .prints("")
            .says(&format!("trailsift: error: {said}\n"));
    };
    dir.write("hosts", "192.0.2.1\n# x\n192.0.2.300\n");
    let no_address = "`192.0.2.300` is no address; they are written 203.0.113.7 or 2001:db8::7, and part of one with a \
                      wildcard, 203.0.113.*, or as a block, 203.0.113.0/24";
    wrong(
        &["--ip", "@hosts"],
        &format!("--ip @hosts: line 3: {no_address}"),
    );
    wrong(
        &["--not", "ip=@hosts"],
        &format!("--not ip=@hosts: line 3: {no_address}"),
    );
    wrong(&["--ip", "192.0.2.300"], &format!("--ip: {no_address}"));
    dir.write("empty", "# nothing\n\n");
    wrong(
        &["--key", "@empty"],
        "--key @empty: the file contains no value",
    );
    wrong(
        &["--not", "key=@empty"],
        "--not key=@empty: the file contains no value",
    );
    wrong(
        &["--key", "@"],
        "--key @: expected the name of a file after the @",
    );
    wrong(
        &["--key", "@nosuch"],
        "--key @nosuch: cannot read the file of values: No such file or directory (os error 2) (write a \
         value that begins with @ as ?nosuch)",
    );
    dir.write("latin", b"AKIA1\nK\xf6ln\n");
    wrong(
        &["--key", "@latin"],
        "--key @latin: line 2 is not UTF-8 text",
    );
    dir.write("wide", b"\xff\xfeA\0");
    wrong(
        &["--key", "@wide"],
        "--key @wide: this is UTF-16; convert it with `iconv -f UTF-16 -t UTF-8`",
    );
    wrong(
        &["--key", "AKIA1,,AKIA2"],
        "--key: an empty value matches nothing",
    );
}

/// A row of a CSV is one value that nothing has: --key finds nothing, and --not leaves nothing out.
#[test]
fn a_line_with_more_than_one_value_or_with_quotes_is_refused() {
    let dir = dir();
    for lines in [
        "AKIA1\nAKIA2,AKIA3\n",
        "AKIA1\n\"AKIA2\"\n",
        "AKIA1\n AKIA2\rAKIA3\n",
    ] {
        dir.write("list", lines);
        for flags in [["--key", "@list"], ["--not", "key=@list"]] {
            run(&dir, &flags)
                .ends(2)
                .prints("")
                .mentions("key")
                .mentions("@list: line 2: write one value per line, without quotes and commas");
        }
    }
    // Names may have both.
    dir.write("list", "O\"Hara, John\nuser 1\n");
    selects(&dir, &["--who", "@list"], &[1]);
}

#[test]
fn a_list_of_a_hundred_thousand_answers_as_its_values_would() {
    let dir = dir();
    let mut list: String = (0..100_000u32)
        .map(|n| format!("10.{}.{}.{}\n", n >> 16, n >> 8 & 255, n & 255))
        .collect();
    list.push_str("192.0.2.2\n192.0.2.4/31\n");
    dir.write("list", list);
    selects(&dir, &["--ip", "@list"], &[2, 4, 5]);
    run(&dir, &["--ip", "@list", "--name", "Call1"])
        .ends(0)
        .mentions("--ip @list (100,002 values): 1 \u{2192} 0");
    let keys: String = (0..100_000).map(|n| format!("ASIA{n}\n")).collect();
    dir.write("keys", keys + "akia1\nAKIA3\n");
    selects(&dir, &["--key", "@keys"], &[3]);
    // None of so many is called the nearest.
    let names: String = (0..100_000).map(|n| format!("Cal{n}x\n")).collect();
    dir.write("names", names);
    run(&dir, &["--name", "@names"])
        .ends(0)
        .never_mentions("nearest");
}
