//! Calls that a review looks at first: one table, a row a kind.
//!
//! Each row is an expression, so that what it finds can be listed by `--where`. No row is a verdict, and there is no
//! score: most of these calls are somebody's daily work.
//!
//! Source: the calls of the public attack stories that this program is tested with, "Security best practices in IAM",
//! and the names of calls in the services' API references. Not for: who made the call.

use hashbrown::HashMap;

use crate::event::{Context, Event};
use crate::select::{Condition, Expr, Selection};
use crate::time::{Moment, Zone};

/// Something worth a look.
pub(super) struct Kind {
    /// What it is called.
    pub name: &'static str,
    /// Service and calls; several services are rows of one kind. None for any call.
    calls: &'static [(&'static str, &'static [&'static str])],
    /// What else must hold; empty for nothing.
    and: &'static str,
    /// Why it matters.
    pub why: &'static str,
}

const WORKED: &str = "outcome = ok";

/// The kinds, in the order in which they are told.
pub(super) const KINDS: [Kind; 25] = [
    Kind {
        name: "root used",
        calls: &[],
        and: "userIdentity.type = Root and not exists userIdentity.invokedBy and eventType != AwsServiceEvent",
        why: "the root user can do everything and is needed for almost nothing",
    },
    Kind {
        name: "sign-in without MFA",
        calls: &[("signin", &["ConsoleLogin"])],
        and: "responseElements.ConsoleLogin = Success and additionalEventData.MFAUsed = No and userIdentity.type in (IAMUser, Root)",
        why: "a password alone was enough",
    },
    Kind {
        name: "sign-in failed",
        calls: &[("signin", &["ConsoleLogin"])],
        and: "outcome = failed",
        why: "a wrong password or code: a mistake, or somebody guessing",
    },
    Kind {
        name: "credentials made",
        calls: &[
            (
                "iam",
                &[
                    "CreateAccessKey",
                    "CreateLoginProfile",
                    "UpdateLoginProfile",
                    "CreateServiceSpecificCredential",
                    "UploadSigningCertificate",
                    "UploadSSHPublicKey",
                ],
            ),
            ("sts", &["GetFederationToken"]),
            ("rolesanywhere", &["CreateTrustAnchor", "CreateProfile"]),
        ],
        and: WORKED,
        why: "a new way in, which lasts when the old one is closed",
    },
    Kind {
        name: "identity made",
        calls: &[
            (
                "iam",
                &[
                    "CreateUser",
                    "CreateRole",
                    "CreateSAMLProvider",
                    "CreateOpenIDConnectProvider",
                    "UpdateSAMLProvider",
                ],
            ),
            ("identitystore", &["CreateUser"]),
        ],
        and: WORKED,
        why: "somebody who was not there before, or a new door for others",
    },
    Kind {
        name: "permission given",
        calls: &[
            (
                "iam",
                &[
                    "AttachUserPolicy",
                    "AttachRolePolicy",
                    "AttachGroupPolicy",
                    "PutUserPolicy",
                    "PutRolePolicy",
                    "PutGroupPolicy",
                    "CreatePolicyVersion",
                    "SetDefaultPolicyVersion",
                    "AddUserToGroup",
                    "AddRoleToInstanceProfile",
                ],
            ),
            (
                "sso",
                &[
                    "CreateAccountAssignment",
                    "AttachManagedPolicyToPermissionSet",
                    "PutInlinePolicyToPermissionSet",
                ],
            ),
        ],
        and: WORKED,
        why: "what an identity may do has changed",
    },
    Kind {
        name: "trust changed",
        calls: &[("iam", &["UpdateAssumeRolePolicy"])],
        and: WORKED,
        why: "who may become this role has changed",
    },
    Kind {
        name: "guard removed",
        calls: &[
            (
                "iam",
                &[
                    "DeactivateMFADevice",
                    "DeleteVirtualMFADevice",
                    "DeleteUserPermissionsBoundary",
                    "DeleteRolePermissionsBoundary",
                    "DeleteAccountPasswordPolicy",
                ],
            ),
            (
                "organizations",
                &[
                    "DetachPolicy",
                    "DisablePolicyType",
                    "LeaveOrganization",
                    "RemoveAccountFromOrganization",
                ],
            ),
        ],
        and: "",
        why: "a limit that was there is gone, or somebody tried to take it away",
    },
    Kind {
        name: "logging stopped",
        calls: &[
            (
                "cloudtrail",
                &[
                    "StopLogging",
                    "DeleteTrail",
                    "DeleteEventDataStore",
                    "StopEventDataStoreIngestion",
                ],
            ),
            (
                "config",
                &[
                    "StopConfigurationRecorder",
                    "DeleteConfigurationRecorder",
                    "DeleteDeliveryChannel",
                ],
            ),
            (
                "guardduty",
                &[
                    "DeleteDetector",
                    "DisassociateFromMasterAccount",
                    "StopMonitoringMembers",
                ],
            ),
            ("ec2", &["DeleteFlowLogs"]),
            ("logs", &["DeleteLogGroup", "DeleteLogStream"]),
            ("securityhub", &["DisableSecurityHub"]),
            ("macie2", &["DisableMacie"]),
            (
                "route53resolver",
                &[
                    "DeleteResolverQueryLogConfig",
                    "DisassociateResolverQueryLogConfig",
                ],
            ),
            ("s3", &["DeleteBucketLogging"]),
        ],
        and: "",
        why: "what happens from here on may not be recorded, or somebody tried to bring that about",
    },
    Kind {
        name: "logging narrowed",
        calls: &[
            (
                "cloudtrail",
                &[
                    "UpdateTrail",
                    "PutEventSelectors",
                    "PutInsightSelectors",
                    "RemoveTags",
                ],
            ),
            (
                "guardduty",
                &[
                    "UpdateDetector",
                    "CreateFilter",
                    "CreateIPSet",
                    "UpdateIPSet",
                ],
            ),
            ("logs", &["PutRetentionPolicy"]),
            ("s3", &["PutBucketLifecycle", "PutBucketLogging"]),
        ],
        and: WORKED,
        why: "less may be recorded than before, or kept for less long",
    },
    Kind {
        name: "bucket opened",
        calls: &[(
            "s3",
            &[
                "PutBucketPolicy",
                "PutBucketAcl",
                "PutObjectAcl",
                "DeletePublicAccessBlock",
                "DeleteAccountPublicAccessBlock",
                "PutBucketPublicAccessBlock",
                "PutAccountPublicAccessBlock",
                "DeleteBucketPolicy",
                "PutBucketWebsite",
            ],
        )],
        and: WORKED,
        why: "who can read the data has changed, perhaps to everybody",
    },
    Kind {
        name: "data shared outside",
        calls: &[
            ("ec2", &["ModifySnapshotAttribute", "ModifyImageAttribute"]),
            (
                "rds",
                &[
                    "ModifyDBSnapshotAttribute",
                    "ModifyDBClusterSnapshotAttribute",
                ],
            ),
            (
                "lambda",
                &[
                    "AddPermission20150331v2",
                    "AddPermission20150331",
                    "AddLayerVersionPermission20181031",
                ],
            ),
            ("ecr", &["SetRepositoryPolicy"]),
            ("kms", &["PutKeyPolicy", "CreateGrant"]),
            ("secretsmanager", &["PutResourcePolicy"]),
            ("sns", &["AddPermission"]),
            ("sqs", &["AddPermission"]),
            ("ram", &["CreateResourceShare", "AssociateResourceShare"]),
        ],
        and: "outcome = ok and not exists userIdentity.invokedBy",
        why: "another account may use a copy, a function or a key",
    },
    Kind {
        name: "network opened",
        calls: &[
            (
                "ec2",
                &[
                    "AuthorizeSecurityGroupIngress",
                    "AuthorizeSecurityGroupEgress",
                    "ModifySecurityGroupRules",
                    "CreateInternetGateway",
                    "AttachInternetGateway",
                    "CreateNetworkAclEntry",
                    "ReplaceNetworkAclEntry",
                    "CreateVpcPeeringConnection",
                    "AcceptVpcPeeringConnection",
                ],
            ),
            ("rds", &["AuthorizeDBSecurityGroupIngress"]),
        ],
        and: WORKED,
        why: "more can be reached from elsewhere; 0.0.0.0/0 and ::/0 are everywhere",
    },
    Kind {
        name: "key scheduled for deletion",
        calls: &[(
            "kms",
            &[
                "ScheduleKeyDeletion",
                "DisableKey",
                "DeleteImportedKeyMaterial",
            ],
        )],
        and: "",
        why: "what is encrypted with it cannot be read any more",
    },
    Kind {
        name: "secret read",
        calls: &[
            ("secretsmanager", &["GetSecretValue", "BatchGetSecretValue"]),
            (
                "ssm",
                &["GetParameter", "GetParameters", "GetParametersByPath"],
            ),
            ("ec2", &["GetPasswordData"]),
        ],
        and: "not (EventSource = ssm.amazonaws.com and not requestParameters.withDecryption = true)",
        why: "whoever has the secret needs no AWS any more; many of different names in a short time are a harvest",
    },
    Kind {
        name: "script of an instance",
        calls: &[
            (
                "ec2",
                &["ModifyInstanceAttribute", "DescribeInstanceAttribute"],
            ),
            (
                "lambda",
                &[
                    "UpdateFunctionCode20150331v2",
                    "UpdateFunctionCode20150331",
                    "UpdateFunctionConfiguration20150331v2",
                ],
            ),
        ],
        and: "(EventSource = lambda.amazonaws.com and outcome = ok or exists requestParameters.userData or requestParameters.attribute = userData)",
        why: "code that runs with the role of an instance or a function was changed or read",
    },
    Kind {
        name: "shell opened",
        calls: &[
            ("ssm", &["SendCommand", "StartSession", "ResumeSession"]),
            (
                "ec2-instance-connect",
                &["SendSSHPublicKey", "SendSerialConsoleSSHPublicKey"],
            ),
            ("ec2", &["EnableSerialConsoleAccess"]),
            ("ecs", &["ExecuteCommand"]),
        ],
        and: "",
        why: "commands on a machine, of which CloudTrail sees nothing further",
    },
    Kind {
        name: "copy taken",
        calls: &[
            (
                "ec2",
                &[
                    "CreateSnapshot",
                    "CreateSnapshots",
                    "CopySnapshot",
                    "CreateImage",
                    "CopyImage",
                    "CreateInstanceExportTask",
                    "ExportImage",
                    "CreateStoreImageTask",
                ],
            ),
            (
                "rds",
                &[
                    "CreateDBSnapshot",
                    "CreateDBClusterSnapshot",
                    "CopyDBSnapshot",
                    "StartExportTask",
                ],
            ),
            ("dynamodb", &["ExportTableToPointInTime", "CreateBackup"]),
        ],
        and: "outcome = ok and not exists userIdentity.invokedBy",
        why: "data can leave as a copy, past what guards the original",
    },
    Kind {
        name: "data destroyed",
        calls: &[
            (
                "s3",
                &["DeleteBucket", "DeleteObjects", "PutBucketVersioning"],
            ),
            (
                "rds",
                &[
                    "DeleteDBInstance",
                    "DeleteDBCluster",
                    "DeleteDBSnapshot",
                    "DeleteDBClusterSnapshot",
                ],
            ),
            (
                "ec2",
                &["DeleteSnapshot", "DeleteVolume", "TerminateInstances"],
            ),
            ("dynamodb", &["DeleteTable", "DeleteBackup"]),
            ("backup", &["DeleteRecoveryPoint", "DeleteBackupVault"]),
            ("secretsmanager", &["DeleteSecret"]),
        ],
        and: "outcome = ok and not exists userIdentity.invokedBy",
        why: "it may be gone for good",
    },
    Kind {
        name: "machines started",
        calls: &[
            (
                "ec2",
                &["RunInstances", "RequestSpotInstances", "CreateFleet"],
            ),
            ("ecs", &["CreateCluster", "RegisterTaskDefinition"]),
            (
                "sagemaker",
                &["CreateNotebookInstance", "CreateTrainingJob"],
            ),
        ],
        and: "not exists userIdentity.invokedBy",
        why: "computing that somebody pays for, or a machine with a role on it",
    },
    Kind {
        name: "model used",
        calls: &[(
            "bedrock",
            &[
                "InvokeModel",
                "InvokeModelWithResponseStream",
                "Converse",
                "PutUseCaseForModelAccess",
                "PutFoundationModelEntitlement",
                "CreateFoundationModelAgreement",
            ],
        )],
        and: "",
        why: "stolen keys are sold for the use of models",
    },
    Kind {
        name: "mail abused",
        calls: &[(
            "ses",
            &[
                "UpdateAccountSendingEnabled",
                "VerifyEmailIdentity",
                "CreateEmailIdentity",
                "PutAccountDetails",
            ],
        )],
        and: "",
        why: "an account that can send mail is worth money to senders of spam",
    },
    Kind {
        name: "account looked over",
        calls: &[
            (
                "iam",
                &[
                    "GetAccountAuthorizationDetails",
                    "GetAccountSummary",
                    "SimulatePrincipalPolicy",
                ],
            ),
            ("organizations", &["ListAccounts", "DescribeOrganization"]),
            ("ses", &["GetSendQuota"]),
            ("servicequotas", &["ListServiceQuotas"]),
        ],
        and: "",
        why: "calls of somebody who does not know the account yet",
    },
    Kind {
        name: "key tried",
        calls: &[(
            "sts",
            &["GetCallerIdentity", "GetSessionToken", "GetAccessKeyInfo"],
        )],
        and: "not exists userIdentity.invokedBy",
        why: "the first call that is made with a key that was found",
    },
    Kind {
        name: "instance role used elsewhere",
        calls: &[],
        and: "userIdentity.type = AssumedRole and session ~ '^i-[0-9a-f]{8,17}$' and userAgent ~ '(?i)aws-cli/.*(kali|parrot|darwin|windows)'",
        why: "the session of an instance, with a client that no instance of a server has",
    },
];

impl Kind {
    /// What its events satisfy.
    pub fn condition(&self) -> String {
        self.condition_among(|_, _| true)
    }

    /// The same where no other calls (source and name) than these occur.
    pub fn condition_among(&self, occurs: impl Fn(&str, &str) -> bool) -> String {
        let mut calls = Vec::new();
        for (service, names) in self.calls {
            let source = format!("{service}.amazonaws.com");
            let names = names.iter().filter(|name| occurs(&source, name));
            let names: Vec<&str> = names.copied().collect();
            let named = match names.as_slice() {
                [] => continue,
                [one] => format!("EventName = {one}"),
                several => format!("EventName in ({})", several.join(", ")),
            };
            calls.push(format!("EventSource = {source} and {named}"));
        }
        let calls = match calls.as_slice() {
            [one] => one.clone(),
            [] => String::new(),
            several => format!("({})", several.join(" or ")),
        };
        super::command::all(&[calls, self.and.to_owned()])
    }
}

/// The kinds, ready to be asked of events.
#[derive(Debug)]
pub(super) struct Watch {
    conditions: Vec<Selection>,
    by_call: HashMap<&'static str, Vec<u8>>,
    of_any: Vec<u8>,
}

impl Watch {
    pub fn new() -> Watch {
        let mut watch = Watch {
            conditions: Vec::new(),
            by_call: HashMap::new(),
            of_any: Vec::new(),
        };
        for (nth, kind) in KINDS.iter().enumerate() {
            let typed = kind.condition();
            // Held by a test; none of them has a time in it.
            let expr = Expr::parse(&typed, &Zone::Utc, Moment::MIN);
            let all = expr.map(|expr| Selection::new(vec![Condition { typed, expr }]));
            watch.conditions.push(all.unwrap_or_default());
            let names = kind.calls.iter().flat_map(|(_, names)| names.iter());
            for name in names {
                let kinds = watch.by_call.entry(name).or_default();
                // A name may be that of calls of several services.
                if kinds.last() != Some(&(nth as u8)) {
                    kinds.push(nth as u8);
                }
            }
            if kind.calls.is_empty() {
                watch.of_any.push(nth as u8);
            }
        }
        watch
    }

    /// Calls `each` with the number of every kind that the event is of.
    pub fn each(
        &self,
        name: &str,
        event: &Event<'_>,
        context: &Context<'_>,
        mut each: impl FnMut(u8),
    ) {
        let named = self.by_call.get(name).map_or(&[][..], Vec::as_slice);
        for nth in self.of_any.iter().chain(named) {
            let condition = &self.conditions[usize::from(*nth)];
            if condition.refusal(event, context, &mut []).is_none() {
                each(*nth);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_an_expression_and_has_a_reason() {
        for kind in &KINDS {
            let parsed = Expr::parse(&kind.condition(), &Zone::Utc, Moment::MIN);
            assert!(parsed.is_ok(), "{}: {parsed:?}", kind.name);
            assert!(
                kind.why.len() > 20 && !kind.why.ends_with('.'),
                "{}",
                kind.name
            );
        }
    }
}
