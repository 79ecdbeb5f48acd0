//! The table of notable calls.

use super::NotableDefinition;

const WORKED: &str = "outcome = ok";

/// The kinds, in the order of the report.
pub(in crate::report) const KINDS: [NotableDefinition; 25] = [
    NotableDefinition {
        name: "root user activity",
        calls: &[],
        and: "userIdentity.type = Root and not exists userIdentity.invokedBy and eventType != AwsServiceEvent",
        unless: &[],
        reason: "the root user has all permissions and is rarely needed",
    },
    NotableDefinition {
        name: "sign-in without MFA",
        calls: &[("signin", "ConsoleLogin")],
        and: "responseElements.ConsoleLogin = Success and additionalEventData.MFAUsed = No and userIdentity.type in (IAMUser, Root)",
        unless: &[],
        reason: "a password alone was enough",
    },
    NotableDefinition {
        name: "sign-in failed",
        calls: &[("signin", "ConsoleLogin")],
        and: "outcome = failed",
        unless: &[],
        reason: "a wrong password or MFA code: a mistake, or an attempt to guess it",
    },
    NotableDefinition {
        name: "credentials created",
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
        reason: "new credentials stay valid after the old ones are revoked",
    },
    NotableDefinition {
        name: "identity created",
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
        reason: "a new identity, or a new identity provider, can access the account",
    },
    NotableDefinition {
        name: "permissions granted",
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
        reason: "the permissions of an identity changed",
    },
    NotableDefinition {
        name: "trust policy changed",
        calls: &[("iam", "UpdateAssumeRolePolicy")],
        and: WORKED,
        unless: &[],
        reason: "the identities that may assume this role changed",
    },
    NotableDefinition {
        name: "protection removed",
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
        reason: "a protection was removed, or there was an attempt to remove it",
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
        reason: "later events may not be recorded, or there was an attempt to prevent that they are",
    },
    NotableDefinition {
        name: "logging reduced",
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
            // CloudTrail records lifecycles under the name of the older call.
            (
                "s3",
                "PutBucketLifecycle PutBucketLifecycleConfiguration PutBucketLogging",
            ),
        ],
        and: WORKED,
        unless: &[],
        reason: "fewer events may be recorded, or they may be kept for a shorter time",
    },
    NotableDefinition {
        name: "bucket access changed",
        calls: &[(
            "s3",
            "PutBucketPolicy PutBucketAcl PutObjectAcl DeletePublicAccessBlock \
                 DeleteBucketPublicAccessBlock DeleteAccountPublicAccessBlock PutBucketPublicAccessBlock \
                 PutAccountPublicAccessBlock DeleteBucketPolicy PutBucketWebsite",
        )],
        and: WORKED,
        // A block with all parts on.
        unless: &[(
            "PutBucketPublicAccessBlock PutAccountPublicAccessBlock",
            "requestParameters.PublicAccessBlockConfiguration.BlockPublicAcls = true \
             and requestParameters.PublicAccessBlockConfiguration.IgnorePublicAcls = true \
             and requestParameters.PublicAccessBlockConfiguration.BlockPublicPolicy = true \
             and requestParameters.PublicAccessBlockConfiguration.RestrictPublicBuckets = true",
        )],
        reason: "the identities that can read the data changed; it may now be public",
    },
    NotableDefinition {
        name: "data shared with other accounts",
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
        // Calls that only remove a permission.
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
        reason: "another account may use a copy of the data, a function or a key",
    },
    NotableDefinition {
        name: "network access opened",
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
        reason: "more addresses can connect; 0.0.0.0/0 and ::/0 are the whole internet",
    },
    NotableDefinition {
        name: "encryption key disabled or deleted",
        calls: &[(
            "kms",
            "ScheduleKeyDeletion DisableKey DeleteImportedKeyMaterial",
        )],
        and: "",
        unless: &[],
        reason: "data that is encrypted with this key can no longer be read",
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
        reason: "a secret gives access without AWS credentials; many different secrets in a short time indicate theft",
    },
    NotableDefinition {
        name: "instance or function code",
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
        reason: "code that runs with the role of an instance or function was changed or read",
    },
    NotableDefinition {
        name: "remote command or shell",
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
        reason: "commands on an instance, which CloudTrail does not record",
    },
    NotableDefinition {
        name: "data copied",
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
        reason: "a copy is not protected by the access rules of the original",
    },
    NotableDefinition {
        name: "data deleted",
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
        // Versioning that is switched on.
        unless: &[(
            "PutBucketVersioning",
            "requestParameters.VersioningConfiguration.Status = Enabled \
             and not requestParameters.VersioningConfiguration.MfaDelete = Disabled",
        )],
        reason: "the data may be lost permanently",
    },
    NotableDefinition {
        name: "compute started",
        calls: &[
            ("ec2", "RunInstances RequestSpotInstances CreateFleet"),
            ("ecs", "CreateCluster RegisterTaskDefinition"),
            ("sagemaker", "CreateNotebookInstance CreateTrainingJob"),
        ],
        and: "not exists userIdentity.invokedBy",
        unless: &[],
        reason: "compute resources cause costs, and an instance can use the permissions of its role",
    },
    NotableDefinition {
        name: "AI model used",
        calls: &[(
            "bedrock",
            "InvokeModel InvokeModelWithResponseStream InvokeModelWithBidirectionalStream \
                 Converse ConverseStream PutUseCaseForModelAccess PutFoundationModelEntitlement \
                 CreateFoundationModelAgreement",
        )],
        and: "",
        unless: &[],
        reason: "stolen keys are often used to run AI models",
    },
    NotableDefinition {
        name: "email sending prepared",
        calls: &[(
            "ses",
            "UpdateAccountSendingEnabled VerifyEmailIdentity VerifyDomainIdentity \
                 VerifyDomainDkim CreateEmailIdentity PutAccountDetails",
        )],
        and: "",
        unless: &[],
        reason: "an account that can send email can be used to send spam",
    },
    NotableDefinition {
        name: "account discovery",
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
        reason: "calls that are typical for an identity that explores an unknown account",
    },
    NotableDefinition {
        name: "credentials tested",
        calls: &[("sts", "GetCallerIdentity GetSessionToken GetAccessKeyInfo")],
        and: "not exists userIdentity.invokedBy",
        unless: &[],
        reason: "often the first call with a stolen key",
    },
    NotableDefinition {
        name: "instance role used outside the instance",
        calls: &[],
        and: "userIdentity.type = AssumedRole and session ~ '(?i)^i-[0-9a-f]{8,17}$' and userAgent ~ '(?i)aws-cli/.*(kali|parrot|darwin|macos|windows[/#](7|8|8\\.1|10|11)\\b)'",
        unless: &[],
        reason: "the session belongs to an instance, but the client runs on a desktop: the keys may have been stolen from the instance",
    },
];
