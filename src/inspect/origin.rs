//! Finds the shape of a file and the program that wrote it, from white space, order of members and spelling of times.
//!
//! What each program writes was measured with it (aws-cli 1.16, 1.45, 2.9 and 2.23, boto3 1.43, jq 1.6) or
//! comes from its source. If two programs write the same, both are named; otherwise the result is `unknown`.

use super::aggregate::Summary;
use super::layout::{Indent, MemberOrder, Spelling};
use crate::dump::{Content, FindingKind, Lists, UnsupportedShape};
use crate::engine::FileReport;
use crate::transcode::{self, Recipe};

/// The content of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DumpShape {
    /// `Events`.
    Lookup,
    /// Entries of a lookup, in an array or on their own.
    Events,
    /// Records in an array or on their own.
    Records,
    /// Strings that contain records.
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
    UnsupportedShape(UnsupportedShape),
    /// No text at all.
    Nothing,
    /// An error text of the AWS CLI alone.
    ErrorText,
    /// None of these.
    Other,
}

impl DumpShape {
    /// True for JSON with lists of events, so that they can be counted.
    pub const fn has_lists(self) -> bool {
        matches!(self, DumpShape::Lookup | DumpShape::Trail | DumpShape::Logs)
    }

    /// Its name, and the same in words.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            DumpShape::Lookup => ("lookup", "output of lookup-events (`Events`)"),
            DumpShape::Events => (
                "events",
                "events of a lookup, without the `Events` around them",
            ),
            DumpShape::Records => ("records", "records, without envelopes"),
            DumpShape::Strings => ("record-strings", "records as strings, without envelopes"),
            DumpShape::Trail => ("trail", "a trail file (`Records`)"),
            DumpShape::Logs => ("cloudwatch-logs", "CloudWatch Logs"),
            DumpShape::LogsTail => ("logs-tail", "`aws logs tail`"),
            DumpShape::EventBridge => ("eventbridge", "EventBridge events (`detail`)"),
            DumpShape::Lake => ("lake", "rows of CloudTrail Lake"),
            DumpShape::Csv => ("csv", "a table with column names (CSV)"),
            DumpShape::Text => ("text", "`--output text`"),
            DumpShape::Yaml => ("yaml", "YAML"),
            DumpShape::UnsupportedShape(UnsupportedShape::Table) => {
                ("table", "`--output table`, which is not read")
            }
            DumpShape::UnsupportedShape(UnsupportedShape::Python) => {
                ("python", "a Python literal, which is not read")
            }
            DumpShape::UnsupportedShape(UnsupportedShape::Debug) => {
                ("debug", "what `--debug` prints")
            }
            DumpShape::UnsupportedShape(_) => {
                ("chosen", "values that a query chose, not whole events")
            }
            DumpShape::Nothing => ("nothing", "nothing"),
            DumpShape::ErrorText => ("error-text", "an error text of the AWS CLI"),
            DumpShape::Other => ("other", "no CloudTrail"),
        }
    }
}

/// The program that wrote a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DumpWriter {
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
    /// Unknown.
    Unknown,
}

impl DumpWriter {
    /// Its name, and the same in words.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            DumpWriter::Cli1 => (
                "aws-cli-1",
                "AWS CLI 1 (or 2 with cli_timestamp_format = wire)",
            ),
            DumpWriter::Cli1Python2 => ("aws-cli-1-python-2", "AWS CLI 1 on Python 2"),
            DumpWriter::Cli2 => (
                "aws-cli-2",
                "AWS CLI 2 (or 1 with cli_timestamp_format = iso8601)",
            ),
            DumpWriter::Cli => ("aws-cli", "AWS CLI"),
            DumpWriter::Jq => ("jq", "jq"),
            DumpWriter::Boto3 => ("boto3", "boto3, with Python's json"),
            DumpWriter::JavaScript => ("javascript-sdk", "the AWS SDK for JavaScript"),
            DumpWriter::Trail => ("s3-trail", "CloudTrail itself, into S3"),
            DumpWriter::Console => ("console", "the console's Download CSV"),
            DumpWriter::Logs => ("cloudwatch-logs", "CloudWatch Logs"),
            DumpWriter::EventBridge => ("eventbridge", "EventBridge"),
            DumpWriter::Unknown => ("unknown", "unknown"),
        }
    }
}

/// The format of a file.
#[derive(Clone, Debug)]
pub struct DumpOrigin {
    /// Its content.
    pub shape: DumpShape,
    /// The program that wrote it.
    pub writer: DumpWriter,
    /// The evidence for this.
    pub evidence: Vec<String>,
    /// Its character encoding.
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
        use transcode::{Endian, SourceFormat};
        let recipe = transcode::recognise(raw);
        let shapes = recipe.as_ref().map_or(&[][..], Recipe::shapes);
        let mut encoding = match shapes.first() {
            Some(SourceFormat::Utf16(Endian::Little)) => "UTF-16, little endian",
            Some(SourceFormat::Utf16(Endian::Big)) => "UTF-16, big endian",
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
        if shapes.contains(&SourceFormat::Ansi) {
            encoding.push_str(", colours of a terminal");
        }
        Head {
            text,
            recipe,
            encoding,
        }
    }

    fn inner(&self) -> Option<transcode::SourceFormat> {
        use transcode::SourceFormat::{Ansi, Utf16};
        let shapes = self.recipe.as_ref()?.shapes().iter();
        shapes
            .copied()
            .rfind(|shape| !matches!(shape, Utf16(_) | Ansi))
    }

    fn has(&self, text: &str) -> bool {
        memchr::memmem::find(&self.text, text.as_bytes()).is_some()
    }
}

impl DumpOrigin {
    /// Evaluates the first decompressed bytes of a file and the facts about its events.
    pub fn of(raw: &[u8], file: &FileReport, summary: &Summary) -> DumpOrigin {
        let is_other = |what: &FindingKind| matches!(what, FindingKind::NotUtf8 { .. });
        let has_other_bytes = file.findings.iter().any(|finding| is_other(&finding.kind));
        let head = Head::of(raw, has_other_bytes);
        let shape = shape(&head, file, summary);
        let mut evidence = Vec::new();
        let writer = writer(shape, &head, summary, &mut evidence);
        DumpOrigin {
            shape,
            writer,
            evidence,
            encoding: head.encoding,
        }
    }
}

fn shape(head: &Head, file: &FileReport, summary: &Summary) -> DumpShape {
    use transcode::SourceFormat as Made;
    let Lists {
        events,
        records,
        logs,
    } = file.byte_counts.lists;
    let [lookup, record, strings] = summary.shapes;
    match head.inner() {
        Some(Made::Csv) => return DumpShape::Csv,
        Some(Made::Lake) => return DumpShape::Lake,
        Some(Made::Yaml) => return DumpShape::Yaml,
        Some(Made::Text) => return DumpShape::Text,
        Some(Made::LogsTail) => return DumpShape::LogsTail,
        _ => {}
    }
    if let (Some(unread), 0) = (file.unsupported, file.byte_counts.events) {
        return DumpShape::UnsupportedShape(unread);
    }
    if events > 0 {
        DumpShape::Lookup
    } else if records > 0 {
        DumpShape::Trail
    } else if logs > 0 {
        DumpShape::Logs
    } else if record > 0 && head.has("\"detail-type\"") {
        DumpShape::EventBridge
    } else if lookup > 0 {
        DumpShape::Events
    } else if record > 0 {
        DumpShape::Records
    } else if strings > 0 {
        DumpShape::Strings
    } else {
        match file.content {
            Content::NoEvents => DumpShape::Events,
            Content::Blank => DumpShape::Nothing,
            Content::ErrorText(_) => DumpShape::ErrorText,
            _ => DumpShape::Other,
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

fn writer(
    shape: DumpShape,
    head: &Head,
    summary: &Summary,
    evidence: &mut Vec<String>,
) -> DumpWriter {
    match shape {
        DumpShape::Csv if head.has("Event time") && head.has("User name") => {
            say(evidence, "the console's column names");
            DumpWriter::Console
        }
        DumpShape::Logs => {
            say(evidence, "the member that the records lie in");
            DumpWriter::Logs
        }
        DumpShape::EventBridge => {
            say(evidence, "records in `detail`, next to `detail-type`");
            DumpWriter::EventBridge
        }
        DumpShape::LogsTail | DumpShape::Lake if head.inner().is_some() => {
            say(evidence, "a shape that this client writes");
            DumpWriter::Cli
        }
        DumpShape::Yaml if head.text.starts_with(b"- Events:") || has_flush_list(head) => {
            say(
                evidence,
                "YAML as the client writes it, which version 1 cannot",
            );
            DumpWriter::Cli2
        }
        DumpShape::Text => {
            let known = from_time(summary, evidence);
            say(evidence, "`--output text`");
            known.unwrap_or(DumpWriter::Cli)
        }
        DumpShape::UnsupportedShape(UnsupportedShape::Table | UnsupportedShape::Debug)
        | DumpShape::ErrorText => {
            say(evidence, "a shape that this client writes");
            DumpWriter::Cli
        }
        DumpShape::Trail => of_trail(summary, evidence),
        DumpShape::Lookup | DumpShape::Events => of_lookup(shape, head, summary, evidence),
        DumpShape::Records => of_records(head, summary, evidence),
        DumpShape::Strings => of_strings(head, evidence),
        _ => DumpWriter::Unknown,
    }
}

/// `Events:` with its list at the beginning of the line, where other programs indent it.
fn has_flush_list(head: &Head) -> bool {
    head.has("Events:\n- ") || head.has("Events:\r\n- ") || head.has("Events: []")
}

/// Which version of the CLI spells times so.
fn from_time(summary: &Summary, evidence: &mut Vec<String>) -> Option<DumpWriter> {
    let (writer, text) = match spelling(summary)? {
        Spelling::Integer | Spelling::Fraction => (DumpWriter::Cli1, "EventTime as a number"),
        Spelling::Offset => (DumpWriter::Cli2, "EventTime as text with an offset"),
        Spelling::Zulu => (
            DumpWriter::Cli1,
            "EventTime as the endpoint wrote it, with Z",
        ),
        Spelling::Blank | Spelling::Other => return None,
    };
    say(evidence, text);
    Some(writer)
}

fn of_trail(summary: &Summary, evidence: &mut Vec<String>) -> DumpWriter {
    match summary.layout.map(|layout| layout.indent) {
        Some(Indent::Compact) => {
            say(evidence, "`Records` without any white space");
            DumpWriter::Trail
        }
        Some(Indent::Spaces(2) | Indent::Tab) => {
            say(evidence, "indentation");
            DumpWriter::Jq
        }
        _ => DumpWriter::Unknown,
    }
}

fn of_lookup(
    shape: DumpShape,
    head: &Head,
    summary: &Summary,
    evidence: &mut Vec<String>,
) -> DumpWriter {
    let Some(layout) = summary.layout else {
        // Nothing but the empty list.
        return match &head.text[..] {
            b"{\n    \"Events\": []\n}\n" => {
                say(evidence, "4 blanks a level");
                DumpWriter::Cli
            }
            _ => DumpWriter::Unknown,
        };
    };
    let spelled = spelling(summary);
    if head.has("\"$metadata\"") {
        say(evidence, "`$metadata`");
        return DumpWriter::JavaScript;
    }
    if spelled == Some(Spelling::Blank) {
        say(
            evidence,
            "times with a blank, as Python's `str` writes them",
        );
        return DumpWriter::Boto3;
    }
    match layout.indent {
        Indent::Spaces(4) => {}
        Indent::Spaced => {
            say(
                evidence,
                "one line with blanks, as Python's `json` writes it",
            );
            return match spelled {
                Some(Spelling::Offset) => DumpWriter::Boto3,
                _ => DumpWriter::Unknown,
            };
        }
        Indent::Compact | Indent::Spaces(_) | Indent::Tab => {
            if spelled == Some(Spelling::Zulu) && layout.order == MemberOrder::Sorted {
                say(evidence, "times with Z, and keys by name");
                return DumpWriter::JavaScript;
            }
            if layout.indent == Indent::Compact
                && shape == DumpShape::Lookup
                && spelled == Some(Spelling::Zulu)
            {
                return DumpWriter::Unknown;
            }
            if !matches!(
                layout.indent,
                Indent::Compact | Indent::Tab | Indent::Spaces(2)
            ) {
                return DumpWriter::Unknown;
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
                let name = if below == DumpWriter::Cli1 { "1" } else { "2" };
                evidence.push(format!("so the AWS CLI {name} wrote it first"));
            }
            return DumpWriter::Jq;
        }
        Indent::Other => return DumpWriter::Unknown,
    }
    if layout.has_trailing_blank || layout.order == MemberOrder::Python2 {
        say(evidence, "blanks at line ends and the order of keys");
        return DumpWriter::Cli1Python2;
    }
    if layout.order != MemberOrder::Model {
        return DumpWriter::Unknown;
    }
    say(evidence, "4 blanks a level");
    say(evidence, "the order of keys");
    from_time(summary, evidence).unwrap_or(DumpWriter::Cli)
}

fn of_records(head: &Head, summary: &Summary, evidence: &mut Vec<String>) -> DumpWriter {
    if memchr::memmem::find(&head.text, b"}\t{").is_some() {
        say(
            evidence,
            "tabs between records, as `--output text` writes a list",
        );
        return DumpWriter::Cli;
    }
    match summary.layout.map(|layout| layout.indent) {
        Some(Indent::Spaces(2) | Indent::Tab) => {
            say(evidence, "indentation");
            DumpWriter::Jq
        }
        Some(Indent::Compact) => {
            say(
                evidence,
                "records as AWS wrote them, as `jq -r` and `--output text` both leave them",
            );
            DumpWriter::Unknown
        }
        _ => DumpWriter::Unknown,
    }
}

fn of_strings(head: &Head, evidence: &mut Vec<String>) -> DumpWriter {
    let text = head.text.trim_ascii_start();
    if text.starts_with(b"[\n    \"") || text.starts_with(b"[\r\n    \"") {
        say(evidence, "4 blanks a level");
        DumpWriter::Cli
    } else if text.starts_with(b"\"{") {
        say(evidence, "a string a line");
        DumpWriter::Jq
    } else {
        DumpWriter::Unknown
    }
}
