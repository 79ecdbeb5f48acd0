//! Texts that are too wide for their column.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const SUFFIX: &str = ".amazonaws.com";

/// The name of a service without the domain that all services share. Other texts stay.
pub(super) fn without_domain(text: &str) -> &str {
    match text.strip_suffix(SUFFIX) {
        // In a URL the domain is not the end of a name, and the host would be another one without it.
        Some(service) if !service.is_empty() && service.bytes().all(is_of_host) => service,
        _ => text,
    }
}

fn is_of_host(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
}

/// The text, at most `width` columns wide: what does not fit is replaced by `…`, in the middle. Of an ARN the end
/// stays, from a `:` or `/` on, because ARNs of one account begin alike.
pub(super) fn in_the_middle(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let Some(width_left) = width.checked_sub(1) else {
        return Cow::Borrowed("");
    };
    if text.starts_with("arn:") {
        let parts = text.match_indices([':', '/']).map(|(at, _)| &text[at..]);
        // The name alone is still more than nothing.
        let end = parts
            .clone()
            .find(|part| part.width() <= width_left && part.len() > 1);
        return Cow::Owned(format!(
            "…{}",
            end.unwrap_or_else(|| tail(text, width_left))
        ));
    }
    // A later `…` reads better than an earlier one.
    let head = head(text, width_left.div_ceil(2));
    let tail = tail(&text[head.len()..], width_left - head.width());
    Cow::Owned(format!("{head}…{tail}"))
}

/// The beginning of the text and `…`, together at most `width` columns wide.
pub(super) fn at_the_end(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    match width.checked_sub(1) {
        Some(width_left) => Cow::Owned(format!("{}…", head(text, width_left))),
        None => Cow::Borrowed(""),
    }
}

/// The longest beginning that is at most `width_left` columns wide.
fn head(text: &str, width_left: usize) -> &str {
    let mut used = 0;
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > width_left {
            end = at;
            break;
        }
    }
    // A sequence can be wider than its characters one by one (U+FE0F after a narrow symbol).
    while text[..end].width() > width_left {
        end = text[..end]
            .char_indices()
            .next_back()
            .map_or(0, |(at, _)| at);
    }
    &text[..end]
}

/// The longest end that is at most `width_left` columns wide.
fn tail(text: &str, width_left: usize) -> &str {
    let mut used = 0;
    let mut start = 0;
    for (at, c) in text.char_indices().rev() {
        used += c.width().unwrap_or(0);
        if used > width_left {
            start = at + c.len_utf8();
            break;
        }
    }
    while text[start..].width() > width_left {
        start += text[start..].chars().next().map_or(1, char::len_utf8);
    }
    &text[start..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::chance::Chance;

    #[test]
    fn the_domain_of_a_service_is_dropped_and_nothing_else() {
        for (text, shown) in [
            ("s3.amazonaws.com", "s3"),
            ("ec2.cn-north-1.amazonaws.com", "ec2.cn-north-1"),
            (".amazonaws.com", ".amazonaws.com"),
            ("https://x.amazonaws.com", "https://x.amazonaws.com"),
            ("s3.amazonaws.com.cn", "s3.amazonaws.com.cn"),
            ("", ""),
        ] {
            assert_eq!(without_domain(text), shown);
        }
    }

    #[test]
    fn both_ends_of_a_text_stay_and_the_end_of_an_arn() {
        let arn = "arn:aws:sts::123456789012:assumed-role/Deploy/ci-1234";
        for (text, width, shown) in [
            ("GetFunction20150331v2", 21, "GetFunction20150331v2"),
            ("GetFunction20150331v2", 12, "GetFun…331v2"),
            ("GetFunction20150331v2", 1, "…"),
            ("GetFunction20150331v2", 0, ""),
            (
                arn,
                52,
                "…:aws:sts::123456789012:assumed-role/Deploy/ci-1234",
            ),
            (arn, 28, "…/Deploy/ci-1234"),
            (arn, 29, "…:assumed-role/Deploy/ci-1234"),
            (arn, 9, "…/ci-1234"),
            (arn, 8, "…ci-1234"),
            ("arn:aws:iam::123456789012:role/Deploy", 14, "…:role/Deploy"),
            ("世世世世世世", 8, "世世…世"),
        ] {
            assert_eq!(in_the_middle(text, width), shown, "{width}");
        }
        assert_eq!(at_the_end("sourceIPAddress", 12), "sourceIPAdd…");
        assert_eq!(at_the_end("world", 5), "world");
    }

    #[test]
    fn no_text_is_wider_than_asked() {
        const PARTS: &[&str] = &[
            "a",
            "世",
            "e\u{301}",
            "❤️",
            "👩\u{200d}🚀",
            " ",
            ":",
            "/",
            "arn:",
            "xyz",
        ];
        let mut chance = Chance::new(9);
        for _ in 0..3_000 {
            let text = chance.text(PARTS, 12);
            let width = chance.below(20);
            for shown in [in_the_middle(&text, width), at_the_end(&text, width)] {
                assert!(shown.width() <= width, "{text:?} {width} {shown:?}");
            }
        }
    }
}
