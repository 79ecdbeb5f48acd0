//! A verdict as one JSON document.
//!
//! Not for: writing it out, which the command line does as for all documents.

use serde::Serialize;

use super::verdict::Verdict;

/// The number of the layout; it changes when a member changes its meaning or goes away.
const SCHEMA: u32 = 1;

/// A verdict with the number of its layout.
#[derive(Debug, Serialize)]
pub struct VerdictDocument<'v> {
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
