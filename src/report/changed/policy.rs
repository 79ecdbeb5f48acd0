//! A policy in a few words: effect, actions, principals and resources of its statements.

use serde_json::Value;

/// Maximum number of shown statements, and of names in a list.
const STATEMENTS: usize = 3;
const NAMES: usize = 4;

/// The summary of a parameter with this name, if it is a policy: JSON, or URL-encoded JSON.
pub(super) fn summary(name: &str, text: &str) -> Option<String> {
    let text = text.trim_start();
    let is_encoded = text.starts_with("%7B") || text.starts_with("%7b");
    if !is_encoded && !text.starts_with('{') || !name.to_ascii_lowercase().contains("policy") {
        return None;
    }
    let document: Value = if is_encoded {
        serde_json::from_str(&decoded(text)).ok()?
    } else {
        serde_json::from_str(text).ok()?
    };
    let statements = match document.get("Statement")? {
        Value::Array(all) => all.iter().collect(),
        one => vec![one],
    };
    let mut widest: Vec<&Value> = statements.clone();
    if statements.len() > STATEMENTS {
        widest.sort_by_key(|statement| !is_wide(statement));
    }
    let shown: Vec<String> = widest.iter().take(STATEMENTS).map(|it| brief(it)).collect();
    let left = statements.len().saturating_sub(shown.len());
    let more = match left {
        0 => String::new(),
        left => format!("; and {left} more"),
    };
    Some(format!("{}{more}", shown.join("; ")))
}

/// Whether a statement allows any principal or any action; such a statement is never omitted.
fn is_wide(statement: &Value) -> bool {
    let allows = statement.get("Effect").and_then(Value::as_str) == Some("Allow");
    let has = |member: &str| statement.get(member);
    let is_open = |member| has(member).is_some_and(|it| width(it) < NARROW);
    let is_inverted = |member| has(member).is_some();
    let inverted = ["NotPrincipal", "NotAction", "NotResource"];
    allows
        && (["Principal", "Action"].into_iter().any(is_open)
            || inverted.into_iter().any(is_inverted))
}

/// 0 for everything, 1 for a wildcard with a prefix, [`NARROW`] for names.
fn width(value: &Value) -> usize {
    match value {
        Value::String(text) if text == "*" => 0,
        Value::String(text) if text.ends_with(":*") => 1,
        Value::Array(all) => all.iter().map(width).min().unwrap_or(NARROW),
        Value::Object(members) => members.values().map(width).min().unwrap_or(NARROW),
        _ => NARROW,
    }
}

const NARROW: usize = 2;

/// `Allow * s3:GetObject on arn:aws:s3:::b/*, with conditions`.
fn brief(statement: &Value) -> String {
    let mut words = Vec::new();
    words.extend(statement.get("Effect").map(names));
    for (member, before) in [
        ("Principal", ""),
        ("NotPrincipal", "all but "),
        ("Action", ""),
        ("NotAction", "all but "),
        ("Resource", "on "),
        ("NotResource", "on all but "),
    ] {
        let value = statement.get(member);
        words.extend(value.map(|value| format!("{before}{}", names(value))));
    }
    let conditions = statement.get("Condition").is_some();
    let tail = if conditions { ", with conditions" } else { "" };
    format!("{}{tail}", words.join(" "))
}

fn names(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => {
            let mut widest: Vec<&Value> = all.iter().collect();
            if all.len() > NAMES {
                widest.sort_by_key(|name| width(name));
            }
            let mut listed: Vec<String> = widest.into_iter().take(NAMES).map(names).collect();
            let left = all.len().saturating_sub(listed.len());
            listed.extend((left > 0).then(|| format!("and {left} more")));
            listed.join(",")
        }
        // The name of a principal is shown without its kind.
        Value::Object(members) => {
            let all: Vec<String> = members.values().map(names).collect();
            all.join(",")
        }
        other => other.to_string(),
    }
}

/// Percent-decoded; text that is not an escape stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let digits = match (first, tail) {
            (b'%', [a, b, ..]) => std::str::from_utf8(&[*a, *b])
                .ok()
                .and_then(|digits| u8::from_str_radix(digits, 16).ok()),
            _ => None,
        };
        match digits {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_short() {
        let policy = r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:a","arn:b"]},"Action":"sts:AssumeRole",
            "Condition":{"Bool":{}}},{"Effect":"Deny","NotAction":["a:b","c:d","e:f","g:h","i:j"],"Resource":"*"}]}"#;
        assert_eq!(
            summary("policyDocument", policy).as_deref(),
            Some(
                "Allow arn:a,arn:b sts:AssumeRole, with conditions; Deny all but a:b,c:d,e:f,g:h,and 1 more on *"
            )
        );
        // Wide permissions are shown, whatever their position.
        let hiding = r#"{"Statement":[{"Effect":"Allow","Action":["s3:a","s3:b","s3:c","s3:d","*"],"Resource":"r"},
            {"Effect":"Deny","Action":"*","Resource":"*"},{"Effect":"Allow","Action":"x:y","Resource":"r"},
            {"Effect":"Allow","Action":"iam:*","Resource":"*"},
            {"Effect":"Allow","Principal":{"AWS":"*"},"Action":"x:z"}]}"#;
        assert_eq!(
            summary("policy", hiding).as_deref(),
            Some(
                "Allow *,s3:a,s3:b,s3:c,and 1 more on r; Allow iam:* on *; Allow * x:z; and 2 more"
            )
        );
        assert_eq!(summary("userName", policy), None);
        assert_eq!(
            summary("policyArn", "arn:aws:iam::aws:policy/AdministratorAccess"),
            None
        );
        assert_eq!(summary("policy", "{broken"), None);
        assert_eq!(decoded("a%20b%2"), "a b%2");
    }
}
