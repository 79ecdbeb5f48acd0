//! Calls that change something and succeed.

use super::{ACCOUNT, Call, Json, Kind, Scene, list, number, object};

pub const ALL: [Kind; 19] = [
    create_bucket,
    put_bucket_policy,
    create_user,
    create_access_key,
    put_role_policy,
    update_stack,
    run_instances,
    run_instances_by_service,
    authorize_ingress,
    terminate_instances,
    send_command,
    update_function,
    create_table,
    modify_db,
    create_log_stream,
    rotate_key,
    console_login,
    switch_role,
    register_task,
];

fn create_bucket(scene: &mut Scene) -> Call {
    let location = object([
        ("LocationConstraint", "ap-northeast-1".into()),
        ("xmlns", "http://s3.amazonaws.com/doc/2006-03-01/".into()),
    ]);
    Call::new("s3", "CreateBucket", false, &scene.cast.users[1])
        .request([
            ("bucketName", "münchen-ログ".into()),
            ("CreateBucketConfiguration", location),
        ])
        .touching("AWS::S3::Bucket", "münchen-ログ")
}

fn put_bucket_policy(scene: &mut Scene) -> Call {
    let statement = object([
        ("Effect", "Deny".into()),
        ("Principal", "*".into()),
        ("Action", "s3:*".into()),
        (
            "Resource",
            list(["arn:aws:s3:::example-logs", "arn:aws:s3:::example-logs/*"]),
        ),
        (
            "Condition",
            object([("Bool", object([("aws:SecureTransport", "false".into())]))]),
        ),
    ]);
    Call::new("s3", "PutBucketPolicy", false, &scene.role())
        .request([
            ("bucketName", "example-logs".into()),
            (
                "bucketPolicy",
                object([
                    ("Version", "2012-10-17".into()),
                    ("Statement", list([statement])),
                ]),
            ),
            ("policy", "".into()),
        ])
        .touching("AWS::S3::Bucket", "example-logs")
}

fn create_user(scene: &mut Scene) -> Call {
    let name = "naïve-user";
    let user = object([
        ("path", "/".into()),
        ("userName", name.into()),
        ("userId", scene.rng.id("AIDA").into()),
        ("arn", format!("arn:aws:iam::{ACCOUNT}:user/{name}").into()),
        ("createDate", "Jun 10, 2024, 1:11:06 AM".into()),
    ]);
    Call::new("iam", "CreateUser", false, &scene.user())
        .request([
            ("userName", name.into()),
            (
                "tags",
                list([object([("key", "Größe".into()), ("value", "🚀".into())])]),
            ),
        ])
        .response([("user", user)])
        .touching("AWS::IAM::User", name)
        .escaped()
}

fn create_access_key(scene: &mut Scene) -> Call {
    let key = scene.rng.id("AKIA");
    let made = object([
        ("userName", "alice".into()),
        ("accessKeyId", (&key).into()),
        ("status", "Active".into()),
        ("createDate", "Jun 10, 2024, 1:11:06 AM".into()),
    ]);
    Call::new("iam", "CreateAccessKey", false, &scene.cast.root)
        .request([("userName", "alice".into())])
        .response([("accessKey", made)])
        .touching("AWS::IAM::AccessKey", key)
        .touching("AWS::IAM::User", "alice")
}

fn put_role_policy(scene: &mut Scene) -> Call {
    Call::new("iam", "PutRolePolicy", false, &scene.user())
        .request([
            ("roleName", "Deploy".into()),
            ("policyName", "inline".into()),
            ("policyDocument", "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3A%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D".into()),
        ])
        .touching("AWS::IAM::Policy", "inline")
        .touching("AWS::IAM::Role", "Deploy")
}

fn update_stack(scene: &mut Scene) -> Call {
    let id = format!(
        "arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/web/{}",
        scene.rng.uuid()
    );
    Call::new("cloudformation", "UpdateStack", false, &scene.role())
        .request([
            ("stackName", "web".into()),
            ("templateBody", "Resources:\n  Topic:\n\tType: \"AWS::SNS::Topic\"\r\n  path: C:\\temp\\new\\u0041\\\\srv\n".into()),
            ("parameters", list([object([("parameterKey", "Env".into()), ("parameterValue", "****".into())])])),
        ])
        .response([("stackId", (&id).into())])
        .touching("AWS::CloudFormation::Stack", "web")
        .touching("AWS::CloudFormation::Stack", id)
}

fn instance(scene: &mut Scene) -> (Json, String) {
    let id = scene.rng.hex("i-0", 16);
    let state = object([("code", 0.into()), ("name", "pending".into())]);
    let groups = object([(
        "items",
        list([object([
            ("groupId", scene.rng.hex("sg-0", 16).into()),
            ("groupName", "web".into()),
        ])]),
    )]);
    let item = object([
        ("instanceId", (&id).into()),
        ("imageId", "ami-0abcdef1234567890".into()),
        ("instanceState", state),
        ("privateDnsName", "ip-192-0-2-17.ec2.internal".into()),
        ("amiLaunchIndex", 0.into()),
        ("instanceType", "t3.micro".into()),
        ("launchTime", 1_717_977_600_000.into()),
        ("monitoring", object([("state", "disabled".into())])),
        (
            "networkInterfaceSet",
            object([(
                "items",
                list([object([
                    ("groupSet", groups),
                    ("sourceDestCheck", true.into()),
                ])]),
            )]),
        ),
        (
            "tagSet",
            object([(
                "items",
                list([object([
                    ("key", "Name".into()),
                    ("value", "web \u{1f680} naïve".into()),
                ])]),
            )]),
        ),
        ("enclaveOptions", object([("enabled", false.into())])),
    ]);
    (item, id)
}

fn run_instances(scene: &mut Scene) -> Call {
    let actor = scene.role();
    run_instances_as(scene, &actor)
}

fn run_instances_by_service(scene: &mut Scene) -> Call {
    let actor = scene.cast.service.clone();
    run_instances_as(scene, &actor)
}

fn run_instances_as(scene: &mut Scene, actor: &super::super::Actor) -> Call {
    let ((first, first_id), (second, second_id)) = (instance(scene), instance(scene));
    let asked = object([
        ("imageId", "ami-0abcdef1234567890".into()),
        ("minCount", 1.into()),
        ("maxCount", 2.into()),
    ]);
    Call::new("ec2", "RunInstances", false, actor)
        .request([
            ("instancesSet", object([("items", list([asked]))])),
            ("userData", "<sensitiveDataRemoved>".into()),
            ("clientToken", scene.rng.uuid().into()),
        ])
        .response([
            ("requestId", scene.rng.uuid().into()),
            ("reservationId", scene.rng.hex("r-0", 16).into()),
            ("instancesSet", object([("items", list([first, second]))])),
        ])
        .touching("AWS::EC2::Ami", "ami-0abcdef1234567890")
        .touching("AWS::EC2::Instance", first_id)
        .touching("AWS::EC2::Instance", second_id)
}

fn authorize_ingress(scene: &mut Scene) -> Call {
    let ranges = object([(
        "items",
        list([object([
            ("cidrIp", "0.0.0.0/0".into()),
            ("description", "open\tto all".into()),
        ])]),
    )]);
    let permission = object([
        ("ipProtocol", "tcp".into()),
        ("fromPort", 22.into()),
        ("toPort", 22.into()),
        ("ipRanges", ranges),
    ]);
    let group = scene.rng.hex("sg-0", 16);
    Call::new("ec2", "AuthorizeSecurityGroupIngress", false, &scene.user())
        .request([
            ("groupId", (&group).into()),
            ("ipPermissions", object([("items", list([permission]))])),
        ])
        .response([("_return", true.into())])
        .touching("AWS::EC2::SecurityGroup", group)
}

fn terminate_instances(scene: &mut Scene) -> Call {
    let id = scene.rng.hex("i-0", 16);
    Call::new("ec2", "TerminateInstances", false, &scene.anyone())
        .request([(
            "instancesSet",
            object([("items", list([object([("instanceId", (&id).into())])]))]),
        )])
        .touching("AWS::EC2::Instance", id)
        .with("sessionCredentialFromConsole", "true")
}

fn send_command(scene: &mut Scene) -> Call {
    let script = list([
        "#!/bin/bash",
        "echo \"it's \\\"quoted\\\"\" | sed 's/\\t/\\\\/g'",
        "printf 'a\tb\\n' > /tmp/_",
        "",
    ]);
    Call::new("ssm", "SendCommand", false, &scene.role())
        .request([
            ("documentName", "AWS-RunShellScript".into()),
            ("parameters", object([("commands", script)])),
            ("interactive", false.into()),
        ])
        .response([(
            "command",
            object([
                ("requestedDateTime", "Jun 10, 2024, 1:11:06 AM".into()),
                ("timeoutSeconds", 3_600.into()),
            ]),
        )])
}

fn update_function(scene: &mut Scene) -> Call {
    Call::new(
        "lambda",
        "UpdateFunctionCode20150331v2",
        false,
        &scene.role(),
    )
    .request([
        ("functionName", "注文処理".into()),
        ("publish", true.into()),
        ("dryRun", false.into()),
    ])
    .response([
        ("functionName", "注文処理".into()),
        ("codeSize", 12_884_901_888.into()),
        ("timeout", 3.into()),
        ("version", "7".into()),
    ])
    .touching("AWS::Lambda::Function", "注文処理")
    .escaped()
}

fn create_table(scene: &mut Scene) -> Call {
    let throughput = object([
        ("readCapacityUnits", number("5.0")),
        ("writeCapacityUnits", number("5")),
    ]);
    Call::new("dynamodb", "CreateTable", false, &scene.anyone())
        .request([
            ("tableName", "orders".into()),
            ("provisionedThroughput", throughput),
            (
                "keySchema",
                list([object([
                    ("attributeName", "id".into()),
                    ("keyType", "HASH".into()),
                ])]),
            ),
        ])
        .response([(
            "tableDescription",
            object([
                ("creationDateTime", number("1.688560107857E9")),
                ("itemCount", 0.into()),
                ("tableSizeBytes", number("0.0")),
            ]),
        )])
        .touching("AWS::DynamoDB::Table", "orders")
}

fn modify_db(scene: &mut Scene) -> Call {
    Call::new("rds", "ModifyDBInstance", false, &scene.user())
        .request([
            ("dBInstanceIdentifier", "prod-db".into()),
            ("masterUserPassword", "****".into()),
            ("applyImmediately", true.into()),
            ("allocatedStorage", 100.into()),
        ])
        .touching("AWS::RDS::DBInstance", "prod-db")
}

fn create_log_stream(scene: &mut Scene) -> Call {
    Call::new("logs", "CreateLogStream", false, &scene.role())
        .request([
            ("logGroupName", "/aws/lambda/注文処理".into()),
            (
                "logStreamName",
                "2024/06/10/[$LATEST]0123456789abcdef".into(),
            ),
        ])
        .with("apiVersion", "20140328")
}

/// A service's own event: no request, no caller with a type.
fn rotate_key(scene: &mut Scene) -> Call {
    let id = scene.rng.uuid();
    let arn = format!("arn:aws:kms:us-east-1:{ACCOUNT}:key/{id}");
    let resource = object([
        ("ARN", (&arn).into()),
        ("accountId", ACCOUNT.into()),
        ("type", "AWS::KMS::Key".into()),
    ]);
    Call::new("kms", "RotateKey", false, &scene.cast.internal)
        .touching("AWS::KMS::Key", arn)
        .with("eventType", "AwsServiceEvent")
        .with("resources", list([resource]))
        .with(
            "serviceEventDetails",
            object([("keyId", id.into()), ("rotationType", "AUTOMATIC".into())]),
        )
}

fn console_login(scene: &mut Scene) -> Call {
    Call::new("signin", "ConsoleLogin", false, &scene.cast.users[2])
        .response([("ConsoleLogin", "Success".into())])
        .without("requestID")
        .with("eventType", "AwsConsoleSignIn")
        .with(
            "additionalEventData",
            object([
                (
                    "LoginTo",
                    "https://console.aws.amazon.com/console/home?state=hashArgs%23&isauthcode=true"
                        .into(),
                ),
                ("MobileVersion", "No".into()),
                ("MFAUsed", "Yes".into()),
            ]),
        )
}

fn switch_role(scene: &mut Scene) -> Call {
    Call::new("signin", "SwitchRole", false, &scene.cast.roles[1])
        .response([("SwitchRole", "Success".into())])
        .without("requestID")
        .with("eventType", "AwsConsoleSignIn")
        .with(
            "additionalEventData",
            object([
                (
                    "SwitchFrom",
                    format!("arn:aws:iam::{ACCOUNT}:user/bob").into(),
                ),
                (
                    "RedirectTo",
                    "https://eu-central-1.console.aws.amazon.com/".into(),
                ),
            ]),
        )
}

/// Ten levels below the record.
fn register_task(scene: &mut Scene) -> Call {
    let mut inner = object([("leaf", "unten".into())]);
    for level in [
        "efs",
        "authorizationConfig",
        "options",
        "volumes",
        "mountPoints",
        "definition",
    ] {
        inner = list([object([(level, inner)])]);
    }
    Call::new("ecs", "RegisterTaskDefinition", false, &scene.role())
        .request([
            ("family", "web".into()),
            ("cpu", "256".into()),
            ("containerDefinitions", inner),
        ])
        .touching("AWS::ECS::TaskDefinition", "web:7")
}
