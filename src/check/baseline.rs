//! A baseline: the calls that may occur, as rows that `count` printed.
//!
//! The header names the columns; without a header they are `count EventSource EventName`. The number of calls is ignored.

use hashbrown::HashSet;

use super::fault::{self, FileError, TextPosition};
use crate::event::{Context, Event, Field};
use crate::text::Value;
use crate::text::plural;

/// Columns of `count` that contain numbers and times. They are ignored.
const MEASURES: [&str; 6] = ["count", "bucket", "first", "last", "percent", "distinct"];

/// The columns after the count, if there is no header.
const USUAL: [&str; 2] = ["EventSource", "EventName"];

/// Separates the texts of a key. It never occurs in UTF-8, so a text cannot contain it.
const SEPARATOR: u8 = 0xff;

/// The allowed combinations of values.
#[derive(Debug)]
pub struct Baseline {
    /// The file, as typed.
    pub file: String,
    by: Vec<Field>,
    keys: HashSet<Vec<u8>>,
}

impl Baseline {
    /// Reads the rows.
    ///
    /// # Errors
    /// The first error with its position.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Baseline, FileError> {
        let text = fault::text(file, bytes)?;
        let wrong = |line: usize, column: usize, why: String| FileError {
            file: file.to_owned(),
            place: TextPosition {
                line: line as u64 + 1,
                column: column as u64 + 1,
            },
            why,
        };
        let lines = text
            .split('\n')
            .map(|line| line.strip_suffix('\r').unwrap_or(line));
        let mut rows = lines.enumerate().filter(|(_, line)| !line.is_empty());
        let mut rows = rows.by_ref().peekable();
        let (columns, of) = match rows.peek() {
            Some((at, line)) if !begins_with_count(line) => {
                let columns = header(line).map_err(|(column, why)| wrong(*at, column, why))?;
                rows.next();
                (columns, "header")
            }
            _ => (usual(), "usual row (count, EventSource, EventName)"),
        };
        let mut baseline = Baseline {
            file: file.to_owned(),
            by: columns.iter().flatten().cloned().collect(),
            keys: HashSet::new(),
        };
        for (at, line) in rows {
            let cells: Vec<&str> = line.split('\t').collect();
            if cells.len() != columns.len() {
                let why = format!(
                    "this row has {}, but the {of} has {}; write the file again: `trailsift count --header DUMP > {file}`",
                    plural(cells.len() as u64, "column"),
                    columns.len(),
                );
                return Err(wrong(at, 0, why));
            }
            let mut key = Vec::new();
            let mut column = 0;
            for (cell, field) in cells.iter().zip(&columns) {
                if field.is_some() {
                    key.push(SEPARATOR);
                    unescape(cell, &mut key)
                        .map_err(|(within, why)| wrong(at, column + within, why))?;
                }
                column += cell.chars().count() + 1;
            }
            baseline.keys.insert(key);
        }
        if baseline.keys.is_empty() {
            let why = "this file contains no row; for a run that may make no call write a rule with `max = 0`";
            return Err(wrong(0, 0, why.to_owned()));
        }
        Ok(baseline)
    }

    /// The fields of its columns.
    pub fn by(&self) -> &[Field] {
        &self.by
    }

    /// Number of different rows.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Always false: a file without rows is an error.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether the event is allowed; if not, its key is left in `key`. An event with several resources has a key for
    /// each of them if `resource` is a column, and all of them must be allowed.
    pub(super) fn allows(
        &self,
        event: &Event<'_>,
        context: &Context<'_>,
        key: &mut Vec<u8>,
    ) -> bool {
        let resources = if self.by.iter().any(Field::is_list) {
            event.resources()
        } else {
            Vec::new()
        };
        if resources.is_empty() {
            return self.allows_row(event, context, None, key);
        }
        let mut resources = resources.iter();
        resources.all(|resource| self.allows_row(event, context, Some(resource), key))
    }

    fn allows_row(
        &self,
        event: &Event<'_>,
        context: &Context<'_>,
        resource: Option<&str>,
        key: &mut Vec<u8>,
    ) -> bool {
        key.clear();
        for field in &self.by {
            key.push(SEPARATOR);
            match field.value_in_row(event, context, resource) {
                Value::Text(text) => text.decode_into(key),
                value => key.extend_from_slice(value.cell_text().as_bytes()),
            }
        }
        self.keys.contains(key) || {
            // `count` prints replacement characters for bytes that are not UTF-8, so the printed text is compared, too.
            let texts = texts(key);
            let printed = texts
                .iter()
                .flat_map(|text| std::iter::once(SEPARATOR).chain(text.bytes()));
            self.keys.contains(&printed.collect::<Vec<u8>>())
        }
    }
}

/// The texts of a key.
pub(super) fn texts(key: &[u8]) -> Vec<String> {
    let texts = key.split(|byte| *byte == SEPARATOR).skip(1);
    texts
        .map(|text| String::from_utf8_lossy(text).into_owned())
        .collect()
}

fn begins_with_count(line: &str) -> bool {
    let first = line.split('\t').next().unwrap_or_default();
    !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit())
}

/// The columns: `None` for one that is ignored.
type Columns = Vec<Option<Field>>;

fn usual() -> Columns {
    // Both are names of fields.
    let fields = USUAL.iter().map(|name| Field::parse(name).ok());
    std::iter::once(None).chain(fields).collect()
}

/// The columns that a header names, or the character and the error.
fn header(line: &str) -> Result<Columns, (usize, String)> {
    let mut columns = Vec::new();
    let mut at = 0;
    for name in line.split('\t') {
        let mut typed = Vec::new();
        unescape(name, &mut typed).map_err(|(within, why)| (at + within, why))?;
        let typed = String::from_utf8_lossy(&typed);
        if MEASURES.contains(&typed.as_ref()) {
            columns.push(None);
        } else {
            let field = Field::parse(&typed).map_err(|error| {
                let hint = if line.contains('\t') {
                    "this line is treated as a header, because it does not begin with a count"
                } else {
                    "columns are separated by tabs, and the first line must be a header or begin with a count"
                };
                (at, format!("{error}; {hint}"))
            })?;
            columns.push(Some(field));
        }
        at += name.chars().count() + 1;
    }
    if columns.iter().all(Option::is_none) {
        let why = "the header names no field; write it as `count --header --by EventSource,EventName` prints it";
        return Err((0, why.to_owned()));
    }
    Ok(columns)
}

/// Removes the escapes of a cell, or returns the character and the error for an invalid escape.
fn unescape(cell: &str, out: &mut Vec<u8>) -> Result<(), (usize, String)> {
    let mut chars = cell.chars().enumerate();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        out.push(match chars.next() {
            Some((_, 't')) => b'\t',
            Some((_, 'n')) => b'\n',
            Some((_, 'r')) => b'\r',
            Some((_, '0')) => 0,
            Some((_, '\\')) => b'\\',
            _ => {
                let why = r"invalid escape; the valid escapes are \\, \t, \n, \r and \0";
                return Err((at, why.to_owned()));
            }
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::tsv;

    fn fault(text: &str) -> String {
        Baseline::read("b.tsv", text.as_bytes())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn the_header_names_the_columns() {
        let by = |text: &str| {
            let baseline = Baseline::read("b.tsv", text.as_bytes()).unwrap();
            let names = baseline.by().iter().map(|field| field.name().to_owned());
            (names.collect::<Vec<_>>().join(","), baseline.len())
        };
        let usual = "EventSource,EventName".to_owned();
        assert_eq!(by("2\ts3.amazonaws.com\tGetObject\r\n"), (usual.clone(), 1));
        assert_eq!(by("2\ta\tb\n7\ta\tb\n1\ta\tc"), (usual.clone(), 2));
        assert_eq!(by("count\tEventSource\tEventName\n2\ta\tb\n"), (usual, 1));
        assert_eq!(
            by("EventName\tcount\tfirst\tuserIdentity.arn\tpercent\nb\t2\t\tarn\t3.1\n"),
            ("EventName,userIdentity.arn".to_owned(), 1)
        );
        assert_eq!(by("\u{feff}1\ta\tb\n").1, 1);
    }

    #[test]
    fn errors_have_a_position() {
        for (text, start, part) in [
            ("", "b.tsv:1:1: ", "contains no row"),
            ("count\tEventName\n", "b.tsv:1:1: ", "contains no row"),
            (
                "count\tEventNam\n1\ta\n",
                "b.tsv:1:7: ",
                "did you mean EventName",
            ),
            ("count\tfirst\n1\ta\n", "b.tsv:1:1: ", "names no field"),
            ("1,a,b\n", "b.tsv:1:1: ", "separated by tabs"),
            (
                "s3.amazonaws.com\tGetObject\n",
                "b.tsv:1:1: ",
                "treated as a header",
            ),
            (
                "1\ta\tb\n\n2\ta\n",
                "b.tsv:3:1: ",
                "this row has 2 columns, but the usual row",
            ),
            (
                "count\tEventName\n2\ta\tb\n",
                "b.tsv:2:1: ",
                "but the header has 2",
            ),
            ("1\tü\tb\\x\n", "b.tsv:1:6: ", "invalid escape"),
        ] {
            let reported = fault(text);
            assert!(
                reported.starts_with(start) && reported.contains(part),
                "{text:?}: {reported}"
            );
        }
    }

    #[test]
    fn a_cell_is_read_as_it_was_written() {
        for text in ["", "a\tb\\t", "\n\r\0\\", "ü\\\\n"] {
            let (mut written, mut read) = (Vec::new(), Vec::new());
            tsv::write_escaped(&mut written, text);
            unescape(std::str::from_utf8(&written).unwrap(), &mut read).unwrap();
            assert_eq!(read, text.as_bytes());
        }
    }
}
