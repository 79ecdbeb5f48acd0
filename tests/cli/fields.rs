//! `--fields`: the names of fields, and messages about unknown names.

use serde_json::{Value, json};

use crate::support::program::{Dir, Got, trailsift, typed};
use crate::support::small::{entry, lookup, record, trail};

fn listed(fields: &str, records: &[Value]) -> Got {
    let dir = Dir::new();
    dir.write("dump", lookup(records));
    dir.run(["list", "--fields", fields, "dump"]).got()
}

#[test]
fn envelope_names_are_those_of_the_envelope() {
    let mut event = entry(&record(
        0,
        json!({"eventName": "Inner", "eventTime": "2020-01-01T00:00:00Z"}),
    ));
    event["EventName"] = json!("Outer");
    event["EventTime"] = json!("2024-06-10T06:00:00.5+00:00");
    event["Resources"] =
        json!([{"ResourceType": "AWS::S3::Bucket", "ResourceName": "b"}, {"ResourceName": "c"}]);
    let dir = Dir::new();
    dir.write("dump", json!({"Events": [event]}).to_string());
    let fields = "EventName,eventName,EventTime,eventTime,Resources[0].ResourceName,Resources[].ResourceName,\
                  ReadOnly,readOnly,Username,AccessKeyId,EventSource,CloudTrailEvent.eventName";
    dir.run(["list", "--fields", fields, "dump"]).got().quietly().rows(&[
        "Outer Inner 2024-06-10T06:00:00.500Z 2020-01-01T00:00:00Z b b,c true true alice AKIAEXAMPLE \
         ec2.amazonaws.com Inner",
    ]);
}

#[test]
fn a_missing_half_is_derived_from_the_other() {
    let dir = Dir::new();
    let fields = "EventId,EventName,ReadOnly,AccessKeyId,EventTime,EventSource,Username";
    let records = [record(0, json!({}))];
    dir.write("lookup", lookup(&records));
    dir.write("trail", trail(&records));
    let from_lookup = dir.run(["list", "--fields", fields, "lookup"]).got();
    from_lookup.quietly();
    dir.run(["list", "--fields", fields, "trail"])
        .got()
        .quietly()
        .prints(&from_lookup.out);
}

#[test]
fn record_paths_go_to_any_depth() {
    let deep = json!({
        "requestParameters": {"a": {"b": [{"c": [1, 2.50, {"d": null}]}, {"c": "x"}]}, "list": ["p", "q"]},
        "resources": [{"ARN": "arn:1", "type": "T"}, {"ARN": "arn:2"}],
    });
    for (field, expected) in [
        ("requestParameters.a.b[0].c[1]", "2.5"),
        ("requestParameters.a.b[].c", "[1,2.5,{\"d\":null}],x"),
        ("requestParameters.a.b[0].c[2].d", ""),
        ("requestParameters.list", "[\"p\",\"q\"]"),
        ("requestParameters.list[]", "p,q"),
        ("requestParameters.list[1]", "q"),
        ("requestParameters.list[2]", ""),
        ("resources[0].ARN", "arn:1"),
        ("resources[].ARN", "arn:1,arn:2"),
        ("resources[].type", "T"),
        ("userIdentity.type", "IAMUser"),
        ("userIdentity.type.deeper", ""),
        ("managementEvent", "true"),
        ("responseElements", ""),
    ] {
        listed(field, &[record(0, deep.clone())])
            .ends(0)
            .prints(&format!("{expected}\n"));
    }
}

#[test]
fn a_leading_dot_accepts_any_member_name() {
    let odd = json!({"p_source": "panther", "a.b": "dotted", "x,y": "comma", "\u{fc}": "umlaut"});
    for (field, expected) in [
        (".p_source", "panther"),
        (".\"a.b\"", "dotted"),
        (".\"x,y\",.p_source", "comma\tpanther"),
        (".\u{fc}", "umlaut"),
        (".eventName", "DescribeInstances"),
        (".userIdentity.userName", "alice"),
    ] {
        listed(field, &[record(0, odd.clone())])
            .quietly()
            .prints(&format!("{expected}\n"));
    }
}

#[test]
fn our_own_fields_are_there() {
    let dir = Dir::new();
    let dump = lookup(&[record(1190, json!({}))]);
    let offset = dump.find('[').unwrap() + 1;
    dir.write("dump", &dump);
    let fields = "principal,session,service,outcome,date,hour,file,offset";
    let row = |date: &str, file: &str| {
        format!("arn:aws:iam::111122223333:user/alice\t\tec2\tok\t{date}\t{file}\t{offset}\n")
    };
    // Record 1190 is of 25:50 on the tenth, which no clock shows: so 01:50 is written out.
    let moved = dump.replace("2024-06-10T25:50:00Z", "2024-06-11T01:50:00Z");
    dir.write("dump", moved);
    let run = |zone: &str, file: &str| {
        dir.run(["list", "--tz", zone, "--fields", fields, file])
            .got()
    };
    run("UTC", "dump")
        .quietly()
        .prints(&row("2024-06-11\t01", "dump"));
    run("Asia/Tokyo", "./dump")
        .quietly()
        .prints(&row("2024-06-11\t10", "./dump"));
    run("America/New_York", "dump")
        .quietly()
        .prints(&row("2024-06-10\t21", "dump"));
    run("-03:30", "dump")
        .quietly()
        .prints(&row("2024-06-10\t22", "dump"));
}

#[test]
fn the_file_is_shown_as_it_was_typed() {
    let dir = Dir::new();
    dir.write("a/b/dump", lookup(&[record(0, json!({}))]));
    for (typed, shown) in [
        ("a", "a/b/dump"),
        ("a/", "a/b/dump"),
        ("./a/b", "./a/b/dump"),
        ("a/b/dump", "a/b/dump"),
    ] {
        dir.run(["list", "--fields", "file", typed])
            .got()
            .quietly()
            .rows(&[shown]);
    }
    let dump = dir.read("a/b/dump");
    dir.run(["list", "--fields", "file"])
        .stdin(dump)
        .got()
        .quietly()
        .rows(&["-"]);
}

#[test]
fn lists_of_fields_can_be_repeated_and_spaced() {
    let dir = Dir::new();
    dir.write("dump", lookup(&[record(0, json!({}))]));
    dir.run([
        "list",
        "--fields",
        "EventName, EventSource",
        "--fields=service",
        "dump",
    ])
    .got()
    .quietly()
    .rows(&["DescribeInstances ec2.amazonaws.com ec2"]);
}

#[test]
fn a_name_nobody_has_is_refused_with_the_nearest() {
    for (field, near) in [
        ("EventNme", "did you mean EventName"),
        ("eventnmae", "did you mean EventName or eventName"),
        ("userIdentty.arn", "userIdentity"),
        ("Outcme", "outcome"),
        ("p_source", "leading dot"),
        ("arn", "did you mean userIdentity.arn or "),
    ] {
        typed(&format!("list --fields {field} fixtures"))
            .got()
            .ends(2)
            .prints("")
            .mentions(near)
            .mentions(field);
        typed(&format!("list --sort {field} fixtures"))
            .got()
            .ends(2)
            .mentions(near)
            .mentions("--sort");
        typed(&format!("count --by {field} fixtures"))
            .got()
            .ends(2)
            .mentions(near)
            .mentions("--by");
        typed(&format!("count --distinct {field} fixtures"))
            .got()
            .ends(2)
            .mentions("--distinct");
    }
    typed("list --fields EventNme fixtures")
        .got()
        .mentions("--fields");
}

#[test]
fn a_misspelt_path_names_its_column() {
    for (field, column) in [
        ("userIdentity..arn", 14),
        ("resources[x]", 10),
        ("resources[", 10),
        ("outcome.x", 0),
    ] {
        let got = trailsift(["list", "--fields", field, "fixtures"]).got();
        got.ends(2).prints("");
        if column > 0 {
            got.mentions(&format!("at column {column}"));
        }
    }
    trailsift(["list", "--fields", "", "fixtures"])
        .got()
        .ends(2);
    trailsift(["list", "--fields", "EventName,,EventTime", "fixtures"])
        .got()
        .ends(2);
}

#[test]
fn a_path_found_in_no_event_is_a_warning() {
    let got = typed("list -q --fields userIdentity.nme,EventName,.nix fixtures/cli-v1.json").got();
    got.ends(0)
        .mentions("`userIdentity.nme` was found in no selected event")
        .mentions("`.nix` was found");
    got.never_mentions("EventName");
    assert_eq!(got.lines().len(), 120);
    typed("count --by userIdentity.nme fixtures/cli-v1.json")
        .got()
        .ends(0)
        .mentions("`userIdentity.nme`");
    typed("list --fields userIdentity.arn,session fixtures/cli-v1.json")
        .got()
        .quietly();
    for line in [
        "list --sort -requestParameters.nix",
        "count --distinct requestParameters.nix",
    ] {
        let got = typed(&format!("{line} fixtures/cli-v1.json")).got();
        got.ends(0).mentions("`requestParameters.nix` was found");
    }
    // Nothing selected is explained otherwise.
    typed("list --name nix --fields .nix fixtures/cli-v1.json")
        .got()
        .ends(0)
        .never_mentions("`.nix`");
}
