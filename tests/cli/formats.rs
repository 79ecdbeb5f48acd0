//! The formats of `list` and `count`: TSV, CSV, JSON, tables, their headers, and what is missing in each.

use serde_json::{Value, json};

use crate::support::program::{Dir, Got};
use crate::support::small::{lookup, record, trail};

fn listed(arguments: &[&str], dump: &str) -> Got {
    let dir = Dir::new();
    dir.write("dump", dump);
    let got = dir
        .run(["list"].iter().chain(arguments).chain(&["dump"]))
        .got();
    got.quietly();
    got
}

fn nasty() -> String {
    lookup(&[record(
        0,
        json!({"eventName": "a\tb\nc\rd\\e\u{0}f\"g,h", "errorCode": null}),
    )])
}

#[test]
fn tsv_escapes_as_jq_does_and_csv_as_rfc_4180() {
    let fields = ["--fields", "EventName,errorCode,awsRegion"];
    listed(&fields, &nasty()).prints("a\\tb\\nc\\rd\\\\e\\0f\"g,h\t\tus-east-1\n");
    listed(&[&fields[..], &["--format", "csv"]].concat(), &nasty())
        .prints("EventName,errorCode,awsRegion\n\"a\tb\nc\rd\\e\u{0}f\"\"g,h\",,us-east-1\n");
}

#[test]
fn a_spreadsheet_is_reached_by_no_formula_where_that_is_asked_for() {
    let dump = lookup(&[
        record(
            0,
            json!({"eventName": "=cmd|' /C calc'!A0", "userAgent": "@SUM(1)"}),
        ),
        record(
            1,
            json!({"eventName": "+1", "userAgent": "a=b", "requestParameters": {"=x": "-1"}}),
        ),
    ]);
    let csv = ["--format", "csv"];
    let safe = ["--format", "csv", "--excel-safe"];
    let fields = ["--fields", "EventName,userAgent"];
    listed(&[&fields[..], &csv].concat(), &dump)
        .prints("EventName,userAgent\n=cmd|' /C calc'!A0,@SUM(1)\n+1,a=b\n");
    listed(&[&fields[..], &safe].concat(), &dump)
        .prints("\u{feff}EventName,userAgent\n'=cmd|' /C calc'!A0,'@SUM(1)\n'+1,a=b\n");
    let dir = Dir::new();
    dir.write("dump", &dump);
    let run = |line: &str| dir.run(line.split(' ').chain(["dump"])).got();
    run("count --format csv --excel-safe --by EventName --no-header")
        .quietly()
        .prints("\u{feff}1,'+1\n1,'=cmd|' /C calc'!A0\n");
    run("fields --format csv --excel-safe --no-header --prefix requestParameters")
        .quietly()
        .prints("\u{feff}requestParameters,0,0,\n\"requestParameters.\"\"=x\"\"\",1,1,'-1\n");
    for line in ["list --excel-safe", "count --format json --excel-safe"] {
        run(line).ends(2).mentions("write --format csv as well");
    }
}

/// A spreadsheet rounds numbers of 12 digits and takes leading zeros away: an account id keeps its digits as text.
#[test]
fn account_ids_and_dates_for_a_spreadsheet() {
    let dump = lookup(&[record(
        0,
        json!({"recipientAccountId": "000123456789", "userAgent": "Größe"}),
    )]);
    let line = "--format csv --excel-safe --time-format sheet --tz Asia/Tokyo --no-header --fields \
                EventTime,recipientAccountId,userAgent,hour";
    let words: Vec<&str> = line.split_whitespace().collect();
    listed(&words, &dump).prints("\u{feff}2024-06-10 15:00:00,'000123456789,Größe,15\n");
}

/// What a page or a report makes of a value is up to who puts it there: here it is text in every format.
#[test]
fn markup_is_text() {
    let name = "</td><script>alert(1)</script>&amp;<!--";
    let dump = lookup(&[record(0, json!({"eventName": name}))]);
    let fields = ["--fields", "EventName"];
    listed(&fields, &dump).prints(&format!("{name}\n"));
    for format in ["jsonl", "json"] {
        let got = listed(&[&fields[..], &["--format", format]].concat(), &dump);
        let read: Value = serde_json::from_str(&got.out).expect("JSON");
        let row = read.get(0).unwrap_or(&read);
        assert_eq!(row["EventName"], name, "{format}");
    }
    for format in ["csv", "table"] {
        listed(&[&fields[..], &["--format", format]].concat(), &dump)
            .prints(&format!("EventName\n{name}\n"));
    }
}

#[test]
fn headers_are_printed_by_default_or_on_request() {
    let dump = lookup(&[record(0, json!({}))]);
    let first = |arguments: &[&str]| {
        let fields = ["--fields", "EventName,userIdentity.arn"];
        listed(&[&fields[..], arguments].concat(), &dump)
            .out
            .lines()
            .next()
            .unwrap()
            .to_owned()
    };
    let row = "DescribeInstances\tarn:aws:iam::111122223333:user/alice";
    assert_eq!(first(&[]), row);
    assert_eq!(first(&["--header"]), "EventName\tuserIdentity.arn");
    assert_eq!(first(&["--header", "--no-header"]), row);
    assert_eq!(
        first(&["--no-header", "--header"]),
        "EventName\tuserIdentity.arn"
    );
    assert_eq!(first(&["--format", "csv"]), "EventName,userIdentity.arn");
    assert_eq!(
        first(&["--format", "csv", "--no-header"]),
        row.replace('\t', ",")
    );
    assert!(first(&["--format", "table"]).starts_with("EventName"));
    assert!(first(&["--format", "table", "--no-header"]).starts_with("DescribeInstances"));
    assert!(first(&["--format", "jsonl", "--header"]).starts_with('{'));
}

#[test]
fn json_of_fields_keeps_types_and_spelling_and_says_null() {
    let record = record(
        0,
        json!({"managementEvent": false, "requestParameters": {"z": 1, "a": [true, null]}}),
    );
    let dump = lookup(&[record]).replace(r#"\"z\":1"#, r#"\"z\":1.50E+3"#);
    let fields = "EventName,managementEvent,requestParameters,requestParameters.z,requestParameters.nix,\
                  responseElements,errorCode,requestParameters.a[],offset,hour,ReadOnly,resources[].ARN";
    let dir = Dir::new();
    dir.write("dump", dump);
    let got = dir
        .run(["list", "--fields", fields, "--format", "jsonl", "dump"])
        .got();
    got.ends(0).prints(concat!(
        r#"{"EventName":"DescribeInstances","managementEvent":false,"requestParameters":{"a":[true,null],"z":1.50E+3},"#,
        r#""requestParameters.z":1.50E+3,"requestParameters.nix":null,"responseElements":null,"errorCode":null,"#,
        r#""requestParameters.a[]":[true,null],"offset":11,"hour":"06","ReadOnly":"true","resources[].ARN":null}"#,
        "\n"
    ));
}

#[test]
fn a_row_is_a_line_and_a_document_an_array() {
    let dump = lookup(&(0..3).map(|n| record(n, json!({}))).collect::<Vec<_>>());
    for fields in [&[][..], &["--fields", "EventName,EventId"], &["-l"]] {
        let lines = listed(&[fields, &["--format", "jsonl"]].concat(), &dump);
        let rows: Vec<Value> = lines
            .lines()
            .iter()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(rows.len(), 3);
        let array = listed(&[fields, &["--format", "json"]].concat(), &dump);
        assert_eq!(array.json(), Value::Array(rows));
    }
}

#[test]
fn json_has_the_columns_of_the_table() {
    let dump = lookup(&[record(0, json!({"errorCode": "AccessDenied"}))]);
    listed(&["--format", "jsonl", "--tz", "+09:00"], &dump).prints(
        "{\"EventTime\":\"2024-06-10T15:00:00+09:00\",\"EventSource\":\"ec2.amazonaws.com\",\
         \"EventName\":\"DescribeInstances\"}\n",
    );
    let got = listed(&["-l", "--format", "jsonl"], &dump);
    assert_eq!(
        got.json(),
        json!({
            "EventTime": "2024-06-10T06:00:00Z",
            "outcome": "denied",
            "principal": "arn:aws:iam::111122223333:user/alice",
            "EventSource": "ec2.amazonaws.com",
            "EventName": "DescribeInstances",
            "awsRegion": "us-east-1",
            "sourceIPAddress": "192.0.2.1",
            "errorCode": "AccessDenied",
        })
    );
}

#[test]
fn the_field_event_is_what_show_prints_in_the_same_zone() {
    for dump in [nasty(), trail(&[record(0, json!({}))])] {
        let dir = Dir::new();
        dir.write("dump", dump);
        for tz in ["UTC", "+09:00"] {
            let shown = dir.run(["show", "--compact", "--tz", tz, "dump"]).got();
            shown.quietly();
            let fields = ["list", "--fields", "event,offset", "--tz", tz, "dump"];
            let got = dir.run(fields.iter().chain(&["--format", "jsonl"])).got();
            assert_eq!(got.quietly().json()["event"], shown.json());
            let got = dir.run(fields.iter().chain(&["--format", "json"])).got();
            assert_eq!(got.json()[0]["event"], shown.json());
            // In other formats it is the same text.
            let got = dir.run(fields.iter().chain(&["--format", "csv"])).got();
            let text = shown.out.trim_end().replace('"', "\"\"");
            got.quietly().shows(&format!("\"{text}\","));
        }
    }
}

#[test]
fn nothing_is_an_empty_answer_in_every_format() {
    let dir = Dir::new();
    dir.write("dump", r#"{"Events": []}"#);
    for (format, list, count, total) in [
        ("tsv", "", "", "0\n"),
        (
            "csv",
            "EventTime,EventSource,EventName\n",
            "count,EventSource,EventName\n",
            "0\n",
        ),
        ("jsonl", "", "", "{\"count\":0}\n"),
        ("json", "[]\n", "[]\n", "[\n{\"count\":0}\n]\n"),
        ("table", "", "", "0\n"),
    ] {
        let run = |command: &[&str]| {
            dir.run(command.iter().chain(&["-q", "--format", format, "dump"]))
                .got()
        };
        run(&["list"]).quietly().prints(list);
        run(&["count"]).quietly().prints(count);
        run(&["count", "--total"]).quietly().prints(total);
    }
}

#[test]
fn a_table_is_aligned_and_shortens_nothing_in_a_file() {
    let long = "x".repeat(250);
    let dump = lookup(&[
        record(0, json!({"eventName": "A"})),
        record(1, json!({"eventName": long})),
    ]);
    let got = listed(
        &["--format", "table", "--fields", "EventName,awsRegion"],
        &dump,
    );
    let columns: Vec<usize> = got
        .lines()
        .iter()
        .map(|line| line.find("us-east-1").or(line.find("awsRegion")).unwrap())
        .collect();
    assert_eq!(columns, [252; 3]);
}

#[test]
fn a_format_that_a_command_cannot_write_is_refused_with_the_list_of_its_formats() {
    let dir = Dir::new();
    for command in ["list", "count", "fields", "diff"] {
        for format in ["xml", "html", "sarif"] {
            dir.run([command, "--format", format, ".", "."])
                .got()
                .ends(2)
                .mentions("[possible values: table, tsv, csv, json, jsonl, md]");
        }
    }
}

#[test]
fn text_and_markdown_are_other_names_of_table_and_md() {
    let dump = lookup(&[record(0, json!({"eventName": "a|b"}))]);
    for (name, alias) in [("table", "text"), ("md", "markdown")] {
        let usual = listed(&["--format", name], &dump);
        listed(&["--format", alias], &dump).prints(&usual.out);
    }
}

#[test]
fn rows_are_tables_of_markdown() {
    let dump = lookup(&[
        record(0, json!({"eventName": "a|b"})),
        record(1, json!({"errorCode": "<x>"})),
    ]);
    let dir = Dir::new();
    dir.write("dump", dump);
    let run = |line: &str| {
        dir.run(line.split(' ').chain(["--format", "md", "dump"]))
            .got()
    };
    run("list --fields EventName,errorCode,offset")
        .quietly()
        .prints("| EventName | errorCode | offset |\n| --- | --- | --: |\n| a\\|b |  | 11 |\n| DescribeInstances | &lt;x> | 942 |\n");
    run("count --by errorCode")
        .quietly()
        .prints("| count | errorCode |\n| --: | --- |\n| 1 |  |\n| 1 | &lt;x> |\n");
    run("fields --prefix errorCode")
        .quietly()
        .prints("| field | events | distinct | example |\n| --- | --: | --: | --- |\n| errorCode | 1 | 1 | &lt;x> |\n");
    run("count --total")
        .quietly()
        .prints("| count |\n| --: |\n| 2 |\n");
}
