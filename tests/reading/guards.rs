//! Hostile input costs time in proportion to its size, and no stack: deep nesting, storms of beginnings,
//! strings and events without end.
//!
//! The bounds are loose: they catch work that grows with the square of the input.

use std::time::{Duration, Instant};

use super::{How, read, scan};
use trailsift::dump::EventLimits;

/// Input of about `n` bytes that is unpleasant in one way.
type Make = fn(usize) -> Vec<u8>;

fn repeat(text: &str, n: usize) -> Vec<u8> {
    text.repeat(n / text.len() + 1).into_bytes()
}

fn wrapped(open: &str, depth: usize, filling: Vec<u8>, close: &str) -> Vec<u8> {
    let open = open.repeat(depth).into_bytes();
    [open, filling, close.repeat(depth).into_bytes()].concat()
}

const HOSTILE: &[(&str, Make)] = &[
    ("objects without end", |n| repeat("{\"a\":", n)),
    ("events without end", |n| repeat("{\"EventId\":", n)),
    ("lists in events", |n| {
        repeat("{\"EventId\":{\"Events\":[", n)
    }),
    ("lists in lists", |n| repeat("{\"Records\":[", n)),
    ("objects in arrays", |n| repeat("[{\"a\":", n)),
    ("arrays without end", |n| repeat("[", n)),
    ("closed arrays", |n| wrapped("[", n / 2, vec![], "]")),
    ("closed objects", |n| {
        wrapped("{\"a\":", n / 6, b"1".to_vec(), "}")
    }),
    ("empty objects", |n| repeat("{}", n)),
    ("empty objects in a list", |n| {
        [
            b"{\"Records\":[".to_vec(),
            repeat("{},", n),
            b"{}]}".to_vec(),
        ]
        .concat()
    }),
    ("beginnings in text", |n| repeat("x {\"", n)),
    ("beginnings of events in text", |n| {
        repeat("x {\"EventId\" ", n)
    }),
    ("braces in text", |n| {
        [b"x".to_vec(), repeat("{", n)].concat()
    }),
    ("braces and blanks in text", |n| {
        [b"x".to_vec(), repeat("{ ", n)].concat()
    }),
    ("quotes", |n| repeat("\"", n)),
    ("strings of records", |n| {
        repeat("\"{\\\"eventVersion\\\":", n)
    }),
    ("a string without end", |n| {
        [b"\"".to_vec(), repeat("a", n)].concat()
    }),
    ("a record's string without end", |n| {
        [b"\"{\\\"eventVersion\\\":\\\"".to_vec(), repeat("a", n)].concat()
    }),
    ("an event without end", |n| {
        [b"{\"EventId\":\"".to_vec(), repeat("a\\\"", n)].concat()
    }),
    ("backslashes", |n| {
        [b"\"".to_vec(), repeat("\\", n)].concat()
    }),
    ("digits", |n| repeat("1", n)),
    ("blanks", |n| [b"[".to_vec(), repeat(" ", n)].concat()),
    ("blanks after a string", |n| {
        [b"\"a\"".to_vec(), repeat(" ", n)].concat()
    }),
    ("apostrophes", |n| repeat("b'{\"EventId\": ", n)),
    ("members of nothing", |n| repeat("\"EventId\":\"a\",", n)),
    ("closing brackets", |n| repeat("}", n)),
    ("text and brackets", |n| repeat("x\n[\n{\n", n)),
    ("depth and a long tail", |n| {
        wrapped(
            "{\"a\":",
            1000,
            [b"[".to_vec(), repeat("1,", n)].concat(),
            "",
        )
    }),
    ("depth around much", |n| {
        let filling = [b"[".to_vec(), repeat("1,", n), b"\"eventName\"]".to_vec()].concat();
        wrapped("{\"a\":", 1000, filling, "}")
    }),
    ("lists around much", |n| {
        let filling = [b"[".to_vec(), repeat("1,", n), b"1]".to_vec()].concat();
        wrapped("{\"a\":", 1000, filling, ",\"Events\":[]}")
    }),
    ("events around much", |n| {
        wrapped("{\"EventId\":{\"Records\":[", 300, repeat("1,", n), "")
    }),
    ("broken objects in a list", |n| {
        repeat("{\"a\":{\"b\":[}", n)
    }),
    ("keys that never repeat", |n| {
        let event = |i: usize| {
            format!(
                "{{\"EventId\":\"{i}\",\"EventName\":\"a\",\"EventTime\":{i},\"k{i}\":[{{\"m{i}\":[]}}]}}"
            )
        };
        let events: Vec<_> = (0..=n / 80).map(event).collect();
        events.join("\n").into_bytes()
    }),
    ("literals without end", |n| {
        let list = repeat("null,", n);
        [
            b"{\"eventName\":\"a\",\"x\":[".to_vec(),
            list,
            b"null]}".to_vec(),
        ]
        .concat()
    }),
    ("foreign objects that mention events", |n| {
        repeat("{\"a\":{\"b\":{\"eventName\":[{}]}}}\n", n)
    }),
];

fn time(bytes: &[u8]) -> Duration {
    let start = Instant::now();
    scan(bytes);
    start.elapsed()
}

#[test]
fn time_grows_with_size_and_not_with_its_square() {
    let (small, bound) = match cfg!(debug_assertions) {
        true => (100_000, Duration::from_secs(2)),
        false => (4_000_000, Duration::from_secs(2)),
    };
    let negligible = Duration::from_millis(50);
    let mut wrong = Vec::new();
    for (name, make) in HOSTILE {
        let (one, two) = (make(small), make(2 * small));
        // A busy machine is slow now and then; work that grows with the square is slow every time.
        let is_linear = || {
            let (a, b) = (time(&one), time(&two));
            b < bound && (b < negligible || b < 3 * a)
        };
        if !(0..6).any(|_| is_linear()) {
            wrong.push(*name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Events with lists of objects that look like events: the guess at the start of every chunk is wrong.
#[test]
fn a_storm_of_wrong_guesses_costs_each_piece_once_more() {
    const CHUNK_SIZE: usize = 2000;
    let make = |events: usize| {
        let inner = "{\"eventName\":\"x\"},".repeat(500);
        let event = |i: usize| {
            format!(
                "{{\"eventVersion\":\"1\",\"eventID\":\"{i}\",\"eventName\":\"a\",\"eventSource\":\"s\",\"x\":[{inner}1]}}\n"
            )
        };
        (0..events).map(event).collect::<String>().into_bytes()
    };
    let how = || How {
        threads: 2,
        chunk_size: CHUNK_SIZE,
        limits: EventLimits::default(),
    };
    let time = |bytes: &[u8]| {
        let start = Instant::now();
        let reading = read(bytes, how());
        (start.elapsed(), reading)
    };
    let (one, two) = (make(40), make(80));
    for chunk in one.chunks(CHUNK_SIZE).skip(1) {
        let guess = trailsift::dump::guess_start(chunk).expect("a beginning to fall for");
        assert!(
            chunk[guess..].starts_with(b"{\"eventName\":\"x\"}")
                || chunk[guess..].starts_with(b"{\"eventVersion\"")
        );
    }
    assert_eq!(
        time(&one).1,
        read(
            &one,
            How {
                chunk_size: 1 << 20,
                ..how()
            }
        )
    );
    let is_linear = || time(&two).0 < 3 * time(&one).0 + Duration::from_millis(50);
    assert!((0..6).any(|_| is_linear()));
}

#[test]
fn hostile_input_reads_the_same_in_pieces() {
    let mut wrong = Vec::new();
    for (name, make) in HOSTILE {
        let bytes = make(3000);
        let limits = EventLimits {
            event: 500,
            ..EventLimits::default()
        };
        let how = |threads, chunk_size| How {
            threads,
            chunk_size,
            limits,
        };
        let whole = read(&bytes, how(1, 1 << 20));
        for (threads, chunk_size) in [(1, 1), (1, 7), (1, 100), (2, 64), (3, 1000)] {
            let reading = read(&bytes, how(threads, chunk_size));
            if reading != whole {
                wrong.push(format!(
                    "{name} {threads} {chunk_size}\n{}",
                    super::files::differ(&whole, &reading)
                ));
            }
        }
    }
    wrong.truncate(10);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
