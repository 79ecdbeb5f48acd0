//! `--format`: one set of names for every command. A command declares which of them it can write.

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// Aligned columns or text, for reading.
    #[value(alias = "text")]
    Table,
    /// Tab-separated, escaped as jq's `@tsv`.
    Tsv,
    /// Comma-separated (RFC 4180), with a header.
    Csv,
    /// One JSON document; of rows, one array.
    Json,
    /// JSON, one object per line.
    Jsonl,
    /// Markdown.
    #[value(alias = "markdown")]
    Md,
    /// One HTML file.
    Html,
    /// Annotations of GitHub Actions.
    Github,
    /// XML of JUnit.
    Junit,
    /// SARIF 2.1.0.
    Sarif,
}

impl Format {
    /// The formats of every command that writes rows.
    pub const ROWS: [Format; 6] = [
        Format::Table,
        Format::Tsv,
        Format::Csv,
        Format::Json,
        Format::Jsonl,
        Format::Md,
    ];

    /// The value parser of a command that can write these formats. Any other name is refused with the list of them.
    pub fn among(formats: &'static [Format]) -> impl TypedValueParser<Value = Format> {
        let values = formats.iter().filter_map(ValueEnum::to_possible_value);
        PossibleValuesParser::new(values).try_map(|typed| Format::from_str(&typed, false))
    }

    /// Whether it is JSON.
    pub fn is_json(self) -> bool {
        matches!(self, Format::Json | Format::Jsonl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_and_alias_is_a_format() {
        for format in Format::value_variants() {
            let value = format.to_possible_value().expect("no format is hidden");
            for name in value.get_name_and_aliases() {
                assert_eq!(Format::from_str(name, false), Ok(*format), "{name}");
            }
        }
        assert_eq!(Format::from_str("text", false), Ok(Format::Table));
        assert_eq!(Format::from_str("markdown", false), Ok(Format::Md));
        assert!(Format::from_str("xml", false).is_err());
    }
}
