//! Messages for expressions that cannot be parsed or could never match: what to write instead.

use super::super::lex::{Lexer, is_keyword};
use super::super::{CidrBlocks, ExprError};
use crate::event::{Field, FieldOrigin};
use crate::time;

/// Operators of other languages, and what to write instead. Longer ones first.
const FOREIGN: [(&str, &str); 12] = [
    ("==", "write =, not =="),
    ("=~", "write ~, not =~"),
    ("<>", "write !=, not <>"),
    ("=>", "write >=, not =>"),
    ("=<", "write <=, not =<"),
    ("!in", "write not in, not !in"),
    ("~~", "write ~, not ~~"),
    (":", "write = in place of :"),
    (
        "is ",
        "write =, not is; to test for presence write `exists FIELD`",
    ),
    ("like ", "write ~ and a regular expression, not like"),
    (
        "contains ",
        "write ~ and a regular expression, not contains",
    ),
    ("matches ", "write ~ and a regular expression, not matches"),
];

/// What to write for an operator of another language.
pub(super) fn wrong_operator(ahead: &str) -> Option<String> {
    let found = FOREIGN.iter().find(|(sign, _)| {
        let head = ahead.get(..sign.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(sign))
    });
    found.map(|(_, advice)| (*advice).to_owned())
}

/// Why no comparison follows a field.
pub(super) fn no_operator(field: &Field, word: &str, negated: bool) -> String {
    let operators = "=, !=, <, <=, >, >=, ~, !~, in, not in, in_cidr or not in_cidr";
    if negated {
        return "expected in or in_cidr after `not`; to negate a whole comparison write `not` before the field; the \
                opposites of = and ~ are != and !~"
            .to_owned();
    }
    let name = field.name();
    if word.is_empty() || is_keyword(word) {
        format!(
            "expected an operator after `{name}` ({operators}); to test for presence write `exists {name}`"
        )
    } else {
        format!("expected an operator after `{name}`: {operators}")
    }
}

/// Why a field is missing.
pub(super) fn no_field(ahead: &str) -> String {
    if ahead.is_empty() {
        return "expected a comparison at the end, as in `errorCode = AccessDenied`".to_owned();
    }
    for (sign, advice) in [
        ("!", "write not, not !"),
        ("&&", "write and, not &&"),
        ("||", "write or, not ||"),
        (
            "'",
            "expected a field, without quotes: `errorCode = AccessDenied`",
        ),
        (
            "(",
            "`exists` takes exactly one field, without parentheses: `exists errorCode`",
        ),
        (")", "a comparison is missing before this )"),
        (",", "a comparison is missing before this comma"),
    ] {
        if ahead.starts_with(sign) {
            return advice.to_owned();
        }
    }
    "expected a field, as in `errorCode = AccessDenied`".to_owned()
}

/// Why a value is missing.
pub(super) fn no_value(ahead: &str, word: &str, after: &str) -> String {
    if is_keyword(word) {
        return format!("expected a value after {after}; for the word {word} itself write quotes");
    }
    match (after, ahead.chars().next()) {
        ("~", Some('(')) => {
            "write a regular expression with parentheses in quotes: ~ '^(Get|List)'".to_owned()
        }
        ("=" | "!=", Some('(')) => format!(
            "write several values in a list: FIELD {} (A, B)",
            if after == "=" { "in" } else { "not in" }
        ),
        ("=" | "!=" | "<" | "<=" | ">" | ">=" | "~", Some(c @ ('=' | '!' | '<' | '>' | '~'))) => {
            format!("no operator {after}{c}; write a value that begins with {c} in quotes")
        }
        _ => format!("expected a value after {after}; write empty text as ''"),
    }
}

/// Why text after a complete expression is not accepted.
pub(super) fn trailing(lexer: &mut Lexer<'_>) -> ExprError {
    let (at, ahead) = (lexer.at(), lexer.ahead());
    let why = if ahead.starts_with("&&") {
        "write and, not &&"
    } else if ahead.starts_with("||") {
        "write or, not ||"
    } else if ahead.starts_with(')') {
        "this ) closes nothing"
    } else if ahead.starts_with(',') {
        "expected and, or, or the end; write several values in a list: FIELD in (A, B)"
    } else if ahead.starts_with(['=', '!', '<', '>', '~']) {
        "expected and, or, or the end; one comparison is one field, one operator, one value"
    } else {
        "expected and, or, or the end; write a value with blanks in quotes"
    };
    lexer.error(at, why)
}

/// The reason that the regex crate gives, without its copy of the expression.
pub(super) fn bad_regex(error: &regex::Error) -> String {
    let text = error.to_string();
    let reason = text.lines().rev().find(|line| !line.trim().is_empty());
    let reason = reason.unwrap_or_default().trim();
    format!(
        "not a regular expression: {}",
        reason.strip_prefix("error: ").unwrap_or(reason)
    )
}

/// Why a field is not accepted as a regular expression.
pub(super) fn field_as_regex(name: &str) -> String {
    format!(
        "`{name}` is a field, and ~ takes a regular expression: compare two fields with =, or write quotes for the \
         expression, '{name}'"
    )
}

/// Why two fields can never be compared: an instant with a computed text.
pub(super) fn not_comparable(left: &Field, right: &Field) -> Option<String> {
    let is_text = |field: &Field| field.origin() == FieldOrigin::Computed;
    let (instant, text) = match (left.is_instant(), right.is_instant()) {
        (true, false) if is_text(right) => (left, right),
        (false, true) if is_text(left) => (right, left),
        _ => return None,
    };
    Some(format!(
        "{} is a time and {} is not, so they cannot be compared",
        instant.name(),
        text.name()
    ))
}

/// Why a duration is not accepted as the bound of a field: it would be compared as text.
pub(super) fn duration(field: &Field, text: &str, sign: &str) -> Option<String> {
    let has_unit = text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(|c: char| c.is_ascii_alphabetic());
    let seconds = time::parse_duration(text)
        .ok()
        .filter(|_| has_unit)?
        .seconds();
    let name = field.name();
    Some(format!(
        "`{text}` is a duration, which no value of {name} is compared as: write a number, for seconds \
         {name} {sign} {seconds}, or quotes for the text itself"
    ))
}

/// A typed value in the spelling of the field's values: an hour with two digits.
pub(super) fn as_written(field: &Field, text: &str) -> Option<String> {
    let is_short =
        field.defined_as() == "hour" && text.len() == 1 && text.as_bytes()[0].is_ascii_digit();
    is_short.then(|| format!("0{text}"))
}

/// Why a comparison for equality can never be true, as far as that is certain or very likely.
pub(super) fn never_equal(field: &Field, text: &str, quoted: bool, sign: &str) -> Option<String> {
    let name = field.name();
    if !quoted && text.eq_ignore_ascii_case("null") {
        return Some(format!(
            "no value is equal to null: write `exists {name}` or `not exists {name}`, or quotes for the word itself"
        ));
    }
    if !quoted && let Some(file) = text.strip_prefix('@') {
        let flag = flag_for(field.defined_as()).map_or(String::new(), |flag| {
            format!(": {flag} @{file}, --not {}=@{file}", &flag[2..])
        });
        return Some(format!(
            "after {sign} an @ does not read a file; flags read values from files{flag}; or write quotes for the text itself"
        ));
    }
    if field.defined_as() == "sourceIPAddress"
        && text.contains('/')
        && CidrBlocks::parse(text).is_some()
    {
        return Some(format!(
            "`{text}` is a block of addresses: write {name} in_cidr {text}"
        ));
    }
    if !quoted && text == "*" {
        return Some(format!(
            "after {sign} the * is not a wildcard: write exists {name}"
        ));
    }
    if !quoted && text.contains(['*', '?']) {
        return Some(format!(
            "after {sign} the * and ? of `{text}` are not wildcards: write {name} ~ '{}'{}, or quotes for the \
             text itself",
            as_regex(text),
            flag_for(field.defined_as()).map_or(String::new(), |flag| format!(", {flag} '{text}'")),
        ));
    }
    if let Some(possible) = field.possible()
        && !possible.contains(&text)
    {
        let all = match possible {
            [first, .., last] if possible.len() > 5 => format!("{first} to {last}"),
            few => few.join(", "),
        };
        return Some(format!("{name} is never `{text}`; it is one of {all}"));
    }
    if name == "service"
        && let Some(short) = text.strip_suffix(".amazonaws.com")
    {
        return Some(format!(
            "service is written without .amazonaws.com: service {sign} {short}"
        ));
    }
    None
}

/// Why a text is not a date. The values of `date` are compared as text, so `date < yesterday` would be true of every event.
pub(super) fn no_date(field: &Field, text: &str) -> Option<String> {
    let is_wrong = field.defined_as() == "date" && !is_date(text);
    is_wrong.then(|| {
        format!(
            "date is never `{text}`; write it as 2024-07-30 (EventTime also accepts yesterday, or 2024-07 for a \
             month)"
        )
    })
}

fn is_date(text: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| {
        text.get(range)
            .is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    text.len() == 10
        && digits(0..4)
        && digits(5..7)
        && digits(8..10)
        && [4, 7].iter().all(|at| text.as_bytes()[*at] == b'-')
}

/// A pattern with `*` and `?` as a regular expression.
fn as_regex(glob: &str) -> String {
    let mut regex = String::from("^");
    for c in glob.chars() {
        match c {
            '*' => regex.push_str(".*"),
            '?' => regex.push('.'),
            c => regex.push_str(&regex::escape(&c.to_string())),
        }
    }
    regex.push('$');
    let open = regex.strip_suffix(".*$").unwrap_or(&regex);
    open.strip_prefix("^.*").unwrap_or(open).to_owned()
}

/// The flag that accepts patterns for a field.
fn flag_for(name: &str) -> Option<&'static str> {
    Some(match name {
        "EventName" | "eventName" => "--name",
        "EventSource" | "eventSource" | "service" => "--source",
        "EventId" | "eventID" => "--id",
        "AccessKeyId" | "userIdentity.accessKeyId" => "--key",
        "Username"
        | "principal"
        | "session"
        | "userIdentity.arn"
        | "userIdentity.userName"
        | "userIdentity.principalId" => "--who",
        "awsRegion" => "--region",
        "sourceIPAddress" => "--ip",
        "errorCode" => "--error",
        "account" | "recipientAccountId" | "userIdentity.accountId" => "--account",
        "resource" | "Resources[].ResourceName" | "resources[].ARN" => "--resource",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_translated_as_short_as_it_can_be() {
        for (glob, regex) in [
            ("Get*", "^Get"),
            ("*Object", "Object$"),
            ("*a.b*", r"a\.b"),
            ("G?t*x", "^G.t.*x$"),
        ] {
            assert_eq!(as_regex(glob), regex);
            assert!(regex::Regex::new(regex).is_ok());
        }
    }
}
