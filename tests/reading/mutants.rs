//! Every file of the project with bytes flipped, parts cut out, doubled, and parts of others put in, from a seed: with
//! one thread and with four, in pieces of any size, from memory, from disk and through a pipe the same events and the
//! same byte counts are found, and each event's fields equal those of a full parser.
//!
//! `TRAILSIFT_SOAK=600 cargo test --release --test all soak -- --ignored --nocapture` goes on for ten minutes, from a
//! seed that is printed; `TRAILSIFT_SEED=…` begins with that.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::files::differ;
use super::full::differences;
use super::{How, Reading, expected, read, read_from_disk};
use crate::support::program::{Dir, Got};
use crate::support::records::Rng;
use trailsift::dump::EventLimits;

/// The program may take so long for a byte, and for any file.
const A_BYTE: Duration = Duration::from_micros(20);
const A_FILE: Duration = Duration::from_secs(10);

/// The program may have so many kilobytes of memory.
const MEMORY: u64 = 256 << 10;

/// Bytes that mean something to a parser.
const BYTES: &[u8] = b"\"\\{}[],:x09e-+. \t\n\r\0\xff\xef\xbb\xbf\xc3\x1b'tfn\x8b";

/// A few changes to `bytes`, some of which take parts of `other`.
fn mutate(bytes: &mut Vec<u8>, other: &[u8], rng: &mut Rng) {
    for _ in 0..=rng.below(4) {
        if bytes.is_empty() {
            return;
        }
        let at = rng.below(bytes.len());
        let most = [1, 8, 300, 5000][rng.below(4)];
        let to = bytes.len().min(at + 1 + rng.below(most));
        match rng.below(8) {
            0 => bytes[at] ^= 1 << rng.below(8),
            1 => bytes[at] = BYTES[rng.below(BYTES.len())],
            2 => bytes.insert(at, BYTES[rng.below(BYTES.len())]),
            3 => drop(bytes.drain(at..to)),
            4 => drop(bytes.splice(at..at, bytes[at..to].to_vec())),
            5 => bytes.truncate(at),
            6 => bytes[at..to].fill(BYTES[rng.below(BYTES.len())]),
            _ => {
                let from = rng.below(other.len());
                let part = &other[from..other.len().min(from + to - at)];
                bytes.splice(at..to, part.iter().copied());
            }
        }
    }
}

/// Reads a mutant in every way, and returns how many of its records were compared with a full parser's.
fn hold(bytes: &[u8], rng: &mut Rng) -> usize {
    let limits = EventLimits {
        event: [16 << 20, 3000][rng.below(2)],
        ..EventLimits::default()
    };
    let begin = Instant::now();
    let how = |threads, chunk_size| How {
        threads,
        chunk_size,
        limits,
    };
    let whole = read(bytes, how(1, 1 << 20));
    let same = |other: Reading, way: &str| {
        assert!(other == whole, "{way}\n{}", differ(&whole, &other));
    };
    let chunk_size = 200 + rng.below(20_000);
    same(
        read(bytes, how(4, chunk_size)),
        &format!("chunks of {chunk_size} bytes"),
    );
    same(read_from_disk(bytes, how(2, 1 << 20)), "from disk");
    let (compared, wrong) = differences(bytes, limits);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let spent = begin.elapsed();
    assert!(
        spent < A_FILE + 4 * A_BYTE * bytes.len() as u32,
        "{spent:?}"
    );
    compared
}

/// Runs the program on a file and on a pipe, and measures its memory.
fn hold_program(bytes: &[u8]) {
    let dir = Dir::new();
    dir.write("-dump", bytes);
    let run = |threads: &str, file: &str| {
        let line = ["show", "--compact", "--stats=json", "--threads"];
        let line = line.into_iter().chain([threads, "--", file]);
        let program = dir.run(line);
        if file == "-" {
            program.stdin(bytes)
        } else {
            program
        }
    };
    let messages = |got: &Got| got.err.replace("./-dump", "-");
    let first = run("1", "./-dump").got();
    assert!((0..4).contains(&first.status), "{first:?}");
    assert!(!first.err.contains("panicked"), "{}", first.err);
    for (threads, file) in [("4", "./-dump"), ("1", "-"), ("4", "-")] {
        let other = run(threads, file).got();
        assert_eq!(other.out, first.out, "{threads} {file}");
        assert_eq!(other.status, first.status, "{threads} {file}");
        assert_eq!(messages(&other), messages(&first), "{threads} {file}");
    }
    let peak = run("4", "./-dump").peak_memory();
    assert!(peak < MEMORY, "{peak} kB");
}

/// Tests the mutant that a seed makes of a file.
fn mutant(path: &Path, other: &[u8], seed: u64, with_program: bool) -> usize {
    let mut bytes = std::fs::read(path).expect("the file");
    let mut rng = Rng::new(seed);
    if other.is_empty() || bytes.is_empty() {
        return 0;
    }
    mutate(&mut bytes, other, &mut rng);
    let passed = catch_unwind(AssertUnwindSafe(|| {
        if with_program {
            hold_program(&bytes);
        }
        hold(&bytes, &mut rng)
    }));
    passed.unwrap_or_else(|panic| {
        let why = panic
            .downcast_ref::<String>()
            .map_or("a panic", String::as_str);
        panic!("{} with seed {seed}: {why}", path.display());
    })
}

/// Files with their content, for parts of each other.
fn files(paths: Vec<PathBuf>) -> Vec<(PathBuf, Vec<u8>)> {
    let read = |path: PathBuf| {
        let bytes = std::fs::read(&path).expect("the file");
        (path, bytes)
    };
    paths.into_iter().map(read).collect()
}

fn ours() -> Vec<(PathBuf, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = expected().into_iter().map(|file| root.join(file.path));
    files(paths.collect())
}

/// Mutants of all files: `rounds` of each. Gives how many records were compared with a full parser's.
fn hold_all(files: &[(PathBuf, Vec<u8>)], from: u64, rounds: u64) -> usize {
    let mut rng = Rng::new(from);
    let (mut count, mut compared) = (0, 0);
    for round in 0..rounds {
        for (path, _) in files {
            let (_, other) = &files[rng.below(files.len())];
            let seed = from + round;
            compared += mutant(path, other, seed ^ rng.word(), count % 20 == 0);
            count += 1;
        }
    }
    compared
}

#[test]
fn mutants_of_every_file_read_the_same_in_every_way() {
    let compared = hold_all(&ours(), 1, 2);
    assert!(compared > 1000, "{compared}");
}

#[test]
#[ignore = "needs ../shared/samples"]
fn mutants_of_every_sample_of_real_clients_read_the_same_in_every_way() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    let found = trailsift::input::discover(&[folder.into()]);
    let paths = found.inputs.into_iter().map(|input| input.path);
    let files = files(paths.collect());
    assert!(files.len() > 50, "{}", files.len());
    hold_all(&files, 2, 2);
}

#[test]
#[ignore = "as long as TRAILSIFT_SOAK says, in seconds"]
fn soak() {
    let number = |name: &str| {
        let text = std::env::var(name).ok()?;
        Some(text.parse::<u64>().expect("a number"))
    };
    let Some(seconds) = number("TRAILSIFT_SOAK") else {
        return;
    };
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seed = number("TRAILSIFT_SEED").unwrap_or(clock.expect("after 1970").as_secs());
    let (files, begin) = (ours(), Instant::now());
    println!("TRAILSIFT_SEED={seed}");
    let mut rounds = 0;
    while begin.elapsed() < Duration::from_secs(seconds) {
        hold_all(&files, seed + rounds, 1);
        rounds += 1;
    }
    println!("{rounds} rounds of {} files", files.len());
}
