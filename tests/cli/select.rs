//! Selection: every flag by itself, how they combine, and what is no condition at all.

use serde_json::{Value, json};

use crate::support::program::{Dir, Got, trailsift};
use crate::support::small::{entry, id, lookup, record, without};

/// Runs `list` over the dump and gives the numbers of the selected events.
fn numbers(got: &Got) -> Vec<u32> {
    let lines = got.lines().into_iter();
    lines
        .map(|line| line.rsplit('-').next().unwrap().parse().unwrap())
        .collect()
}

/// Each command line selects these events of the dump.
#[track_caller]
fn selects(dump: &str, cases: &[(&str, &[u32])]) {
    let dir = Dir::new();
    dir.write("dump", dump);
    for (line, expected) in cases {
        let flags = line.split('|').filter(|flag| !flag.is_empty());
        let got = dir
            .run(
                ["list", "-q", "--fields", "EventId"]
                    .into_iter()
                    .chain(flags)
                    .chain(["dump"]),
            )
            .got();
        got.quietly();
        assert_eq!(numbers(&got), *expected, "{line}");
    }
}

fn members(member: &str, values: &[Value]) -> String {
    let records: Vec<Value> = (0..)
        .zip(values)
        .map(|(n, value)| record(n, json!({ member: value })))
        .collect();
    lookup(&records)
}

#[test]
fn names_and_sources_are_globs_without_regard_to_case() {
    let calls = [
        ("s3.amazonaws.com", "GetObject"),
        ("s3.amazonaws.com", "getobjectacl"),
        ("ec2.amazonaws.com", "GetObject"),
        ("s3-outposts.amazonaws.com", "PutObject"),
        ("internal", "Größe"),
    ];
    let records: Vec<Value> = (0..)
        .zip(calls)
        .map(|(n, (source, name))| record(n, json!({"eventSource": source, "eventName": name})))
        .collect();
    selects(
        &lookup(&records),
        &[
            ("--name|GetObject", &[0, 2]),
            ("--name|getOBJECT", &[0, 2]),
            ("--name|Get*", &[0, 1, 2]),
            ("--name|*ject", &[0, 2, 3]),
            ("--name|?etObject", &[0, 2]),
            ("--name|Gr??e", &[4]),
            ("--name|GetObject,PutObject", &[0, 2, 3]),
            ("--name|GetObject|--name|PutObject", &[0, 2, 3]),
            ("--name|s3:GetObject", &[0]),
            ("--name|S3.AMAZONAWS.COM:get*", &[0, 1]),
            ("--name|s3*:*Object", &[0, 3]),
            ("--name|ec2:GetObject,s3:PutObject", &[2]),
            ("--name|GetObject, PutObject", &[0, 2, 3]),
            ("--name| GetObject ,\tPutObject ", &[0, 2, 3]),
            ("--source|ec2, internal", &[2, 4]),
            ("--not|name=GetObject, PutObject", &[1, 4]),
            ("--source|s3", &[0, 1]),
            ("--source|s3.amazonaws.com", &[0, 1]),
            ("--source|S3", &[0, 1]),
            ("--source|s3*", &[0, 1, 3]),
            ("--source|internal,ec2", &[2, 4]),
            ("--source|s3.amazonaws", &[]),
            ("--source|s3|--name|Get*", &[0, 1]),
            ("--source|s3|--name|Put*", &[]),
            ("--not|name=get*", &[3, 4]),
            ("--not|name=GetObject,PutObject", &[1, 4]),
            ("--not|source=s3|--not|name=s3-outposts:PutObject", &[2, 4]),
            ("--name|Get*|--not|source=ec2", &[0, 1]),
            ("--name|*", &[0, 1, 2, 3, 4]),
        ],
    );
}

#[test]
fn keys_regions_accounts_and_ids_are_compared_exactly() {
    let mut foreign = record(
        1,
        json!({"awsRegion": "eu-west-1", "recipientAccountId": "444455556666"}),
    );
    foreign["userIdentity"]["accessKeyId"] = json!("ASIAOTHER");
    let records = [
        record(0, json!({})),
        foreign,
        record(2, json!({"userIdentity": {"type": "AWSService"}})),
    ];
    selects(
        &lookup(&records),
        &[
            ("--key|AKIAEXAMPLE", &[0]),
            ("--key|akiaexample", &[]),
            ("--key|A?IA*", &[0, 1]),
            ("--key|AKIAEXAMPLE,ASIAOTHER", &[0, 1]),
            ("--key|AKIAEXAMPLE, ASIAOTHER", &[0, 1]),
            ("--not|key=ASIAOTHER, AKIAEXAMPLE", &[2]),
            ("--region|us-east-1, eu-west-1", &[0, 1, 2]),
            ("--account|111122223333, 444455556666", &[0, 1, 2]),
            ("--not|key=*", &[2]),
            ("--region|us-east-1", &[0, 2]),
            ("--region|US-EAST-1", &[]),
            ("--region|eu-*,us-*", &[0, 1, 2]),
            ("--account|444455556666", &[1]),
            ("--account|111122223333", &[0, 1, 2]),
            ("--account|4444*", &[1]),
            ("--not|account=111122223333", &[]),
            (&format!("--id|{}", id(2)), &[2]),
            (&format!("--id|{},{}", id(2), id(0)), &[0, 2]),
            ("--id|*1", &[1]),
            (&format!("--not|id={}", id(1)), &[0, 2]),
        ],
    );
}

#[test]
fn who_is_any_of_the_names_a_caller_has() {
    let session = json!({
        "type": "AssumedRole", "principalId": "AROAROLE:session@x", "accessKeyId": "ASIASESSION",
        "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/session@x", "accountId": "111122223333",
        "sessionContext": {"sessionIssuer": {"type": "Role", "principalId": "AROAROLE", "userName": "Deploy",
            "arn": "arn:aws:iam::111122223333:role/ci/Deploy"}},
    });
    let bare = json!({"type": "AssumedRole", "principalId": "AROABARE:s2", "arn": "arn:aws:sts::1:assumed-role/Bare/s2"});
    let root = json!({"type": "Root", "principalId": "111122223333", "arn": "arn:aws:iam::111122223333:root"});
    let comma = json!({"type": "IAMUser", "userName": "a,b", "arn": "arn:aws:iam::1:user/a,b"});
    let records = [
        record(0, json!({})),
        record(1, json!({ "userIdentity": session })),
        record(2, json!({ "userIdentity": bare })),
        record(3, json!({ "userIdentity": root })),
        record(4, json!({ "userIdentity": comma })),
    ];
    let dump = lookup(&records);
    selects(
        &dump,
        &[
            ("--who|alice", &[0]),
            ("--who|AKIAEXAMPLE", &[0]),
            ("--who|AIDAEXAMPLE", &[0]),
            ("--who|arn:aws:iam::111122223333:user/alice", &[0]),
            ("--who|Alice", &[]),
            ("--who|ASIASESSION", &[1]),
            ("--who|session@x", &[1]),
            ("--who|Deploy", &[1]),
            ("--who|arn:aws:iam::111122223333:role/ci/Deploy", &[1]),
            (
                "--who|arn:aws:sts::111122223333:assumed-role/Deploy/session@x",
                &[1],
            ),
            ("--who|AROAROLE", &[1]),
            ("--who|AROAROLE:session@x", &[1]),
            ("--who|Bare", &[2]),
            ("--who|arn:aws:iam::1:role/Bare", &[2]),
            ("--who|s2", &[2]),
            ("--who|AROABARE", &[2]),
            ("--who|root", &[3]),
            ("--who|a,b", &[4]),
            ("--who|a", &[]),
            ("--who|alice|--who|Bare", &[0, 2]),
            ("--who|*:role/*", &[1, 2]),
            ("--not|who=alice", &[1, 2, 3, 4]),
            ("--not|who=alice|--not|who=a,b", &[1, 2, 3]),
        ],
    );
}

#[test]
fn addresses_are_compared_as_such_and_services_by_name() {
    let addresses = [
        "192.0.2.1",
        "192.0.2.200",
        "198.51.100.7",
        "2001:db8::1",
        "2001:DB8:0:0::2",
        "ec2.amazonaws.com",
        "AWS Internal",
    ];
    selects(
        &members("sourceIPAddress", &addresses.map(|address| json!(address))),
        &[
            ("--ip|192.0.2.1", &[0]),
            ("--ip|192.0.2.0/24", &[0, 1]),
            ("--ip|192.0.2.99/24", &[0, 1]),
            ("--ip|192.0.2.128/25", &[1]),
            ("--ip|0.0.0.0/0", &[0, 1, 2]),
            ("--ip|2001:db8::/32", &[3, 4]),
            ("--ip|2001:0db8:0::2", &[4]),
            ("--ip|::/0", &[3, 4]),
            ("--ip|192.0.2.1,2001:db8::1", &[0, 3]),
            ("--ip|192.0.2.*", &[0, 1]),
            ("--ip|ec2.amazonaws.com", &[5]),
            ("--ip|*.amazonaws.com", &[5]),
            ("--ip|AWS Internal", &[6]),
            ("--not|ip=192.0.0.0/8", &[2, 3, 4, 5, 6]),
        ],
    );
    for bad in ["10.0.0.0/33", "10.0.0/8", "x/y", "::/129"] {
        trailsift(["count", "--ip", bad, "fixtures"])
            .got()
            .ends(2)
            .prints("")
            .mentions(bad)
            .mentions("203.0.113.0/24");
    }
}

#[test]
fn what_is_nearly_an_address_is_refused() {
    for bad in [
        "198.51.100.300",
        "10.0.0",
        "10.0.0.",
        "1",
        "2001:db8:::1",
        "192.0.2.1:443",
        "192.0.2.1,10.0.0",
    ] {
        trailsift(["count", "--ip", bad, "fixtures"])
            .got()
            .ends(2)
            .prints("")
            .mentions("is no address")
            .mentions("203.0.113.*");
    }
    trailsift(["count", "--not", "ip=10.0.0", "fixtures"])
        .got()
        .ends(2)
        .mentions("`10.0.0` is no address");
    for pattern in [
        "cloudformation.amazonaws.com",
        "AWS Internal",
        "10.0.*",
        "10.0.0.?",
        "cafe",
        "2001:db8:*",
    ] {
        trailsift(["count", "-q", "--ip", pattern, "fixtures"])
            .got()
            .quietly();
    }
}

#[test]
fn the_service_that_passed_a_call_on_is_not_who_made_it() {
    let through = |who: Value| {
        let mut event = record(0, json!({}));
        event["userIdentity"] = who;
        event
    };
    let service = "cloudformation.amazonaws.com";
    let records: Vec<Value> = (0..)
        .zip([
            json!({"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/alice", "userName": "alice",
                "invokedBy": service}),
            json!({"type": "AWSService", "invokedBy": service}),
            json!({"type": "AWSAccount", "accountId": "111122223333", "invokedBy": service}),
            json!({"type": "AWSService", "arn": "arn:aws:iam::111122223333:role/r", "invokedBy": service}),
        ])
        .map(|(n, who)| {
            let mut event = through(who);
            event["eventID"] = json!(id(n));
            event
        })
        .collect();
    selects(
        &lookup(&records),
        &[
            ("--who|cloudformation.amazonaws.com", &[1, 2, 3]),
            ("--who|cloudformation*", &[1, 2, 3]),
            ("--who|alice", &[0]),
            ("--not|who=cloudformation.amazonaws.com", &[0]),
        ],
    );
}

#[test]
fn resources_are_looked_for_in_both_lists() {
    let mut event = entry(&record(
        0,
        json!({"resources": [{"ARN": "arn:aws:s3:::one"}, {"ARN": "arn:aws:s3:::one/key,1"}]}),
    ));
    event["Resources"] = json!([{"ResourceType": "AWS::S3::Bucket", "ResourceName": "one"}, {"ResourceName": "vpc-1"}]);
    let plain = entry(&record(1, json!({"resources": null})));
    selects(
        &json!({"Events": [event, plain]}).to_string(),
        &[
            ("--resource|one", &[0]),
            ("--resource|vpc-1", &[0]),
            ("--resource|arn:aws:s3:::one", &[0]),
            ("--resource|arn:aws:s3:::one/key,1", &[0]),
            ("--resource|arn:aws:s3:::*", &[0]),
            ("--resource|ONE", &[]),
            ("--resource|AWS::S3::Bucket", &[]),
            ("--not|resource=one", &[1]),
        ],
    );
}

#[test]
fn outcomes_and_error_codes() {
    let errors = [
        json!({}),
        json!({"errorCode": "AccessDenied"}),
        json!({"errorCode": "Client.UnauthorizedOperation"}),
        json!({"errorCode": "ValidationException"}),
        json!({"errorCode": "ThrottlingException", "errorMessage": "Rate exceeded"}),
        json!({"errorCode": "X", "errorMessage": "User: a is not authorized to perform: b"}),
        json!({"errorCode": "", "errorMessage": null}),
        json!({"eventName": "ConsoleLogin", "errorMessage": "Failed authentication", "responseElements": {"ConsoleLogin": "Failure"}}),
        json!({"errorCode": "kms.accessdeniedexception"}),
        json!({"errorCode": "InvalidClientTokenId"}),
    ];
    let records: Vec<Value> = (0..)
        .zip(errors)
        .map(|(n, error)| record(n, error))
        .collect();
    selects(
        &lookup(&records),
        &[
            ("--ok", &[0, 6]),
            ("--denied", &[1, 2, 5, 8]),
            ("--failed", &[3, 4, 7, 9]),
            ("--ok|--failed", &[0, 3, 4, 6, 7, 9]),
            ("--ok|--denied|--failed", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
            ("--denied|--denied", &[1, 2, 5, 8]),
            ("--error|accessdenied", &[1]),
            ("--error|*Denied*", &[1, 8]),
            ("--error|*exception|--error|X", &[3, 4, 5, 8]),
            ("--not|error=*", &[0, 6, 7]),
            ("--denied|--not|error=AccessDenied", &[2, 5, 8]),
        ],
    );
}

#[test]
fn an_event_that_says_neither_reads_nor_writes() {
    let records = [
        record(0, json!({})),
        record(1, json!({"readOnly": false})),
        without(record(2, json!({})), &["readOnly"]),
        record(3, json!({"readOnly": null})),
        record(4, json!({"readOnly": "true"})),
    ];
    let dump = lookup(&records);
    selects(
        &dump,
        &[
            ("--read-only", &[0, 4]),
            ("--write", &[1]),
            ("--read-only|--write", &[0, 1, 4]),
        ],
    );
    let dir = Dir::new();
    dir.write("dump", &dump);
    let got = dir
        .run(["count", "--total", "--write", "--stats=json", "dump"])
        .got();
    got.ends(0)
        .prints("1\n")
        .mentions("2 events without readOnly are in neither --read-only nor --write");
    assert_eq!(got.byte_counts()["events"]["without_read_only"], 2);
    // Another condition had refused them before.
    let narrow = [
        "--key",
        "AKIANOBODY",
        "--since",
        "2001-01-01",
        "--denied",
        "--not",
        "name=X",
    ];
    dir.run(["count", "--write", "dump"].iter().chain(&narrow))
        .got()
        .never_mentions("without readOnly");
    // A later condition refuses no event that was counted before.
    dir.run(["count", "--write", "--denied", "dump"])
        .got()
        .mentions("2 events without readOnly");
}

#[test]
fn words_that_select_nothing_by_mistake_are_refused() {
    for (line, words) in [
        ("--not|nme=x", "the flags are key, who"),
        ("--not|name", "--not name=Get*"),
        ("--not|name=", "empty"),
        ("--name|", "empty"),
        ("--name|a,,b", "empty"),
        ("--key|,", "empty"),
        ("--key|a, ", "empty"),
        ("--not|name=a, ,b", "empty"),
        ("--nmae|x", "--name"),
    ] {
        let flags = line.split('|');
        trailsift(["count"].into_iter().chain(flags).chain(["fixtures"]))
            .got()
            .ends(2)
            .prints("")
            .mentions(words);
    }
}
