//! Limits against hostile input: archives that unpack to huge files, events without an end.
//!
//! Not for: enforcing them (`input`, `dump`).

use bytesize::ByteSize;
use clap::Args;
use clap::builder::RangedU64ValueParser;

use crate::dump;
use crate::input::UnpackLimits;

/// The smallest value of `--max-event`: with less, ordinary events would be refused.
const LEAST_EVENT: u64 = 1 << 10;

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits (against hostile input; ordinary dumps do not reach them)")]
pub(super) struct Limits {
    /// Maximum size of the content of one gzip or zstd file; `500M`, `16MiB`, `1G`.
    ///
    /// If the content is larger, the rest of the file is not read: a warning says so, and the exit status is 3. The same
    /// applies to the next two limits. Other files are read.
    #[arg(long, value_name = "SIZE", default_value = "256GiB", value_parser = size)]
    max_unpacked: ByteSize,
    /// Maximum ratio of its unpacked to its packed size, checked from 64 MiB on.
    ///
    /// CloudTrail's JSON has a ratio of 20 to 40. Different events cannot reach 100, because every event has a random id.
    #[arg(
        long,
        value_name = "N",
        default_value = "200",
        value_parser = RangedU64ValueParser::<u64>::new().range(1..)
    )]
    max_ratio: u64,
    /// Maximum number of members of one gzip file, which are files that were concatenated.
    #[arg(
        long,
        value_name = "N",
        default_value = "10000000",
        value_parser = RangedU64ValueParser::<u64>::new().range(1..)
    )]
    max_members: u64,
    /// Maximum size of one event.
    ///
    /// A larger event is reported as damaged, with its byte, and the other events are read. Each thread may keep several
    /// copies of one event in memory. CloudTrail's own limit is 256 KiB.
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = event_size)]
    max_event: ByteSize,
    /// Maximum nesting of lists and objects in one event, at least 64.
    ///
    /// A deeper event is reported as damaged, with its byte, and the other events are read. In YAML the maximum is never
    /// more than 1,024.
    #[arg(
        long,
        value_name = "N",
        default_value = "1024",
        value_parser = RangedU64ValueParser::<usize>::new().range(dump::EventLimits::LEAST_DEPTH as u64..=100_000)
    )]
    max_depth: usize,
}

impl Limits {
    /// The limits of events.
    pub fn of_events(&self) -> dump::EventLimits {
        dump::EventLimits {
            event: usize::try_from(self.max_event.as_u64()).unwrap_or(usize::MAX),
            depth: self.max_depth,
        }
    }

    /// The limits of packed files.
    pub fn of_packed(&self) -> UnpackLimits {
        UnpackLimits {
            bytes: self.max_unpacked.as_u64(),
            ratio: self.max_ratio,
            members: self.max_members,
        }
    }
}

/// A size. The crate `bytesize` accepts sizes beyond the largest number, and reports numbers without a unit wrongly.
fn size(typed: &str) -> Result<ByteSize, String> {
    let largest = ByteSize(u64::MAX);
    let is_number = !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_digit());
    match typed.parse::<ByteSize>() {
        Ok(size) if size < largest || is_number => Ok(size),
        Err(_) if !is_number => {
            Err("no size: a number of bytes, or one with a unit as in 500M, 16MiB, 1G".to_owned())
        }
        _ => Err(format!("{} bytes at most", u64::MAX)),
    }
}

fn event_size(typed: &str) -> Result<ByteSize, String> {
    let size = size(typed)?;
    if size.as_u64() < LEAST_EVENT {
        return Err(format!("{LEAST_EVENT} bytes at least"));
    }
    Ok(size)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        limits: Limits,
    }

    fn typed(line: &str) -> Limits {
        let words = ["trailsift"].into_iter().chain(line.split_whitespace());
        Typed::try_parse_from(words).unwrap().limits
    }

    #[test]
    fn defaults_in_the_help_are_those_of_the_modules() {
        let limits = typed("");
        assert_eq!(limits.of_packed(), UnpackLimits::default());
        assert_eq!(limits.of_events(), dump::EventLimits::default());
    }

    #[test]
    fn sizes_are_bytes_or_have_a_unit() {
        for (size, bytes) in [
            ("4096", 4096),
            ("64M", 64_000_000),
            ("16MiB", 16 << 20),
            ("1G", 1_000_000_000),
            ("1.5 KiB", 1536),
        ] {
            let limits = Typed::try_parse_from(["trailsift", "--max-event", size]);
            let event = limits.unwrap().limits.of_events().event;
            assert_eq!(event, bytes, "{size}");
        }
    }

    #[test]
    fn an_error_about_a_size_that_is_too_large_names_the_largest() {
        let largest = Ok(ByteSize(u64::MAX));
        assert_eq!(size("18446744073709551615"), largest);
        for large in [
            "99999999999999999999",
            "18446744073709551616",
            "99999999999 GiB",
            "19000000TB",
        ] {
            let error = size(large).unwrap_err();
            assert_eq!(error, "18446744073709551615 bytes at most", "{large}");
        }
        for other in ["much", "", "16X", "-1", "1e3", "GiB"] {
            assert!(size(other).unwrap_err().starts_with("no size"), "{other}");
        }
    }

    #[test]
    fn values_that_are_too_small_or_not_numbers_are_refused() {
        for line in [
            "--max-event 1023",
            "--max-event 16X",
            "--max-event -1",
            "--max-depth 63",
            "--max-depth 100001",
            "--max-ratio 0",
            "--max-members 0",
            "--max-unpacked much",
        ] {
            let words = ["trailsift"].into_iter().chain(line.split_whitespace());
            assert!(Typed::try_parse_from(words).is_err(), "{line}");
        }
    }
}
