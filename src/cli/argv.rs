//! The selection as words of a command line once more: what must stand in a command that is to select the same
//! events at another time.
//!
//! Not for: output and reports on standard error, which another command has its own of.

use super::args::{Common, Sessions};
use crate::time::{Moment, Zone};

/// The words of the selection. `now` is what they were taken to refer to.
pub(super) fn selection(common: &Common, now: Moment) -> Vec<String> {
    let mut words = Vec::new();
    let selection = &common.selection;
    for (flag, values) in [
        ("--key", &selection.key),
        ("--who", &selection.who),
        ("--account", &selection.account),
        ("--source", &selection.source),
        ("--name", &selection.name),
        ("--region", &selection.region),
        ("--ip", &selection.ip),
        ("--resource", &selection.resource),
        ("--id", &selection.id),
        ("--not", &selection.not),
        ("--where", &selection.r#where),
        ("--error", &selection.error),
    ] {
        for value in values {
            words.extend([flag.to_owned(), value.clone()]);
        }
    }
    words.extend(selection.with_sessions.map(|how| match how {
        Sessions::Certain => "--with-sessions".to_owned(),
        Sessions::Likely => "--with-sessions=likely".to_owned(),
    }));
    for (flag, is_there) in [
        ("--ok", selection.ok),
        ("--denied", selection.denied),
        ("--failed", selection.failed),
        ("--read-only", selection.read_only),
        ("--write", selection.write),
        ("--keep-duplicates", common.input.keep_duplicates),
    ] {
        words.extend(is_there.then(|| flag.to_owned()));
    }
    let time = &common.time;
    let typed = [&time.since, &time.until, &time.on];
    let typed = typed.into_iter().flatten().chain(&selection.r#where);
    let moment = typed
        .clone()
        .any(|text| crate::time::is_relative(text))
        .then(|| crate::time::to_text(now, &Zone::Utc));
    // With the zone of the variable, too: the command may be run where it is not set.
    let zone = super::setup::typed_zone(&time.clock).map(|(_, zone)| zone);
    let zone = zone.filter(|zone| zone != "UTC");
    for (flag, value) in [
        ("--since", time.since.clone()),
        ("--until", time.until.clone()),
        ("--on", time.on.clone()),
        ("--last", time.last.clone()),
        ("--around", time.around.clone()),
        ("--within", time.within.clone()),
        ("--now", time.clock.now.clone().or(moment)),
        ("--tz", zone),
    ] {
        if let Some(value) = value {
            // What begins with a dash is no flag behind an equals sign.
            if value.starts_with('-') {
                words.push(format!("{flag}={value}"));
            } else {
                words.extend([flag.to_owned(), value]);
            }
        }
    }
    words
}

/// The inputs as typed; standard input where none was.
pub(super) fn inputs(common: &Common) -> Vec<String> {
    let dumps = &common.input.source.dumps;
    if dumps.is_empty() {
        return vec!["-".to_owned()];
    }
    let dumps = dumps.iter();
    dumps
        .map(|dump| dump.to_string_lossy().into_owned())
        .collect()
}
