//! `trailsift schema`, and that every document is validated (see `support::schemas`).

use crate::support::program::{Dir, trailsift};
use crate::support::schemas::validate_run;
use crate::support::story;

#[test]
fn schema_prints_the_file_of_the_document() {
    for name in ["check", "diff", "inspect", "manifest", "report", "stats"] {
        let path = format!("{}/schemas/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let expected = std::fs::read_to_string(path).expect("the schema");
        trailsift(["schema", name])
            .got()
            .quietly()
            .prints(&expected);
    }
    trailsift(["schema", "list"])
        .got()
        .ends(2)
        .mentions("check, diff, inspect, manifest, report, stats");
}

/// Each kind of document is written once, so that a hook that looks for the wrong words would be seen here.
#[test]
fn every_kind_of_document_is_validated() {
    let dir = Dir::new();
    dir.write("dump.json", story::dump());
    dir.write("rules.toml", "[[rule]]\nname = \"few\"\nmax = 1\n");
    for (line, expected) in [
        ("inspect --format json dump.json", &["inspect"][..]),
        ("report --format=json dump.json", &["report"]),
        ("diff --format json dump.json dump.json", &["diff"]),
        (
            "check --rules rules.toml --format json dump.json",
            &["check"],
        ),
        (
            "list --stats=json --manifest m.json dump.json",
            &["stats", "manifest"],
        ),
    ] {
        let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let got = dir.run(&arguments).got();
        let found = validate_run(dir.0.path(), &arguments, &got.out, &got.err);
        assert_eq!(found, expected, "{line}");
    }
}

#[test]
#[should_panic(expected = "does not match schemas/stats.json")]
fn a_document_with_a_wrong_member_is_seen() {
    let arguments = ["list".to_owned(), "--stats=json".to_owned()];
    validate_run(
        std::path::Path::new("."),
        &arguments,
        "",
        "{\"schema\":2,\"files\":3}",
    );
}
