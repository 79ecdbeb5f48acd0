//! Options of a benchmark, after `cargo bench --`.

use std::fmt;
use std::str::FromStr;

/// Bytes, written as `16m` or `1g`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub u64);

pub const MEGA: u64 = 1 << 20;
pub const GIGA: u64 = 1 << 30;

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes.is_multiple_of(GIGA) => write!(f, "{}g", bytes / GIGA),
            bytes => write!(f, "{}m", bytes / MEGA),
        }
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(typed: &str) -> Result<Size, String> {
        let unit = match typed.bytes().last() {
            Some(b'm') => MEGA,
            Some(b'g') => GIGA,
            _ => 0,
        };
        let number = typed.get(..typed.len().saturating_sub(1));
        let number = number.and_then(|digits| digits.parse::<u64>().ok());
        number
            .and_then(|number| number.checked_mul(unit))
            .filter(|bytes| *bytes > 0)
            .map(Size)
            .ok_or_else(|| format!("no size: {typed} (say 16m or 1g)"))
    }
}

/// The tasks and their size.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Small dumps and few rounds: seconds.
    pub is_quick: bool,
    /// Size of the dump for most tasks.
    pub size: Option<Size>,
    /// Number of runs.
    pub rounds: Option<usize>,
    /// Parts of the names of the tasks to run; empty means all.
    names: Vec<String>,
}

impl Options {
    /// Reads the arguments.
    ///
    /// # Errors
    /// An unknown option, or an option without its value.
    pub fn read(arguments: impl IntoIterator<Item = String>) -> Result<Options, String> {
        let mut options = Options::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} takes a value"));
            match argument.as_str() {
                // Added by cargo.
                "--bench" => {}
                "--quick" => options.is_quick = true,
                "--size" => options.size = Some(value()?.parse()?),
                "--rounds" => {
                    let typed = value()?;
                    let rounds = typed.parse().ok().filter(|rounds| *rounds > 0);
                    options.rounds = Some(rounds.ok_or(format!("no number: {typed}"))?);
                }
                flag if flag.starts_with('-') => {
                    return Err(format!(
                        "no flag {flag}: there are --quick, --size 256m, --rounds 5, and parts of names"
                    ));
                }
                _ => options.names.push(argument),
            }
        }
        Ok(options)
    }

    /// Whether the task of this name runs.
    pub fn wants(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|part| name.contains(part.as_str()))
    }

    /// The first value with `--quick`, otherwise the second.
    pub fn pick<T>(&self, quick: T, usual: T) -> T {
        if self.is_quick { quick } else { usual }
    }
}
