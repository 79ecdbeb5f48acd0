//! The tests that look at the program from outside, in one binary.

mod cli;
mod corpus;
mod language;
mod layers;
mod made;
mod reading;
mod readme;
mod support;
mod yaml;
