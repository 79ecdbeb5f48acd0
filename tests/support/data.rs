//! Makes `tests/data/`: damaged, foreign and hostile files, each small and each with
//! one thing wrong.
//!
//! Not for whole dumps: see [`super::fixtures`].

mod around;
mod cut;
mod foreign;
mod hostile;
mod outside;
mod sessions;

use std::io;

use super::clients::{Aws, boto3, pipe};
use super::endpoint::{Endpoint, Script, Trouble, WireTime};
use super::fixtures::{Clients, ONE_PAGE, saved};
use super::json::{Json, Style, list, number, object};
use super::ledger::{Fate, Ledger};
use super::records::{ACCOUNT, Event, Rng, events};
use super::shapes;

/// Writes every file of `tests/data/`.
///
/// # Errors
/// Where a program is missing or does not do what it should.
pub fn make(ledger: &mut Ledger) -> io::Result<()> {
    let clients = Clients::find()?;
    cut::make(ledger)?;
    around::make(ledger, &clients)?;
    foreign::make(ledger, &clients)?;
    outside::make(ledger, &clients)?;
    sessions::make(ledger)?;
    hostile::make(ledger)
}

/// A dump as CLI 1 prints it.
fn dump(seed: u64, count: usize) -> String {
    shapes::cli(&events(seed, count), shapes::seconds)
}

/// One plain event.
fn plain(seed: u64) -> Event {
    events(seed, 1).remove(0)
}

/// Where a mark stands for the `nth` time, from 0.
fn find(text: &str, mark: &str, nth: usize) -> io::Result<usize> {
    let found = text.match_indices(mark).nth(nth).map(|(at, _)| at);
    found.ok_or_else(|| io::Error::other(format!("no {mark:?} number {nth} in what is to be cut")))
}

/// The text up to and with the `nth` mark.
fn through<'a>(text: &'a str, mark: &str, nth: usize) -> io::Result<&'a str> {
    Ok(&text[..find(text, mark, nth)? + mark.len()])
}

/// The text from the `nth` mark on.
fn from<'a>(text: &'a str, mark: &str, nth: usize) -> io::Result<&'a str> {
    Ok(&text[find(text, mark, nth)?..])
}
