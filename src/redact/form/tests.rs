use super::*;

fn found(text: &str) -> Vec<(ValueKind, &str)> {
    let mut hits = Vec::new();
    let options = RedactOptions {
        names: true,
        ids: true,
    };
    let place = TextContext {
        is_string: true,
        ..TextContext::default()
    };
    find(text.as_bytes(), place, options, &mut hits);
    let hits = hits.iter().filter(|it| it.is_sure);
    hits.map(|it| (it.kind, &text[it.start..it.end])).collect()
}

#[test]
fn values_are_found_by_their_form() {
    for (text, expected) in [
        (
            "key AKIAIOSFODNN7EXAMPLE.",
            vec![(ValueKind::AccessKey, "AKIAIOSFODNN7EXAMPLE")],
        ),
        (
            "AROAEXAMPLEEXAMPLE12:x",
            vec![(ValueKind::Principal, "AROAEXAMPLEEXAMPLE12")],
        ),
        ("xAKIAIOSFODNN7EXAMPLE", vec![]),
        (
            "<bob.b@example.co.uk>, x@y",
            vec![(ValueKind::Email, "bob.b@example.co.uk")],
        ),
        ("a 123456789012", vec![(ValueKind::Account, "123456789012")]),
        (
            "my-bucket-123456789012-eu logs_210987654321 cdk345678901234 0a1b2c3d-0000-4000-8000-012345678901",
            vec![
                (ValueKind::Account, "123456789012"),
                (ValueKind::Account, "210987654321"),
                (ValueKind::Account, "345678901234"),
            ],
        ),
        (
            "x-amz-grant-read: id=79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
            vec![(
                ValueKind::Principal,
                "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
            )],
        ),
        (
            "at ghp_abcdefghij0123456789 ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB bob",
            vec![
                (ValueKind::Secret, "abcdefghij0123456789"),
                (ValueKind::Secret, "yc2EAAAADAQAB"),
            ],
        ),
        ("1234567890123 sha256:00ab123456789012cdef", vec![]),
        ("123456789012", vec![(ValueKind::Account, "123456789012")]),
        ("127311923021", vec![]),
        (
            "Account ID: 123456789012, 210987654321.dkr.ecr.us-east-1.amazonaws.com/a",
            vec![
                (ValueKind::Account, "123456789012"),
                (ValueKind::Account, "210987654321"),
            ],
        ),
        (
            "https://sqs.eu-west-1.amazonaws.com/123456789012/queue",
            vec![(ValueKind::Account, "123456789012")],
        ),
        (
            "node ip-10-0-0-1, ec2-203-0-113-7; ip-10-0-0-1234 ip-1-2-3",
            vec![
                (ValueKind::Host, "ip-10-0-0-1"),
                (ValueKind::Host, "ec2-203-0-113-7"),
            ],
        ),
        (
            "postgres://dbadmin:hunter22@db/x https://a:b/c@d",
            vec![
                (ValueKind::Name, "dbadmin"),
                (ValueKind::Secret, "hunter22"),
            ],
        ),
        (
            "Authorization: Bearer abcdefghij0123456789",
            vec![(ValueKind::Secret, "abcdefghij0123456789")],
        ),
        (
            "\u{201c}\u{438}\u{432}@m\u{fc}nchen.\u{440}\u{444}\u{201d}",
            vec![(
                ValueKind::Email,
                "\u{438}\u{432}@m\u{fc}nchen.\u{440}\u{444}",
            )],
        ),
        (
            "eve@xn--mnchen-3ya.xn--p1ai",
            vec![(ValueKind::Email, "eve@xn--mnchen-3ya.xn--p1ai")],
        ),
        (
            "i-0123456789abcdef0 logs-20240801",
            vec![(ValueKind::Resource, "i-0123456789abcdef0")],
        ),
        (
            "(Request ID: 0a1b2c3d-0000-4000-8000-0123456789ab) 0a1b2c3d-0000-4000-8000-0123456789ac",
            vec![(ValueKind::Id, "0a1b2c3d-0000-4000-8000-0123456789ab")],
        ),
        (
            "Encoded authorization failure message: abc_DEF-0123456789xyz",
            vec![(ValueKind::Message, "abc_DEF-0123456789xyz")],
        ),
        (
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
            vec![(ValueKind::Pem, "\nMIIB\n")],
        ),
        (
            "https://x/y?X-Amz-Signature=0123456789abcdef0123&a=b",
            vec![(ValueKind::Secret, "0123456789abcdef0123")],
        ),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn a_whole_value_is_of_one_form() {
    for (value, kind) in [
        ("123456789012", Some(ValueKind::Account)),
        ("127311923021", None),
        ("ASIAEXAMPLEEXAMPLE12", Some(ValueKind::AccessKey)),
        ("bob@example.com", Some(ValueKind::Email)),
        ("bob@example.com!", None),
        ("10.0.0.1", Some(ValueKind::Ipv4)),
        ("2001:db8::1", Some(ValueKind::Ipv6)),
        ("bob", None),
    ] {
        assert_eq!(kind_of(value.as_bytes()), kind, "{value}");
    }
}
