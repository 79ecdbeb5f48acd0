//! Determines what each line begins in a document: a page, an item, or text that is not part of a dump.
//!
//! Only the beginnings of complete lines are examined, so the result does not depend on how the bytes arrive.

use super::line::YamlLine;
use super::proof::Following;

/// The position of the next line in a document.
#[derive(Debug, Default)]
pub(super) struct DocumentPosition {
    /// Column of the dashes of a list that is the document: a list of pages, events or records.
    pub outer: Option<usize>,
    /// Column of the keys of the page.
    pub keys: Option<usize>,
    /// Column of the dashes of the page's events.
    pub list: Option<usize>,
    /// Column of the members of the last item.
    pub members: Option<usize>,
    /// The list contains events.
    pub events: bool,
}

/// What a line begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineStart {
    /// Text that is not part of a dump.
    Text,
    /// Nothing: a comment, the beginning or the end of a document.
    Nothing,
    /// A blank line.
    Blank,
    /// The list of a page.
    Page(Page),
    /// An item after one dash, or the first item of an inner list after two.
    Item { dashes: usize },
    /// A member of a page next to its list.
    PageMember,
    /// A mapping that is the whole document.
    Mapping,
    /// Members of an item whose beginning is missing.
    Headless,
    /// A text that is the whole document.
    Scalar,
}

/// A list of events and its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub is_records: bool,
    /// Column of the dashes.
    pub list: Option<usize>,
    /// The source ends after the key.
    pub is_cut: bool,
}

impl DocumentPosition {
    /// What a line begins at this position; `below` are the bytes after it. `None` if more bytes are needed.
    pub fn begins(&self, line: &YamlLine<'_>, below: &[u8], end: bool) -> Option<LineStart> {
        if line.is_blank() {
            return Some(LineStart::Blank);
        }
        if line.is_marker() || line.is_comment() {
            return Some(LineStart::Nothing);
        }
        if let Some(page) = opens(line, below, end)? {
            return Some(LineStart::Page(page));
        }
        Some(match line.dash() {
            Some(dash) => self.dashed(line, dash),
            None => self.undashed(line),
        })
    }

    fn dashed(&self, line: &YamlLine<'_>, dash: usize) -> LineStart {
        let dashes = line.dash_count;
        let is_event =
            line.is_quoted_object() || line.entry().is_some_and(|entry| entry.is_known());
        if self.list == Some(dash) && !(is_event && dashes == 2) {
            return LineStart::Item { dashes: 1 };
        }
        let is_token = line.entry().is_some_and(|entry| is_page_member(entry.key));
        // A dash alone on its line: the content is on the lines below.
        let is_alone = line.content.is_empty() && self.outer.is_none() && self.keys.is_none();
        if self.outer == Some(dash) || is_event || is_token || is_alone {
            LineStart::Item { dashes }
        } else {
            LineStart::Text
        }
    }

    fn undashed(&self, line: &YamlLine<'_>) -> LineStart {
        let Some(entry) = line.entry() else {
            return match line.column == 0 && line.is_quoted_object() {
                true => LineStart::Scalar,
                false => LineStart::Text,
            };
        };
        let is_known = entry.is_known();
        // In a document that is one event, members begin in the first column, as do members of a page.
        let is_member = self.members == Some(line.column) && line.column > 0;
        if is_known && (is_member || self.keys == Some(line.column)) {
            LineStart::Headless
        } else if self.keys == Some(line.column) {
            LineStart::PageMember
        } else if line.column == 0 && (is_known || is_page_member(entry.key)) {
            LineStart::Mapping
        } else {
            LineStart::Text
        }
    }

    /// True for an item of the current list.
    pub fn is_inner(&self, line: &YamlLine<'_>, dashes: usize) -> bool {
        dashes == 1 && self.list.is_some() && self.list == line.dash()
    }

    /// True if a page that begins with this line belongs to the current document.
    pub fn is_of_document(&self, line: &YamlLine<'_>) -> bool {
        match line.dash() {
            Some(dash) => self.outer == Some(dash),
            None => self.keys.or(self.members) == Some(line.column),
        }
    }

    /// Length of the page, item or text that begins with `first`, and the kind of line that follows it. `None` if more
    /// bytes are needed.
    pub fn extent(
        &self,
        begins: LineStart,
        first: &YamlLine<'_>,
        source: &[u8],
        mut length: usize,
        end: bool,
    ) -> Option<(usize, Following)> {
        let mut members = (!first.content.is_empty()).then_some(first.column);
        loop {
            if length == source.len() {
                return end.then_some((length, Following::End));
            }
            let line_end = memchr::memchr(b'\n', &source[length..]);
            let next = match line_end {
                Some(last) => length + last + 1,
                None if end => source.len(),
                None => return None,
            };
            let line = YamlLine::of(&source[length..next]);
            // Blank lines and comments may have any indentation, so they never end an item.
            if !line.is_blank() && !line.is_comment() {
                let is_inside = match begins {
                    LineStart::Item { dashes } => line.indent > dash_of(first, dashes),
                    LineStart::Mapping | LineStart::Headless => is_in_mapping(first, &line),
                    LineStart::PageMember => {
                        line.indent > first.indent
                            || (line.indent == first.indent && line.dash().is_some())
                    }
                    _ => line.indent > first.indent,
                };
                let then = if !is_inside {
                    self.then(begins, first, &line)
                } else if self.may_be_page(begins, first)
                    && line.dash_count == 0
                    && *members.get_or_insert(line.column) == line.column
                    && opens(&line, &source[next..], end)?.is_some()
                {
                    Following::Page
                } else {
                    Following::Next
                };
                if !is_inside || then == Following::Page {
                    return Some((length, then));
                }
            }
            length = next;
        }
    }

    /// True if an item may prove to be a page further down.
    fn may_be_page(&self, begins: LineStart, first: &YamlLine<'_>) -> bool {
        match begins {
            LineStart::Item { dashes } => dashes == 1 && !self.is_inner(first, dashes),
            LineStart::Mapping => true,
            _ => false,
        }
    }

    /// How a line continues after the item before it.
    fn then(&self, begins: LineStart, first: &YamlLine<'_>, line: &YamlLine<'_>) -> Following {
        let LineStart::Item { dashes } = begins else {
            return Following::Other;
        };
        let is_next = match line.dash() {
            Some(dash) => {
                let is_page = line.entry().is_some_and(|entry| entry.is_list());
                dash == dash_of(first, dashes) && !is_page
            }
            None => {
                let page_member = line.entry().filter(|_| self.keys == Some(line.column));
                page_member.is_some_and(|entry| !entry.is_known() && !entry.is_list())
            }
        };
        if is_next {
            Following::Next
        } else {
            Following::Other
        }
    }
}

/// Column of the last of `dashes` dashes.
fn dash_of(line: &YamlLine<'_>, dashes: usize) -> usize {
    let two = line.two_dashes().filter(|_| dashes == 2);
    two.map(|dashes| dashes[1])
        .or(line.dash())
        .unwrap_or_default()
}

/// True if a line is part of the mapping that begins with `first`. If the first key occurs again, another mapping begins.
fn is_in_mapping(first: &YamlLine<'_>, line: &YamlLine<'_>) -> bool {
    let key = |line: &YamlLine<'_>| line.entry().map(|entry| entry.key.to_vec());
    line.indent > first.indent
        || (line.indent == first.indent
            && (line.dash().is_some() || line.entry().is_some() && key(line) != key(first)))
}

/// True for the keys next to the list of a page.
fn is_page_member(key: &[u8]) -> bool {
    matches!(key, b"NextToken" | b"ResponseMetadata")
}

/// The list of events whose key is on this line. The outer `None` means that more bytes are needed, the inner one that
/// the line has no such key.
fn opens(line: &YamlLine<'_>, below: &[u8], end: bool) -> Option<Option<Page>> {
    let Some(entry) = line.entry().filter(|entry| entry.is_list()) else {
        return Some(None);
    };
    let page = Page {
        is_records: entry.key == b"Records",
        list: None,
        is_cut: false,
    };
    match entry.value {
        b"[]" => return Some(Some(page)),
        value if !value.is_empty() && !value.starts_with(b"#") => return Some(None),
        _ => {}
    }
    let mut from = 0;
    while from < below.len() {
        let line_end = memchr::memchr(b'\n', &below[from..]);
        let length = match line_end {
            Some(last) => last + 1,
            None if end => below.len() - from,
            None => return None,
        };
        let next = YamlLine::of(&below[from..from + length]);
        if !next.is_blank() && !next.is_comment() {
            let list = next.dash().filter(|dash| *dash >= line.column);
            return Some(list.map(|list| Page {
                list: Some(list),
                ..page
            }));
        }
        from += length;
    }
    end.then_some(Some(Page {
        is_cut: true,
        ..page
    }))
}
