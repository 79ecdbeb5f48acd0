//! The pager: the only process that the program ever starts.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

/// What git sets for `less`: quit if the text fits the screen, keep colors, leave the text on the screen.
const LESS: (&str, &str) = ("LESS", "FRX");
/// The same for `lv`.
const LV: (&str, &str) = ("LV", "-c");

static IS_RUNNING: AtomicBool = AtomicBool::new(false);

/// Whether a pager shows the output now. It handles Ctrl-C itself.
pub(in crate::cli) fn is_running() -> bool {
    IS_RUNNING.load(Ordering::Relaxed)
}

/// Writes to a pager, which is started at the first byte. If it cannot be started, writes to standard output.
pub(super) struct Pager {
    command: Vec<String>,
    state: State,
}

enum State {
    Waiting,
    Running(ChildStdin, Child),
    Direct(io::Stdout),
}

impl Pager {
    /// The pager that the environment names: `PAGER`, by default `less`. Returns nothing if that is empty or `cat`, or if
    /// the terminal cannot move its cursor.
    pub fn of_environment() -> Option<Pager> {
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let command = command(std::env::var_os("PAGER").as_deref())?;
        (!is_dumb).then_some(Pager {
            command,
            state: State::Waiting,
        })
    }

    fn start(&self) -> State {
        let mut words = self.command.iter();
        let Some(program) = words.next() else {
            return State::Direct(io::stdout());
        };
        let mut command = Command::new(program);
        command.args(words).stdin(Stdio::piped());
        for (name, value) in [LESS, LV] {
            if std::env::var_os(name).is_none() {
                command.env(name, value);
            }
        }
        match command.spawn() {
            Ok(mut child) => match child.stdin.take() {
                Some(stdin) => {
                    IS_RUNNING.store(true, Ordering::Relaxed);
                    State::Running(stdin, child)
                }
                None => State::Direct(io::stdout()),
            },
            // Many small systems have no `less`.
            Err(_) => State::Direct(io::stdout()),
        }
    }

    /// Ends the input of the pager and waits until the user quits it. Its exit status does not matter.
    pub fn finish(&mut self) {
        if let State::Running(stdin, mut child) = std::mem::replace(&mut self.state, State::Waiting)
        {
            drop(stdin);
            let _ = child.wait();
            IS_RUNNING.store(false, Ordering::Relaxed);
        }
    }
}

impl Write for Pager {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if matches!(self.state, State::Waiting) && !bytes.is_empty() {
            self.state = self.start();
        }
        match &mut self.state {
            State::Waiting => Ok(0),
            State::Running(stdin, _) => stdin.write(bytes),
            State::Direct(stdout) => stdout.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.state {
            State::Waiting => Ok(()),
            State::Running(stdin, _) => stdin.flush(),
            State::Direct(stdout) => stdout.flush(),
        }
    }
}

/// After an error the terminal still belongs to the pager, until the user quits it.
impl Drop for Pager {
    fn drop(&mut self) {
        self.finish();
    }
}

/// The words of the pager's command line. It is not passed to a shell.
fn command(typed: Option<&OsStr>) -> Option<Vec<String>> {
    let typed = typed.map_or(Some("less"), OsStr::to_str)?;
    let words = shlex::split(typed)?;
    match words.first().map(String::as_str) {
        None | Some("" | "cat") => None,
        Some(_) => Some(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_names_the_pager() {
        let of = |typed: &str| command(Some(OsStr::new(typed)));
        assert_eq!(command(None).unwrap(), ["less"]);
        assert_eq!(of("less -S 'a b'").unwrap(), ["less", "-S", "a b"]);
        for none in ["", " ", "cat", "'"] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
