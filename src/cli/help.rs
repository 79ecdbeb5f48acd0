//! The two kinds of help: `-h`, which stays on one screen, and `--help`, which opens with an example and
//! what it really prints.
//!
//! Not for: what each flag means, which stands beside it.

use clap::{Command, CommandFactory};

use super::Cli;

/// A command line and the beginning of what it prints, from the top of the project.
const EXAMPLES: [(&str, &str); 12] = [
    (
        "list",
        "$ trailsift list --who Deploy --denied fixtures/cli-v2.json | head -3
2024-07-30T00:43:56Z	lambda.amazonaws.com	GetFunction20150331v2
2024-07-30T00:22:18Z	ec2.amazonaws.com	StopInstances
2024-07-29T23:50:41Z	iam.amazonaws.com	CreateUser
",
    ),
    (
        "count",
        "$ trailsift count --denied --by service,EventName --top 3 fixtures/cli-v2.json
2	ec2	StopInstances
2	glue	GetTables
2	iam	CreateUser
",
    ),
    (
        "show",
        "$ trailsift show --record --index 0 fixtures/cli-v2.json | head -5
{
  \"eventVersion\": \"1.05\",
  \"userIdentity\": {
    \"type\": \"IAMUser\",
    \"principalId\": \"AIDAGVM6XYGFQEXAMPLE\",
",
    ),
    (
        "fields",
        "$ trailsift fields --denied --prefix userIdentity fixtures/cli-v2.json | head -3
userIdentity.accessKeyId	12	6	AKIAHIP5ZTNM6EXAMPLE
userIdentity.accountId	15	2	123456789012
userIdentity.arn	12	6	arn:aws:iam::123456789012:user/ci/deploy
",
    ),
    (
        "diff",
        "$ trailsift diff --by service fixtures/cli-v2.json fixtures/cli-v2-tokyo.json | head -4
gone\t2\t0\tservice\tevents
gone\t2\t0\tservice\tsqs
gone\t1\t0\tservice\tsso
changed\t18\t9\tservice\tec2
",
    ),
    (
        "convert",
        "$ trailsift convert --to lookup fixtures/trail.json.gz | head -7
{
    \"Events\": [
        {
            \"EventId\": \"773bb593-d459-4133-bc75-112b5eb08917\",
            \"EventName\": \"DescribeInstances\",
            \"ReadOnly\": \"true\",
            \"AccessKeyId\": \"AKIANXFXUBV7NEXAMPLE\",
",
    ),
    (
        "check",
        "$ trailsift check --baseline tests/check/baseline.tsv --show 1 tests/check/bad.json | head -6
broken  baseline
        tests/check/baseline.tsv:1
        why: nothing but the 5 rows of it, by EventSource, EventName
        not in the baseline: iam.amazonaws.com CreateUser (1 event)
        - 2024-06-10T06:03:00Z iam CreateUser AccessDenied
          arn:aws:iam::111122223333:role/Build 192.0.2.10 us-east-1
",
    ),
    (
        "inspect",
        "$ trailsift inspect tests/data/max-items.json | grep -A2 error
  error       next-token, byte 9128: the last page has a NextToken: there are
              more events than this dump contains \u{2192} go on where the lookup stopped
              (inspect --commands)
",
    ),
    (
        "report",
        "$ trailsift report --key ASIAADMINEXAMPLE0001 -q tests/report/dump.json | grep -A4 'came from'
Where its keys came from
  this ASIAADMINEXAMPLE0001 key is arn:aws:iam::123456789012:user/alice
    (AKIAALICEEXAMPLE0001), by way of role Deploy, session ci-1234, at
    2024-06-10T10:02:00Z, then role Admin, session ci-1234, source identity
    alice@example.com, at 2024-06-10T10:53:00Z
",
    ),
    (
        "redact",
        "$ trailsift redact -q fixtures/cli-v2.json -o /dev/null | head -2
account\t2\t543
access-key\t23\t200
",
    ),
    (
        "completions",
        "$ trailsift completions bash | tail -2 | head -1
    complete -F _trailsift -o bashdefault -o default trailsift
",
    ),
    (
        "man",
        "$ trailsift man count | grep -A1 'SH NAME'
.SH NAME
trailsift\\-count \\- Counts events by what they have in some fields; most first
",
    ),
];

/// What `-h` says of the flags that all commands share.
const SHARED: &str = "\
Which  --key --who --account --source --name --region --ip --resource --id
       --error VALUE,… or @FILE  --not WORD=VALUE  --where EXPR  --with-sessions
       --ok --denied --failed --read-only --write --keep-duplicates --explain
When   --since --until --on --last --around --within --now --tz --time-format
Limits --max-unpacked --max-ratio --max-members --max-event --max-depth
Also   --threads N --stats[=json] --quiet --exit-status --strict --manifest FILE";

/// Those of them that `inspect` has.
const INSPECT: &str = "\
When   --now --tz
Limits --max-unpacked --max-ratio --max-members --max-event --max-depth
Also   --threads N --quiet --manifest FILE";

/// The same, of commands that print rows.
const OUTPUT: &str = "Output --format table|tsv|csv|json|jsonl|md --excel-safe --header -o FILE";

/// Those of them that `redact` has.
const REDACT: &str = "\
Limits --max-unpacked --max-ratio --max-members --max-event --max-depth
Also   --threads N --quiet --manifest FILE";

/// The program's command line, with its help.
pub(super) fn command() -> Command {
    Cli::command().mut_subcommands(|command| {
        let name = command.get_name().to_owned();
        let is_asking = command.get_arguments().any(|arg| arg.get_id() == "key");
        let has_output = command.get_arguments().any(|arg| arg.get_id() == "format");
        let more = match (is_asking, has_output) {
            (true, true) if !["report", "check"].contains(&name.as_str()) => {
                format!("{SHARED}\n{OUTPUT}")
            }
            (true, true) => SHARED.to_owned(),
            (true, false) => SHARED.to_owned(),
            (false, _) if name == "inspect" => INSPECT.to_owned(),
            (false, _) if name == "redact" => REDACT.to_owned(),
            (false, _) => String::new(),
        };
        // Those that are laid out by hand keep their full stop otherwise.
        let about = command.get_about().map(ToString::to_string);
        let about = about.unwrap_or_default();
        let example = EXAMPLES.iter().find(|(of, _)| *of == name);
        command
            .about(about.trim_end_matches('.').to_owned())
            .before_long_help(example.map_or("", |(_, text)| text))
            .after_help(more)
            .after_long_help("")
            // Under a heading stand the flags that commands share.
            .mut_args(|arg| {
                let is_shared = arg.get_help_heading().is_some();
                arg.hide_short_help(is_shared)
            })
    })
}
