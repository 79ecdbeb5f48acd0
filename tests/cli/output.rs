//! Where results go: files put into place whole, targets that are no files, closed pipes, interrupts.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::program::{Dir, Got, trailsift, typed};
use crate::support::small::{id, lookup, record};

fn dir() -> Dir {
    let dir = Dir::new();
    dir.write("dump", lookup(&[record(0, json!({}))]));
    dir
}

const ROW: &str = "1\tec2.amazonaws.com\tDescribeInstances\n";

#[test]
fn a_file_is_written_and_no_other_file_remains() {
    let dir = dir();
    dir.run(["count", "-o", "out", "dump"])
        .got()
        .quietly()
        .prints("");
    assert_eq!(dir.read("out"), ROW);
    dir.run(["count", "--output=sub/../out2", "dump"])
        .got()
        .ends(2)
        .mentions("there is no directory");
    std::fs::create_dir(dir.path("sub")).unwrap();
    dir.run(["list", "--output=sub/out", "dump"])
        .got()
        .quietly();
    dir.run(["show", "-o", "shown", "dump"]).got().quietly();
    dir.run(["count", "-o", "-", "dump"])
        .got()
        .quietly()
        .prints(ROW);
    assert_eq!(dir.names(), ["dump", "out", "shown", "sub"]);
}

#[test]
fn an_old_file_is_replaced_with_its_permissions_kept() {
    let dir = dir();
    let out = dir.write("out", "old and much longer than what is new\n".repeat(9));
    std::fs::set_permissions(&out, std::fs::Permissions::from_mode(0o640)).unwrap();
    dir.run(["count", "-o", "out", "dump"]).got().quietly();
    assert_eq!(dir.read("out"), ROW);
    assert_eq!(
        std::fs::metadata(&out).unwrap().permissions().mode() & 0o777,
        0o640
    );
}

#[test]
fn through_a_link_the_target_is_replaced_and_the_link_stays() {
    let dir = dir();
    dir.write("target", "old");
    symlink("target", dir.path("link")).unwrap();
    dir.run(["count", "-o", "link", "dump"]).got().quietly();
    assert!(dir.path("link").is_symlink());
    assert_eq!(dir.read("target"), ROW);
    symlink("not-yet", dir.path("dangling")).unwrap();
    dir.run(["count", "-o", "dangling", "dump"]).got().quietly();
    assert!(dir.path("dangling").is_symlink());
    assert_eq!(dir.read("not-yet"), ROW);
}

#[test]
fn the_dump_itself_can_be_the_target() {
    let dir = dir();
    dir.run(["show", "--compact", "-o", "dump", "dump"])
        .got()
        .quietly();
    dir.run(["count", "dump"]).got().quietly().prints(ROW);
}

#[test]
fn an_old_file_stays_where_there_is_no_answer() {
    let dir = dir();
    dir.write("out", "old");
    dir.write("foreign", "{}");
    for line in [
        "count -o out missing",
        "list -o out foreign",
        "show -o out missing foreign",
        "count -o out --by nix dump",
        "count -o out --format table missing",
    ] {
        dir.run(line.split(' ')).got().ends(2);
        assert_eq!(dir.read("out"), "old", "{line}");
    }
    assert_eq!(dir.names(), ["dump", "foreign", "out"]);
    // With one good source there is one.
    dir.run(["count", "-o", "out", "missing", "dump"])
        .got()
        .ends(2);
    assert_eq!(dir.read("out"), ROW);
}

#[test]
fn targets_that_are_no_files_are_written_straight() {
    let dir = dir();
    dir.run(["count", "-o", "/dev/null", "dump"])
        .got()
        .quietly()
        .prints("");
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
    assert!(
        Command::new("mkfifo")
            .arg(dir.path("fifo"))
            .status()
            .unwrap()
            .success()
    );
    let path = dir.path("fifo");
    let reader = std::thread::spawn(move || std::fs::read_to_string(path).unwrap());
    dir.run(["count", "-o", "fifo", "dump"]).got().quietly();
    assert_eq!(reader.join().unwrap(), ROW);
    assert_eq!(dir.names(), ["dump", "fifo"]);
}

#[test]
fn a_target_that_cannot_be_is_an_error_before_anything_is_read() {
    let dir = dir();
    for target in ["/tmp", ".", "..", "new/", ""] {
        dir.run(["count", "-o", target, "dump"])
            .got()
            .ends(2)
            .prints("")
            .mentions("not the name of a file");
    }
    dir.run(["count", "-o", "no/such/out", "dump"])
        .got()
        .ends(2)
        .mentions("there is no directory no/such")
        .never_mentions(".trailsift");
    assert_eq!(dir.names(), ["dump"]);
}

#[test]
fn a_full_disk_is_an_error() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    typed("list -o /dev/full fixtures")
        .got()
        .ends(2)
        .mentions("cannot write: /dev/full: No space left");
    let mut program = typed("count --total fixtures");
    program.command().stdout(
        std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap(),
    );
    program.got().ends(2).mentions("cannot write");
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    for line in [
        "list -l fixtures",
        "show fixtures",
        "count --by EventId fixtures",
        "list --format table fixtures",
        "list --format csv fixtures",
        "list --sort EventTime fixtures",
    ] {
        let mut child = typed(&format!(
            "{line} --keep-duplicates fixtures fixtures fixtures"
        ))
        .spawn();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        out.read_line(&mut first).unwrap();
        drop(out);
        let got = Got::new(line.to_owned(), child.wait_with_output().unwrap());
        got.quietly();
        assert!(!first.is_empty());
    }
}

#[test]
fn a_signal_ends_with_130_and_no_file_remains() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        is_tidy_after(signal);
    }
}

fn is_tidy_after(signal: &str) {
    let dir = dir();
    dir.write("out", "old");
    // A shell starts what it puts into the background with interrupts ignored, tests included.
    let mut child = Command::new("env")
        .args([
            "--default-signal=INT,TERM,HUP",
            env!("CARGO_BIN_EXE_trailsift"),
        ])
        .args(["list", "-o", "out", "-"])
        .current_dir(dir.path("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    for n in 0..3000 {
        pipe.write_all((lookup(&[record(0, json!({}))]).replace(&id(0), &id(n)) + "\n").as_bytes())
            .unwrap();
    }
    let begin = Instant::now();
    while !dir
        .names()
        .iter()
        .any(|name| name.starts_with(".trailsift-"))
    {
        assert!(
            begin.elapsed() < Duration::from_secs(10),
            "no temporary file: {:?}",
            dir.names()
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    let killed = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    drop(pipe);
    assert_eq!(dir.names(), ["dump", "out"]);
    assert_eq!(dir.read("out"), "old");
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(said, "");
}

#[test]
fn nothing_but_data_is_on_standard_output() {
    let mut program = trailsift(["count", "--total", "--stats", "tests/data"]);
    program.command().stderr(Stdio::null());
    let got = program.got();
    assert_eq!(got.lines().len(), 1, "{}", got.out);
    assert!(got.out.trim_end().parse::<u64>().is_ok(), "{}", got.out);
}
