//! What is typed wrong, and what help there is.

use crate::support::program::{Dir, trailsift, typed};

#[test]
fn a_file_in_place_of_a_command_gets_three_commands_to_try() {
    let dir = Dir::new();
    dir.write("dump.json", "{}");
    dir.write("it's one", "{}");
    std::fs::create_dir(dir.path("folder")).unwrap();
    let got = dir.run(["dump.json"]).got();
    got.ends(2)
        .prints("")
        .mentions("dump.json is a file, not a command");
    for command in [
        "trailsift count dump.json",
        "trailsift list -l dump.json",
        "trailsift show --index 0 dump.json",
    ] {
        got.mentions(command);
    }
    dir.run(["folder"])
        .got()
        .ends(2)
        .mentions("folder is a directory")
        .mentions("trailsift count folder");
    dir.run(["it's one"])
        .got()
        .ends(2)
        .mentions(r"trailsift count 'it'\''s one'");
    dir.run(["-"]).got().ends(2).mentions("trailsift count -");
    dir.run(["dump.json", "--denied"])
        .got()
        .ends(2)
        .mentions("trailsift count dump.json");
    dir.run(["missing.json"])
        .got()
        .ends(2)
        .never_mentions("is a file")
        .mentions("There is neither a file nor a command missing.json.")
        .mentions("trailsift count missing.json\n  trailsift list -l missing.json\n")
        .mentions("trailsift show --index 0 missing.json");
    dir.run(["no/where", "--denied"])
        .got()
        .ends(2)
        .mentions("neither a file nor a command no/where");
    dir.run(["cuont"])
        .got()
        .ends(2)
        .never_mentions("neither a file");
}

#[test]
fn a_misspelt_command_or_flag_gets_the_right_one() {
    typed("cuont fixtures")
        .got()
        .ends(2)
        .prints("")
        .mentions("'count'");
    typed("count --deneid fixtures")
        .got()
        .ends(2)
        .prints("")
        .mentions("--denied");
    typed("list --field x fixtures")
        .got()
        .ends(2)
        .mentions("--fields");
}

#[test]
fn help_and_version_are_data_on_standard_output() {
    for line in [
        "--help",
        "-h",
        "help",
        "count --help",
        "list -h",
        "help show",
        "--version",
        "list --version",
    ] {
        let got = typed(line).got();
        got.quietly();
        assert!(!got.out.is_empty(), "{line}");
        assert!(
            got.out.lines().all(|line| line.chars().count() <= 100),
            "{}",
            got.out
        );
    }
    typed("")
        .got()
        .ends(2)
        .prints("")
        .mentions("trailsift count DUMP");
    for command in ["list", "count", "show"] {
        typed(&format!("{command} --help"))
            .got()
            .shows(&format!("$ trailsift {command} "));
    }
}

#[test]
fn the_environment_changes_nothing() {
    let odd = [
        ("CLICOLOR_FORCE", "1"),
        ("FORCE_COLOR", "1"),
        ("COLORTERM", "truecolor"),
        ("LANG", "tr_TR.UTF-8"),
        ("RAYON_NUM_THREADS", "1"),
        ("TZ", "Asia/Tokyo"),
        ("TRAILSIFT_CONFIG", "x"),
        ("TERM", "xterm-256color"),
    ];
    for line in [
        "--help",
        "nosuch",
        "count --nosuch",
        "list -l fixtures/insights.json",
        "show fixtures/insights.json",
    ] {
        let expected = typed(line).got();
        let got = odd
            .iter()
            .fold(typed(line), |program, (name, value)| {
                program.env(name, value)
            })
            .got();
        got.ends(expected.status)
            .prints(&expected.out)
            .says(&expected.err);
        assert!(
            !got.out.contains('\u{1b}') && !got.err.contains('\u{1b}'),
            "{line}"
        );
    }
}

#[test]
fn a_dump_that_is_not_there_is_an_error() {
    typed("count nosuch")
        .got()
        .ends(2)
        .prints("")
        .mentions("nosuch: No such file or directory");
    trailsift(["count", ""]).got().ends(2).prints("");
}

#[test]
fn numbers_of_threads_have_bounds() {
    for threads in ["0", "x", "100000"] {
        trailsift(["count", "--threads", threads, "fixtures"])
            .got()
            .ends(2)
            .mentions("--threads");
    }
    typed("count --total --threads 64 fixtures")
        .got()
        .quietly()
        .prints("957\n");
}

#[test]
fn flags_can_follow_the_dump_and_after_two_dashes_all_are_dumps() {
    let dir = Dir::new();
    dir.write("--total", r#"{"Events": []}"#);
    dir.run(["count", "-q", "--total", "--", "--total"])
        .got()
        .quietly()
        .prints("0\n");
    typed("count fixtures --total --denied").got().quietly();
}

/// The commands that have help, the program itself (the empty one) included.
const COMMANDS: [&str; 14] = [
    "",
    "list",
    "count",
    "show",
    "fields",
    "diff",
    "convert",
    "check",
    "inspect",
    "report",
    "redact",
    "schema",
    "completions",
    "man",
];

#[test]
fn the_short_help_stays_on_one_screen() {
    for command in COMMANDS {
        let got = typed(&format!("{command} -h")).got();
        got.quietly();
        let lines = got.lines();
        // A terminal has 24 lines, and the last one is the prompt's.
        assert!(lines.len() < 24, "{command}: {} lines", lines.len());
        for line in lines {
            assert!(line.chars().count() <= 80, "{command}: {line}");
        }
    }
}

/// Every flag that `--help` explains is at least named by `-h`.
#[test]
fn the_short_help_names_every_flag() {
    for command in COMMANDS {
        let long = typed(&format!("{command} --help")).got();
        let short = typed(&format!("{command} -h")).got();
        let flags = long.out.lines().filter_map(|line| {
            let line = line.trim_start();
            let flag = line.find("--").filter(|_| line.starts_with('-'))?;
            line[flag..].split([' ', '[', '=', '.']).next()
        });
        let flags: Vec<&str> = flags.collect();
        assert!(flags.contains(&"--help"), "{command}");
        for flag in flags {
            // Flags of the whole program are named by the help of the program.
            let is_of_program = ["--color", "--no-pager"].contains(&flag) && !command.is_empty();
            let is_known = short.out.contains(flag)
                || is_of_program
                || ["--no-header", "--output", "--version"].contains(&flag);
            assert!(is_known, "{command}: {flag}");
        }
    }
}

#[test]
fn the_long_help_opens_with_an_example_and_what_it_really_prints() {
    for command in COMMANDS.iter().filter(|command| !command.is_empty()) {
        let help = typed(&format!("{command} --help")).got();
        let example = help.out.split("\n\n").next().unwrap();
        let (line, expected) = example.split_once('\n').unwrap();
        let line = line.strip_prefix("$ trailsift ").unwrap();
        assert!(line.starts_with(command), "{line}");
        let run = format!("{} {line}", env!("CARGO_BIN_EXE_trailsift"));
        let output = std::process::Command::new("sh")
            .args(["-c", &run])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
        assert_eq!(
            String::from_utf8_lossy(&output.stdout).trim_end(),
            expected,
            "{line}"
        );
    }
}
