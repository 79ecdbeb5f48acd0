//! A policy in a few words: what its statements allow or deny, to whom, on what.
//!
//! Not for: whether it is a good one.

use serde_json::Value;

/// Statements that are told, and names of a list.
const STATEMENTS: usize = 3;
const NAMES: usize = 4;

/// The summary of what a parameter of this name holds, if it is a policy: JSON, or URL-encoded JSON.
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
    let told: Vec<String> = statements
        .iter()
        .take(STATEMENTS)
        .map(|it| told(it))
        .collect();
    let left = statements.len().saturating_sub(told.len());
    let more = match left {
        0 => String::new(),
        left => format!("; and {left} more"),
    };
    Some(format!("{}{more}", told.join("; ")))
}

/// `Allow * s3:GetObject on arn:aws:s3:::b/*, with conditions`.
fn told(statement: &Value) -> String {
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
            let mut listed: Vec<String> = all.iter().take(NAMES).map(names).collect();
            let left = all.len().saturating_sub(listed.len());
            listed.extend((left > 0).then(|| format!("and {left} more")));
            listed.join(",")
        }
        // Of principals: the kind says less than the name.
        Value::Object(members) => {
            let all: Vec<String> = members.values().map(names).collect();
            all.join(",")
        }
        other => other.to_string(),
    }
}

/// Percent-decoded; what is no escape stays.
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
    fn statements_are_told_in_few_words() {
        let policy = r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:a","arn:b"]},"Action":"sts:AssumeRole",
            "Condition":{"Bool":{}}},{"Effect":"Deny","NotAction":["a:b","c:d","e:f","g:h","i:j"],"Resource":"*"}]}"#;
        assert_eq!(
            summary("policyDocument", policy).as_deref(),
            Some(
                "Allow arn:a,arn:b sts:AssumeRole, with conditions; Deny all but a:b,c:d,e:f,g:h,and 1 more on *"
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
