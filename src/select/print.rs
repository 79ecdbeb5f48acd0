//! Writes a tree as an expression that parses to the same tree; with `{:#}` every text is in quotes, so that it differs
//! from a field.

use std::fmt::{self, Display, Write};

use super::compare::{Comparison, Operand, Predicate};
use super::lex::{ends_word, is_keyword};
use super::{Expr, Test};

impl Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Flag(test) => f.write_str(flag(test)),
            Expr::Compare(comparison) => comparison.fmt(f),
            Expr::Not(inner) => {
                f.write_str("not ")?;
                within(f, inner, matches!(**inner, Expr::All(_) | Expr::Any(_)))
            }
            Expr::All(inner) => joined(f, inner, " and ", |it| {
                matches!(it, Expr::All(_) | Expr::Any(_))
            }),
            Expr::Any(inner) => joined(f, inner, " or ", |it| matches!(it, Expr::Any(_))),
        }
    }
}

/// The flag of a test, which has no spelling as an expression.
fn flag(test: &Test) -> &'static str {
    match test {
        Test::Id(_) => "--id",
        Test::AccessKey(_) => "--key",
        Test::Source(_) => "--source",
        Test::Name(_) => "--name",
        Test::Time(_) => "--since --until",
        Test::ReadOnly { read: true, .. } => "--read-only",
        Test::ReadOnly { .. } => "--write",
        Test::Region(_) => "--region",
        Test::Account(_) => "--account",
        Test::Address(_) => "--ip",
        Test::Who(_) => "--who",
        Test::Resource(_) => "--resource",
        Test::Outcome(_) => "--ok --denied --failed",
        Test::Error(_) => "--error",
        Test::Sessions(_) => "--with-sessions",
    }
}

fn within(f: &mut fmt::Formatter<'_>, inner: &Expr, parentheses: bool) -> fmt::Result {
    if parentheses {
        f.write_char('(')?;
        inner.fmt(f)?;
        f.write_char(')')
    } else {
        inner.fmt(f)
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    inner: &[Expr],
    word: &str,
    parentheses: impl Fn(&Expr) -> bool,
) -> fmt::Result {
    for (nth, it) in inner.iter().enumerate() {
        if nth > 0 {
            f.write_str(word)?;
        }
        within(f, it, parentheses(it))?;
    }
    Ok(())
}

impl Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = self.left.field.name();
        let not = |negated: &bool| if *negated { "not " } else { "" };
        match &self.predicate {
            Predicate::Is(relation, operand) => {
                write!(f, "{field} {} ", relation.sign())?;
                operand.fmt(f)
            }
            Predicate::In { operands, negated } => {
                write!(f, "{field} {}in (", not(negated))?;
                list(f, operands)
            }
            Predicate::Match { regex, negated } => {
                write!(f, "{field} {} ", if *negated { "!~" } else { "~" })?;
                value(f, regex.as_str(), false)
            }
            Predicate::InCidr { typed, negated, .. } => {
                write!(f, "{field} {}in_cidr ", not(negated))?;
                match typed.as_slice() {
                    [one] => value(f, one, false),
                    several => {
                        f.write_char('(')?;
                        list(f, several)
                    }
                }
            }
            Predicate::Exists => write!(f, "exists {field}"),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, values: &[impl Display]) -> fmt::Result {
    for (nth, value) in values.iter().enumerate() {
        if nth > 0 {
            f.write_str(", ")?;
        }
        value.fmt(f)?;
    }
    f.write_char(')')
}

impl Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Literal(literal) => {
                let is_quoted = literal.quoted || f.alternate() && literal.is_text();
                value(f, &literal.text, is_quoted)
            }
            Operand::Field(right) => f.write_str(right.field.name()),
        }
    }
}

/// A value in quotes, as an expression accepts it: it is compared as text.
pub fn quoted(text: &str) -> String {
    struct Quoted<'t>(&'t str);
    impl Display for Quoted<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            value(f, self.0, true)
        }
    }
    Quoted(text).to_string()
}

/// A value, bare if possible and quotes are not required.
fn value(f: &mut fmt::Formatter<'_>, text: &str, quoted: bool) -> fmt::Result {
    let needs_quotes = text.is_empty()
        || text.starts_with(['\'', '"'])
        || text.contains(ends_word)
        || text.contains("&&")
        || text.contains("||")
        || is_keyword(text);
    if !quoted && !needs_quotes {
        return f.write_str(text);
    }
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    f.write_char(quote)?;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        // A backslash is literal unless it could escape the next character.
        let next = characters.peek();
        let escapes = c == '\\' && next.is_none_or(|next| *next == quote || *next == '\\');
        if c == quote || escapes {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char(quote)
}
