//! What a call was made on, where neither list of resources of the event says so: the parameters that name it.
//!
//! Names of parameters as the services' API references have them. Not for: what is done to it.

use std::sync::LazyLock;

use hashbrown::HashMap;

use crate::event::{Node, Path};
use crate::text::Value;

/// Service (empty for any), parameter, path below it, and the type as CloudFormation names it.
const TARGETS: [(&str, &str, &str, &str); 47] = [
    ("", "bucketName", "", "AWS::S3::Bucket"),
    ("iam", "userName", "", "AWS::IAM::User"),
    ("iam", "roleName", "", "AWS::IAM::Role"),
    ("iam", "groupName", "", "AWS::IAM::Group"),
    ("iam", "policyArn", "", "AWS::IAM::Policy"),
    ("iam", "policyName", "", "AWS::IAM::Policy"),
    ("iam", "accessKeyId", "", "AWS::IAM::AccessKey"),
    (
        "iam",
        "instanceProfileName",
        "",
        "AWS::IAM::InstanceProfile",
    ),
    ("iam", "serialNumber", "", "AWS::IAM::VirtualMFADevice"),
    ("sts", "roleArn", "", "AWS::IAM::Role"),
    ("ec2", "groupId", "", "AWS::EC2::SecurityGroup"),
    ("ec2", "groupName", "", "AWS::EC2::SecurityGroup"),
    ("ec2", "instanceId", "", "AWS::EC2::Instance"),
    (
        "ec2",
        "instancesSet",
        "items[].instanceId",
        "AWS::EC2::Instance",
    ),
    ("ec2", "imageId", "", "AWS::EC2::Image"),
    ("ec2", "snapshotId", "", "AWS::EC2::Snapshot"),
    ("ec2", "volumeId", "", "AWS::EC2::Volume"),
    ("ec2", "vpcId", "", "AWS::EC2::VPC"),
    ("ec2", "subnetId", "", "AWS::EC2::Subnet"),
    ("ec2", "routeTableId", "", "AWS::EC2::RouteTable"),
    ("ec2", "keyName", "", "AWS::EC2::KeyPair"),
    (
        "ec2",
        "networkInterfaceId",
        "",
        "AWS::EC2::NetworkInterface",
    ),
    (
        "ec2-instance-connect",
        "instanceId",
        "",
        "AWS::EC2::Instance",
    ),
    ("ssm", "target", "", "AWS::EC2::Instance"),
    ("ssm", "instanceIds", "[]", "AWS::EC2::Instance"),
    ("ssm", "documentName", "", "AWS::SSM::Document"),
    ("ssm", "name", "", "AWS::SSM::Parameter"),
    ("ssm", "names", "[]", "AWS::SSM::Parameter"),
    ("kms", "keyId", "", "AWS::KMS::Key"),
    (
        "secretsmanager",
        "secretId",
        "",
        "AWS::SecretsManager::Secret",
    ),
    ("secretsmanager", "name", "", "AWS::SecretsManager::Secret"),
    ("lambda", "functionName", "", "AWS::Lambda::Function"),
    ("dynamodb", "tableName", "", "AWS::DynamoDB::Table"),
    ("rds", "dBInstanceIdentifier", "", "AWS::RDS::DBInstance"),
    ("rds", "dBClusterIdentifier", "", "AWS::RDS::DBCluster"),
    ("rds", "dBSnapshotIdentifier", "", "AWS::RDS::DBSnapshot"),
    ("cloudtrail", "name", "", "AWS::CloudTrail::Trail"),
    ("cloudtrail", "trailName", "", "AWS::CloudTrail::Trail"),
    (
        "cloudformation",
        "stackName",
        "",
        "AWS::CloudFormation::Stack",
    ),
    ("logs", "logGroupName", "", "AWS::Logs::LogGroup"),
    ("guardduty", "detectorId", "", "AWS::GuardDuty::Detector"),
    ("sns", "topicArn", "", "AWS::SNS::Topic"),
    ("sqs", "queueUrl", "", "AWS::SQS::Queue"),
    ("ecr", "repositoryName", "", "AWS::ECR::Repository"),
    ("eks", "name", "", "AWS::EKS::Cluster"),
    ("glue", "databaseName", "", "AWS::Glue::Database"),
    ("events", "name", "", "AWS::Events::Rule"),
];

struct Target {
    service: &'static str,
    below: Option<Path>,
    /// As `--where` takes it.
    path: String,
    kind: &'static str,
}

static BY_PARAMETER: LazyLock<HashMap<&'static str, Vec<Target>>> = LazyLock::new(|| {
    let mut all: HashMap<&'static str, Vec<Target>> = HashMap::new();
    for (service, parameter, below, kind) in TARGETS {
        let dot = if below.is_empty() || below.starts_with('[') {
            ""
        } else {
            "."
        };
        let path = format!("{parameter}{dot}{below}");
        let steps = Path::parse(&path).map(|(_, steps)| steps);
        all.entry(parameter).or_default().push(Target {
            service,
            below: steps.ok().filter(|steps| !steps.is_empty()),
            path: format!("requestParameters.{path}"),
            kind,
        });
    }
    all
});

/// Calls `each` with path, type and name of what `parameters` of a call of `service` (as `ec2`) name.
pub fn each(service: &str, parameters: Node<'_>, mut each: impl FnMut(&str, &str, &str)) {
    parameters.for_each_member(|name, node| {
        let targets = BY_PARAMETER.get(&*name.to_str());
        let of_service = |target: &&Target| ["", service].contains(&target.service);
        if let Some(target) = targets.and_then(|all| all.iter().find(of_service)) {
            let value = match &target.below {
                Some(below) => below.value(node),
                None => node.value(),
            };
            let values = match value {
                Value::List(values) => values,
                value => vec![value],
            };
            for value in &values {
                if let Value::Text(text) = value
                    && !text.is_empty()
                {
                    each(&target.path, target.kind, &text.to_str());
                }
            }
        }
        true
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::node;

    #[test]
    fn targets_are_those_of_the_service() {
        let mut found = Vec::new();
        let json = r#"{"userName":"bob","instancesSet":{"items":[{"instanceId":"i-1"},{"instanceId":"i-2"}]},"x":1}"#;
        for service in ["iam", "ec2"] {
            node(json, |node| {
                each(service, node, |path, kind, name| {
                    found.push(format!("{path} {kind} {name}"));
                });
            });
        }
        assert_eq!(
            found,
            [
                "requestParameters.userName AWS::IAM::User bob",
                "requestParameters.instancesSet.items[].instanceId AWS::EC2::Instance i-1",
                "requestParameters.instancesSet.items[].instanceId AWS::EC2::Instance i-2",
            ]
        );
    }
}
