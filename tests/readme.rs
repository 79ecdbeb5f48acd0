//! What the README says is so: its examples, its tables, its two commands.
//!
//! Not for: whether it is well said.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;
use trailsift::event::field;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("README.md")
}

/// A shell that finds the program as `trailsift`, and nothing of the tester's own in the environment.
struct Shell {
    bin: TempDir,
}

impl Shell {
    fn new() -> Shell {
        let bin = TempDir::new().expect("a temporary folder");
        let program = env!("CARGO_BIN_EXE_trailsift");
        symlink(program, bin.path().join("trailsift")).expect("a link");
        Shell { bin }
    }

    fn run(&self, line: &str, folder: &Path) -> Output {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = [self.bin.path().to_owned()]
            .into_iter()
            .chain(std::env::split_paths(&path));
        Command::new("sh")
            .args(["-c", line])
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::join_paths(folders).expect("a path"))
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .output()
            .expect("a shell")
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// The lines of each fenced block of a language.
fn blocks<'r>(readme: &'r str, language: &str) -> Vec<Vec<&'r str>> {
    let mut blocks = Vec::new();
    let mut open: Option<Vec<&str>> = None;
    for line in readme.lines() {
        match &mut open {
            Some(_) if line == "```" => blocks.extend(open.take()),
            Some(lines) => lines.push(line),
            None if line.strip_prefix("```") == Some(language) => open = Some(Vec::new()),
            None => {}
        }
    }
    blocks
}

/// The section under a heading.
fn section<'r>(readme: &'r str, heading: &str) -> &'r str {
    let start = readme
        .find(&format!("\n## {heading}\n"))
        .expect("a section");
    let rest = &readme[start + 1..];
    &rest[..rest.find("\n## ").unwrap_or(rest.len())]
}

/// The cells of the rows of the first table in a text; `\|` is a bar inside a cell.
fn table(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().skip_while(|line| !line.starts_with("|---"));
    lines
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells = line.replace(r"\|", "\0");
            let cells = cells.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().replace('\0', "|")).collect()
        })
        .collect()
}

/// What stands between backticks.
fn code(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// Shown as a terminal would: what is printed, then what is told about it.
#[test]
fn every_example_prints_what_is_shown() {
    let readme = readme();
    let shell = Shell::new();
    let mut examples = 0;
    for block in blocks(&readme, "console") {
        let mut lines = block.into_iter().peekable();
        while let Some(line) = lines.next() {
            let command = line.strip_prefix("$ ").expect("a command first");
            let mut shown = String::new();
            while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
                shown.push_str(line);
                shown.push('\n');
            }
            let ran = shell.run(command, root());
            let printed = format!("{}{}", text(&ran.stdout), text(&ran.stderr));
            assert_eq!(printed, shown, "$ {command}");
            examples += 1;
        }
    }
    assert!(examples > 5, "only {examples} examples");
}

#[test]
fn the_first_screen_has_the_two_commands_each_alone() {
    let readme = readme();
    let commands = ["cargo run --release -- count fixtures/", "cargo test"];
    assert_eq!(blocks(&readme, "sh"), commands.map(|command| vec![command]));
    let screen: Vec<&str> = readme.lines().take(24).collect();
    let script = fs::read_to_string(root().join(".ci/run")).expect(".ci/run");
    for command in commands {
        assert!(screen.contains(&command), "{command}");
        assert!(script.contains(command), ".ci/run runs {command}");
    }
}

#[test]
fn every_exit_status_of_the_table_is_the_one_its_example_ends_with() {
    let readme = readme();
    let shell = Shell::new();
    let mut seen = BTreeSet::new();
    for row in table(section(&readme, "Exit status")) {
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
fn every_field_that_has_a_name_is_listed_and_no_other() {
    let readme = readme();
    let rows = table(section(&readme, "Fields"));
    let listed: Vec<&str> = rows.iter().flat_map(|row| code(&row[1])).collect();
    let names: BTreeSet<&str> = field::names().collect();
    assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), names);
    assert_eq!(listed.len(), names.len(), "one is listed twice");
}

/// The long flags in a text.
fn flags(text: &str) -> BTreeSet<&str> {
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

#[test]
fn every_flag_is_mentioned() {
    let shell = Shell::new();
    let readme = readme();
    let mentioned = flags(&readme);
    for command in [
        "list", "count", "show", "fields", "diff", "convert", "check", "inspect", "report",
        "redact",
    ] {
        let ran = shell.run(&format!("trailsift {command} --help"), root());
        let help = text(&ran.stdout).to_owned();
        let missing: Vec<_> = flags(&help)
            .into_iter()
            .filter(|flag| !mentioned.contains(flag) && !["help", "version"].contains(flag))
            .collect();
        assert!(missing.is_empty(), "{command}: {missing:?}");
    }
}

/// Counts as `uniq -c` pads them, in an order of their own among equals.
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
fn every_question_is_answered() {
    let readme = readme();
    let questions = table(section(&readme, "Questions and their answers"));
    assert!(questions.len() > 20);
    let shell = Shell::new();
    let folder = TempDir::new().expect("a temporary folder");
    fs::copy(
        root().join("fixtures/cli-v2.json"),
        folder.path().join("dump"),
    )
    .expect("a fixture");
    for (name, list) in [
        (
            "addresses.txt",
            "# seen in the firewall\n198.51.100.74\n203.0.113.0/24\n",
        ),
        ("keys.txt", "AKIATTLESKLSUEXAMPLE # alice\n"),
    ] {
        fs::write(folder.path().join(name), list).expect("a list");
    }
    for row in questions {
        let ran = shell.run(code(&row[1])[0], folder.path());
        assert!(ran.status.success(), "{}: {}", row[1], text(&ran.stderr));
        assert!(!ran.stdout.is_empty(), "{}: {}", row[1], text(&ran.stderr));
    }
}

#[test]
#[ignore = "needs jq"]
fn every_recipe_prints_what_its_replacement_prints() {
    let readme = readme();
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

/// The commands of the workflow, of a good run and of a bad one.
#[test]
fn the_workflow_does_what_it_is_for() {
    let readme = readme();
    let workflows = blocks(&readme, "yaml");
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
        let sarif = fs::read(folder.path().join("run.sarif")).expect("what is uploaded");
        let sarif: serde_json::Value = serde_json::from_slice(&sarif).expect("JSON");
        let results = sarif["runs"][0]["results"].as_array().expect("results");
        assert_eq!(results.is_empty(), status == 0);
    }
}

/// What the README shows as rules is what its example reads.
#[test]
fn the_rules_of_the_example_are_shown() {
    let readme = readme();
    let rules = fs::read_to_string(root().join("tests/check/rules.toml")).expect("the rules");
    let shown = blocks(&readme, "toml");
    assert!(shown.contains(&rules.lines().collect()));
}
