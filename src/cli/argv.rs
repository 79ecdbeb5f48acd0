//! The selection as words of a command line: for commands that select the same events at another time.

use super::args::Common;
use crate::time::{Moment, Zone};

/// The words of the selection. `now` is the time that relative times were resolved against.
pub(super) fn selection(common: &Common, now: Moment) -> Vec<String> {
    let (selection, time) = (&common.selection.0, &common.time.0);
    let texts = ["since", "until", "end-time", "on"].map(|name| time.values(name));
    let mut texts = texts
        .into_iter()
        .chain([selection.values("where")])
        .flatten();
    let mut time = time.clone();
    if texts.any(|text| crate::time::is_relative(text)) && !time.has("now") {
        time = time.with("now", crate::time::to_text(now, &Zone::Utc));
    }
    // The value of the environment variable, too: the command may be run where the variable is not set.
    if let Some((_, zone)) = super::setup::typed_zone(&common.time) {
        time = time.with("tz", zone);
    }
    let mut words = selection.words();
    words.extend(
        common
            .input
            .keep_duplicates
            .then(|| "--keep-duplicates".to_owned()),
    );
    words.extend(time.words());
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
