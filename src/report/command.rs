//! The commands that list the events behind a figure, quoted for a shell.
//!
//! Not for: what was typed (`cli` hands that over as words).

use crate::select;

/// `trailsift list` with the selection that the whole report is of.
#[derive(Clone, Debug, Default)]
pub struct Commands {
    /// Up to where a condition can be added.
    before: String,
    /// The inputs.
    behind: String,
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
        text => format!("{field} = {}", quoted(text)),
    }
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

impl Commands {
    /// From the words of the selection and of the inputs.
    pub fn new(selection: &[String], inputs: &[String]) -> Commands {
        let joined = |words: &[String]| {
            let words = words.iter().map(|text| word(text).unwrap_or_default());
            words.map(|word| format!(" {word}")).collect::<String>()
        };
        Commands {
            before: format!("trailsift list{}", joined(selection)),
            behind: joined(inputs),
        }
    }

    /// The events that also satisfy an expression; an empty one adds nothing. `None` where no command line can say
    /// it, as of a text with a NUL in it.
    pub fn list(&self, expression: &str) -> Option<String> {
        let added = match expression {
            "" => String::new(),
            expression => format!(" --where {}", word(expression)?),
        };
        Some(format!("{}{added}{}", self.before, self.behind))
    }

    /// The whole of the events that satisfy an expression.
    pub fn show(&self, expression: &str) -> Option<String> {
        let word = word(expression)?;
        Some(format!("trailsift show --where {word}{}", self.behind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_wrote_stays_one_word() {
        let commands = Commands::new(&["--key".into(), "AKIA*".into()], &["my dump.json".into()]);
        assert_eq!(
            commands.list("").as_deref(),
            Some("trailsift list --key 'AKIA*' 'my dump.json'")
        );
        let hostile = is("userAgent", "'; rm -rf \"$HOME\" `id`\n");
        let line = commands.list(&hostile).unwrap();
        let words = shlex::split(&line).unwrap();
        assert_eq!(words.len(), 7);
        assert_eq!(words[5], hostile);
        assert!(commands.list(&is("userAgent", "a\0b")).is_none());
    }
}
