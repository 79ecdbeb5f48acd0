//! Derives the `Resources` of an envelope, for records that have none.
//!
//! CloudTrail derives them by rules for each API that are not documented. Most of them occur in the parameters of the call
//! under a few names; these are searched for here, and the resources that the record itself lists are added. The result is
//! close to CloudTrail's list, but not always equal. Envelopes that CloudTrail wrote are kept.

use std::borrow::Cow;

use crate::event::{Event, MemberName, Node};
use crate::text::json::write_string;

/// For each service (`*` is any) the names of parameters, and the resource type of each, as observed in lookup output.
const PARAMETERS: [(&str, &str, &str); 33] = [
    ("*", "bucketName", "AWS::S3::Bucket"),
    ("iam", "userName", "AWS::IAM::User"),
    ("iam", "roleName", "AWS::IAM::Role"),
    ("iam", "groupName", "AWS::IAM::Group"),
    ("iam", "policyArn", "AWS::IAM::Policy"),
    ("iam", "policyName", "AWS::IAM::Policy"),
    ("iam", "accessKeyId", "AWS::IAM::AccessKey"),
    ("iam", "instanceProfileName", "AWS::IAM::InstanceProfile"),
    ("iam", "serialNumber", "AWS::IAM::MfaDevice"),
    ("lambda", "functionName", "AWS::Lambda::Function"),
    ("kms", "keyId", "AWS::KMS::Key"),
    ("ec2", "instanceId", "AWS::EC2::Instance"),
    ("ec2", "vpcId", "AWS::EC2::VPC"),
    ("ec2", "imageId", "AWS::EC2::Ami"),
    ("ec2", "networkInterfaceId", "AWS::EC2::NetworkInterface"),
    ("ec2", "keyName", "AWS::EC2::KeyPair"),
    ("ec2", "groupId", "AWS::EC2::SecurityGroup"),
    ("ec2", "groupName", "AWS::EC2::SecurityGroup"),
    ("ec2", "subnetId", "AWS::EC2::Subnet"),
    ("ec2", "volumeId", "AWS::EC2::Volume"),
    ("ec2", "snapshotId", "AWS::EC2::Snapshot"),
    ("ec2", "launchTemplateId", "AWS::EC2::LaunchTemplate"),
    ("cloudtrail", "name", "AWS::CloudTrail::Trail"),
    ("cloudtrail", "trailARN", "AWS::CloudTrail::Trail"),
    ("cloudtrail", "s3BucketName", "AWS::S3::Bucket"),
    ("secretsmanager", "secretId", "AWS::SecretsManager::Secret"),
    ("rds", "dBInstanceIdentifier", "AWS::RDS::DBInstance"),
    ("rds", "dBSnapshotIdentifier", "AWS::RDS::DBSnapshot"),
    ("dynamodb", "tableName", "AWS::DynamoDB::Table"),
    ("sns", "topicArn", "AWS::SNS::Topic"),
    ("sqs", "queueUrl", "AWS::SQS::Queue"),
    ("cloudformation", "stackName", "AWS::CloudFormation::Stack"),
    ("logs", "logGroupName", "AWS::Logs::LogGroup"),
];

/// Most levels below a parameter, and most values of one name.
const LEVELS: usize = 12;
const OF_ONE_NAME: usize = 8;

/// A resource: its type, which is empty if unknown, and its name.
type Resource<'e> = (Cow<'e, str>, Cow<'e, str>);

/// Resources without duplicates, in the order of the record.
#[derive(Default)]
struct List<'e>(Vec<Resource<'e>>);

impl<'e> List<'e> {
    fn add(&mut self, kind: impl Into<Cow<'e, str>>, name: Option<Cow<'e, str>>) {
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            return;
        };
        let resource = (kind.into(), name);
        if !self.0.contains(&resource) {
            self.0.push(resource);
        }
    }
}

fn text<'e>(node: Option<Node<'e>>) -> Option<Cow<'e, str>> {
    Some(node?.some_text()?.to_str())
}

/// Writes the list of an event's resources as a JSON value.
pub(super) fn write(event: &Event<'_>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (i, (kind, name)) in of(event).iter().enumerate() {
        out.extend_from_slice(if i == 0 { b"{" } else { b",{" });
        if !kind.is_empty() {
            out.extend_from_slice(b"\"ResourceType\":");
            write_string(out, kind);
            out.push(b',');
        }
        out.extend_from_slice(b"\"ResourceName\":");
        write_string(out, name);
        out.push(b'}');
    }
    out.push(b']');
}

fn of<'e>(event: &'e Event<'_>) -> Vec<Resource<'e>> {
    let mut list = List::default();
    let source = event.source_name().map(|source| source.to_str());
    let service = source.as_deref().unwrap_or_default();
    let service = service.split('.').next().unwrap_or_default();
    let request = event.record_member(const { MemberName::named("requestParameters") });
    let response = event.record_member(const { MemberName::named("responseElements") });
    if service == "sts" {
        issued(&mut list, request, response);
    }
    // Read-only calls of EC2 list many filters, and CloudTrail lists none of them as resources.
    if service != "ec2" || event.read_only() != Some(true) {
        named(&mut list, service, [request, response]);
    }
    if let Some(own) = event.record_member(const { MemberName::named("resources") }) {
        own.for_each(|resource| {
            let kind = text(
                resource
                    .get("type")
                    .or_else(|| resource.get("resourceType")),
            );
            let arn = resource.get("ARN").or_else(|| resource.get("arn"));
            list.add(kind.unwrap_or_default(), text(arn));
            true
        });
    }
    list.0
}

/// The credentials that `AssumeRole` and similar calls issue, and the role.
fn issued<'e>(list: &mut List<'e>, request: Option<Node<'e>>, response: Option<Node<'e>>) {
    let at = |node: Option<Node<'e>>, name: &str| node.and_then(|node| node.get(name));
    let key = at(at(response, "credentials"), "accessKeyId");
    list.add("AWS::IAM::AccessKey", text(key));
    let role = at(response, "assumedRoleUser");
    let id = text(at(role, "assumedRoleId"));
    let session = id.as_deref().and_then(|id| id.split_once(':'));
    let session = session.map(|(_, session)| Cow::Owned(session.to_owned()));
    for name in [session, id, text(at(role, "arn"))] {
        list.add("AWS::STS::AssumedRole", name);
    }
    list.add("AWS::IAM::Role", text(at(request, "roleArn")));
}

/// The resources in the parameters and the response.
fn named<'e>(list: &mut List<'e>, service: &str, nodes: [Option<Node<'e>>; 2]) {
    let wanted = PARAMETERS.map(|(of, ..)| of == "*" || of == service);
    let mut found: [Vec<Cow<'e, str>>; PARAMETERS.len()] = [const { Vec::new() }; _];
    let mut walk = nodes.map(|node| node.map(|node| (node, 0)));
    walk.reverse();
    let mut waiting: Vec<(Node<'e>, usize)> = walk.into_iter().flatten().collect();
    while let Some((node, level)) = waiting.pop() {
        if level > LEVELS {
            continue;
        }
        let before = waiting.len();
        node.for_each_member(|key, value| {
            let Some(text) = value.some_text() else {
                waiting.push((value, level + 1));
                return true;
            };
            let key = key.to_str();
            for (i, (_, name, _)) in PARAMETERS.iter().enumerate() {
                if wanted[i] && key == *name && found[i].len() < OF_ONE_NAME {
                    found[i].push(text.to_str());
                }
            }
            true
        });
        node.for_each(|value| {
            waiting.push((value, level + 1));
            true
        });
        // Keeps the order of the record.
        waiting[before..].reverse();
    }
    for ((.., kind), names) in PARAMETERS.iter().zip(found) {
        for name in names {
            list.add(*kind, Some(name));
        }
    }
}
