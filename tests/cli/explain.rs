//! `--explain`: the question, understood and not asked.

use crate::support::program::{Dir, trailsift, typed};

#[test]
fn the_tree_the_window_the_fields_and_the_passes_are_printed() {
    trailsift([
        "count",
        "--explain",
        "--tz",
        "Asia/Tokyo",
        "--on",
        "2024-07-30",
        "--name",
        "Get*,s3:List*",
        "--where",
        "principal ~ Deploy$ or not (exists errorCode and EventName = PutObject)",
        "--denied",
        "--by",
        "awsRegion",
        "--every",
        "1h",
        "fixtures/cli-v2.json",
    ])
    .got()
    .quietly()
    .prints(
        "conditions, evaluated in this order; all must match
  --name Get*,s3:List*
  --on 2024-07-30 (Asia/Tokyo)
  --denied
  --where 'principal ~ Deploy$ or not (exists errorCode and EventName = PutObject)'
    or
    \u{251c}\u{2500} not and
    \u{2502}  \u{251c}\u{2500} EventName = 'PutObject'
    \u{2502}  \u{2514}\u{2500} exists errorCode
    \u{2514}\u{2500} principal ~ Deploy$

time, in Asia/Tokyo
  from    2024-07-30T00:00:00+09:00  = 2024-07-29T15:00:00Z
  before  2024-07-31T00:00:00+09:00  = 2024-07-30T15:00:00Z

fields that are read, and their purposes
  envelope (missing members are derived from the record)
    EventName         --name, --where, finding duplicates
    EventSource       --name, finding duplicates
    EventTime         --on, --every
    EventId           finding duplicates
  inside the record
    errorCode         outcome, --where
    errorMessage      outcome
    responseElements  outcome
    userIdentity      principal
    awsRegion         --by
  computed
    outcome           --denied
    principal         --where

input
  fixtures/cli-v2.json
  read once
",
    );
}

#[test]
fn facts_of_a_first_pass_are_printed_as_unknown() {
    let got = trailsift([
        "list",
        "--explain",
        "--last",
        "1d",
        "--around",
        "some-id",
        "--keep-duplicates",
        "-",
    ])
    .got();
    got.quietly()
        .shows("  --last 1d (known after the first pass)\n")
        .shows("  --around some-id --within 5m (known after the first pass)\n")
        .shows("time, in UTC\n  --last 1d: known after the first pass\n")
        .shows("  read twice: the first pass finds the newest event (--last 1d) and the time of the event (--around some-id)\n")
        .shows("  standard input is saved for it: in memory up to 64 MiB");
    assert!(!got.out.contains("duplicates"));
}

#[test]
fn nothing_of_the_input_is_read() {
    let dir = Dir::new();
    // Reading it would end with 2.
    dir.write("nothing", "");
    for command in ["list", "count", "show"] {
        dir.run([command, "--explain", "nothing"])
            .got()
            .quietly()
            .shows("none: every event is selected");
    }
    // A pipe that nobody closes would never end.
    let mut program = typed("count --explain -");
    program.command().stdin(std::process::Stdio::piped());
    let mut child = program.spawn();
    let open = child.stdin.take();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    drop(open);
    dir.run(["list", "--explain", "-o", "out", "nothing"])
        .got()
        .quietly();
    assert_eq!(dir.names(), ["nothing"]);
}

#[test]
fn what_is_wrong_is_found_all_the_same() {
    for line in [
        "list --explain --fields nosuch fixtures",
        "list --explain --sort nosuch fixtures",
        "count --explain --by nosuch fixtures",
        "count --explain --where nosuch fixtures",
        "show --explain --since soon fixtures",
        "show --explain --key @nosuch fixtures",
        "list --explain --around x --within 5 fixtures",
        "count --explain nosuch",
    ] {
        typed(line).got().ends(2).mentions("trailsift: error: ");
    }
}

#[test]
fn a_whole_event_is_said_to_be_written_and_columns_are_named() {
    typed("show --explain fixtures")
        .got()
        .quietly()
        .shows("the whole event, to be shown");
    typed("show --record --explain fixtures")
        .got()
        .quietly()
        .shows("the whole record, to be shown");
    typed("list --explain --format jsonl --fields event --sort -EventTime fixtures")
        .got()
        .quietly()
        .shows("column\n")
        .shows("--sort\n");
    typed("list --explain --fields file,offset,userIdentity.arn fixtures")
        .got()
        .quietly()
        .shows("  inside the record\n    userIdentity.arn  column\n  computed\n    file              column\n");
    typed("count --total --keep-duplicates --explain fixtures")
        .got()
        .quietly()
        .shows("their purposes\n  none\n");
    typed("count --explain --distinct session --first-last --key AKIA1 --not name=Get* fixtures")
        .got()
        .quietly()
        .shows("    AccessKeyId   --key\n")
        .shows("    EventName     --not, --by, finding duplicates\n")
        .shows("    EventTime     --first-last\n")
        .shows("    session       --distinct\n");
}
