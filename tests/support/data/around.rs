//! Whole events with other text around them, dumps that say that more exists, and
//! files with nothing in them.

use std::io;

use super::{
    Clients, Endpoint, Fate, Ledger, ONE_PAGE, Script, Trouble, WireTime, boto3, dump, events,
    saved, shapes,
};

pub fn make(ledger: &mut Ledger, clients: &Clients) -> io::Result<()> {
    text_around(ledger, clients)?;
    more_exists(ledger, clients)?;
    nothing(ledger, clients)
}

fn text_around(ledger: &mut Ledger, clients: &Clients) -> io::Result<()> {
    let mut around = |name: &str, text: &str, whole: usize, about: &str| {
        ledger.data(name, text, whole, Fate::SkippedText, about)
    };
    let said = throttled(&clients.v1)?;
    let text = format!("{}{said}{}", dump(600, 3), dump(601, 2));
    around(
        "error-between.json",
        &text,
        5,
        "a loop with `2>&1`: dump, error message, dump",
    )?;
    around(
        "error-behind.json",
        &format!("{}{said}", dump(602, 3)),
        3,
        "a dump, then the error message of a second run",
    )?;

    let warning = "/usr/lib/python3/dist-packages/urllib3/connectionpool.py:1013: InsecureRequestWarning: Unverified HTTPS request is being made to host 'cloudtrail.us-east-1.amazonaws.com'. Adding certificate verification is strongly advised. See: https://urllib3.readthedocs.io/en/1.26.x/advanced-usage.html#ssl-warnings\n  warnings.warn(\n";
    around(
        "warning-in-front.json",
        &format!("{warning}{}", dump(603, 3)),
        3,
        "begins with a warning of the client",
    )?;

    let texts = shapes::texts(&events(605, 3));
    let text = format!(
        "[alice@bastion ~]$ aws cloudtrail lookup-events --max-results 2\n{}[alice@bastion ~]$ jq -r '.Events[] | {{id: .EventId}}' dump | head -1\n{{\"id\": \"not an event\"}}\n[alice@bastion ~]$ jq -r '.Events[0].CloudTrailEvent' dump # \"quote and 'apostrophe\n{}\n[alice@bastion ~]$ tail -2 dump.jsonl; echo ${{#x}}\n{}\n{}\n0\n[alice@bastion ~]$ ",
        dump(604, 2),
        texts[0],
        texts[1],
        texts[2],
    );
    around(
        "scrollback.txt",
        &text,
        5,
        "a terminal's scrollback: prompts and commands with brackets, braces and quotes",
    )?;

    let text = shapes::texts(&events(606, 4)).join(",\n") + ",\n";
    ledger.data(
        "pasted-with-commas.txt",
        &text,
        4,
        Fate::Whole,
        "records copied out of an array with their commas",
    )?;

    let text = dump(607, 3).repeat(2);
    ledger.data(
        "tee-twice.json",
        &text,
        6,
        Fate::Whole,
        "`tee -a` of the same dump twice: the second half are duplicates",
    )?;
    ledger.with_duplicates(3);

    let script = Script::new(events(608, 8));
    let none = [
        "--max-items",
        "5",
        "--query",
        "Events[].CloudTrailEvent",
        "--output",
        "text",
    ];
    let text = saved(&clients.v1, script, "UTC", &none)?;
    ledger.data(
        "none-behind.txt",
        text,
        5,
        Fate::Incomplete,
        "`--max-items 5 --query 'Events[].CloudTrailEvent' --output text`: a single `None` at the end",
    )
}

/// What a client says when it is throttled, as `2>&1` saves it.
fn throttled(client: &super::Aws) -> io::Result<String> {
    let endpoint = Endpoint::start(Script::new(events(609, 1)).trouble(1, Trouble::Throttled))?;
    Ok(client.look_up(endpoint.url(), "UTC", &[])?.stderr)
}

fn more_exists(ledger: &mut Ledger, clients: &Clients) -> io::Result<()> {
    let script = |seed| {
        Script::new(events(seed, 8))
            .page(3)
            .time(WireTime::Exponent)
    };
    let text = saved(&clients.v2, script(610), "UTC", &["--max-items", "5"])?;
    ledger.data(
        "max-items.json",
        text,
        5,
        Fate::Incomplete,
        "CLI 2, `--max-items 5`: ends in `NextToken`",
    )?;

    let text = saved(&clients.v1, script(611), "UTC", &["--no-paginate"])?;
    ledger.data(
        "no-paginate.json",
        text,
        3,
        Fate::Incomplete,
        "CLI 1, `--no-paginate`: the first page and its `NextToken`",
    )?;

    let endpoint = Endpoint::start(script(612))?;
    let text = boto3(ONE_PAGE, endpoint.url())?;
    ledger.data(
        "boto3-first-page.json",
        text,
        3,
        Fate::Incomplete,
        "boto3, one page of three: `NextToken` before `ResponseMetadata`",
    )
}

fn nothing(ledger: &mut Ledger, clients: &Clients) -> io::Result<()> {
    let none = || Script::new(Vec::new());
    let text = saved(&clients.v2, none(), "UTC", &[])?;
    ledger.data(
        "no-events.json",
        text,
        0,
        Fate::NoEvents,
        "`{\"Events\": []}`",
    )?;
    let text = saved(&clients.v1, none(), "UTC", &["--query", "Events[]"])?;
    ledger.data(
        "no-events-query.json",
        text,
        0,
        Fate::NoEvents,
        "`--query 'Events[]'` of nothing: `[]`",
    )?;

    ledger.data(
        "nothing.json",
        "",
        0,
        Fate::Empty,
        "0 bytes: the client failed",
    )?;
    ledger.data(
        "newline.json",
        "\n",
        0,
        Fate::Empty,
        "one newline: the client was interrupted",
    )?;
    ledger.data(
        "blank.json",
        " \r\n\t\n",
        0,
        Fate::Empty,
        "white space only",
    )?;
    ledger.data(
        "bom-only.json",
        "\u{feff}",
        0,
        Fate::Empty,
        "a byte order mark only",
    )?;

    ledger.data(
        "throttled-v1.json",
        throttled(&clients.v1)?,
        0,
        Fate::ErrorText,
        "CLI 1, `2>&1`, throttled for good",
    )?;
    ledger.data(
        "throttled-v2.json",
        throttled(&clients.v2)?,
        0,
        Fate::ErrorText,
        "CLI 2, `2>&1`, throttled for good",
    )?;
    let endpoint = Endpoint::start(Script::new(events(613, 60)).trouble(2, Trouble::Expired))?;
    let said = clients.v2.look_up(endpoint.url(), "UTC", &[])?.stderr;
    ledger.data(
        "expired.json",
        said,
        0,
        Fate::ErrorText,
        "CLI 2, `2>&1`, the token expired on page 2",
    )
}
