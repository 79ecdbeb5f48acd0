//! `trailsift schema DOCUMENT`: prints the JSON Schema of a JSON document that trailsift writes.
//!
//! The files in `schemas/` are generated from the types that are serialized, and a test compares them. After a change of
//! these types run `cargo test --lib bless_schemas -- --ignored`.

use std::io::{self, Write};

use clap::Args;
use clap::builder::PossibleValue;

use super::Failure;
use super::status::Status;

/// Name, schema, and what writes the document.
const SCHEMAS: [(&str, &str, &str); 6] = [
    (
        "check",
        include_str!("../../schemas/check.json"),
        "the JSON of `check`",
    ),
    (
        "diff",
        include_str!("../../schemas/diff.json"),
        "the JSON of `diff`",
    ),
    (
        "inspect",
        include_str!("../../schemas/inspect.json"),
        "the JSON of `inspect`",
    ),
    (
        "manifest",
        include_str!("../../schemas/manifest.json"),
        "the manifest of any command",
    ),
    (
        "report",
        include_str!("../../schemas/report.json"),
        "the JSON of `report`",
    ),
    (
        "stats",
        include_str!("../../schemas/stats.json"),
        "the byte accounting of any command",
    ),
];

/// Print the JSON Schema of a JSON document that trailsift writes.
///
/// JSON Schema 2020-12. The descriptions state the unit of each number and when a member is null.
#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// check, diff, inspect, manifest, report or stats.
    #[arg(value_name = "DOCUMENT", value_parser = names(), hide_possible_values = true)]
    document: String,
}

fn names() -> Vec<PossibleValue> {
    let values = SCHEMAS.iter();
    values
        .map(|(name, _, writer)| PossibleValue::new(*name).help(*writer))
        .collect()
}

pub(super) fn run(args: &SchemaArgs) -> Result<Status, Failure> {
    let mut schemas = SCHEMAS.iter();
    // clap accepts only the names of the table.
    let schema = schemas.find(|(name, ..)| *name == args.document);
    let text = schema.map_or("", |(_, text, _)| text);
    io::stdout().write_all(text.as_bytes())?;
    Ok(Status::Done)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use schemars::JsonSchema;
    use schemars::generate::SchemaSettings;

    use super::*;
    use crate::check::VerdictDocument;
    use crate::cli::byte_counts::StatsDocument;
    use crate::cli::diff::DiffDocument;
    use crate::cli::manifest::ManifestDocument;
    use crate::inspect::InspectDocument;
    use crate::report::ReportDocument;

    fn generated<T: JsonSchema>() -> String {
        let settings = SchemaSettings::draft2020_12().for_serialize();
        let schema = settings.into_generator().into_root_schema_for::<T>();
        serde_json::to_string_pretty(&schema).unwrap() + "\n"
    }

    fn all() -> [(&'static str, String); 6] {
        [
            ("check", generated::<VerdictDocument<'_>>()),
            ("diff", generated::<DiffDocument<'_>>()),
            ("inspect", generated::<InspectDocument>()),
            ("manifest", generated::<ManifestDocument<'_>>()),
            ("report", generated::<ReportDocument>()),
            ("stats", generated::<StatsDocument<'_>>()),
        ]
    }

    #[test]
    fn the_schemas_are_generated_from_the_types() {
        for ((name, text, _), (expected_name, expected)) in SCHEMAS.into_iter().zip(all()) {
            assert_eq!(name, expected_name);
            assert!(
                text == expected,
                "schemas/{name}.json is out of date: cargo test --lib bless_schemas -- --ignored"
            );
        }
    }

    #[test]
    fn every_member_has_a_description() {
        fn check(name: &str, schema: &serde_json::Value) {
            let members = schema["properties"].as_object().into_iter().flatten();
            for (member, value) in members {
                assert!(value["description"].is_string(), "{name}: {member}");
            }
            let definitions = schema["$defs"].as_object().into_iter().flatten();
            for (definition, value) in definitions {
                check(&format!("{name} {definition}"), value);
            }
        }
        for (name, text, _) in SCHEMAS {
            check(name, &serde_json::from_str(text).unwrap());
        }
    }

    #[test]
    #[ignore = "writes schemas/"]
    fn bless_schemas() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
        for (name, text) in all() {
            std::fs::write(folder.join(format!("{name}.json")), text).unwrap();
        }
    }
}
