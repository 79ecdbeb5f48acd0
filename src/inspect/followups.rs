//! The lookups that would fill the gaps of a dump, as lines for a shell on the connected side.
//!
//! `lookup-events` takes times as ISO 8601 and both ends as included; it reaches back 90 days. Names from
//! dumps are quoted for the shell.
//!
//! Not for: finding gaps (`coverage`, `judge`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::coverage::REACH;
use super::group::{Category, EventGroup, Order};
use super::streams::RegionStream;
use crate::dump::PageEnd;
use crate::text::hazard;
use crate::time::{Moment, Zone};

/// Lanes of one dump for which lines are written.
const STREAMS: usize = 20;

/// Time that may be missing.
#[derive(Clone, Debug)]
pub(super) struct Gap {
    /// The finding that reports it.
    pub id: &'static str,
    /// The dump, where it is that of one.
    pub dump: Option<String>,
    pub account: Option<String>,
    pub region: Option<String>,
    /// `None` is as far back as a lookup reaches.
    pub from: Option<Moment>,
    /// `None` is now.
    pub to: Option<Moment>,
    /// Goes on where a lookup stopped.
    pub token: Option<String>,
    pub is_insight: bool,
    /// No event shows the region and time of the lookup.
    pub is_blind: bool,
}

impl Gap {
    pub(super) fn new(id: &'static str) -> Gap {
        Gap {
            id,
            dump: None,
            account: None,
            region: None,
            from: None,
            to: None,
            token: None,
            is_insight: false,
            is_blind: false,
        }
    }

    pub(super) fn of(id: &'static str, stream: &RegionStream) -> Gap {
        Gap {
            account: stream.account.clone(),
            region: stream.region.clone(),
            ..Gap::new(id)
        }
    }
}

/// How far a dump reaches, as far as a lookup that goes on from it must know.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    streams: Vec<(Option<String>, Option<String>)>,
    range: Option<(Moment, Moment)>,
    first_in_file: Option<Moment>,
    last_in_file: Option<Moment>,
    order: Option<Order>,
    is_lookup: bool,
    is_insight: bool,
}

impl Reach {
    pub(super) fn of(group: &EventGroup) -> Reach {
        let streams = group.streams.iter().take(STREAMS);
        Reach {
            streams: streams
                .map(|stream| (stream.account.clone(), stream.region.clone()))
                .collect(),
            range: group.range,
            first_in_file: group.first_in_file,
            last_in_file: group.last_in_file,
            order: group.order(),
            is_lookup: group.is_lookup(),
            is_insight: group.distinct > 0 && group.of(Category::Insight) == group.distinct,
        }
    }

    fn is_oldest_first(&self) -> bool {
        self.order == Some(Order::OldestFirst)
    }

    /// Pages that would have followed: a lookup gives the newest events first, whoever sorted them since, so older
    /// ones are missing.
    pub(super) fn pages(&self, id: &'static str, dump: &str, token: Option<&str>) -> Vec<Gap> {
        let to = if self.is_oldest_first() {
            self.first_in_file
        } else {
            self.last_in_file
        };
        let token_of = |gap| Gap {
            to,
            token: token.map(str::to_owned),
            ..gap
        };
        if self.streams.is_empty() {
            let gap = Gap {
                dump: Some(dump.to_owned()),
                is_blind: true,
                ..Gap::new(id)
            };
            return vec![token_of(gap)];
        }
        let mut gaps = self.gaps(id, dump, token_of);
        // A token is good for the lookup that it is from, which nobody knows the region of.
        if gaps.len() > 1 && token.is_some_and(is_of_the_cli) {
            gaps.truncate(1);
            gaps[0].region = None;
        }
        gaps
    }

    /// Pages that would have followed one in the midst of a file, which ended with this event.
    pub(super) fn left(
        &self,
        id: &'static str,
        dump: &str,
        token: &str,
        end: &PageEnd,
    ) -> Vec<Gap> {
        let gap = Gap {
            dump: Some(dump.to_owned()),
            account: end.account.clone(),
            region: end.region.clone(),
            to: end.time,
            token: Some(token.to_owned()),
            is_insight: self.is_insight,
            ..Gap::new(id)
        };
        Some(gap).filter(|_| self.is_lookup).into_iter().collect()
    }

    /// The lost part after the end of the file.
    pub(super) fn tail(&self, id: &'static str, dump: &str) -> Vec<Gap> {
        let at = self.last_in_file;
        self.beyond(id, dump, at, self.is_oldest_first())
    }

    /// The lost part before the beginning of the file.
    pub(super) fn head(&self, id: &'static str, dump: &str) -> Vec<Gap> {
        let at = self.first_in_file;
        self.beyond(id, dump, at, !self.is_oldest_first())
    }

    fn beyond(&self, id: &'static str, dump: &str, at: Option<Moment>, is_newer: bool) -> Vec<Gap> {
        let (from, to) = if is_newer { (at, None) } else { (None, at) };
        self.gaps(id, dump, |gap| Gap { from, to, ..gap })
    }

    /// All that the dump covers, once more. If there are several lookups in a file, any of them may have
    /// lost its end.
    pub(super) fn again(&self, id: &'static str, dump: &str) -> Vec<Gap> {
        let Some((first, last)) = self.range else {
            return Vec::new();
        };
        let from = Some(first).filter(|_| self.order != Some(Order::Mixed));
        self.gaps(id, dump, |gap| Gap {
            from,
            to: Some(last),
            ..gap
        })
    }

    fn gaps(&self, id: &'static str, dump: &str, make: impl Fn(Gap) -> Gap) -> Vec<Gap> {
        if !self.is_lookup {
            return Vec::new();
        }
        let gaps = self.streams.iter().map(|(account, region)| {
            make(Gap {
                dump: Some(dump.to_owned()),
                account: account.clone(),
                region: region.clone(),
                is_insight: self.is_insight,
                ..Gap::new(id)
            })
        });
        gaps.collect()
    }
}

/// A lookup that fetches missing events, or the reason why no lookup can.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct LookupCommand {
    /// The kind of the finding that this lookup belongs to.
    pub finding: &'static str,
    /// The dump. Absent if the finding is about all dumps together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dump: Option<String>,
    /// The account in which to run the lookup. Null if it is not known.
    pub account: Option<String>,
    /// The region. Null if it is not known.
    pub region: Option<String>,
    /// Start time in UTC, inclusive.
    pub start: Option<String>,
    /// End time in UTC, inclusive.
    pub end: Option<String>,
    /// What to consider before running it.
    pub note: Option<String>,
    /// The command line. Null if no lookup can fetch these events; `note` says why.
    pub command: Option<String>,
}

/// Whether the AWS CLI made this token itself, from which alone `--starting-token` goes on: base64 of a JSON
/// object with what its paginator needs (botocore, `TokenEncoder` in `paginate.py`).
fn is_of_the_cli(token: &str) -> bool {
    let Ok(json) = STANDARD.decode(token) else {
        return false;
    };
    let value: Result<Value, _> = serde_json::from_slice(&json);
    value.is_ok_and(|value| {
        value.get("NextToken").is_some() || value.get("boto_truncate_amount").is_some()
    })
}

/// Makes the lines, which fill gaps as they are at `now`.
pub(super) struct LookupPlanner {
    pub now: Moment,
}

impl LookupPlanner {
    /// The lookups for some gaps, the same one only once.
    pub fn commands(&self, gaps: impl IntoIterator<Item = Gap>) -> Vec<LookupCommand> {
        let mut commands: Vec<LookupCommand> = Vec::new();
        for gap in gaps {
            let command = self.command(gap);
            let is_same = |known: &LookupCommand| {
                (
                    &known.account,
                    &known.region,
                    &known.start,
                    &known.end,
                    &known.command,
                ) == (
                    &command.account,
                    &command.region,
                    &command.start,
                    &command.end,
                    &command.command,
                )
            };
            // Of those without any time each is of its own dump.
            let is_timed = command.command.is_some() || command.end.is_some();
            if is_timed && commands.iter().any(is_same) {
                continue;
            }
            commands.push(command);
        }
        let mut nth = 0;
        for command in &mut commands {
            if let Some(line) = &mut command.command {
                nth += 1;
                line.push_str(&format!(" --output json > gap-{nth}.json"));
            }
        }
        commands
    }

    fn command(&self, gap: Gap) -> LookupCommand {
        let oldest = Moment {
            seconds: self.now.seconds - REACH,
            ..self.now
        };
        let mut command = LookupCommand {
            finding: gap.id,
            dump: gap.dump,
            account: gap.account,
            region: gap.region,
            start: None,
            end: None,
            note: None,
            command: None,
        };
        let mut words = vec!["aws", "cloudtrail", "lookup-events"];
        let region = command.region.clone().unwrap_or_default();
        if hazard::find(&region).is_some() || region.starts_with('-') {
            command.note = Some("`lookup-events` does not accept this region name".to_owned());
            return command;
        }
        if region.is_empty() {
            command.note = Some("in the region of the first lookup".to_owned());
        } else {
            words.extend(["--region", &region]);
        }
        if gap.is_insight {
            words.extend(["--event-category", "insight"]);
        }
        let to = gap.to.unwrap_or(self.now);
        let mut from = gap.from.unwrap_or(oldest);
        if to < oldest {
            command.start = gap.from.map(|from| utc(from, false));
            command.end = Some(utc(to, true));
            command.note = Some(format!(
                "no lookup: the events are older than 90 days, and a lookup covers the time from {} on; only a trail or \
                 CloudTrail Lake has older events",
                utc(oldest, true)
            ));
            return command;
        }
        if let Some(token) = gap.token.as_deref().filter(|token| is_of_the_cli(token)) {
            words.extend(["--starting-token", token]);
            let first = "with the same times and attribute as the first lookup";
            command.note = Some(match &command.region {
                Some(_) => first.to_owned(),
                None => format!("in the region of the first lookup, {first}"),
            });
            command.command = joined(&words);
            return command;
        }
        if gap.is_blind {
            command.note = Some(
                "no lookup: the dump contains no event, so region and times are unknown; run the first lookup again"
                    .to_owned(),
            );
            return command;
        }
        if from < oldest {
            command.note = Some(format!(
                "only from {} on: a lookup covers 90 days",
                utc(oldest, true)
            ));
            from = oldest;
        }
        let (start, end) = (utc(from, false), utc(to, true));
        words.extend(["--start-time", &start, "--end-time", &end]);
        command.command = joined(&words);
        (command.start, command.end) = (Some(start), Some(end));
        command
    }
}

/// A line for a shell; `None` where a word can't be quoted.
fn joined(words: &[&str]) -> Option<String> {
    shlex::try_join(words.iter().copied()).ok()
}

/// Whole seconds in UTC, a fraction taken to the outside.
fn utc(moment: Moment, up: bool) -> String {
    let more = i64::from(up && moment.nanos > 0);
    let whole = Moment {
        seconds: moment.seconds + more,
        nanos: 0,
    };
    crate::time::to_text(whole, &Zone::Utc)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::from_text;

    fn at(text: &str) -> Option<Moment> {
        Some(from_text(text).unwrap())
    }

    fn lines(gap: Gap) -> (Option<String>, Option<String>) {
        let fill = LookupPlanner {
            now: at("2024-07-01T00:00:00Z").unwrap(),
        };
        let command = fill.commands([gap]).remove(0);
        (command.command, command.note)
    }

    fn gap() -> Gap {
        Gap {
            region: Some("eu-west-1".to_owned()),
            from: at("2024-06-01T00:00:00.5Z"),
            to: at("2024-06-02T00:00:00.5Z"),
            ..Gap::new("silence")
        }
    }

    #[test]
    fn a_line_covers_the_gap_to_the_second() {
        let line = "aws cloudtrail lookup-events --region eu-west-1 --start-time 2024-06-01T00:00:00Z \
                    --end-time 2024-06-02T00:00:01Z --output json > gap-1.json";
        assert_eq!(lines(gap()), (Some(line.to_owned()), None));
    }

    #[test]
    fn nothing_older_than_a_lookup_reaches_is_asked_for() {
        let (line, note) = lines(Gap {
            from: at("2024-03-01T00:00:00Z"),
            ..gap()
        });
        assert!(line.unwrap().contains("--start-time 2024-04-02T00:00:00Z"));
        assert!(note.unwrap().contains("90 days"));
        let (line, note) = lines(Gap {
            from: at("2024-03-01T00:00:00Z"),
            to: at("2024-03-02T00:00:00Z"),
            ..gap()
        });
        assert_eq!(line, None);
        assert!(note.unwrap().contains("from 2024-04-02T00:00:00Z on"));
        let (line, note) = lines(Gap {
            from: None,
            ..gap()
        });
        assert!(line.unwrap().contains("--start-time 2024-04-02T00:00:00Z"));
        assert_eq!(note, None);
    }

    #[test]
    fn only_tokens_of_the_client_are_gone_on_with() {
        let with = |token: &str| {
            lines(Gap {
                token: Some(token.to_owned()),
                ..gap()
            })
            .0
            .unwrap()
        };
        let of_the_cli = "eyJOZXh0VG9rZW4iOiBudWxsLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiA1fQ==";
        assert_eq!(
            with(of_the_cli),
            format!(
                "aws cloudtrail lookup-events --region eu-west-1 --starting-token '{of_the_cli}' --output json > \
                 gap-1.json"
            )
        );
        for other in ["", "ABC==", "W10=", "eyJhIjogMX0=", "AQ; rm -rf ~"] {
            assert!(with(other).contains("--start-time"), "{other}");
        }
    }

    #[test]
    fn names_from_a_dump_are_quoted_or_left_out() {
        let with = |region: &str| {
            lines(Gap {
                region: Some(region.to_owned()),
                ..gap()
            })
            .0
        };
        assert!(
            with("$(rm -rf ~)")
                .unwrap()
                .contains("--region '$(rm -rf ~)' --start")
        );
        assert!(with("a'b").unwrap().contains("--region \"a'b\" --start"));
        assert_eq!(with("a\nrm -rf ~"), None);
        assert_eq!(with("--endpoint-url"), None);
        assert!(!with("").unwrap().contains("--region"));
    }
}
