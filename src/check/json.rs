//! The JSON document of a verdict.

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

use super::verdict::Verdict;

/// The version of the document. It increases if a member is removed or changes its meaning.
const SCHEMA: u32 = 2;

/// The result of a check: `trailsift check --format json`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct VerdictDocument<'v> {
    /// Version of this document: 2.
    #[cfg_attr(test, schemars(extend("const" = 2)))]
    schema: u32,
    #[serde(flatten)]
    verdict: &'v Verdict,
}

/// The document of a verdict.
pub fn document(verdict: &Verdict) -> VerdictDocument<'_> {
    VerdictDocument {
        schema: SCHEMA,
        verdict,
    }
}
