//! H
use super::page::Page;
use std::io::{self, Write};
pub fn write(_: &Page<'_>, _: &mut dyn Write) -> io::Result<()> {
    Ok(())
}
