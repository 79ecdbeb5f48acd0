use super::*;
use crate::input::testing::{drain, drain_opened, gzip, open_path, text, zstd};
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Command;

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_plain_file_is_read_in_ranges_and_a_packed_one_as_a_stream_for_any_name() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dump.json");
    let all = text(3000);
    for (packed, compression) in [
        (gzip(&all), Compression::Gzip),
        (zstd(&all), Compression::Zstd),
    ] {
        fs::write(&path, &packed).unwrap();
        match open_path(&path) {
            Opened::Stream(mut stream) => {
                assert_eq!(stream.compression(), compression);
                assert_eq!(stream.packed_len(), Some(packed.len() as u64));
                assert_eq!(stream.packed_read(), 0);
                assert!(stream.stamp().is_some());
                assert_eq!(drain(&mut stream, 100).0, all);
                assert_eq!(stream.packed_read(), packed.len() as u64);
            }
            other => panic!("{other:?}"),
        }
    }
    let gz = dir.path().join("dump.gz");
    for plain in [&all[..], b"", b"{", b"\x1f"] {
        fs::write(&gz, plain).unwrap();
        assert!(matches!(open_path(&gz), Opened::Ranges(_)));
        assert_eq!(drain_opened(&mut open_path(&gz)).0, plain);
    }
}

#[test]
fn standard_input_from_a_file_is_read_like_the_file_and_can_be_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dump");
    let all = text(3000);
    for packed in [all.clone(), gzip(&all)] {
        fs::write(&path, &packed).unwrap();
        let stdin = File::open(&path).unwrap();
        for _ in 0..2 {
            let mut opened = open_file(stdin.try_clone().unwrap(), true).unwrap();
            assert_eq!(matches!(opened, Opened::Ranges(_)), packed == all);
            assert_eq!(drain_opened(&mut opened).0, all);
        }
    }
}

#[test]
fn standard_input_that_was_read_before_continues_at_its_offset() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dump");
    let all = text(300);
    for (packed, rest) in [
        (all.clone(), all[9..].to_vec()),
        ([&b"123456789"[..], &gzip(&all)].concat(), all.clone()),
    ] {
        fs::write(&path, &packed).unwrap();
        let mut stdin = File::open(&path).unwrap();
        stdin.read_exact(&mut [0; 9]).unwrap();
        for _ in 0..2 {
            match open_file(stdin.try_clone().unwrap(), true).unwrap() {
                Opened::Stream(mut stream) => {
                    assert_eq!(stream.packed_len(), Some(packed.len() as u64 - 9));
                    assert_eq!(drain(&mut stream, 100).0, rest);
                }
                other => panic!("{other:?}"),
            }
        }
    }
    let mut stdin = File::open(&path).unwrap();
    stdin.seek(io::SeekFrom::Start(1 << 20)).unwrap();
    assert_eq!(
        drain_opened(&mut open_file(stdin, true).unwrap()).0,
        b"",
        "beyond the end there is nothing"
    );
}

#[test]
fn a_named_fifo_is_a_stream_that_is_sniffed_too() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pipe");
    fifo(&path);
    for packed in [text(500), gzip(&text(500)), zstd(&text(500))] {
        let target = path.clone();
        let writer = std::thread::spawn(move || fs::write(target, packed).unwrap());
        match open_path(&path) {
            Opened::Stream(mut stream) => {
                assert_eq!((stream.packed_len(), stream.stamp()), (None, None));
                assert_eq!(drain(&mut stream, 64).0, text(500));
            }
            other => panic!("{other:?}"),
        }
        writer.join().unwrap();
    }
}

#[test]
fn a_device_is_a_stream() {
    assert!(matches!(
        open_path(Path::new("/dev/null")),
        Opened::Stream(_)
    ));
    assert_eq!(drain_opened(&mut open_path(Path::new("/dev/null"))).0, b"");
}

#[test]
fn a_file_of_proc_is_read_although_its_length_is_0() {
    let path = Path::new("/proc/self/status");
    if path.exists() {
        assert!(!drain_opened(&mut open_path(path)).0.is_empty());
    }
}

#[test]
fn a_directory_and_a_missing_file_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    let open_input = |path: &Path| {
        open(&Input {
            path: path.to_owned(),
            kind: InputKind::File,
            root: None,
        })
    };
    assert!(matches!(open_input(dir.path()), Err(OpenError::Directory)));
    assert!(matches!(
        open_input(&dir.path().join("none")),
        Err(OpenError::Io(_))
    ));
    assert!(matches!(
        open_file(File::open(dir.path()).unwrap(), true),
        Err(OpenError::Directory)
    ));
}
