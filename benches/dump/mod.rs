//! Generated dumps: the same bytes on every run and every machine, of any size, with the correct results of
//! the tasks.
//!
//! Some thousands of different events are drawn with a seeded generator: four hundred calls, a few of which are the
//! majority; roles, users and services as callers; errors in three of ten; parameters from 0 to 20 KB, with text that is
//! escaped twice, policies in strings, and member names at levels where they are not the record's own. Each event of a
//! dump is one of these with its own id and time, newest first, as `lookup-events` prints them. The nested record has
//! about two kilobytes, three quarters of the event.

mod actors;
pub mod names;
mod parameters;
mod record;
mod shape;
mod template;
pub mod truth;

use std::io::{self, Write};

use fastrand::Rng;

use actors::Cast;
use record::{Facts, Template};
pub use shape::Shape;
use template::{Filling, GappedText};
use truth::Truth;

/// The source text of this module, so that dumps of an older version are recognised.
pub const SOURCES: [&str; 8] = [
    include_str!("mod.rs"),
    include_str!("actors.rs"),
    include_str!("template.rs"),
    include_str!("names.rs"),
    include_str!("parameters.rs"),
    include_str!("record.rs"),
    include_str!("shape.rs"),
    include_str!("truth.rs"),
];

/// Number of different events in a large dump.
pub const VARIETY: usize = 20_000;

/// Size of a dump.
#[derive(Clone, Copy, Debug)]
pub enum Amount {
    /// As many events as have this many bytes in [`Shape::Pretty`], for every shape.
    Pretty(u64),
    Events(u64),
}

/// Makes dumps of one shape.
pub struct Generator {
    shape: Shape,
    kinds: Vec<Kind>,
}

/// One of the different events.
struct Kind {
    facts: Facts,
    /// The text in a dump.
    event: GappedText,
    /// On a line with the record decoded.
    whole: GappedText,
    pretty: usize,
}

impl Generator {
    /// Draws `variety` different events.
    pub fn new(shape: Shape, variety: usize) -> Generator {
        let mut chance = Rng::with_seed(20_240_531);
        let cast = Cast::new(&mut chance);
        let kinds = (0..variety).map(|_| {
            let template = Template::draw(&cast, &mut chance);
            Kind {
                event: GappedText::new(shape.event(&template)),
                whole: GappedText::new(shape.whole(&template)),
                pretty: Shape::Pretty.event(&template).len(),
                facts: template.facts,
            }
        });
        Generator {
            kinds: kinds.collect(),
            shape,
        }
    }

    /// Writes a dump whose first event is the nth of all, counts it into `truth`, and returns the number of bytes.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(
        &self,
        first: u64,
        amount: Amount,
        out: &mut impl Write,
        truth: &mut Truth,
    ) -> io::Result<u64> {
        let mut chance = Rng::with_seed(first);
        let (mut event, mut whole) = (Vec::new(), Vec::new());
        let (mut bytes, mut pretty, mut made) = (0, 0, 0);
        let mut put = |text: &[u8]| {
            bytes += text.len() as u64;
            out.write_all(text)
        };
        put(self.shape.front().as_bytes())?;
        loop {
            let kind = &self.kinds[chance.usize(..self.kinds.len())];
            let filling = Filling::of(first + made);
            event.clear();
            kind.event.pour(&filling, &mut event);
            whole.clear();
            kind.whole.pour(&filling, &mut whole);
            truth.add(&kind.facts, &filling, &whole);
            put(&event)?;
            made += 1;
            pretty += kind.pretty as u64;
            let is_enough = match amount {
                Amount::Pretty(bytes) => pretty >= bytes,
                Amount::Events(events) => made >= events,
            };
            if is_enough {
                break;
            }
            put(self.shape.between().as_bytes())?;
        }
        put(self.shape.end().as_bytes())?;
        Ok(bytes)
    }
}
