//! Finds host names below domains of AWS, and in them the labels that identify an account.
//!
//! Host names of services (`ec2.eu-west-1.amazonaws.com`) identify nobody and are not replaced.

use std::ops::Range;

use memchr::memmem;

use super::{aws_owned, form};

/// Domains with names of accounts below them. Below the first ones there are also names of services.
const DOMAINS: [&str; 15] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "api.aws",
    "signin.aws.amazon.com",
    "on.aws",
    "awsapps.com",
    "cloudfront.net",
    "elasticbeanstalk.com",
    "amazoncognito.com",
    "awsapprunner.com",
    "amplifyapp.com",
    "awsglobalaccelerator.com",
    "sagemaker.aws",
    "compute.internal",
    "ec2.internal",
];

/// Services with names of accounts below theirs. A region precedes or follows the service.
const ACCOUNT_HOSTS: [&str; 38] = [
    "s3",
    "s3-accesspoint",
    "s3-object-lambda",
    "s3-outposts",
    "s3-website",
    "s3-accelerate",
    "elb",
    "rds",
    "execute-api",
    "es",
    "aoss",
    "eks",
    "cache",
    "ecr",
    "lambda-url",
    "compute",
    "compute-1",
    "vpce",
    "iot",
    "docdb",
    "neptune",
    "redshift",
    "redshift-serverless",
    "kafka",
    "kafka-serverless",
    "mq",
    "appsync-api",
    "elasticbeanstalk",
    "efs",
    "fsx",
    "cloudsearch",
    "memorydb",
    "codeartifact",
    "grafana-workspace",
    "transfer",
    "auth",
    "dms",
    "notebook",
];

/// The services among these that have names of accounts without a region.
const WITHOUT_REGION: [&str; 7] = [
    "s3",
    "s3-accelerate",
    "s3-website",
    "s3-control",
    "compute",
    "compute-1",
    "execute-api",
];

/// Names below S3 that belong to services ("Actions, resources, and condition keys": principals of services).
const OF_S3: [&str; 4] = [
    "batchoperations",
    "logging",
    "access-grants",
    "storage-lens",
];

/// Labels between an account's name and the domain.
const BETWEEN: [&str; 10] = [
    "dualstack",
    "dkr",
    "d",
    "console",
    "app",
    "data",
    "ats",
    "api",
    "fips",
    "public",
];

/// Longest host name, in bytes (RFC 1035, section 2.3.4).
const LONGEST: usize = 255;

/// Passes on the labels of host names in a text that identify an account.
pub(super) fn find(text: &[u8], mut visit: impl FnMut(Range<usize>)) {
    for domain in DOMAINS {
        for at in memmem::find_iter(text, domain.as_bytes()) {
            let end = at + domain.len();
            let is_bounded = text.get(end).is_none_or(|byte| !is_part(*byte))
                || text[end..].starts_with(b".") && !is_longer(&text[end..]);
            let is_below = at > 0 && text[at - 1] == b'.';
            if is_bounded && is_below {
                let host = &text[..at - 1];
                let parts = host.iter().rev().take(LONGEST);
                let length = parts.take_while(|byte| is_part(**byte)).count();
                labels(host, host.len() - length, domain, &mut visit);
            }
        }
    }
}

/// Finds host names made from an address: `ip-10-0-0-1`, `ec2-203-0-113-7`.
pub(super) fn find_by_address(text: &[u8], mut visit: impl FnMut(Range<usize>)) {
    for front in ["ip-", "ec2-"] {
        for start in memmem::find_iter(text, front.as_bytes()) {
            let mut at = start + front.len();
            let matches_form = (0..4).all(|group| {
                if group > 0 {
                    if text.get(at) != Some(&b'-') {
                        return false;
                    }
                    at += 1;
                }
                let digits = text[at..].iter().take(4);
                let count = digits.take_while(|it| it.is_ascii_digit()).count();
                at += count;
                (1..=3).contains(&count)
            });
            if matches_form && form::is_free(text, start, at) {
                visit(start..at);
            }
        }
    }
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

/// True if another label follows after the dot.
fn is_longer(rest: &[u8]) -> bool {
    rest.get(1).is_some_and(u8::is_ascii_alphanumeric)
}

/// Passes on the labels from `start` on that identify an account.
fn labels(host: &[u8], start: usize, domain: &str, visit: &mut impl FnMut(Range<usize>)) {
    let mut parts = Vec::new();
    let mut at = start;
    for label in host[start..].split(|byte| *byte == b'.') {
        if !label.is_empty() {
            parts.push(at..at + label.len());
        }
        at += label.len() + 1;
    }
    let word = |range: &Range<usize>| &host[range.clone()];
    let hosts_accounts = |label: &[u8]| ACCOUNT_HOSTS.iter().any(|giver| giver.as_bytes() == label);
    let under_services = domain.starts_with("amazonaws.com") || domain == "api.aws";
    let is_in = |label: &[u8], words: &[&str]| words.iter().any(|it| it.as_bytes() == label);
    // `pods.eks.amazonaws.com` is the name of a service, `abc.eks.amazonaws.com` is not: the latter has a region.
    let has_place = parts.iter().map(word).any(|label| {
        is_in(label, &WITHOUT_REGION) || aws_owned::is_region(label) || has_region(label)
    });
    let is_of_s3 = match parts.as_slice() {
        [first, second] => is_in(word(first), &OF_S3) && word(second) == b"s3",
        _ => false,
    };
    let has_account_names = !under_services
        || has_place
            && !is_of_s3
            && parts
                .iter()
                .any(|it| hosts_accounts(word(it)) || has_region(word(it)));
    // `s3.amazonaws.com` and `s3.eu-west-1.amazonaws.com` are the service itself.
    let first = match under_services {
        true => parts
            .iter()
            .position(|it| is_known(word(it), &hosts_accounts)),
        false => Some(parts.len()),
    };
    let (true, Some(first)) = (has_account_names, first) else {
        return;
    };
    for range in parts.into_iter().take(first) {
        let label = word(&range);
        if !is_known(label, &hosts_accounts) && !aws_owned::is_account(label) {
            visit(range);
        }
    }
}

fn is_known(label: &[u8], hosts_accounts: &impl Fn(&[u8]) -> bool) -> bool {
    hosts_accounts(label)
        || aws_owned::is_region(label)
        || has_region(label)
        || BETWEEN.iter().any(|word| word.as_bytes() == label)
}

/// True for S3 labels with a region: `s3-eu-west-1`, `s3-website-eu-west-1`.
fn has_region(label: &[u8]) -> bool {
    let parts = ["s3-website-", "s3-fips-", "s3-"];
    parts.iter().any(|part| {
        label
            .strip_prefix(part.as_bytes())
            .is_some_and(aws_owned::is_region)
    })
}

/// True if a whole value has the form of a host name: letters, digits, dots, dashes and underscores.
pub(super) fn is_host(text: &[u8]) -> bool {
    !text.is_empty()
        && text.len() < 256
        && text.iter().all(|byte| is_part(*byte))
        && text.iter().any(u8::is_ascii_alphabetic)
}

/// True if a host is below a domain of AWS.
pub(super) fn is_aws(text: &[u8]) -> bool {
    let text = text.strip_suffix(b".").unwrap_or(text);
    aws_owned::is_service(text)
        || text.ends_with(b"amazonaws.com")
        || text.ends_with(b".amazon.com")
        || text.ends_with(b".aws.dev")
        || text.ends_with(b".aws")
        || DOMAINS.iter().any(|domain| {
            let front = text.strip_suffix(domain.as_bytes());
            front.is_some_and(|front| front.is_empty() || front.ends_with(b"."))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own_labels(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text.as_bytes(), |range| found.push(&text[range]));
        found
    }

    #[test]
    fn the_accounts_own_labels_are_found_and_services_are_not() {
        for (text, expected) in [
            ("my-bucket.s3.amazonaws.com", vec!["my-bucket"]),
            ("a.b.s3.eu-west-1.amazonaws.com", vec!["a", "b"]),
            (
                "https://my-bucket.s3-us-west-2.amazonaws.com/x",
                vec!["my-bucket"],
            ),
            ("s3.eu-west-1.amazonaws.com s3.amazonaws.com", vec![]),
            (
                "ec2.eu-west-1.amazonaws.com ops.apigateway.amazonaws.com",
                vec![],
            ),
            ("my-lb-123.eu-west-1.elb.amazonaws.com", vec!["my-lb-123"]),
            ("ip-10-0-0-1.ec2.internal", vec!["ip-10-0-0-1"]),
            (
                "ip-10-0-0-1.eu-west-1.compute.internal",
                vec!["ip-10-0-0-1"],
            ),
            ("123456789012.dkr.ecr.us-east-1.amazonaws.com", vec![]),
            ("api.ecr.us-east-1.amazonaws.com", vec![]),
            (
                "pods.eks.amazonaws.com monitoring.rds.amazonaws.com logging.s3.amazonaws.com",
                vec![],
            ),
            ("acme.signin.aws.amazon.com", vec!["acme"]),
            ("us-east-1.signin.aws.amazon.com", vec![]),
            ("acme.awsapps.com.", vec!["acme"]),
            (
                "acme.auth.us-east-1.amazoncognito.com shop.us-east-1.elasticbeanstalk.com",
                vec!["shop", "acme"],
            ),
            (
                "db.cluster-x1.us-east-1.rds.amazonaws.com",
                vec!["db", "cluster-x1"],
            ),
            ("amazonaws.com evil.amazonaws.com.example.org", vec![]),
        ] {
            assert_eq!(own_labels(text), expected, "{text}");
        }
    }
}
