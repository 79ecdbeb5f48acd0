//! Reads Markdown pages and runs their examples.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The pages for users and contributors.
pub fn every_page() -> Vec<String> {
    let mut pages = Vec::new();
    for folder in ["", "docs"] {
        for entry in fs::read_dir(root().join(folder)).expect("a folder of the project") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let inside = path.strip_prefix(root()).expect("inside the project");
                pages.push(inside.to_str().expect("UTF-8").to_owned());
            }
        }
    }
    pages.sort();
    assert!(pages.len() > 6, "{pages:?}");
    pages
}

/// A shell that finds the program as `trailsift`, with an otherwise empty environment.
pub struct Shell {
    bin: TempDir,
}

impl Shell {
    pub fn new() -> Shell {
        let bin = TempDir::new().expect("a temporary folder");
        let program = env!("CARGO_BIN_EXE_trailsift");
        symlink(program, bin.path().join("trailsift")).expect("a link");
        Shell { bin }
    }

    pub fn run(&self, line: &str, folder: &Path) -> Output {
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

    /// Standard output and standard error of a line that runs at the top of the project.
    pub fn prints(&self, line: &str) -> String {
        let ran = self.run(line, root());
        format!("{}{}", text(&ran.stdout), text(&ran.stderr))
    }
}

pub fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// The lines of each fenced block of a language.
pub fn blocks<'p>(page: &'p str, language: &str) -> Vec<Vec<&'p str>> {
    let mut blocks = Vec::new();
    let mut open: Option<Vec<&str>> = None;
    for line in page.lines() {
        match &mut open {
            Some(_) if line == "```" => blocks.extend(open.take()),
            Some(lines) => lines.push(line),
            None if line.strip_prefix("```") == Some(language) => open = Some(Vec::new()),
            None => {}
        }
    }
    blocks
}

/// A command line and its output.
pub struct Example {
    pub command: String,
    pub output: String,
}

/// The lines of `console` blocks that begin with `$`, each with the lines up to the next one.
pub fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for block in blocks(page, "console") {
        assert!(block[0].starts_with("$ "), "{}: a command first", block[0]);
        for line in block {
            if let Some(command) = line.strip_prefix("$ ") {
                examples.push(Example {
                    command: command.to_owned(),
                    output: String::new(),
                });
            } else {
                let example = examples.last_mut().expect("a command first");
                example.output.push_str(line);
                example.output.push('\n');
            }
        }
    }
    examples
}

/// The page with the present output of its examples.
pub fn with_output(page: &str, shell: &Shell) -> String {
    let mut renewed = String::new();
    let mut in_example = false;
    for line in page.lines() {
        if line.starts_with("```") {
            in_example = line == "```console";
        }
        let command = line.strip_prefix("$ ").filter(|_| in_example);
        if !in_example || command.is_some() || line.starts_with("```") {
            renewed.push_str(line);
            renewed.push('\n');
        }
        if let Some(command) = command {
            renewed.push_str(&shell.prints(command));
        }
    }
    renewed
}

/// The section with a heading.
pub fn section<'p>(page: &'p str, heading: &str) -> &'p str {
    let start = page
        .find(&format!("\n## {heading}\n"))
        .unwrap_or_else(|| panic!("no section {heading}"));
    let rest = &page[start + 1..];
    &rest[..rest.find("\n## ").unwrap_or(rest.len())]
}

/// The cells of the rows of the first table in a text; `\|` is a bar inside a cell.
pub fn table(text: &str) -> Vec<Vec<String>> {
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

/// The texts between backticks.
pub fn code(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}
