//! Section 6: resources, by the events' own lists or by the parameters that name them. Not for: which parameters do
//! (`changed::target`).

use std::collections::{BTreeMap, BTreeSet};

use super::{ModelBuilder, grouped, listed};
use crate::report::command::{all, equals, is};
use crate::report::model::{Resource, ResourceSection, ResourceType};
use crate::report::observe::{KeyKind, LISTS};

/// Rows of a list.
const TYPES: usize = 30;
const RESOURCES: usize = 60;

/// Names of resources.
type Names<'n> = BTreeSet<&'n str>;
/// Paths of parameters, each with its source.
type Paths<'p> = BTreeSet<(&'p str, &'p str)>;

/// Parameters that must be missing if the name comes from here: a list before it.
fn unless_listed(path: &str) -> Vec<String> {
    let place = LISTS.iter().position(|[name, ..]| *name == path);
    let before = LISTS.iter().take(place.unwrap_or(LISTS.len()));
    before
        .map(|[name, ..]| format!("not exists {name}"))
        .collect()
}

/// That an event names this resource by this path.
fn named(path: &str, source: &str, name: &str) -> String {
    let mut conditions = vec![is(path, name)];
    if !source.is_empty() {
        conditions.push(is("EventSource", source));
    }
    conditions.extend(unless_listed(path));
    all(&conditions)
}

/// One of these conditions is true.
fn any(conditions: &[String]) -> String {
    match conditions {
        [one] => one.clone(),
        several => {
            let several: Vec<_> = several.iter().map(|one| format!("({one})")).collect();
            format!("({})", several.join(" or "))
        }
    }
}

impl ModelBuilder<'_> {
    pub(super) fn resources(&self) -> ResourceSection {
        // Of each type the names, and the parameters by which they were named.
        let mut of_type: BTreeMap<&str, (Names<'_>, Paths<'_>)> = BTreeMap::new();
        let mut type_of: BTreeMap<&str, &str> = BTreeMap::new();
        for (texts, _) in self.aggregate.of(KeyKind::TypedNames) {
            let [path, source, name, kind] = [0, 1, 2, 3].map(|nth| texts[nth].as_str());
            let (names, paths) = of_type.entry(kind).or_default();
            names.insert(name);
            paths.insert((path, source));
            let known = type_of.entry(name).or_insert(kind);
            if known.is_empty() {
                *known = kind;
            }
        }
        let types = self.aggregate.of(KeyKind::Types).iter();
        let types = types.map(|(texts, count)| (texts[0].clone(), count.clone()));
        let names = self.aggregate.of(KeyKind::Names).iter();
        let mut paths: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
        for (texts, _) in self.aggregate.of(KeyKind::Names) {
            let path = (texts[0].as_str(), texts[1].as_str());
            paths.entry(&texts[2]).or_default().push(path);
        }
        ResourceSection {
            types: listed(types.collect(), TYPES, |kind, count| {
                let of_type = of_type.get(kind.as_str());
                let parameters = of_type.map(|(_, paths)| paths);
                ResourceType {
                    kind: kind.clone(),
                    resources: of_type.map_or(0, |(names, _)| names.len() as u64),
                    counts: self.counts(count, &typed(kind, parameters)),
                }
            }),
            resources: listed(
                grouped(names.map(|(texts, count)| (texts[2].clone(), count))),
                RESOURCES,
                |name, count| {
                    let paths = paths.get(name.as_str()).into_iter().flatten();
                    let ways: Vec<_> = paths
                        .map(|(path, source)| named(path, source, name))
                        .collect();
                    Resource {
                        kind: type_of
                            .get(name.as_str())
                            .copied()
                            .unwrap_or_default()
                            .to_owned(),
                        name: name.clone(),
                        counts: self.counts(count, &any(&ways)),
                    }
                },
            ),
        }
    }
}

/// That an event names a resource of this type.
fn typed(kind: &str, parameters: Option<&BTreeSet<(&str, &str)>>) -> String {
    let mut ways = Vec::new();
    for [name, _, typed, _] in LISTS {
        let mut conditions = vec![equals(typed, kind), format!("exists {name}")];
        conditions.extend(unless_listed(name));
        ways.push(all(&conditions));
    }
    let parameters = parameters.into_iter().flatten();
    for (path, source) in parameters.filter(|(_, source)| !source.is_empty()) {
        let mut conditions = vec![format!("{path} ~ '.'"), is("EventSource", source)];
        conditions.extend(unless_listed(path));
        ways.push(all(&conditions));
    }
    any(&ways)
}
