//! Calls whose parameters are indirect: rules of security groups, policies of buckets.

use super::{Node, pair, policy, shortened};

/// Adds the words for such a call. Returns `false` for every other call.
pub(super) fn apply(name: &str, request: Node<'_>, words: &mut Vec<String>) -> bool {
    match name {
        "AuthorizeSecurityGroupIngress"
        | "AuthorizeSecurityGroupEgress"
        | "RevokeSecurityGroupIngress"
        | "RevokeSecurityGroupEgress" => security_group(request, words),
        "PutBucketPolicy" => bucket_policy(request, words),
        "PutBucketAcl" | "PutObjectAcl" => acl(request, words),
        _ => false,
    }
}

fn text(node: Node<'_>, name: &str) -> Option<String> {
    let text = node.get(name)?.value().cell_text().into_owned();
    (!text.is_empty()).then_some(text)
}

/// `22`, `1-9/udp`, `all`.
fn ports(permission: Node<'_>) -> String {
    let protocol = text(permission, "ipProtocol").unwrap_or_default();
    // -1 stands for all types of ICMP.
    let port = |name| text(permission, name).filter(|port| port != "-1");
    let (from, to) = (port("fromPort"), port("toPort"));
    let ports = match (from, to) {
        (Some(from), Some(to)) if from != to => format!("{from}-{to}"),
        (Some(from), _) => from,
        (None, _) => "all".to_owned(),
    };
    match protocol.as_str() {
        "" | "tcp" | "-1" | "6" => ports,
        protocol => format!("{ports}/{protocol}"),
    }
}

/// The sources of a permission, and their members.
const SOURCES: [(&str, &str); 4] = [
    ("ipRanges", "cidrIp"),
    ("ipv6Ranges", "cidrIpv6"),
    ("groups", "groupId"),
    ("prefixListIds", "prefixListId"),
];

fn security_group(request: Node<'_>, words: &mut Vec<String>) -> bool {
    let group = text(request, "groupId").or_else(|| text(request, "groupName"));
    let Some(group) = group else { return false };
    let mut rules = Vec::new();
    if let Some(cidr) = text(request, "cidrIp") {
        rules.push(format!("{cidr}:{}", ports(request)));
    }
    if let Some(items) = request.get("ipPermissions").and_then(|it| it.get("items")) {
        items.for_each(|permission| {
            let ports = ports(permission);
            for (list, member) in SOURCES {
                let Some(items) = permission.get(list).and_then(|it| it.get("items")) else {
                    continue;
                };
                items.for_each(|item| {
                    let source = text(item, member).or_else(|| named_group(item));
                    rules.extend(source.map(|source| format!("{source}:{ports}")));
                    true
                });
            }
            true
        });
    }
    if rules.is_empty() {
        // By the id of the rule, or in an unknown form.
        return false;
    }
    words.push(group);
    words.extend(rules.iter().map(|rule| shortened(rule)));
    true
}

/// A group of another account, or one outside a VPC, by its name.
fn named_group(item: Node<'_>) -> Option<String> {
    let group = text(item, "groupName")?;
    Some(match text(item, "userId") {
        Some(account) => format!("{account}/{group}"),
        None => group,
    })
}

/// `READ to AllUsers`, as `AccessControlPolicy` has it.
fn acl(request: Node<'_>, words: &mut Vec<String>) -> bool {
    let list = request
        .get("AccessControlPolicy")
        .and_then(|it| it.get("AccessControlList")?.get("Grant"));
    let Some(list) = list else { return false };
    let mut grants = Vec::new();
    let mut add = |grant: Node<'_>| {
        let grantee = grant.get("Grantee");
        let grantee = ["URI", "EmailAddress", "DisplayName", "ID"]
            .iter()
            .find_map(|name| text(grantee?, name));
        if let (Some(grantee), Some(what)) = (grantee, text(grant, "Permission")) {
            // Groups are named by addresses, `http://acs.amazonaws.com/groups/global/AllUsers`.
            let short = grantee.strip_prefix("http://acs.amazonaws.com/groups/");
            let short = short.and_then(|path| path.rsplit('/').next());
            let is_group = short.is_some();
            let grantee = short.unwrap_or(&grantee);
            grants.push((!is_group, format!("{what} to {grantee}")));
        }
    };
    if list.is_object() {
        add(list);
    } else {
        list.for_each(|grant| {
            add(grant);
            true
        });
    }
    if grants.is_empty() {
        return false;
    }
    // Grants to everybody come first.
    grants.sort_by_key(|(is_one, _)| *is_one);
    for name in ["bucketName", "key"] {
        words.extend(text(request, name).map(|it| pair(name, &it)));
    }
    let grants = grants.iter().map(|(_, grant)| shortened(grant));
    words.push(grants.collect::<Vec<_>>().join(", "));
    true
}

fn bucket_policy(request: Node<'_>, words: &mut Vec<String>) -> bool {
    let Some(document) = request.get("bucketPolicy") else {
        return false;
    };
    let Some(summary) = policy::summary("policy", &document.value().cell_text()) else {
        return false;
    };
    words.extend(text(request, "bucketName").map(|name| pair("bucketName", &name)));
    words.push(format!("policy: {summary}"));
    true
}
