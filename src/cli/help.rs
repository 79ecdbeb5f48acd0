//! The two kinds of help: `-h`, which fits on one screen, and `--help`, which begins with an example and its real
//! output.
//!
//! Not for: the text about each flag, which is next to its definition.

use clap::{Arg, ArgAction, Command, CommandFactory};

use super::{Cli, implied};

/// A command line for each command, run from the top of the project, and the beginning of its output.
const EXAMPLES: [(&str, &str); 13] = [
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
failed  baseline
        tests/check/baseline.tsv:1
        reason: only the 5 rows of the baseline, by EventSource, EventName
        not in the baseline: iam.amazonaws.com CreateUser (1 event)
        - 2024-06-10T06:03:00Z iam CreateUser AccessDenied
          arn:aws:iam::111122223333:role/Build 192.0.2.10 us-east-1
",
    ),
    (
        "inspect",
        "$ trailsift inspect tests/data/max-items.json | grep -A2 error
  error       next-token, byte 9128: the last page has a NextToken: there are
              more events than this dump contains \u{2192} continue the lookup where it
              stopped (inspect --commands)
",
    ),
    (
        "report",
        "$ trailsift report --key ASIAADMINEXAMPLE0001 -q tests/report/dump.json | grep -A4 'Origin of'
Origin of its access keys
  access key ASIAADMINEXAMPLE0001 was issued to
    arn:aws:iam::123456789012:user/alice (AKIAALICEEXAMPLE0001), through role
    Deploy, session ci-1234, at 2024-06-10T10:02:00Z, then role Admin, session
    ci-1234, source identity alice@example.com, at 2024-06-10T10:53:00Z",
    ),
    (
        "redact",
        "$ trailsift redact -q fixtures/cli-v2.json -o /dev/null | head -2
account\t2\t543
access-key\t23\t200
",
    ),
    (
        "schema",
        "$ trailsift schema stats | head -3
{
  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",
  \"title\": \"StatsDocument\",
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
trailsift\\-count \\- Count events, grouped by fields, largest first
",
    ),
];

/// The help of `--exit-status`, of commands for which 1 means something else than that no event is selected.
const EXIT_STATUS: [(&str, &str); 4] = [
    ("check", "End with 1 if a rule failed (always so)"),
    ("diff", "End with 1 if the dumps differ"),
    (
        "inspect",
        "End with 1 if a finding is as severe as --fail-on (always so)",
    ),
    (
        "redact",
        "End with 1 if --verify finds a value that was not replaced (always so)",
    ),
];

/// Other names of flags, in addition to those of `flags`: the command, the id of the argument, and the names.
const ALIASES: [(&str, &str, &[&str]); 6] = [
    ("count", "top", &["limit", "head"]),
    ("count", "by", &["group-by"]),
    ("count", "distinct", &["unique"]),
    ("diff", "by", &["group-by"]),
    ("list", "limit", &["top", "head"]),
    ("", "no_header", &["no-headers"]),
];

/// The program's command line, with its help.
pub(super) fn command() -> Command {
    let program = Cli::command();
    let first = program.get_after_help().map(ToString::to_string);
    let first = first.unwrap_or_default();
    let terminal = shared(&program);
    let program = program
        .after_help(format!("{first}\n{terminal}"))
        .disable_version_flag(true)
        .arg(version().hide_short_help(true));
    program.mut_subcommands(|command| {
        let name = command.get_name().to_owned();
        // The first line of a longer help is not stripped of its full stop by clap.
        let about = command.get_about().map(ToString::to_string);
        let about = about.unwrap_or_default();
        let example = EXAMPLES.iter().find(|(of, _)| *of == name);
        let shared = shared(&command);
        implied::with_shorthands(command)
            .about(about.trim_end_matches('.').to_owned())
            .disable_version_flag(true)
            .arg(version())
            .before_long_help(example.map_or("", |(_, text)| text))
            .after_help(shared)
            .after_long_help("")
            .mut_args(|arg| {
                let is_shared = arg.get_help_heading().is_some();
                let aliases = ALIASES.iter().filter(|(command, id, _)| {
                    arg.get_id() == *id && (command.is_empty() || *command == name)
                });
                let aliases = aliases.flat_map(|(.., names)| names.iter().copied());
                let arg = arg
                    .clone()
                    .aliases(aliases)
                    .hide_short_help(is_shared || arg.get_id() == "version");
                // -n is the same as on list.
                let arg = match arg.get_id() == "top" && name == "count" {
                    true => arg.short_alias('n'),
                    false => arg,
                };
                match EXIT_STATUS.iter().find(|(command, _)| *command == name) {
                    Some((_, help)) if arg.get_id() == "exit_status" => arg.help(*help),
                    _ => arg,
                }
            })
    })
}

/// `--version` of a command, which `-h` need not list.
fn version() -> Arg {
    Arg::new("version")
        .short('V')
        .long("version")
        .help("Print version")
        .action(ArgAction::Version)
        .help_heading(None)
}

/// For `-h`, which has to fit on one screen: the names of the flags that commands share, which have a heading.
fn shared(command: &Command) -> String {
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
        let (Some(heading), Some(long)) = (arg.get_help_heading(), arg.get_long()) else {
            continue;
        };
        let label = heading.split(' ').next().unwrap_or_default();
        // `--no-header` needs no mention next to `--header`.
        let positive = long.strip_prefix("no-");
        let mut others = command.get_arguments();
        if positive.is_some() && others.any(|other| other.get_long() == positive) {
            continue;
        }
        let values = arg.get_possible_values();
        let names = values.iter().map(|value| value.get_name());
        let word = if arg.is_require_equals_set() {
            // The first value is what the flag means without one.
            let others: Vec<_> = names.skip(1).collect();
            format!("--{long}[={}]", others.join("|"))
        } else if arg.get_action().takes_values() && !values.is_empty() {
            format!("--{long} {}", names.collect::<Vec<_>>().join("|"))
        } else if arg.get_short() == Some('o') {
            "-o FILE".to_owned()
        } else {
            format!("--{long}")
        };
        match groups.iter_mut().find(|(known, _)| *known == label) {
            Some((_, words)) => words.push(word),
            None => groups.push((label, vec![word])),
        }
    }
    let mut out = String::new();
    for (label, words) in groups {
        let mut line = format!("{label:<LABEL$}");
        for word in words {
            if line.chars().count() + 1 + word.chars().count() > COLUMNS {
                out.push_str(line.trim_end());
                line = "\n ".to_owned();
            }
            line.push_str(&format!(" {word}"));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.trim_end().to_owned()
}

/// Columns of the longest label of a group of flags.
const LABEL: usize = 9;

/// Columns of the narrowest terminal that `-h` fits on.
const COLUMNS: usize = 80;
