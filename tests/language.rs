//! Searches names, comments, strings, help and docs for words that this project does not use.
//!
//! The project is written in the plain technical English of its field. The table below lists the words and
//! phrases that were replaced, with the usual replacement.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Fail when a retired word is found. Otherwise the counts are only printed.
const STRICT: bool = true;

/// Retired phrases and what to write instead.
///
/// `/` separates alternatives of one word. ` ` matches white space only; `-` also matches `_`, `-` and a change
/// of case, so that it finds names. `!word` means: the next word must not be this one.
const RETIRED: &[(&str, &str)] = &[
    ("stand/stands/stood/standing !for", "follows, precedes, is"),
    ("behind/beside", "after, next to"),
    ("in-front", "before"),
    ("tell/tells/told/telling", "report, say, show"),
    ("holds/held", "contains; passed"),
    ("hold-against/it/them", "compare with"),
    ("is/was none", "is not a, does not exist"),
    ("such-as-have/has/had/are/is/were", "events that have"),
    ("those-that/which", "events that"),
    ("is/are/was/were/be/been-taken", "accepted, treated as"),
    ("take/takes/taken/taking-for", "treated as"),
    (
        "a-row/line/page/screen/case/file/member/block-an/a/each",
        "one row per",
    ),
    (
        "one/ones/record/event/value/entry-a-row/line/page/file/day/event/processor",
        "one per line",
    ),
    ("by-what/whom", "by which field"),
    ("whom", "who, which identity"),
    ("whose-it/they", "whose account"),
    (
        "what-is/was/are-left/there/not/asked/meant/said/lost/written/shown/worth",
        "use a noun",
    ),
    ("what-stands/lies/follows/comes/goes", "use a noun"),
    ("come/comes/came/coming-to", "results in, evaluates to"),
    ("is/are/was/were-judged", "evaluated, matches"),
    ("judged-by/for/apart", "evaluated"),
    ("every/each/any-end", "exit, termination"),
    (
        "first/second/third/another/one/each/further/single-reading",
        "pass",
    ),
    ("born/birth/births", "issued, issuance"),
    ("stand-in/ins", "pseudonym"),
    ("account-of-every/each/all/bytes/it", "byte counts"),
    ("account-balances", "byte counts add up"),
    ("worth-a-look", "notable"),
    (
        "rule/rules/baseline-holds/hold/held/broken/broke",
        "passed, failed",
    ),
    ("broken-rule/rules", "failed"),
    ("breach/breaches", "failed rule, violation"),
    ("room/rooms/house/houses/floor/floors", "module, layer"),
    ("ground-up", "lowest first"),
    ("painted-over", "masked"),
    ("without-further-ado", "by default"),
    ("grave/graver/gravest", "severe"),
    ("knows/know/knew-nothing", "does not use"),
    ("nothing-is/was-asked", "say what is expected"),
    ("turns-round", "is circular"),
    ("mould/moulds", "template"),
    ("became-whom", "which session was issued by which"),
    ("lies/lie/lay-behind/beside/before", "follows, precedes"),
];

/// Text that is not searched, with the reason.
const ALLOWED: &[(&str, &str)] = &[
    ("\\t", "a tab in a string"),
    ("\\n", "a line end in a string"),
    ("floor_char_boundary", "a function of the standard library"),
    ("ClickHouse", "name of a product"),
    ("clickhouse", "name of a product"),
    ("error-behind.json", "name of a data file"),
    ("none-behind.txt", "name of a data file"),
    ("warning-in-front.json", "name of a data file"),
];

/// Files that may contain a phrase, with the reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[("tests/language.rs", "", "this table")];

/// A word of a text.
struct Word {
    text: String,
    line: usize,
    /// What separates it from the word before.
    gap: Gap,
}

#[derive(Clone, Copy, PartialEq)]
enum Gap {
    /// White space and comment markers.
    Space,
    /// `_`, `-` or a change of case: two parts of one name.
    Joint,
    Other,
}

impl Gap {
    fn of(between: &str) -> Gap {
        let marker = |c: char| c.is_whitespace() || "/!#*>\\".contains(c);
        if matches!(between, "" | "_" | "-") {
            Gap::Joint
        } else if between.contains(char::is_whitespace) && between.chars().all(marker) {
            Gap::Space
        } else {
            Gap::Other
        }
    }
}

/// Splits a text into words; names such as `rowAnEvent` and `row_an_event` are several words.
fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut between = String::new();
    for (index, line) in text.lines().enumerate() {
        between.push('\n');
        let mut last = ' ';
        for c in line.chars() {
            let humps = c.is_uppercase() && last.is_lowercase();
            if !c.is_alphanumeric() {
                between.push(c);
            } else if last.is_alphanumeric() && !humps {
                let word = words.last_mut().expect("the word of the last letter");
                word.text.extend(c.to_lowercase());
            } else {
                let gap = Gap::of(&between);
                let text = c.to_lowercase().collect();
                let line = index + 1;
                words.push(Word { text, line, gap });
                between.clear();
            }
            last = c;
        }
    }
    words
}

/// A phrase of the table, taken apart.
struct Phrase {
    text: &'static str,
    /// The alternatives of each word, and whether it must follow white space.
    parts: Vec<(Vec<&'static str>, bool)>,
    /// Words that must not follow.
    unless: Vec<&'static str>,
}

impl Phrase {
    fn new(text: &'static str) -> Phrase {
        let (kept, unless) = text.split_once(" !").unwrap_or((text, ""));
        let mut parts = Vec::new();
        for (n, spaced) in kept.split(' ').enumerate() {
            for (m, part) in spaced.split('-').enumerate() {
                parts.push((part.split('/').collect(), n > 0 && m == 0));
            }
        }
        Phrase {
            text,
            parts,
            unless: unless.split('/').filter(|word| !word.is_empty()).collect(),
        }
    }

    fn begins(&self, words: &[Word]) -> bool {
        if words.len() < self.parts.len() {
            return false;
        }
        let matches = self.parts.iter().zip(words).enumerate();
        let all = matches
            .into_iter()
            .all(|(n, ((alternatives, spaced), word))| {
                let joined = match word.gap {
                    Gap::Space => true,
                    Gap::Joint => !spaced,
                    Gap::Other => false,
                };
                (n == 0 || joined) && alternatives.contains(&word.text.as_str())
            });
        let next = words.get(self.parts.len());
        all && !next.is_some_and(|word| self.unless.contains(&word.text.as_str()))
    }
}

/// The retired phrases in a text, with their lines.
fn found(text: &str) -> Vec<(usize, &'static str)> {
    let mut text = text.to_owned();
    for (allowed, _) in ALLOWED {
        text = text.replace(allowed, "~");
    }
    let phrases: Vec<Phrase> = RETIRED.iter().map(|(text, _)| Phrase::new(text)).collect();
    let words = words(&text);
    let mut found = Vec::new();
    for at in 0..words.len() {
        for phrase in &phrases {
            if phrase.begins(&words[at..]) {
                found.push((words[at].line, phrase.text));
            }
        }
    }
    found
}

/// The files that people read, by their path in the project.
fn files(folder: &Path, root: &Path, list: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder of the project") {
        let path = entry.expect("an entry").path();
        let inside = path.strip_prefix(root).expect("inside the project");
        let inside = inside.to_str().expect("UTF-8").to_owned();
        // `target/` is built, `tests/golden` is jq's, the fixtures are data.
        let skipped = ["target", ".git", "fixtures", "tests/golden", "fuzz/corpus"];
        if skipped.contains(&inside.as_str()) {
            continue;
        }
        if path.is_dir() {
            files(&path, root, list);
            continue;
        }
        let extension = path.extension().and_then(|extension| extension.to_str());
        let is_text = matches!(extension, Some("rs" | "md" | "toml" | "sh" | "css" | "js"));
        let is_schema = inside.starts_with("schemas/");
        if is_text || is_schema || inside == ".ci/run" {
            list.push(inside);
        }
    }
}

/// The module of a file: `src/cli`, `tests/report`, or the file itself at the top.
fn module(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    parts[..parts.len().min(2)].join("/")
}

/// Run with `--nocapture` to see the counts and each place.
#[test]
fn no_retired_word_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut list = Vec::new();
    files(root, root, &mut list);
    list.sort();
    assert!(list.len() > 300, "only {} files were found", list.len());
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut places = Vec::new();
    let mut used = vec![false; EXCEPTIONS.len()];
    for path in list {
        let mut text = fs::read_to_string(root.join(&path)).expect("UTF-8");
        if path == "CHANGELOG.md" {
            // Old names are in backticks, old messages in quotes.
            for mark in ['`', '"'] {
                let kept: Vec<&str> = text.split(mark).step_by(2).collect();
                text = kept.join("~");
            }
        }
        let mut hits = found(&text);
        hits.extend(
            found(&path.replace('/', " . "))
                .into_iter()
                .map(|(_, phrase)| (0, phrase)),
        );
        for (line, phrase) in hits {
            let excepted = EXCEPTIONS.iter().position(|(file, allowed, _)| {
                *file == path && (allowed.is_empty() || *allowed == phrase)
            });
            if let Some(excepted) = excepted {
                used[excepted] = true;
                continue;
            }
            *counts.entry(module(&path)).or_default() += 1;
            let instead = RETIRED.iter().find(|(text, _)| *text == phrase);
            let instead = instead.map_or("", |(_, instead)| instead);
            places.push(format!("{path}:{line}: \"{phrase}\" (write: {instead})"));
        }
    }
    for place in &places {
        println!("{place}");
    }
    println!("\nRetired words per module:");
    for (module, count) in &counts {
        println!("{count:6} {module}");
    }
    println!("{:6} in all", places.len());
    if STRICT {
        assert!(places.is_empty(), "{}", places.join("\n"));
        for (used, (file, phrase, _)) in used.iter().zip(EXCEPTIONS) {
            assert!(
                used,
                "the exception for \"{phrase}\" in {file} is not needed"
            );
        }
    }
}

#[test]
fn every_phrase_of_the_table_is_found_in_each_of_its_forms() {
    for (text, _) in RETIRED {
        let phrase = Phrase::new(text);
        let longest = phrase.parts.iter().map(|(words, _)| words.len()).max();
        for n in 0..longest.expect("a word") {
            let form: Vec<&str> = phrase
                .parts
                .iter()
                .map(|(all, _)| all[n % all.len()])
                .collect();
            let sentences = [
                format!("/// It {} here.", form.join(" ")),
                format!("// It {}\n", form.join("\n    // ")),
            ];
            for sentence in &sentences {
                let hits = found(sentence);
                assert!(hits.iter().any(|(_, found)| found == text), "{sentence}");
            }
            if !text.contains(' ') {
                let name = format!("fn the_{}_of_it() {{}}", form.join("_"));
                assert!(
                    found(&name).iter().any(|(_, found)| found == text),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn code_and_ordinary_words_are_not_found() {
    for text in [
        "if value.is_none() { return }",
        "`x[]` stands for the elements of an array",
        "ClickHouse and error-behind.json",
        "It begins here. None of the frontal rows, an event and a page is",
        "withhold the old household",
    ] {
        let hits = found(text);
        assert!(hits.is_empty(), "{text}: {hits:?}");
    }
    let names = found("struct StandIns; fn rowAnEvent() {}\nlet StandIn = 1;");
    assert!(names.contains(&(1, "stand-in/ins")), "{names:?}");
    assert!(names.contains(&(2, "stand-in/ins")), "{names:?}");
}
