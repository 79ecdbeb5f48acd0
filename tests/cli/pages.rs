//! Pages of lookups, one after the other in a file: a `NextToken` whose next page is there, and one that was
//! left.
//!
//! `dump` contains the rule itself.

use serde_json::{Value, json};

use crate::support::program::{Dir, typed};
use crate::support::small::{lookup, record};

/// 2024-08-01, when all events below are younger than 90 days.
const NOW: [&str; 2] = ["--now", "2024-08-01"];

/// A page of the events that happened so many minutes after six, in a region.
fn page(minutes: [u32; 2], region: &str, token: Option<&str>) -> String {
    let records: Vec<Value> = minutes
        .iter()
        .map(|minute| record(*minute, json!({"awsRegion": region})))
        .collect();
    let page = lookup(&records);
    match token {
        Some(token) => page.replace("}]}", &format!("}}],\"NextToken\":\"{token}\"}}")),
        None => page,
    }
}

fn errors(text: &str) -> (usize, i32) {
    let dir = Dir::new();
    dir.write("dump", text);
    let words = ["inspect", "--format", "json", "dump"];
    let got = dir.run(words.iter().chain(&NOW)).got();
    let document = got.json();
    let findings = document["dumps"][0]["findings"].as_array().expect("a list");
    let found = findings.iter().filter(|it| it["id"] == "next-token");
    (found.count(), got.status)
}

#[test]
fn a_token_before_another_lookup_is_an_error() {
    let first = page([50, 40], "us-east-1", Some("x"));
    for other in [
        // It begins newer than the first one ended.
        page([45, 30], "us-east-1", None),
        page([90, 80], "us-east-1", None),
        page([30, 45], "us-east-1", None),
        // It is of another region.
        page([30, 20], "eu-west-1", None),
        json!({"Records": [record(30, json!({}))]}).to_string(),
    ] {
        assert_eq!(errors(&format!("{first}\n{other}")), (1, 1), "{other}");
    }
    let more = page([90, 80], "us-east-1", Some("x"));
    assert_eq!(errors(&format!("{first}\n{more}")), (2, 1));
}

#[test]
fn a_token_before_its_next_page_is_none() {
    let first = page([50, 40], "us-east-1", Some("x"));
    let second = page([40, 30], "us-east-1", None);
    let elsewhere = page([90, 80], "eu-west-1", None);
    let empty = lookup(&[]);
    for pages in [
        vec![&first, &second],
        vec![&first, &second, &elsewhere],
        vec![&elsewhere, &first, &second],
        vec![&first, &empty],
        vec![&first, &empty, &elsewhere],
    ] {
        let text: String = pages.into_iter().map(|page| format!("{page}\n")).collect();
        assert_eq!(errors(&text), (0, 0), "{text}");
    }
    // A JSON list of pages, whose times within one second lie in any order.
    let got = typed("inspect --now 2024-08-20 fixtures/boto3-pages.json").got();
    got.ends(0);
}

#[test]
fn every_command_reports_the_token_and_the_lookup_continues_at_the_end_of_its_page() {
    let dir = Dir::new();
    let first = page([50, 40], "us-east-1", Some("x"));
    let other = page([90, 80], "eu-west-1", None);
    dir.write("dump", format!("{first}\n{other}"));
    let got = dir.run(["count", "--total", "dump"]).got();
    got.ends(0).mentions("another lookup follows");
    dir.run(["list", "--strict", "dump"]).got().ends(3);
    let got = dir
        .run(["inspect", "--commands", "dump"].iter().chain(&NOW))
        .got();
    got.shows("--region us-east-1")
        .shows("--end-time 2024-06-10T06:40:00Z");
}

/// What CLI 2.9 writes, with status 0, when the connection drops between two pages.
#[test]
fn none_in_place_of_a_page_is_an_error() {
    let text = std::fs::read_to_string("fixtures/output-text.txt").expect("a fixture");
    let dir = Dir::new();
    for (dump, ids) in [
        (format!("{text}None\n"), &["cut-off"][..]),
        (format!("{text}None\r\n{text}"), &["cut-off"]),
        // Text that a person wrote.
        (format!("{text}None of this is ours\n"), &[]),
        (text.clone(), &[]),
    ] {
        dir.write("dump", dump);
        let words = ["inspect", "--format", "json", "dump"];
        let got = dir.run(words.iter().chain(&NOW)).got();
        got.ends(i32::from(!ids.is_empty()));
        let document = got.json();
        let findings = document["dumps"][0]["findings"].as_array().expect("a list");
        let errors = findings.iter().filter(|it| it["severity"] == "error");
        let errors: Vec<_> = errors.filter_map(|it| it["id"].as_str()).collect();
        assert_eq!(errors, ids);
    }
    let got = typed("count --total --strict tests/data/none-behind.txt").got();
    got.ends(3).mentions("instead of a page");
}
