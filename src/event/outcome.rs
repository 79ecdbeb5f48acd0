//! The outcome of a call: `ok`, `denied` or `failed`.
//!
//! Services have about twenty error codes for denied access; the list contains those found in the AWS service
//! documentation and in public CloudTrail data. `denied` means missing authorisation only: expired tokens and wrong
//! signatures are failures.

use super::{Event, MemberName};
use crate::text::Text;

/// The outcome of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// No error was recorded.
    Ok,
    /// Denied because a permission is missing.
    Denied,
    /// Any other error, a failed console sign-in or change of roles included.
    Failed,
}

impl Outcome {
    /// The printed word.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Ok => "ok",
            Outcome::Denied => "denied",
            Outcome::Failed => "failed",
        }
    }
}

const ERROR_CODE: MemberName = MemberName::named("errorCode");
const ERROR_MESSAGE: MemberName = MemberName::named("errorMessage");
const RESPONSE: MemberName = MemberName::named("responseElements");

/// An error code that ends with one of these, without regard to case, means denied.
const DENIALS: [&str; 17] = [
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "UnauthorizedAccess",
    "UnauthorizedException",
    "UnauthorizedRequestException",
    "NotAuthorized",
    "NotAuthorizedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "AuthorizationFailureException",
    "Forbidden",
    "ForbiddenException",
    "AccessForbidden",
    "InsufficientPrivilegesException",
    "KMSAccessDeniedException",
    "Unauthorized",
];

/// Messages that show the outcome if the code does not.
const REFUSED: [&str; 2] = [
    "is not authorized to perform",
    "not authorized to perform this operation",
];

/// True if an error code means a missing permission.
pub fn is_denial(code: &str) -> bool {
    let code = code.as_bytes();
    DENIALS.iter().any(|denial| {
        let Some(start) = code.len().checked_sub(denial.len()) else {
            return false;
        };
        code[start..].eq_ignore_ascii_case(denial.as_bytes())
    })
}

impl Event<'_> {
    /// The error code; `None` if it is missing, null or empty.
    pub fn error_code(&self) -> Option<Text<'_>> {
        self.record_member(ERROR_CODE)?.some_text()
    }

    /// The outcome; `None` without a readable record.
    pub fn outcome(&self) -> Option<Outcome> {
        let record = self.record()?;
        let message = record.get(ERROR_MESSAGE).and_then(|node| node.some_text());
        let Some(code) = self.error_code() else {
            // Two calls of the console report a failure only in their response.
            let login = record
                .get(RESPONSE)
                .and_then(|it| it.get("ConsoleLogin").or_else(|| it.get("SwitchRole")))
                .and_then(|login| login.text());
            let failed = message.is_some() || login.is_some_and(|login| login.eq_str("Failure"));
            return Some(if failed { Outcome::Failed } else { Outcome::Ok });
        };
        if is_denial(&code.to_str()) {
            return Some(Outcome::Denied);
        }
        let refused = message.is_some_and(|message| {
            let message = message.to_str();
            REFUSED.iter().any(|phrase| message.contains(phrase))
        });
        Some(if refused {
            Outcome::Denied
        } else {
            Outcome::Failed
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_refusal_is_known_and_other_errors_are_not() {
        for code in [
            "AccessDenied",
            "Client.UnauthorizedOperation",
            "Server.Unauthorized",
            "accessdeniedexception",
            "S3.AccessDenied",
            "KMSAccessDeniedException",
        ] {
            assert!(is_denial(code), "{code}");
        }
        for code in [
            "",
            "ExpiredToken",
            "AuthFailure",
            "ThrottlingException",
            "AccessDenie",
        ] {
            assert!(!is_denial(code), "{code}");
        }
    }
}
