//! Values that identify nobody, and are therefore not replaced: accounts, roles, regions and services of AWS itself,
//! public identity providers, and values that are already masked.
//!
//! A dump in which these were replaced could no longer be understood: which service acted, and in which region.

/// Account ids of AWS that occur in policies and image names of customers. Sources: the AWS pages "Enable access logs"
/// (Elastic Load Balancing), "View Amazon container image registries" (EKS), "Database audit logging" (Redshift), the
/// account ids of CloudTrail's older bucket policies, and the owners of Amazon Linux, Windows and ECS images.
const ACCOUNTS: &str = "\
    009996457667 013126148197 013241004608 027434742980 033677994240 034638983726 035351147821 037604701340 \
    048591011584 053454850223 054676820928 066635153087 075028567923 076674570225 086441151436 090321488786 \
    098369216593 111890595117 113285607260 114774131450 127311923021 137112412989 151742754352 156460612806 \
    190560391635 193415116832 193672423079 210876761215 216624486486 262260360010 262312530599 282025262664 \
    284668455005 296578399912 307160386991 313564881002 361669875840 365689465814 383597477331 388731089494 \
    391106570357 404641285394 455263428931 475085895292 491585149902 492519147666 507241528517 558608220178 \
    582318560864 589379963580 590381155156 591542846629 600734575887 602401143452 608710470296 635631232127 \
    638102146993 652711504416 660998842044 665727464434 669305197877 681348832753 718504428378 729911121831 \
    754344448648 759879836304 760740231472 762762565011 765225791966 783225319266 797873946194 800184023465 \
    801119661308 814480443879 819402241893 829690693026 859597730677 865932855811 877085696533 897822967062 \
    900612956339 900889452093 902366379725 903692715234 907379612154 915173422425 918309763551 945612479654 \
    961992271922 977081816279 985666609251";

/// Words that occur in place of a name but are not names.
const WORDS: [&str; 37] = [
    "root",
    "Root",
    "anonymous",
    "ANONYMOUS",
    "ANONYMOUS_PRINCIPAL",
    "Anonymous",
    "aws",
    "AWS",
    "amazon",
    "Amazon",
    "AWS Internal",
    "aws-internal",
    "null",
    "None",
    "true",
    "false",
    "none",
    "N/A",
    "HIDDEN_DUE_TO_SECURITY_REASONS",
    "<sensitiveDataRemoved>",
    "[REDACTED]",
    "REDACTED",
    "redacted",
    "self",
    "IAMUser",
    "AssumedRole",
    "Role",
    "FederatedUser",
    "AWSAccount",
    "AWSService",
    "SAMLUser",
    "WebIdentityUser",
    "IdentityCenterUser",
    "Directory",
    "Unknown",
    "Success",
    "Failure",
];

/// Public identity providers, which many accounts use.
const PROVIDERS: [&str; 9] = [
    "accounts.google.com",
    "graph.facebook.com",
    "www.amazon.com",
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "bitbucket.org",
    "app.terraform.io",
    "agent.buildkite.com",
    "oidc.circleci.com",
];

/// Keywords between names in the subject of an OIDC token: `repo:octo/app:ref:refs/heads/main`.
const CLAIMS: [&str; 14] = [
    "repo",
    "ref",
    "refs",
    "heads",
    "tags",
    "environment",
    "pull_request",
    "project_path",
    "ref_type",
    "branch",
    "organization",
    "project",
    "workspace",
    "run_phase",
];

/// Paths of roles that AWS creates.
const PATHS: [&str; 4] = [
    "aws-service-role",
    "service-role",
    "aws-reserved",
    "aws-controltower",
];

/// Services whose names occur in names of resources: `/aws/lambda/…`.
const SERVICES: [&str; 22] = [
    "apigateway",
    "appsync",
    "backup",
    "batch",
    "cloudtrail",
    "codebuild",
    "cognito",
    "containerinsights",
    "dynamodb",
    "ec2",
    "ecs",
    "eks",
    "elasticache",
    "events",
    "glue",
    "kinesisfirehose",
    "lambda",
    "rds",
    "s3",
    "sagemaker",
    "secretsmanager",
    "ssm",
];

/// True for exactly twelve digits.
pub(super) fn is_account(text: &[u8]) -> bool {
    text.len() == 12 && text.iter().all(u8::is_ascii_digit)
}

/// True for the account id of an AWS service.
pub(super) fn is_aws_account(text: &[u8]) -> bool {
    ACCOUNTS
        .split_ascii_whitespace()
        .any(|account| account.as_bytes() == text)
}

/// True for a region, `eu-west-1` or `us-gov-east-1`, and for an availability zone, `eu-west-1a`.
pub(super) fn is_region(text: &[u8]) -> bool {
    let text = match text {
        [front @ .., b'a'..=b'f'] if front.last().is_some_and(u8::is_ascii_digit) => front,
        _ => text,
    };
    let parts: Vec<&[u8]> = text.split(|byte| *byte == b'-').collect();
    let [area, middle @ .., number] = parts.as_slice() else {
        return false;
    };
    area.len() == 2
        && area.iter().all(u8::is_ascii_lowercase)
        && matches!(middle.len(), 1 | 2)
        && middle
            .iter()
            .all(|part| part.len() >= 3 && part.iter().all(u8::is_ascii_lowercase))
        && number.len() == 1
        && number[0].is_ascii_digit()
}

/// True for a service principal, `ec2.amazonaws.com`, also with a region or a part of the service before it.
pub(super) fn is_service(text: &[u8]) -> bool {
    let is_host = text
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let ends = [
        &b".amazonaws.com"[..],
        b".amazonaws.com.cn",
        b".aws.amazon.com",
        b".aws.internal",
    ];
    is_host && ends.iter().any(|end| text.ends_with(end))
}

/// True for a text that is not replaced where a name is expected.
pub(super) fn is_kept(text: &[u8]) -> bool {
    let has_any = text
        .iter()
        .any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    !has_any
        || WORDS.iter().any(|word| word.as_bytes() == text)
        || text.starts_with(b"AWSServiceRoleFor")
        || text.starts_with(b"AWS::")
        || text.starts_with(b"${") && text.ends_with(b"}")
        || is_region(text)
}

/// True for a path component that AWS created, or a public identity provider.
pub(super) fn is_path(text: &[u8]) -> bool {
    let mut words = PATHS.iter().chain(&PROVIDERS).chain(&CLAIMS);
    words.any(|word| word.as_bytes() == text) || is_region(text) || is_service(text)
}

/// True for a component of a resource name that is the name of a service.
pub(super) fn is_word_of_service(text: &[u8]) -> bool {
    SERVICES.iter().any(|service| service.as_bytes() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_recognised_by_their_form() {
        for region in ["us-east-1", "ap-northeast-3", "us-gov-west-1", "eu-west-1b"] {
            assert!(is_region(region.as_bytes()), "{region}");
        }
        for other in [
            "",
            "-",
            "us-east",
            "prod-eu-1",
            "us-east-12",
            "ci-4711",
            "a-b-1",
        ] {
            assert!(!is_region(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn accounts_of_aws_are_twelve_digits_each() {
        let mut accounts: Vec<&str> = ACCOUNTS.split_ascii_whitespace().collect();
        assert!(
            accounts
                .iter()
                .all(|account| is_account(account.as_bytes()))
        );
        assert!(is_aws_account(b"127311923021") && !is_aws_account(b"123456789012"));
        let count = accounts.len();
        accounts.sort_unstable();
        accounts.dedup();
        assert_eq!(accounts.len(), count);
    }

    #[test]
    fn masked_values_identify_nobody() {
        for word in [
            "***",
            "",
            "HIDDEN_DUE_TO_SECURITY_REASONS",
            "${aws:username}",
            "root",
        ] {
            assert!(is_kept(word.as_bytes()), "{word}");
        }
        assert!(!is_kept(b"ops") && !is_kept("\u{e4}".as_bytes()));
    }
}
