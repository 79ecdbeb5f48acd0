//! `trailsift` reads saved CloudTrail output (dumps of `aws cloudtrail lookup-events`, trail files, and what jq or
//! CloudWatch Logs made of either) and answers questions about the events in it. It runs offline.
//!
//! This is the library of the program of the same name. It is public so that the tests can use it; it has no stable
//! interface before 1.0.
//!
//! # How it works
//!
//! ```text
//!  paths, ─▶ input ─▶ dump ─▶ event ─▶ select ─┬▶ rows ──┬▶ render ─▶ any writer
//!  stdin     bytes │▲ events  fields   keep?   └▶ tally ─┘  bytes
//!                  ▼│   │                          ▲
//!           transcode   └▶ byte counts             │ engine: the same on all cores, in order
//! ```
//!
//! [`input`] opens files, directories and pipes and unpacks them. If the first bytes show that a file is not JSON (text,
//! YAML, CSV, UTF-16, …), [`transcode`] turns it into lines of JSON, together with a map from each position back to the
//! file. [`dump`] finds the events in the JSON and counts every byte as event, structure, skipped text or damaged; its
//! offsets and counts are always those of the file. An [`event::Event`] borrows the bytes of the chunk and decodes a member
//! only when it is needed. [`select`] decides which events match the conditions. [`rows`] prints one row per event;
//! [`tally`], [`sessions`], [`inspect`], [`report`], [`check`] and [`convert`] add events up. [`render`] writes the values.
//!
//! [`engine`] does this in parallel: it splits files into chunks of about 1 MiB, and worker threads scan them at the same
//! time. A worker that gets a chunk from the middle of a file guesses where the next event begins. The engine checks each
//! guess in file order and scans the chunk again if the guess was wrong. Therefore memory does not grow with the size of a
//! dump, and results do not depend on the number of threads or the size of chunks.
//!
//! `docs/ARCHITECTURE.md` follows one event through the program and gives the reasons for this design.
//!
//! # Modules
//!
//! Modules in the order of their layers. A module uses only modules above it in this table; `tests/layers.rs` contains the
//! exact list and checks it.
//!
//! | module | purpose | independent of |
//! |---|---|---|
//! | [`text`] | text with its JSON escapes, decoded on demand; values | all other modules |
//! | [`time`] | parse, print, round and convert times | all other modules |
//! | `scan` | JSON as bytes: where a string ends, what the members of an object are | files, CloudTrail |
//! | [`input`] | from names to bytes: directories, gzip, zstd, pipes | JSON, CloudTrail |
//! | [`event`] | one event: envelope and record, fields, identity, outcome | files, threads |
//! | [`transcode`] | other shapes of saved output, converted to lines of JSON | files, threads |
//! | [`dump`] | from bytes to events, with byte accounting | conditions, output |
//! | [`select`] | conditions on events | files, output |
//! | [`render`] | values as TSV, CSV, JSON, tables | events |
//! | [`engine`] | ask a question of all events of all inputs, in parallel and in order | the question |
//! | [`tally`] | answers that are totals | files, output |
//! | [`sessions`] | temporary credentials: which key was issued to which identity | files, output |
//! | [`rows`] | answers with one row per event | files |
//! | [`convert`] | events in another shape, sorted by time | files, terminals |
//! | [`inspect`] | a description of a dump, and its gaps | files, output |
//! | [`redact`] | pseudonyms for everything that identifies an organisation | files, terminals |
//! | [`report`] | a page about the selected events, as text, Markdown, HTML and JSON | files, terminals |
//! | [`check`] | rules and baselines, and their results in formats for pipelines | files, terminals |
//! | `cli` | the command line: arguments, environment, terminal, standard streams | how a file is parsed |
//!
//! No module opens a network connection.
//!
//! # Example
//!
//! Count the denied calls of a dump. A [`Question`](engine::Question) is asked of every event, on any worker thread. An
//! [`Answer`](engine::Answer) adds up the batches of the workers in input order.
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
//!         // A duplicate is in the batch but is not kept.
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
//! An input that cannot be read is no error of [`engine::ask`]. Its [`FileReport`](engine::FileReport) has the error, and
//! the findings about damaged bytes with their offsets.

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
/// Public for `fuzz/` only.
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod scan;
pub mod select;
pub mod sessions;
pub mod tally;
pub mod text;
pub mod time;
pub mod transcode;
