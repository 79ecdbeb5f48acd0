//! Characters that control a terminal, or that display text in another order than it is stored. They are shown as escapes:
//! in JSON as `\u202e`, in tables as `\u{202e}`.

/// Whether the character is a control (C0, DEL, C1), a line or paragraph separator, a bidirectional control or a byte
/// order mark.
///
/// Control sequences move the cursor, change the title of the window and, in some terminals, generate input.
/// Bidirectional controls change the order of displayed text ("Trojan Source", CVE-2021-42574).
pub const fn is_hazard(c: char) -> bool {
    matches!(
        c,
        '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

/// Calls `safe` with each run of `text` that contains no hazard, and `hazard` with each hazard, in order.
///
/// Both receive `out`, because two closures cannot borrow it mutably.
pub fn split<O: ?Sized>(
    text: &str,
    out: &mut O,
    safe: impl Fn(&mut O, &str),
    hazard: impl Fn(&mut O, char),
) {
    let mut rest = text;
    while let Some((at, c)) = find(rest) {
        let (run, tail) = rest.split_at(at);
        if !run.is_empty() {
            safe(out, run);
        }
        hazard(out, c);
        rest = tail.split_at(c.len_utf8()).1;
    }
    if !rest.is_empty() {
        safe(out, rest);
    }
}

/// The offset of the first hazard, and the hazard.
pub fn find(text: &str) -> Option<(usize, char)> {
    let printable = text
        .bytes()
        .take_while(|byte| matches!(byte, 0x20..=0x7e))
        .count();
    if printable == text.len() {
        return None;
    }
    let tail = text.split_at(printable).1;
    tail.char_indices()
        .find(|(_, c)| is_hazard(*c))
        .map(|(at, c)| (printable + at, c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hazards_are_the_listed_ones_and_no_others() {
        let listed = |c: u32| {
            c < 0x20
                || (0x7f..=0x9f).contains(&c)
                || (0x202a..=0x202e).contains(&c)
                || (0x2066..=0x2069).contains(&c)
                || [0x200e, 0x200f, 0x61c, 0xfeff, 0x2028, 0x2029].contains(&c)
        };
        for c in '\0'..=char::MAX {
            assert_eq!(is_hazard(c), listed(c.into()), "{c:?}");
        }
    }

    #[test]
    fn splitting_loses_nothing() {
        for text in ["", "a", "\u{1b}", "a\u{1b}[31mü\u{202e}", "üü\u{9b}\u{9b}x"] {
            let mut out = String::new();
            split(
                text,
                &mut out,
                |out, run| {
                    assert!(!run.contains(is_hazard));
                    out.push_str(run);
                },
                |out, c| out.push(c),
            );
            assert_eq!(out, text);
        }
    }
}
