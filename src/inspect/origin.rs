//! What a file is and who wrote it, as far as its bytes tell: white space, order of keys, spelling of times.
//!
//! What each program writes was measured with it (aws-cli 1.16, 1.45, 2.9 and 2.23, boto3 1.43, jq 1.6) or
//! comes from its source. Where two programs write the same, both are named; where nothing tells, `unknown`.
//!
//! Not for: reading events, which works the same whoever wrote them.

use super::aggregate::Summary;
use super::layout::{Indent, KeyOrder, Spelling};
use crate::dump::{Content, Lists, Unread, What};
use crate::engine::FileReport;
use crate::transcode::{self, Recipe};

/// What lies in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `Events`.
    Lookup,
    /// Entries of a lookup, in an array or on their own.
    Events,
    /// Records in an array or on their own.
    Records,
    /// Strings that hold records.
    Strings,
    /// `Records`.
    Trail,
    /// CloudWatch Logs.
    Logs,
    /// `aws logs tail`.
    LogsTail,
    /// EventBridge.
    EventBridge,
    /// Rows of CloudTrail Lake.
    Lake,
    /// CSV.
    Csv,
    /// `--output text`.
    Text,
    /// YAML.
    Yaml,
    /// A shape that is not read.
    Unread(Unread),
    /// No text at all.
    Nothing,
    /// An error text of the AWS CLI alone.
    ErrorText,
    /// None of these.
    Other,
}

impl Shape {
    /// True for JSON with lists of events, so that they can be counted.
    pub const fn has_lists(self) -> bool {
        matches!(self, Shape::Lookup | Shape::Trail | Shape::Logs)
    }

    /// Its name, and the same in words.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Shape::Lookup => ("lookup", "output of lookup-events (`Events`)"),
            Shape::Events => (
                "events",
                "events of a lookup, without the `Events` around them",
            ),
            Shape::Records => ("records", "records, without envelopes"),
            Shape::Strings => ("record-strings", "records as strings, without envelopes"),
            Shape::Trail => ("trail", "a trail file (`Records`)"),
            Shape::Logs => ("cloudwatch-logs", "CloudWatch Logs"),
            Shape::LogsTail => ("logs-tail", "`aws logs tail`"),
            Shape::EventBridge => ("eventbridge", "EventBridge events (`detail`)"),
            Shape::Lake => ("lake", "rows of CloudTrail Lake"),
            Shape::Csv => ("csv", "a table with column names (CSV)"),
            Shape::Text => ("text", "`--output text`"),
            Shape::Yaml => ("yaml", "YAML"),
            Shape::Unread(Unread::Table) => ("table", "`--output table`, which is not read"),
            Shape::Unread(Unread::Python) => ("python", "a Python literal, which is not read"),
            Shape::Unread(Unread::Debug) => ("debug", "what `--debug` prints"),
            Shape::Unread(_) => ("chosen", "values that a query chose, not whole events"),
            Shape::Nothing => ("nothing", "nothing"),
            Shape::ErrorText => ("error-text", "an error text of the AWS CLI"),
            Shape::Other => ("other", "no CloudTrail"),
        }
    }
}

/// Who wrote a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// The AWS CLI, version 1.
    Cli1,
    /// Version 1 on Python 2.
    Cli1Python2,
    /// Version 2.
    Cli2,
    /// The AWS CLI, either version.
    Cli,
    /// jq.
    Jq,
    /// boto3, by Python's `json`.
    Boto3,
    /// The SDK for JavaScript.
    JavaScript,
    /// CloudTrail, into S3.
    Trail,
    /// The console.
    Console,
    /// CloudWatch Logs.
    Logs,
    /// EventBridge.
    EventBridge,
    /// Nothing tells.
    Unknown,
}

impl Writer {
    /// Its name, and the same in words.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Writer::Cli1 => (
                "aws-cli-1",
                "AWS CLI 1 (or 2 with cli_timestamp_format = wire)",
            ),
            Writer::Cli1Python2 => ("aws-cli-1-python-2", "AWS CLI 1 on Python 2"),
            Writer::Cli2 => (
                "aws-cli-2",
                "AWS CLI 2 (or 1 with cli_timestamp_format = iso8601)",
            ),
            Writer::Cli => ("aws-cli", "AWS CLI"),
            Writer::Jq => ("jq", "jq"),
            Writer::Boto3 => ("boto3", "boto3, with Python's json"),
            Writer::JavaScript => ("javascript-sdk", "the AWS SDK for JavaScript"),
            Writer::Trail => ("s3-trail", "CloudTrail itself, into S3"),
            Writer::Console => ("console", "the console's Download CSV"),
            Writer::Logs => ("cloudwatch-logs", "CloudWatch Logs"),
            Writer::EventBridge => ("eventbridge", "EventBridge"),
            Writer::Unknown => ("unknown", "unknown"),
        }
    }
}

/// What a file is.
#[derive(Clone, Debug)]
pub struct Origin {
    /// What lies in it.
    pub shape: Shape,
    /// Who wrote it.
    pub writer: Writer,
    /// What tells that.
    pub evidence: Vec<String>,
    /// How its characters are spelled.
    pub encoding: String,
}

/// The beginning of a file, as plain UTF-8.
struct Head {
    text: Vec<u8>,
    recipe: Option<Recipe>,
    encoding: String,
}

impl Head {
    fn of(raw: &[u8], has_other_bytes: bool) -> Head {
        use transcode::{Endian, Shape};
        let recipe = transcode::recognise(raw);
        let shapes = recipe.as_ref().map_or(&[][..], Recipe::shapes);
        let mut encoding = match shapes.first() {
            Some(Shape::Utf16(Endian::Little)) => "UTF-16, little endian",
            Some(Shape::Utf16(Endian::Big)) => "UTF-16, big endian",
            _ if has_other_bytes => "not UTF-8 everywhere (a Windows code page?)",
            _ if raw.starts_with(transcode::MARK) => "UTF-8 with a byte order mark",
            _ => "UTF-8",
        }
        .to_owned();
        let plain = recipe.as_ref().and_then(Recipe::plain);
        let text = match plain {
            None => raw.to_vec(),
            Some(plain) => {
                let mut chain = plain.chain(usize::MAX);
                chain.push(raw, true);
                chain.block(usize::MAX - 1).bytes
            }
        };
        let text = text.strip_prefix(transcode::MARK).unwrap_or(&text).to_vec();
        if memchr::memmem::find(&text, b"\r\n").is_some() {
            encoding.push_str(", CRLF line ends");
        }
        if shapes.contains(&Shape::Colours) {
            encoding.push_str(", colours of a terminal");
        }
        Head {
            text,
            recipe,
            encoding,
        }
    }

    fn inner(&self) -> Option<transcode::Shape> {
        use transcode::Shape::{Colours, Utf16};
        let shapes = self.recipe.as_ref()?.shapes().iter();
        shapes
            .copied()
            .rfind(|shape| !matches!(shape, Utf16(_) | Colours))
    }

    fn has(&self, text: &str) -> bool {
        memchr::memmem::find(&self.text, text.as_bytes()).is_some()
    }
}

impl Origin {
    /// Judges a file by its first unpacked bytes and by what is known of its events.
    pub fn of(raw: &[u8], file: &FileReport, summary: &Summary) -> Origin {
        let is_other = |what: &What| matches!(what, What::NotUtf8 { .. });
        let has_other_bytes = file.findings.iter().any(|finding| is_other(&finding.what));
        let head = Head::of(raw, has_other_bytes);
        let shape = shape(&head, file, summary);
        let mut evidence = Vec::new();
        let writer = writer(shape, &head, summary, &mut evidence);
        Origin {
            shape,
            writer,
            evidence,
            encoding: head.encoding,
        }
    }
}

fn shape(head: &Head, file: &FileReport, summary: &Summary) -> Shape {
    use transcode::Shape as Made;
    let Lists {
        events,
        records,
        logs,
    } = file.byte_counts.lists;
    let [lookup, record, strings] = summary.shapes;
    match head.inner() {
        Some(Made::Csv) => return Shape::Csv,
        Some(Made::Lake) => return Shape::Lake,
        Some(Made::Yaml) => return Shape::Yaml,
        Some(Made::Text) => return Shape::Text,
        Some(Made::LogsTail) => return Shape::LogsTail,
        _ => {}
    }
    if let (Some(unread), 0) = (file.unread, file.byte_counts.events) {
        return Shape::Unread(unread);
    }
    if events > 0 {
        Shape::Lookup
    } else if records > 0 {
        Shape::Trail
    } else if logs > 0 {
        Shape::Logs
    } else if record > 0 && head.has("\"detail-type\"") {
        Shape::EventBridge
    } else if lookup > 0 {
        Shape::Events
    } else if record > 0 {
        Shape::Records
    } else if strings > 0 {
        Shape::Strings
    } else {
        match file.content {
            Content::NoEvents => Shape::Events,
            Content::Blank => Shape::Nothing,
            Content::ErrorText(_) => Shape::ErrorText,
            _ => Shape::Other,
        }
    }
}

/// The spelling that most envelopes have, if any has a time.
fn spelling(summary: &Summary) -> Option<Spelling> {
    let counted = Spelling::ALL.iter().zip(summary.spellings);
    let (spelling, count) = counted.max_by_key(|(_, count)| *count)?;
    (count > 0).then_some(*spelling)
}

fn say(evidence: &mut Vec<String>, text: &str) {
    evidence.push(text.to_owned());
}

fn writer(shape: Shape, head: &Head, summary: &Summary, evidence: &mut Vec<String>) -> Writer {
    match shape {
        Shape::Csv if head.has("Event time") && head.has("User name") => {
            say(evidence, "the console's column names");
            Writer::Console
        }
        Shape::Logs => {
            say(evidence, "the member that the records lie in");
            Writer::Logs
        }
        Shape::EventBridge => {
            say(evidence, "records in `detail`, beside `detail-type`");
            Writer::EventBridge
        }
        Shape::LogsTail | Shape::Lake if head.inner().is_some() => {
            say(evidence, "a shape that this client writes");
            Writer::Cli
        }
        Shape::Yaml if head.text.starts_with(b"- Events:") || has_flush_list(head) => {
            say(
                evidence,
                "YAML as the client writes it, which version 1 cannot",
            );
            Writer::Cli2
        }
        Shape::Text => {
            let known = from_time(summary, evidence);
            say(evidence, "`--output text`");
            known.unwrap_or(Writer::Cli)
        }
        Shape::Unread(Unread::Table | Unread::Debug) | Shape::ErrorText => {
            say(evidence, "a shape that this client writes");
            Writer::Cli
        }
        Shape::Trail => of_trail(summary, evidence),
        Shape::Lookup | Shape::Events => of_lookup(shape, head, summary, evidence),
        Shape::Records => of_records(head, summary, evidence),
        Shape::Strings => of_strings(head, evidence),
        _ => Writer::Unknown,
    }
}

/// `Events:` with its list at the beginning of the line, where other programs indent it.
fn has_flush_list(head: &Head) -> bool {
    head.has("Events:\n- ") || head.has("Events:\r\n- ") || head.has("Events: []")
}

/// Which version of the CLI spells times so.
fn from_time(summary: &Summary, evidence: &mut Vec<String>) -> Option<Writer> {
    let (writer, text) = match spelling(summary)? {
        Spelling::Integer | Spelling::Fraction => (Writer::Cli1, "EventTime as a number"),
        Spelling::Offset => (Writer::Cli2, "EventTime as text with an offset"),
        Spelling::Zulu => (Writer::Cli1, "EventTime as the endpoint wrote it, with Z"),
        Spelling::Blank | Spelling::Other => return None,
    };
    say(evidence, text);
    Some(writer)
}

fn of_trail(summary: &Summary, evidence: &mut Vec<String>) -> Writer {
    match summary.layout.map(|layout| layout.indent) {
        Some(Indent::Compact) => {
            say(evidence, "`Records` without any white space");
            Writer::Trail
        }
        Some(Indent::Spaces(2) | Indent::Tab) => {
            say(evidence, "indentation");
            Writer::Jq
        }
        _ => Writer::Unknown,
    }
}

fn of_lookup(shape: Shape, head: &Head, summary: &Summary, evidence: &mut Vec<String>) -> Writer {
    let Some(layout) = summary.layout else {
        // Nothing but the empty list.
        return match &head.text[..] {
            b"{\n    \"Events\": []\n}\n" => {
                say(evidence, "4 blanks a level");
                Writer::Cli
            }
            _ => Writer::Unknown,
        };
    };
    let spelled = spelling(summary);
    if head.has("\"$metadata\"") {
        say(evidence, "`$metadata`");
        return Writer::JavaScript;
    }
    if spelled == Some(Spelling::Blank) {
        say(
            evidence,
            "times with a blank, as Python's `str` writes them",
        );
        return Writer::Boto3;
    }
    match layout.indent {
        Indent::Spaces(4) => {}
        Indent::Spaced => {
            say(
                evidence,
                "one line with blanks, as Python's `json` writes it",
            );
            return match spelled {
                Some(Spelling::Offset) => Writer::Boto3,
                _ => Writer::Unknown,
            };
        }
        Indent::Compact | Indent::Spaces(_) | Indent::Tab => {
            if spelled == Some(Spelling::Zulu) && layout.order == KeyOrder::Sorted {
                say(evidence, "times with Z, and keys by name");
                return Writer::JavaScript;
            }
            if layout.indent == Indent::Compact
                && shape == Shape::Lookup
                && spelled == Some(Spelling::Zulu)
            {
                return Writer::Unknown;
            }
            if !matches!(
                layout.indent,
                Indent::Compact | Indent::Tab | Indent::Spaces(2)
            ) {
                return Writer::Unknown;
            }
            say(
                evidence,
                match layout.indent {
                    Indent::Compact => "no white space at all",
                    Indent::Tab => "a tab a level",
                    _ => "2 blanks a level",
                },
            );
            if let Some(below) = from_time(summary, evidence) {
                let name = if below == Writer::Cli1 { "1" } else { "2" };
                evidence.push(format!("so the AWS CLI {name} wrote it first"));
            }
            return Writer::Jq;
        }
        Indent::Other => return Writer::Unknown,
    }
    if layout.has_trailing_blank || layout.order == KeyOrder::Python2 {
        say(evidence, "blanks at line ends and the order of keys");
        return Writer::Cli1Python2;
    }
    if layout.order != KeyOrder::Model {
        return Writer::Unknown;
    }
    say(evidence, "4 blanks a level");
    say(evidence, "the order of keys");
    from_time(summary, evidence).unwrap_or(Writer::Cli)
}

fn of_records(head: &Head, summary: &Summary, evidence: &mut Vec<String>) -> Writer {
    if memchr::memmem::find(&head.text, b"}\t{").is_some() {
        say(
            evidence,
            "tabs between records, as `--output text` writes a list",
        );
        return Writer::Cli;
    }
    match summary.layout.map(|layout| layout.indent) {
        Some(Indent::Spaces(2) | Indent::Tab) => {
            say(evidence, "indentation");
            Writer::Jq
        }
        Some(Indent::Compact) => {
            say(
                evidence,
                "records as AWS wrote them, as `jq -r` and `--output text` both leave them",
            );
            Writer::Unknown
        }
        _ => Writer::Unknown,
    }
}

fn of_strings(head: &Head, evidence: &mut Vec<String>) -> Writer {
    let text = head.text.trim_ascii_start();
    if text.starts_with(b"[\n    \"") || text.starts_with(b"[\r\n    \"") {
        say(evidence, "4 blanks a level");
        Writer::Cli
    } else if text.starts_with(b"\"{") {
        say(evidence, "a string a line");
        Writer::Jq
    } else {
        Writer::Unknown
    }
}
