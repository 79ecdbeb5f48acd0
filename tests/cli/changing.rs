//! Files that grow, shrink or change while they are read: a warning says that the result is uncertain.

use std::fs::OpenOptions;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::support::program::{Dir, Got};
use crate::support::records::events;
use crate::support::{pack, shapes};

/// More than the program reads before its rows are read: a chunk of a megabyte results in at least 64 kB of rows, which
/// fill the pipe and the buffer of the program, and with four threads ten chunks are read ahead.
fn large() -> String {
    let lines = shapes::texts(&events(920, 40)).join("\n") + "\n";
    lines.repeat((24 << 20) / lines.len())
}

/// Runs `list` over `dump`, changes the file after the first rows, and then reads the other rows.
fn meanwhile(dir: &Dir, threads: &str, change: impl FnOnce(&Path)) -> Got {
    let path = dir.path("dump");
    let line = ["list", "--keep-duplicates", "--threads", threads, "dump"];
    let mut child = dir.run(line).spawn();
    let mut pipe = child.stdout.take().expect("a pipe");
    let mut rows = vec![0; 1000];
    pipe.read_exact(&mut rows).expect("rows");
    // The time of the change must differ, and the clock of the file system may be coarse. The program waits meanwhile.
    std::thread::sleep(Duration::from_millis(50));
    change(&path);
    pipe.read_to_end(&mut rows).expect("more rows");
    let mut output = child.wait_with_output().expect("it ends");
    output.stdout = rows;
    Got::new(line.join(" "), output)
}

#[test]
fn a_file_that_grows_is_read_up_to_its_old_end_with_a_warning() {
    let text = large();
    let count = text.lines().count();
    for threads in ["1", "4"] {
        let dir = Dir::new();
        dir.write("dump", &text);
        let got = meanwhile(&dir, threads, |path| {
            let mut file = OpenOptions::new().append(true).open(path).expect("it");
            file.write_all(text.lines().next().expect("one").as_bytes())
                .expect("more");
        });
        got.ends(3)
            .mentions("warning: dump: the file was written to since it was opened");
        assert_eq!(got.lines().len(), count);
    }
}

#[test]
fn a_file_that_shrinks_is_read_up_to_its_new_end_with_a_warning() {
    let text = large();
    let near_its_end = text.len() - (1 << 20);
    // At the second length, more was read already.
    for (threads, length) in [
        ("1", near_its_end),
        ("4", near_its_end),
        ("1", 1000),
        ("4", 1000),
    ] {
        let dir = Dir::new();
        dir.write("dump", &text);
        let got = meanwhile(&dir, threads, |path| {
            let file = OpenOptions::new().write(true).open(path).expect("it");
            file.set_len(length as u64).expect("shorter");
        });
        got.ends(3).mentions(&format!(
            "warning: dump: the file became shorter while it was read: it now ends at byte {length}"
        ));
        let whole = text[..length].matches('\n').count();
        assert!(got.lines().len() >= whole);
    }
}

#[test]
fn a_file_that_is_overwritten_has_a_warning() {
    let text = large();
    let dir = Dir::new();
    for (name, bytes) in [
        ("plain", text.clone().into_bytes()),
        ("packed", pack::zstd(text.as_bytes())),
    ] {
        dir.write("dump", &bytes);
        let got = meanwhile(&dir, "2", |path| {
            let mut file = OpenOptions::new().write(true).open(path).expect("it");
            file.seek(SeekFrom::End(-1)).expect("its end");
            file.write_all(b"\n").expect("a byte");
        });
        assert_eq!(got.status, 3, "{name}: {}", got.err);
    }
}

#[test]
fn a_file_that_is_replaced_by_another_is_read_to_its_end() {
    let text = large();
    let dir = Dir::new();
    dir.write("dump", &text);
    let other = dir.write("other", "{}");
    let got = meanwhile(&dir, "2", |path| {
        std::fs::rename(&other, path).expect("renamed");
    });
    got.quietly();
    assert_eq!(got.lines().len(), text.lines().count());
}

#[test]
fn a_file_that_changes_between_two_passes_has_a_warning() {
    let dir = Dir::new();
    let path = dir.write("dump", large());
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = OpenOptions::new().append(true).open(&path).expect("it");
            while !done.load(Ordering::Relaxed) {
                file.write_all(b"\n").expect("more");
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let got = dir.run(["count", "--total", "--last", "1h", "dump"]).got();
        let inspected = dir.run(["inspect", "dump"]).got();
        done.store(true, Ordering::Relaxed);
        got.ends(3)
            .mentions("warning: dump: the file changed between the two passes over it");
        inspected.ends(1).shows("changed");
    });
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    // This file can be opened, and reading it is an error for every user.
    if !Path::new("/proc/self/mem").exists() {
        return;
    }
    let dir = Dir::new();
    dir.write("good", shapes::trail(&events(921, 3)));
    dir.run(["count", "--total", "/proc/self/mem", "good"])
        .got()
        .ends(2)
        .prints("3\n")
        .mentions("/proc/self/mem: cannot be opened: Input/output error");
}
