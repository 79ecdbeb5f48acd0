//! The tasks as queries for DuckDB and ClickHouse, over the original file.
//!
//! Only the columns that a task needs are read.

use super::Kind;
use crate::dump::names::RARE_KEY;
use crate::dump::truth::Question;
use crate::harness::store::Dump;

/// The syntax of a database for the parts of a query.
struct Dialect {
    /// A path into the nested record, as text; empty if it is missing.
    nested: fn(&[&str]) -> String,
    /// `EventTime` in the zone of Tokyo.
    tokyo: &'static str,
    /// The first part of `EventTime`, in characters.
    time_to: fn(usize) -> String,
}

/// The selected columns of the events `e`, and the condition; `None` if it cannot be expressed.
fn selected(question: Question, kind: Kind, dialect: &Dialect) -> Option<String> {
    let nested = dialect.nested;
    let counted = |keys: &[String]| {
        let keys = keys.join(", ");
        Some(format!(
            "SELECT count(*), {keys} FROM events GROUP BY {keys}"
        ))
    };
    let rows = |time: &str, rest: &str| {
        Some(format!(
            "SELECT {time}, e.EventSource, e.EventName FROM events {rest}"
        ))
    };
    if kind == Kind::Trail {
        let names = ["e.eventSource".to_owned(), "e.eventName".to_owned()];
        return (question == Question::Calls).then(|| counted(&names))?;
    }
    match question {
        Question::Calls => counted(&["e.EventSource".to_owned(), "e.EventName".to_owned()]),
        Question::Arns => counted(&[nested(&["userIdentity", "arn"])]),
        Question::Addresses => counted(&[nested(&["sourceIPAddress"])]),
        Question::Errors => counted(&[nested(&["errorCode"])]),
        Question::Hours => {
            let hour = format!("concat({}, ':00:00Z')", (dialect.time_to)(13));
            let some = |path: &[&str]| format!("nullif({}, '')", nested(path));
            let role = ["userIdentity", "sessionContext", "sessionIssuer", "arn"];
            let principal = format!(
                "coalesce({}, {}, {})",
                some(&role),
                some(&["userIdentity", "arn"]),
                nested(&["userIdentity", "invokedBy"])
            );
            counted(&[hour, principal])
        }
        Question::List => rows(dialect.tokyo, ""),
        Question::RareKey => {
            let time = format!("concat({}, 'Z')", (dialect.time_to)(19));
            rows(&time, &format!("WHERE e.AccessKeyId = '{RARE_KEY}'"))
        }
        Question::Whole | Question::Report => None,
    }
}

/// The required columns, with their types.
fn columns(question: Question, kind: Kind, text: &str) -> String {
    let names: &[&str] = match (kind, question) {
        (Kind::Trail, _) => &["eventSource", "eventName"],
        (_, Question::Calls) => &["EventSource", "EventName"],
        (_, Question::List) => &["EventTime", "EventSource", "EventName"],
        (_, Question::RareKey) => &["EventTime", "EventSource", "EventName", "AccessKeyId"],
        (_, Question::Hours) => &["EventTime", "CloudTrailEvent"],
        _ => &["CloudTrailEvent"],
    };
    let typed: Vec<String> = names.iter().map(|name| format!("{name} {text}")).collect();
    typed.join(", ")
}

/// The member with the events, and the files, as text for single quotes.
fn place(kind: Kind, dump: &Dump) -> (&'static str, String) {
    let path = dump.path.to_string_lossy().replace('\'', "''");
    match kind {
        Kind::Lookup => ("Events", path),
        Kind::Trail => ("Records", format!("{path}/*.json.gz")),
    }
}

pub fn duckdb(question: Question, kind: Kind, dump: &Dump) -> Option<String> {
    let dialect = Dialect {
        nested: |path| {
            let path = path.join(".");
            format!("coalesce(json_extract_string(e.CloudTrailEvent, '$.{path}'), '')")
        },
        tokyo: "strftime(CAST(left(e.EventTime, 19) AS TIMESTAMP) + INTERVAL 9 HOUR, '%Y-%m-%dT%H:%M:%S+09:00')",
        time_to: |length| format!("left(e.EventTime, {length})"),
    };
    let selected = selected(question, kind, &dialect)?;
    let columns = columns(question, kind, "VARCHAR");
    let (member, files) = place(kind, dump);
    // The whole dump is one object, which is in memory more than once.
    let most = match kind {
        Kind::Lookup => dump.bytes.next_multiple_of(16 << 20),
        Kind::Trail => 16 << 20,
    };
    Some(format!(
        "SET enable_progress_bar = false; COPY (WITH events AS (SELECT unnest({member}) AS e FROM read_json('{files}', \
         columns = {{{member}: 'STRUCT({columns})[]'}}, format = 'unstructured', \
         maximum_object_size = {most})) {selected}) \
         TO '/dev/stdout' (FORMAT csv, HEADER false, DELIMITER '\t', QUOTE '', ESCAPE '')"
    ))
}

pub fn clickhouse(question: Question, kind: Kind, dump: &Dump) -> Option<String> {
    let dialect = Dialect {
        nested: |path| {
            let path = path.join("', '");
            format!("JSONExtractString(e.CloudTrailEvent, '{path}')")
        },
        tokyo: "formatDateTime(parseDateTimeBestEffort(e.EventTime, 'UTC') + 32400, '%Y-%m-%dT%H:%i:%S+09:00', 'UTC')",
        time_to: |length| format!("left(e.EventTime, {length})"),
    };
    let selected = selected(question, kind, &dialect)?;
    let columns = columns(question, kind, "String");
    let (member, files) = place(kind, dump);
    Some(format!(
        "WITH events AS (SELECT e FROM file('{files}', 'JSONEachRow', \
         '{member} Array(Tuple({columns}))') ARRAY JOIN {member} AS e) {selected} \
         SETTINGS input_format_json_ignore_unknown_keys_in_named_tuple = 1, \
         input_format_parallel_parsing = 0"
    ))
}
