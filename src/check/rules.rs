//! Reads rules from TOML: a `[[rule]]` has a name, a selection written as on the command line, and a bound.
//!
//! Unknown keys and rules that can never fail are errors, because a rule that is not understood would silently pass. The
//! caller compiles the words of a selection.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::BASELINE;
use super::bound::{AllowList, Bound};
use super::fault::{self, FileError, TextPosition};
use crate::select::{Condition, Selection};

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name, unique in its file.
    pub name: String,
    /// Why it exists.
    pub reason: Option<String>,
    /// Position of its name in the file.
    pub place: TextPosition,
    /// The selection as written; empty for all events.
    pub typed: String,
    /// The events that it applies to.
    pub selection: Selection,
    /// What it allows.
    pub bound: Bound,
}

/// A selection as written.
#[derive(Clone, Copy, Debug)]
pub enum SelectWords<'w> {
    /// One line, to be split as a shell does.
    Line(&'w str),
    /// A list of words.
    List(&'w [String]),
}

/// Compiles the words of a selection, or returns the error.
pub type Compile<'c> = &'c dyn Fn(SelectWords<'_>) -> Result<Vec<Condition>, String>;

const KEYS: [&str; 6] = ["name", "reason", "select", "min", "max", "only"];

/// Reads a file of rules.
///
/// # Errors
/// The first error with its position.
pub fn read(file: &str, bytes: &[u8], compile: Compile<'_>) -> Result<Vec<Rule>, FileError> {
    let text = fault::text(file, bytes)?;
    let reader = Reader {
        file,
        text,
        compile,
    };
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        reader.fault(at, format!("this is not TOML: {}", error.message()))
    })?;
    reader.rules(table.get_ref())
}

struct Reader<'r> {
    file: &'r str,
    text: &'r str,
    compile: Compile<'r>,
}

/// A value of a table.
type Value<'v> = Spanned<DeValue<'v>>;

impl Reader<'_> {
    fn fault(&self, at: usize, why: impl Into<String>) -> FileError {
        FileError {
            file: self.file.to_owned(),
            place: TextPosition::of(self.text, at),
            why: why.into(),
        }
    }

    /// Returns an error for the first key of a table that is not in `keys`.
    fn refuse_others(&self, table: &DeTable<'_>, keys: &[&str], of: &str) -> Result<(), FileError> {
        let others = table
            .keys()
            .filter(|key| !keys.contains(&key.get_ref().as_ref()));
        let Some(other) = others.min_by_key(|key| key.span().start) else {
            return Ok(());
        };
        let typed = other.get_ref();
        let near = keys
            .iter()
            .map(|key| (strsim::damerau_levenshtein(&typed.to_lowercase(), key), key))
            .filter(|(distance, key)| *distance <= key.len() / 2)
            .min();
        let hint = match near {
            Some((_, key)) => format!("; did you mean `{key}`?"),
            None => format!("; write {}", listed(keys)),
        };
        Err(self.fault(
            other.span().start,
            format!("unknown key `{typed}` {of}{hint}"),
        ))
    }

    fn rules(&self, table: &DeTable<'_>) -> Result<Vec<Rule>, FileError> {
        self.refuse_others(table, &["rule"], "outside a [[rule]]")?;
        let Some(all) = table.get("rule") else {
            return Err(self.fault(
                0,
                "this file contains no rule; each rule begins with a line `[[rule]]`",
            ));
        };
        let DeValue::Array(tables) = all.get_ref() else {
            return Err(self.fault(
                all.span().start,
                "`rule` is not a list; begin each rule with a line `[[rule]]`, in two pairs of brackets",
            ));
        };
        let mut rules: Vec<Rule> = Vec::new();
        for value in tables {
            let at = value.span().start;
            let DeValue::Table(table) = value.get_ref() else {
                return Err(self.fault(
                    at,
                    "this rule is not a table; begin it with a line `[[rule]]`",
                ));
            };
            let rule = self.rule(at, table)?;
            if let Some(before) = rules.iter().find(|before| before.name == rule.name) {
                return Err(FileError {
                    file: self.file.to_owned(),
                    place: rule.place,
                    why: format!(
                        "the rule in line {} already has the name `{}`; give each rule a different name",
                        before.place.line, rule.name
                    ),
                });
            }
            rules.push(rule);
        }
        if rules.is_empty() {
            let at = all.span().start;
            return Err(self.fault(at, "this list contains no rule; without rules omit --rules"));
        }
        Ok(rules)
    }

    fn rule(&self, at: usize, table: &DeTable<'_>) -> Result<Rule, FileError> {
        self.refuse_others(table, &KEYS, "in a rule")?;
        let Some(name) = table.get("name") else {
            return Err(self.fault(
                at,
                "this rule has no `name`; add one, it identifies the rule in the output",
            ));
        };
        let typed_name = self.string(name, "name")?;
        if typed_name.trim().is_empty() {
            return Err(self.fault(name.span().start, "`name` is empty; give the rule a name"));
        }
        if typed_name == BASELINE {
            let why =
                "the name `baseline` is reserved for the baseline; give the rule another name";
            return Err(self.fault(name.span().start, why));
        }
        let reason = table.get("reason");
        let reason = reason.map(|value| self.string(value, "reason"));
        let (typed, selection) = match table.get("select") {
            Some(value) => self.selection(value)?,
            None => Default::default(),
        };
        let min = table.get("min").map(|value| self.number(value, "min"));
        let max = table.get("max").map(|value| self.number(value, "max"));
        let only = table.get("only").map(|value| self.only(value));
        let bound = Bound {
            min: min.transpose()?,
            max: max.transpose()?,
            only: only.transpose()?,
        };
        let place = TextPosition::of(self.text, name.span().start);
        self.check_bound(&bound, table, name)?;
        Ok(Rule {
            name: typed_name,
            reason: reason.transpose()?,
            place,
            typed,
            selection,
            bound,
        })
    }

    /// Refuses a rule that can never fail, and one that can never pass.
    fn check_bound(
        &self,
        bound: &Bound,
        table: &DeTable<'_>,
        name: &Value<'_>,
    ) -> Result<(), FileError> {
        let at = |key: &str| table.get(key).map_or(name.span(), Spanned::span).start;
        match bound {
            Bound {
                min: None,
                max: None,
                only: None,
            } => Err(self.fault(
                at("name"),
                "this rule has no bound; write `max = 0`, `min = 1` or `only = [\"s3:*\"]`",
            )),
            Bound {
                min: Some(0),
                max: None,
                only: None,
            } => Err(self.fault(
                at("min"),
                "`min = 0` can never fail; to allow no event write `max = 0`",
            )),
            Bound {
                min: Some(min),
                max: Some(max),
                ..
            } if min > max => Err(self.fault(
                at("min"),
                format!("`min = {min}` is greater than `max = {max}`, so the rule can never pass"),
            )),
            Bound {
                max: Some(0),
                only: Some(_),
                ..
            } => Err(self.fault(
                at("only"),
                "`max = 0` allows no event, so `only` has no effect; remove one of them",
            )),
            _ => Ok(()),
        }
    }

    fn string(&self, value: &Value<'_>, key: &str) -> Result<String, FileError> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text.clone().into_owned()),
            other => Err(self.fault(
                value.span().start,
                format!(
                    "`{key}` must be text in quotation marks, not {}",
                    kind(other)
                ),
            )),
        }
    }

    fn number(&self, value: &Value<'_>, key: &str) -> Result<u64, FileError> {
        let at = value.span().start;
        let wrong = |what: &str| {
            let why = format!("`{key}` must be a number of events, 0 or more, not {what}");
            self.fault(at, why)
        };
        match value.get_ref() {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix())
                .map_err(|_| wrong(number.as_str())),
            other => Err(wrong(kind(other))),
        }
    }

    /// The texts of a list, each with its byte offset.
    fn strings(&self, value: &Value<'_>, key: &str) -> Result<Vec<(usize, String)>, FileError> {
        let at = value.span().start;
        let DeValue::Array(items) = value.get_ref() else {
            let why = format!(
                "`{key}` must be a list of texts, not {}",
                kind(value.get_ref())
            );
            return Err(self.fault(at, why));
        };
        if items.is_empty() {
            let why = match key {
                "only" => "`only = []` allows no event; to allow none write `max = 0`",
                _ => "`select` is empty; remove it to select all events",
            };
            return Err(self.fault(at, why));
        }
        let of_list = format!("each of `{key}`");
        let each = items.iter().map(|item| {
            let text = self.string(item, &of_list).map_err(|mut error| {
                error.why = error.why.replace(&format!("`{of_list}`"), &of_list);
                error
            })?;
            Ok((item.span().start, text))
        });
        each.collect()
    }

    fn compiled(&self, at: usize, words: SelectWords<'_>) -> Result<Selection, FileError> {
        let conditions = (self.compile)(words).map_err(|why| self.fault(at, why))?;
        Ok(Selection::new(conditions))
    }

    /// `select = "--denied"`, or word by word.
    fn selection(&self, value: &Value<'_>) -> Result<(String, Selection), FileError> {
        let at = value.span().start;
        if let DeValue::String(line) = value.get_ref() {
            if line.trim().is_empty() {
                let why = "`select` is empty; remove it to select all events";
                return Err(self.fault(at, why));
            }
            return Ok((
                line.trim().to_owned(),
                self.compiled(at, SelectWords::Line(line))?,
            ));
        }
        if !matches!(value.get_ref(), DeValue::Array(_)) {
            let why = format!(
                "`select` must be text as on the command line, `select = \"--denied\"`, or a list of its words, not {}",
                kind(value.get_ref())
            );
            return Err(self.fault(at, why));
        }
        let words = self.strings(value, "select")?;
        let words: Vec<String> = words.into_iter().map(|(_, word)| word).collect();
        let selection = self.compiled(at, SelectWords::List(&words))?;
        let typed = words.iter().map(|word| {
            // A word with a NUL has been refused.
            shlex::try_quote(word).map_or_else(|_| word.clone(), |word| word.into_owned())
        });
        Ok((typed.collect::<Vec<_>>().join(" "), selection))
    }

    /// `only = ["s3:*", "--region eu-*"]`.
    fn only(&self, value: &Value<'_>) -> Result<AllowList, FileError> {
        let mut only = AllowList {
            typed: Vec::new(),
            among: Vec::new(),
        };
        for (at, text) in self.strings(value, "only")? {
            let selection = if text.trim_start().starts_with('-') {
                self.compiled(at, SelectWords::Line(&text))?
            } else {
                let call = text.trim();
                let Some((service, name)) = call.split_once(':') else {
                    return Err(self.fault(at, no_colon(call)));
                };
                if service.is_empty() || name.is_empty() || call.contains([',', ' ', '@']) {
                    let why = format!(
                        "`{text}` is not `service:Call`; write `s3:GetObject`, `s3:Get*` or `s3:*`"
                    );
                    return Err(self.fault(at, why));
                }
                let words = ["--name".to_owned(), call.to_owned()];
                self.compiled(at, SelectWords::List(&words))?
            };
            only.typed.push(text.trim().to_owned());
            only.among.push(selection);
        }
        Ok(only)
    }
}

/// The error for an entry of `only` without a colon.
fn no_colon(call: &str) -> String {
    let is_service = !call.is_empty() && !call.contains(char::is_uppercase);
    let instead = if is_service {
        format!("for all calls of a service write `{call}:*`")
    } else {
        format!(
            "write the service before it, `s3:{call}`, or `*:{call}` for this call of any service"
        )
    };
    format!("`{call}` is not `service:Call`; {instead}; a selection begins with `--`")
}

/// The type of a value, with its article.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// `` `a`, `b` or `c` ``.
fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [init @ .., last] if !init.is_empty() => format!("{} or {last}", init.join(", ")),
        _ => quoted.join(""),
    }
}
