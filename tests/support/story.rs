//! An example for reports: alice's key assumes a role and from there another, somebody signs in, calls are denied with
//! every error code that services use, a trail is stopped, a bucket is made public, and text is hostile.
//!
//! Times, ids and addresses are invented and always the same.

use serde_json::{Map, Value, json};

const ACCOUNT: &str = "123456789012";
const ALICE: &str = "AKIAALICEEXAMPLE0001";
const DEPLOY: &str = "ASIADEPLOYEXAMPLE001";
const ADMIN: &str = "ASIAADMINEXAMPLE0001";
const BOB: &str = "ASIABOBCONSOLE000001";
const ROUND: &str = "ASIAROUNDEXAMPLE0001";
const ABOUT: &str = "ASIAABOUTEXAMPLE0001";
const LOST: &str = "ASIALOSTBIRTH0000001";
pub const HOSTILE: &str =
    "</script><script>alert(1)</script>|[x](http://evil.example)`*_\u{1b}[31m\u{202e}=cmd()\"'";

/// Records, in the order in which they happened.
struct Story {
    records: Vec<Value>,
    minute: u64,
}

/// Sets members of an object.
fn with(base: Value, more: Value) -> Value {
    let (Value::Object(mut base), Value::Object(more)) = (base, more) else {
        panic!("two objects");
    };
    base.extend(more);
    Value::Object(base)
}

fn user(name: &str, key: &str) -> Value {
    json!({
        "type": "IAMUser", "principalId": format!("AIDA{}EXAMPLE", name.to_uppercase()),
        "arn": format!("arn:aws:iam::{ACCOUNT}:user/{name}"), "accountId": ACCOUNT,
        "accessKeyId": key, "userName": name,
    })
}

fn role(name: &str, session: &str, key: &str) -> Value {
    let id = format!("AROA{}EXAMPLE", name.to_uppercase());
    json!({
        "type": "AssumedRole", "principalId": format!("{id}:{session}"),
        "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{session}"), "accountId": ACCOUNT,
        "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {"type": "Role", "principalId": id,
                "arn": format!("arn:aws:iam::{ACCOUNT}:role/{name}"), "accountId": ACCOUNT, "userName": name},
            "attributes": {"creationDate": "2024-06-10T09:59:00Z", "mfaAuthenticated": "false"},
            "sourceIdentity": "alice@example.com",
        },
    })
}

impl Story {
    fn add(&mut self, minutes: u64, who: &Value, call: (&str, &str), more: Value) {
        self.minute += minutes;
        let number = self.records.len() + 1;
        let (day, hour, minute) = (
            10 + self.minute / 1440,
            self.minute / 60 % 24,
            self.minute % 60,
        );
        let (service, name) = call;
        let reads = ["Get", "List", "Describe", "Assume", "Decrypt"];
        let base = json!({
            "eventVersion": "1.09", "userIdentity": who,
            "eventTime": format!("2024-06-{day:02}T{hour:02}:{minute:02}:00Z"),
            "eventSource": format!("{service}.amazonaws.com"), "eventName": name,
            "awsRegion": "eu-central-1", "sourceIPAddress": "198.51.100.7",
            "userAgent": "aws-cli/2.15.0 Python/3.11.6 Linux/6.1 exe/x86_64",
            "requestParameters": null, "responseElements": null,
            "requestID": format!("00000000-0000-4000-9000-{number:012}"),
            "eventID": format!("00000000-0000-4000-8000-{number:012}"),
            "readOnly": reads.iter().any(|verb| name.starts_with(verb)),
            "eventType": "AwsApiCall", "managementEvent": true,
            "recipientAccountId": ACCOUNT, "eventCategory": "Management",
        });
        self.records.push(with(base, more));
    }

    fn assume(&mut self, minutes: u64, who: &Value, role: &str, session: &str, key: &str) {
        let arn = format!("arn:aws:iam::{ACCOUNT}:role/{role}");
        let more = json!({
            "requestParameters": {"roleArn": arn, "roleSessionName": session},
            "responseElements": {
                "credentials": {"accessKeyId": key, "expiration": "Jun 10, 2024, 11:02:00 AM"},
                "assumedRoleUser": {
                    "assumedRoleId": format!("AROA{}EXAMPLE:{session}", role.to_uppercase()),
                    "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}"),
                },
            },
        });
        self.add(minutes, who, ("sts", "AssumeRole"), more);
    }

    fn denied(&mut self, who: &Value, call: (&str, &str), code: &str, message: &str) {
        let more = json!({"errorCode": code, "errorMessage": message});
        self.add(1, who, call, more);
    }
}

/// Denied calls, with every error code.
fn refusals(story: &mut Story, who: &Value) {
    let arn = who["arn"].as_str().expect("an ARN").to_owned();
    let not = |action: &str, rest: &str| {
        format!("User: {arn} is not authorized to perform: {action} on resource: {rest}")
    };
    for (action, rest) in [
        (
            "iam:CreateUser",
            "arn:aws:iam::123456789012:user/eve because no identity-based policy allows the iam:CreateUser action",
        ),
        (
            "iam:DeleteRole",
            "arn:aws:iam::123456789012:role/Deploy because no permissions boundary allows the iam:DeleteRole action",
        ),
        (
            "iam:ListUsers",
            "* with an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/NoList",
        ),
        (
            "iam:PassRole",
            "arn:aws:iam::123456789012:role/Admin because no session policy allows the iam:PassRole action",
        ),
        ("iam:GetUser", "user mallory"),
    ] {
        let name = action.strip_prefix("iam:").expect("of IAM");
        story.denied(who, ("iam", name), "AccessDenied", &not(action, rest));
    }
    story.denied(
        who,
        ("organizations", "ListAccounts"),
        "AccessDeniedException",
        &not(
            "organizations:ListAccounts",
            "* with an explicit deny in a service control policy: arn:aws:organizations::111122223333:policy/o-example/service_control_policy/p-example1",
        ),
    );
    story.denied(
        who,
        ("secretsmanager", "GetSecretValue"),
        "AccessDeniedException",
        &not(
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/db-AbCdEf because no resource-based policy allows the secretsmanager:GetSecretValue action",
        ),
    );
    story.denied(
        who,
        ("s3", "GetBucketPolicy"),
        "AccessDenied",
        &not(
            "s3:GetBucketPolicy",
            "\"arn:aws:s3:::example-logs\" with an explicit deny in a resource control policy",
        ),
    );
    story.denied(
        who,
        ("dynamodb", "DescribeTable"),
        "AccessDeniedException",
        &not(
            "dynamodb:DescribeTable",
            "arn:aws:dynamodb:eu-central-1:123456789012:table/orders because no VPC endpoint policy allows the dynamodb:DescribeTable action",
        ),
    );
    story.denied(who, ("s3", "GetObject"), "AccessDenied", "Access Denied");
    story.denied(
        who,
        ("kms", "Decrypt"),
        "KMSAccessDeniedException",
        "The ciphertext refers to a key that you may not use",
    );
    for blob in ["4nKZ-first", "4nKZ-second"] {
        let message = format!(
            "You are not authorized to perform this operation. Encoded authorization failure message: {blob}"
        );
        story.denied(
            who,
            ("ec2", "StopInstances"),
            "Client.UnauthorizedOperation",
            &message,
        );
    }
    let both = format!(
        "You are not authorized to perform this operation. {}. Encoded authorization failure message: 4nKZ-third",
        not(
            "ec2:RunInstances",
            "arn:aws:ec2:eu-central-1:123456789012:instance/* because no identity-based policy allows the ec2:RunInstances action"
        )
    );
    story.denied(
        who,
        ("ec2", "RunInstances"),
        "Client.UnauthorizedOperation",
        &both,
    );
    for _ in 0..3 {
        story.denied(
            who,
            ("ec2", "DescribeInstances"),
            "Client.RequestLimitExceeded",
            "Request limit exceeded.",
        );
    }
    story.denied(
        who,
        ("sts", "GetCallerIdentity"),
        "ExpiredTokenException",
        "The security token included in the request is expired",
    );
    story.denied(
        who,
        ("iam", "GetRole"),
        "NoSuchEntityException",
        "The role with name Nobody cannot be found.",
    );
}

/// Calls of the role that may do everything.
fn changes(story: &mut Story, who: &Value) {
    for (call, request, response) in [
        (
            ("iam", "CreateUser"),
            json!({"userName": "backup"}),
            json!({"user": {"arn": "arn:aws:iam::123456789012:user/backup"}}),
        ),
        (
            ("iam", "CreateAccessKey"),
            json!({"userName": "backup"}),
            json!({"accessKey": {"accessKeyId": "AKIABACKUPEXAMPLE001", "status": "Active"}}),
        ),
        (
            ("iam", "AttachUserPolicy"),
            json!({"userName": "backup", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
            Value::Null,
        ),
        (
            ("iam", "UpdateAssumeRolePolicy"),
            json!({"roleName": "Admin", "policyDocument": r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"sts:AssumeRole"}]}"#}),
            Value::Null,
        ),
        (
            ("cloudtrail", "StopLogging"),
            json!({"name": "arn:aws:cloudtrail:eu-central-1:123456789012:trail/main"}),
            Value::Null,
        ),
        (
            ("s3", "DeleteBucketPublicAccessBlock"),
            json!({"bucketName": "example-data"}),
            Value::Null,
        ),
        (
            ("s3", "PutBucketPolicy"),
            json!({"bucketName": "example-data", "bucketPolicy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::example-data/*"}]}}),
            Value::Null,
        ),
        (
            ("ec2", "AuthorizeSecurityGroupIngress"),
            json!({"groupId": "sg-05c221c6913c39ecf", "ipPermissions": {"items": [{"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}, "ipv6Ranges": {"items": [{"cidrIpv6": "::/0"}]}}]}}),
            json!({"_return": true}),
        ),
        (
            ("ec2", "ModifySnapshotAttribute"),
            json!({"snapshotId": "snap-0a1b2c3d4e5f60718", "createVolumePermission": {"add": {"items": [{"userId": "999999999999"}]}}, "attributeType": "CREATE_VOLUME_PERMISSION"}),
            json!({"_return": true}),
        ),
        (
            ("kms", "ScheduleKeyDeletion"),
            json!({"keyId": "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-4333-8444-555555555555", "pendingWindowInDays": 7}),
            Value::Null,
        ),
        (
            ("iam", "CreateUser"),
            json!({"userName": HOSTILE}),
            json!({"user": {"arn": "arn:aws:iam::123456789012:user/hostile"}}),
        ),
    ] {
        story.add(
            4,
            who,
            call,
            json!({"requestParameters": request, "responseElements": response}),
        );
    }
}

/// Sign-ins: with a second factor, without, and none.
fn sign_ins(story: &mut Story) {
    let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0";
    let bob = json!({"type": "IAMUser", "principalId": "AIDABOBEXAMPLE", "arn": "arn:aws:iam::123456789012:user/bob",
        "accountId": ACCOUNT, "userName": "bob"});
    for (mfa, worked) in [("No", false), ("No", true), ("Yes", true)] {
        let mut more = json!({
            "userAgent": browser, "sourceIPAddress": "203.0.113.9", "awsRegion": "us-east-1",
            "eventType": "AwsConsoleSignIn", "readOnly": false,
            "responseElements": {"ConsoleLogin": if worked {"Success"} else {"Failure"}},
            "additionalEventData": {"LoginTo": "https://console.aws.amazon.com/", "MFAUsed": mfa},
        });
        if !worked {
            more = with(more, json!({"errorMessage": "Failed authentication"}));
        }
        story.add(3, &bob, ("signin", "ConsoleLogin"), more);
    }
    let switch = json!({
        "userAgent": browser, "sourceIPAddress": "203.0.113.9", "awsRegion": "us-east-1",
        "eventType": "AwsConsoleSignIn", "readOnly": false,
        "responseElements": {"SwitchRole": "Success"},
        "additionalEventData": {"SwitchFrom": "arn:aws:iam::123456789012:user/bob",
            "RedirectTo": "https://console.aws.amazon.com/"},
    });
    story.add(
        1,
        &role("Admin", "bob", BOB),
        ("signin", "SwitchRole"),
        switch,
    );
    let console = json!({"userAgent": "console.amazonaws.com", "sourceIPAddress": "203.0.113.9", "sessionCredentialFromConsole": "true"});
    story.add(
        2,
        &role("Admin", "bob", BOB),
        ("s3", "ListBuckets"),
        console,
    );
    let root = json!({"type": "Root", "principalId": ACCOUNT, "arn": "arn:aws:iam::123456789012:root", "accountId": ACCOUNT});
    let more = json!({"userAgent": browser, "sourceIPAddress": "203.0.113.9"});
    story.add(6, &root, ("account", "GetContactInformation"), more);
}

/// All records, in the order in which they happened.
fn records() -> Vec<Value> {
    let mut story = Story {
        records: Vec::new(),
        minute: 9 * 60 + 40,
    };
    let alice = user("alice", ALICE);
    let terraform =
        json!({"userAgent": "APN/1.0 HashiCorp/1.0 Terraform/1.7.5 aws-sdk-go-v2/1.26.0 os/linux"});
    story.add(0, &alice, ("sts", "GetCallerIdentity"), json!({}));
    story.add(2, &alice, ("ec2", "DescribeInstances"), terraform.clone());
    story.add(1, &alice, ("ec2", "DescribeVpcs"), terraform);
    story.assume(19, &alice, "Deploy", "ci-1234", DEPLOY);
    let deploy = role("Deploy", "ci-1234", DEPLOY);
    let sdk = json!({"userAgent": "Boto3/1.34.69 md/Botocore#1.34.69", "resources": [
        {"ARN": "arn:aws:s3:::example-data", "accountId": ACCOUNT, "type": "AWS::S3::Bucket"}]});
    story.add(1, &deploy, ("s3", "GetBucketLocation"), sdk.clone());
    story.add(1, &deploy, ("s3", "ListObjects"), sdk);
    refusals(&mut story, &deploy);
    story.assume(30, &deploy, "Admin", "ci-1234", ADMIN);
    let admin = role("Admin", "ci-1234", ADMIN);
    changes(&mut story, &admin);
    sign_ins(&mut story);
    // Two roles that assume each other, which cannot begin in reality.
    story.assume(60, &role("Round", "about", ROUND), "About", "round", ABOUT);
    story.assume(1, &role("About", "round", ABOUT), "Round", "about", ROUND);
    // A session whose issuance is not in the dump.
    story.add(
        5,
        &role("Orphan", "lost", LOST),
        ("lambda", "ListFunctions20150331"),
        json!({}),
    );
    let service = json!({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"});
    let by_service = json!({"sourceIPAddress": "ec2.amazonaws.com", "userAgent": "ec2.amazonaws.com",
        "sharedEventID": "99999999-0000-4000-8000-000000000001",
        "requestParameters": {"roleArn": "arn:aws:iam::123456789012:role/Web", "roleSessionName": "i-0a1b2c3d4e5f60718"}});
    story.add(9, &service, ("sts", "AssumeRole"), by_service);
    let web = json!({"type": "WebIdentityUser", "principalId": "token.actions.githubusercontent.com:x:repo:example/app",
        "userName": "repo:example/app:ref:refs/heads/main", "identityProvider": "token.actions.githubusercontent.com"});
    let oidc = json!({
        "requestParameters": {"roleArn": "arn:aws:iam::123456789012:role/Deploy", "roleSessionName": "github"},
        "responseElements": {"credentials": {"accessKeyId": "ASIAGITHUBEXAMPLE001"},
            "subjectFromWebIdentityToken": "repo:example/app:ref:refs/heads/main", "provider": "token.actions.githubusercontent.com",
            "assumedRoleUser": {"assumedRoleId": "AROADEPLOYEXAMPLE:github", "arn": "arn:aws:sts::123456789012:assumed-role/Deploy/github"}},
    });
    story.add(700, &web, ("sts", "AssumeRoleWithWebIdentity"), oidc);
    let agent = json!({"userAgent": HOSTILE, "requestParameters": {"bucketName": HOSTILE},
        "errorCode": HOSTILE, "errorMessage": HOSTILE});
    story.add(1, &alice, ("s3", "GetBucketAcl"), agent);
    story.records
}

/// The dump: newest first, as `lookup-events` prints it.
pub fn dump() -> String {
    let mut events = Vec::new();
    for record in records().iter().rev() {
        let text = |name: &str| record[name].clone();
        let who = &record["userIdentity"];
        let mut event = Map::new();
        event.insert("EventId".into(), text("eventID"));
        event.insert("EventName".into(), text("eventName"));
        event.insert("ReadOnly".into(), record["readOnly"].to_string().into());
        if let Some(key) = who["accessKeyId"].as_str() {
            event.insert("AccessKeyId".into(), key.into());
        }
        let time = record["eventTime"].as_str().expect("a time");
        event.insert("EventTime".into(), time.replace('Z', "+00:00").into());
        event.insert("EventSource".into(), text("eventSource"));
        event.insert("Resources".into(), resources(record));
        event.insert("CloudTrailEvent".into(), record.to_string().into());
        events.push(Value::Object(event));
    }
    let whole = json!({ "Events": events });
    format!("{whole:#}\n")
}

/// What CloudTrail lists for the calls of IAM here.
fn resources(record: &Value) -> Value {
    let user = record["requestParameters"]["userName"].as_str();
    match user {
        Some(user) => json!([{"ResourceType": "AWS::IAM::User", "ResourceName": user}]),
        None => json!([]),
    }
}
