//! Families of user agents: what kind of client made a call.
//!
//! Recognised by the text that clients send (`userAgent` in the CloudTrail user guide, and measured output). Each family is an
//! expression, so that a family's events can be listed by `--where`.
//!
//! Versions and operating systems are not parsed; the raw text is kept next to the family.

use std::sync::LazyLock;

use regex::Regex;

use super::command::quoted;

/// A family and what its agents look like. The first that fits is it. `AWS Internal` is no sign of the console: AWS
/// calls so for whoever set something off, such as `kms:Decrypt` for a download by a script.
const FAMILIES: [(&str, &str); 6] = [
    (
        "console",
        r"(?i)\bconsole\.([a-z0-9-]+\.)*amazonaws\.com|console\.aws\.amazon|\baws( [a-z0-9]+)+ console\b|[a-z0-9]console(frontend)?(/|,|\]|$)|signin\.amazonaws\.com|aws-cloudshell",
    ),
    ("Terraform", r"(?i)terraform|opentofu"),
    (
        "CLI",
        r"(?i)aws-cli/|aws-tools-powershell|awspowershell|aws-shell",
    ),
    (
        "AWS itself",
        r"(?i)^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$|^aws-[a-z]+-service|^aws service|^\[?aws internal|\baws-internal/|^coral/",
    ),
    (
        "SDK",
        r"(?i)aws-sdk|boto3?/|botocore/|^aws-[a-z]+/|elasticwolf|amazon-ssm-agent|s3fs|rclone|minio|^java/|^python|^go-http-client|^curl/|^wget/|okhttp|apache-httpclient",
    ),
    ("browser", r"(?i)^mozilla/|^opera/"),
];

static REGEXES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let regexes = FAMILIES.iter().map(|(_, regex)| Regex::new(regex));
    regexes.filter_map(Result::ok).collect()
});

/// The place of a family, [`FAMILIES`] in number for none of them.
pub(super) fn family(agent: &str) -> usize {
    let fits = |regex: &Regex| regex.is_match(agent);
    REGEXES.iter().position(fits).unwrap_or(FAMILIES.len())
}

/// What a family is called.
pub(super) fn name(family: usize) -> &'static str {
    FAMILIES.get(family).map_or("other", |(name, _)| name)
}

/// What the events of a family satisfy.
pub(super) fn condition(family: usize) -> String {
    let before = FAMILIES.iter().take(family);
    let not = before.map(|(_, regex)| format!("userAgent !~ {}", quoted(regex)));
    let own = FAMILIES
        .get(family)
        .map(|(_, regex)| format!("userAgent ~ {}", quoted(regex)));
    let some = own.is_none().then(|| "userAgent ~ '.'".to_owned());
    let all: Vec<String> = own.into_iter().chain(some).chain(not).collect();
    all.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_client_is_of_its_family() {
        assert_eq!(REGEXES.len(), FAMILIES.len());
        for (agent, expected) in [
            ("console.amazonaws.com", "console"),
            ("S3Console/0.4, aws-internal/3 aws-sdk-java/1.11", "console"),
            ("console.ec2.amazonaws.com", "console"),
            ("AWS CloudWatch Console", "console"),
            (
                "EC2ConsoleFrontend, aws-internal/3 aws-sdk-java/1.11.1030",
                "console",
            ),
            ("AWS Internal", "AWS itself"),
            ("AWS Internal/3", "AWS itself"),
            (
                "[AWSCloudTrail, aws-internal/3 aws-sdk-java/1.11.991]",
                "AWS itself",
            ),
            ("Coral/Netty4", "AWS itself"),
            ("signin.amazonaws.com", "console"),
            ("aws-cli/2.15.0 Python/3.11.6 Linux/5.10 exe/x86_64", "CLI"),
            (
                "[aws-cli/1.16.248 Python/3.4.7 Linux/4.9 botocore/1.12.239]",
                "CLI",
            ),
            (
                "APN/1.0 HashiCorp/1.0 Terraform/1.7.5 (+https://www.terraform.io) aws-sdk-go-v2/1.26.0",
                "Terraform",
            ),
            (
                "APN/1.0 HashiCorp/1.0 Packer/1.9 aws-sdk-go/1.44.114",
                "SDK",
            ),
            ("Boto3/1.34.69 md/Botocore#1.34.69 ua/2.0", "SDK"),
            ("aws-sdk-go/1.44.122 (go1.18; linux; amd64)", "SDK"),
            ("cloudformation.amazonaws.com", "AWS itself"),
            ("ec2.amazonaws.com", "AWS itself"),
            ("Mozilla/5.0 (X11; Linux x86_64) Firefox/115.0", "browser"),
            ("stratus-red-team_1234", "other"),
            ("<script>alert(1)</script>", "other"),
        ] {
            assert_eq!(name(family(agent)), expected, "{agent}");
        }
    }
}
