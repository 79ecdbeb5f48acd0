//! The commands that list the events of a figure, quoted for a shell.
//!
//! Not for: what was typed (`cli` hands that over as words).

use std::borrow::Cow;

use crate::render::terminal::sanitize;
use crate::select;

/// `trailsift list` with the selection that the whole report is of.
#[derive(Clone, Debug, Default)]
pub struct CommandBuilder {
    /// Up to where a condition can be added.
    before: String,
    /// The inputs.
    after: String,
}

/// A value of an expression.
pub(super) fn quoted(text: &str) -> String {
    select::quoted(text)
}

/// A word of a shell's command line; `None` for what no command line can hold.
pub(super) fn word(text: &str) -> Option<String> {
    Some(shlex::try_quote(text).ok()?.into_owned())
}

/// That a field has this text; an empty one stands for none.
pub(super) fn is(field: &str, text: &str) -> String {
    match text {
        "" => format!("(not exists {field} or {field} = '')"),
        text => equals(field, text),
    }
}

/// That a field has exactly this text. What no terminal is given as it is, is asked for by its number, so that a command
/// finds the same where it is shown as where it is run.
pub(super) fn equals(field: &str, text: &str) -> String {
    match sanitize(text) {
        Cow::Borrowed(_) => format!("{field} = {}", quoted(text)),
        Cow::Owned(_) => {
            let regex = format!("(?s)^{}$", escaped(text));
            format!("{field} ~ {}", quoted(&regex))
        }
    }
}

/// A regular expression for this text, without a character that a terminal is not given as it is.
pub(super) fn escaped(text: &str) -> String {
    sanitize(&regex::escape(text)).into_owned()
}

/// That all of these hold.
pub(super) fn all(conditions: &[String]) -> String {
    let some: Vec<&str> = conditions
        .iter()
        .map(String::as_str)
        .filter(|condition| !condition.is_empty())
        .collect();
    some.join(" and ")
}

impl CommandBuilder {
    /// From the words of the selection and of the inputs.
    pub fn new(selection: &[String], inputs: &[String]) -> CommandBuilder {
        let joined = |words: &[String]| {
            let words = words.iter().map(|text| word(text).unwrap_or_default());
            words.map(|word| format!(" {word}")).collect::<String>()
        };
        CommandBuilder {
            before: format!("trailsift list{}", joined(selection)),
            after: joined(inputs),
        }
    }

    /// The events that also satisfy an expression; an empty one adds nothing. `None` where no command line can say
    /// it, as of a text with a NUL in it.
    pub fn list(&self, expression: &str) -> Option<String> {
        let added = match expression {
            "" => String::new(),
            expression => format!(" --where {}", word(expression)?),
        };
        Some(format!("{}{added}{}", self.before, self.after))
    }

    /// The whole of the events that satisfy an expression.
    pub fn show(&self, expression: &str) -> Option<String> {
        let word = word(expression)?;
        Some(format!("trailsift show --where {word}{}", self.after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_wrote_stays_one_word() {
        let commands =
            CommandBuilder::new(&["--key".into(), "AKIA*".into()], &["my dump.json".into()]);
        assert_eq!(
            commands.list("").as_deref(),
            Some("trailsift list --key 'AKIA*' 'my dump.json'")
        );
        let hostile = is("userAgent", "'; rm -rf \"$HOME\" `id`");
        let line = commands.list(&hostile).unwrap();
        let words = shlex::split(&line).unwrap();
        assert_eq!(words.len(), 7);
        assert_eq!(words[5], hostile);
        assert!(commands.list("a\0b").is_none());
    }

    #[test]
    fn a_command_says_the_same_where_it_is_shown() {
        for text in ["a\0b", "\u{1b}[31m", "a\tb.\nc", "\u{202e}x", "\u{feff}\\"] {
            let said = is("userAgent", text);
            assert_eq!(sanitize(&said), said);
            let regex = regex::Regex::new(&format!("(?s)^{}$", escaped(text))).unwrap();
            assert!(regex.is_match(text), "{said}");
        }
        assert_eq!(is("a", "b\u{1b}c"), r"a ~ '(?s)^b\x1bc$'");
    }
}
