//! From an expression to a tree.
//!
//! ```text
//! expression  conjunction ("or" conjunction)*
//! conjunction factor ("and" factor)*
//! factor      "(" expression ")" | "not" factor | "exists" FIELD | FIELD comparison
//! comparison  ("=" | "!=" | "<" | "<=" | ">" | ">=") OPERAND
//!           | ("~" | "!~") REGEX
//!           | ["not"] "in" "(" OPERAND ("," OPERAND)* ")"
//!           | ["not"] "in_cidr" (BLOCK | "(" BLOCK ("," BLOCK)* ")")
//! ```
//!
//! An operand is a value, or another field of the event: a bare word that is the exact name of a field, or a bare path
//! whose first name is that of a member of CloudTrail's. In quotes both are text.
//!
//! Operators of other languages and comparisons that could never match are errors that say what to write instead
//! (`advice`).

mod advice;

use regex::Regex;

use super::compare::{ComparedField, Comparison, Literal, Operand, Predicate, Relation};
use super::lex::{Lexer, Typed};
use super::{CidrBlocks, Expr, ExprError};
use crate::event::Field;
use crate::text::Decimal;
use crate::time::{self, Moment, Zone};

/// The largest depth to which parentheses and `not` may nest.
const DEEPEST: usize = 128;

impl Expr {
    /// Compiles an expression. Times without an offset are in `zone`; `yesterday` is relative to `now`.
    ///
    /// ```
    /// use trailsift::select::Expr;
    /// use trailsift::time::{Moment, Zone};
    ///
    /// let parse = |text| Expr::parse(text, &Zone::Utc, Moment::MIN);
    /// let expr = parse("errorCode = AccessDenied AND not(awsRegion in ('us-east-1'))").unwrap();
    /// assert_eq!(expr.to_string(), "errorCode = AccessDenied and not awsRegion in ('us-east-1')");
    /// let fields = parse("userIdentity.accountId != recipientAccountId").unwrap();
    /// assert_eq!(fields.fields(), ["userIdentity.accountId", "recipientAccountId"]);
    /// let error = parse("errorKode = AccessDenied").unwrap_err();
    /// assert_eq!((error.column, error.why.as_str()), (1, "no field `errorKode`; did you mean errorCode?"));
    /// ```
    ///
    /// # Errors
    /// Says what is wrong, at which column, and what to write instead.
    pub fn parse(text: &str, zone: &Zone, now: Moment) -> Result<Expr, ExprError> {
        let mut parser = Parser {
            lexer: Lexer::new(text),
            depth: 0,
            zone,
            now,
        };
        if parser.lexer.ahead().is_empty() {
            let why = "an empty expression; write FIELD = VALUE, as in `errorCode = AccessDenied`";
            return Err(parser.lexer.error(0, why));
        }
        let expr = parser.expression()?;
        if parser.lexer.ahead().is_empty() {
            Ok(expr)
        } else {
            Err(advice::trailing(&mut parser.lexer))
        }
    }
}

struct Parser<'t> {
    lexer: Lexer<'t>,
    depth: usize,
    zone: &'t Zone,
    now: Moment,
}

type Parsed<T> = Result<T, ExprError>;

impl Parser<'_> {
    fn expression(&mut self) -> Parsed<Expr> {
        let mut all = vec![self.conjunction()?];
        while self.lexer.keyword("or") {
            all.push(self.conjunction()?);
        }
        Ok(one_or(all, Expr::Any))
    }

    fn conjunction(&mut self) -> Parsed<Expr> {
        let mut all = vec![self.factor()?];
        while self.lexer.keyword("and") {
            all.push(self.factor()?);
        }
        Ok(one_or(all, Expr::All))
    }

    fn factor(&mut self) -> Parsed<Expr> {
        let at = self.lexer.at();
        if self.lexer.sign("(") {
            self.deeper(at)?;
            let inner = self.expression()?;
            if !self.lexer.sign(")") {
                let ahead = self.lexer.ahead();
                return Err(if ahead.is_empty() {
                    self.lexer.error(at, "this ( is never closed")
                } else {
                    advice::trailing(&mut self.lexer)
                });
            }
            self.depth -= 1;
            return Ok(inner);
        }
        if self.lexer.keyword("not") {
            self.deeper(at)?;
            let inner = self.factor()?;
            self.depth -= 1;
            return Ok(inner.negated());
        }
        if self.lexer.keyword("exists") {
            let (field, _) = self.field()?;
            return Ok(Expr::Compare(Comparison::new(field, Predicate::Exists)));
        }
        let (field, at) = self.field()?;
        let predicate = self.predicate(&field, at)?;
        Ok(Expr::Compare(Comparison::new(field, predicate)))
    }

    fn deeper(&mut self, at: usize) -> Parsed<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let why = format!("more than {DEEPEST} levels of parentheses and not");
            return Err(self.lexer.error(at, why));
        }
        Ok(())
    }

    fn field(&mut self) -> Parsed<(Field, usize)> {
        let at = self.lexer.at();
        let ahead = self.lexer.ahead();
        let name = self.lexer.field();
        if name.is_empty() || super::lex::is_keyword(name) || ahead.starts_with('\'') {
            return Err(self.lexer.error(at, advice::no_field(ahead)));
        }
        match Field::parse(name) {
            Ok(field) => Ok((field, at)),
            Err(error) => {
                let why = if error.suggestions.is_empty() {
                    format!("no field `{name}`: {}", error.why)
                } else {
                    let similar = error.suggestions.join(" or ");
                    format!("no field `{name}`; did you mean {similar}?")
                };
                Err(self
                    .lexer
                    .error(at, why)
                    .moved(error.column.map_or(0, |column| column - 1)))
            }
        }
    }

    fn predicate(&mut self, field: &Field, field_at: usize) -> Parsed<Predicate> {
        let at = self.lexer.at();
        if let Some(why) = advice::wrong_operator(self.lexer.ahead()) {
            return Err(self.lexer.error(at, why));
        }
        for (sign, negated) in [("!~", true), ("~", false)] {
            if self.lexer.sign(sign) {
                return self.regex(negated);
            }
        }
        for (relation, sign) in Relation::ALL {
            if self.lexer.sign(sign) {
                return self.relation(field, relation, sign);
            }
        }
        let negated = self.lexer.keyword("not");
        if self.lexer.keyword("in") {
            let operands = self.list(|parser, typed| parser.operand(field, typed, "in", true))?;
            return Ok(Predicate::In { operands, negated });
        }
        if self.lexer.keyword("in_cidr") {
            return self.in_cidr(negated);
        }
        let at = self.lexer.at();
        let why = advice::no_operator(field, self.lexer.word(), negated);
        let at = if self.lexer.ahead().is_empty() && !negated {
            field_at
        } else {
            at
        };
        Err(self.lexer.error(at, why))
    }

    /// A value, which must not be missing.
    fn value(&mut self, after: &str) -> Parsed<Typed> {
        let mut ahead = self.lexer.clone();
        if let Some(path) = ahead.path()
            && Field::is_exact(&path.text)
        {
            self.lexer = ahead;
            return Ok(path);
        }
        match self.lexer.value()? {
            Some(typed) => Ok(typed),
            None => {
                let at = self.lexer.at();
                let why = advice::no_value(self.lexer.ahead(), self.lexer.word(), after);
                Err(self.lexer.error(at, why))
            }
        }
    }

    /// Rejects a bare value that is directly followed by an operator, because the value would end there.
    fn whole(&self, typed: Typed) -> Parsed<Typed> {
        match self.lexer.following() {
            Some(c @ ('=' | '!' | '<' | '>' | '~' | '(')) if !typed.quoted => {
                let at = typed.at + typed.text.len();
                let why = format!("a bare value ends at {c}; write the value in quotes");
                Err(self.lexer.error(at, why))
            }
            _ => Ok(typed),
        }
    }

    fn regex(&mut self, negated: bool) -> Parsed<Predicate> {
        let typed = self.value("~")?;
        let typed = self.whole(typed)?;
        if !typed.quoted && Field::is_exact(&typed.text) {
            let why = advice::field_as_regex(&typed.text);
            return Err(self.lexer.error(typed.at, why));
        }
        match Regex::new(&typed.text) {
            Ok(regex) => Ok(Predicate::Match { regex, negated }),
            Err(error) => Err(self.lexer.error(typed.at, advice::bad_regex(&error))),
        }
    }

    fn relation(&mut self, field: &Field, relation: Relation, sign: &str) -> Parsed<Predicate> {
        let typed = self.value(sign)?;
        let typed = self.whole(typed)?;
        let is_equality = matches!(relation, Relation::Equal | Relation::NotEqual);
        let operand = self.operand(field, typed, sign, is_equality)?;
        Ok(Predicate::Is(relation, operand))
    }

    /// The right side: another field if it is the bare name of one, else a value.
    fn operand(
        &self,
        field: &Field,
        typed: Typed,
        sign: &str,
        is_equality: bool,
    ) -> Parsed<Operand> {
        if typed.quoted || !Field::is_exact(&typed.text) {
            let literal = self.literal(field, typed, sign, is_equality)?;
            return Ok(Operand::Literal(literal));
        }
        let right = Field::parse(&typed.text).map_err(|error| {
            let column = error.column.map_or(0, |column| column - 1);
            let why = format!("{}; for the text itself write quotes", error.why);
            self.lexer.error(typed.at, why).moved(column)
        })?;
        if let Some(why) = advice::not_comparable(field, &right) {
            return Err(self.lexer.error(typed.at, why));
        }
        Ok(Operand::Field(ComparedField::new(right)))
    }

    fn literal(
        &self,
        field: &Field,
        typed: Typed,
        sign: &str,
        is_equality: bool,
    ) -> Parsed<Literal> {
        let wrong = |why| self.lexer.error(typed.at, why);
        let mut text = typed.text;
        if field.is_instant() {
            let point = time::point(&text, self.zone, self.now, time::ACCEPTED)
                .map_err(|why| wrong(format!("{}: `{text}`: {why}", field.name())))?;
            return Ok(Literal {
                text,
                quoted: typed.quoted,
                number: None,
                time: Some(point),
            });
        }
        if let Some(meant) = advice::as_written(field, &text) {
            text = meant;
        }
        if let Some(why) = advice::no_date(field, &text) {
            return Err(wrong(why));
        }
        if !is_equality
            && !typed.quoted
            && let Some(why) = advice::duration(field, &text, sign)
        {
            return Err(wrong(why));
        }
        if is_equality && let Some(why) = advice::never_equal(field, &text, typed.quoted, sign) {
            return Err(wrong(why));
        }
        let number = Decimal::parse(text.as_bytes()).filter(|_| !typed.quoted);
        Ok(Literal {
            number: number.map(Decimal::into_owned),
            time: self.spelled(&text),
            text,
            quoted: typed.quoted,
        })
    }

    /// The time that a text spells. Compared with a value that is not a time it is text.
    fn spelled(&self, text: &str) -> Option<time::Point> {
        let is_plain = text.trim().len() == text.len();
        let point = || time::point(text, self.zone, self.now, "").ok();
        is_plain.then(point).flatten()
    }

    /// Values in parentheses.
    fn list<T>(&mut self, each: impl Fn(&Self, Typed) -> Parsed<T>) -> Parsed<Vec<T>> {
        let at = self.lexer.at();
        if !self.lexer.sign("(") {
            let why = "write a list in parentheses: FIELD in (A, B)";
            return Err(self.lexer.error(at, why));
        }
        if self.lexer.ahead().starts_with(')') {
            return Err(self.lexer.error(at, "an empty list matches nothing"));
        }
        let mut all = Vec::new();
        loop {
            let typed = self.value(if all.is_empty() { "(" } else { "," })?;
            let typed = self.whole(typed)?;
            all.push(each(self, typed)?);
            if self.lexer.sign(")") {
                return Ok(all);
            }
            if !self.lexer.sign(",") {
                let (here, ahead) = (self.lexer.at(), self.lexer.ahead());
                return Err(if ahead.is_empty() {
                    self.lexer.error(at, "this ( is never closed")
                } else {
                    let why = "expected , or ) in the list; write a value with blanks in quotes";
                    self.lexer.error(here, why)
                });
            }
        }
    }

    fn in_cidr(&mut self, negated: bool) -> Parsed<Predicate> {
        let block = |parser: &Self, typed: Typed| match CidrBlocks::parse(&typed.text) {
            Some(block) => Ok((typed.text, block)),
            None => {
                let why = format!(
                    "`{}` is not a block of addresses; write 203.0.113.0/24, 2001:db8::/32 or 203.0.113.7",
                    typed.text
                );
                Err(parser.lexer.error(typed.at, why))
            }
        };
        let blocks = if self.lexer.ahead().starts_with('(') {
            self.list(block)?
        } else {
            let typed = self.value("in_cidr")?;
            vec![block(self, typed)?]
        };
        let (typed, blocks): (Vec<_>, Vec<_>) = blocks.into_iter().unzip();
        Ok(Predicate::InCidr {
            typed,
            blocks: blocks.into_iter().collect(),
            negated,
        })
    }
}

fn one_or(mut all: Vec<Expr>, make: impl Fn(Vec<Expr>) -> Expr) -> Expr {
    match (all.len(), all.pop()) {
        (1, Some(one)) => one,
        (_, last) => {
            all.extend(last);
            make(all)
        }
    }
}

#[cfg(test)]
mod tests;
