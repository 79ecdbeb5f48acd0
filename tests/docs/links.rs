//! Checks the relative links of the pages, and their anchors.

use super::pages::{every_page, page, root};

/// The page without fenced blocks and without code between backticks.
fn prose(page: &str) -> String {
    let mut prose = String::new();
    let mut in_block = false;
    for line in page.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            let parts = line.split('`').step_by(2);
            prose.push_str(&parts.collect::<Vec<_>>().join("`"));
            prose.push('\n');
        }
    }
    prose
}

/// The targets of the links and pictures of a page.
pub fn targets(page: &str) -> Vec<String> {
    let prose = prose(page);
    let starts = prose.match_indices("](").map(|(at, _)| &prose[at + 2..]);
    starts
        .map(|rest| rest[..rest.find(')').expect("a closed link")].to_owned())
        .collect()
}

/// The anchors that GitHub makes of the headings of a page.
fn anchors(page: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    let mut in_block = false;
    for line in page.lines() {
        in_block ^= line.starts_with("```");
        let Some(heading) = line.strip_prefix('#').filter(|_| !in_block) else {
            continue;
        };
        let heading = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = heading
            .chars()
            .filter(|&c| c.is_alphanumeric() || " -_".contains(c));
        let anchor: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
        let same = anchors.iter().filter(|other| **other == anchor).count();
        anchors.push(match same {
            0 => anchor,
            n => format!("{anchor}-{n}"),
        });
    }
    anchors
}

/// The targets of a page that do not exist.
fn broken(name: &str, text: &str) -> Vec<String> {
    let folder = root().join(name);
    let folder = folder.parent().expect("a folder");
    let mut broken = Vec::new();
    for target in targets(text) {
        if target.starts_with("https://") {
            continue;
        }
        let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
        let path = folder.join(file);
        let linked = match file {
            "" => Some(text.to_owned()),
            _ if anchor.is_empty() && path.exists() => continue,
            _ => std::fs::read_to_string(path).ok(),
        };
        let found =
            linked.is_some_and(|linked| anchors(&linked).iter().any(|other| other == anchor));
        if !found {
            broken.push(target);
        }
    }
    broken
}

#[test]
fn every_relative_link_leads_to_a_file_and_a_heading() {
    for name in every_page() {
        let broken = broken(&name, &page(&name));
        assert!(broken.is_empty(), "{name}: {broken:?}");
    }
}

#[test]
fn a_broken_link_is_found() {
    let text = "# One two\n[a](README.md) [b](#one-two) [c](README.md#install) [d](https://example.com)\n\
        `[e](none)` [f](missing.md) [g](#one)\n```text\n[h](missing.md)\n# Three\n```\n[i](README.md#no) [j](#three)";
    assert_eq!(
        broken("README.md", text),
        ["missing.md", "#one", "README.md#no", "#three"]
    );
    assert_eq!(anchors("# A `b`, c!\n## A b c\n"), ["a-b-c", "a-b-c-1"]);
}
