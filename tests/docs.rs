//! Runs the examples of the documentation, and checks its tables and links.

mod links;
mod pages;
mod reference;

use std::collections::BTreeSet;
use std::fs;

use tempfile::TempDir;
use trailsift::event::field;

use pages::{Shell, blocks, code, every_page, page, root, section, table, text};

/// As on a terminal: standard output, then standard error.
#[test]
fn every_example_prints_its_output() {
    let shell = Shell::new();
    for (name, minimum) in [
        ("README.md", 4),
        ("README.ja.md", 4),
        ("docs/GUIDE.md", 10),
        ("docs/SHAPES.md", 3),
    ] {
        let examples = pages::examples(&page(name)).len();
        assert!(examples >= minimum, "{name}: only {examples} examples");
    }
    for name in every_page() {
        for example in pages::examples(&page(&name)) {
            let printed = shell.prints(&example.command);
            assert_eq!(printed, example.output, "{name}: $ {}", example.command);
            // A search that finds nothing shows the reader nothing.
            let searches = example.command.contains("| grep");
            assert!(
                !searches || !printed.is_empty(),
                "{name}: no output: $ {}",
                example.command
            );
        }
    }
}

/// Writes the output of the examples and `docs/REFERENCE.md` again.
#[test]
#[ignore = "writes documentation"]
fn bless_docs() {
    let shell = Shell::new();
    fs::write(root().join(reference::PAGE), reference::generate(&shell)).expect("the reference");
    for name in every_page() {
        let renewed = pages::with_output(&page(&name), &shell);
        fs::write(root().join(&name), renewed).expect("a page");
    }
}

#[test]
fn the_reference_is_the_help_of_the_program() {
    let generated = reference::generate(&Shell::new());
    let stored = page(reference::PAGE);
    let mut lines = stored.lines().zip(generated.lines());
    let difference = lines.find(|(stored, generated)| stored != generated);
    assert!(
        generated == stored,
        "cargo test --test all bless_docs -- --ignored: {difference:?}"
    );
}

#[test]
fn readme_is_short_and_begins_with_the_install_and_the_two_commands() {
    let commands = [
        "cargo install --locked --path .",
        "cargo run --release -- count fixtures/",
        "cargo test",
    ];
    let script = page(".ci/run");
    for name in ["README.md", "README.ja.md"] {
        let readme = page(name);
        assert!(readme.lines().count() <= 250, "{name}");
        assert_eq!(blocks(&readme, "sh"), commands.map(|command| vec![command]));
        let screen: Vec<&str> = readme.lines().take(45).collect();
        for command in commands {
            assert!(screen.contains(&command), "{name}: {command}");
        }
    }
    for command in &commands[1..] {
        assert!(script.contains(command), ".ci/run runs {command}");
    }
}

/// The translation has the same examples, tables of commands and links as the original.
#[test]
fn the_japanese_readme_has_the_code_of_the_english_one() {
    let [english, japanese] = ["README.md", "README.ja.md"].map(page);
    for language in ["sh", "console"] {
        assert_eq!(blocks(&english, language), blocks(&japanese, language));
    }
    let cells = |readme: &str| -> Vec<String> {
        let rows = readme.lines().filter(|line| line.starts_with('|'));
        rows.flat_map(|row| code(row).into_iter().map(str::to_owned).collect::<Vec<_>>())
            .collect()
    };
    assert_eq!(cells(&english), cells(&japanese));
    let targets = |readme: &str| -> BTreeSet<String> {
        let targets = links::targets(readme).into_iter();
        let files = targets.map(|target| target.split('#').next().unwrap_or("").to_owned());
        files.filter(|file| !file.starts_with("README")).collect()
    };
    assert_eq!(targets(&english), targets(&japanese));
}

/// `docs/screenshot.sh` stores the hash of the report that it renders.
#[test]
fn the_picture_shows_the_report_of_today() {
    let report = fs::read(root().join("tests/report/all.html")).expect("the report");
    let digest = sha256(&report);
    assert_eq!(
        page("docs/report.png.sha256").trim(),
        digest,
        "the report has changed: run docs/screenshot.sh"
    );
    let picture = fs::metadata(root().join("docs/report.png")).expect("the picture");
    assert!(picture.len() < 200_000, "{} bytes", picture.len());
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn every_exit_status_of_the_table_is_that_of_its_example() {
    let guide = page("docs/GUIDE.md");
    let shell = Shell::new();
    let mut seen = BTreeSet::new();
    for row in table(section(&guide, "Exit status")) {
        let status: i32 = row[0].parse().expect("a number");
        seen.insert(status);
        for example in code(&row[2]) {
            let ran = shell.run(example, root());
            assert_eq!(ran.status.code(), Some(status), "{example}");
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 130]);
}

#[test]
fn every_named_field_is_listed_once() {
    let guide = page("docs/GUIDE.md");
    let rows = table(section(&guide, "Fields"));
    let listed: Vec<&str> = rows.iter().flat_map(|row| code(&row[1])).collect();
    let names: BTreeSet<&str> = field::names().chain(field::words()).collect();
    assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), names);
    assert_eq!(listed.len(), names.len(), "one is listed twice");
}

/// The long options in a text.
fn options(text: &str) -> BTreeSet<&str> {
    let starts = text.match_indices("--").filter(|(at, _)| {
        let before = text[..*at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '-')
    });
    starts
        .map(|(at, _)| {
            let name = &text[at + 2..];
            let end = name.find(|c: char| !c.is_ascii_lowercase() && c != '-');
            &name[..end.unwrap_or(name.len())]
        })
        .filter(|name| !name.is_empty() && !name.starts_with('-'))
        .collect()
}

/// Not only in the reference, which is generated.
#[test]
fn every_option_is_mentioned_in_the_guide() {
    let shell = Shell::new();
    let pages = ["README.md", "docs/GUIDE.md", "docs/SHAPES.md"]
        .map(page)
        .concat();
    let mentioned = options(&pages);
    for command in reference::COMMANDS {
        let help = shell.prints(&format!("trailsift {command} --help"));
        let missing: Vec<_> = options(&help)
            .into_iter()
            .filter(|option| !mentioned.contains(option) && !["help", "version"].contains(option))
            .collect();
        assert!(missing.is_empty(), "{command}: {missing:?}");
    }
}

/// Lines of `uniq -c`, without its padding and in a fixed order.
fn counted(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| {
        let (count, key) = line.trim_start().split_once([' ', '\t']).expect("a count");
        format!("{count}\t{key}")
    });
    let mut lines: Vec<String> = lines.collect();
    lines.sort();
    lines
}

#[test]
fn every_question_has_an_answer() {
    let shell = Shell::new();
    let folder = TempDir::new().expect("a temporary folder");
    let fixture = root().join("fixtures/cli-v2.json");
    fs::copy(fixture, folder.path().join("dump")).expect("a fixture");
    for (name, list) in [
        (
            "addresses.txt",
            "# seen in the firewall\n198.51.100.74\n203.0.113.0/24\n",
        ),
        ("keys.txt", "AKIATTLESKLSUEXAMPLE # alice\n"),
    ] {
        fs::write(folder.path().join(name), list).expect("a list");
    }
    for (name, heading, minimum) in [
        ("README.md", "Ten questions", 10),
        ("docs/GUIDE.md", "More questions", 20),
    ] {
        let page = page(name);
        let questions = table(section(&page, heading));
        assert!(questions.len() >= minimum, "{name}");
        for row in questions {
            let ran = shell.run(code(&row[1])[0], folder.path());
            assert!(ran.status.success(), "{}: {}", row[1], text(&ran.stderr));
            assert!(!ran.stdout.is_empty(), "{}: {}", row[1], text(&ran.stderr));
        }
    }
}

#[test]
#[ignore = "needs jq"]
fn every_jq_recipe_prints_the_same_as_its_replacement() {
    let readme = page("README.md");
    let recipes = table(section(&readme, "Instead of jq"));
    assert_eq!(recipes.len(), 3);
    let shell = Shell::new();
    let folder = TempDir::new().expect("a temporary folder");
    let dump = folder.path().join("dump");
    for name in ["cli-v1.json", "cli-v1-integer.json", "cli-v1-fraction.json"] {
        fs::copy(root().join("fixtures").join(name), &dump).expect("a fixture");
        for recipe in &recipes {
            let [old, new] = [&recipe[0], &recipe[1]].map(|cell| {
                let ran = shell.run(code(cell)[0], folder.path());
                assert!(ran.status.success(), "{cell}: {}", text(&ran.stderr));
                assert!(!ran.stdout.is_empty(), "{cell}");
                text(&ran.stdout).to_owned()
            });
            if recipe[0].contains("uniq -c") {
                assert_eq!(counted(&old), counted(&new), "{name}: {recipe:?}");
            } else {
                assert_eq!(old, new, "{name}: {recipe:?}");
            }
        }
    }
}

/// Runs the commands of the workflow on a good dump and on a bad one.
#[test]
fn the_workflow_passes_a_good_run_and_fails_a_bad_one() {
    let guide = page("docs/GUIDE.md");
    let workflows = blocks(&guide, "yaml");
    assert_eq!(workflows.len(), 1);
    let workflow: serde_yaml_ng::Value =
        serde_yaml_ng::from_str(&workflows[0].join("\n")).expect("YAML");
    let steps = workflow["jobs"]["check"]["steps"].as_sequence();
    let commands = steps
        .expect("steps")
        .iter()
        .filter_map(|step| step["run"].as_str());
    let commands: Vec<&str> = commands
        .filter(|command| command.starts_with("trailsift "))
        .collect();
    assert_eq!(commands.len(), 2);
    let shell = Shell::new();
    for (dump, status, said) in [
        ("good.json", 0, "::notice "),
        ("bad.json", 1, "::error file=ci/rules.toml,line=4,"),
    ] {
        let folder = TempDir::new().expect("a temporary folder");
        fs::create_dir(folder.path().join("ci")).expect("a folder");
        for (from, to) in [
            ("rules.toml", "ci/rules.toml"),
            ("baseline.tsv", "ci/api.tsv"),
            (dump, "run.json"),
        ] {
            let from = root().join("tests/check").join(from);
            fs::copy(from, folder.path().join(to)).expect("a file");
        }
        for command in &commands {
            let ran = shell.run(command, folder.path());
            assert_eq!(ran.status.code(), Some(status), "{command}");
            if command.contains("--format github") {
                assert!(text(&ran.stdout).starts_with(said), "{}", text(&ran.stdout));
            }
        }
        let sarif = fs::read(folder.path().join("run.sarif")).expect("the uploaded file");
        let sarif: serde_json::Value = serde_json::from_slice(&sarif).expect("JSON");
        let results = sarif["runs"][0]["results"].as_array().expect("results");
        assert_eq!(results.is_empty(), status == 0);
    }
}

#[test]
fn the_guide_shows_the_rules_that_its_example_reads() {
    let guide = page("docs/GUIDE.md");
    let rules = page("tests/check/rules.toml");
    let shown = blocks(&guide, "toml");
    assert!(shown.contains(&rules.lines().collect()));
}
