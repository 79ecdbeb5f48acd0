//! Files that grow, shrink or change under the reader: the answer is doubtful, and that is said.
//!
//! Not for: pipes, which can't change (`input`).

use std::fs::OpenOptions;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::support::program::{Dir, Got};
use crate::support::records::events;
use crate::support::{pack, shapes};

/// More than the program reads before somebody takes its rows: a piece of a megabyte makes 64 kB of them or more,
/// as much as the pipe and the program's buffer hold, and with four threads ten pieces are read ahead.
fn large() -> String {
    let lines = shapes::texts(&events(920, 40)).join("\n") + "\n";
    lines.repeat((24 << 20) / lines.len())
}

/// Runs `list` over `dump`, changes the file once the first rows are there, and then takes the rest.
fn meanwhile(dir: &Dir, threads: &str, change: impl FnOnce(&Path)) -> Got {
    let path = dir.path("dump");
    let line = ["list", "--keep-duplicates", "--threads", threads, "dump"];
    let mut child = dir.run(line).spawn();
    let mut pipe = child.stdout.take().expect("a pipe");
    let mut rows = vec![0; 1000];
    pipe.read_exact(&mut rows).expect("rows");
    // The clock of the file system must have gone on, and may be a coarse one. The program waits meanwhile.
    std::thread::sleep(Duration::from_millis(50));
    change(&path);
    pipe.read_to_end(&mut rows).expect("more rows");
    let mut output = child.wait_with_output().expect("it ends");
    output.stdout = rows;
    Got::new(line.join(" "), output)
}

#[test]
fn a_file_that_grows_is_read_as_it_was_and_that_is_said() {
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
fn a_file_that_shrinks_ends_where_it_ends() {
    let text = large();
    let near_its_end = text.len() - (1 << 20);
    // The second length is less than was read by then.
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
fn a_file_that_changes_in_its_place_is_doubtful() {
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
fn a_file_that_another_took_the_place_of_was_read_as_it_was() {
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
fn a_file_that_changes_between_two_readings_is_doubtful() {
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
        inspected.ends(1).holds("changed");
    });
}

#[test]
fn what_cannot_be_read_on_is_said() {
    // A file that opens, and gives an error instead of bytes, to anybody.
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
