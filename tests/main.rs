//! The tests that look at the program from outside, in one binary.

mod cli;
mod corpus;
mod docs;
mod language;
mod layers;
mod made;
mod reading;

mod support;
mod yaml;
