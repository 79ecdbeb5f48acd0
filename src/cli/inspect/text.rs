//! One block per dump, and one for all of them: paragraphs with a label.

use anstyle::{AnsiColor, Style};

use std::io::Write;

use crate::cli::Failure;
use crate::cli::output::{self, Writer};
use crate::inspect::{
    AllDumps, ByteRanges, Contents, Dump, DumpFinding, FindingSeverity, InspectDocument, NameCount,
    TopNames,
};
use crate::render::terminal::sanitize;
use crate::render::wrap::{Lines, wrap};
use crate::text::{grouped, plural};

/// How wide paragraphs are where no terminal says so; on a wider one, text is not read more easily.
const WIDTH: usize = 80;
const WIDEST: usize = 110;

/// The width of the label of a paragraph.
const FRONT: usize = 14;

/// Names of a list that are shown.
const SHOWN: usize = 4;

/// Places that are named.
const PLACES: usize = 3;

/// If there are more dumps, only dumps with an error or a warning are shown.
const SCREENS: usize = 20;

struct Screen {
    out: String,
    width: usize,
    colour: bool,
}

/// Writes the screens.
pub(super) fn write(document: &InspectDocument, writer: &mut Writer) -> Result<(), Failure> {
    let width = output::width(writer).unwrap_or(WIDTH);
    let mut screen = Screen {
        out: String::new(),
        width: width.clamp(FRONT + 20, WIDEST),
        colour: writer.has_color(),
    };
    let is_few = document.dumps.len() <= SCREENS;
    let is_severe = |finding: &DumpFinding| finding.severity >= FindingSeverity::Warning;
    let (shown, fine): (Vec<_>, Vec<_>) = document
        .dumps
        .iter()
        .partition(|dump| is_few || dump.findings.iter().any(is_severe));
    for dump in shown {
        screen.dump(dump);
    }
    if document.dumps.len() != 1 {
        screen.all(&document.all, fine.len() as u64);
    }
    // Everything from a dump has been made harmless, and colours must stay.
    writer.write_all(screen.out.as_bytes())?;
    Ok(())
}

impl Screen {
    fn dump(&mut self, dump: &Dump) {
        self.title(&dump.name);
        let form = &dump.format;
        let documents = match form.documents {
            None => String::new(),
            Some(n) => format!(", {}", plural(n, "document")),
        };
        self.row("what", &format!("{}{documents}", form.shape_text));
        let evidence = match form.evidence.as_slice() {
            [] => String::new(),
            evidence => format!(": {}", evidence.join(", ")),
        };
        // Nothing has no writer and no encoding.
        let is_empty = form.source.bytes == Some(0);
        if !is_empty {
            self.row("written by", &format!("{}{evidence}", form.writer_text));
        }
        let packed = match (form.source.compression, form.source.bytes) {
            (Some(packer @ ("gzip" | "zstd")), Some(bytes)) => format!(
                "{} {packer}, {} unpacked, {}",
                grouped(bytes),
                grouped(form.unpacked_bytes),
                form.encoding
            ),
            (_, Some(0)) => "0, it is empty".to_owned(),
            (_, Some(bytes)) => format!("{}, {}", grouped(bytes), form.encoding),
            (_, None) => format!("{} read", grouped(form.unpacked_bytes)),
        };
        self.row("bytes", &packed);
        let unknown = "unknown, as the file could not be read as it was";
        self.row("sha256", form.source.sha256.as_deref().unwrap_or(unknown));
        self.contents(&dump.contents);
        self.byte_ranges("damaged", &dump.damaged);
        self.byte_ranges("skipped", &dump.skipped);
        if dump.unreadable_records > 0 {
            self.row("unreadable", &plural(dump.unreadable_records, "record"));
        }
        self.findings(&dump.findings);
    }

    fn all(&mut self, all: &AllDumps, fine: u64) {
        self.title(&format!("all together: {}", plural(all.dumps, "dump")));
        if !all.other_files.is_empty() {
            let names = all.other_files.iter().take(PLACES).cloned();
            let names = more(names.collect(), all.other_files.len() as u64);
            self.row("no dumps", &names);
        }
        if fine > 0 {
            let text = format!(
                "{} without an error or a warning: name one alone to see its screen, or write --format json",
                plural(fine, "dump")
            );
            self.row("not shown", &text);
        }
        self.contents(&all.contents);
        let counts = [
            FindingSeverity::Error,
            FindingSeverity::Warning,
            FindingSeverity::Note,
        ]
        .map(|severity| (severity.name(), all.severities.get(severity.name())))
        .map(|(name, count)| plural(count.copied().unwrap_or_default(), name));
        self.row("findings", &counts.join(", "));
        self.findings(&all.findings);
    }

    fn contents(&mut self, contents: &Contents) {
        let events = &contents.events;
        let mut words = vec![grouped(events.found)];
        if events.distinct != events.found {
            words.push(format!("{} distinct", grouped(events.distinct)));
        }
        let duplicates = &events.duplicates;
        for (count, place) in [
            (duplicates.within_dump, "repeated inside a dump"),
            (duplicates.across_dumps, "in a dump before"),
        ] {
            if count > 0 {
                words.push(format!("{} {place}", grouped(count)));
            }
        }
        words.extend(contents.time.order.map(str::to_owned));
        self.row("events", &words.join(", "));
        if events.found == 0 {
            return;
        }
        let time = &contents.time;
        let mut span = match (&time.first, &time.last) {
            (Some(first), Some(last)) if first == last => first.clone(),
            (Some(first), Some(last)) => format!("{first} to {last}"),
            _ => "none that can be read".to_owned(),
        };
        if time.without > 0 {
            span.push_str(&format!(", {} without", plural(time.without, "event")));
        }
        self.row("time", &span);
        for (front, list) in [
            ("accounts", &contents.accounts),
            ("regions", &contents.regions),
        ] {
            self.row(front, &joined(&listed(list)));
        }
        // Each on a line of its own, as they are long and are copied.
        for (nth, line) in listed(&contents.identities).iter().enumerate() {
            self.line(if nth == 0 { "identities" } else { "" }, line);
        }
        let categories = contents.categories.iter().map(named);
        self.row("categories", &categories.collect::<Vec<_>>().join(", "));
    }

    fn byte_ranges(&mut self, front: &str, byte_ranges: &ByteRanges) {
        if byte_ranges.bytes == 0 {
            return;
        }
        let places = byte_ranges.offsets.iter().take(PLACES);
        let places: Vec<_> = places.map(|at| format!("byte {at}")).collect();
        let count = byte_ranges.offsets.len() as u64 + byte_ranges.more;
        let at = match count {
            0 => String::new(),
            count => format!(", at {}", more(places, count)),
        };
        self.row(front, &format!("{}{at}", plural(byte_ranges.bytes, "byte")));
    }

    fn findings(&mut self, findings: &[DumpFinding]) {
        if findings.is_empty() {
            self.row("findings", "none");
        }
        for finding in findings {
            let place = finding.offset.map(|at| format!(", byte {at}"));
            let text = format!(
                "{}{}: {} \u{2192} {}",
                finding.id,
                place.unwrap_or_default(),
                finding.reason,
                finding.advice
            );
            let name = finding.severity.name();
            let style = match finding.severity {
                FindingSeverity::Error => Style::new().bold().fg_color(Some(AnsiColor::Red.into())),
                FindingSeverity::Warning => Style::new().fg_color(Some(AnsiColor::Yellow.into())),
                FindingSeverity::Note => Style::new().bold(),
            };
            self.paragraph(name, style, &text);
        }
    }

    fn title(&mut self, text: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.styled(Style::new().bold(), &sanitize(text));
        self.out.push('\n');
    }

    fn row(&mut self, front: &str, text: &str) {
        self.paragraph(front, Style::new(), text);
    }

    /// As [`Screen::row`], on one line of any length, so that it can be copied.
    fn line(&mut self, front: &str, text: &str) {
        let text = sanitize(text);
        self.out
            .push_str(&format!("  {front:<width$}{text}\n", width = FRONT - 2));
    }

    fn styled(&mut self, style: Style, text: &str) {
        if self.colour {
            self.out.push_str(&format!("{style}{text}{style:#}"));
        } else {
            self.out.push_str(text);
        }
    }

    /// A label and text next to it, broken at blanks; text without blanks is never broken.
    fn paragraph(&mut self, front: &str, style: Style, text: &str) {
        self.out.push_str("  ");
        self.styled(style, front);
        let lines = Lines {
            column: 2 + front.len(),
            is_touching: true,
            indent: FRONT,
            width: self.width,
        };
        wrap(&mut self.out, lines, text);
    }
}

fn named(named: &NameCount) -> String {
    format!("{} ({})", named.name, grouped(named.events))
}

/// Some of so many.
fn more(shown: Vec<String>, count: u64) -> String {
    let left = count.saturating_sub(shown.len() as u64);
    match left {
        0 => shown.join(", "),
        left => format!("{} and {} more", shown.join(", "), grouped(left)),
    }
}

/// The first names of a list, and how many more there are.
fn listed(list: &TopNames) -> Vec<String> {
    let mut words: Vec<String> = list.top.iter().take(SHOWN).map(named).collect();
    let about = if list.estimated { "about " } else { "" };
    match list.count.saturating_sub(words.len() as u64) {
        0 if words.is_empty() => words.push("none".to_owned()),
        0 => {}
        left => words.push(format!("and {about}{} more", grouped(left))),
    }
    if list.without > 0 && list.count > 0 {
        words.push(format!("and {} with none", plural(list.without, "event")));
    }
    words
}

fn joined(words: &[String]) -> String {
    words.join(", ").replace(", and ", " and ")
}
