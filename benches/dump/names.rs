//! Names in the generated account: services, calls, users, roles, addresses, clients, errors.

/// The account in all events.
pub const ACCOUNT: &str = "123456789012";

/// An access key that occurs in one of several hundred events.
pub const RARE_KEY: &str = "AKIAQ4RARELYUSEDKEY2";

/// The only user of [`RARE_KEY`].
pub const RARE_USER: &str = "break-glass";

/// Services, without their domain; the most frequent ones first.
pub const SERVICES: [&str; 48] = [
    "s3",
    "ec2",
    "sts",
    "kms",
    "iam",
    "lambda",
    "logs",
    "dynamodb",
    "ssm",
    "sqs",
    "monitoring",
    "rds",
    "sns",
    "ecs",
    "ecr",
    "eks",
    "cloudformation",
    "elasticloadbalancing",
    "autoscaling",
    "secretsmanager",
    "config",
    "cloudtrail",
    "guardduty",
    "securityhub",
    "organizations",
    "route53",
    "acm",
    "events",
    "states",
    "apigateway",
    "wafv2",
    "athena",
    "glue",
    "redshift",
    "kinesis",
    "firehose",
    "elasticache",
    "elasticfilesystem",
    "backup",
    "codebuild",
    "codepipeline",
    "signin",
    "sso",
    "health",
    "support",
    "tagging",
    "inspector2",
    "bedrock",
];

/// First parts of a call's name; the ones that only read come first.
pub const VERBS: [&str; 12] = [
    "Describe", "Get", "List", "BatchGet", "Create", "Put", "Update", "Delete", "Start", "Stop",
    "Attach", "Tag",
];

/// Number of [`VERBS`] that only read.
pub const READING_VERBS: usize = 4;

/// Second parts of a call's name.
pub const NOUNS: [&str; 24] = [
    "Instances",
    "Volumes",
    "SecurityGroups",
    "Buckets",
    "Object",
    "Role",
    "RolePolicy",
    "User",
    "Key",
    "LogStreams",
    "Function",
    "Table",
    "Parameters",
    "Cluster",
    "Repository",
    "Stack",
    "Alarms",
    "Trail",
    "Rule",
    "Findings",
    "HostedZone",
    "TargetHealth",
    "SecretValue",
    "RestApi",
];

/// Roles that are assumed, the usual ones first.
pub const ROLES: [&str; 30] = [
    "OrganizationAccountAccessRole",
    "AWSServiceRoleForConfig",
    "deploy-main",
    "deploy-tokyo",
    "ci-main",
    "ci-tokyo",
    "app-production-web",
    "app-production-worker",
    "app-staging-web",
    "app-staging-worker",
    "batch-nightly",
    "batch-hourly",
    "data-loader",
    "data-export",
    "ReadOnly",
    "AWSReservedSSO_AdministratorAccess_0123456789abcdef",
    "AWSReservedSSO_ViewOnlyAccess_fedcba9876543210",
    "backup-vault",
    "image-builder",
    "log-shipper",
    "node-group-a",
    "node-group-b",
    "node-group-c",
    "monitoring-agent",
    "patch-manager",
    "secrets-rotation",
    "terraform-plan",
    "terraform-apply",
    "audit",
    "support-desk",
];

/// IAM users, the usual ones first.
pub const USERS: [&str; 10] = [
    "tanaka",
    "suzuki",
    "deploy-bot",
    "terraform",
    "yamada.taro@example.co.jp",
    "backup",
    "sato",
    "monitoring",
    "bert-jan",
    RARE_USER,
];

/// Clients, as they name themselves.
pub const AGENTS: [&str; 8] = [
    "aws-cli/2.15.40 Python/3.11.8 Linux/6.1.82-99.168.amzn2023.x86_64 exe/x86_64.amzn.2023 prompt/off command/ec2.describe-instances",
    "APN/1.0 HashiCorp/1.0 Terraform/1.7.5 (+https://www.terraform.io) terraform-provider-aws/5.43.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.26.0 os/linux lang/go#1.21.8 md/GOOS#linux md/GOARCH#amd64 api/ec2#1.152.0",
    "Boto3/1.34.74 md/Botocore#1.34.74 ua/2.0 os/linux#5.10.213-201.855.amzn2.x86_64 md/arch#x86_64 lang/python#3.12.2 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 cfg/retry-mode#legacy Botocore/1.34.74",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/123.0.0.0 Safari/537.36",
    "config.amazonaws.com",
    "autoscaling.amazonaws.com",
    "aws-sdk-go/1.51.11 (go1.22.1; linux; amd64)",
    "[S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.671 Linux/5.10.213-201.855.amzn2int.x86_64 OpenJDK_64-Bit_Server_VM/25.402-b08 java/1.8.0_402 vendor/Oracle_Corporation cfg/retry-mode/standard]",
];

/// Errors and their messages; `{}` stands for the call.
pub const ERRORS: [(&str, &str); 7] = [
    (
        "AccessDenied",
        "User: arn:aws:sts::123456789012:assumed-role/ci-main/x is not authorized to perform: \"{}\" because no identity-based policy allows the action",
    ),
    (
        "Client.UnauthorizedOperation",
        "You are not authorized to perform this operation. {}",
    ),
    ("ThrottlingException", "Rate exceeded"),
    ("NoSuchTagSet", "The TagSet does not exist"),
    ("ResourceNotFoundException", "見つかりません: {}"),
    (
        "Client.DryRunOperation",
        "Request would have succeeded, but DryRun flag is set.",
    ),
    (
        "NoSuchEntityException",
        "The role with name \"{}\" cannot be found.",
    ),
];

/// Regions with the share of each, in percent.
pub const REGIONS: [(&str, u32); 4] = [
    ("ap-northeast-1", 70),
    ("us-east-1", 20),
    ("us-west-2", 5),
    ("eu-west-1", 5),
];
