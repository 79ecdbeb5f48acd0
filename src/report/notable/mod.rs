//! Calls that a security review looks at first: one table (`kinds`), one row per kind.
//!
//! Each row is an expression, so that its events can be listed with `--where`. A row is not an alert, and there is no
//! score, because most of these calls are routine work.
//!
//! Source: the calls of the public attack stories that this program is tested with, "Security best practices in IAM",
//! and the names of calls in the services' API references.

mod kinds;

pub(super) use kinds::KINDS;

use hashbrown::HashMap;

use crate::event::{Context, Event};
use crate::select::{Condition, Expr, Selection};
use crate::time::{Moment, Zone};

/// A kind of notable calls.
pub(super) struct NotableDefinition {
    /// Its name.
    pub name: &'static str,
    /// Service and its calls, separated by blanks. Empty for any call.
    calls: &'static [(&'static str, &'static str)],
    /// A further condition; empty for none.
    and: &'static str,
    /// Names of calls, and the condition under which they are not of this kind.
    unless: &'static [(&'static str, &'static str)],
    /// Why it matters.
    pub reason: &'static str,
}

impl NotableDefinition {
    /// The condition that its events match.
    pub fn condition(&self) -> String {
        self.condition_among(|_, _| true)
    }

    /// The same condition, restricted to the calls (source and name) that occur in the input.
    pub fn condition_among(&self, occurs: impl Fn(&str, &str) -> bool) -> String {
        let mut calls = Vec::new();
        let mut occurring = Vec::new();
        for (service, names) in self.calls {
            let source = format!("{service}.amazonaws.com");
            let names = names.split_whitespace();
            let names: Vec<&str> = names.filter(|name| occurs(&source, name)).collect();
            let named = match names.as_slice() {
                [] => continue,
                [one] => format!("EventName = {one}"),
                several => format!("EventName in ({})", several.join(", ")),
            };
            calls.push(format!("EventSource = {source} and {named}"));
            occurring.extend(names);
        }
        let calls = match calls.as_slice() {
            [one] => one.clone(),
            [] => String::new(),
            several => format!("({})", several.join(" or ")),
        };
        let mut all = vec![calls, self.and.to_owned()];
        for (names, but) in self.unless {
            if names
                .split_whitespace()
                .any(|name| occurring.contains(&name))
            {
                all.push(format!("not ({but})"));
            }
        }
        super::command::all(&all)
    }
}

/// The kinds, compiled.
#[derive(Debug)]
pub(super) struct NotableCalls {
    conditions: Vec<Selection>,
    by_call: HashMap<&'static str, Vec<u8>>,
    of_any: Vec<u8>,
}

impl NotableCalls {
    pub fn new() -> NotableCalls {
        let mut watch = NotableCalls {
            conditions: Vec::new(),
            by_call: HashMap::new(),
            of_any: Vec::new(),
        };
        for (nth, kind) in KINDS.iter().enumerate() {
            let typed = kind.condition();
            // A test checks that every condition parses; none depends on the current time.
            let expr = Expr::parse(&typed, &Zone::Utc, Moment::MIN);
            let all = expr.map(|expr| Selection::new(vec![Condition { typed, expr }]));
            watch.conditions.push(all.unwrap_or_default());
            let names = kind
                .calls
                .iter()
                .flat_map(|(_, names)| names.split_whitespace());
            for name in names {
                let kinds = watch.by_call.entry(name).or_default();
                // Several services may have a call of this name.
                if kinds.last() != Some(&(nth as u8)) {
                    kinds.push(nth as u8);
                }
            }
            if kind.calls.is_empty() {
                watch.of_any.push(nth as u8);
            }
        }
        watch
    }

    /// Calls `each` with the index of every kind that the event matches.
    pub fn each(
        &self,
        name: &str,
        event: &Event<'_>,
        context: &Context<'_>,
        mut each: impl FnMut(u8),
    ) {
        let named = self.by_call.get(name).map_or(&[][..], Vec::as_slice);
        for nth in self.of_any.iter().chain(named) {
            let condition = &self.conditions[usize::from(*nth)];
            if condition.refusal(event, context, &mut []).is_none() {
                each(*nth);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::event;
    use crate::time::TimeFormat;

    /// The kinds of a call.
    fn kinds(call: &str, more: &str) -> Vec<&'static str> {
        let (service, name) = call.split_once(':').unwrap();
        let json = format!(
            r#"{{"eventSource":"{service}.amazonaws.com","eventName":"{name}","eventType":"AwsApiCall",{more}}}"#
        );
        let mut found = Vec::new();
        let context = Context {
            zone: &Zone::Utc,
            format: &TimeFormat::default(),
            file: "",
        };
        event(&json, |event| {
            NotableCalls::new().each(name, event, &context, |nth| {
                found.push(KINDS[usize::from(nth)].name);
            });
        });
        found
    }

    #[test]
    fn calls_that_revoke_access_do_not_match() {
        let user = r#""userIdentity":{"type":"IAMUser"}"#;
        let with = |parameters: &str| format!(r#"{user},"requestParameters":{{{parameters}}}"#);
        let block = |last| {
            with(&format!(
                r#""PublicAccessBlockConfiguration":{{"BlockPublicAcls":true,"IgnorePublicAcls":true,
                "BlockPublicPolicy":true,"RestrictPublicBuckets":{last}}}"#
            ))
        };
        for (call, more, expected) in [
            ("s3:PutBucketPublicAccessBlock", block("true"), None),
            (
                "s3:PutBucketPublicAccessBlock",
                block("false"),
                Some("bucket access changed"),
            ),
            (
                "s3:DeleteBucketPublicAccessBlock",
                user.to_owned(),
                Some("bucket access changed"),
            ),
            (
                "s3:PutBucketVersioning",
                with(r#""VersioningConfiguration":{"Status":"Enabled"}"#),
                None,
            ),
            (
                "s3:PutBucketVersioning",
                with(r#""VersioningConfiguration":{"Status":"Enabled","MfaDelete":"Disabled"}"#),
                Some("data deleted"),
            ),
            (
                "s3:PutBucketVersioning",
                with(r#""VersioningConfiguration":{"Status":"Suspended"}"#),
                Some("data deleted"),
            ),
            (
                "ec2:ModifySnapshotAttribute",
                with(r#""createVolumePermission":{"remove":{"items":[{"userId":"1"}]}}"#),
                None,
            ),
            (
                "ec2:ModifySnapshotAttribute",
                with(r#""createVolumePermission":{"add":{"items":[{"userId":"1"}]}}"#),
                Some("data shared with other accounts"),
            ),
            (
                "rds:ModifyDBSnapshotAttribute",
                with(r#""attributeName":"restore","valuesToRemove":["1"]"#),
                None,
            ),
            (
                "rds:ModifyDBSnapshotAttribute",
                with(r#""attributeName":"restore","valuesToAdd":["all"]"#),
                Some("data shared with other accounts"),
            ),
            (
                "lambda:AddPermission20150331v2",
                user.to_owned(),
                Some("data shared with other accounts"),
            ),
            ("iam:UpdateAccessKey", with(r#""status":"Inactive""#), None),
            (
                "iam:UpdateAccessKey",
                with(r#""status":"Active""#),
                Some("credentials created"),
            ),
        ] {
            let expected: Vec<_> = expected.into_iter().collect();
            assert_eq!(kinds(call, &more), expected, "{call} {more}");
        }
    }

    #[test]
    fn a_client_on_a_server_is_not_a_desktop() {
        let of = |agent: &str| {
            let identity = r#"{"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/R/i-0123456789abcdef0"}"#;
            kinds(
                "ec2:DescribeVpcs",
                &format!(r#""userIdentity":{identity},"userAgent":"{agent}""#),
            )
        };
        for agent in [
            "aws-cli/2.15.0 Python/3.11.6 Linux/5.10 exe/x86_64",
            "aws-cli/2.15.0 Python/3.11.6 Windows/2019Server exe/AMD64",
        ] {
            assert!(of(agent).is_empty(), "{agent}");
        }
        for agent in [
            "aws-cli/2.15.0 Python/3.11.6 Windows/10 exe/AMD64",
            "aws-cli/2.15.0 Python/3.11.6 Darwin/23.0 exe/x86_64",
            "aws-cli/2.22 md/awscrt#0.22 os/windows#11 md/arch#amd64",
            "aws-cli/2.22 os/linux#6.6 md/distrib#kali.2026",
        ] {
            assert_eq!(
                of(agent),
                ["instance role used outside the instance"],
                "{agent}"
            );
        }
    }

    #[test]
    fn every_kind_is_an_expression_and_has_a_reason() {
        for kind in &KINDS {
            let parsed = Expr::parse(&kind.condition(), &Zone::Utc, Moment::MIN);
            assert!(parsed.is_ok(), "{}: {parsed:?}", kind.name);
            assert!(
                kind.reason.len() > 20 && !kind.reason.ends_with('.'),
                "{}",
                kind.name
            );
        }
    }
}
