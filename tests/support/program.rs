//! Runs `trailsift` as a user does, and compares its output with the expected output.
//!
//! Not for what the dumps hold: see [`super::records`] and [`super::small`].

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};

/// A directory that is removed after the test; the working directory of [`Dir::run`].
pub struct Dir(pub tempfile::TempDir);

impl Dir {
    pub fn new() -> Dir {
        Dir(tempfile::tempdir().expect("a temporary directory"))
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, the folders above it included.
    pub fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).expect("a folder");
        }
        std::fs::write(&path, bytes).expect("a file");
        path
    }

    pub fn read(&self, name: impl AsRef<Path>) -> String {
        let bytes = std::fs::read(self.path(name)).expect("the file");
        String::from_utf8(bytes).expect("text")
    }

    /// The names in the directory, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).expect("the directory");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// The program, with this working directory.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Program {
        Program::new(self.0.path(), arguments)
    }
}

/// The program, with the project's root as its working directory.
pub fn trailsift<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Program {
    Program::new(Path::new(env!("CARGO_MANIFEST_DIR")), arguments)
}

/// Splits a command line at its blanks and runs it in the project's root.
pub fn typed(line: &str) -> Program {
    trailsift(line.split_whitespace())
}

/// `trailsift` about to be run, with an empty environment and nothing on standard input.
pub struct Program {
    command: Command,
    typed: String,
    stdin: Option<Vec<u8>>,
}

impl Program {
    fn new<S: AsRef<OsStr>>(directory: &Path, arguments: impl IntoIterator<Item = S>) -> Program {
        let arguments: Vec<OsString> = arguments
            .into_iter()
            .map(|argument| argument.as_ref().to_owned())
            .collect();
        let mut typed = "trailsift".to_owned();
        for argument in &arguments {
            let _ = write!(typed, " {}", argument.to_string_lossy());
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_trailsift"));
        command
            .env_clear()
            .current_dir(directory)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Program {
            command,
            typed,
            stdin: None,
        }
    }

    pub fn env(mut self, name: &str, value: &str) -> Program {
        self.command.env(name, value);
        self
    }

    /// Pipes bytes in.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Program {
        self.stdin = Some(bytes.into());
        self
    }

    /// Starts it, for tests that do something meanwhile.
    pub fn spawn(mut self) -> Child {
        if self.stdin.is_some() {
            self.command.stdin(Stdio::piped());
        }
        self.command.spawn().expect("the program starts")
    }

    /// The command, for tests that connect it to something odd.
    pub fn command(&mut self) -> &mut Command {
        &mut self.command
    }

    /// Runs it and returns its peak resident memory in kilobytes, or 0 if the system does not report it. The value of
    /// `wait4` includes the memory of the parent process.
    pub fn peak_memory(mut self) -> u64 {
        let bytes = self.stdin.take();
        if bytes.is_some() {
            self.command.stdin(Stdio::piped());
        }
        self.peak_memory_fed(|pipe| bytes.map_or(Ok(()), |bytes| pipe.write_all(&bytes)))
    }

    /// The same through a pipe that is written into while the program reads: more than a test should hold in memory.
    pub fn peak_memory_of_pipe(
        mut self,
        feed: impl FnOnce(&mut ChildStdin) -> io::Result<()> + Send + 'static,
    ) -> u64 {
        self.command.stdin(Stdio::piped());
        self.peak_memory_fed(feed)
    }

    fn peak_memory_fed(
        mut self,
        feed: impl FnOnce(&mut ChildStdin) -> io::Result<()> + Send + 'static,
    ) -> u64 {
        self.command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = self.command.spawn().expect("the program starts");
        let feeder = child
            .stdin
            .take()
            .map(|mut pipe| std::thread::spawn(move || drop(feed(&mut pipe))));
        let process = PathBuf::from(format!("/proc/{}", child.id()));
        let own = std::env::current_exe().expect("the test's own program");
        let mut peak = 0;
        while child.try_wait().expect("a child").is_none() {
            // Until the program has taken its place, a child that was started by vfork shows the memory of these tests.
            if std::fs::read_link(process.join("exe")).is_ok_and(|program| program == own) {
                continue;
            }
            let text = std::fs::read_to_string(process.join("status")).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let number = line.and_then(|line| line.split_whitespace().next());
            peak = peak.max(number.and_then(|it| it.parse().ok()).unwrap_or(0));
            std::thread::sleep(std::time::Duration::from_micros(500));
        }
        if let Some(feeder) = feeder {
            feeder.join().expect("the pipe is fed");
        }
        peak
    }

    pub fn got(mut self) -> Got {
        let (typed, stdin) = (std::mem::take(&mut self.typed), self.stdin.take());
        if stdin.is_some() {
            self.command.stdin(Stdio::piped());
        }
        let mut child = self.command.spawn().expect("the program starts");
        let feeder = stdin.zip(child.stdin.take()).map(|(bytes, mut pipe)| {
            // A program that has enough closes the pipe early, as it may.
            std::thread::spawn(move || drop(pipe.write_all(&bytes)))
        });
        let output = child.wait_with_output().expect("the program ends");
        if let Some(feeder) = feeder {
            feeder.join().expect("the pipe is fed");
        }
        let got = Got::new(typed, output);
        let arguments: Vec<String> = self
            .command
            .get_args()
            .map(|argument| argument.to_string_lossy().into_owned())
            .collect();
        let directory = self.command.get_current_dir().unwrap_or(Path::new("."));
        super::schemas::validate_run(directory, &arguments, &got.out, &got.err);
        got
    }
}

/// What a run gave. Its checks show all of it when they fail, and can be chained.
#[derive(Debug)]
pub struct Got {
    typed: String,
    /// The exit status; of a killed process the negative signal.
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Got {
    pub fn new(typed: String, output: Output) -> Got {
        use std::os::unix::process::ExitStatusExt;
        let status = output.status;
        Got {
            typed,
            status: status
                .code()
                .unwrap_or_else(|| -status.signal().unwrap_or(0)),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    #[track_caller]
    fn fail(&self, what: &str, expected: &str, got: &str) -> ! {
        panic!(
            "{what}\n  command   {}\n  status    {}\n--- expected\n{expected}\n--- got\n{got}\n--- \
             standard output\n{}\n--- standard error\n{}\n---",
            self.typed,
            self.status,
            shortened(&self.out),
            shortened(&self.err),
        )
    }

    #[track_caller]
    pub fn ends(&self, status: i32) -> &Got {
        if self.status != status {
            self.fail(
                "another exit status",
                &status.to_string(),
                &self.status.to_string(),
            );
        }
        self
    }

    #[track_caller]
    pub fn prints(&self, expected: &str) -> &Got {
        if self.out != expected {
            self.fail("another standard output", expected, &self.out);
        }
        self
    }

    /// The columns of a TSV row written with blanks between them.
    #[track_caller]
    pub fn rows(&self, expected: &[&str]) -> &Got {
        let expected: String = expected
            .iter()
            .map(|row| row.replace(' ', "\t") + "\n")
            .collect();
        self.prints(&expected)
    }

    /// Ends with 0 and says nothing on standard error.
    #[track_caller]
    pub fn quietly(&self) -> &Got {
        self.ends(0).says("")
    }

    #[track_caller]
    pub fn says(&self, expected: &str) -> &Got {
        if self.err != expected {
            self.fail("another standard error", expected, &self.err);
        }
        self
    }

    #[track_caller]
    pub fn mentions(&self, expected: &str) -> &Got {
        if !self.err.contains(expected) {
            self.fail("not on standard error", expected, &self.err);
        }
        self
    }

    #[track_caller]
    pub fn never_mentions(&self, unwanted: &str) -> &Got {
        if self.err.contains(unwanted) {
            self.fail("unwanted on standard error", unwanted, &self.err);
        }
        self
    }

    #[track_caller]
    pub fn shows(&self, expected: &str) -> &Got {
        if !self.out.contains(expected) {
            self.fail("not on standard output", expected, &self.out);
        }
        self
    }

    /// The rows, without the line end.
    pub fn lines(&self) -> Vec<&str> {
        self.out.lines().collect()
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| self.fail("no JSON", &error.to_string(), &self.out))
    }

    /// The account that `--stats=json` printed.
    #[track_caller]
    pub fn byte_counts(&self) -> serde_json::Value {
        let line = self.err.lines().find(|line| line.starts_with('{'));
        line.and_then(|line| serde_json::from_str(line).ok())
            .unwrap_or_else(|| self.fail("no account", "{…}", &self.err))
    }
}

fn shortened(text: &str) -> String {
    const MOST: usize = 4_000;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}… ({} bytes)", &text[..at], text.len()),
        None => text.to_owned(),
    }
}
