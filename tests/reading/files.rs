//! Every file of `fixtures/` and `tests/data/`: the events found in it, with any number of threads and any size of
//! chunks.

use super::{Expected, How, Reading, expected, read, scan, unpacked};
use trailsift::dump::{Content, FindingKind, UnsupportedShape};

/// Whether the result of a file is the one that the word in `expected.tsv` means.
fn judge(file: &Expected, reading: &Reading) -> Result<(), String> {
    let has = |what: fn(&FindingKind) -> bool| reading.findings.iter().any(|f| what(&f.kind));
    let lossless = !reading.reports_loss();
    let ok = match file.why.as_str() {
        "whole" if file.path.starts_with("fixtures/") => reading.findings.is_empty(),
        "whole" => lossless && reading.byte_counts.skipped == 0 && reading.byte_counts.damaged == 0,
        "skipped-text" => lossless && reading.byte_counts.skipped > 0,
        "incomplete" => {
            lossless
                && has(|what| matches!(what, FindingKind::NextToken { .. } | FindingKind::NoPage))
        }
        "no-events" => lossless && reading.content == Content::NoEvents,
        "record-unreadable" => lossless && reading.unreadable.0 > 0,
        "not-utf8" => lossless && has(|what| matches!(what, FindingKind::NotUtf8 { .. })),
        "damaged" => reading.reports_loss() || reading.error.is_some(),
        "foreign" | "other-shape" => matches!(reading.content, Content::Foreign(_)),
        "empty" => reading.content == Content::Blank,
        "error-text" => matches!(reading.content, Content::ErrorText(_)),
        other => return Err(format!("{}: unknown word {other}", file.path)),
    };
    if !ok || reading.byte_counts.events != file.events || reading.duplicates != file.duplicates {
        let Reading {
            byte_counts,
            content,
            findings,
            duplicates,
            unreadable,
            error,
            ..
        } = reading;
        return Err(format!(
            "{file:?}\n  {byte_counts:?}\n  {content:?} {findings:?}\n  {duplicates} duplicates, {unreadable:?} unreadable, {error:?}"
        ));
    }
    Ok(())
}

#[test]
fn every_file_has_the_expected_events() {
    let mut wrong = Vec::new();
    for file in expected() {
        let bytes = unpacked(&file.path);
        let packed = std::fs::read(&file.path).expect("there");
        let mut reading = read(&packed, How::default());
        if reading.byte_counts.bytes != bytes.len() as u64 {
            wrong.push(format!(
                "{}: {} bytes",
                file.path, reading.byte_counts.bytes
            ));
        }
        wrong.extend(judge(&file, &reading).err());
        // The scanner alone sees the same.
        reading.error = None;
        let is_read = !UnsupportedShape::of(&bytes[..bytes.len().min(512)])
            .is_some_and(UnsupportedShape::is_refused);
        if is_read && reading.duplicates == 0 && reading != scan(&bytes) {
            wrong.push(format!("{}: differs from a plain scan", file.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn threads_and_pieces_change_nothing() {
    let mut wrong = Vec::new();
    for file in expected() {
        let bytes = unpacked(&file.path);
        let whole = read(&bytes, How::default());
        for chunk_size in [1, 2, 3, 7, 64, 1 << 10, 4 << 10, 64 << 10] {
            // Each chunk costs some microseconds, even if it is small.
            if bytes.len() / chunk_size > 6_000 {
                continue;
            }
            for threads in [1, 2, 8] {
                if threads > 1 && bytes.len() / chunk_size > 400 {
                    continue;
                }
                let how = How {
                    threads,
                    chunk_size,
                    ..How::default()
                };
                let reading = read(&bytes, how);
                if reading != whole {
                    wrong.push(format!(
                        "{} {how:?}\n{}",
                        file.path,
                        differ(&whole, &reading)
                    ));
                }
            }
        }
    }
    wrong.truncate(10);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first difference of two results.
pub fn differ(a: &Reading, b: &Reading) -> String {
    let offsets = |r: &Reading| r.events.iter().map(|e| e.0).collect::<Vec<_>>();
    let mut out = String::new();
    if a.events != b.events {
        out += &format!("  events {:?}\n      or {:?}\n", offsets(a), offsets(b));
    }
    if a.byte_counts != b.byte_counts {
        out += &format!("  {:?}\n  {:?}\n", a.byte_counts, b.byte_counts);
    }
    if a.findings != b.findings {
        out += &format!("  {:?}\n  {:?}\n", a.findings, b.findings);
    }
    if a.content != b.content {
        out += &format!("  {:?} or {:?}\n", a.content, b.content);
    }
    if a.unreadable != b.unreadable || a.duplicates != b.duplicates {
        out += "  stats\n";
    }
    out
}
