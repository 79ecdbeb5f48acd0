//! The values of `--name`: `EventName`, or `service:EventName`.

use super::words::Table;
use super::{Glob, WordSet};

/// Names of API calls, alone or with the service before them, compared without regard to case.
#[derive(Clone, Debug)]
pub struct CallNames {
    alone: WordSet,
    /// Services by the name of the call.
    of_service: Table<Vec<Glob>>,
    /// Service and call, where the call has wildcards.
    patterns: Vec<(Glob, Glob)>,
}

impl CallNames {
    /// Compiles typed names.
    pub fn new<S: AsRef<str>>(typed: impl IntoIterator<Item = S>) -> CallNames {
        let mut names = CallNames {
            alone: WordSet::any_case(Vec::<String>::new()),
            of_service: Table::new(true),
            patterns: Vec::new(),
        };
        for typed in typed {
            let Some((source, name)) = typed.as_ref().split_once(':') else {
                names.alone.add(typed.as_ref());
                continue;
            };
            let (source, pattern) = (Glob::any_case(source), Glob::any_case(name));
            if pattern.is_literal() {
                names.of_service.entry(name).push(source);
            } else {
                names.patterns.push((source, pattern));
            }
        }
        names
    }

    /// True if the service is compared, too.
    pub(super) fn has_services(&self) -> bool {
        !self.of_service.is_empty() || !self.patterns.is_empty()
    }

    /// Whether one of the names is that of the call. The source matters only if services were typed.
    pub(super) fn matches(&self, name: &str, source: Option<&str>) -> bool {
        let of = |glob: &Glob| {
            source.is_some_and(|source| matches_source(source, |part| glob.matches(part)))
        };
        self.alone.matches(name)
            || self
                .of_service
                .get(name)
                .is_some_and(|globs| globs.iter().any(of))
            || self
                .patterns
                .iter()
                .any(|(source, pattern)| pattern.matches(name) && of(source))
    }

    /// The names without wildcards, in no order.
    pub(super) fn literals(&self) -> impl Iterator<Item = &str> {
        self.alone.literals().chain(self.of_service.texts())
    }
}

/// Whether a service's name matches in full or without `.amazonaws.com`.
pub(super) fn matches_source(source: &str, matches: impl Fn(&str) -> bool) -> bool {
    matches(source) || source.strip_suffix(".amazonaws.com").is_some_and(matches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_matches_alone_or_with_its_service_in_any_case() {
        let s3 = Some("s3.amazonaws.com");
        for (typed, name, source, expected) in [
            (&["GetObject"][..], "getobject", None, true),
            (&["s3:GetObject"], "getobject", s3, true),
            (&["S3.amazonaws.com:GETOBJECT"], "GetObject", s3, true),
            (&["ec2:GetObject"], "GetObject", s3, false),
            (&["ec2:GetObject", "s3:GetObject"], "GetObject", s3, true),
            (&["s*:Get*"], "GetObject", s3, true),
            (&["e*:Get*"], "GetObject", s3, false),
            (&["s3:GetObject"], "GetObject", None, false),
            (&["*:Get*"], "GetObject", None, false),
            (&["s3:PutObject", "Get*"], "GetObject", None, true),
        ] {
            let hit = CallNames::new(typed).matches(name, source);
            assert_eq!(hit, expected, "{typed:?} {name} {source:?}");
        }
    }
}
