//! Values to bytes, one module per format. Rows are written into a `Vec<u8>` (a batch made by one worker) or any
//! [`std::io::Write`]; the module itself opens, prints and flushes nothing.
//! It knows no events, only names and [`Value`](crate::text::Value)s.

pub mod bar;
pub mod csv;
pub mod excerpt;
pub mod json;
pub mod markdown;
pub mod table;
pub mod terminal;
pub mod timeline;
pub mod tsv;
pub mod wrap;
