//! Observations of a worker for each event: time, account, region, identity, category.
//!
//! Not for: adding notes up (`aggregate`).

use std::hash::Hasher;

use hashbrown::HashMap;
use twox_hash::XxHash3_64;

use super::group::{Category, Kinds};
use super::layout::{EventLayout, Spelling};
use super::names::kept;
use super::streams;
use crate::engine::Question;
use crate::event::identity::is_masked_id;
use crate::event::{Context, Event, MemberName, Shape};
use crate::text::Text;
use crate::time::Moment;

const AWS_REGION: MemberName = MemberName::named("awsRegion");
const RECIPIENT: MemberName = MemberName::named("recipientAccountId");
const CATEGORY: MemberName = MemberName::named("eventCategory");
const MANAGEMENT: MemberName = MemberName::named("managementEvent");
const INSIGHT: MemberName = MemberName::named("insightDetails");

/// Collects the facts of every event for the evaluation of a dump.
#[derive(Clone, Copy, Debug, Default)]
pub struct DumpObserver;

/// An event.
#[derive(Clone, Copy, Debug)]
pub(super) struct DumpObservation {
    pub time: Option<Moment>,
    /// The number of its account and region in the batch.
    pub stream: u32,
    /// The number of its identity in the batch.
    pub who: Option<u32>,
    pub category: Category,
    /// A hash that identifies the event; `None` without an id, or with a masked id.
    pub id: Option<u64>,
}

/// Texts by number.
#[derive(Debug, Default)]
pub(super) struct Texts {
    numbers: HashMap<String, u32>,
    pub texts: Vec<String>,
}

impl Texts {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.texts.len() as u32;
        self.numbers.insert(text.to_owned(), number);
        self.texts.push(text.to_owned());
        number
    }
}

/// The events of a run.
#[derive(Debug, Default)]
pub struct DumpBatch {
    pub(super) events: Vec<DumpObservation>,
    pub(super) streams: Texts,
    pub(super) who: Texts,
    pub(super) kinds: Kinds,
    pub(super) layout: Option<EventLayout>,
    scratch: String,
}

impl Question for DumpObserver {
    type Batch = DumpBatch;

    fn observe(&self, event: &Event<'_>, _: &Context<'_>, batch: &mut DumpBatch) {
        batch.layout.get_or_insert_with(|| EventLayout::of(event));
        let kinds = &mut batch.kinds;
        match event.shape {
            Shape::Lookup => kinds.lookup += 1,
            Shape::Record => kinds.records += 1,
            Shape::RecordString => kinds.strings += 1,
        }
        if let Some(spelling) = Spelling::of(event) {
            kinds.spellings[spelling as usize] += 1;
        }
        let read_only = || Some(if event.read_only()? { "true" } else { "false" }.to_owned());
        let text = |text: Option<Text<'_>>| Some(kept(text?.to_str()).into_owned());
        let shared = &mut kinds.shared;
        shared[0].add(|| text(event.access_key_id()));
        shared[1].add(|| Some(kept(event.username()?.into()).into_owned()));
        shared[2].add(|| text(event.source_name()));
        shared[3].add(|| text(event.call_name()));
        shared[4].add(read_only);
        let time = event.envelope_time();
        let record_time = event.record_time();
        if let (Some(envelope), Some(record)) = (time, record_time) {
            kinds.compare(envelope, record, event.offset);
        }
        let identity = event.identity();
        let who = identity.as_ref().and_then(|identity| identity.principal());
        let who = who.map(|who| batch.who.number(&kept(who)));
        let text = |key| event.record_member(key)?.some_text();
        let account = text(RECIPIENT)
            .or_else(|| identity.as_ref()?.account_id)
            .map(|account| kept(account.to_str()));
        let region = text(AWS_REGION).map(|region| kept(region.to_str()));
        streams::name(account.as_deref(), region.as_deref(), &mut batch.scratch);
        let observation = DumpObservation {
            time: time.or(record_time),
            stream: batch.streams.number(&batch.scratch),
            who,
            category: category(event),
            id: id(event),
        };
        batch.events.push(observation);
    }
}

/// `eventCategory`; older records have `managementEvent`, and the oldest neither.
fn category(event: &Event<'_>) -> Category {
    if let Some(text) = event
        .record_member(CATEGORY)
        .and_then(|node| node.some_text())
    {
        return Category::of(&text.to_str());
    }
    if event.record_member(INSIGHT).is_some() {
        return Category::Insight;
    }
    match event.record_member(MANAGEMENT).map(|node| node.bytes()) {
        Some(b"true") => Category::Management,
        Some(b"false") => Category::Data,
        _ => Category::Unknown,
    }
}

/// Identifies events of one dump, only to find out whether the first of two duplicates is in the same dump. Which events
/// are duplicates decides the engine.
fn id(event: &Event<'_>) -> Option<u64> {
    let mut hash = XxHash3_64::with_seed(0);
    let id = event.id()?.to_str();
    if is_masked_id(id.as_bytes()) {
        return None;
    }
    hash.write(id.as_bytes());
    for text in [event.source_name(), event.call_name(), event.error_code()] {
        hash.write_u8(0xff);
        if let Some(text) = text {
            text.for_each(|piece| hash.write(piece.as_bytes()));
        }
    }
    Some(hash.finish())
}
