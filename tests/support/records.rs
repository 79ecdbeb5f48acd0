//! CloudTrail events made up from a seed: the record, and the envelope that
//! `lookup-events` would put around it. The same seed gives the same events on
//! every machine; another seed gives other ids, times and order.
//!
//! Not for what a file looks like: see [`super::shapes`] for that.

mod calls;
mod identity;
mod rng;

use super::json::{Json, Style, list, object};
use identity::{Actor, Cast};
pub use rng::Rng;

/// The account most events belong to, one of AWS's documentation.
pub const ACCOUNT: &str = "123456789012";
/// The account of callers from outside.
pub const OTHER_ACCOUNT: &str = "111122223333";

/// Members of a lookup event in the order of the API's model: what every CLI
/// on Python 3 prints.
pub const MODEL_ORDER: [&str; 9] = [
    "EventId",
    "EventName",
    "ReadOnly",
    "AccessKeyId",
    "EventTime",
    "EventSource",
    "Username",
    "Resources",
    "CloudTrailEvent",
];

/// One event: what CloudTrail knows of a call.
#[derive(Clone, Debug)]
pub struct Event {
    /// `EventId`; none where the record has none, or an empty one.
    pub id: Option<String>,
    pub name: String,
    /// With `.amazonaws.com`.
    pub source: String,
    pub read_only: Option<bool>,
    pub access_key: Option<String>,
    pub username: Option<String>,
    /// (`ResourceType`, `ResourceName`), as the lookup computes them.
    pub resources: Vec<(String, String)>,
    /// The envelope's `EventTime`: whole seconds since 1970 …
    pub time: i64,
    /// … and the thousandths, for writers that keep them.
    pub millis: u16,
    pub record: Json,
    /// Whether the record's text has everything beyond ASCII escaped.
    pub escaped: bool,
    /// An Insights event: served only to `--event-category insight`.
    pub insight: bool,
}

impl Event {
    /// The record's text as CloudTrail delivers it: the value of `CloudTrailEvent`.
    pub fn record_text(&self) -> String {
        let style = Style::COMPACT;
        self.record
            .write(if self.escaped { style.ascii() } else { style })
    }

    /// The lookup event, with the members that are there in the order asked for and
    /// the time in the caller's spelling.
    pub fn lookup(&self, order: &[&str], time: Json) -> Json {
        let members = order.iter().filter_map(|&name| {
            let value = match name {
                "EventId" => self.id.as_ref()?.into(),
                "EventName" => (&self.name).into(),
                "ReadOnly" => if self.read_only? { "true" } else { "false" }.into(),
                "AccessKeyId" => self.access_key.as_ref()?.into(),
                "EventTime" => time.clone(),
                "EventSource" => (&self.source).into(),
                "Username" => self.username.as_ref()?.into(),
                "Resources" => self.resource_list(),
                "CloudTrailEvent" => self.record_text().into(),
                _ => return None,
            };
            Some((name.to_owned(), value))
        });
        Json::Object(members.collect())
    }

    fn resource_list(&self) -> Json {
        let resource = |(kind, name): &(String, String)| {
            object([("ResourceType", kind.into()), ("ResourceName", name.into())])
        };
        Json::List(self.resources.iter().map(resource).collect())
    }
}

/// What one call looks like, before it has ids and a time.
#[derive(Clone, Debug)]
struct Call {
    source: String,
    name: &'static str,
    read_only: bool,
    actor: Actor,
    error: Option<(&'static str, String)>,
    request: Json,
    response: Json,
    touched: Vec<(String, String)>,
    /// Members of the record set, or put at its end, after all others; `None` takes one out.
    changes: Vec<(&'static str, Option<Json>)>,
    escaped: bool,
}

impl Call {
    fn new(service: &str, name: &'static str, read_only: bool, actor: &Actor) -> Call {
        Call {
            source: format!("{service}.amazonaws.com"),
            name,
            read_only,
            actor: actor.clone(),
            error: None,
            request: Json::Null,
            response: Json::Null,
            touched: Vec::new(),
            changes: Vec::new(),
            escaped: false,
        }
    }

    fn request<const N: usize>(mut self, members: [(&str, Json); N]) -> Call {
        self.request = object(members);
        self
    }

    fn response<const N: usize>(mut self, members: [(&str, Json); N]) -> Call {
        self.response = object(members);
        self
    }

    /// An `errorCode` (none if empty) with its `errorMessage`.
    fn failed(mut self, code: &'static str, message: impl Into<String>) -> Call {
        self.error = Some((code, message.into()));
        self
    }

    fn touching(mut self, kind: &str, name: impl Into<String>) -> Call {
        self.touched.push((kind.to_owned(), name.into()));
        self
    }

    fn with(mut self, member: &'static str, value: impl Into<Json>) -> Call {
        self.changes.push((member, Some(value.into())));
        self
    }

    fn without(mut self, member: &'static str) -> Call {
        self.changes.push((member, None));
        self
    }

    /// The record's text in `\uXXXX` wherever it is not ASCII.
    fn escaped(mut self) -> Call {
        self.escaped = true;
        self
    }
}

/// What the calls are made of.
struct Scene {
    rng: Rng,
    cast: Cast,
    time: i64,
}

impl Scene {
    fn user(&mut self) -> Actor {
        let at = self.rng.below(self.cast.users.len());
        self.cast.users[at].clone()
    }

    fn role(&mut self) -> Actor {
        let at = self.rng.below(self.cast.roles.len());
        self.cast.roles[at].clone()
    }

    /// Mostly a user or a role.
    fn anyone(&mut self) -> Actor {
        match self.rng.below(12) {
            0..4 => self.user(),
            4..9 => self.role(),
            9 => self.cast.root.clone(),
            10 => self.cast.federated.clone(),
            _ => {
                let at = self.rng.below(self.cast.seldom.len());
                self.cast.seldom[at].clone()
            }
        }
    }
}

/// This many events, newest first, as `lookup-events` lists them. The newest is
/// always a plain `DescribeInstances`; from 80 on every kind of call is there.
pub fn events(seed: u64, count: usize) -> Vec<Event> {
    let mut rng = Rng::new(seed);
    let cast = Cast::new(&mut rng);
    // 2024-06-10T00:00:00Z and up to 60 days later, so that sets overlap in time.
    let time = 1_717_977_600 + rng.below(60 * 86_400) as i64;
    let mut scene = Scene { rng, cast, time };
    let mut deck: Vec<usize> = Vec::new();
    let mut out = Vec::with_capacity(count);
    for at in 0..count {
        let call = if at == 0 {
            calls::plain(&mut scene)
        } else {
            let next = deck.pop().unwrap_or_else(|| {
                deck = scene.rng.shuffled(calls::ALL.len());
                deck.pop().unwrap_or_default()
            });
            calls::ALL[next](&mut scene)
        };
        out.push(event(&mut scene, call));
        // One in nine falls into the same second as the event before it.
        if !scene.rng.once_in(9) {
            scene.time -= 1 + scene.rng.below(1_500) as i64;
        }
    }
    out
}

/// Regions, the home of most events first.
const REGIONS: [&str; 4] = ["us-east-1", "us-east-1", "eu-central-1", "ap-northeast-1"];

const AGENTS: [&str; 7] = [
    "aws-cli/2.9.19 Python/3.11.2 Linux/6.1.0-13-amd64 source/x86_64.debian.12 prompt/off command/ec2.describe-instances",
    "console.amazonaws.com",
    "AWS Internal",
    "[S3Console/0.4, aws-internal/3 aws-sdk-java/1.11.666 Linux/5.4 OpenJDK_64-Bit_Server_VM/25.252-b09 java/1.8.0_252 vendor/Oracle_Corporation]",
    "Boto3/1.26.27 Python/3.11.2 Linux/6.1.0-13-amd64 Botocore/1.29.27",
    "APN/1.0 HashiCorp/1.0 Terraform/1.7.5 (+https://www.terraform.io) terraform-provider-aws/5.43.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.26.0 os/linux lang/go#1.21.8",
    "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0",
];

fn address(rng: &mut Rng) -> String {
    let host = 1 + rng.below(254);
    match rng.below(8) {
        0 => format!("2001:db8:{:x}::{host:x}", rng.below(0xffff)),
        1..4 => format!("198.51.100.{host}"),
        4..6 => format!("192.0.2.{host}"),
        _ => format!("203.0.113.{host}"),
    }
}

/// Puts a call into a record, in the order of members CloudTrail mostly uses, and
/// the record into its envelope.
fn event(scene: &mut Scene, call: Call) -> Event {
    let rng = &mut scene.rng;
    let actor = &call.actor;
    let id = rng.uuid();
    let modern = !rng.once_in(4);
    let mut record = object([
        ("eventVersion", if modern { "1.09" } else { "1.05" }.into()),
        ("userIdentity", actor.at(scene.time)),
        ("eventTime", iso(scene.time).into()),
        ("eventSource", (&call.source).into()),
        ("eventName", call.name.into()),
        ("awsRegion", rng.pick(&REGIONS).into()),
        (
            "sourceIPAddress",
            actor
                .address
                .map_or_else(|| address(rng).into(), Json::from),
        ),
        (
            "userAgent",
            actor.address.unwrap_or(rng.pick(&AGENTS)).into(),
        ),
    ]);
    if let Some((code, message)) = &call.error {
        if !code.is_empty() {
            record.set("errorCode", (*code).into());
        }
        record.set("errorMessage", message.into());
    }
    record.set("requestParameters", call.request);
    record.set("responseElements", call.response);
    record.set("requestID", rng.uuid().into());
    record.set("eventID", (&id).into());
    record.set("readOnly", call.read_only.into());
    record.set("eventType", "AwsApiCall".into());
    if modern {
        record.set("managementEvent", true.into());
    }
    record.set("recipientAccountId", ACCOUNT.into());
    if modern {
        record.set("eventCategory", "Management".into());
        let tls = object([
            ("tlsVersion", "TLSv1.3".into()),
            ("cipherSuite", "TLS_AES_128_GCM_SHA256".into()),
            ("clientProvidedHostHeader", (&call.source).into()),
        ]);
        record.set("tlsDetails", tls);
    }
    let mut event = Event {
        id: Some(id),
        name: call.name.to_owned(),
        source: call.source,
        read_only: Some(call.read_only),
        access_key: actor.access_key.clone(),
        username: actor.username.clone(),
        resources: call.touched,
        time: scene.time,
        millis: rng.below(1_000) as u16,
        record,
        escaped: call.escaped,
        insight: false,
    };
    for (member, change) in call.changes {
        apply(&mut event, member, change);
    }
    // Some services write the members in alphabetical order.
    if rng.once_in(9)
        && let Json::Object(members) = &mut event.record
    {
        members.sort_by(|(a, _), (b, _)| a.cmp(b));
    }
    event
}

/// A change of the record, and of the envelope where that follows the record.
fn apply(event: &mut Event, member: &'static str, change: Option<Json>) {
    match (member, &change) {
        ("eventID", Some(Json::Text(text))) if text.is_empty() => event.id = None,
        ("eventID", None) => event.id = None,
        ("readOnly", None) => event.read_only = None,
        _ => {}
    }
    match change {
        Some(value) => event.record.set(member, value),
        None => event.record.remove(member),
    }
}

/// This many Insights events, newest first: no caller, and the call's name and
/// source only inside `insightDetails`.
pub fn insights(seed: u64, count: usize) -> Vec<Event> {
    let mut rng = Rng::new(seed);
    let start = 1_717_977_600 + rng.below(60 * 86_400) as i64;
    let shared = rng.uuid();
    let one = |at: usize| {
        let (id, time) = (rng.uuid(), start - 61 * at as i64);
        let (service, name) = [
            ("ssm", "UpdateInstanceInformation"),
            ("ec2", "RunInstances"),
        ][at / 2 % 2];
        let source = format!("{service}.amazonaws.com");
        let average = |spelling: &str| object([("average", super::json::number(spelling))]);
        let attribution = object([
            ("attribute", "userIdentityArn".into()),
            (
                "insight",
                list([object([
                    (
                        "value",
                        format!("arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/ci-4711").into(),
                    ),
                    ("average", super::json::number("664.0")),
                ])]),
            ),
        ]);
        let details = object([
            (
                "state",
                if at.is_multiple_of(2) { "End" } else { "Start" }.into(),
            ),
            ("eventSource", (&source).into()),
            ("eventName", name.into()),
            ("insightType", "ApiCallRateInsight".into()),
            (
                "insightContext",
                object([
                    (
                        "statistics",
                        object([
                            ("baseline", average("85.4202380952")),
                            ("insight", average("664")),
                            ("insightDuration", 1.into()),
                            ("baselineDuration", 10_080.into()),
                        ]),
                    ),
                    ("attributions", list([attribution])),
                ]),
            ),
        ]);
        Event {
            id: Some(id.clone()),
            name: name.to_owned(),
            source,
            read_only: None,
            access_key: None,
            username: None,
            resources: Vec::new(),
            time,
            millis: 0,
            record: object([
                ("eventVersion", "1.08".into()),
                ("eventTime", iso(time).into()),
                ("awsRegion", "us-east-1".into()),
                ("eventID", id.into()),
                ("eventType", "AwsCloudTrailInsight".into()),
                ("recipientAccountId", ACCOUNT.into()),
                ("sharedEventID", (&shared).into()),
                ("insightDetails", details),
                ("eventCategory", "Insight".into()),
            ]),
            escaped: false,
            insight: true,
        }
    };
    (0..count).map(one).collect()
}

/// Seconds since 1970 as `2024-06-10T01:02:03Z` (Howard Hinnant's `civil_from_days`).
pub fn iso(time: i64) -> String {
    let (days, second) = (time.div_euclid(86_400), time.rem_euclid(86_400));
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = (shifted_month + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        second / 3_600,
        second / 60 % 60,
        second % 60
    )
}

#[cfg(test)]
mod tests;
