//! Warnings about paths that no event has, with the most similar path that occurs.
//!
//! A second, short pass over the files finds the paths that occur. It runs only if a path is missing.

use std::cell::OnceCell;

use super::diagnostics;
use super::progress::Progress;
use super::setup::Plan;
use crate::engine::{self, Item, ItemSource, Settings};
use crate::event::{Field, Path, Scope, Step};
use crate::input::InputKind;
use crate::select::Selection;
use crate::tally::{Occurring, Paths, Survey};
use crate::text::grouped;

/// The number of events in which similar paths are searched. It bounds the time that a misspelt path costs.
const MOST_EVENTS: u64 = 10_000;

/// Warns of each field that is a path and was found in no selected event: it is probably misspelt.
pub(super) fn warn_of_empty(plan: &Plan, fields: &[Field], found: &[bool]) {
    let paths = OccurringPaths::new(plan);
    for (field, found) in fields.iter().zip(found) {
        if field.is_path() && !found {
            diagnostics::warning(&format!(
                "`{}` was found in no selected event{}",
                field.name(),
                paths.hint(field)
            ));
        }
    }
}

/// The paths of the first events of the input, found at the first question.
pub(super) struct OccurringPaths<'p> {
    plan: &'p Plan,
    paths: OnceCell<Vec<Occurring>>,
}

impl OccurringPaths<'_> {
    pub fn new(plan: &Plan) -> OccurringPaths<'_> {
        OccurringPaths {
            plan,
            paths: OnceCell::new(),
        }
    }

    /// What to write instead of a path that was not found; empty if no path is similar.
    pub fn hint(&self, field: &Field) -> String {
        let of_elements = diagnostics::of_elements(field);
        if !of_elements.is_empty() {
            return of_elements;
        }
        let paths = self.paths.get_or_init(|| read(self.plan));
        match nearest(field.name(), paths) {
            Some((path, _)) if path == field.name() => "; other events have it".to_owned(),
            Some((path, events)) => {
                format!("; nearest path that occurs: {path} ({})", grouped(events))
            }
            None => String::new(),
        }
    }
}

/// The paths of the first events of the files. What cannot be read a second time is left out.
fn read(plan: &Plan) -> Vec<Occurring> {
    let items: Vec<Item> = plan.items.iter().filter_map(again).collect();
    let progress = Progress::new(&items, false);
    let selection = Selection::default();
    let settings = Settings {
        selection: &selection,
        keep_duplicates: true,
        limit: Some(MOST_EVENTS),
        ..plan.settings(&progress)
    };
    let mut paths = Paths::default();
    let result = engine::ask(&items, &settings, &Survey::new(Scope::all()), &mut paths);
    progress.finish();
    // Without a hint the warning is still true.
    result.map_or_else(|_| Vec::new(), |_| paths.into_occurring())
}

fn again(item: &Item) -> Option<Item> {
    let source = match &item.source {
        ItemSource::Spool(spool) => ItemSource::Spool(spool.clone()),
        // A FIFO would block, and standard input is at its end.
        ItemSource::Input(input) if input.kind == InputKind::File && input.path.is_file() => {
            ItemSource::Input(input.clone())
        }
        ItemSource::Input(_) => return None,
    };
    Some(Item {
        shown: item.shown.clone(),
        root: item.root,
        source,
    })
}

/// The path most similar to a typed one, and the number of events that have it or a path below it: name by name, else
/// one that ends in the same name.
fn nearest(typed: &str, occurring: &[Occurring]) -> Option<(String, u64)> {
    let names = names(typed)?;
    let mut best: Option<((usize, u64), String)> = None;
    for occurring in occurring.iter().filter(|path| path.is_typable) {
        let Some((path, own)) = cut(&occurring.path, names.len()) else {
            continue;
        };
        let Some(distance) = distance(&names, &own) else {
            continue;
        };
        let rank = (distance, u64::MAX - occurring.events);
        if best.as_ref().is_none_or(|(best, _)| rank < *best) {
            best = Some((rank, path));
        }
    }
    best.map(|((_, events), path)| (path, u64::MAX - events))
}

/// The names of a path, without the elements of lists.
fn names(path: &str) -> Option<Vec<String>> {
    let (first, below) = Path::parse(path.strip_prefix('.').unwrap_or(path)).ok()?;
    let below = below.steps().iter().filter_map(|step| match step {
        Step::Name(name) => Some(name.clone()),
        Step::Index(_) | Step::All => None,
    });
    let mut names: Vec<String> = std::iter::once(first).chain(below).collect();
    if names.len() > 1 && names[0] == "CloudTrailEvent" {
        names.remove(0);
    }
    Some(names)
}

/// The beginning of a path with so many names, and these names; `None` if it has fewer.
fn cut(path: &str, length: usize) -> Option<(String, Vec<String>)> {
    let mut own = names(path)?;
    if own.len() < length {
        return None;
    }
    own.truncate(length);
    let mut quoted = false;
    let dots = path.char_indices().skip(1).filter(|(_, c)| {
        quoted ^= *c == '"';
        *c == '.' && !quoted
    });
    let end = dots.map(|(at, _)| at).nth(length - 1);
    let path = &path[..end.unwrap_or(path.len())];
    Some((path.trim_end_matches("[]").to_owned(), own))
}

/// How different the names of two paths are, without regard to case; `None` if they are too different.
fn distance(typed: &[String], own: &[String]) -> Option<usize> {
    let each = typed.iter().zip(own).map(|(typed, own)| {
        let distance = strsim::damerau_levenshtein(&typed.to_lowercase(), &own.to_lowercase());
        (distance <= 1 + typed.chars().count() / 4).then_some(distance)
    });
    let sum: Option<usize> = each.sum();
    let is_same = |(typed, own): (&String, &String)| typed.eq_ignore_ascii_case(own);
    // The same name in another place is less likely than any misspelling.
    sum.or_else(|| {
        typed
            .last()
            .zip(own.last())
            .is_some_and(is_same)
            .then_some(usize::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn occurring(path: &str, events: u64) -> Occurring {
        Occurring {
            path: path.to_owned(),
            is_typable: true,
            events,
            distinct: 1,
            is_estimated: false,
            example: None,
        }
    }

    #[test]
    fn the_nearest_path_is_found_name_by_name_or_by_its_last_name() {
        let all = [
            occurring("EventName", 9),
            occurring("userIdentity.userName", 5),
            occurring("userIdentity.sessionContext.attributes.mfaAuthenticated", 2),
            occurring("requestParameters.bucketName", 4),
            occurring("requestParameters.tagSet.items[].key", 3),
            occurring("requestParameters.\"a.b\".c", 1),
            occurring(".eventVersio", 1),
        ];
        for (typed, path) in [
            ("userIdentity.userNme", Some("userIdentity.userName")),
            (
                "requestParameters.bucketname",
                Some("requestParameters.bucketName"),
            ),
            (
                "CloudTrailEvent.requestParameters.bucketname",
                Some("requestParameters.bucketName"),
            ),
            (
                "userIdentity.sesionContext",
                Some("userIdentity.sessionContext"),
            ),
            (
                "userIdentity.sesionContext.attributes.mfaAuthenticated",
                Some("userIdentity.sessionContext.attributes.mfaAuthenticated"),
            ),
            (
                "requestParameters.tagSet.items.key",
                Some("requestParameters.tagSet.items[].key"),
            ),
            (
                "requestParameters.tagSet.item[0]",
                Some("requestParameters.tagSet.items"),
            ),
            (
                "requestParameters.\"a.b\".d",
                Some("requestParameters.\"a.b\".c"),
            ),
            ("requestParameters.userName", Some("userIdentity.userName")),
            (".eventname", Some("EventName")),
            (".eventversion", Some(".eventVersio")),
            ("requestParameters.zzzzzz", None),
            ("userIdentity.userName.x.y.z", None),
        ] {
            let found = nearest(typed, &all);
            assert_eq!(
                found.as_ref().map(|(path, _)| path.as_str()),
                path,
                "{typed}"
            );
        }
    }
}
