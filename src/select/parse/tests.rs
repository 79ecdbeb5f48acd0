//! Tests of `parse`, with `lex` and `print`.

use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> Result<Expr, ExprError> {
    Expr::parse(text, &Zone::Utc, Moment::MIN)
}

#[track_caller]
fn error(text: &str) -> ExprError {
    parse(text).expect_err(text)
}

/// The tree with parentheses around everything.
fn drawn(expr: &Expr) -> String {
    let all = |inner: &[Expr], word: &str| {
        let inner: Vec<String> = inner.iter().map(drawn).collect();
        format!("({})", inner.join(word))
    };
    match expr {
        Expr::Not(inner) => format!("!{}", drawn(inner)),
        Expr::All(inner) => all(inner, " & "),
        Expr::Any(inner) => all(inner, " | "),
        leaf => leaf.to_string().replace("errorCode = ", ""),
    }
}

#[test]
fn not_binds_before_and_which_binds_before_or() {
    for (text, tree) in [
        ("errorCode = a", "a"),
        ("((errorCode = a))", "a"),
        (
            "errorCode = a or errorCode = b and not errorCode = c",
            "(a | (b & !c))",
        ),
        (
            "not (errorCode = a OR errorCode = b) AND errorCode = c",
            "(!(a | b) & c)",
        ),
        ("NOT NOT errorCode = a", "!!a"),
        (
            "errorCode = a and errorCode = b and (errorCode = c and errorCode = d)",
            "(a & b & (c & d))",
        ),
        (
            "(errorCode = a)and(errorCode = b)or not(errorCode = c)",
            "((a & b) | !c)",
        ),
        ("not exists errorCode", "!exists errorCode"),
        ("errorCode=a or\n\terrorCode  =  b", "(a | b)"),
    ] {
        assert_eq!(drawn(&parse(text).unwrap()), tree, "{text}");
    }
}

#[test]
fn what_people_compare_with_needs_no_quotes() {
    for value in [
        "arn:aws:sts::111122223333:assumed-role/Deploy/ci@x.y",
        "2024-06-10T06:00:00+09:00",
        "2001:db8::7",
        "2001:db8::/32",
        "10.0.0.0/8",
        "s3.amazonaws.com",
        "-1.5e-3",
        "O'Brien",
        "größe",
        r"a\b",
        "{\"a\":1}",
        "[1]",
        "#x",
        "a&b|c",
        "50%",
    ] {
        for text in [
            format!("userAgent = {value}"),
            format!("userAgent={value}"),
            format!("userAgent in({value})"),
            format!("not(userAgent != {value})and exists errorCode"),
        ] {
            let tree = parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let printed = tree.to_string();
            assert!(printed.contains(value), "{text}: {printed}");
        }
    }
}

#[test]
fn quotes_keep_everything_but_themselves_and_backslashes_before_those() {
    let value = |text: &str| match parse(&format!("userAgent = {text}")).unwrap() {
        Expr::Compare(Comparison {
            predicate: Predicate::Is(_, Operand::Literal(literal)),
            ..
        }) => literal.text,
        other => panic!("{other:?}"),
    };
    assert_eq!(value(r#"'a "b" c'"#), r#"a "b" c"#);
    assert_eq!(value(r#""a 'b' c""#), "a 'b' c");
    assert_eq!(value(r"'it\'s'"), "it's");
    assert_eq!(value(r"'\d \\ \x'"), r"\d \ \x");
    assert_eq!(value("''"), "");
    assert_eq!(value("'and'"), "and");
    assert_eq!(value("'Get*'"), "Get*");
}

#[test]
fn every_field_can_be_compared() {
    for field in crate::event::field::names() {
        assert!(parse(&format!("exists {field}")).is_ok(), "{field}");
    }
    for field in [
        "userIdentity.sessionContext.sessionIssuer.arn",
        "resources[].ARN",
        "Resources[0].ResourceName",
        "requestParameters.\"a b, (c) = d\"[0]",
        ".\"a.b\"",
        ".and",
        "\"eventName\"",
        "CloudTrailEvent.eventName",
    ] {
        let text = format!("{field} = x");
        assert_eq!(parse(&text).unwrap().to_string(), text);
    }
}

/// With `{:#}` texts are in quotes and fields are not.
#[test]
fn the_exact_name_of_a_field_is_a_field_on_the_right_and_other_words_are_text() {
    for (text, understood) in [
        (
            "userIdentity.accountId != recipientAccountId",
            "userIdentity.accountId != recipientAccountId",
        ),
        ("eventName = EventName", "eventName = EventName"),
        ("principal = who", "principal = who"),
        (
            "errorCode in (errorMessage, x, 'errorCode')",
            "errorCode in (errorMessage, 'x', 'errorCode')",
        ),
        ("EventTime >= time", "EventTime >= time"),
        (
            "errorCode = resources[0].ARN",
            "errorCode = resources[0].ARN",
        ),
        (
            "errorCode=requestParameters.\"a b, c\"",
            "errorCode = requestParameters.\"a b, c\"",
        ),
        (
            "errorCode = userIdentity.ARN",
            "errorCode = userIdentity.arn",
        ),
        // In quotes, in another case, or below a name that is not CloudTrail's, it is text.
        ("errorCode = 'EventName'", "errorCode = 'EventName'"),
        ("errorCode = \"EventName\"", "errorCode = 'EventName'"),
        ("errorCode = eventname", "errorCode = 'eventname'"),
        (
            "EventSource = s3.amazonaws.com",
            "EventSource = 's3.amazonaws.com'",
        ),
        ("errorCode = principal.x", "errorCode = 'principal.x'"),
        ("errorCode = .errorCode", "errorCode = '.errorCode'"),
        (
            "errorCode = useridentity.arn",
            "errorCode = 'useridentity.arn'",
        ),
        (
            "errorCode = arn:aws:iam::1:user/eventName",
            "errorCode = 'arn:aws:iam::1:user/eventName'",
        ),
        ("apiVersion > 7", "apiVersion > 7"),
    ] {
        let tree = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(format!("{tree:#}"), understood, "{text}");
        let again = parse(&format!("{tree:#}")).unwrap();
        assert_eq!(format!("{again:#}"), understood);
    }
}

/// Each expression, the column of its error, and part of its message.
#[test]
fn errors_point_at_the_column_and_say_what_to_write() {
    for (text, column, said) in [
        ("errorKode = x", 1, "did you mean errorCode?"),
        ("errorCode = x and eventnmae = y", 19, "did you mean"),
        ("exists errorkode", 8, "did you mean errorCode"),
        (
            "errorCode ~ EventName",
            13,
            "`EventName` is a field, and ~ takes a regular expression",
        ),
        ("errorCode !~ resources[].ARN", 14, "'resources[].ARN'"),
        (
            "EventTime > principal",
            13,
            "EventTime is a time and principal is not",
        ),
        (
            "EventTime in (eventTime, service)",
            26,
            "cannot be compared",
        ),
        ("date = EventTime", 8, "EventTime is a time and date is not"),
        (
            "errorCode = userIdentity..arn",
            26,
            "for the text itself write quotes",
        ),
        (
            "requestParameters.durationSeconds > 1h",
            37,
            "requestParameters.durationSeconds > 3600",
        ),
        (
            "requestParameters.x <= 90m",
            24,
            "requestParameters.x <= 5400",
        ),
        ("userIdentity.arn[x = y", 17, "`[` without `]`"),
        (".a..b = y", 4, "a name is missing"),
        ("errorCode == x", 11, "write =, not =="),
        ("errorCode =~ x", 11, "write ~, not =~"),
        ("errorCode <> x", 11, "write !="),
        ("errorCode = x && errorCode = y", 15, "write and"),
        ("errorCode = x || errorCode = y", 15, "write or"),
        ("errorCode = x&&errorCode = y", 14, "write and"),
        ("!exists errorCode", 1, "write not"),
        ("errorCode like x", 11, "write ~"),
        ("errorCode is x", 11, "write ="),
        ("errorCode", 1, "expected an operator after `errorCode` ("),
        (
            "errorCode and exists EventName",
            11,
            "expected an operator after `errorCode` (",
        ),
        (
            "errorCode x",
            11,
            "expected an operator after `errorCode`: ",
        ),
        ("errorCode =", 12, "expected a value after ="),
        ("errorCode = or", 13, "expected a value after ="),
        ("errorCode = x y", 15, "in quotes"),
        ("errorCode = x, y", 14, "in (A, B)"),
        ("errorCode = (x, y)", 13, "in (A, B)"),
        ("errorCode = 'x", 13, "never closed"),
        ("(errorCode = x", 1, "never closed"),
        ("errorCode = x)", 14, "closes nothing"),
        ("()", 2, "missing"),
        ("errorCode = x and", 18, "expected a comparison at the end"),
        ("größe = x", 1, "no field `größe`"),
        ("errorCode = größe größe", 19, "in quotes"),
        ("errorCode = abc==", 16, "ends at ="),
        ("errorCode in x", 14, "parentheses"),
        ("errorCode in ()", 14, "empty list"),
        ("errorCode in (x y)", 17, "expected , or )"),
        ("errorCode in (x,)", 17, "expected a value after ,"),
        ("errorCode in (x", 14, "never closed"),
        ("errorCode not ~ x", 15, "!~"),
        ("sourceIPAddress in_cidr x", 25, "not a block of addresses"),
        (
            "sourceIPAddress in_cidr (::1, 10.0.0.0/33)",
            31,
            "not a block of addresses",
        ),
        ("EventName ~ '(x'", 13, "unclosed group"),
        ("EventName ~ (x)", 13, "with parentheses in quotes"),
        ("EventName ~ ^(x)", 14, "in quotes"),
        (
            "EventName = Get*",
            13,
            "write EventName ~ '^Get', --name 'Get*', or quotes",
        ),
        (
            "userAgent != a?c",
            14,
            "write userAgent ~ '^a.c$', or quotes",
        ),
        ("EventName in (A, Get*)", 18, "are not wildcards"),
        ("EventName = *", 13, "exists EventName"),
        ("outcome = Denied", 11, "ok, denied, failed"),
        ("outcome in (ok, 'Failed')", 17, "ok, denied, failed"),
        ("ReadOnly = yes", 12, "true, false"),
        ("hour = 24", 8, "00 to 23"),
        ("date = yesterday", 8, "2024-07-30"),
        ("date < yesterday", 8, "2024-07-30"),
        ("date >= 2024-07", 9, "2024-07-30"),
        ("errorCode = null", 13, "`not exists errorCode`"),
        ("errorCode != NULL", 14, "`exists errorCode`"),
        ("errorCode in (A, null)", 18, "`not exists errorCode`"),
        (
            "AccessKeyId = @keys.txt",
            15,
            "--key @keys.txt, --not key=@keys.txt",
        ),
        ("userAgent in (a, @b)", 18, "an @ does not read a file"),
        (
            "sourceIPAddress != 10.0.0.0/8",
            20,
            "write sourceIPAddress in_cidr 10.0.0.0/8",
        ),
        (
            "sourceIPAddress in ('2001:db8::/32')",
            21,
            "sourceIPAddress in_cidr 2001:db8::/32",
        ),
        ("exists(errorCode)", 7, "without parentheses"),
        ("service = s3.amazonaws.com", 11, "service = s3"),
        ("EventTime > soon", 13, "not a time"),
        ("eventTime = 2024-02-30", 13, "no such date"),
        ("EventTime in (2024-06-10, x)", 27, "not a time"),
        ("'errorCode' = x", 1, "without quotes"),
        ("= x", 1, "expected a field"),
    ] {
        let error = error(text);
        assert_eq!(error.column, column, "{text}: {error}");
        assert!(error.why.contains(said), "{text}: {error}");
    }
    for empty in ["", "  ", "\n"] {
        assert!(error(empty).to_string().starts_with("an empty expression"));
    }
}

#[test]
fn what_is_refused_bare_is_a_value_in_quotes() {
    for text in [
        "errorCode = 'null'",
        "AccessKeyId = '@keys.txt'",
        "requestParameters.cidrIp = 10.0.0.0/8",
    ] {
        assert_eq!(parse(text).unwrap().to_string(), text);
    }
}

#[test]
fn hostile_nesting_is_refused_and_a_long_list_is_not() {
    for (open, close) in [("(", ")"), ("not ", ""), ("not (", ")")] {
        let nested = |levels: usize| {
            format!(
                "{}errorCode = x{}",
                open.repeat(levels),
                close.repeat(levels)
            )
        };
        let levels = if open == "not (" { 64 } else { 128 };
        assert!(parse(&nested(levels)).is_ok());
        for levels in [levels + 1, 100_000] {
            assert!(error(&nested(levels)).why.contains("more than 128 levels"));
        }
    }
    let long = vec!["errorCode = x"; 20_000].join(" or ");
    assert_eq!(parse(&long).unwrap().to_string(), long);
}

#[test]
fn huge_regular_expressions_are_refused() {
    let error = error(r"EventName ~ '(\w{1000}){1000}'");
    assert!(error.why.contains("size limit"), "{error}");
}

#[test]
fn an_hour_is_written_with_both_digits() {
    assert_eq!(parse("hour >= 9").unwrap().to_string(), "hour >= 09");
}

/// A text in quotes, whatever it contains.
fn in_quotes(text: &str) -> String {
    format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[-a-zA-Z0-9_.:/+][-a-zA-Z0-9_.:/@+]{0,11}".prop_filter("no keyword", |word| {
            !crate::select::lex::is_keyword(word) && !word.eq_ignore_ascii_case("null")
        }),
        r#"[ -~äß\\'"\n]{0,12}"#.prop_map(|text| in_quotes(&text)),
        any::<String>().prop_map(|text| in_quotes(&text)),
        "2024-0[1-9]-[012][1-9](T0[1-9]:00:00Z)?",
        "-?[0-9]{1,20}(\\.[0-9]{1,4})?(e-?[0-9]{1,3})?",
    ]
}

fn comparison() -> impl Strategy<Value = String> {
    let field = prop_oneof![
        Just("errorCode"),
        Just("userIdentity.arn"),
        Just("resources[].ARN"),
        Just("requestParameters.\"a b\"[0]"),
        Just("principal"),
        Just(".x"),
    ];
    let relation = prop_oneof![
        Just("="),
        Just("!="),
        Just("<"),
        Just("<="),
        Just(">"),
        Just(">=")
    ];
    let list = prop_oneof![Just("in"), Just("not in")];
    let cidr = prop_oneof![Just("in_cidr"), Just("NOT IN_CIDR")];
    let block = prop_oneof![Just("10.0.0.0/8"), Just("::1"), Just("'192.0.2.0/24'")];
    let regex = any::<String>().prop_map(|text| in_quotes(&regex::escape(&text)));
    (
        field,
        prop_oneof![
            (relation, value()).prop_map(|(sign, value)| format!("{sign} {value}")),
            (list, prop::collection::vec(value(), 1..4))
                .prop_map(|(word, all)| format!("{word} ({})", all.join(", "))),
            (cidr, prop::collection::vec(block, 1..3))
                .prop_map(|(word, all)| format!("{word} ({})", all.join(","))),
            (prop_oneof![Just("~"), Just("!~")], regex)
                .prop_map(|(sign, regex)| format!("{sign} {regex}")),
            Just(String::new()),
        ],
    )
        .prop_map(|(field, predicate)| match predicate.as_str() {
            "" => format!("exists {field}"),
            predicate => format!("{field} {predicate}"),
        })
}

fn expression() -> impl Strategy<Value = String> {
    comparison().prop_recursive(4, 24, 4, |inner| {
        let several = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            several.clone().prop_map(|all| all.join(" and ")),
            several.clone().prop_map(|all| all.join(" or ")),
            several.prop_map(|all| format!("({})", all.join(" OR "))),
            inner.clone().prop_map(|it| format!("not ({it})")),
            inner.prop_map(|it| format!("NOT {it}")),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_parses_to_the_same_tree(text in expression()) {
        // Wildcards without quotes are refused, and so may be what chance made of dates.
        let Ok(tree) = parse(&text) else { return Ok(()) };
        let printed = tree.to_string();
        let again = parse(&printed).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(format!("{tree:?}"), format!("{again:?}"), "{}", printed);
        let mut settled = tree;
        settled.settle();
        let again = parse(&settled.to_string()).unwrap();
        prop_assert_eq!(format!("{settled:?}"), format!("{again:?}"));
    }

    #[test]
    fn most_of_what_is_generated_is_an_expression(text in comparison()) {
        if let Err(error) = parse(&text) {
            let said = ["wildcards", "is a duration", "cannot be compared"];
            prop_assert!(said.iter().any(|said| error.why.contains(said)), "{}", error);
        }
    }

    #[test]
    fn quoted_text_is_what_was_quoted(text in any::<String>()) {
        let tree = parse(&format!("userAgent = {}", in_quotes(&text))).unwrap();
        let Expr::Compare(Comparison { predicate: Predicate::Is(_, Operand::Literal(literal)), .. }) = tree else {
            panic!("no comparison");
        };
        prop_assert_eq!(literal.text, text);
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        if let Err(error) = parse(&text) {
            let _ = error.to_string();
        }
    }

    #[test]
    fn no_text_of_its_own_words_makes_it_panic(
        words in prop::collection::vec(
            prop_oneof![
                "(errorCode|resources\\[\\]|and|or|not|in|in_cidr|exists|=|!=|~|!~|<|>=|\\(|\\)|,|'|\"|x|\\*|::1|\\\\|ß| )",
                "[!-~]{1,3}",
            ],
            0..12,
        )
    ) {
        for text in [words.concat(), words.join(" ")] {
            match parse(&text) {
                Ok(tree) => prop_assert!(parse(&tree.to_string()).is_ok()),
                Err(error) => prop_assert!(error.to_string().contains(&error.why)),
            }
        }
    }
}
