//! The flags of the table that were typed, and the groups of arguments that commands declare.

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches};

use super::{Category, FLAGS, Flag, Takes, find};

/// The flags of some categories that were typed, with their values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::cli) struct Typed(Vec<(&'static str, Vec<String>)>);

impl Typed {
    fn of(matches: &ArgMatches, categories: &[Category]) -> Typed {
        let of_category = FLAGS
            .iter()
            .filter(|flag| categories.contains(&flag.category));
        let typed = of_category.filter(|flag| {
            let is_defined = matches.try_contains_id(flag.name).unwrap_or(false);
            is_defined && matches.value_source(flag.name) == Some(ValueSource::CommandLine)
        });
        let values = |flag: &Flag| match flag.takes {
            Takes::Nothing => Vec::new(),
            _ => matches
                .get_many::<String>(flag.name)
                .map_or_else(Vec::new, |values| values.cloned().collect()),
        };
        Typed(typed.map(|flag| (flag.name, values(flag))).collect())
    }

    /// The values of a flag, none if it was not typed.
    pub fn values(&self, name: &str) -> &[String] {
        debug_assert!(FLAGS.iter().any(|flag| flag.name == name), "{name}");
        let typed = self.0.iter().find(|(typed, _)| *typed == name);
        typed.map_or(&[], |(_, values)| values)
    }

    /// The value of a flag that takes one.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values(name).last().map(String::as_str)
    }

    /// Whether a flag was typed.
    pub fn has(&self, name: &str) -> bool {
        debug_assert!(FLAGS.iter().any(|flag| flag.name == name), "{name}");
        self.0.iter().any(|(typed, _)| *typed == name)
    }

    /// The same with this value of a flag, whatever was typed.
    pub fn with(mut self, name: &'static str, value: String) -> Typed {
        self.0.retain(|(typed, _)| *typed != name);
        self.0.push((name, vec![value]));
        self
    }

    /// The words of a command line that means the same.
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        for (name, values) in &self.0 {
            let takes = find(name).map(|flag| flag.takes);
            if values.is_empty() {
                words.push(format!("--{name}"));
            }
            for value in values {
                match takes {
                    Some(Takes::Choice(choice)) if value == choice[0].0 => {
                        words.push(format!("--{name}"));
                    }
                    // A value that begins with a dash would be read as a flag if it followed a blank.
                    Some(Takes::Text) if !value.starts_with('-') => {
                        words.extend([format!("--{name}"), value.clone()]);
                    }
                    Some(Takes::Choice(_) | Takes::Text) => words.push(format!("--{name}={value}")),
                    _ if value.starts_with('-') => words.push(format!("--{name}={value}")),
                    _ => words.extend([format!("--{name}"), value.clone()]),
                }
            }
        }
        words
    }
}

/// Declares a group of arguments that are the flags of some categories.
macro_rules! group {
    ($(#[$doc:meta])* $name:ident: $($category:ident),+) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub(in crate::cli) struct $name(pub Typed);

        impl $name {
            const CATEGORIES: &[Category] = &[$(Category::$category),+];
        }

        impl std::ops::Deref for $name {
            type Target = Typed;

            fn deref(&self) -> &Typed {
                &self.0
            }
        }

        impl FromArgMatches for $name {
            fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
                Ok($name(Typed::of(matches, Self::CATEGORIES)))
            }

            fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
                *self = Self::from_arg_matches(matches)?;
                Ok(())
            }
        }

        impl Args for $name {
            fn augment_args(mut command: Command) -> Command {
                for flag in FLAGS.iter().filter(|flag| Self::CATEGORIES.contains(&flag.category)) {
                    let arg = flag.arg(&command);
                    command = command.arg(arg);
                }
                command
            }

            fn augment_args_for_update(command: Command) -> Command {
                Self::augment_args(command)
            }
        }
    };
}

group! {
    /// The filters.
    Selection: Selection
}

group! {
    /// The flags about time.
    Time: Time, Clock
}

group! {
    /// The flags about time of commands that select nothing.
    Clock: Clock
}
