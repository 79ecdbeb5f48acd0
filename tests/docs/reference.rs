//! Generates `docs/REFERENCE.md` from the help of the program.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::pages::Shell;

pub const PAGE: &str = "docs/REFERENCE.md";

pub const COMMANDS: [&str; 13] = [
    "count",
    "list",
    "show",
    "fields",
    "report",
    "inspect",
    "diff",
    "check",
    "convert",
    "redact",
    "schema",
    "completions",
    "man",
];

/// An option with its text, under a heading of the help.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    heading: String,
    text: String,
}

/// The help of a command: the text up to the options, and the options.
fn parse(help: &str) -> (String, Vec<Entry>) {
    let mut intro = String::new();
    let mut entries: Vec<Entry> = Vec::new();
    let mut heading: Option<String> = None;
    for line in help.lines() {
        let is_heading = line.ends_with(':') && line.starts_with(|c: char| c.is_uppercase());
        let is_entry = heading.is_some()
            && line.trim_start().starts_with(['-', '[', '<'])
            && line.len() - line.trim_start().len() <= 6;
        if is_heading {
            heading = Some(line.trim_end_matches(':').to_owned());
        } else if let Some(heading) = heading.as_ref().filter(|_| is_entry) {
            entries.push(Entry {
                heading: heading.clone(),
                text: line.to_owned(),
            });
        } else {
            let text = entries
                .last_mut()
                .map_or(&mut intro, |entry| &mut entry.text);
            text.push('\n');
            text.push_str(line.trim_end());
        }
    }
    for entry in &mut entries {
        entry.text.truncate(entry.text.trim_end().len());
    }
    (intro.trim().to_owned(), entries)
}

/// Options with one text in most commands are listed once, after the commands.
pub fn generate(shell: &Shell) -> String {
    let helps =
        COMMANDS.map(|command| parse(&shell.prints(&format!("trailsift {command} --help"))));
    let mut commands_of: BTreeMap<&Entry, Vec<&str>> = BTreeMap::new();
    let mut shared: Vec<&Entry> = Vec::new();
    for (command, (_, entries)) in COMMANDS.iter().zip(&helps) {
        for entry in entries {
            let commands = commands_of.entry(entry).or_default();
            commands.push(command);
            if commands.len() == 3 {
                shared.push(entry);
            }
        }
    }
    // Options of the same commands next to each other, the most widely shared first.
    shared.sort_by_key(|entry| std::cmp::Reverse(commands_of[*entry].len()));
    let mut page = String::from(
        "# Reference\n\nAll commands and options. This page is generated from the help of the program; \
         [GUIDE.md](GUIDE.md)\nexplains how to use them.\n\n",
    );
    let links = COMMANDS.map(|command| format!("[{command}](#{command})"));
    let _ = writeln!(
        page,
        "{} · [Shared options](#shared-options)",
        links.join(" · ")
    );
    for (command, (intro, entries)) in COMMANDS.iter().zip(&helps) {
        let _ = write!(page, "\n## {command}\n\n```text\n{intro}\n");
        for entry in entries.iter().filter(|entry| !shared.contains(entry)) {
            let _ = write!(page, "\n{}\n", entry.text);
        }
        page.push_str("```\n");
    }
    page.push_str("\n## Shared options\n");
    let mut headings: Vec<&str> = Vec::new();
    for entry in &shared {
        if !headings.contains(&entry.heading.as_str()) {
            headings.push(&entry.heading);
        }
    }
    for heading in headings {
        let _ = write!(page, "\n### {heading}\n");
        let mut last: Option<&[&str]> = None;
        for entry in shared.iter().filter(|entry| entry.heading == heading) {
            let commands = commands_of[*entry].as_slice();
            if last != Some(commands) {
                let end = if last.is_some() { "```\n" } else { "" };
                let _ = write!(page, "{end}\nFor {}:\n\n```text\n", commands.join(", "));
            } else {
                page.push('\n');
            }
            let _ = writeln!(page, "{}", entry.text);
            last = Some(commands);
        }
        page.push_str("```\n");
    }
    page
}
