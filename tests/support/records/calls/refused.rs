//! Calls that failed: denied in every spelling, not authenticated, throttled,
//! and failures that carry no `errorCode`. Not for calls that went through.

use super::{ACCOUNT, Call, Json, Kind, OTHER_ACCOUNT, Scene, list, object};

pub const ALL: [Kind; 17] = [
    access_denied,
    plain_access_denied,
    unauthorized_operation,
    access_denied_exception,
    denied_by_organization,
    kms_denied,
    unauthorized_exception,
    denied_in_words_only,
    assume_role_denied,
    no_such_entity,
    not_found,
    throttling,
    limit_exceeded,
    login_failed,
    login_failed_hidden,
    bad_token,
    no_code,
];

fn not_authorized(scene: &Scene, call: &Call, action: &str) -> String {
    let outsider = format!("arn:aws:iam::{OTHER_ACCOUNT}:user/eve");
    let who = call.actor.arn.as_ref().unwrap_or(&outsider);
    let region = if scene.time % 2 == 0 {
        "us-east-1"
    } else {
        "eu-central-1"
    };
    format!(
        "User: {who} is not authorized to perform: {action} on resource: arn:aws:{}:{region}:{ACCOUNT}:*",
        &action[..3]
    )
}

fn access_denied(scene: &mut Scene) -> Call {
    let call = Call::new("iam", "CreateUser", false, &scene.anyone())
        .request([("userName", "mallory".into())]);
    let message = not_authorized(scene, &call, "iam:CreateUser")
        + " because no identity-based policy allows the iam:CreateUser action";
    call.failed("AccessDenied", message)
}

fn plain_access_denied(scene: &mut Scene) -> Call {
    Call::new("s3", "GetBucketAcl", true, &scene.anyone())
        .request([("bucketName", "example-secret".into()), ("acl", "".into())])
        .failed("AccessDenied", "Access Denied")
        .touching("AWS::S3::Bucket", "example-secret")
}

fn unauthorized_operation(scene: &mut Scene) -> Call {
    Call::new("ec2", "StopInstances", false, &scene.role())
        .request([("instancesSet", object([("items", list([object([("instanceId", scene.rng.hex("i-0", 16).into())])]))])), ("force", false.into())])
        .failed(
            "Client.UnauthorizedOperation",
            "You are not authorized to perform this operation. Encoded authorization failure message: 4nKZ-EXAMPLE_blob\nsecond line",
        )
}

fn access_denied_exception(scene: &mut Scene) -> Call {
    let call = Call::new("lambda", "GetFunction20150331v2", true, &scene.role())
        .request([("functionName", "注文処理".into())]);
    let message = not_authorized(scene, &call, "lambda:GetFunction")
        + " because no resource-based policy allows the lambda:GetFunction action";
    call.failed("AccessDeniedException", message).escaped()
}

fn denied_by_organization(scene: &mut Scene) -> Call {
    let call = Call::new(
        "organizations",
        "LeaveOrganization",
        false,
        &scene.cast.root,
    );
    let message = not_authorized(scene, &call, "organizations:LeaveOrganization")
        + " with an explicit deny in a service control policy: arn:aws:organizations::111122223333:policy/o-example/service_control_policy/p-example1";
    call.failed("AccessDeniedException", message)
}

fn kms_denied(scene: &mut Scene) -> Call {
    Call::new("secretsmanager", "GetSecretValue", true, &scene.role())
        .request([("secretId", "prod/db".into())])
        .failed("KMSAccessDeniedException", "Access to KMS is not allowed")
        .touching("AWS::SecretsManager::Secret", "prod/db")
}

fn unauthorized_exception(scene: &mut Scene) -> Call {
    Call::new("sso", "ListAccounts", true, &scene.cast.identity_center).failed(
        "UnauthorizedException",
        "Session token not found or invalid",
    )
}

/// A code of its own; only the message says what happened.
fn denied_in_words_only(scene: &mut Scene) -> Call {
    let call = Call::new("glue", "GetTables", true, &scene.anyone());
    let message = not_authorized(scene, &call, "glue:GetTables");
    call.failed("GlueServiceFault", message)
}

fn assume_role_denied(scene: &mut Scene) -> Call {
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/Admin");
    let call = Call::new("sts", "AssumeRole", true, &scene.cast.account)
        .request([
            ("roleArn", (&arn).into()),
            ("roleSessionName", "eve".into()),
        ])
        .touching("AWS::IAM::Role", &arn);
    let who = format!(
        "User: arn:aws:iam::{OTHER_ACCOUNT}:user/eve is not authorized to perform: sts:AssumeRole on resource: {arn}"
    );
    call.failed("AccessDenied", who)
}

fn no_such_entity(scene: &mut Scene) -> Call {
    Call::new("iam", "GetUser", true, &scene.anyone())
        .request([("userName", "gone".into())])
        .failed(
            "NoSuchEntityException",
            "The user with name gone cannot be found.",
        )
        .touching("AWS::IAM::User", "gone")
}

fn not_found(scene: &mut Scene) -> Call {
    let id = scene.rng.hex("i-0", 16);
    Call::new("ec2", "TerminateInstances", false, &scene.user())
        .request([(
            "instancesSet",
            object([("items", list([object([("instanceId", (&id).into())])]))]),
        )])
        .failed(
            "Client.InvalidInstanceID.NotFound",
            format!("The instance ID '{id}' does not exist"),
        )
        .touching("AWS::EC2::Instance", id)
}

fn throttling(scene: &mut Scene) -> Call {
    Call::new("cloudtrail", "LookupEvents", true, &scene.user())
        .request([("maxResults", 50.into())])
        .failed("ThrottlingException", "Rate exceeded")
}

fn limit_exceeded(scene: &mut Scene) -> Call {
    Call::new("ec2", "DescribeInstances", true, &scene.role())
        .request([("instancesSet", object([])), ("filterSet", object([]))])
        .failed("Client.RequestLimitExceeded", "Request limit exceeded.")
}

/// The console says `Failure`, and gives no code.
fn login_failed(scene: &mut Scene) -> Call {
    Call::new("signin", "ConsoleLogin", false, &scene.cast.users[1])
        .failed("", "Failed authentication")
        .response([("ConsoleLogin", "Failure".into())])
        .without("requestID")
        .with("eventType", "AwsConsoleSignIn")
        .with(
            "additionalEventData",
            object([
                ("LoginTo", "https://console.aws.amazon.com/".into()),
                ("MobileVersion", "No".into()),
                ("MFAUsed", "No".into()),
            ]),
        )
}

fn login_failed_hidden(scene: &mut Scene) -> Call {
    let mut call = Call::new("signin", "ConsoleLogin", false, &scene.cast.account)
        .failed("", "No username found in supplied account")
        .response([("ConsoleLogin", "Failure".into())])
        .without("requestID")
        .with("eventType", "AwsConsoleSignIn");
    call.actor.username = Some("HIDDEN_DUE_TO_SECURITY_REASONS".to_owned());
    call.with(
        "userIdentity",
        object([
            ("type", "IAMUser".into()),
            ("accountId", ACCOUNT.into()),
            ("accessKeyId", "".into()),
            ("userName", "HIDDEN_DUE_TO_SECURITY_REASONS".into()),
        ]),
    )
}

fn bad_token(scene: &mut Scene) -> Call {
    Call::new("sts", "GetCallerIdentity", true, &scene.cast.federated).failed(
        "ExpiredTokenException",
        "The security token included in the request is expired",
    )
}

/// `errorCode` is there, and says nothing: the call went through.
fn no_code(scene: &mut Scene) -> Call {
    let code = if scene.rng.once_in(2) {
        Json::Null
    } else {
        "".into()
    };
    Call::new("ssm", "DescribeParameters", true, &scene.anyone())
        .with("errorCode", code)
        .with("errorMessage", Json::Null)
}
