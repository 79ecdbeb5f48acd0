//! Tests the endpoint over a plain socket.

use super::super::records::{events, insights};
use super::*;
use serde_json::Value;

/// A client that returns status and body.
fn post(url: &str, action: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: com.amazonaws.cloudtrail.v20131101.{action}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), body.to_owned())
}

fn page(url: &str, token: Option<&str>) -> (u16, Value) {
    let body = token.map_or_else(
        || "{}".to_owned(),
        |token| format!("{{\"NextToken\":\"{token}\"}}"),
    );
    let (status, body) = post(url, "LookupEvents", &body);
    (status, serde_json::from_str(&body).unwrap())
}

#[test]
fn pages_follow_each_other_to_the_last_event() {
    let endpoint = Endpoint::start(Script::new(events(1, 120))).unwrap();
    let (mut sizes, mut next) = (Vec::new(), None::<String>);
    loop {
        let (status, page) = page(endpoint.url(), next.as_deref());
        assert_eq!(status, 200);
        sizes.push(page["Events"].as_array().unwrap().len());
        next = page["NextToken"].as_str().map(str::to_owned);
        if next.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [50, 50, 20]);
    assert_eq!(endpoint.pages_seen(), [1, 1, 1]);
}

#[test]
fn client_and_script_both_limit_the_page() {
    let endpoint = Endpoint::start(Script::new(events(1, 30)).page(7)).unwrap();
    for (asked, got) in [
        ("{}", 7),
        ("{\"MaxResults\":3}", 3),
        ("{\"MaxResults\":50}", 7),
    ] {
        let (_, body) = post(endpoint.url(), "LookupEvents", asked);
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["Events"].as_array().unwrap().len(), got);
    }
}

#[test]
fn a_page_throttled_once_comes_the_second_time() {
    let script = Script::new(events(1, 10)).trouble(1, Trouble::ThrottledOnce);
    let endpoint = Endpoint::start(script).unwrap();
    let (status, refusal) = page(endpoint.url(), None);
    assert_eq!(
        (status, refusal["__type"].as_str()),
        (400, Some("ThrottlingException"))
    );
    assert_eq!(page(endpoint.url(), None).0, 200);
    let statuses: Vec<u16> = endpoint.seen().iter().map(|seen| seen.status).collect();
    assert_eq!(statuses, [400, 200]);
}

#[test]
fn troubles_stay_on_their_page() {
    for (trouble, kind) in [
        (Trouble::Throttled, "ThrottlingException"),
        (Trouble::Expired, "ExpiredTokenException"),
    ] {
        let endpoint = Endpoint::start(Script::new(events(1, 60)).trouble(2, trouble)).unwrap();
        let (status, first) = page(endpoint.url(), None);
        assert_eq!(status, 200);
        for _ in 0..2 {
            let (status, refusal) = page(endpoint.url(), first["NextToken"].as_str());
            assert_eq!((status, refusal["__type"].as_str()), (400, Some(kind)));
        }
    }
}

#[test]
fn a_dropped_page_ends_in_the_middle_of_its_body() {
    let endpoint =
        Endpoint::start(Script::new(events(1, 10)).trouble(1, Trouble::Dropped)).unwrap();
    let (status, body) = post(endpoint.url(), "LookupEvents", "{}");
    assert_eq!(status, 200);
    assert!(body.starts_with("{\"Events\":[") && serde_json::from_str::<Value>(&body).is_err());
}

#[test]
fn insights_are_served_only_when_asked_for() {
    let mut all = events(1, 3);
    all.extend(insights(1, 2));
    let endpoint = Endpoint::start(Script::new(all)).unwrap();
    for (asked, got) in [("{}", 3), ("{\"EventCategory\":\"insight\"}", 2)] {
        let (_, body) = post(endpoint.url(), "LookupEvents", asked);
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["Events"].as_array().unwrap().len(), got);
    }
}

#[test]
fn other_actions_and_foreign_tokens_are_refused() {
    let endpoint = Endpoint::start(Script::new(Vec::new())).unwrap();
    assert_eq!(post(endpoint.url(), "DeleteTrail", "{}").0, 400);
    assert_eq!(
        post(endpoint.url(), "LookupEvents", "{\"NextToken\":\"x\"}").0,
        400
    );
    assert!(endpoint.pages_seen().is_empty());
}

#[test]
fn times_are_spelled_in_every_way_the_wire_knows() {
    let mut event = events(1, 1).remove(0);
    (event.time, event.millis) = (1_560_042_600, 7);
    let spelled = |time: WireTime| time.spell(&event);
    assert_eq!(spelled(WireTime::Integer), "1560042600");
    assert_eq!(spelled(WireTime::Point), "1560042600.0");
    assert_eq!(spelled(WireTime::Millis), "1560042600.007");
    assert_eq!(spelled(WireTime::Exponent), "1.5600426E9");
    event.time = 2_000_000_000;
    assert_eq!(WireTime::Exponent.spell(&event), "2.0E9");
}
