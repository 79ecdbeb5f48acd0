//! The program as a user meets it: arguments in, rows, notes and an exit status out.
//!
//! Not for: the reading engine as a library, the real AWS clients.

mod account;
mod around;
mod at;
mod changing;
mod client;
mod count;
mod diff;
mod differential;
mod differential_paths;
mod duplicates;
mod encodings;
mod ends;
mod every;
mod expected;
mod explain;
mod fields;
mod formats;
mod golden;
mod input;
mod inspect;
mod limits;
mod list;
mod manifest;
mod memory;
mod naive;
mod naive_outside;
mod output;
mod paths;
mod paths_bounds;
mod promises;
mod select;
mod shells;
mod show;
mod sort;
mod terminal;
mod times;
mod usage;
mod values;
mod r#where;
mod zero;
