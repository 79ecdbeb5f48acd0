//! The table of calls that a review looks at first.
//!
//! Not for: how it is asked (`notable`).

use super::NotableDefinition;

const WORKED: &str = "outcome = ok";

/// The kinds, in the order in which they are told.
pub(in crate::report) const KINDS: [NotableDefinition; 25] = [
    NotableDefinition {
        name: "root used",
        calls: &[],
        and: "userIdentity.type = Root and not exists userIdentity.invokedBy and eventType != AwsServiceEvent",
        unless: &[],
        why: "the root user can do everything and is needed for almost nothing",
    },
    NotableDefinition {
        name: "sign-in without MFA",
        calls: &[("signin", "ConsoleLogin")],
        and: "responseElements.ConsoleLogin = Success and additionalEventData.MFAUsed = No and userIdentity.type in (IAMUser, Root)",
        unless: &[],
        why: "a password alone was enough",
    },
    NotableDefinition {
        name: "sign-in failed",
        calls: &[("signin", "ConsoleLogin")],
        and: "outcome = failed",
        unless: &[],
        why: "a wrong password or code: a mistake, or somebody guessing",
    },
    NotableDefinition {
        name: "credentials made",
        calls: &[
            (
                "iam",
                "CreateAccessKey UpdateAccessKey CreateLoginProfile UpdateLoginProfile \
                 CreateServiceSpecificCredential ResetServiceSpecificCredential UploadSigningCertificate \
                 UploadSSHPublicKey",
            ),
            ("sts", "GetFederationToken"),
            ("rolesanywhere", "CreateTrustAnchor CreateProfile"),
        ],
        and: WORKED,
        unless: &[(
            "UpdateAccessKey",
            "EventName = UpdateAccessKey and requestParameters.status = Inactive",
        )],
        why: "a new way in, which lasts when the old one is closed",
    },
    NotableDefinition {
        name: "identity made",
        calls: &[
            (
                "iam",
                "CreateUser CreateRole CreateSAMLProvider CreateOpenIDConnectProvider \
                 UpdateSAMLProvider",
            ),
            ("identitystore", "CreateUser"),
            ("sso-directory", "CreateUser"),
            ("organizations", "CreateAccount InviteAccountToOrganization"),
        ],
        and: WORKED,
        unless: &[],
        why: "somebody who was not there before, or a new door for others",
    },
    NotableDefinition {
        name: "permission given",
        calls: &[
            (
                "iam",
                "AttachUserPolicy AttachRolePolicy AttachGroupPolicy PutUserPolicy PutRolePolicy \
                 PutGroupPolicy CreatePolicyVersion SetDefaultPolicyVersion AddUserToGroup \
                 AddRoleToInstanceProfile",
            ),
            (
                "sso",
                "CreateAccountAssignment AttachManagedPolicyToPermissionSet \
                 AttachCustomerManagedPolicyReferenceToPermissionSet PutInlinePolicyToPermissionSet",
            ),
            ("identitystore", "CreateGroupMembership"),
            ("sso-directory", "AddMemberToGroup"),
            (
                "ec2",
                "AssociateIamInstanceProfile ReplaceIamInstanceProfileAssociation",
            ),
            ("eks", "CreateAccessEntry AssociateAccessPolicy"),
        ],
        and: WORKED,
        unless: &[],
        why: "what an identity may do has changed",
    },
    NotableDefinition {
        name: "trust changed",
        calls: &[("iam", "UpdateAssumeRolePolicy")],
        and: WORKED,
        unless: &[],
        why: "who may become this role has changed",
    },
    NotableDefinition {
        name: "guard removed",
        calls: &[
            (
                "iam",
                "DeactivateMFADevice DeleteVirtualMFADevice DeleteUserPermissionsBoundary \
                 DeleteRolePermissionsBoundary DeleteAccountPasswordPolicy",
            ),
            (
                "organizations",
                "DeletePolicy UpdatePolicy DetachPolicy DisablePolicyType LeaveOrganization \
                 RemoveAccountFromOrganization",
            ),
        ],
        and: "",
        unless: &[],
        why: "a limit that was there is gone, or somebody tried to take it away",
    },
    NotableDefinition {
        name: "logging stopped",
        calls: &[
            (
                "cloudtrail",
                "StopLogging DeleteTrail DeleteEventDataStore StopEventDataStoreIngestion",
            ),
            (
                "config",
                "StopConfigurationRecorder DeleteConfigurationRecorder DeleteDeliveryChannel",
            ),
            (
                "guardduty",
                "DeleteDetector DisassociateFromMasterAccount \
                 DisassociateFromAdministratorAccount DisassociateMembers DeleteMembers \
                 StopMonitoringMembers DeletePublishingDestination DisableOrganizationAdminAccount",
            ),
            ("ec2", "DeleteFlowLogs"),
            ("logs", "DeleteLogGroup DeleteLogStream"),
            (
                "securityhub",
                "DisableSecurityHub DisassociateFromAdministratorAccount",
            ),
            ("macie2", "DisableMacie"),
            ("inspector2", "Disable"),
            ("detective", "DeleteGraph"),
            ("access-analyzer", "DeleteAnalyzer"),
            ("monitoring", "DeleteAlarms DisableAlarmActions"),
            ("events", "DisableRule DeleteRule RemoveTargets"),
            ("bedrock", "DeleteModelInvocationLoggingConfiguration"),
            ("wafv2", "DeleteLoggingConfiguration"),
            (
                "route53resolver",
                "DeleteResolverQueryLogConfig DisassociateResolverQueryLogConfig",
            ),
        ],
        and: "",
        unless: &[],
        why: "what happens from here on may not be recorded, or somebody tried to bring that about",
    },
    NotableDefinition {
        name: "logging narrowed",
        calls: &[
            (
                "cloudtrail",
                "UpdateTrail PutEventSelectors PutInsightSelectors UpdateEventDataStore",
            ),
            ("config", "PutConfigurationRecorder DeleteConfigRule"),
            (
                "guardduty",
                "UpdateDetector CreateFilter CreateIPSet UpdateIPSet",
            ),
            ("logs", "PutRetentionPolicy"),
            // Lifecycles are recorded by the name of the older call.
            (
                "s3",
                "PutBucketLifecycle PutBucketLifecycleConfiguration PutBucketLogging",
            ),
        ],
        and: WORKED,
        unless: &[],
        why: "less may be recorded than before, or kept for less long",
    },
    NotableDefinition {
        name: "bucket opened",
        calls: &[(
            "s3",
            "PutBucketPolicy PutBucketAcl PutObjectAcl DeletePublicAccessBlock \
                 DeleteBucketPublicAccessBlock DeleteAccountPublicAccessBlock PutBucketPublicAccessBlock \
                 PutAccountPublicAccessBlock DeleteBucketPolicy PutBucketWebsite",
        )],
        and: WORKED,
        // A block of which no part is off.
        unless: &[(
            "PutBucketPublicAccessBlock PutAccountPublicAccessBlock",
            "requestParameters.PublicAccessBlockConfiguration.BlockPublicAcls = true \
             and requestParameters.PublicAccessBlockConfiguration.IgnorePublicAcls = true \
             and requestParameters.PublicAccessBlockConfiguration.BlockPublicPolicy = true \
             and requestParameters.PublicAccessBlockConfiguration.RestrictPublicBuckets = true",
        )],
        why: "who can read the data has changed, perhaps to everybody",
    },
    NotableDefinition {
        name: "data shared outside",
        calls: &[
            ("ec2", "ModifySnapshotAttribute ModifyImageAttribute"),
            (
                "rds",
                "ModifyDBSnapshotAttribute ModifyDBClusterSnapshotAttribute",
            ),
            (
                "lambda",
                "AddPermission20150331v2 AddPermission20150331 AddLayerVersionPermission20181031 \
                 CreateFunctionUrlConfig UpdateFunctionUrlConfig",
            ),
            ("ecr", "SetRepositoryPolicy"),
            ("kms", "PutKeyPolicy CreateGrant"),
            ("secretsmanager", "PutResourcePolicy"),
            ("sns", "AddPermission"),
            ("sqs", "AddPermission"),
            ("ram", "CreateResourceShare AssociateResourceShare"),
        ],
        and: "outcome = ok and not exists userIdentity.invokedBy",
        // What only takes a share back.
        unless: &[
            (
                "ModifySnapshotAttribute",
                "exists requestParameters.createVolumePermission.remove \
                 and not exists requestParameters.createVolumePermission.add",
            ),
            (
                "ModifyImageAttribute",
                "exists requestParameters.launchPermission.remove \
                 and not exists requestParameters.launchPermission.add",
            ),
            (
                "ModifyDBSnapshotAttribute ModifyDBClusterSnapshotAttribute",
                "exists requestParameters.valuesToRemove and not exists requestParameters.valuesToAdd",
            ),
        ],
        why: "another account may use a copy, a function or a key",
    },
    NotableDefinition {
        name: "network opened",
        calls: &[
            (
                "ec2",
                "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress ModifySecurityGroupRules \
                 CreateInternetGateway AttachInternetGateway CreateNetworkAclEntry ReplaceNetworkAclEntry \
                 CreateVpcPeeringConnection AcceptVpcPeeringConnection",
            ),
            ("rds", "AuthorizeDBSecurityGroupIngress"),
        ],
        and: WORKED,
        unless: &[],
        why: "more can be reached from elsewhere; 0.0.0.0/0 and ::/0 are everywhere",
    },
    NotableDefinition {
        name: "key scheduled for deletion",
        calls: &[(
            "kms",
            "ScheduleKeyDeletion DisableKey DeleteImportedKeyMaterial",
        )],
        and: "",
        unless: &[],
        why: "what is encrypted with it cannot be read any more",
    },
    NotableDefinition {
        name: "secret read",
        calls: &[
            ("secretsmanager", "GetSecretValue BatchGetSecretValue"),
            ("ssm", "GetParameter GetParameters GetParametersByPath"),
            ("ec2", "GetPasswordData"),
        ],
        and: "not (EventSource = ssm.amazonaws.com and not requestParameters.withDecryption = true)",
        unless: &[],
        why: "whoever has the secret needs no AWS any more; many of different names in a short time are a harvest",
    },
    NotableDefinition {
        name: "script of an instance",
        calls: &[
            ("ec2", "ModifyInstanceAttribute DescribeInstanceAttribute"),
            (
                "lambda",
                "UpdateFunctionCode20150331v2 UpdateFunctionCode20150331 \
                 UpdateFunctionConfiguration20150331v2",
            ),
        ],
        and: "(EventSource = lambda.amazonaws.com and outcome = ok or exists requestParameters.userData or requestParameters.attribute = userData)",
        unless: &[],
        why: "code that runs with the role of an instance or a function was changed or read",
    },
    NotableDefinition {
        name: "shell opened",
        calls: &[
            (
                "ssm",
                "SendCommand StartSession ResumeSession CreateAssociation StartAutomationExecution",
            ),
            (
                "ec2-instance-connect",
                "SendSSHPublicKey SendSerialConsoleSSHPublicKey OpenTunnel",
            ),
            ("ec2", "EnableSerialConsoleAccess"),
            ("ecs", "ExecuteCommand"),
        ],
        and: "",
        unless: &[],
        why: "commands on a machine, of which CloudTrail sees nothing further",
    },
    NotableDefinition {
        name: "copy taken",
        calls: &[
            (
                "ec2",
                "CreateSnapshot CreateSnapshots CopySnapshot CreateImage CopyImage \
                 CreateInstanceExportTask ExportImage CreateStoreImageTask",
            ),
            (
                "rds",
                "CreateDBSnapshot CreateDBClusterSnapshot CopyDBSnapshot StartExportTask",
            ),
            ("dynamodb", "ExportTableToPointInTime CreateBackup"),
        ],
        and: "outcome = ok and not exists userIdentity.invokedBy",
        unless: &[],
        why: "data can leave as a copy, past what guards the original",
    },
    NotableDefinition {
        name: "data destroyed",
        calls: &[
            ("s3", "DeleteBucket DeleteObjects PutBucketVersioning"),
            (
                "rds",
                "DeleteDBInstance DeleteDBCluster DeleteDBSnapshot DeleteDBClusterSnapshot",
            ),
            (
                "ec2",
                "DeleteSnapshot DeleteVolume DeregisterImage TerminateInstances",
            ),
            ("elasticfilesystem", "DeleteFileSystem"),
            ("dynamodb", "DeleteTable DeleteBackup"),
            ("backup", "DeleteRecoveryPoint DeleteBackupVault"),
            ("secretsmanager", "DeleteSecret"),
        ],
        and: "outcome = ok and not exists userIdentity.invokedBy",
        // Versions that are switched on.
        unless: &[(
            "PutBucketVersioning",
            "requestParameters.VersioningConfiguration.Status = Enabled \
             and not requestParameters.VersioningConfiguration.MfaDelete = Disabled",
        )],
        why: "it may be gone for good",
    },
    NotableDefinition {
        name: "machines started",
        calls: &[
            ("ec2", "RunInstances RequestSpotInstances CreateFleet"),
            ("ecs", "CreateCluster RegisterTaskDefinition"),
            ("sagemaker", "CreateNotebookInstance CreateTrainingJob"),
        ],
        and: "not exists userIdentity.invokedBy",
        unless: &[],
        why: "computing that somebody pays for, or a machine with a role on it",
    },
    NotableDefinition {
        name: "model used",
        calls: &[(
            "bedrock",
            "InvokeModel InvokeModelWithResponseStream InvokeModelWithBidirectionalStream \
                 Converse ConverseStream PutUseCaseForModelAccess PutFoundationModelEntitlement \
                 CreateFoundationModelAgreement",
        )],
        and: "",
        unless: &[],
        why: "stolen keys are sold for the use of models",
    },
    NotableDefinition {
        name: "mail made ready",
        calls: &[(
            "ses",
            "UpdateAccountSendingEnabled VerifyEmailIdentity VerifyDomainIdentity \
                 VerifyDomainDkim CreateEmailIdentity PutAccountDetails",
        )],
        and: "",
        unless: &[],
        why: "an account that can send mail is worth money to senders of spam",
    },
    NotableDefinition {
        name: "account looked over",
        calls: &[
            (
                "iam",
                "GetAccountAuthorizationDetails GetAccountSummary SimulatePrincipalPolicy",
            ),
            ("organizations", "ListAccounts DescribeOrganization"),
            ("ses", "GetSendQuota"),
            ("servicequotas", "ListServiceQuotas"),
        ],
        and: "",
        unless: &[],
        why: "calls of somebody who does not know the account yet",
    },
    NotableDefinition {
        name: "key tried",
        calls: &[("sts", "GetCallerIdentity GetSessionToken GetAccessKeyInfo")],
        and: "not exists userIdentity.invokedBy",
        unless: &[],
        why: "the first call that is made with a key that was found",
    },
    NotableDefinition {
        name: "instance role used elsewhere",
        calls: &[],
        and: "userIdentity.type = AssumedRole and session ~ '(?i)^i-[0-9a-f]{8,17}$' and userAgent ~ '(?i)aws-cli/.*(kali|parrot|darwin|macos|windows[/#](7|8|8\\.1|10|11)\\b)'",
        unless: &[],
        why: "the session of an instance, but a client of a desktop: keys may have been taken from the instance",
    },
];
