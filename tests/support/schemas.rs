//! Validates the JSON documents that the program writes during the tests against `schemas/`.

use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

/// The schema of each document.
static VALIDATORS: LazyLock<Vec<(&str, jsonschema::Validator)>> = LazyLock::new(|| {
    let names = ["check", "diff", "inspect", "manifest", "report", "stats"];
    names.map(|name| (name, validator(name))).into()
});

fn validator(name: &str) -> jsonschema::Validator {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).expect("a schema");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    jsonschema::draft202012::options()
        .build(&schema)
        .expect("the schema is a schema")
}

/// The value of a flag that is written `--flag VALUE` or `--flag=VALUE`.
fn value<'a>(arguments: &'a [String], flag: &str) -> Option<&'a str> {
    arguments.iter().enumerate().find_map(|(at, argument)| {
        let rest = argument.strip_prefix(flag)?;
        match rest.strip_prefix('=') {
            None if rest.is_empty() => arguments.get(at + 1).map(String::as_str),
            value => value,
        }
    })
}

fn validate(name: &str, text: &str, typed: &[String]) {
    let document: Value = match serde_json::from_str(text) {
        Ok(document) => document,
        Err(error) => panic!("{name} of {typed:?} is not JSON: {error}"),
    };
    let (_, validator) = VALIDATORS.iter().find(|(it, _)| *it == name).expect(name);
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(
        errors.is_empty(),
        "{name} of {typed:?} does not match schemas/{name}.json: {errors:#?}"
    );
}

/// Validates what a run of the program wrote. Returns the names of the documents.
pub fn validate_run(
    directory: &Path,
    arguments: &[String],
    out: &str,
    err: &str,
) -> Vec<&'static str> {
    let mut found = Vec::new();
    let command = arguments.first().map_or("", String::as_str);
    let name = ["check", "diff", "inspect", "report"];
    let name = name.into_iter().find(|name| *name == command);
    if let Some(name) = name.filter(|_| value(arguments, "--format") == Some("json"))
        && out.starts_with('{')
    {
        validate(name, out, arguments);
        found.push(name);
    }
    let stats = value(arguments, "--stats").filter(|value| *value == "json");
    if let Some(line) = err.lines().find(|line| line.starts_with("{\""))
        && stats.is_some()
    {
        validate("stats", line, arguments);
        found.push("stats");
    }
    if let Some(path) = value(arguments, "--manifest")
        && let Ok(text) = std::fs::read_to_string(directory.join(path))
        && text.contains("\"program\": \"trailsift\"")
    {
        validate("manifest", &text, arguments);
        found.push("manifest");
    }
    found
}
