//! A summary of the selected events on one page: the answer to `report`.
//!
//! Workers note of each event what it counts for (`observe`), the commit adds the notes up (`aggregate`), and of the
//! counts comes one model with a part a section (`model`, `section`). Every figure of it has the command that lists
//! its events (`command`). The model is the JSON; a page of headings, facts and tables is made of it (`page`), and
//! that is written as text, Markdown or HTML.
//!
//! ```text
//!  events ─▶ note ─▶ gather ─▶ section ─▶ model ─┬▶ JSON
//!                                                └▶ page ─▶ text, md, html
//! ```
//!
//! Four files contain knowledge about CloudTrail: `denial` (messages of denied calls), `changed` (parameters of write
//! calls), `agent` (families of user agents), `notable` (notable calls).
//!
//! Not for: reading files, finding out what is missing (`inspect`), terminals (`cli`).

mod agent;
mod aggregate;
mod changed;
mod command;
mod count;
mod denial;
mod earliest;
mod html;
mod md;
mod model;
mod notable;
mod observe;
mod page;
mod pointers;
mod section;
#[cfg(test)]
mod testing;
mod text;

pub use aggregate::ReportAggregator;
pub use command::CommandBuilder;
pub use model::*;
pub use observe::{ReportBatch, ReportObserver};
pub use page::{ReportPage, page};
pub use section::{ReportInput, report};
pub use text::ReportTextOptions;

pub use html::write as write_html;
pub use md::write as write_md;
pub use text::write as write_text;
