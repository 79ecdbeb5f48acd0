//! The kind of each byte: the byte counts of a file, requested byte by byte.

use super::{Reading, expected, scan, unpacked};
use crate::support::records::Rng;
use trailsift::dump::{ByteClass, Location, Locator, UnsupportedShape};
use trailsift::transcode;

/// Locates a byte; the input arrives in blocks of this size.
fn watch(bytes: &[u8], at: u64, block: usize) -> (Location, Option<(u64, u64)>) {
    let mut watch = Locator::new(at, trailsift::dump::EventLimits::default());
    let mut event = None;
    let mut visit = |found: &trailsift::event::Event<'_>| {
        event = Some((found.offset, found.end));
    };
    let recipe = transcode::recognise(&bytes[..bytes.len().min(transcode::HEAD)]);
    let mut chain = recipe.as_ref().map(|it| it.chain(16 << 20));
    for (block, end) in bytes
        .chunks(block)
        .map(|b| (b, false))
        .chain([(&[][..], true)])
    {
        match &mut chain {
            None => watch.read(block, None, end, &mut visit),
            Some(chain) => {
                chain.push(block, end);
                let block = chain.block(usize::MAX);
                watch.read(&block.bytes, Some(&block.origins), end, &mut visit);
            }
        }
    }
    (watch.finish(), event)
}

/// The result for a byte must agree with a normal pass over the file.
fn agrees(path: &str, reading: &Reading, at: u64, (seen, event): (Location, Option<(u64, u64)>)) {
    assert_eq!(seen.byte_counts, reading.byte_counts, "{path}:{at}");
    assert_eq!(seen.content, reading.content, "{path}:{at}");
    assert_eq!(seen.findings, reading.findings, "{path}:{at}");
    let mut spans = reading.spans.iter().copied();
    let contains = spans.clone().find(|(from, to)| (*from..*to).contains(&at));
    assert_eq!(event, contains, "{path}:{at}");
    let next = spans.find(|(from, _)| *from > at).map(|(from, _)| from);
    assert_eq!(seen.next, next, "{path}:{at}");
    let class = seen.place.map(|place| place.class);
    assert_eq!(
        class == Some(ByteClass::Event),
        contains.is_some(),
        "{path}:{at}"
    );
    assert_eq!(
        class.is_some(),
        at < reading.byte_counts.bytes,
        "{path}:{at}"
    );
}

fn files() -> impl Iterator<Item = (String, Vec<u8>)> {
    let files = expected()
        .into_iter()
        .map(|file| (unpacked(&file.path), file.path));
    files
        .filter(|(bytes, _)| {
            !UnsupportedShape::of(&bytes[..bytes.len().min(512)])
                .is_some_and(UnsupportedShape::is_refused)
        })
        .map(|(bytes, path)| (path, bytes))
}

#[test]
fn a_place_in_any_file_is_what_a_reading_of_the_file_says() {
    let mut rng = Rng::new(11);
    for (path, bytes) in files() {
        let reading = scan(&bytes);
        let length = bytes.len() as u64;
        let mut places = vec![
            0,
            1,
            length / 2,
            length.saturating_sub(1),
            length,
            length + 1,
        ];
        places.extend(reading.findings.iter().map(|finding| finding.at));
        places.extend((0..3).map(|_| rng.below(bytes.len().max(1)) as u64));
        for at in places {
            let block = [1, 100, 1 << 20][rng.below(3)].max(bytes.len() / 200);
            agrees(&path, &reading, at, watch(&bytes, at, block));
        }
    }
}

#[test]
fn the_bytes_of_a_file_add_up_to_its_account() {
    // Damage of each kind, text between events, several shapes in one file.
    for name in [
        "front-and-end.json",
        "bad-line.jsonl",
        "error-behind.json",
        "rule-test.json",
        "s3-notification.json",
        "chosen.json",
        "calendar.json",
        "pairs.txt",
        "access.log",
        "text-hole.txt",
        "logs-tail-colours.txt",
        "utf-16-cut.json",
    ] {
        let path = format!("tests/data/{name}");
        let bytes = unpacked(&path);
        let reading = scan(&bytes);
        let mut sums = [0; 4];
        for at in 0..bytes.len() as u64 {
            let (seen, _) = watch(&bytes, at, bytes.len());
            let place = seen.place.expect("a byte of the file");
            if let Some(finding) = &place.finding {
                assert!(finding.at <= at, "{path}:{at}: {finding}");
            }
            let is_loss = place
                .finding
                .as_ref()
                .is_some_and(|finding| finding.is_loss());
            assert!(place.class != ByteClass::Damaged || is_loss, "{path}:{at}");
            sums[place.class as usize] += 1;
        }
        let account = reading.byte_counts;
        let counted = [
            account.event,
            account.structure,
            account.skipped,
            account.damaged,
        ];
        assert_eq!(sums, counted, "{path}: event, structure, skipped, damaged");
    }
}
