//! Tests of `window`.

use super::*;
use crate::time::testing::{at, zone};

fn typed<'a>(since: &'a str, until: &'a str, on: &'a str) -> TypedWindow<'a> {
    let some = |text: &'a str| (!text.is_empty()).then_some(text);
    TypedWindow {
        since: some(since),
        until: some(until),
        on: some(on),
        end_time: None,
    }
}

fn resolved(since: &str, until: &str, on: &str, tz: &str) -> Result<Window, String> {
    resolve(
        &typed(since, until, on),
        &zone(tz),
        at("2019-06-09T16:30:00Z"),
    )
    .map_err(|error| error.to_string())
}

fn window(since: &str, until: &str) -> Result<Window, String> {
    let some = |text: &str| (!text.is_empty()).then(|| at(text));
    Ok(Window {
        since: some(since),
        until: some(until),
    })
}

#[test]
fn since_is_inclusive_and_until_exclusive() {
    let window = resolved("2019-06-09T01:00Z", "2019-06-09T02:00Z", "", "UTC").unwrap();
    for (text, inside) in [
        ("2019-06-09T00:59:59.999999999Z", false),
        ("2019-06-09T01:00:00Z", true),
        ("2019-06-09T01:59:59.999999999Z", true),
        ("2019-06-09T02:00:00Z", false),
    ] {
        assert_eq!(window.contains(at(text)), inside, "{text}");
    }
    assert!(Window::default().contains(Moment::MIN) && Window::default().contains(Moment::MAX));
}

#[test]
fn a_date_is_its_start_in_since_and_its_end_in_until() {
    assert_eq!(
        resolved("2019-06-08", "2019-06-09", "", "UTC"),
        window("2019-06-08T00:00Z", "2019-06-10T00:00Z")
    );
    assert_eq!(
        resolved("2019-05", "2019-06", "", "Asia/Tokyo"),
        window("2019-04-30T15:00Z", "2019-06-30T15:00Z")
    );
    assert_eq!(
        resolved("yesterday", "yesterday", "", "UTC"),
        window("2019-06-08T00:00Z", "2019-06-09T00:00Z")
    );
    assert_eq!(
        resolved("", "2h ago", "", "UTC"),
        window("", "2019-06-09T14:30Z")
    );
    assert_eq!(resolved("", "", "", "UTC"), window("", ""));
}

#[test]
fn on_is_the_local_day_and_intersects() {
    assert_eq!(
        resolved("", "", "2019-03-10", "America/New_York"),
        window("2019-03-10T05:00Z", "2019-03-11T04:00Z")
    );
    assert_eq!(
        resolved("", "", "yesterday", "Asia/Tokyo"),
        window("2019-06-08T15:00Z", "2019-06-09T15:00Z")
    );
    assert_eq!(
        resolved("2019-06-09T10:00", "2019-07-01", "2019-06-09", "UTC"),
        window("2019-06-09T10:00Z", "2019-06-10T00:00Z")
    );
    assert_eq!(
        resolved("2019-01-01", "2019-06-09T10:00", "today", "UTC"),
        window("2019-06-09T00:00Z", "2019-06-09T10:00Z")
    );
}

#[test]
fn an_empty_range_shows_both_ends_as_resolved() {
    assert_eq!(
        resolved("2019-06-10", "2019-06-09", "", "UTC").unwrap_err(),
        "the range is empty: --since \"2019-06-10\" begins at 2019-06-10T00:00:00Z, \
         --until \"2019-06-09\" ends at 2019-06-10T00:00:00Z; the end must be later than the start"
    );
    let message = resolved("2019-06-10", "", "2019-06-08", "Asia/Tokyo").unwrap_err();
    assert!(message.contains("--on \"2019-06-08\" ends at 2019-06-09T00:00:00+09:00"));
    let message = resolved("", "", "2011-12-30", "Pacific/Apia").unwrap_err();
    assert!(message.contains("its clocks skipped it"), "{message}");
}

#[test]
fn errors_name_the_option_the_text_and_examples() {
    for (option, result) in [
        ("--since", resolved("soon", "", "", "UTC")),
        ("--until", resolved("", "soon", "", "UTC")),
        ("--on", resolved("", "", "soon", "UTC")),
    ] {
        let message = result.unwrap_err();
        assert!(
            message.starts_with(&format!("{option} \"soon\": ")),
            "{message}"
        );
        assert!(message.contains("write 2019-06-09,"), "{message}");
        assert_eq!(message.contains("'1h ago'"), option != "--on", "{message}");
    }
    for text in ["now", "2h ago", "2019-06-09T10:00", "@1560042666"] {
        let message = resolved("", "", text, "UTC").unwrap_err();
        assert!(message.contains("use --since and --until"), "{message}");
    }
}

#[test]
fn the_last_date_of_all_means_no_end() {
    let window = resolved("", "9999-12-31", "", "America/New_York").unwrap();
    assert_eq!(window.until, Some(Moment::MAX));
    let window = resolved("0001-01-01", "", "", "Asia/Tokyo").unwrap();
    assert_eq!(window.since, Some(Moment::MIN));
}

#[test]
fn through_a_moment_includes_it_and_nothing_after_it() {
    let (first, last) = (
        at("2019-06-09T00:00:00Z"),
        at("2019-06-09T00:00:00.999999999Z"),
    );
    let window = Window::through(first, last);
    assert!(window.contains(first) && window.contains(last));
    assert!(!window.contains(at("2019-06-09T00:00:01Z")));
    assert!(!window.contains(at("2019-06-08T23:59:59.999999999Z")));
    let end = Window::through(Moment::MAX, Moment::MAX);
    assert!(end.contains(Moment::MAX) && end.until.is_none());
}

/// The AWS CLI's `--end-time` includes the moment that it names.
#[test]
fn an_end_time_is_included() {
    for (end_time, until) in [
        ("2019-06-09T10:00:00Z", "2019-06-09T10:00:00.000000001Z"),
        ("2019-06-09T10:00:00.999999999Z", "2019-06-09T10:00:01Z"),
        ("2019-06-09", "2019-06-10T00:00:00Z"),
    ] {
        let typed = TypedWindow {
            end_time: Some(end_time),
            ..TypedWindow::default()
        };
        let window = resolve(&typed, &zone("UTC"), at("2019-06-09T16:30:00Z")).unwrap();
        assert_eq!(window.until, Some(at(until)), "{end_time}");
    }
}
