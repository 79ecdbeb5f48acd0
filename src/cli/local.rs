//! `--tz local`: the zone of the variable `TZ`, and an error if it names none. Without this check, the system would silently
//! use UTC.

use std::path::Path;

use super::Failure;
use super::setup::usage;
use crate::time::Zone;

/// The folder of the zone files.
const FOLDER: &str = "/usr/share/zoneinfo";

/// The zone of this machine; `option` is what asked for it.
pub(super) fn zone(option: &str) -> Result<Zone, Failure> {
    let Some(typed) = std::env::var_os("TZ").filter(|typed| !typed.is_empty()) else {
        return Ok(Zone::Local);
    };
    let refused = || {
        usage(format!(
            "{option} local: TZ is {typed:?}, which names no time zone; set it to an IANA name \
             (Asia/Tokyo), or write --tz NAME"
        ))
    };
    let text = typed.to_str().ok_or_else(refused)?;
    let name = text.strip_prefix(':').unwrap_or(text);
    // The built-in zones come first because they are the same on every machine. `TZ=CET` is the zone of that name with
    // its rules, not the fixed offset that `--tz CET` means.
    if let Ok(tz) = name.parse::<chrono_tz::Tz>() {
        return Ok(Zone::named(tz));
    }
    // `join` replaces the folder if the name begins with `/`, which is a path of its own in `TZ`, too.
    let is_file = !name.is_empty() && Path::new(FOLDER).join(name).is_file();
    if is_file || text == "localtime" || is_rule(text) {
        Ok(Zone::Local)
    } else {
        Err(refused())
    }
}

/// Whether it is a rule of POSIX (Base Definitions, chapter 8, `TZ`): `JST-9`, `<+09>-9`, `CET-1CEST,M3.5.0,M10.5.0/3`.
fn is_rule(text: &str) -> bool {
    let (zones, days) = match text.split_once(',') {
        Some((zones, days)) => (zones, Some(days)),
        None => (text, None),
    };
    let Some(rest) = after_name(zones).and_then(after_offset) else {
        return false;
    };
    let Some(days) = days else {
        return rest.is_empty();
    };
    let summer = after_name(rest)
        .filter(|rest| rest.is_empty() || after_offset(rest).is_some_and(str::is_empty));
    let is_day = |day: &str| {
        day.contains(|c: char| c.is_ascii_digit())
            && day
                .chars()
                .all(|c| c.is_ascii_digit() || "MJ./:".contains(c))
    };
    summer.is_some() && days.split(',').count() == 2 && days.split(',').all(is_day)
}

fn after_name(text: &str) -> Option<&str> {
    if let Some(quoted) = text.strip_prefix('<') {
        return quoted.split_once('>').map(|(_, rest)| rest);
    }
    let rest = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    (text.len() - rest.len() >= 3).then_some(rest)
}

/// The text after an offset of less than a day: `9`, `-05:30`.
fn after_offset(text: &str) -> Option<&str> {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
    let mut parts = text.strip_suffix(rest)?.split(':');
    let is_within = |part: &str, most: u8| part.parse::<u8>().is_ok_and(|number| number <= most);
    let hours = parts.next().is_some_and(|part| is_within(part, 23));
    (hours && parts.all(|part| is_within(part, 59))).then_some(rest)
}
