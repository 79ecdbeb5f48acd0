//! Paths below a member, as the user types them: `userIdentity.arn`, `resources[].ARN`, `."a.b"`.

use super::Node;
use crate::text::Value;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A member of an object.
    Name(String),
    /// An element of an array, from 0.
    Index(usize),
    /// All elements of an array.
    All,
}

/// The steps below the first name. May be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    steps: Vec<Step>,
}

/// A path that cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError {
    /// The reason.
    pub why: String,
    /// The column, in characters from 1.
    pub column: usize,
}

impl std::fmt::Display for PathError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at column {}", self.why, self.column)
    }
}

impl std::error::Error for PathError {}

impl Path {
    /// Splits a typed path into its first name and the steps below it.
    ///
    /// Names are separated by dots; a name that contains dots needs double quotes. `[3]` is one
    /// element, `[]` is all elements.
    ///
    /// # Errors
    /// If the path cannot be parsed, with the reason and the column (from 1).
    pub fn parse(typed: &str) -> Result<(String, Path), PathError> {
        let error = |why: &str, rest: &str| PathError {
            why: why.to_owned(),
            column: typed[..typed.len() - rest.len()].chars().count() + 1,
        };
        let mut steps = Vec::new();
        let mut rest = typed;
        loop {
            let (name, after) = take_name(rest).map_err(|why| error(why, rest))?;
            steps.push(Step::Name(name));
            rest = after;
            while let Some(inner) = rest.strip_prefix('[') {
                let Some((index, after)) = inner.split_once(']') else {
                    return Err(error("`[` without `]`", rest));
                };
                steps.push(if index.is_empty() {
                    Step::All
                } else {
                    let why = format!("`[{index}]` is neither `[]` nor a number");
                    Step::Index(index.parse().map_err(|_| error(&why, rest))?)
                });
                rest = after;
            }
            match rest.strip_prefix('.') {
                Some(after) => rest = after,
                None if rest.is_empty() => break,
                None => return Err(error("expected `.` or `[`", rest)),
            }
        }
        let mut steps = steps.into_iter();
        match steps.next() {
            Some(Step::Name(first)) => Ok((
                first,
                Path {
                    steps: steps.collect(),
                },
            )),
            _ => Err(error("empty path", typed)),
        }
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub(super) fn steps_mut(&mut self) -> impl Iterator<Item = &mut Step> {
        self.steps.iter_mut()
    }

    /// Appends the steps as [`Path::parse`] accepts them.
    pub(super) fn write(&self, out: &mut String) {
        for step in &self.steps {
            match step {
                Step::Name(name) => {
                    out.push('.');
                    write_name(name, out);
                }
                Step::Index(index) => out.push_str(&format!("[{index}]")),
                Step::All => out.push_str("[]"),
            }
        }
    }

    /// True if the path consists only of the first name.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Splits off the first step, if it is a name.
    pub fn split_name(&self) -> Option<(&str, Path)> {
        match self.steps.split_first() {
            Some((Step::Name(name), rest)) => Some((
                name,
                Path {
                    steps: rest.to_vec(),
                },
            )),
            _ => None,
        }
    }

    /// The value at this path in `node`.
    pub fn value<'a>(&self, node: Node<'a>) -> Value<'a> {
        below(&self.steps, node)
    }
}

fn below<'a>(steps: &[Step], node: Node<'a>) -> Value<'a> {
    let mut node = node;
    for (i, step) in steps.iter().enumerate() {
        let next = match step {
            Step::Name(name) => node.get(name),
            Step::Index(index) => node.at(*index),
            Step::All => {
                let mut all = Vec::new();
                node.for_each(|element| {
                    match below(&steps[i + 1..], element) {
                        Value::Missing => {}
                        Value::List(inner) => all.extend(inner),
                        value => all.push(value),
                    }
                    true
                });
                return if all.is_empty() {
                    Value::Missing
                } else {
                    Value::List(all)
                };
            }
        };
        match next {
            Some(found) => node = found,
            None => return Value::Missing,
        }
    }
    node.value()
}

/// Appends a name as [`Path::parse`] accepts it, in quotes if it needs them. Returns `false` for a name that cannot be
/// typed, because it needs quotes and contains one.
pub(super) fn write_name(name: &str, out: &mut String) -> bool {
    // Other characters would end the name, the path, or a word of an expression.
    let is_bare = |c: char| c.is_alphanumeric() || "_-:@/+\"".contains(c);
    if !name.is_empty() && !name.starts_with('"') && name.chars().all(is_bare) {
        out.push_str(name);
        return true;
    }
    write_quoted(name, out)
}

/// Writes a name in quotes. Returns false if it contains one, because then it cannot be typed.
pub(super) fn write_quoted(name: &str, out: &mut String) -> bool {
    out.push('"');
    out.push_str(name);
    out.push('"');
    !name.contains('"')
}

fn take_name(text: &str) -> Result<(String, &str), &'static str> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (name, rest) = quoted
            .split_once('"')
            .ok_or("a quoted name without its closing quote")?;
        return Ok((name.to_owned(), rest));
    }
    let end = text.find(['.', '[']).unwrap_or(text.len());
    if end == 0 {
        return Err("a name is missing");
    }
    Ok((text[..end].to_owned(), &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Escaping;

    fn at(path: &str, json: &str) -> String {
        let (first, path) = Path::parse(path).unwrap();
        let node = Node::new(json.as_bytes(), Escaping::Raw);
        match node.get(&first) {
            Some(node) => path.value(node).cell_text().into_owned(),
            None => "-".to_owned(),
        }
    }

    #[test]
    fn paths_reach_members_elements_and_all_elements() {
        let json = r#"{"a":{"b":[{"c":1},{"c":"x"},{}]},"d.e":[[1,2],[3]]}"#;
        assert_eq!(at("a.b[1].c", json), "x");
        assert_eq!(at("a.b[].c", json), "1,x");
        assert_eq!(at("a.b[2].c", json), "");
        assert_eq!(at("\"d.e\"[][]", json), "1,2,3");
        assert_eq!(at("\"d.e\"[0]", json), "[1,2]");
        assert_eq!(at("x.y", json), "-");
    }

    #[test]
    fn misspelt_paths_name_the_column() {
        for (typed, column) in [
            ("", 1),
            ("a..b", 3),
            ("a[", 2),
            ("a[x]", 2),
            ("a[1]b", 5),
            ("\"a", 1),
        ] {
            let error = Path::parse(typed).unwrap_err();
            assert_eq!(error.column, column, "{typed}: {error}");
        }
    }
}
