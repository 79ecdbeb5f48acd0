//! Files that are not CloudTrail, however they look, and CloudTrail in shapes that
//! are not read.

use std::io;

use super::{
    ACCOUNT, Clients, Endpoint, Fate, Json, Ledger, Script, Style, boto3, events, list, object,
    saved, shapes,
};

pub fn make(ledger: &mut Ledger, clients: &Clients) -> io::Result<()> {
    notifications(ledger)?;
    other_json(ledger)?;
    other_text(ledger)?;
    other_shapes(ledger, clients)
}

fn s3_notification() -> Json {
    let s3 = object([
        ("s3SchemaVersion", "1.0".into()),
        ("configurationId", "logs".into()),
        (
            "bucket",
            object([
                ("name", "example-logs".into()),
                ("arn", "arn:aws:s3:::example-logs".into()),
            ]),
        ),
        (
            "object",
            object([
                ("key", "AWSLogs/2024/06/10/trail.json.gz".into()),
                ("size", 8_605.into()),
            ]),
        ),
    ]);
    let record = object([
        ("eventVersion", "2.1".into()),
        ("eventSource", "aws:s3".into()),
        ("awsRegion", "us-east-1".into()),
        ("eventTime", "2024-06-10T01:11:06.000Z".into()),
        ("eventName", "ObjectCreated:Put".into()),
        (
            "userIdentity",
            object([("principalId", "AWS:AIDAEXAMPLE".into())]),
        ),
        (
            "requestParameters",
            object([("sourceIPAddress", "192.0.2.1".into())]),
        ),
        (
            "responseElements",
            object([("x-amz-request-id", "EXAMPLE123456789".into())]),
        ),
        ("s3", s3),
    ]);
    object([("Records", list([record]))])
}

fn notifications(ledger: &mut Ledger) -> io::Result<()> {
    let mut foreign = |name: &str, value: &Json, about: &str| {
        ledger.data(
            name,
            value.write(Style::TWO) + "\n",
            0,
            Fate::Foreign,
            about,
        )
    };
    foreign(
        "s3-notification.json",
        &s3_notification(),
        "an S3 notification: `Records` with `eventVersion`",
    )?;

    let message = s3_notification().write(Style::COMPACT);
    let sns = object([
        ("Type", "Notification".into()),
        ("MessageId", "95df01b4-ee98-5cb9-9903-4c221d41eb5e".into()),
        (
            "TopicArn",
            format!("arn:aws:sns:us-east-1:{ACCOUNT}:trail").into(),
        ),
        ("Message", (&message).into()),
        ("Timestamp", "2024-06-10T01:11:07.000Z".into()),
    ]);
    let record = object([
        ("EventSource", "aws:sns".into()),
        ("EventVersion", "1.0".into()),
        ("Sns", sns),
    ]);
    foreign(
        "sns-notification.json",
        &object([("Records", list([record]))]),
        "an S3 notification inside an SNS message",
    )?;

    let record = object([
        ("messageId", "059f36b4-87a3-44ab-83d2-661975830a7d".into()),
        ("receiptHandle", "AQEBEXAMPLE".into()),
        ("body", message.into()),
        ("eventSource", "aws:sqs".into()),
        (
            "eventSourceARN",
            format!("arn:aws:sqs:us-east-1:{ACCOUNT}:trail").into(),
        ),
        ("awsRegion", "us-east-1".into()),
    ]);
    foreign(
        "sqs-message.json",
        &object([("Records", list([record]))]),
        "an S3 notification inside an SQS message",
    )?;

    let detail = object([
        ("version", "0".into()),
        ("bucket", object([("name", "example-logs".into())])),
        ("object", object([("key", "trail.json.gz".into())])),
        ("reason", "PutObject".into()),
    ]);
    let event = object([
        ("version", "0".into()),
        ("id", "2d4eba74-fd51-3966-4bfa-b013c9da8ff1".into()),
        ("detail-type", "Object Created".into()),
        ("source", "aws.s3".into()),
        ("account", ACCOUNT.into()),
        ("time", "2024-06-10T01:11:06Z".into()),
        ("region", "us-east-1".into()),
        ("resources", list(["arn:aws:s3:::example-logs"])),
        ("detail", detail),
    ]);
    foreign(
        "eventbridge-object-created.json",
        &event,
        "an EventBridge event that is not from CloudTrail",
    )?;

    let log = object([
        ("s3Bucket", "example-logs".into()),
        (
            "s3Object",
            "AWSLogs/123456789012/CloudTrail/us-east-1/2024/06/10/trail.json.gz".into(),
        ),
        ("hashValue", "0".repeat(64).into()),
        ("hashAlgorithm", "SHA-256".into()),
        ("newestEventTime", "2024-06-10T01:11:06Z".into()),
        ("oldestEventTime", "2024-06-10T01:00:00Z".into()),
    ]);
    let digest = object([
        ("awsAccountId", ACCOUNT.into()),
        ("digestStartTime", "2024-06-10T00:11:06Z".into()),
        ("digestEndTime", "2024-06-10T01:11:06Z".into()),
        ("digestS3Bucket", "example-logs".into()),
        ("previousDigestSignature", Json::Null),
        ("logFiles", list([log])),
    ]);
    foreign("digest.json", &digest, "a trail's digest file: `logFiles`")?;

    let invoking = object([(
        "configurationItem",
        object([
            ("resourceType", "AWS::EC2::Instance".into()),
            (
                "relatedEvents",
                list(["a8b850da-b0fd-4538-816b-c9ce5c7d1c9e"]),
            ),
        ]),
    )]);
    let call = object([
        ("version", "1.0".into()),
        ("configRuleName", "required-tags".into()),
        ("invokingEvent", invoking.write(Style::COMPACT).into()),
        ("ruleParameters", "{\"tag1Key\":\"Owner\"}".into()),
        ("eventLeftScope", false.into()),
        ("accountId", ACCOUNT.into()),
    ]);
    foreign("config-rule.json", &call, "the call of a Config rule")
}

fn other_json(ledger: &mut Ledger) -> io::Result<()> {
    let mut foreign =
        |name: &str, text: &str, about: &str| ledger.data(name, text, 0, Fate::Foreign, about);
    let package = object([
        ("name", "dashboard".into()),
        ("version", "1.0.0".into()),
        ("scripts", object([("test", "jest".into())])),
        (
            "dependencies",
            object([("@aws-sdk/client-cloudtrail", "^3.540.0".into())]),
        ),
    ]);
    foreign(
        "package.json",
        &(package.write(Style::TWO) + "\n"),
        "a package.json",
    )?;
    foreign("number.json", "42\n", "a number")?;
    foreign(
        "strings.json",
        "[\n  \"Events\",\n  \"{not json}\"\n]\n",
        "an array of strings that are not records",
    )?;
    let deep = "[".repeat(20_000) + &"]".repeat(20_000) + "\n";
    foreign("deep-brackets.json", &deep, "20,000 brackets, closed")?;
    let open = "{\"a\":[".repeat(5_000);
    foreign(
        "deep-open.json",
        &open,
        "5,000 objects and arrays, never closed",
    )?;
    let calendar = object([(
        "Events",
        list([object([
            ("title", "Lunch".into()),
            ("EventTime", "12:00".into()),
        ])]),
    )]);
    foreign(
        "calendar.json",
        &(calendar.write(Style::TWO) + "\n"),
        "`Events` of a calendar",
    )
}

fn other_text(ledger: &mut Ledger) -> io::Result<()> {
    let mut foreign =
        |name: &str, text: &[u8], about: &str| ledger.data(name, text, 0, Fate::Foreign, about);
    foreign(
        "notes.txt",
        b"Things to do\n- rotate {all} \"keys\"\n- read [the] dump\n",
        "notes with brackets and quotes",
    )?;
    let log = "192.0.2.1 - - [10/Jun/2024:01:11:06 +0000] \"GET /?a={1} HTTP/1.1\" 200 482 \"-\" \"curl/7.88.1\"\n";
    foreign("access.log", log.repeat(3).as_bytes(), "a web server's log")?;
    let binary: Vec<u8> = (0..4_096_u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 23) as u8)
        .collect();
    foreign("binary.bin", &binary, "4 KiB of noise")
}

fn other_shapes(ledger: &mut Ledger, clients: &Clients) -> io::Result<()> {
    let script = |seed| Script::new(events(seed, 8));
    let v2 = |seed, arguments: &[&str]| saved(&clients.v2, script(seed), "UTC", arguments);
    let v1 = |seed, arguments: &[&str]| saved(&clients.v1, script(seed), "UTC", arguments);

    let mut other =
        |name: &str, text: &[u8], about: &str| ledger.data(name, text, 0, Fate::OtherShape, about);
    other(
        "output-table.txt",
        &v1(701, &["--output", "table", "--max-results", "2"])?,
        "CLI 1, `--output table --max-results 2`; 2 events",
    )?;
    let pairs = ["--query", "Events[].[EventTime,EventName]"];
    other(
        "pairs.json",
        &v2(704, &pairs)?,
        "`--query 'Events[].[EventTime,EventName]'`",
    )?;
    other(
        "pairs.txt",
        &v1(705, &[&pairs[..], &["--output", "text"]].concat())?,
        "`--query 'Events[].[EventTime,EventName]' --output text`",
    )?;
    let chosen = [
        "--query",
        "Events[].{Time:EventTime,Name:EventName,User:Username}",
    ];
    other(
        "chosen.json",
        &v2(706, &chosen)?,
        "`--query 'Events[].{Time:EventTime,…}'`",
    )?;

    let lake = shapes::lake(vec![
        vec![
            ("eventName", "CreateBucket".to_owned()),
            ("calls", "12".to_owned()),
        ],
        vec![
            ("eventName", "PutObject".to_owned()),
            ("calls", "7".to_owned()),
        ],
    ]);
    other(
        "lake-counts.json",
        lake.as_bytes(),
        "CloudTrail Lake, a query that counts: its rows are not events",
    )?;
    other(
        "debug.txt",
        b"2024-06-10 01:11:06,835 - MainThread - awscli.clidriver - DEBUG - CLI version: aws-cli/2.9.19\n\
          2024-06-10 01:11:06,836 - MainThread - botocore.hooks - DEBUG - Event choose-signer.cloudtrail\n",
        "the output of `--debug`, with no document after it",
    )?;

    let repr = "import boto3, sys
print(boto3.client('cloudtrail', endpoint_url=sys.argv[1]).lookup_events()['Events'])
";
    let endpoint = Endpoint::start(Script::new(events(707, 4)))?;
    other(
        "python-repr.txt",
        &boto3(repr, endpoint.url())?,
        "boto3, `print(response['Events'])`; 4 events",
    )?;
    Ok(())
}
