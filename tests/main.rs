//! The tests that look at the program from outside, in one binary.

mod cli;
mod corpus;
mod made;
mod reading;
mod readme;
mod rooms;
mod support;
mod yaml;
