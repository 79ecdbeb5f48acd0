//! A CloudTrail endpoint on loopback: the JSON 1.1 action `LookupEvents`, page by
//! page, with the troubles real clients meet. It is enough for `aws --endpoint-url`
//! and boto3.
//!
//! Not for load, not for signatures (they are not looked at), not for other actions.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::json::{Json, number, object};
use super::records::Event;

/// Members of an event in the order the service writes them.
const WIRE_ORDER: [&str; 9] = [
    "AccessKeyId",
    "CloudTrailEvent",
    "EventId",
    "EventName",
    "EventSource",
    "EventTime",
    "ReadOnly",
    "Resources",
    "Username",
];

/// The maximum number of events of a page of `LookupEvents`.
const LARGEST_PAGE: usize = 50;

/// How `EventTime`, a number of seconds, is spelled on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireTime {
    /// `1560042666`
    Integer,
    /// `1.560042666E9`
    Exponent,
    /// `1560042666.0`
    Point,
    /// `1560042666.137`
    Millis,
}

impl WireTime {
    /// The spelling of an event's time.
    pub fn spell(self, event: &Event) -> String {
        let seconds = event.time.to_string();
        match self {
            WireTime::Integer => seconds,
            WireTime::Point => seconds + ".0",
            WireTime::Millis => format!("{seconds}.{:03}", event.millis),
            WireTime::Exponent => {
                let (first, rest) = seconds.split_at(1);
                let fraction = rest.trim_end_matches('0');
                let fraction = if fraction.is_empty() { "0" } else { fraction };
                format!("{first}.{fraction}E{}", rest.len())
            }
        }
    }
}

/// The error of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// `ThrottlingException` the first time, the page the second time.
    ThrottledOnce,
    /// `ThrottlingException` every time.
    Throttled,
    /// The connection closes in the middle of the body, every time.
    Dropped,
    /// `ExpiredTokenException`.
    Expired,
}

/// The behaviour of an endpoint.
#[derive(Clone, Debug)]
pub struct Script {
    events: Vec<Event>,
    page: usize,
    time: WireTime,
    troubles: Vec<(usize, Trouble)>,
}

impl Script {
    /// Serves these events, 50 per page, with times as `1560042666.0`.
    pub fn new(events: Vec<Event>) -> Script {
        Script {
            events,
            page: LARGEST_PAGE,
            time: WireTime::Point,
            troubles: Vec::new(),
        }
    }

    /// At most this many events per page; the client's `MaxResults` may ask for fewer.
    pub fn page(mut self, events: usize) -> Script {
        self.page = events.clamp(1, LARGEST_PAGE);
        self
    }

    /// Spells times so.
    pub fn time(mut self, time: WireTime) -> Script {
        self.time = time;
        self
    }

    /// Spoils a page, counted from 1.
    pub fn trouble(mut self, page: usize, trouble: Trouble) -> Script {
        self.troubles.push((page, trouble));
        self
    }
}

/// One request for a page, as it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The page asked for, from 1; 0 if the request asked for none.
    pub page: usize,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The request's body: what was looked up.
    pub body: String,
}

/// A running endpoint; dropping it stops it.
#[derive(Debug)]
pub struct Endpoint {
    url: String,
    stop: Arc<AtomicBool>,
    seen: Arc<Mutex<Vec<Seen>>>,
    thread: Option<JoinHandle<()>>,
}

impl Endpoint {
    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// Where no socket can be had.
    pub fn start(script: Script) -> io::Result<Endpoint> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let url = format!("http://{}", listener.local_addr()?);
        let stop = Arc::new(AtomicBool::new(false));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut server = Server {
            script,
            seen: Arc::clone(&seen),
        };
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                // A client that hangs up is its own affair, and often the point of a test.
                let _ = stream.and_then(|stream| server.answer(stream));
            }
        });
        Ok(Endpoint {
            url,
            stop,
            seen,
            thread: Some(thread),
        })
    }

    /// For `--endpoint-url`: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The requests so far, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How often each page was asked for: `pages_seen()[0]` is page 1.
    pub fn pages_seen(&self) -> Vec<usize> {
        let mut counts = Vec::new();
        for seen in self.seen() {
            let Some(at) = seen.page.checked_sub(1) else {
                continue;
            };
            if counts.len() <= at {
                counts.resize(at + 1, 0);
            }
            counts[at] += 1;
        }
        counts
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the thread out of `accept`; if it is gone already, all the better.
        let _ = TcpStream::connect(self.url.trim_start_matches("http://"));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Server {
    script: Script,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// An answer: status, body, and whether to hang up in the middle of it.
struct Answer {
    page: usize,
    status: u16,
    body: String,
    dropped: bool,
}

impl Answer {
    fn error(page: usize, kind: &str, message: &str) -> Answer {
        let body = object([("__type", kind.into()), ("message", message.into())]);
        Answer {
            page,
            status: 400,
            body: body.write(super::json::Style::COMPACT),
            dropped: false,
        }
    }
}

impl Server {
    /// Reads one request and answers it. `Connection: close` keeps it at one: so one
    /// thread is enough, whatever the client's pool does.
    fn answer(&mut self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.set_write_timeout(Some(Duration::from_secs(10)))?;
        let (target, body) = read_request(&stream)?;
        let answer = match target.rsplit('.').next() {
            Some("LookupEvents") => self.look_up(&body),
            _ => Answer::error(0, "UnknownOperationException", &target),
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push(Seen {
            page: answer.page,
            status: answer.status,
            body,
        });
        let head = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: application/x-amz-json-1.1\r\n\
             x-amzn-RequestId: 00000000-0000-4000-8000-{:012}\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n",
            answer.status,
            if answer.status == 200 {
                "OK"
            } else {
                "Bad Request"
            },
            seen.len(),
            answer.body.len(),
        );
        drop(seen);
        let body = answer.body.as_bytes();
        stream.write_all(head.as_bytes())?;
        stream.write_all(if answer.dropped {
            &body[..body.len() / 2]
        } else {
            body
        })?;
        stream.flush()?;
        stream.shutdown(Shutdown::Write)
    }

    fn look_up(&self, body: &str) -> Answer {
        let request: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
        let asked = request["MaxResults"]
            .as_u64()
            .unwrap_or(LARGEST_PAGE as u64);
        let size = self
            .script
            .page
            .min(usize::try_from(asked).unwrap_or(LARGEST_PAGE))
            .max(1);
        let start = match request["NextToken"].as_str().map(offset) {
            Some(None) => return Answer::error(0, "InvalidNextTokenException", "Invalid token."),
            Some(Some(start)) => start,
            None => 0,
        };
        let page = start / size + 1;
        let again = self
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .any(|seen| seen.page == page);
        let trouble = self
            .script
            .troubles
            .iter()
            .find(|(at, _)| *at == page)
            .map(|(_, trouble)| *trouble);
        match trouble {
            Some(Trouble::ThrottledOnce) if again => {}
            Some(Trouble::ThrottledOnce | Trouble::Throttled) => {
                return Answer::error(page, "ThrottlingException", "Rate exceeded");
            }
            Some(Trouble::Expired) => {
                let why = "The security token included in the request is expired";
                return Answer::error(page, "ExpiredTokenException", why);
            }
            Some(Trouble::Dropped) | None => {}
        }
        let insight = request["EventCategory"].as_str() == Some("insight");
        let events: Vec<&Event> = self
            .script
            .events
            .iter()
            .filter(|event| event.insight == insight)
            .collect();
        let rest = events.get(start..).unwrap_or_default();
        let chunk = &rest[..rest.len().min(size)];
        let more = (rest.len() > size).then(|| start + size);
        Answer {
            page,
            status: 200,
            body: wire(chunk, self.script.time, more),
            dropped: trouble == Some(Trouble::Dropped),
        }
    }
}

/// The body of a page, as the service writes it.
pub fn wire(events: &[&Event], time: WireTime, more: Option<usize>) -> String {
    let events = events
        .iter()
        .map(|event| event.lookup(&WIRE_ORDER, number(&time.spell(event))));
    let mut page = object([("Events", Json::List(events.collect()))]);
    if let Some(next) = more {
        page.set("NextToken", token(next).into());
    }
    page.write(super::json::Style::COMPACT)
}

const TOKEN: &str = "kbOt5LlZe0A6PzqS4EXAMPLEg7tNq2Ph7gYJrGvXbXlFPiTkw2qDs";

/// A token which means nothing to a client.
fn token(offset: usize) -> String {
    format!("{TOKEN}{offset:08}==")
}

fn offset(token: &str) -> Option<usize> {
    token.strip_prefix(TOKEN)?.strip_suffix("==")?.parse().ok()
}

/// `X-Amz-Target` and the body of a request.
fn read_request(stream: &TcpStream) -> io::Result<(String, String)> {
    let mut reader = BufReader::new(stream);
    let (mut target, mut length, mut line) = (String::new(), 0_u64, String::new());
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line.trim_end().is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "x-amz-target" => target = value.trim().to_owned(),
            "content-length" => length = value.trim().parse().unwrap_or(0),
            _ => {}
        }
    }
    let mut body = String::new();
    reader.take(length).read_to_string(&mut body)?;
    Ok((target, body))
}

#[cfg(test)]
mod tests;
