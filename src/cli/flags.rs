//! The table of the flags that select events: [`FLAGS`].
//!
//! Everything that depends on a flag's name is derived from it: the arguments of clap and with them both helps, the
//! man pages and the completions; the words of `--not`; the flags that a rule of `check` accepts; the selection as
//! words again (`argv`). A new flag is one entry here; if it is not a filter on values, the code that interprets it
//! (`conditions`, `setup`, `first_pass`) reads it by name from [`typed::Typed`].

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command};

use super::Failure;
use super::value_files::Values;
use crate::select::{Addresses, CallNames, Test, WordSet};

mod typed;

pub(super) use typed::{Clock, Selection, Time};

/// Makes the test on an event from the values typed after a flag; the first argument is the flag as it was typed.
type MakeTest = fn(&str, &Values) -> Result<Test, Failure>;

/// What is typed after a flag.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    /// Values separated by commas; the flag may be repeated.
    List(MakeTest),
    /// One value that may contain commas; the flag may be repeated.
    Values(MakeTest),
    /// Text; the flag may be repeated.
    Texts,
    /// One text.
    Text,
    /// One of these words after an equals sign, or nothing, which means the first.
    Choice(&'static [(&'static str, &'static str)]),
    /// Nothing.
    Nothing,
}

/// The part of the help where a flag is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Category {
    Selection,
    Time,
    /// Under the heading of `Time`, and also of commands that select nothing.
    Clock,
}

impl Category {
    pub fn heading(self) -> &'static str {
        match self {
            Category::Selection => "Selection (values of one flag: or; different flags: and)",
            Category::Time | Category::Clock => "Time",
        }
    }
}

/// A flag that selects events.
pub(super) struct Flag {
    /// The name without dashes. It is also the id of the argument. The name of a filter
    /// is a word of `--not`, and a field.
    pub name: &'static str,
    /// Other names that are accepted and not listed: those of the AWS CLI and of similar programs.
    pub aliases: &'static [&'static str],
    pub category: Category,
    pub takes: Takes,
    /// The placeholder of the value.
    pub value: &'static str,
    /// One line for both helps.
    pub help: &'static str,
    /// Further paragraphs of `--help`.
    pub more: &'static str,
    /// Another flag that must be there.
    pub requires: Option<&'static str>,
    /// Applies to the whole input, so a single rule of `check` can't have it.
    pub is_of_input: bool,
    /// Accepted, but not listed.
    pub is_hidden: bool,
}

/// The values that most entries have.
const FLAG: Flag = Flag {
    name: "",
    aliases: &[],
    category: Category::Selection,
    takes: Takes::Nothing,
    value: "",
    help: "",
    more: "",
    requires: None,
    is_of_input: false,
    is_hidden: false,
};

/// All flags that select events, in the order of the help.
pub(super) const FLAGS: &[Flag] = &[
    Flag {
        name: "key",
        aliases: &["access-key", "access-key-id"],
        takes: Takes::List(|_, values| Ok(Test::AccessKey(exact(values)))),
        value: "KEY",
        help: "Access key id (`*` and `?` match any text; separate values with commas; `@FILE` reads one value per \
               line)",
        ..FLAG
    },
    Flag {
        name: "who",
        aliases: &["user", "username", "user-name", "principal", "role"],
        takes: Takes::Values(|_, values| Ok(Test::Who(exact(values)))),
        value: "NAME",
        help: "Caller: access key, user name, session name, ARN, role name or ARN, principal id",
        ..FLAG
    },
    Flag {
        name: "with-sessions",
        takes: Takes::Choice(&[
            ("certain", "Sessions that access keys link to the caller"),
            (
                "likely",
                "Also sessions that only their name links to the caller",
            ),
        ]),
        value: "HOW",
        help: "Also the sessions that the callers of --key and --who started, directly or through other sessions",
        more: "AssumeRole and similar calls issue access keys. The calls that were made with those keys are selected, \
               too, and the calls made with keys that were issued to those sessions. The calls that issue keys are \
               searched for in the whole input; all other conditions apply to the calls of the identity and of its \
               sessions. Without --key and --who, a --where that tests only the caller (AccessKeyId, Username, \
               principal, session, userIdentity) names the identity.\n\n\
               `=likely` also selects calls that only a session name (`AROA…:ci`) links to the identity: calls with \
               keys whose issuing call is missing from the input, calls without a key, and role switches in the \
               console. Session names are often reused, so these calls may belong to somebody else.\n\n\
               What did this key do that night, itself and through the roles that it assumed?\n\
               `trailsift list --key AKIATTLESKLSUEXAMPLE --with-sessions --on 2024-07-30 DUMP`\n\n\
               The input is read twice, as for --last.",
        is_of_input: true,
        ..FLAG
    },
    Flag {
        name: "account",
        aliases: &["account-id"],
        takes: Takes::List(|_, values| Ok(Test::Account(exact(values)))),
        value: "ID",
        help: "Account id, of the recipient or of the caller",
        ..FLAG
    },
    Flag {
        name: "source",
        aliases: &["event-source", "service"],
        takes: Takes::List(|_, values| Ok(Test::Source(any_case(values)))),
        value: "SERVICE",
        help: "Service, `s3` or `s3.amazonaws.com`",
        ..FLAG
    },
    Flag {
        name: "name",
        aliases: &["event-name"],
        takes: Takes::List(|_, values| Ok(Test::Name(CallNames::new(values.texts())))),
        value: "EVENTNAME",
        help: "API call, `GetObject` or `s3:GetObject`",
        ..FLAG
    },
    Flag {
        name: "region",
        aliases: &["aws-region"],
        takes: Takes::List(|_, values| Ok(Test::Region(exact(values)))),
        value: "REGION",
        help: "Region of the call",
        ..FLAG
    },
    Flag {
        name: "ip",
        aliases: &["source-ip", "ip-address", "source-ip-address"],
        takes: Takes::List(addresses),
        value: "ADDRESS",
        help: "Source address: an IP address, a block (`203.0.113.0/24`), or the name of a service",
        ..FLAG
    },
    Flag {
        name: "resource",
        aliases: &["resource-name"],
        takes: Takes::Values(|_, values| Ok(Test::Resource(exact(values)))),
        value: "NAME",
        help: "Resource, by any name or ARN that the event lists",
        ..FLAG
    },
    Flag {
        name: "id",
        aliases: &["event-id"],
        takes: Takes::List(|_, values| Ok(Test::Id(exact(values)))),
        value: "EVENTID",
        help: "Event id",
        ..FLAG
    },
    Flag {
        name: "not",
        aliases: &["exclude"],
        takes: Takes::Texts,
        value: "FLAG=VALUE",
        help: "Exclude events that match a filter with a value: `--not name=Get*`",
        ..FLAG
    },
    Flag {
        name: "where",
        aliases: &["filter"],
        takes: Takes::Texts,
        value: "EXPR",
        help: "Expression: `exists errorCode and not (service = s3 or EventName ~ '^Get')`",
        more: "FIELD = != < <= > >= VALUE, FIELD ~ !~ REGEX, FIELD [not] in (VALUE, …), FIELD [not] in_cidr BLOCK or \
               (BLOCK, …), exists FIELD; joined by and, or, not and parentheses (not binds tighter than and, and \
               tighter than or). FIELD is any field that --fields accepts. A path with `[]` matches if any of its \
               elements does. !=, !~, not in and not in_cidr match exactly the events that =, ~, in and in_cidr do \
               not match: if no element matches, and if the field is missing or null.\n\n\
               Values are compared as numbers if both sides are numbers, as times if both sides are times (a date \
               means its whole day in --tz), and otherwise as text, with regard to case. Regular expressions match \
               anywhere in the text; `(?i)` ignores case. Write a value in 'quotes' or \"quotes\" if it contains \
               blanks, commas, parentheses or one of = ! < > ~; a number in quotes is text.",
        ..FLAG
    },
    Flag {
        name: "ok",
        aliases: &["success"],
        help: "Calls that succeeded",
        ..FLAG
    },
    Flag {
        name: "denied",
        aliases: &["access-denied"],
        help: "Calls refused for lack of permission, however the service spells the error",
        ..FLAG
    },
    Flag {
        name: "failed",
        help: "Calls that failed for another reason",
        ..FLAG
    },
    Flag {
        name: "error",
        aliases: &["error-code"],
        takes: Takes::Values(|_, values| Ok(Test::Error(any_case(values)))),
        value: "CODE",
        help: "Error code",
        ..FLAG
    },
    Flag {
        name: "read-only",
        help: "Calls that only read (events without readOnly match neither --read-only nor --write)",
        ..FLAG
    },
    Flag {
        name: "write",
        aliases: &["write-only"],
        help: "Calls that write",
        ..FLAG
    },
    Flag {
        name: "lookup-attributes",
        takes: Takes::Texts,
        value: "AttributeKey=KEY,AttributeValue=VALUE",
        help: "Filter as of `aws cloudtrail lookup-events`",
        is_hidden: true,
        ..FLAG
    },
    Flag {
        name: "since",
        aliases: &["start-time", "from"],
        category: Category::Time,
        takes: Takes::Text,
        value: "TIME",
        help: "From this time on: a date, `'2019-06-09 10:00'`, RFC 3339, `1h` (ago), `yesterday`, seconds since 1970",
        ..FLAG
    },
    Flag {
        name: "until",
        aliases: &["to"],
        category: Category::Time,
        takes: Takes::Text,
        value: "TIME",
        help: "Before this time; a date means the end of the day",
        ..FLAG
    },
    Flag {
        name: "end-time",
        category: Category::Time,
        takes: Takes::Text,
        value: "TIME",
        help: "Up to and including this time; a date means the end of the day",
        is_hidden: true,
        ..FLAG
    },
    Flag {
        name: "on",
        category: Category::Time,
        takes: Takes::Text,
        value: "DATE",
        help: "On this day: a date, `yesterday`, `today`",
        ..FLAG
    },
    Flag {
        name: "last",
        category: Category::Time,
        takes: Takes::Text,
        value: "SPAN",
        help: "The last `24h`, `7d`, `90m`, counted back from the newest event of the whole input",
        more: "The input is read twice. A pipe is kept for the second pass, in memory up to 64 MiB, then in a \
               temporary file.",
        is_of_input: true,
        ..FLAG
    },
    Flag {
        name: "around",
        category: Category::Time,
        takes: Takes::Text,
        value: "EVENTID",
        help: "Near the event with this id, before and after it; see --within",
        more: "The input is read twice, as for --last. The event itself is found even if other conditions exclude it.",
        is_of_input: true,
        ..FLAG
    },
    Flag {
        name: "within",
        category: Category::Time,
        takes: Takes::Text,
        value: "SPAN",
        help: "Distance in time from the event of --around: `90s`, `5m`, `2h` [default: 5m]",
        requires: Some("around"),
        is_of_input: true,
        ..FLAG
    },
    Flag {
        name: "now",
        category: Category::Clock,
        takes: Takes::Text,
        value: "TIME",
        help: "The time that `now`, `today` and `ago` refer to [default: the clock]",
        is_of_input: true,
        ..FLAG
    },
    Flag {
        name: "tz",
        aliases: &["timezone", "time-zone"],
        category: Category::Clock,
        takes: Takes::Text,
        value: "ZONE",
        help: "Time zone of typed and printed times: `Asia/Tokyo`, `Tokyo`, `JST`, `+09:00`, `UTC`, `local` \
               [default: $TRAILSIFT_TZ, else UTC]",
        more: "An abbreviation means its fixed offset, also in summer: `PST` is -08:00 all year. With the name of a \
               zone (`America/Los_Angeles`) the clocks change.",
        is_of_input: true,
        ..FLAG
    },
    Flag {
        name: "time-format",
        category: Category::Time,
        takes: Takes::Text,
        value: "FORMAT",
        help: "Format of printed times: strftime, `sheet` (a date for spreadsheets) or `epoch`",
        is_of_input: true,
        ..FLAG
    },
];

fn exact(values: &Values) -> WordSet {
    WordSet::exact(values.texts())
}

fn any_case(values: &Values) -> WordSet {
    WordSet::any_case(values.texts())
}

fn addresses(flag: &str, values: &Values) -> Result<Test, Failure> {
    let mut addresses = Addresses::default();
    for value in &values.values {
        addresses
            .add(&value.text)
            .map_err(|why| value.refused(flag, &why))?;
    }
    Ok(Test::Address(addresses))
}

/// The flag with this name or alias.
pub(super) fn find(name: &str) -> Option<&'static Flag> {
    FLAGS
        .iter()
        .find(|flag| flag.name == name || flag.aliases.contains(&name))
}

/// The filters on values, which are also the words of `--not`.
pub(super) fn filters() -> impl Iterator<Item = &'static Flag> {
    FLAGS.iter().filter(|flag| flag.filter().is_some())
}

impl Flag {
    /// Of a filter on values: how its test is made, and whether its values are separated by commas.
    pub fn filter(&self) -> Option<(MakeTest, bool)> {
        match self.takes {
            Takes::List(make) => Some((make, true)),
            Takes::Values(make) => Some((make, false)),
            _ => None,
        }
    }

    /// The argument of clap. Aliases that the command uses for flags of its own are left out.
    fn arg(&self, command: &Command) -> Arg {
        let is_free = |name: &&str| {
            let mut arguments = command.get_arguments();
            !arguments.any(|arg| arg.get_long() == Some(*name))
        };
        let mut arg = Arg::new(self.name)
            .long(self.name)
            .aliases(self.aliases.iter().copied().filter(is_free))
            .help(self.help)
            .help_heading(self.category.heading())
            .hide(self.is_hidden);
        if !self.more.is_empty() {
            arg = arg.long_help(format!("{}.\n\n{}", self.help, self.more));
        }
        if let Some(other) = self.requires {
            arg = arg.requires(other);
        }
        match self.takes {
            Takes::Nothing => arg.action(ArgAction::SetTrue).overrides_with(self.name),
            Takes::List(_) => arg
                .value_name(self.value)
                .action(ArgAction::Append)
                .value_delimiter(','),
            Takes::Values(_) | Takes::Texts => arg.value_name(self.value).action(ArgAction::Append),
            // A time may begin with a dash: `-1d`, `-03:00`.
            Takes::Text => arg.value_name(self.value).allow_hyphen_values(true),
            Takes::Choice(words) => arg
                .value_name(self.value)
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value(words[0].0)
                .value_parser(PossibleValuesParser::new(words.iter().map(
                    |(word, help)| clap::builder::PossibleValue::new(*word).help(*help),
                ))),
        }
    }
}

#[cfg(test)]
mod tests;
