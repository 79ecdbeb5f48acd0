//! Records that are whole and true, and still odd: control characters, numbers
//! no double can hold, members missing or of another type than documented.
//!
//! Not for damage: that is made in `tests/data`.

use super::{ACCOUNT, Call, Json, Kind, OTHER_ACCOUNT, Scene, iso, list, number, object};

pub const ALL: [Kind; 15] = [
    numbers,
    control_characters,
    wide_characters,
    backslashes,
    no_request,
    request_is_text,
    read_only_is_text,
    no_read_only,
    agents_in_a_list,
    cut_by_cloudtrail,
    later_addition,
    vendor_members,
    empty_id,
    no_identity,
    resources_are_text,
];

/// What a double rounds, and the spellings Java gives to doubles.
fn numbers(scene: &mut Scene) -> Call {
    Call::new(
        "codewhisperer",
        "CreateProfile",
        false,
        &scene.cast.identity_center,
    )
    .request([
        ("clientToken", "a/b+c=".into()),
        ("beyondDouble", number("9007199254740993")),
        ("largestU64", number("18446744073709551615")),
        ("beyondU64", number("123456789012345678901234567890")),
        ("smallestI64", number("-9223372036854775808")),
        ("java", number("1.688560107857E9")),
        ("tiny", number("1e-7")),
        ("zero", number("0.0")),
        ("minusZero", number("-0.0")),
        (
            "many",
            list([
                number("1.0"),
                number("1E+2"),
                number("0.1000"),
                number("12345678901234567890"),
            ]),
        ),
    ])
}

fn control_characters(scene: &mut Scene) -> Call {
    Call::new("ssm", "PutParameter", false, &scene.role())
        .request([
            ("name", "/app/\u{7f}del".into()),
            (
                "description",
                "nul\u{0}one\u{1}bell\u{7}back\u{8}form\u{c}escape\u{1b}[31mred\u{1b}[0m\r\n"
                    .into(),
            ),
            (
                "value",
                "line\u{2028}paragraph\u{2029}next\u{85}bom\u{feff}override\u{202e}txt.exe".into(),
            ),
        ])
        .touching("AWS::SSM::Parameter", "/app/\u{7f}del")
}

fn wide_characters(scene: &mut Scene) -> Call {
    let call = Call::new("s3", "PutBucketTagging", false, &scene.cast.users[1]).request([
        ("bucketName", "example-😀".into()),
        (
            "tagging",
            object([
                ("家族👨‍👩‍👧", "e\u{301}=é".into()),
                ("עברית", "العربية".into()),
                ("\u{10ffff}", "\u{fffd}".into()),
            ]),
        ),
    ]);
    let call = call.touching("AWS::S3::Bucket", "example-😀");
    if scene.rng.once_in(2) {
        call.escaped()
    } else {
        call
    }
}

/// Every number of backslashes before a quote, and text that looks like JSON.
fn backslashes(scene: &mut Scene) -> Call {
    Call::new("events", "PutRule", false, &scene.anyone()).request([
        ("name", "quotes \" \\\" \\\\\" \\\\\\\" end\\".into()),
        ("\"eventName\"", "\",\"eventName\":\"NotThis\",\"x\":\"".into()),
        ("eventPattern", "{\"source\":[\"aws.ec2\"],\"detail\":{\"eventName\":[\"RunInstances\"],\"path\":\"C:\\\\x\"}}".into()),
        ("eventSource", object([("eventName", "nested, not the record's".into())])),
        ("description", "]}],\"Events\": [{\"CloudTrailEvent\": \"{}\"".into()),
    ])
}

fn no_request(scene: &mut Scene) -> Call {
    Call::new("health", "DescribeEventAggregates", true, &scene.anyone())
        .without("requestParameters")
        .without("responseElements")
}

fn request_is_text(scene: &mut Scene) -> Call {
    Call::new("dms", "TestConnection", false, &scene.role())
        .with("requestParameters", "HIDDEN_DUE_TO_SECURITY_REASONS")
        .with("responseElements", "***")
}

fn read_only_is_text(scene: &mut Scene) -> Call {
    Call::new("sns", "Publish", false, &scene.role())
        .request([])
        .with("readOnly", "false")
        .with("managementEvent", "true")
}

/// As in records before 2017.
fn no_read_only(scene: &mut Scene) -> Call {
    Call::new(
        "elasticloadbalancing",
        "DescribeLoadBalancers",
        true,
        &scene.user(),
    )
    .with("eventVersion", "1.02")
    .without("readOnly")
    .without("managementEvent")
    .without("eventCategory")
    .without("tlsDetails")
}

fn agents_in_a_list(scene: &mut Scene) -> Call {
    Call::new("sqs", "CreateQueue", false, &scene.anyone())
        .request([
            ("queueName", "orders.fifo".into()),
            ("attribute", object([])),
        ])
        .response([(
            "queueUrl",
            format!("https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/orders.fifo").into(),
        )])
        .with("userAgent", list(["agent one", "agent\ttwo"]))
        .with("sourceIPAddress", "AWS Internal")
}

/// Too large an event: CloudTrail leaves out fields and says so.
fn cut_by_cloudtrail(scene: &mut Scene) -> Call {
    Call::new("athena", "StartQueryExecution", false, &scene.role())
        .request([(
            "queryString",
            "SELECT *\n\tFROM \"logs\"\n\tWHERE name = 'x''y' AND path LIKE '%\\\\%'".into(),
        )])
        .with(
            "responseElements",
            object([("omitted", true.into()), ("originalSize", 301_245.into())]),
        )
}

/// Delivered late, with the reason; the envelope's time is not the record's.
fn later_addition(scene: &mut Scene) -> Call {
    let addendum = object([
        ("reason", "UPDATED_DATA".into()),
        (
            "updatedFields",
            "eventTime,userIdentity.sessionContext".into(),
        ),
        ("originalRequestID", scene.rng.uuid().into()),
        ("originalEventID", scene.rng.uuid().into()),
    ]);
    Call::new("kms", "GenerateDataKey", true, &scene.role())
        .request([("keySpec", "AES_256".into()), ("numberOfBytes", 32.into())])
        .with("eventTime", iso(scene.time - 3_601))
        .with("addendum", addendum)
        .with("sharedEventID", scene.rng.uuid())
}

/// As log shippers leave their traces.
fn vendor_members(scene: &mut Scene) -> Call {
    Call::new(
        "elasticfilesystem",
        "DescribeFileSystems",
        true,
        &scene.anyone(),
    )
    .with("p_source", "shipper")
    .with("a.b", object([("c.d", 1.into())]))
    .with("@version", "1")
    .with(
        "tags",
        list([Json::Null, "x".into(), object([]), Json::List(Vec::new())]),
    )
}

/// An event without an id, in the record as in the envelope.
fn empty_id(scene: &mut Scene) -> Call {
    Call::new("config", "PutEvaluations", false, &scene.role()).with("eventID", "")
}

/// A service's event about nobody.
fn no_identity(scene: &mut Scene) -> Call {
    let mut call = Call::new(
        "ec2",
        "SharedSnapshotVolumeCreated",
        false,
        &scene.cast.account,
    );
    call.actor.address = Some("ec2.amazonaws.com");
    call.without("userIdentity")
        .with("eventType", "AwsServiceEvent")
        .with("recipientAccountId", OTHER_ACCOUNT)
        .with(
            "serviceEventDetails",
            object([("snapshotId", scene.rng.hex("snap-0", 16).into())]),
        )
}

fn resources_are_text(scene: &mut Scene) -> Call {
    Call::new("backup", "BackupJobStarted", false, &scene.cast.internal)
        .with("eventType", "AwsServiceEvent")
        .with("resources", "[]")
        .with("requestParameters", object([]))
}
