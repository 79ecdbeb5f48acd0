//! JSON as bytes: everything that the fast walk accepts has the same members in the plain walk, at both levels of nesting, and
//! a string ends where a search byte by byte ends.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trailsift::scan::{Member, Nested, Nesting, Plain, Stack, TemplateCache, members, skip_valid, value_end};

/// Recognises names by their length, and declines one name, as callers do.
fn name(name: &[u8], _first: u8) -> Option<usize> {
    (name != b"Events").then_some(name.len())
}

fn plain<L: Nesting>(bytes: &[u8], at: usize) -> Option<(usize, Vec<Member>)> {
    let mut found = Vec::new();
    let end = members::<L>(bytes, at, &mut Stack::default(), |member| {
        if member.value_end != member.value {
            found.push(member);
        }
        true
    });
    Some((end.ok()??, found))
}

/// The end of the plain string whose content begins at `at`, searched byte by byte.
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut i = at;
    loop {
        match *bytes.get(i)? {
            b'"' => return Some(i),
            b'\\' => match *bytes.get(i + 1)? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => i += 2,
                b'u' => {
                    let digits = bytes.get(i + 2..i + 6)?;
                    digits.iter().all(u8::is_ascii_hexdigit).then_some(())?;
                    i += 6;
                }
                _ => return None,
            },
            0..=0x1f => return None,
            _ => i += 1,
        }
    }
}

/// True if there is no white space between the tokens of a valid value.
fn is_compact<L: Nesting>(bytes: &[u8], mut at: usize, end: usize) -> bool {
    while at < end {
        if L::quote_at(bytes, at) {
            let content = at + L::QUOTE;
            at = L::string_end(bytes, content).expect("it is valid") + L::QUOTE;
        } else if L::skip_space(bytes, at) > at {
            return false;
        } else {
            at += 1;
        }
    }
    true
}

fn check<L: Nesting>(templates: &mut TemplateCache<usize>, bytes: &[u8]) {
    for at in memchr::memchr_iter(b'{', bytes).take(64) {
        let expected = plain::<L>(bytes, at);
        let mut found = Vec::new();
        let walked = templates.members::<L>(bytes, at, name, |length, member| {
            assert_eq!(length, member.key_end - member.key);
            found.push(member);
        });
        if let Some(walked) = walked {
            assert_eq!(Some((walked.end, found)), expected, "at {at}");
            assert_eq!(
                walked.is_compact,
                is_compact::<L>(bytes, at, walked.end),
                "at {at}"
            );
        }
        let end = value_end::<L>(bytes, at, &mut Stack::default());
        assert_eq!(end.ok(), expected.as_ref().map(|(end, _)| *end));
        // For a valid value, counting brackets gives its end. For other bytes it must only terminate.
        let skipped = skip_valid::<L>(bytes, at);
        assert!(skipped <= bytes.len());
        if let Some((end, _)) = expected {
            assert_eq!(skipped, end);
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    // Twice: the first round stores templates, the second one uses them.
    let (mut outside, mut inside) = (TemplateCache::default(), TemplateCache::default());
    for _ in 0..2 {
        check::<Plain>(&mut outside, bytes);
        check::<Nested>(&mut inside, bytes);
    }
    for at in memchr::memchr_iter(b'"', bytes).take(64) {
        let end = Plain::string_end(bytes, at + 1);
        assert_eq!(end.ok(), string_end(bytes, at + 1), "at {at}");
    }
});
