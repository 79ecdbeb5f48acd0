//! The error for times, spans, zones and formats that people type.

use std::fmt;

/// A typed text that cannot be used. The message names the option, the text, the reason and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeError {
    option: Option<&'static str>,
    typed: Option<String>,
    reason: String,
}

impl TimeError {
    pub(crate) fn new(typed: &str, reason: impl Into<String>) -> TimeError {
        TimeError {
            option: None,
            typed: Some(typed.to_owned()),
            reason: reason.into(),
        }
    }

    /// A contradiction between options; the reason names them.
    pub(crate) fn between_options(reason: String) -> TimeError {
        TimeError {
            option: None,
            typed: None,
            reason,
        }
    }

    /// With the option that the text was the value of.
    #[must_use]
    pub fn for_option(mut self, option: &'static str) -> TimeError {
        self.option = Some(option);
        self
    }
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.option, &self.typed) {
            (Some(option), Some(typed)) => write!(f, "{option} {typed:?}: ")?,
            (None, Some(typed)) => write!(f, "{typed:?}: ")?,
            (_, None) => {}
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for TimeError {}
