//! The programs with which people save dumps: the AWS CLI of both major versions,
//! boto3, jq, and the packers. Found on the search path, run in a bare environment.
//!
//! Not for tests that everyone must be able to run: these need the programs.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// The result of a program.
#[derive(Debug)]
pub struct Ran {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Ran {
    /// Standard output, if the program succeeded and printed nothing else.
    ///
    /// # Errors
    /// The status and the output of the program.
    pub fn clean(self) -> io::Result<Vec<u8>> {
        if self.status.success() && self.stderr.is_empty() {
            return Ok(self.stdout);
        }
        Err(io::Error::other(format!(
            "{}: {}",
            self.status,
            self.stderr.trim()
        )))
    }
}

/// An AWS CLI of one major version, with an empty home directory.
#[derive(Debug)]
pub struct Aws {
    program: PathBuf,
    /// As it names itself: `aws-cli/2.9.19`.
    pub version: String,
    home: Home,
}

impl Aws {
    /// The first `aws` of a major version on the search path.
    pub fn find(major: u32) -> Option<Aws> {
        let home = Home::new().ok()?;
        on_path("aws")
            .into_iter()
            .find_map(|program| {
                let out = bare(&program, &home).arg("--version").output().ok()?;
                let text = String::from_utf8_lossy(&out.stdout).into_owned();
                let version = text.split(' ').next()?.to_owned();
                version
                    .starts_with(&format!("aws-cli/{major}."))
                    .then_some((program, version))
            })
            .map(|(program, version)| Aws {
                program,
                version,
                home,
            })
    }

    /// Runs `aws --endpoint-url URL cloudtrail lookup-events ARGUMENTS…` in a time zone.
    /// A failed request is tried once more.
    ///
    /// # Errors
    /// Where the program cannot be started.
    pub fn look_up(&self, url: &str, zone: &str, arguments: &[&str]) -> io::Result<Ran> {
        run(self.command(url, zone, arguments), &[])
    }

    /// What [`Aws::look_up`] runs.
    pub fn command(&self, url: &str, zone: &str, arguments: &[&str]) -> Command {
        let mut command = bare(&self.program, &self.home);
        command
            .env("TZ", zone)
            .args(["--endpoint-url", url, "cloudtrail", "lookup-events"])
            .args(arguments);
        command
    }
}

/// Runs a Python program, with the endpoint's URL as its argument, in the first
/// Python on the search path that has boto3.
///
/// # Errors
/// If there is no such Python, or if it fails.
pub fn boto3(program: &str, url: &str) -> io::Result<Vec<u8>> {
    let home = Home::new()?;
    for python in on_path("python3") {
        let mut probe = bare(&python, &home);
        if !run(
            {
                probe.args(["-c", "import boto3"]);
                probe
            },
            &[],
        )?
        .status
        .success()
        {
            continue;
        }
        let mut command = bare(&python, &home);
        command.args(["-c", program, url]);
        return run(command, &[])?.clean();
    }
    Err(io::Error::new(
        io::ErrorKind::NotFound,
        "no python3 with boto3 on the search path",
    ))
}

/// Runs a filter over some bytes: `pipe("jq", &["-c", ".Events[]"], &dump)`.
///
/// # Errors
/// Where the program is missing, fails, or writes to standard error.
pub fn pipe(program: &str, arguments: &[&str], input: &[u8]) -> io::Result<Vec<u8>> {
    let mut command = Command::new(program);
    command.args(arguments);
    let ran = run(command, input)?.clean();
    ran.map_err(|error| io::Error::other(format!("{program} {}: {error}", arguments.join(" "))))
}

fn run(mut command: Command, input: &[u8]) -> io::Result<Ran> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let stdin = child.stdin.take();
    let output = std::thread::scope(|scope| {
        // Fed from a thread of its own: filters write before they have read all.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        child.wait_with_output()
    })?;
    Ok(Ran {
        status: output.status,
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// A command with the search path and invented credentials, and no other environment.
fn bare(program: &Path, home: &Home) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command
        .env("HOME", &home.0)
        .env("LANG", "C.UTF-8")
        .env("TZ", "UTC")
        .envs([
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            (
                "AWS_SECRET_ACCESS_KEY",
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            ),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_MAX_ATTEMPTS", "2"),
            ("AWS_PAGER", ""),
        ]);
    command
}

fn on_path(name: &str) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .filter(|file| file.is_file())
        .collect()
}

/// An empty directory that exists until the value is dropped.
#[derive(Debug)]
struct Home(PathBuf);

impl Home {
    fn new() -> io::Result<Home> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "trailsift-home-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path)?;
        Ok(Home(path))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // If this fails, only an empty temporary directory remains.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::endpoint::{Endpoint, Script, Trouble, WireTime};
    use super::super::records::events;
    use super::*;

    fn each_client(test: impl Fn(u32, &Aws)) {
        for major in [1, 2] {
            let aws =
                Aws::find(major).unwrap_or_else(|| panic!("no aws {major}.x on the search path"));
            test(major, &aws);
        }
    }

    #[test]
    #[ignore = "needs the AWS CLI, versions 1 and 2"]
    fn the_real_client_reads_every_page_and_tries_a_throttled_one_again() {
        each_client(|_, aws| {
            let script = Script::new(events(1, 120))
                .time(WireTime::Exponent)
                .trouble(2, Trouble::ThrottledOnce);
            let endpoint = Endpoint::start(script).unwrap();
            let dump = aws
                .look_up(endpoint.url(), "UTC", &[])
                .unwrap()
                .clean()
                .unwrap();
            let dump: serde_json::Value = serde_json::from_slice(&dump).unwrap();
            assert_eq!(dump["Events"].as_array().unwrap().len(), 120);
            assert!(dump.get("NextToken").is_none());
            assert_eq!(endpoint.pages_seen(), [1, 2, 1], "{}", aws.version);
        });
    }

    #[test]
    #[ignore = "needs the AWS CLI, versions 1 and 2"]
    fn the_real_client_writes_nothing_when_a_page_stays_throttled() {
        each_client(|major, aws| {
            let script = Script::new(events(1, 120)).trouble(3, Trouble::Throttled);
            let endpoint = Endpoint::start(script).unwrap();
            let ran = aws.look_up(endpoint.url(), "UTC", &[]).unwrap();
            assert_eq!(ran.status.code(), Some(if major == 1 { 255 } else { 254 }));
            assert!(ran.stdout.is_empty());
            assert!(
                ran.stderr
                    .contains("An error occurred (ThrottlingException)"),
                "{}",
                ran.stderr
            );
            assert_eq!(endpoint.pages_seen(), [1, 1, 2]);
        });
    }

    #[test]
    #[ignore = "needs the AWS CLI, versions 1 and 2"]
    fn the_real_client_gives_up_on_an_expired_token() {
        each_client(|major, aws| {
            let endpoint =
                Endpoint::start(Script::new(events(1, 60)).trouble(2, Trouble::Expired)).unwrap();
            let ran = aws.look_up(endpoint.url(), "UTC", &[]).unwrap();
            assert_eq!(ran.status.code(), Some(if major == 1 { 255 } else { 254 }));
            assert!(ran.stdout.is_empty() && ran.stderr.contains("ExpiredTokenException"));
        });
    }

    /// Older clients of version 2 (seen: 2.9.19) treat a page that is cut off in its body as the
    /// last one and succeed, with a whole document that lacks events; others fail.
    #[test]
    #[ignore = "needs the AWS CLI, versions 1 and 2"]
    fn the_real_client_never_writes_part_of_a_dropped_page() {
        each_client(|_, aws| {
            let endpoint =
                Endpoint::start(Script::new(events(1, 120)).trouble(2, Trouble::Dropped)).unwrap();
            let ran = aws.look_up(endpoint.url(), "UTC", &[]).unwrap();
            if ran.status.success() {
                let dump: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
                assert_eq!(dump["Events"].as_array().unwrap().len(), 50);
            } else {
                assert!(ran.stdout.is_empty());
            }
        });
    }
}
