//! Derives rules and a baseline from a good run. The rules pass for the events that they were derived from.

use std::collections::BTreeSet;
use std::io;
use std::ops::ControlFlow;

use super::verdict::Verdict;
use crate::engine::{Answer, Question};
use crate::event::{Context, Event, Field, FieldError};
use crate::render::terminal::sanitize;
use crate::render::tsv;
use crate::select;
use crate::tally::{Group, GroupBatch, Grouping, Groups};
use crate::text::Value;
use crate::text::plural;

/// Rules whose numbers are derived: they are tested in the same pass, and written with the counts that were found.
pub const RULES_OF_INIT: &str = r#"
[[rule]]
name = "no denied calls"
select = "--denied"
max = 0

[[rule]]
name = "no root user"
select = "--where 'userIdentity.type = Root'"
max = 0

[[rule]]
name = "no use of the console"
select = '''--where "eventType in (AwsConsoleSignIn, AwsConsoleAction) or sessionCredentialFromConsole = true or userAgent in ('console.amazonaws.com', 'signin.amazonaws.com')"'''
max = 0

[[rule]]
name = "calls that write"
select = "--write --ok"
max = 0
"#;

/// The rule above that is written as a `min`.
const WRITES: &str = "calls that write";

/// A rule with more values would be too long to read, so it is not written.
const MOST: usize = 100;
/// More addresses than this change too often to be a rule.
const MOST_ADDRESSES: usize = 20;

/// Counts calls, regions, accounts and addresses.
#[derive(Debug)]
pub struct BaselineLearner([Grouping; 4]);

/// The counts of [`BaselineLearner`].
pub struct LearnedCalls([Groups; 4]);

impl BaselineLearner {
    /// Compiles the fields.
    ///
    /// # Errors
    /// Never in practice: the names are constants of this module.
    pub fn new() -> Result<BaselineLearner, FieldError> {
        let by = |names: &[&str]| -> Result<Grouping, FieldError> {
            let fields = names.iter().map(|name| Field::parse(name));
            Ok(Grouping {
                by: fields.collect::<Result<_, _>>()?,
                ..Grouping::default()
            })
        };
        Ok(BaselineLearner([
            by(&["EventSource", "EventName"])?,
            by(&["awsRegion"])?,
            by(&["recipientAccountId"])?,
            by(&["sourceIPAddress"])?,
        ]))
    }

    /// Counts of no events.
    pub fn learned(&self) -> LearnedCalls {
        LearnedCalls(self.0.each_ref().map(Groups::new))
    }
}

impl Question for BaselineLearner {
    type Batch = [GroupBatch; 4];

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Self::Batch) {
        for (grouping, batch) in self.0.iter().zip(batch) {
            grouping.observe(event, context, batch);
        }
    }

    fn dedup_discriminant(&self, batch: &Self::Batch, into: &mut Vec<u8>) {
        for batch in batch {
            batch.append_last(into);
        }
    }
}

impl Answer<[GroupBatch; 4]> for LearnedCalls {
    fn add(&mut self, batch: [GroupBatch; 4], kept: &[bool]) -> io::Result<ControlFlow<()>> {
        for (groups, batch) in self.0.iter_mut().zip(batch) {
            // Groups never ask to stop.
            let _ = groups.add(batch, kept)?;
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// The different values of a field, and whether some events have no value.
struct Values {
    texts: BTreeSet<String>,
    is_lacking: bool,
}

impl Values {
    fn of(groups: &[Group]) -> Values {
        let texts = groups.iter().filter_map(|group| group.texts.first());
        Values {
            texts: texts
                .clone()
                .filter(|text| !text.is_empty())
                .cloned()
                .collect(),
            is_lacking: texts.clone().any(String::is_empty),
        }
    }

    fn are_plain(&self) -> bool {
        self.texts.iter().all(|text| is_plain(text))
    }
}

/// Whether a text can be a value of any flag without quotation marks or escapes.
fn is_plain(text: &str) -> bool {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(is_sign)
}

/// The text of a rule file, and the rows of a baseline as `count --header` prints them. `verdict` is that of
/// [`RULES_OF_INIT`], `source` names the input.
pub fn rules_text(learned: LearnedCalls, verdict: &Verdict, source: &str) -> (String, Vec<u8>) {
    let [calls, regions, accounts, addresses] = learned.0.map(Groups::into_groups);
    let mut file = File {
        out: format!(
            "# Rules for a run, derived from {}: {}.\n{HEAD}",
            sanitize(source),
            plural(verdict.events, "event")
        ),
    };
    let services = Values::of(&calls);
    // `s3:*` does not match an event without a name, so the flag is used for the source instead.
    let unnamed = calls
        .iter()
        .any(|it| it.texts.get(1).is_some_and(String::is_empty));
    file.only("only these services", "EventSource", &services, |texts| {
        let short = |text: &str| {
            text.strip_suffix(".amazonaws.com")
                .unwrap_or(text)
                .to_owned()
        };
        if unnamed {
            vec![flag(
                "source",
                &texts.iter().map(|text| short(text)).collect(),
            )]
        } else {
            texts
                .iter()
                .map(|text| format!("{}:*", short(text)))
                .collect()
        }
    });
    file.only(
        "nothing outside these regions",
        "awsRegion",
        &Values::of(&regions),
        |texts| vec![flag("region", texts)],
    );
    file.only(
        "nothing in other accounts",
        "recipientAccountId",
        &Values::of(&accounts),
        |texts| vec![flag("account", texts)],
    );
    for result in &verdict.results {
        if result.name == WRITES {
            if result.events > 0 {
                file.rule("something was changed", &result.select, "min = 1");
            }
            continue;
        }
        let name = match result.events {
            0 => result.name.clone(),
            _ => format!("{} (no more than in the good run)", result.name),
        };
        file.rule(&name, &result.select, &format!("max = {}", result.events));
    }
    let addresses = Values::of(&addresses);
    let are_plain = addresses
        .texts
        .iter()
        .all(|it| is_plain(&it.replace(':', ".")));
    if addresses.texts.len() <= MOST_ADDRESSES && are_plain {
        file.addresses(&addresses.texts);
    }
    (file.out, baseline_text(&calls))
}

const HEAD: &str = "\
# Written by `trailsift check --init`: read it, and keep the rules that you want.
#
# A rule applies to the events that `select` selects, written as on the command line; without `select` to all events.
# There must be at most `max` and at least `min` of these events, and each must match one entry of `only`.
";

/// `--region a,b`.
fn flag(word: &str, texts: &BTreeSet<String>) -> String {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    format!("--{word} {}", texts.join(","))
}

/// A text in TOML.
fn text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

struct File {
    out: String,
}

impl File {
    fn rule(&mut self, name: &str, select: &str, bound: &str) {
        self.out
            .push_str(&format!("\n[[rule]]\nname = {}\n", text(name)));
        if !select.is_empty() {
            self.out.push_str(&format!("select = {}\n", text(select)));
        }
        self.out.push_str(bound);
        self.out.push('\n');
    }

    /// A rule that allows only these values of a field. `plain` writes them as flags, if they need no quotation marks.
    fn only(
        &mut self,
        name: &str,
        field: &str,
        values: &Values,
        plain: impl Fn(&BTreeSet<String>) -> Vec<String>,
    ) {
        if values.texts.is_empty() {
            return;
        }
        if values.texts.len() > MOST {
            let all = plural(values.texts.len() as u64, "different value");
            self.out
                .push_str(&format!("\n# {field} has {all}, too many for a rule.\n"));
            return;
        }
        let entries = if values.are_plain() {
            plain(&values.texts)
        } else {
            let quoted: Vec<String> = values.texts.iter().map(|it| select::quoted(it)).collect();
            let expression = format!("{field} in ({})", quoted.join(", "));
            // A value that cannot be quoted (a NUL) gets no rule.
            let Ok(word) = shlex::try_quote(&expression) else {
                return;
            };
            vec![format!("--where {word}")]
        };
        let select = if values.is_lacking {
            format!("--where \"{field} ~ '(?s).'\"")
        } else {
            String::new()
        };
        let entries: Vec<String> = entries.iter().map(|entry| text(entry)).collect();
        let bound = match entries.as_slice() {
            [one] => format!("only = [{one}]"),
            many => format!("only = [\n    {},\n]", many.join(",\n    ")),
        };
        self.rule(name, &select, &bound);
    }

    /// A rule about addresses, as a comment, because addresses of cloud machines change.
    fn addresses(&mut self, texts: &BTreeSet<String>) {
        if texts.is_empty() {
            return;
        }
        let only = text(&flag("ip", texts));
        self.out.push_str(&format!(
            "\n# Addresses of cloud machines change; remove the `#` signs if yours do not.\n\
             # [[rule]]\n# name = \"no other addresses\"\n# only = [{only}]\n"
        ));
    }
}

/// The rows that `count --header` prints for these calls.
fn baseline_text(calls: &[Group]) -> Vec<u8> {
    let mut out = Vec::new();
    tsv::write_header(&mut out, ["count", "EventSource", "EventName"]);
    for group in calls {
        let count = std::iter::once(group.count.to_string());
        let cells = count.chain(group.texts.iter().cloned()).map(Value::Owned);
        tsv::write_row(&mut out, &cells.collect::<Vec<_>>());
    }
    out
}
