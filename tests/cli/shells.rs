//! `completions` and `man`: every command and every flag is in them, and the programs they are for take
//! them.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use crate::support::program::{Dir, typed};

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

/// The commands that `--help` lists, without `help` itself.
fn commands() -> Vec<String> {
    let help = typed("--help").got();
    let listed = help.out.split("Commands:\n").nth(1).unwrap();
    let names = listed.lines().take_while(|line| !line.is_empty());
    let names = names.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<String> = names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    assert!(names.len() >= 7, "{names:?}");
    names.into_iter().filter(|name| name != "help").collect()
}

/// The flags that the help of a command explains.
fn flags(command: &str) -> BTreeSet<String> {
    let help = typed(&format!("{command} --help")).got();
    let words = help
        .out
        .lines()
        .filter(|line| line.trim_start().starts_with('-'));
    words
        .flat_map(str::split_whitespace)
        .filter_map(|word| word.strip_prefix("--"))
        .map(|flag| flag.split(['=', '[', ',', '.']).next().unwrap().to_owned())
        .filter(|flag| !flag.is_empty())
        .collect()
}

#[test]
fn every_shell_completes_every_command_and_flag() {
    for shell in SHELLS {
        let got = typed(&format!("completions {shell}")).got();
        got.quietly();
        for command in commands() {
            got.shows(&command);
            for flag in flags(&command) {
                // In fish the bare name follows `-l`.
                got.shows(&if shell == "fish" {
                    format!("-l {flag}")
                } else {
                    format!("--{flag}")
                });
            }
        }
        // The other two complete no values.
        if ["bash", "fish", "zsh"].contains(&shell) {
            got.shows("userIdentity").shows("principal").shows("jsonl");
        }
    }
    typed("completions")
        .got()
        .ends(2)
        .prints("")
        .mentions("SHELL");
    typed("completions tcsh")
        .got()
        .ends(2)
        .prints("")
        .mentions("bash");
}

#[test]
fn every_command_has_a_page_with_every_flag() {
    let program = typed("man").got();
    program
        .quietly()
        .shows(".TH trailsift 1")
        .shows(".SH EXAMPLES");
    for command in commands() {
        program.shows(&format!("trailsift\\-{command}(1)"));
        let page = typed(&format!("man {command}")).got();
        page.quietly().shows(&format!(".TH trailsift-{command} 1"));
        for flag in flags(&command) {
            page.shows(&format!("\\fB\\-\\-{}\\fR", flag.replace('-', "\\-")));
        }
        assert!(page.out.is_ascii(), "{command}");
    }
    let wrong = typed("man cuont").got();
    wrong.ends(2).prints("").mentions("no command `cuont`");
    for command in commands() {
        wrong.mentions(&command);
    }
}

#[test]
fn a_page_contains_the_text_of_every_option_and_the_example() {
    for command in commands() {
        let page = typed(&format!("man {command}")).got().out;
        let page = page.replace("\\-", "-");
        assert!(
            page.contains(&format!("$ trailsift {command}")),
            "{command}"
        );
        // The name of an option is followed by its text, not by the next one.
        let mut lines = page
            .lines()
            .skip_while(|line| *line != ".SH OPTIONS")
            .peekable();
        let mut options = 0;
        while let Some(line) = lines.next() {
            if line == ".TP" {
                let name = lines.next().unwrap_or_default().to_owned();
                let text = lines.peek().copied().unwrap_or_default();
                let is_text = !text.is_empty() && !text.starts_with(".TP");
                assert!(is_text, "{command}: {name}");
                options += 1;
            }
        }
        assert!(options > 1, "{command}");
    }
}

#[test]
fn all_pages_are_written_into_a_directory() {
    let dir = Dir::new();
    dir.run(["man", "--all", "man/man1"])
        .got()
        .quietly()
        .prints("");
    let mut expected: Vec<String> = commands();
    expected
        .iter_mut()
        .for_each(|name| *name = format!("trailsift-{name}.1"));
    expected.push("trailsift.1".to_owned());
    for name in &expected {
        assert!(
            dir.read(format!("man/man1/{name}"))
                .contains(".TH trailsift"),
            "{name}"
        );
    }
    assert_eq!(
        dir.read("man/man1/trailsift-count.1"),
        typed("man count").got().out
    );
    let written = std::fs::read_dir(dir.path("man/man1")).unwrap().count();
    assert_eq!(written, expected.len());
    dir.write("file", "");
    dir.run(["man", "--all", "file"])
        .got()
        .ends(2)
        .mentions("cannot write file");
}

#[test]
fn a_page_and_a_script_are_the_same_whatever_the_environment() {
    for line in ["man", "man count", "completions bash", "completions zsh"] {
        let expected = typed(line).got();
        typed(line)
            .env("SHELL", "/bin/fish")
            .env("LANG", "tr_TR.UTF-8")
            .env("COLUMNS", "20")
            .env("CLICOLOR_FORCE", "1")
            .got()
            .quietly()
            .prints(&expected.out);
    }
}

/// Runs a program of the system on a script; nothing said is all well.
fn silent(program: &str, arguments: &[&str], folder: &Dir) {
    let ran = Command::new(program)
        .args(arguments)
        .current_dir(folder.0.path())
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(
        ran.status.success() && said.is_empty(),
        "{program} {arguments:?}: {said}"
    );
}

#[test]
#[ignore = "needs bash"]
fn bash_completes_commands_values_names_and_files() {
    let dir = Dir::new();
    dir.write("script", typed("completions bash").got().out);
    dir.write("dump.json", "");
    silent("bash", &["-n", "script"], &dir);
    let complete = |words: &str| {
        let line = format!(
            "source ./script; complete -p trailsift >/dev/null || exit 1; COMP_WORDS=({words}); \
             COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _trailsift trailsift \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\" 2>&1; \
             echo \"${{COMPREPLY[*]}}\""
        );
        let ran = Command::new("bash")
            .args(["--norc", "-c", &line])
            .current_dir(dir.0.path())
            .output()
            .unwrap();
        assert!(ran.status.success(), "{words}");
        String::from_utf8(ran.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(complete("trailsift cou"), "count");
    assert_eq!(complete("trailsift count --format js"), "json jsonl");
    assert_eq!(complete("trailsift count --by userI"), "userIdentity");
    assert_eq!(complete("trailsift man fie"), "fields");
    assert_eq!(complete("trailsift completions z"), "zsh");
    assert_eq!(
        complete("trailsift count --by EventName,userI"),
        "EventName,userIdentity"
    );
    assert_eq!(complete("trailsift list --tz Asia/Tok"), "Asia/Tokyo");
    // Nothing of its own, so that the shell goes on to files.
    assert_eq!(complete("trailsift count du"), "");
}

#[test]
#[ignore = "needs zsh and fish"]
fn zsh_and_fish_take_their_scripts() {
    let dir = Dir::new();
    for (shell, arguments) in [
        ("zsh", ["-n", "script"]),
        ("fish", ["--no-execute", "script"]),
    ] {
        dir.write("script", typed(&format!("completions {shell}")).got().out);
        silent(shell, &arguments, &dir);
    }
}

#[test]
#[ignore = "needs groff"]
fn the_manual_is_typeset_without_a_warning() {
    let dir = Dir::new();
    for command in commands().iter().map(String::as_str).chain([""]) {
        dir.write("page", typed(&format!("man {command}")).got().out);
        silent("groff", &["-ww", "-z", "-man", "-Tutf8", "page"], &dir);
    }
}
