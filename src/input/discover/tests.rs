use super::*;
use std::fs::Permissions;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Command;
use tempfile::TempDir;

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// A directory with empty files at these paths.
fn tree(files: &[&str]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for file in files {
        let path = dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    dir
}

fn walk(dir: &Path) -> Discovery {
    discover(&[dir.as_os_str().to_owned()])
}

/// The paths of the inputs below `dir`.
fn found(found: &Discovery, dir: &Path) -> Vec<String> {
    found
        .inputs
        .iter()
        .map(|input| {
            input
                .path
                .strip_prefix(dir)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}

#[test]
fn names_keep_their_order_and_spelling() {
    let dir = tree(&["b", "a", "sub/x"]);
    let at = |name: &str| dir.path().join(name).into_os_string();
    let found = discover(&[at("b"), at("sub/"), "-".into(), at("./a"), at("b")]);
    let shown: Vec<_> = found
        .inputs
        .iter()
        .map(|input| input.path.clone().into_os_string())
        .collect();
    assert_eq!(
        shown,
        [at("b"), at("sub/x"), "-".into(), at("./a"), at("b")]
    );
    assert_eq!(
        found.inputs.iter().map(Input::named).collect::<Vec<_>>(),
        [true, false, true, true, true]
    );
    assert_eq!(found.inputs[2].kind, InputKind::Stdin);
    assert!(found.problems.is_empty());
}

#[test]
fn entries_are_sorted_as_bytes_and_files_of_a_directory_by_its_name() {
    let dir = tree(&[
        "a.json", "a/z", "a/B", "a/b/1", "a-", "B", ".hidden", "a/b.gz", "é", "z",
    ]);
    let found_in = walk(dir.path());
    assert_eq!(
        found(&found_in, dir.path()),
        [
            ".hidden", "B", "a/B", "a/b/1", "a/b.gz", "a/z", "a-", "a.json", "z", "é"
        ]
    );
    let paths: Vec<_> = found_in.inputs.iter().map(|input| &input.path).collect();
    assert!(paths.is_sorted(), "the order of paths");
}

#[test]
fn each_directory_has_the_number_of_its_inputs() {
    let dir = tree(&["one/a", "one/b/c", "two/x"]);
    fs::create_dir_all(dir.path().join("empty/deep")).unwrap();
    let at = |name: &str| dir.path().join(name).into_os_string();
    let found = discover(&[at("one"), at("empty"), at("two/x"), at("two")]);
    let inputs: Vec<_> = found.roots.iter().map(|root| root.inputs).collect();
    assert_eq!(inputs, [2, 0, 1]);
    assert_eq!(found.roots[1].path.as_os_str(), at("empty"));
    let roots: Vec<_> = found.inputs.iter().map(|input| input.root).collect();
    assert_eq!(
        roots,
        [Some(0), Some(0), None, Some(2)],
        "a file named and found is read twice"
    );
}

#[test]
fn loops_of_links_end_and_each_real_directory_is_walked_once() {
    let dir = tree(&["a/file", "b/c/file"]);
    symlink("..", dir.path().join("a/up")).unwrap();
    symlink(".", dir.path().join("b/self")).unwrap();
    symlink("../a", dir.path().join("b/other")).unwrap();
    symlink("b", dir.path().join("z")).unwrap();
    let found_in = walk(dir.path());
    assert_eq!(found(&found_in, dir.path()), ["a/file", "b/c/file"]);
    assert_eq!(found_in.roots[0].repeated, 4);
    assert!(found_in.problems.is_empty());
}

#[test]
fn a_directory_that_is_named_twice_is_not_empty() {
    let dir = tree(&["sub/x", "y"]);
    let at = |name: &str| dir.path().join(name).into_os_string();
    let found = discover(&[at("sub"), at("."), at("sub")]);
    let roots: Vec<_> = found
        .roots
        .iter()
        .map(|root| (root.inputs, root.repeated))
        .collect();
    assert_eq!(roots, [(1, 0), (1, 1), (0, 1)]);
}

#[test]
fn links_to_files_are_inputs_of_their_own() {
    let dir = tree(&["file"]);
    symlink("file", dir.path().join("link")).unwrap();
    fs::hard_link(dir.path().join("file"), dir.path().join("hard")).unwrap();
    assert_eq!(
        found(&walk(dir.path()), dir.path()),
        ["file", "hard", "link"]
    );
}

#[test]
fn an_unreadable_entry_is_a_problem_and_the_others_are_found() {
    let dir = tree(&["good", "later/x"]);
    symlink("nowhere", dir.path().join("broken")).unwrap();
    symlink("circle", dir.path().join("circle")).unwrap();
    let found_in = walk(dir.path());
    let problems: Vec<_> = found_in
        .problems
        .iter()
        .map(|problem| problem.path.file_name().unwrap())
        .collect();
    assert_eq!(problems, ["broken", "circle"]);
    assert!(
        found_in
            .problems
            .iter()
            .all(|p| matches!(p.kind, ProblemKind::Link(_)) && !p.named && p.root == Some(0))
    );
    assert_eq!(found(&found_in, dir.path()), ["good", "later/x"]);
}

#[test]
fn special_files_in_a_directory_are_left_out_with_a_note_and_read_when_named() {
    let dir = tree(&["file"]);
    let (pipe, socket) = (dir.path().join("pipe"), dir.path().join("socket"));
    fifo(&pipe);
    let _listener = UnixListener::bind(&socket).unwrap();
    symlink("/dev/null", dir.path().join("null")).unwrap();
    let found_in = walk(dir.path());
    assert_eq!(found(&found_in, dir.path()), ["file"]);
    let notes: Vec<_> = found_in
        .problems
        .iter()
        .map(|problem| problem.to_string())
        .collect();
    for (note, end) in notes.iter().zip([
        "null: skipped, it is a device",
        "pipe: skipped, it is a FIFO",
        "a socket",
    ]) {
        assert!(note.ends_with(end), "{note}");
    }
    assert_eq!(notes.len(), 3);
    assert!(found_in.problems.iter().all(Problem::is_note));

    let named = discover(&[pipe.into(), "/dev/null".into(), socket.into()]);
    assert_eq!(named.inputs.len(), 2);
    assert!(matches!(
        &named.problems[..],
        [Problem {
            named: true,
            kind: ProblemKind::Socket,
            ..
        }]
    ));
}

#[test]
fn names_that_lead_nowhere_are_named_problems() {
    let dir = tree(&[]);
    symlink("nowhere", dir.path().join("broken")).unwrap();
    let names = [
        dir.path().join("none").into_os_string(),
        dir.path().join("broken").into(),
        OsString::new(),
    ];
    let found = discover(&names);
    assert!(found.inputs.is_empty() && found.roots.is_empty());
    assert_eq!(found.problems.len(), 3);
    assert!(
        found
            .problems
            .iter()
            .all(|problem| problem.named && problem.root.is_none() && !problem.is_note())
    );
    assert!(matches!(found.problems[1].kind, ProblemKind::Link(_)));
}

#[test]
fn standard_input_is_given_once_and_a_file_of_that_name_is_a_file() {
    let found = discover(&["-".into(), "-".into()]);
    assert_eq!(found.inputs.len(), 1);
    assert!(matches!(found.problems[0].kind, ProblemKind::StdinAgain));
    let dir = tree(&["-"]);
    let found = discover(&[dir.path().into(), dir.path().join("./-").into()]);
    assert!(
        found
            .inputs
            .iter()
            .all(|input| input.kind == InputKind::File)
    );
    assert_eq!(found.inputs.len(), 2);
}

#[test]
fn names_that_are_not_utf_8_work_and_can_be_shown() {
    let dir = tree(&[]);
    let odd = OsString::from_vec(b"\xff\xfedump".to_vec());
    let sub = dir.path().join(OsString::from_vec(b"d\x80".to_vec()));
    fs::create_dir(&sub).unwrap();
    fs::write(sub.join(&odd), "x").unwrap();
    let found_in = discover(&[
        sub.clone().into_os_string(),
        sub.join(&odd).into_os_string(),
    ]);
    for input in &found_in.inputs {
        assert!(
            input
                .path
                .as_os_str()
                .as_bytes()
                .ends_with(b"d\x80/\xff\xfedump")
        );
        assert!(input.shown().ends_with("d\u{fffd}/\u{fffd}\u{fffd}dump"));
        assert!(crate::input::open(input).is_ok());
    }
    assert_eq!(found_in.inputs.len(), 2);
}

#[test]
fn a_very_deep_directory_does_not_exhaust_the_stack() {
    let dir = tempfile::tempdir().unwrap();
    let deep = dir.path().join("d/".repeat(1500));
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("file"), "").unwrap();
    assert_eq!(walk(dir.path()).inputs.len(), 1);
}

#[test]
fn a_directory_that_may_not_be_read_is_a_problem_named_or_found() {
    let dir = tree(&["good", "locked/x"]);
    let locked = dir.path().join("locked");
    fs::set_permissions(&locked, Permissions::from_mode(0o000)).unwrap();
    // The superuser may read everything.
    let refused = fs::read_dir(&locked).is_err();
    let (found_in, named) = (walk(dir.path()), walk(&locked));
    fs::set_permissions(&locked, Permissions::from_mode(0o700)).unwrap();
    if refused {
        assert_eq!(found(&found_in, dir.path()), ["good"]);
        for (discovery, named) in [(&found_in, false), (&named, true)] {
            let [problem] = &discovery.problems[..] else {
                panic!("{discovery:?}")
            };
            assert!(matches!(problem.kind, ProblemKind::Io(_)));
            assert_eq!(
                (&problem.path, problem.named, problem.root),
                (&locked, named, Some(0))
            );
        }
    }
}
