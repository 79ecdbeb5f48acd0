//! Whole texts, redacted and verified.

use serde_json::Value;

use super::*;

const LONGEST: usize = 16 << 20;

const ALL: RedactOptions = RedactOptions {
    names: true,
    ids: true,
};

/// Redacts a text, and checks everything that is true for all texts. Also returns the pseudonyms.
fn redacted_by(text: &[u8], options: RedactOptions, size: usize) -> (Vec<u8>, Pseudonyms) {
    let pieces = || text.chunks(size.max(1)).chain([&b""[..]]);
    let last = text.len().div_ceil(size.max(1));
    let mut collector = ValueCollector::new(options, LONGEST);
    for (index, piece) in pieces().enumerate() {
        collector.push(piece, index == last).unwrap();
    }
    let mut pseudonyms = Pseudonyms::new(&collector.finish(), PseudonymKey::new(b"key"));
    loop {
        let mut check = CollisionCheck::new(&pseudonyms, options, LONGEST);
        for (index, piece) in pieces().enumerate() {
            check.push(piece, index == last).unwrap();
        }
        let seen = check.finish();
        if seen.is_empty() {
            break;
        }
        pseudonyms.renew(&seen);
    }
    let mut rewrite = Rewrite::new(&pseudonyms, options, LONGEST);
    let mut out = Vec::new();
    for (index, piece) in pieces().enumerate() {
        out.extend(rewrite.push(piece, index == last).unwrap());
    }
    drop(rewrite);
    let (count, survivors) = verified(&out, &pseudonyms, options);
    let safe = String::from_utf8_lossy(&out);
    assert_eq!(count, 0, "{survivors:?} in {safe}");
    (out, pseudonyms)
}

fn verified(text: &[u8], pseudonyms: &Pseudonyms, options: RedactOptions) -> (u64, Vec<Survivor>) {
    let mut verify = Verify::new(pseudonyms, options, LONGEST);
    verify.push(text, true).unwrap();
    verify.take()
}

pub(super) fn redacted(text: &str) -> String {
    String::from_utf8(redacted_by(text.as_bytes(), RedactOptions::default(), 1 << 20).0).unwrap()
}

/// Checks that two values have the same structure and repeat the same strings.
fn same(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            before.len() == after.len()
                && before
                    .iter()
                    .zip(after)
                    .all(|((a, x), (b, y))| a == b && same(x, y))
        }
        (Value::Array(before), Value::Array(after)) => {
            before.len() == after.len() && before.iter().zip(after).all(|(a, b)| same(a, b))
        }
        (Value::String(_), Value::String(_)) => true,
        (before, after) => before == after,
    }
}

const RECORD: &str = r#"{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLEEXAMPLE12:bob@corp.com","arn":"arn:aws:sts::111122223333:assumed-role/OpsTeam/bob@corp.com","accountId":"111122223333","accessKeyId":"ASIAEXAMPLEEXAMPLE12","sessionContext":{"sessionIssuer":{"type":"Role","userName":"OpsTeam"}}},"eventTime":"2024-06-10T01:11:06Z","eventSource":"iam.amazonaws.com","eventName":"CreateUser","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.77","userAgent":"aws-cli/2.15.0 md/Botocore#1.34.0 Chrome/120.0.0.0 OpsTeam","errorMessage":"User: arn:aws:sts::111122223333:assumed-role/OpsTeam/bob@corp.com is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::111122223333:user/zoe","requestParameters":{"userName":"zoe","policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Principal\":{\"AWS\":[\"111122223333\",\"arn:aws:iam::444455556666:role\/OpsTeam\"]},\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":\"203.0.113.0\/24\"}}}]}","assumeRolePolicyDocument":"%7B%22AWS%22%3A%22arn%3Aaws%3Aiam%3A%3A111122223333%3Auser%2Fzoe%22%7D","managed":"arn:aws:iam::aws:policy/ReadOnlyAccess","elb":"arn:aws:iam::127311923021:root"},"responseElements":null,"requestID":"0a1b2c3d-0000-4000-8000-0123456789ab","eventID":"0a1b2c3d-0000-4000-8000-0123456789ac","recipientAccountId":"111122223333"}"#;

/// The record in the output of `lookup-events`.
fn envelope() -> String {
    let record = serde_json::to_string(RECORD).unwrap();
    format!(
        "{{\n    \"Events\": [\n        {{\n            \"EventId\": \"0a1b2c3d-0000-4000-8000-0123456789ac\",\n            \
         \"Username\": \"bob@corp.com\",\n            \"Resources\": [{{\"ResourceName\": \"zoe\", \
         \"ResourceType\": \"AWS::IAM::User\"}}],\n            \"CloudTrailEvent\": {record}\n        }}\n    ]\n}}\n"
    )
}

const GONE: [&str; 9] = [
    "111122223333",
    "444455556666",
    "EXAMPLEEXAMPLE12",
    "bob",
    "corp.com",
    "OpsTeam",
    "203.0.113",
    "zoe",
    "Opsteam",
];

#[test]
fn a_record_loses_its_values_and_keeps_its_shape() {
    for text in [RECORD.to_owned(), envelope()] {
        let safe = redacted(&text);
        for gone in GONE {
            assert!(!safe.contains(gone), "{gone}: {safe}");
        }
        for kept in [
            "2012-10-17",
            "iam.amazonaws.com",
            "CreateUser",
            "eu-west-1",
            "Chrome/120.0.0.0",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "127311923021",
            "0a1b2c3d-0000-4000-8000-0123456789ab",
            "%7B%22AWS%22%3A%22arn%3Aaws%3Aiam%3A%3A",
            "/24",
        ] {
            assert!(safe.contains(kept), "{kept}: {safe}");
        }
        let (before, after): (Value, Value) = (
            serde_json::from_str(&text).unwrap(),
            serde_json::from_str(&safe).unwrap(),
        );
        assert!(same(&before, &after));
        assert!(
            !safe.contains("\\/OpsTeam")
                && safe.matches("\\/").count() == text.matches("\\/").count()
        );
    }
    let safe: Value = serde_json::from_str(&redacted(&envelope())).unwrap();
    let event = &safe["Events"][0];
    let record: Value = serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap();
    let session = event["Username"].as_str().unwrap();
    let identity = &record["userIdentity"];
    assert!(identity["arn"].as_str().unwrap().ends_with(session));
    assert!(identity["principalId"].as_str().unwrap().ends_with(session));
    assert_eq!(
        event["Resources"][0]["ResourceName"],
        record["requestParameters"]["userName"]
    );
    let policy = record["requestParameters"]["policyDocument"]
        .as_str()
        .unwrap();
    assert!(serde_json::from_str::<Value>(policy).is_ok());
}

#[test]
fn optional_kinds_are_replaced_on_request() {
    let text = r#"{"requestID":"0a1b2c3d-0000-4000-8000-0123456789ab","requestParameters":{"bucketName":"my-bucket","key":"a/b/my-bucket"},"resources":[{"ARN":"arn:aws:s3:::my-bucket"}]}"#;
    assert_eq!(redacted(text), text);
    let safe = String::from_utf8(redacted_by(text.as_bytes(), ALL, 1 << 20).0).unwrap();
    assert!(
        !safe.contains("my-bucket") && !safe.contains("0a1b2c3d"),
        "{safe}"
    );
    let value: Value = serde_json::from_str(&safe).unwrap();
    let bucket = value["requestParameters"]["bucketName"].as_str().unwrap();
    assert_eq!(
        value["resources"][0]["ARN"],
        format!("arn:aws:s3:::{bucket}")
    );
    assert!(
        value["requestParameters"]["key"]
            .as_str()
            .unwrap()
            .ends_with(bucket)
    );
}

#[test]
fn long_names_are_replaced_in_text_unless_they_are_words_of_cloudtrail() {
    let text = r#"{"eventName":"GetObject","items":[{"userName":"alices"},{"userName":"bob"},{"userName":"GetObject"},{"userName":"eventName"}],"message":"alices and bob and alices2 and GetObject and eventName"}"#;
    let safe = redacted(text);
    assert!(
        safe.contains("and bob and alices2 and GetObject and eventName"),
        "{safe}"
    );
    assert!(
        !safe.contains("alices and") && safe.matches("GetObject").count() == 2,
        "{safe}"
    );
    let mut collector = ValueCollector::new(RedactOptions::default(), LONGEST);
    collector.push(text.as_bytes(), true).unwrap();
    let values = collector.finish();
    let names: Vec<&[u8]> = values
        .not_searched()
        .into_iter()
        .map(|(_, name)| name)
        .collect();
    assert_eq!(names, [&b"GetObject"[..], b"bob", b"eventName"]);
}

#[test]
fn every_escape_keeps_its_spelling() {
    let text = r#"{"userName":"j\u00fcrgen.\u4e16\u754c","x":"j\u00fcrgen.\u4e16\u754c/jürgen.世界","y":"{\"z\":\"j\\u00fcrgen.世界 \\\"q\\\"\"}","m":"see {\"a\": \"j\\u00fcrgen.\\u4e16\\u754c\"}","u":"https:\/\/x?u=j%C3%BCrgen.%E4%B8%96%E7%95%8C&v=%2F"}"#;
    let safe = redacted(text);
    let value: Value = serde_json::from_str(&safe).unwrap();
    let name = value["userName"].as_str().unwrap();
    assert!(
        name.is_ascii() && name.len() == 9 && name.as_bytes()[6] == b'.',
        "{safe}"
    );
    assert_eq!(value["x"], format!("{name}/{name}"));
    assert_eq!(value["y"], format!("{{\"z\":\"{name} \\\"q\\\"\"}}"));
    assert_eq!(value["m"], format!("see {{\"a\": \"{name}\"}}"));
    assert_eq!(value["u"], format!("https://x?u={name}&v=%2F"));
    assert!(safe.contains(r"https:\/\/x?u="), "{safe}");
}

#[test]
fn damaged_text_and_text_between_events_is_searched() {
    let envelope = envelope();
    let around = "An error occurred (AccessDenied): User: arn:aws:iam::111122223333:user/zoe is 203.0.113.77\n";
    for cut in (0..envelope.len()).step_by(7) {
        let (front, after) = envelope.split_at(cut);
        // After a cut inside of an escape, its last letters and digits belong to the word that follows.
        if front.ends_with('%') || front[..cut.saturating_sub(1)].ends_with('%') {
            continue;
        }
        for text in [
            format!("{envelope}{around}{front}"),
            format!("{after}{around}{envelope}"),
            format!("{envelope}{front}\n{after}"),
        ] {
            let safe = redacted(&text);
            for gone in [
                "111122223333",
                "ASIAEXAMPLEEXAMPLE12",
                "203.0.113.77",
                "OpsTeam",
                "bob@corp.com",
            ] {
                assert!(!safe.contains(gone), "cut at {cut}: {gone}: {safe}");
            }
        }
    }
}

#[test]
fn secrets_messages_and_keys_are_replaced() {
    let pem =
        "-----BEGIN RSA PRIVATE KEY-----\\nMIIEabc/123+x==\\nQUJD\\n-----END RSA PRIVATE KEY-----";
    let text = format!(
        r#"{{"responseElements":{{"credentials":{{"sessionToken":"IQoJb3JpZ2luX2VjEJr//abc+12=="}},"key":"{pem}"}},"requestParameters":{{"masterUserPassword":"hunter2!","password":"***","secretString":"{{\"port\":5432,\"host\":\"db1\"}}"}},"errorMessage":"Encoded authorization failure message: aBc_dEf-0123456789-xyz hunter2! db.internal.corp","tlsDetails":{{"clientProvidedHostHeader":"db.internal.corp"}},"h":"my-lb.eu-west-1.elb.amazonaws.com"}}"#
    );
    let safe = redacted(&text);
    for gone in [
        "IQoJ", "MIIE", "QUJD", "hunter2", "db1", "5432", "aBc_dEf", "internal", "my-lb",
    ] {
        assert!(!safe.contains(gone), "{gone}: {safe}");
    }
    for kept in [
        "***",
        "BEGIN RSA PRIVATE KEY-----\\n",
        ".eu-west-1.elb.amazonaws.com",
        ".example",
    ] {
        assert!(safe.contains(kept), "{kept}: {safe}");
    }
}

#[test]
fn the_size_of_pieces_does_not_matter() {
    let text = format!("{}\n{RECORD}\n{}", envelope(), envelope()).into_bytes();
    let whole = redacted_by(&text, ALL, text.len()).0;
    for size in [1, 7, 1000] {
        assert!(redacted_by(&text, ALL, size).0 == whole, "{size}");
    }
}

#[test]
fn a_pseudonym_never_occurs_in_the_input() {
    let name = r#"{"userName":"kimberly","s":"ci-4711","requestParameters":{"roleName":"ab"}}"#;
    let (_, first) = redacted_by(name.as_bytes(), RedactOptions::default(), 1000);
    let used: Vec<String> = first
        .sorted()
        .iter()
        .map(|(_, _, text)| String::from_utf8_lossy(text).into_owned())
        .collect();
    let text = format!("{name}{{\"free\":\"{} {}\"}}", used[0], used[1]);
    let (safe, second) = redacted_by(text.as_bytes(), RedactOptions::default(), 1000);
    for (_, value, pseudonym) in second.sorted() {
        let pseudonym = String::from_utf8_lossy(pseudonym);
        assert!(!used.contains(&pseudonym.into_owned()), "{value:?}");
    }
    assert!(String::from_utf8_lossy(&safe).ends_with(&format!("{} {}\"}}", used[0], used[1])));
}

#[test]
fn verify_finds_a_value_in_every_spelling() {
    let (safe, pseudonyms) = redacted_by(envelope().as_bytes(), RedactOptions::default(), 1 << 20);
    let safe = String::from_utf8(safe).unwrap();
    for planted in [
        "111122223333",
        "1111-2222-3333",
        "OpsTeam",
        "\\u004fpsTeam",
        "\\\\u004fpsTeam",
        "x\\\\\\\"OpsTeam",
        "%4FpsTeam",
        "bob@corp.com",
        "bob%40corp.com",
        "203.0.113.77",
        "ASIAEXAMPLEEXAMPLE12",
        "arn:aws:iam::999999999999:user/zoe",
    ] {
        let text = format!("{safe}{{\"planted\": \"{planted}\"}}");
        let (count, survivors) = verified(text.as_bytes(), &pseudonyms, RedactOptions::default());
        assert!(count > 0, "{planted}");
        assert!(survivors[0].at > safe.len() as u64, "{planted}");
        let text = format!("{planted}\n{safe}");
        let (count, survivors) = verified(text.as_bytes(), &pseudonyms, RedactOptions::default());
        assert!(count > 0, "{planted} before");
        assert!(survivors[0].at <= 32, "{planted} before");
    }
    let text = format!("{safe} zoe xOpsTeam 111122223333abcdef 1111222233334");
    assert_eq!(
        verified(text.as_bytes(), &pseudonyms, RedactOptions::default()).0,
        0
    );
}

#[test]
fn names_in_columns_of_text_output_are_replaced() {
    let text = format!(
        "EVENTS\tASIAEXAMPLEEXAMPLE12\t{RECORD}\t0a1b\tCreateUser\tiam.amazonaws.com\t1560042666.0\ttrue\tzoe\nRESOURCES\tzoe\tAWS::IAM::User\n"
    );
    let safe = redacted(&text);
    assert!(
        !safe.contains("zoe") && safe.contains("\nRESOURCES\t"),
        "{safe}"
    );
    assert_eq!(safe.matches('\t').count(), text.matches('\t').count());
}

#[test]
fn hostile_text_is_read_in_linear_time() {
    let deep = "[".repeat(100_000) + "{\"userName\":\"mallory1\"}";
    assert!(!redacted(&deep).contains("mallory1"));
    let mut nested = "{\"userName\":\"mallory1\"}".to_owned();
    for _ in 0..6 {
        nested = format!("{{\"a\":{}}}", serde_json::to_string(&nested).unwrap());
    }
    assert!(!redacted(&nested).contains("mallory1"));
    let junk: Vec<u8> = (0..=255).cycle().take(5000).collect();
    assert_eq!(redacted_by(&junk, ALL, 100).0, junk);
    // Each of these took hours when every offset was searched again.
    for part in [
        ":",
        "1:",
        "amazonaws.com.",
        "arn:aws:",
        "arn:aws:iam::111122223333:user/x,",
        "-----BEGIN ",
        "-----BEGIN X-----",
        "ignature=",
        "eyJ",
        "a@",
        "1.",
        "-",
        "a-",
        "%25",
        "\\",
        "\\\\\"",
        "[",
        "{\"a\":",
        "EVENTS\t",
        "password=",
        "password:",
        "password='",
        "--password ",
        "123456789012a",
        "123456789012 ",
        "id=",
        "\u{e9}@",
    ] {
        redacted_by(part.repeat(30_000).as_bytes(), ALL, 1 << 20);
    }
    let quotes = "\"\\\"".repeat(3000) + "\"userName\":\"mallory1\"";
    redacted(&quotes);
}

#[test]
fn a_subject_of_an_identity_provider_keeps_its_form() {
    let text = r#"{"userIdentity":{"type":"WebIdentityUser","principalId":"token.actions.githubusercontent.com:sts.amazonaws.com:repo:octo-org/widget:ref:refs/heads/main-line","userName":"repo:octo-org/widget:ref:refs/heads/main-line"}}"#;
    let value: Value = serde_json::from_str(&redacted(text)).unwrap();
    let identity = &value["userIdentity"];
    let name = identity["userName"].as_str().unwrap();
    assert!(
        name.starts_with("repo:") && name.contains(":ref:refs/heads/"),
        "{name}"
    );
    assert!(!name.contains("octo") && !name.contains("widget") && !name.contains("main"));
    let expected = format!("token.actions.githubusercontent.com:sts.amazonaws.com:{name}");
    assert_eq!(identity["principalId"], expected);
}

#[test]
fn a_name_with_spaces_is_one_name() {
    let text = r#"{"arn":"arn:aws:iam::111122223333:user/Ann Lee","userName":"Ann Lee","errorMessage":"User: arn:aws:iam::111122223333:user/Ann Lee is not authorized"}"#;
    let value: Value = serde_json::from_str(&redacted(text)).unwrap();
    let name = value["userName"].as_str().unwrap();
    assert_eq!((name.len(), name.find(' ')), (7, Some(3)));
    assert!(
        value["arn"]
            .as_str()
            .unwrap()
            .ends_with(&format!("user/{name}"))
    );
    let message = value["errorMessage"].as_str().unwrap();
    assert!(
        message.ends_with(&format!("user/{name} is not authorized")),
        "{message}"
    );
}

#[test]
fn an_account_id_may_be_a_number() {
    let text = r#"{"accountId": 111122223333, "owner":"111122223333", "x": [111122223333, 1111222233334], "y": "1111-2222-3333"}"#;
    let value: Value = serde_json::from_str(&redacted(text)).unwrap();
    let account = value["accountId"].as_u64().unwrap();
    assert!(account != 111_122_223_333 && account.to_string().len() == 12);
    assert_eq!(value["owner"], account.to_string());
    assert_eq!(
        value["x"],
        serde_json::json!([account, 1_111_222_233_334_u64])
    );
    assert_eq!(
        value["y"].as_str().unwrap().replace('-', ""),
        account.to_string()
    );
}

#[test]
fn masked_values_stay() {
    let text = r#"{"accessKeyId":"AKIA****************","principalId":"AROA****************","password":"****"}"#;
    assert_eq!(redacted(text), text);
}

#[test]
fn a_secret_that_is_cut_off_does_not_extend_into_the_next_event() {
    let event =
        r#"{"eventVersion": "1.08", "eventName": "DescribeInstances", "eventType": "AwsApiCall"}"#;
    let text = format!("{{\"secretString\": {{\"a\": \"xyzxyz12\n{event}\n{event}\n");
    let safe = redacted(&text);
    assert!(
        !safe.contains("xyzxyz12") && safe.ends_with(&format!("\n{event}\n{event}\n")),
        "{safe}"
    );
}

#[test]
fn accounts_and_addresses_in_text_alone_are_replaced() {
    let text = r#"{"eventID": "0a1b2c3d-1111-4000-8000-012345678901", "errorMessage": "Account 444455556666: IPv6:2600:1f18::a, 10.9.8.1-10.9.8.7", "targetId": "777788889999", "name": "db.acme-corp.com.", "bytes": 123123123123}"#;
    let safe = redacted(text);
    for value in [
        "444455556666",
        "2600:1f18::a",
        "10.9.8.7",
        "777788889999",
        "acme-corp",
    ] {
        assert!(!safe.contains(value), "{value} in {safe}");
    }
    for value in ["0a1b2c3d-1111-4000-8000-012345678901", "123123123123"] {
        assert!(safe.contains(value), "{value} not in {safe}");
    }
}
