//! A file name in the place of a command: three commands to try; and words quoted for a shell.

use std::ffi::OsString;
use std::path::Path;

use clap::error::ErrorKind;

use crate::render::terminal::sanitize;

/// The hint, if the first argument is not a flag and names a file or looks like a path.
pub(super) fn for_file(error: &clap::Error, arguments: &[OsString]) -> Option<String> {
    let kinds = [ErrorKind::InvalidSubcommand, ErrorKind::UnknownArgument];
    if !kinds.contains(&error.kind()) {
        return None;
    }
    let first = arguments.get(1).filter(|argument| {
        let is_flag = argument.as_encoded_bytes().starts_with(b"-") && argument.len() > 1;
        !is_flag
    })?;
    let shown = first.to_string_lossy();
    let shown = quoted(&sanitize(&shown));
    let what = if *first == "-" {
        format!("{shown} is standard input, not a command. Try:")
    } else if Path::new(first).is_dir() {
        format!("{shown} is a directory, not a command. Try:")
    } else if Path::new(first).exists() {
        format!("{shown} is a file, not a command. Try:")
    } else if shown.contains(['.', '/']) {
        format!("There is neither a file nor a command {shown}. With the name of a dump, try:")
    } else {
        return None;
    };
    Some(format!(
        "\n{what}\n  trailsift count {shown}\n  \
         trailsift list -l {shown}\n  trailsift show --index 0 {shown}"
    ))
}

/// The word, quoted for a shell.
pub(super) fn quoted(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./+,:@%=".contains(c);
    if name.chars().all(is_plain) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', r"'\''"))
    }
}

/// An expression, quoted for a shell: in double quotes if it contains single quotes.
pub(super) fn for_shell(expression: &str) -> String {
    if expression.contains('\'') && !expression.contains(['"', '$', '`', '\\', '!']) {
        format!("\"{expression}\"")
    } else {
        quoted(expression)
    }
}
