//! `trailsift` reads saved CloudTrail output (dumps of `aws cloudtrail lookup-events`, trail files, what jq
//! and CloudWatch Logs made of either) and answers questions about the events in it.
//!
//! This is the library under the program of that name. It is unstable until 1.0: anything public may
//! change with a minor release.
//!
//! # How it works
//!
//! Bytes come in at one door, become events without being copied, pass one selection, and leave as rows or
//! as totals. Nothing flows back.
//!
//! ```text
//!  paths, ─▶ input ─▶ dump ─▶ event ─▶ select ─┬▶ rows ──┬▶ render ─▶ any writer
//!  stdin     bytes │▲ events  fields   keep?   └▶ tally ─┘  bytes
//!                  ▼│   │                          ▲
//!           transcode   └▶ account                 │ engine: the same on all cores, in order
//! ```
//!
//! A file is read in pieces, and pieces are read in parallel: a worker that starts in the middle of a file
//! guesses where the next event begins, and a piece whose guess was wrong is read once more in its turn. So
//! memory does not grow with the dump, and what comes out depends on neither the number of threads nor the
//! size of a piece. Every byte is counted as event, structure, skipped text or damaged.
//!
//! What is not JSON on the outside (text, YAML, CSV, UTF-16, …) is told by its first bytes and turned into
//! lines of JSON on its way in, with a map that leads back from each of them: the scanner sees one language,
//! and offsets and the account mean the file as it lies there.
//!
//! # Rooms
//!
//! | room | holds | knows nothing of |
//! |---|---|---|
//! | [`text`] | text as it lies in a dump, with the escapes still on it; values made of it | all other rooms |
//! | [`time`] | reading, writing and cutting up time | all other rooms |
//! | `scan` | JSON as bytes: where a string ends, what the members of an object are | files, CloudTrail |
//! | [`input`] | from names to bytes: directories, gzip, zstd, pipes | JSON, CloudTrail |
//! | [`event`] | one event: envelope and record, fields, identity, outcome | files, threads |
//! | [`transcode`] | other shapes of saved output, turned into JSON lines | files, threads |
//! | [`dump`] | from bytes to events and an account of every byte | selection, output |
//! | [`select`] | conditions on an event | files, output |
//! | [`render`] | values as TSV, CSV, JSON, tables | events |
//! | [`engine`] | asking a question of all events of all inputs, in parallel and in order | what is asked |
//! | [`tally`] | answers that are totals | files, output |
//! | [`sessions`] | who became whom: births of temporary credentials, and what they link | files, output |
//! | [`rows`] | answers that are a row an event | files |
//! | [`convert`] | events in another shape, sorted by time | files, terminals |
//! | [`inspect`] | what a dump is, and what may be missing from it | files, output |
//! | [`redact`] | taking out of a dump what says whose it is | files, terminals |
//! | [`report`] | a page about the selected events, in text, Markdown, HTML and JSON | files, terminals |
//! | [`check`] | what a run may do: rules and a baseline, judged, and the verdict in formats for pipelines | files, terminals |
//! | `cli` | the command line: arguments, the environment, terminals, the standard streams | how a file is parsed |
//!
//! A room uses those above it in this table only; a test holds it to that.
//!
//! # Example
//!
//! How many calls of a dump were denied. A [`Question`](engine::Question) is asked of every event, on any
//! worker; an [`Answer`](engine::Answer) adds up what the workers found, in the order of the input.
//!
//! ```
//! use std::io;
//! use std::ops::ControlFlow;
//!
//! use trailsift::engine::{self, Answer, Item, Question, Settings};
//! use trailsift::event::{Context, Event, Outcome};
//! use trailsift::input;
//! use trailsift::select::Selection;
//! use trailsift::time::{TimeFormat, Zone};
//!
//! struct IsDenied;
//!
//! impl Question for IsDenied {
//!     type Batch = Vec<bool>;
//!
//!     fn observe(&self, event: &Event<'_>, _: &Context<'_>, batch: &mut Vec<bool>) {
//!         batch.push(event.outcome() == Some(Outcome::Denied));
//!     }
//! }
//!
//! struct Denied(usize);
//!
//! impl Answer<Vec<bool>> for Denied {
//!     fn add(&mut self, batch: Vec<bool>, kept: &[bool]) -> io::Result<ControlFlow<()>> {
//!         // An event that was there before is in the batch, and not kept.
//!         self.0 += batch.iter().zip(kept).filter(|(denied, kept)| **denied && **kept).count();
//!         Ok(ControlFlow::Continue(()))
//!     }
//! }
//!
//! let found = input::discover(&["fixtures/cli-v2.json".into()]);
//! let items: Vec<Item> = found.inputs.iter().map(Item::from).collect();
//! let (selection, zone, format) = (Selection::default(), Zone::Utc, TimeFormat::default());
//! let settings = Settings {
//!     threads: 2,
//!     ..Settings::new(&selection, &zone, &format)
//! };
//! let mut denied = Denied(0);
//! let report = engine::ask(&items, &settings, &IsDenied, &mut denied)?;
//!
//! assert_eq!(report.byte_counts().events, 120);
//! assert_eq!(report.byte_counts().damaged, 0);
//! assert_eq!(denied.0, 15);
//! # Ok::<(), io::Error>(())
//! ```
//!
//! Trouble with an input is no error of [`engine::ask`]; it stands in the
//! [`FileReport`](engine::FileReport) of that input, with what was found damaged and where.
//!
//! Not for: asking AWS for anything. No room opens a connection.

pub mod check;
#[doc(hidden)]
pub mod cli;
pub mod convert;
pub mod dump;
pub mod engine;
pub mod event;
pub mod input;
pub mod inspect;
pub mod redact;
pub mod render;
pub mod report;
pub mod rows;
#[cfg(not(fuzzing))]
mod scan;
/// Open to `fuzz/` alone.
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod scan;
pub mod select;
pub mod sessions;
pub mod tally;
pub mod text;
pub mod time;
pub mod transcode;
