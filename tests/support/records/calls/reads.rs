//! Successful calls that read, and calls that issue sessions.

use super::{ACCOUNT, Call, Json, Kind, OTHER_ACCOUNT, Scene, iso, list, number, object, plain};

pub const ALL: [Kind; 21] = [
    plain,
    describe_volumes,
    list_buckets,
    bucket_policy,
    list_users,
    decrypt,
    caller_identity,
    assume_role_by_service,
    assume_role_from_outside,
    assume_role_with_saml,
    assume_role_with_web_identity,
    session_token,
    federation_token,
    list_functions,
    lookup_events,
    log_streams,
    secret_value,
    db_instances,
    organization,
    parameters,
    describe_table,
];

fn describe_volumes(scene: &mut Scene) -> Call {
    let filter = object([
        ("name", "tag:Umgebung".into()),
        (
            "valueSet",
            object([("items", list([object([("value", "Größe \"XL\"".into())])]))]),
        ),
    ]);
    Call::new("ec2", "DescribeVolumes", true, &scene.role()).request([
        ("maxResults", 1_000.into()),
        ("volumeSet", object([])),
        ("filterSet", object([("items", list([filter]))])),
    ])
}

fn list_buckets(scene: &mut Scene) -> Call {
    let extra = object([
        ("SignatureVersion", "SigV4".into()),
        ("CipherSuite", "TLS_AES_128_GCM_SHA256".into()),
        ("bytesTransferredIn", number("0.0")),
        ("AuthenticationMethod", "AuthHeader".into()),
        ("x-amz-id-2", "Zx8/EXAMPLE+abc=".into()),
        ("bytesTransferredOut", number("1482.0")),
    ]);
    Call::new("s3", "ListBuckets", true, &scene.cast.federated)
        .request([("Host", "s3.amazonaws.com".into())])
        .with("additionalEventData", extra)
        .with("vpcEndpointId", scene.rng.hex("vpce-0", 16))
}

fn bucket_policy(scene: &mut Scene) -> Call {
    let actor = scene.anyone();
    let resource = object([
        ("accountId", ACCOUNT.into()),
        ("type", "AWS::S3::Bucket".into()),
        ("ARN", "arn:aws:s3:::example-logs".into()),
    ]);
    Call::new("s3", "GetBucketPolicy", true, &actor)
        .request([
            ("bucketName", "example-logs".into()),
            ("Host", "example-logs.s3.eu-central-1.amazonaws.com".into()),
            ("policy", "".into()),
        ])
        .touching("AWS::S3::Bucket", "example-logs")
        .with(
            "sourceIPAddress",
            format!("2001:db8::{:x}", 1 + scene.rng.below(0xfffe)),
        )
        .with("resources", list([resource]))
}

fn list_users(scene: &mut Scene) -> Call {
    Call::new("iam", "ListUsers", true, &scene.anyone()).request([("maxItems", 1_000.into())])
}

fn decrypt(scene: &mut Scene) -> Call {
    let key = format!("arn:aws:kms:us-east-1:{ACCOUNT}:key/{}", scene.rng.uuid());
    let context = object([
        (
            "aws:s3:arn",
            "arn:aws:s3:::example-logs/2024/06/10.gz".into(),
        ),
        ("a.b", "dotted".into()),
        ("", "empty name".into()),
    ]);
    let resource = |arn: &str, kind: &str| {
        object([
            ("accountId", ACCOUNT.into()),
            ("type", kind.into()),
            ("ARN", arn.into()),
        ])
    };
    Call::new("kms", "Decrypt", true, &scene.role())
        .request([
            ("encryptionContext", context),
            ("encryptionAlgorithm", "SYMMETRIC_DEFAULT".into()),
        ])
        .touching("AWS::KMS::Key", &key)
        .with(
            "resources",
            list([
                resource(&key, "AWS::KMS::Key"),
                resource("arn:aws:s3:::example-logs", "AWS::S3::Bucket"),
            ]),
        )
}

fn caller_identity(scene: &mut Scene) -> Call {
    Call::new("sts", "GetCallerIdentity", true, &scene.anyone())
}

fn credentials(scene: &mut Scene) -> (Json, String) {
    let key = scene.rng.id("ASIA");
    let credentials = object([
        ("accessKeyId", (&key).into()),
        (
            "sessionToken",
            "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJ=".into(),
        ),
        ("expiration", "Jun 10, 2024, 2:11:06 AM".into()),
    ]);
    (credentials, key)
}

fn assume(scene: &mut Scene, call: Call, role: &str, session: &str) -> Call {
    let (credentials, key) = credentials(scene);
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/{role}");
    let session_arn = format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}");
    let session_id = format!("{}:{session}", scene.rng.id("AROA"));
    let assumed = object([
        ("assumedRoleId", (&session_id).into()),
        ("arn", (&session_arn).into()),
    ]);
    call.request([
        ("roleArn", (&arn).into()),
        ("roleSessionName", session.into()),
        ("durationSeconds", 3_600.into()),
    ])
    .response([("credentials", credentials), ("assumedRoleUser", assumed)])
    .touching("AWS::IAM::AccessKey", key)
    .touching("AWS::STS::AssumedRole", session)
    .touching("AWS::STS::AssumedRole", session_id)
    .touching("AWS::STS::AssumedRole", session_arn)
    .touching("AWS::IAM::Role", arn)
}

fn assume_role_by_service(scene: &mut Scene) -> Call {
    let call = Call::new("sts", "AssumeRole", true, &scene.cast.service)
        .with("sharedEventID", scene.rng.uuid());
    assume(
        scene,
        call,
        "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
        "AutoScaling",
    )
}

fn assume_role_from_outside(scene: &mut Scene) -> Call {
    let resource = object([
        ("ARN", format!("arn:aws:iam::{ACCOUNT}:role/Audit").into()),
        ("accountId", ACCOUNT.into()),
        ("type", "AWS::IAM::Role".into()),
    ]);
    let call = Call::new("sts", "AssumeRole", true, &scene.cast.account)
        .with("resources", list([resource]))
        .with("sharedEventID", scene.rng.uuid());
    assume(scene, call, "Audit", "eve-from-outside")
}

fn assume_role_with_saml(scene: &mut Scene) -> Call {
    let call = Call::new("sts", "AssumeRoleWithSAML", true, &scene.cast.saml).escaped();
    let mut call = assume(scene, call, "Föderation", "carol@example.com");
    call.request.set("sAMLAssertionID", "_x<&>'\"é".into());
    call.request.set(
        "principalArn",
        format!("arn:aws:iam::{ACCOUNT}:saml-provider/OKTA").into(),
    );
    call
}

fn assume_role_with_web_identity(scene: &mut Scene) -> Call {
    let call = Call::new("sts", "AssumeRoleWithWebIdentity", true, &scene.cast.web);
    let mut call = assume(scene, call, "GitHubActions", "web");
    call.response.set("provider", "accounts.google.com".into());
    call
}

fn session_token(scene: &mut Scene) -> Call {
    let (credentials, key) = credentials(scene);
    Call::new("sts", "GetSessionToken", true, &scene.user())
        .request([(
            "serialNumber",
            format!("arn:aws:iam::{ACCOUNT}:mfa/alice").into(),
        )])
        .response([("credentials", credentials)])
        .touching("AWS::IAM::AccessKey", key)
}

fn federation_token(scene: &mut Scene) -> Call {
    let (credentials, key) = credentials(scene);
    Call::new("sts", "GetFederationToken", true, &scene.user())
        .request([
            ("name", "erin".into()),
            ("policy", "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}".into()),
        ])
        .response([("credentials", credentials), ("packedPolicySize", 3.into())])
        .touching("AWS::IAM::AccessKey", key)
}

fn list_functions(scene: &mut Scene) -> Call {
    Call::new("lambda", "ListFunctions20150331", true, &scene.role())
        .request([("maxItems", 50.into())])
}

fn lookup_events(scene: &mut Scene) -> Call {
    let attribute = object([
        ("attributeKey", "AccessKeyId".into()),
        (
            "attributeValue",
            scene.cast.users[0]
                .access_key
                .clone()
                .unwrap_or_default()
                .into(),
        ),
    ]);
    Call::new("cloudtrail", "LookupEvents", true, &scene.anyone()).request([
        ("lookupAttributes", list([attribute])),
        ("startTime", "Jun 9, 2024, 12:00:00 AM".into()),
        ("endTime", number("1.717977599E9")),
    ])
}

fn log_streams(scene: &mut Scene) -> Call {
    Call::new("logs", "DescribeLogStreams", true, &scene.role())
        .request([
            ("logGroupName", "/aws/lambda/注文処理".into()),
            ("orderBy", "LastEventTime".into()),
            ("descending", true.into()),
            ("limit", 1.into()),
        ])
        .escaped()
}

fn secret_value(scene: &mut Scene) -> Call {
    let arn = format!("arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:prod/db-AbCdEf");
    Call::new("secretsmanager", "GetSecretValue", true, &scene.role())
        .request([("secretId", (&arn).into())])
        .touching("AWS::SecretsManager::Secret", arn)
}

fn db_instances(scene: &mut Scene) -> Call {
    Call::new("rds", "DescribeDBInstances", true, &scene.anyone())
}

fn organization(scene: &mut Scene) -> Call {
    Call::new("organizations", "DescribeOrganization", true, &scene.role())
        .with("awsRegion", "us-east-1")
        .with("recipientAccountId", OTHER_ACCOUNT)
}

fn parameters(scene: &mut Scene) -> Call {
    Call::new("ssm", "GetParameters", true, &scene.role()).request([
        ("names", list(["/app/dev/url", "/app/dev/\u{1f510} key"])),
        ("withDecryption", true.into()),
    ])
}

fn describe_table(scene: &mut Scene) -> Call {
    let arn = format!("arn:aws:dynamodb:eu-central-1:{ACCOUNT}:table/orders");
    let resource = object([
        ("accountId", ACCOUNT.into()),
        ("type", "AWS::DynamoDB::Table".into()),
        ("ARN", (&arn).into()),
    ]);
    Call::new("dynamodb", "DescribeTable", true, &scene.anyone())
        .request([("tableName", "orders".into())])
        .touching("AWS::DynamoDB::Table", "orders")
        .with("resources", list([resource]))
        .with("eventTime", iso(scene.time).replace('Z', ".417Z"))
}
