//! Values that are found only by the text around them, the member next to them, or their spelling.

use serde_json::Value;

use super::tests::redacted;

#[test]
fn an_account_id_inside_a_name_is_replaced() {
    let text = r#"{"requestParameters":{"bucketName":"my-bucket-444455556666-eu","key":"logs/444455556666/x","stackName":"cdk444455556666"},"resources":[{"ARN":"arn:aws:s3:::cf_444455556666"}],"errorMessage":"444455556666 may not","x":{"bytes":123123123123,"y":[123123123124 ]},"digest":"0123456789012abc"}
2024-06-10T01:11:06 444455556666_CloudTrail_eu-west-1 {}"#;
    let safe = redacted(text);
    assert!(!safe.contains("444455556666"), "{safe}");
    let value: Value = serde_json::from_str(safe.lines().next().unwrap()).unwrap();
    let account = value["errorMessage"].as_str().unwrap()[..12].to_owned();
    assert_eq!(safe.matches(&account).count(), 6, "{safe}");
    for kept in [
        "123123123123",
        "123123123124",
        "0123456789012abc",
        "my-bucket-",
        "-eu",
    ] {
        assert!(safe.contains(kept), "{kept}: {safe}");
    }
}

#[test]
fn a_secret_may_be_a_number() {
    let text = r#"{"requestParameters":{"tokenCode":827164,"password": -7,"secretString":"{\"pin\":90817263,\"all\":[ 81726354, 5.25],\"ok\":true}","note":"827164 and 81726354","n":827164},"eventVersion":1.08}
1234567 lines"#;
    let safe = redacted(text);
    for gone in ["827164", "-7,", "90817263", "81726354"] {
        assert!(!safe.contains(gone), "{gone}: {safe}");
    }
    let mut lines = safe.lines();
    let value: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert_eq!(lines.next(), Some("1234567 lines"));
    let asked = &value["requestParameters"];
    assert_eq!(asked["tokenCode"], asked["n"]);
    assert!((100_000..1_000_000).contains(&asked["tokenCode"].as_u64().unwrap()));
    let secret: Value = serde_json::from_str(asked["secretString"].as_str().unwrap()).unwrap();
    let note = format!("{} and {}", asked["n"], secret["all"][0]);
    assert_eq!(asked["note"], note);
    assert_eq!(secret["ok"], true);
}

#[test]
fn a_known_address_is_replaced_in_a_version_and_next_to_underscores() {
    let text = r#"{"sourceIPAddress":"203.0.113.77","other":"2600:1f18::77","engineVersion":"203.0.113.77","userAgent":"x/203.0.113.77 Chrome/120.0.0.0","m":"if_2600:1f18::77_0"}"#;
    let safe = redacted(text);
    assert!(
        !safe.contains("203.0.113.77") && !safe.contains("1f18::77"),
        "{safe}"
    );
    assert!(safe.contains("Chrome/120.0.0.0"), "{safe}");
}

#[test]
fn a_name_next_to_a_value_can_mark_it_as_secret() {
    let text = r#"{"environment":[{"name":"DB_PASSWORD","value":"hunter22"},{"name":"COLOUR","value":"orange1"}],"tags":[{"key":"user","value":"wilfreda"},{"key":"role","value":"database"}],"parameters":[{"parameterKey":"token","parameterValue":["zyxwvu"]}],"commands":"PASSWORD=hunter33 ./run --password 'hunter44 x'","note":"hunter22 hunter33 wilfreda zyxwvu"}"#;
    let safe = redacted(text);
    for gone in ["hunter", "wilfreda", "zyxwvu"] {
        assert!(!safe.contains(gone), "{gone}: {safe}");
    }
    for kept in [
        "COLOUR",
        "orange1",
        "database",
        "DB_PASSWORD",
        " ./run --password '",
    ] {
        assert!(safe.contains(kept), "{kept}: {safe}");
    }
}

#[test]
fn escapes_inside_a_secret_stay() {
    let text = r#"{"url":"https://b.s3.amazonaws.com/k?X-Amz-Security-Token=IQoJb3JpZ2luX2VjEJr%2F%2Fabc%3D&X-Amz-Signature=0123456789abcdef0123","privateKey":"-----BEGIN PRIVATE KEY-----\\nMIIEabc\\n-----END PRIVATE KEY-----\\n"}"#;
    let text = text.replace("\\\\", "\\");
    let safe = redacted(&text);
    assert!(!safe.contains("IQoJ") && !safe.contains("MIIE"), "{safe}");
    for kept in [
        "%2F%2F",
        "%3D&X-Amz-Signature=",
        "-----BEGIN PRIVATE KEY-----\\n",
        "\\n-----END PRIVATE KEY-----\\n",
    ] {
        assert!(safe.contains(kept), "{kept}: {safe}");
    }
    assert!(serde_json::from_str::<Value>(&safe).is_ok());
}

#[test]
fn hosts_of_a_company_and_ids_of_its_owner_are_replaced() {
    let owner = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
    let digest = owner.replace('7', "8");
    let text = format!(
        r#"{{"userIdentity":{{"identityProvider":"https://idp.acme.com/saml"}},"sourceIPAddress":"laptop.acme.com","owner":{{"ID":"{owner}"}},"digest":"{digest}","provider":"arn:aws:iam::111122223333:oidc-provider/login.acme.com","other":{{"identityProvider":"accounts.google.com"}},"m":"idp.acme.com and login.acme.com"}}"#
    );
    let safe = redacted(&text);
    assert!(!safe.contains("acme") && !safe.contains(owner), "{safe}");
    assert!(
        safe.contains(&digest) && safe.contains("accounts.google.com"),
        "{safe}"
    );
}

#[test]
fn the_outcome_of_a_sign_in_is_not_a_secret() {
    let text = r#"{"responseElements":{"GetSigninToken":"Success","PasswordUpdated":"Failure"}}
{"responseElements":{"ConsoleLogin":"Success"}}"#;
    assert_eq!(redacted(text), text);
}

#[test]
fn overlapping_names_are_all_replaced() {
    let text = r#"{"a":{"userName":"deploy"},"b":{"userName":"deploy-admin"},"c":{"userName":"admin-production1"},"m":"deploy-admin-production1 deploy-admin"}"#;
    let safe = redacted(text);
    assert!(
        !safe.contains("deploy") && !safe.contains("admin"),
        "{safe}"
    );
}

#[test]
fn a_json_number_is_not_an_account_id() {
    let plain = r#"{"a":{"at":1.688560107857E9,"n":[-123456789012.5,123456789012]}}"#;
    assert_eq!(redacted(plain), plain);
    let nested = r#"{"m":"{\"at\":1.688560107857E9,\"n\":123456789012}"}"#;
    assert_eq!(redacted(nested), nested);
    for account in [
        r#"{"m":"v1.688560107857"}"#,
        r#"{"accountId":688560107857}"#,
    ] {
        assert!(!redacted(account).contains("688560107857"), "{account}");
    }
}
