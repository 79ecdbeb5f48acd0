//! No temporary file remains after any exit: signals at any moment, limits of the shell, closed streams.
//!
//! Targets that cannot be written at all are tested by `output`.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::program::{Dir, Got};
use crate::support::records::{Rng, events};
use crate::support::shapes;

const PROGRAM: &str = env!("CARGO_BIN_EXE_trailsift");

/// Some megabytes of records.
fn dir() -> (Dir, usize) {
    let dir = Dir::new();
    let lines = shapes::texts(&events(940, 40)).join("\n") + "\n";
    let times = (6 << 20) / lines.len();
    dir.write("dump", lines.repeat(times));
    (dir, 40 * times)
}

/// The program with these signals ignored and all others not.
fn spawn(dir: &Dir, ignored: &str, line: &str) -> Child {
    let mut command = Command::new("env");
    // A shell starts background jobs with SIGINT ignored, and the tests may be one.
    command.arg("--default-signal");
    if !ignored.is_empty() {
        command.arg(format!("--ignore-signal={ignored}"));
    }
    command
        .arg(PROGRAM)
        .args(line.split(' '))
        .current_dir(dir.path("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("env starts")
}

fn send(child: &Child, signal: &str) {
    // The program may have ended before.
    let _ = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .stderr(Stdio::null())
        .status();
}

fn has_begun(dir: &Dir) -> bool {
    let names = dir.names();
    names.iter().any(|name| name.starts_with(".trailsift-"))
}

fn wait_until(what: &str, is_true: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is_true() {
        assert!(begin.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_signal_at_any_moment_leaves_a_complete_file_or_none() {
    let (dir, rows) = dir();
    let mut rng = Rng::new(5);
    let mut halfway = 0;
    for round in 0..40 {
        let signal = ["-INT", "-TERM", "-HUP", "-QUIT", "-USR1", "-XCPU"][round % 6];
        let mut child = spawn(&dir, "", "list -q --keep-duplicates -o out dump");
        std::thread::sleep(Duration::from_micros(rng.below(60_000) as u64));
        halfway += usize::from(has_begun(&dir));
        send(&child, signal);
        child.wait().expect("it ends");
        let names = dir.names();
        match names.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["dump"] => {}
            ["dump", "out"] => {
                assert_eq!(dir.read("out").lines().count(), rows, "{signal}");
                std::fs::remove_file(dir.path("out")).expect("gone");
            }
            _ => panic!("{signal}: {names:?}"),
        }
    }
    assert!(halfway > 0, "no signal came in the middle");
}

#[test]
fn a_signal_at_any_moment_leaves_a_complete_folder_or_none() {
    let (dir, rows) = dir();
    let mut rng = Rng::new(6);
    let mut halfway = 0;
    for round in 0..30 {
        let signal = ["-INT", "-TERM", "-HUP"][round % 3];
        let line = "convert -q --keep-duplicates --to records --split day -o out dump";
        let mut child = spawn(&dir, "", line);
        std::thread::sleep(Duration::from_micros(rng.below(400_000) as u64));
        halfway += usize::from(has_begun(&dir));
        send(&child, signal);
        child.wait().expect("it ends");
        let names = dir.names();
        match names.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["dump"] => {}
            ["dump", "out"] => {
                let total = ["count", "--keep-duplicates", "--total", "out"];
                dir.run(total).got().quietly().prints(&format!("{rows}\n"));
                std::fs::remove_dir_all(dir.path("out")).expect("the folder");
            }
            _ => panic!("{signal}: {names:?}"),
        }
    }
    assert!(halfway > 0, "no signal came in the middle");
}

#[test]
fn sigkill_leaves_the_old_file_and_no_spool() {
    let (dir, _) = dir();
    dir.write("out", "old");
    let mut child = spawn(&dir, "", "list -q -o out -");
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(b"{}").expect("written");
    wait_until("a temporary file", || has_begun(&dir));
    send(&child, "-KILL");
    child.wait().expect("it ends");
    assert_eq!(dir.read("out"), "old");

    std::fs::create_dir(dir.path("tmp")).expect("a folder");
    let tmp = dir.path("tmp").to_string_lossy().into_owned();
    let mut child = dir
        .run(["count", "--last", "1h", "-"])
        .env("TMPDIR", &tmp)
        .stdin("")
        .spawn();
    let mut pipe = child.stdin.take().expect("a pipe");
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..70 {
        pipe.write_all(&blanks).expect("written");
    }
    send(&child, "-KILL");
    child.wait().expect("it ends");
    assert_eq!(std::fs::read_dir(tmp).expect("the folder").count(), 0);
}

/// An ignored SIGHUP (`nohup`) must not prevent the handlers of other signals.
#[test]
fn ignored_signals_stay_ignored_and_others_are_handled() {
    let (dir, _) = dir();
    let mut child = spawn(&dir, "HUP,INT", "list -q -o out -");
    // `wait` closes the pipe, and a program that reads its end before the signal is an empty source.
    let _pipe = child.stdin.take();
    wait_until("a temporary file", || has_begun(&dir));
    for signal in ["-HUP", "-INT"] {
        send(&child, signal);
        std::thread::sleep(Duration::from_millis(50));
        assert!(child.try_wait().expect("a child").is_none(), "{signal}");
    }
    send(&child, "-TERM");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(dir.names(), ["dump"]);
}

/// Runs a line of a shell, with the program as `$0`.
fn shell(dir: &Dir, line: &str, stdin: impl FnOnce(&mut dyn Write) + Send + 'static) -> Got {
    let mut child = Command::new("sh")
        .args(["-c", line, PROGRAM])
        .current_dir(dir.path("."))
        .env("TMPDIR", dir.path("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut pipe = child.stdin.take().expect("a pipe");
    let feeder = std::thread::spawn(move || stdin(&mut pipe));
    let output = child.wait_with_output().expect("it ends");
    feeder.join().expect("fed");
    Got::new(line.to_owned(), output)
}

#[test]
fn a_full_disk_is_an_error_and_leaves_no_file() {
    let (dir, _) = dir();
    for line in [
        "list -q --keep-duplicates -o out dump",
        "list -q --keep-duplicates --sort EventTime -o out dump",
        "show -q -o out dump",
    ] {
        // Blocks of 512 or of 1,024 bytes, by the shell.
        shell(&dir, &format!("ulimit -f 100; exec \"$0\" {line}"), |_| ())
            .ends(2)
            .says("trailsift: error: cannot write: out: File too large (os error 27)\n");
        assert_eq!(dir.names(), ["dump"], "{line}");
    }
    let blanks = |pipe: &mut dyn Write| {
        let blanks = vec![b' '; 1 << 20];
        // The program does not read all of it.
        (0..70).try_for_each(|_| pipe.write_all(&blanks)).ok();
    };
    let line = "ulimit -f 100; exec \"$0\" count --total --last 1h - dump";
    shell(&dir, line, blanks)
        .ends(2)
        .mentions("more than 64 MiB must be read twice")
        .mentions("trailsift: error: -: cannot be kept in a temporary file in ")
        .mentions("File too large (os error 27); save it to a file and name that file");
    assert_eq!(dir.names(), ["dump"]);
}

#[test]
fn closed_streams_are_an_error_or_ignored_and_no_other_file_is_written() {
    let (dir, rows) = dir();
    let line = "exec \"$0\" count --total <&-";
    shell(&dir, line, |_| ())
        .ends(2)
        .mentions("trailsift: error: -: ");
    shell(&dir, "exec \"$0\" count --total - 2>&- <dump", |_| ())
        .ends(0)
        .prints("40\n");
    let line = "exec \"$0\" count --total --keep-duplicates -o out dump >&- 2>&- <&-";
    shell(&dir, line, |_| ()).ends(0);
    assert_eq!(dir.read("out"), format!("{rows}\n"));
    // A pipe that ends within an event is a dump that is cut off.
    let half = std::fs::read(dir.path("dump")).expect("the dump");
    let cut = half.iter().position(|byte| *byte == b'\n').expect("a line") + 100;
    shell(&dir, "exec \"$0\" count --total -", move |pipe| {
        pipe.write_all(&half[..cut]).expect("written");
    })
    .ends(3)
    .prints("1\n")
    .mentions("an event is cut off");
}
