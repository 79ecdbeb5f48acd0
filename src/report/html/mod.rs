//! Writes the page as one HTML file that loads nothing from anywhere.
//!
//! Its content security policy allows only its own style and script, by their hashes. It has no external links, and all
//! of its content is visible without scripts. The templates escape text from events, and control characters and changes
//! of text direction are made visible.

mod chart;

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::model::{Figure, ReportEvent};
use super::page::{Branch, ColumnKind, Fact, PageBlock, PageRow, PageTable, ReportPage, Section};
use crate::render::terminal::sanitize;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Writes a page.
///
/// # Errors
/// Those of the writer.
pub fn write(page: &ReportPage<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(document(page).into_string().as_bytes())
}

fn safe(text: &str) -> Cow<'_, str> {
    sanitize(text)
}

fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// The events of the page, and the number of figures that were written so far.
struct Details<'p> {
    events: &'p [ReportEvent],
    count: Cell<usize>,
}

impl Details<'_> {
    /// Reserves numbers for some figures and returns the first.
    fn numbers(&self, figures: usize) -> usize {
        self.count.replace(self.count.get() + figures)
    }
}

fn document(page: &ReportPage<'_>) -> Markup {
    let details = Details {
        events: page.events,
        count: Cell::new(0),
    };
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (safe(&page.title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to the report" }
                header {
                    h1 { (safe(&page.title)) }
                    nav aria-label="Sections" {
                        ul {
                            @for section in &page.sections {
                                li { a href={ "#" (section.id) } { (section.title) } }
                            }
                            li { a href="#events" { "Events" } }
                        }
                    }
                }
                main #main {
                    @for section in &page.sections { (self::section(section, &details)) }
                    (events(page.events))
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

fn section(section: &Section<'_>, all: &Details<'_>) -> Markup {
    let heading = format!("{}-heading", section.id);
    html! {
        section id=(section.id) aria-labelledby=(heading) {
            h2 id=(heading) { (section.title) }
            @for block in &section.blocks { (self::block(block, all)) }
        }
    }
}

fn block(block: &PageBlock<'_>, all: &Details<'_>) -> Markup {
    match block {
        PageBlock::Heading(text) => html! { h3 { (safe(text)) } },
        PageBlock::Prose(text) => html! { p { (safe(text)) } },
        PageBlock::Facts(facts) => html! {
            dl { @for fact in facts { (self::fact(fact, all)) } }
        },
        PageBlock::Table(table) => self::table(table, all),
        PageBlock::Tree(branches) => tree(branches),
        PageBlock::Heat(heat) => chart::heat(heat),
        PageBlock::Bars(bars) => chart::bars(bars),
    }
}

fn fact(fact: &Fact<'_>, all: &Details<'_>) -> Markup {
    let first = all.numbers(fact.figures.len());
    html! {
        dt { (fact.name) }
        dd { (safe(&fact.text)) (details(&fact.figures, first, all.events)) }
    }
}

/// Branches as nested lists, by their depth.
fn tree(branches: &[Branch]) -> Markup {
    fn level(branches: &[Branch]) -> Markup {
        let depth = branches.first().map_or(0, |branch| branch.depth);
        let mut groups: Vec<&[Branch]> = Vec::new();
        let mut start = 0;
        for at in 1..=branches.len() {
            if branches.get(at).is_none_or(|branch| branch.depth <= depth) {
                groups.push(&branches[start..at]);
                start = at;
            }
        }
        html! {
            ul.tree {
                @for group in groups {
                    li {
                        (safe(&group[0].text))
                        @if group.len() > 1 { (level(&group[1..])) }
                    }
                }
            }
        }
    }
    /// Deeper branches stay at this level, because browsers do not lay out a thousand nested lists.
    const DEEPEST: usize = 12;
    let least = branches
        .iter()
        .map(|branch| branch.depth)
        .min()
        .unwrap_or(0);
    let flat: Vec<Branch> = branches
        .iter()
        .map(|branch| Branch {
            depth: (branch.depth - least).min(DEEPEST),
            text: branch.text.clone(),
        })
        .collect();
    level(&flat)
}

/// How a column is sorted.
fn order(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Number => "number",
        ColumnKind::Id | ColumnKind::Text | ColumnKind::Below => "text",
    }
}

fn class(title: &str, kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Below if title == "event id" => "id",
        ColumnKind::Below if title == "when" => "when",
        ColumnKind::Number => "n",
        ColumnKind::Id => "t",
        ColumnKind::Text => "wide",
        ColumnKind::Below => "",
    }
}

fn table(table: &PageTable<'_>, all: &Details<'_>) -> Markup {
    let has_figures = table.rows.iter().any(|row| !row.figures.is_empty());
    let shown = table.rows.len() as u64;
    if table.rows.is_empty() {
        return html! {
            h3 { (safe(&table.caption)) }
            @if !table.none.is_empty() { p.quiet { (table.none) } }
        };
    }
    html! {
        div.scroll role="region" tabindex="0" aria-label=(safe(&table.caption)) {
            table {
                caption { (safe(&table.caption)) }
                thead {
                    tr {
                        @for (title, kind) in &table.columns {
                            th.n[*kind == ColumnKind::Number] scope="col" data-sort=(order(*kind)) { (title) }
                        }
                        @if has_figures { th scope="col" { "commands" } }
                    }
                }
                tbody {
                    @for row in &table.rows { (self::row(table, row, has_figures, all)) }
                }
            }
        }
        @if table.count > shown {
            p.quiet {
                (crate::text::grouped(shown)) " of " (crate::text::grouped(table.count)) " are shown."
            }
        }
        @if let Some(command) = table.all.and_then(|figure| figure.command.as_deref()) {
            details {
                summary { "Command for all of them" }
                code { (safe(command)) }
            }
        }
    }
}

fn row(table: &PageTable<'_>, row: &PageRow<'_>, has_figures: bool, all: &Details<'_>) -> Markup {
    let first = all.numbers(row.figures.len());
    // The target of a cell: an event on this page, or the details of its figure.
    let target = |title: &str, kind: ColumnKind| match (row.event, kind) {
        (Some(place), _) if title == "event id" => Some(format!("e{place}")),
        (_, ColumnKind::Number) if is_shown(&row.figures) => {
            let name = if title == "events" { "all" } else { title };
            let of_it = |(other, _): &(&str, &Figure)| *other == name;
            let nth = row.figures.iter().position(of_it)?;
            Some(format!("{DETAIL}{}", first + nth))
        }
        _ => None,
    };
    html! {
        tr {
            @for ((title, kind), cell) in table.columns.iter().zip(&row.cells) {
                td class=(class(title, *kind)) data-title=(title) {
                    @match target(title, *kind) {
                        Some(target) => a href={ "#" (target) } { (safe(cell)) },
                        None => (safe(cell)),
                    }
                }
            }
            @if has_figures { td data-title="commands" { (details(&row.figures, first, all.events)) } }
        }
    }
}

/// Prefix of the ids of figures; a number follows.
const DETAIL: &str = "detail-";

/// Whether figures have details.
fn is_shown(figures: &[(&str, &Figure)]) -> bool {
    figures.iter().any(|(_, figure)| figure.command.is_some())
}

/// The events of figures, and the commands that list them. `first` is the number of the first.
fn details(figures: &[(&'static str, &Figure)], first: usize, events: &[ReportEvent]) -> Markup {
    html! {
        @if is_shown(figures) {
            details {
                summary { "events" }
                @for (nth, (name, figure)) in figures.iter().enumerate() {
                    div id={ (DETAIL) (first + nth) } tabindex="-1" {
                        @if !figure.examples.is_empty() {
                            ul {
                                @for place in &figure.examples {
                                    @if let Some(event) = events.get(*place) {
                                        li { a href={ "#e" (place) } {
                                            (event.time.as_deref().unwrap_or("no time")) " " (safe(&event.name))
                                        } }
                                    }
                                }
                            }
                        }
                        @let left = figure.events.saturating_sub(figure.examples.len() as u64);
                        div.quiet {
                            (crate::text::grouped(figure.events)) " " (name)
                            @if left > 0 && !figure.examples.is_empty() {
                                ", " (crate::text::grouped(left)) " of them are not on this page"
                            }
                        }
                        @if let Some(command) = &figure.command { code { (safe(command)) } }
                    }
                }
            }
        }
    }
}

/// All events that the page refers to.
fn events(events: &[ReportEvent]) -> Markup {
    html! {
        section #events aria-labelledby="events-heading" {
            h2 #events-heading { "Events" }
            p.quiet {
                (crate::text::grouped(events.len() as u64))
                " events that the sections above refer to, in order of time."
            }
            @if !events.is_empty() {
                div.scroll role="region" tabindex="0" aria-label="Events" {
                    table {
                        caption { "Events" }
                        thead {
                            tr {
                                @for title in ["time", "call", "outcome", "identity and source", "event id"] {
                                    th scope="col" data-sort="text" { (title) }
                                }
                            }
                        }
                        tbody { @for (place, event) in events.iter().enumerate() { (self::event(place, event)) } }
                    }
                }
            }
        }
    }
}

fn event(place: usize, event: &ReportEvent) -> Markup {
    let by = [&event.principal, &event.key, &event.address, &event.region];
    let by: Vec<&str> = by
        .into_iter()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .collect();
    let is_bad = event.outcome == "denied" || event.outcome == "failed";
    html! {
        tr id={ "e" (place) } {
            td.t data-title="time" { (event.time.as_deref().unwrap_or("")) }
            td.wide data-title="call" {
                (safe(&super::page::call(&event.source, &event.name)))
                @if let Some(line) = &event.summary { " " (safe(line)) }
            }
            td.bad[is_bad] data-title="outcome" { (event.outcome) " " (safe(&event.error)) }
            td data-title="identity and source" { (safe(&by.join(" "))) }
            td.id data-title="event id" {
                (safe(&event.id))
                @if let Some(command) = &event.command {
                    details { summary { "command" } code { (safe(command)) } }
                }
            }
        }
    }
}
