//! Charts as SVG, each with a description in words and a table of its data.

use maud::{Markup, html};

use crate::report::page::{Heatmap, TimeBars, WEEKDAYS};

/// Sizes in units of the SVG.
const LEFT: usize = 34;
const TOP: usize = 16;
const CELL: usize = 26;
const WIDTH: usize = 720;
const HEIGHT: usize = 120;

/// The chart of hours and weekdays.
pub(super) fn heat(heat: &Heatmap<'_>) -> Markup {
    let (width, height) = (LEFT + 24 * CELL, TOP + 7 * CELL);
    let busiest = heat
        .cells
        .iter()
        .zip(WEEKDAYS)
        .flat_map(|(cells, day)| {
            let hours = cells.iter().enumerate();
            hours.filter_map(move |(hour, cell)| Some((day, hour, (*cell)?.events)))
        })
        .max_by_key(|(_, _, events)| *events);
    let text = busiest.map_or_else(String::new, |(day, hour, events)| {
        format!(
            "Most on {day} at {hour:02}: {}.",
            crate::text::plural(events, "event")
        )
    });
    html! {
        figure {
            figcaption { "Hours and weekdays" }
            div.chart role="region" tabindex="0" aria-label="Chart of hours and weekdays" {
                svg viewBox={ "0 0 " (width) " " (height) } role="img" aria-label={ "Events by hour and weekday. " (text) } {
                    @for hour in 0..24usize {
                        text x=(LEFT + hour * CELL + 5) y="11" { (format!("{hour:02}")) }
                    }
                    @for (row, (day, cells)) in WEEKDAYS.iter().zip(&heat.cells).enumerate() {
                        text x="0" y=(TOP + row * CELL + 17) { (day) }
                        @for (hour, cell) in cells.iter().enumerate() {
                            @let (x, y) = (LEFT + hour * CELL, TOP + row * CELL);
                            @match cell {
                                Some(figure) => {
                                    rect.bar x=(x) y=(y) width=(CELL - 2) height=(CELL - 2) rx="3"
                                        fill-opacity=(opacity(figure.events, heat.most)) {
                                        title { (day) " " (format!("{hour:02}")) ": " (figure.events) }
                                    }
                                }
                                None => rect.none x=(x) y=(y) width=(CELL - 2) height=(CELL - 2) rx="3" {},
                            }
                        }
                    }
                }
            }
            p.quiet { (text) }
            details {
                summary { "Hours and weekdays as a table" }
                div.scroll role="region" tabindex="0" aria-label="Hours and weekdays" {
                    table {
                        thead { tr {
                            th scope="col" data-sort="text" { "weekday" }
                            th scope="col" data-sort="text" { "hour" }
                            th.n scope="col" data-sort="number" { "events" }
                            th scope="col" { "command" }
                        } }
                        tbody {
                            @for (day, cells) in WEEKDAYS.iter().zip(&heat.cells) {
                                @for (hour, cell) in cells.iter().enumerate() {
                                    @if let Some(figure) = cell {
                                        tr {
                                            td.t data-title="weekday" { (day) }
                                            td.t data-title="hour" { (format!("{hour:02}")) }
                                            td.n data-title="events" { (figure.events) }
                                            td data-title="command" { (command(figure)) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn command(figure: &crate::report::model::Figure) -> Markup {
    html! {
        @if let Some(command) = &figure.command {
            details {
                summary { "events" }
                @for place in &figure.examples { a href={ "#e" (place) } { "event " (place + 1) } " " }
                code { (super::safe(command)) }
            }
        }
    }
}

/// Opacity from 0.2 (one event) to 1 (the maximum).
fn opacity(events: u64, most: u64) -> String {
    let share = events as f64 / most.max(1) as f64;
    format!("{:.2}", 0.2 + 0.8 * share)
}

/// Events over time.
pub(super) fn bars(bars: &TimeBars<'_>) -> Markup {
    let steps = bars.steps.max(1) as f64;
    let wide = WIDTH as f64 / steps;
    let busiest = bars.bars.iter().max_by_key(|(.., figure)| figure.events);
    let ends = (bars.bars.first(), bars.bars.last());
    let text = match (ends, busiest) {
        ((Some(first), Some(last)), Some(busiest)) => format!(
            "From {} to {}, most at {}: {}.",
            first.1,
            last.1,
            busiest.1,
            crate::text::plural(busiest.2.events, "event")
        ),
        _ => String::new(),
    };
    html! {
        figure {
            figcaption { "Events over time, by " (bars.step) }
            div.chart role="region" tabindex="0" aria-label="Chart of events over time" {
                svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT + 18) } role="img" aria-label={ "Events over time. " (text) } {
                    @for (place, at, figure) in &bars.bars {
                        @let high = (figure.events as f64 / bars.most.max(1) as f64 * HEIGHT as f64).max(1.5);
                        rect.bar x=(format!("{:.2}", *place as f64 * wide)) y=(format!("{:.2}", HEIGHT as f64 - high))
                            width=(format!("{:.2}", (wide * 0.88).clamp(0.6, 40.0))) height=(format!("{high:.2}")) {
                            title { (at) ": " (figure.events) }
                        }
                    }
                    line.axis x1="0" y1=(HEIGHT) x2=(WIDTH) y2=(HEIGHT) {}
                    @if let (Some(first), Some(last)) = ends {
                        text x="0" y=(HEIGHT + 14) { (first.1) }
                        text x=(WIDTH) y=(HEIGHT + 14) text-anchor="end" { (last.1) }
                    }
                }
            }
            p.quiet { (text) }
            details {
                summary { "The same as a table" }
                div.scroll role="region" tabindex="0" aria-label="Events over time" {
                    table {
                        thead { tr {
                            th scope="col" data-sort="text" { (bars.step) }
                            th.n scope="col" data-sort="number" { "events" }
                            th scope="col" { "command" }
                        } }
                        tbody {
                            @for (_, at, figure) in &bars.bars {
                                tr {
                                    td.t data-title=(bars.step) { (at) }
                                    td.n data-title="events" { (figure.events) }
                                    td data-title="command" { (command(figure)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
