//! A place in a text with the lines around it and a mark under it, for people. The output contains no control
//! characters, whatever the bytes are.

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::terminal::sanitize;

#[cfg(test)]
mod tests;

/// Lines that are shown before and after that of the place.
const AROUND: usize = 3;

/// Minimum columns for a line of text, on any terminal.
const MIN_WIDTH: usize = 20;

/// Marks the place where a line is cut.
const CUT: &str = "…";

/// A part of a text and the place in it to show.
#[derive(Clone, Copy, Debug)]
pub struct Excerpt<'b> {
    /// The available part of the text.
    pub bytes: &'b [u8],
    /// The place: an index into `bytes`, or their length.
    pub at: usize,
    /// The number of the line that the place is in.
    pub line: u64,
    /// Whether the text continues before `bytes`, and after them.
    pub is_cut: (bool, bool),
    /// Columns of the terminal.
    pub width: usize,
    /// The style of the mark.
    pub paint: Style,
}

/// A character, or a byte that is not part of one.
struct Unit {
    /// Where it begins.
    at: usize,
    text: String,
    width: usize,
}

impl Excerpt<'_> {
    /// Appends the lines: numbered, that of the place marked with `>`, and a `^` below the place. Lines that are too
    /// long are cut, that of the place on either side of it.
    ///
    /// Control and bidirectional characters look as [`sanitize`] has them, bytes that are not UTF-8 as `\xff`.
    ///
    /// ```
    /// use trailsift::render::excerpt::Excerpt;
    ///
    /// let mut out = String::new();
    /// Excerpt {
    ///     bytes: b"{\n  \"a\": 1\x1b,\n}\n",
    ///     at: 10,
    ///     line: 2,
    ///     is_cut: (false, false),
    ///     width: 80,
    ///     paint: anstyle::Style::new(),
    /// }
    /// .write(&mut out);
    /// assert_eq!(out, "  1  {\n> 2    \"a\": 1\\x1b,\n             ^\n  3  }\n");
    /// ```
    pub fn write(&self, out: &mut String) {
        let bytes = self.bytes;
        let at = self.at.min(bytes.len());
        let start = line_start(bytes, at);
        let end = line_end(bytes, at);
        let mut before = Vec::new();
        let mut from = start;
        while let Some(end) = from.checked_sub(1).filter(|_| before.len() < AROUND) {
            from = line_start(bytes, end);
            before.push((from, end));
        }
        let mut after = Vec::new();
        let mut from = end + 1;
        while from < bytes.len() && after.len() < AROUND {
            let end = line_end(bytes, from);
            after.push((from, end));
            from = end + 1;
        }
        let last = self.line.saturating_add(after.len() as u64);
        let digits = last.to_string().len();
        let space = self.width.saturating_sub(digits + 4).max(MIN_WIDTH);
        let paint = self.paint;

        for (nth, (start, end)) in before.iter().enumerate().rev() {
            let number = self.line.saturating_sub(nth as u64 + 1);
            let text = self.beginning(*start, *end, space);
            push(out, &format!("  {number:>digits$}  {text}"));
        }
        let (text, column) = self.around(start, end, at, space);
        let number = self.line;
        let rest = format!(" {number:>digits$}  {text}");
        push(out, &format!("{paint}>{paint:#}{rest}"));
        let blank = " ".repeat(digits + 4 + column);
        push(out, &format!("{blank}{paint}^{paint:#}"));
        for (number, (start, end)) in (self.line.saturating_add(1)..).zip(&after) {
            let text = self.beginning(*start, *end, space);
            push(out, &format!("  {number:>digits$}  {text}"));
        }
    }

    /// The beginning of a line, as much of it as fits.
    fn beginning(&self, start: usize, end: usize, space: usize) -> String {
        let (units, is_begun, is_cut) = self.units(start, start, end, space);
        let mut text = if is_begun {
            CUT.to_owned()
        } else {
            String::new()
        };
        let space = space - text.width();
        if !is_cut && width(&units) <= space {
            text.extend(units.iter().map(|unit| unit.text.as_str()));
        } else {
            let shown = fitting(units.iter(), space - 1);
            text.extend(units.iter().take(shown).map(|unit| unit.text.as_str()));
            text.push_str(CUT);
        }
        text
    }

    /// A line around the place, and the column of the place in it.
    fn around(&self, start: usize, end: usize, at: usize, space: usize) -> (String, usize) {
        let (units, is_cut_left, is_cut_right) = self.units(start, at, end, space);
        let mark = units.partition_point(|unit| unit.at <= at);
        let is_end = at >= end;
        let mark = if is_end {
            units.len()
        } else {
            mark.saturating_sub(1)
        };
        let (left, right) = units.split_at(mark);
        // A place after the last character needs its own column.
        let space = space - usize::from(is_end);
        let (l, r) = if !is_cut_left && !is_cut_right && width(&units) <= space {
            (left.len(), right.len())
        } else {
            let space = space - 2;
            let (lw, rw) = (width(left), width(right));
            let half = space / 2;
            let most = if rw < space - half { space - rw } else { half };
            let l = fitting(left.iter().rev(), most);
            let used = if lw < half { lw } else { most };
            (l, fitting(right.iter(), space - used))
        };
        let mut text = String::new();
        if l < left.len() || is_cut_left {
            text.push_str(CUT);
        }
        text.extend(left[left.len() - l..].iter().map(|unit| unit.text.as_str()));
        let column = text.width();
        text.extend(right[..r].iter().map(|unit| unit.text.as_str()));
        if r < right.len() || is_cut_right {
            text.push_str(CUT);
        }
        (text, column)
    }

    /// The units of a line near the place, slightly more than fit, and whether the line continues before and after
    /// them.
    fn units(&self, start: usize, at: usize, end: usize, space: usize) -> (Vec<Unit>, bool, bool) {
        let reach = 8 * space;
        let is_begun = start == 0 && self.is_cut.0;
        let mut from = start.max(at.saturating_sub(reach));
        let mut to = end.min(at.saturating_add(reach));
        // Not in the middle of a character, where it is one.
        let continues = |at: usize| self.bytes.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
        for _ in 0..3 {
            from += usize::from((from > start || is_begun) && from < at && continues(from));
            to -= usize::from(to < end && to > at && continues(to));
        }
        let mut units = Vec::new();
        let mut place = from;
        for chunk in self.bytes.get(from..to).unwrap_or_default().utf8_chunks() {
            for c in chunk.valid().chars() {
                let mut buffer = [0; 4];
                let text = sanitize(c.encode_utf8(&mut buffer)).into_owned();
                units.push(Unit::new(place, text));
                place += c.len_utf8();
            }
            for byte in chunk.invalid() {
                units.push(Unit::new(place, format!("\\x{byte:02x}")));
                place += 1;
            }
        }
        let is_cut_left = from > start || is_begun;
        let is_cut_right = to < end || (end == self.bytes.len() && self.is_cut.1);
        (units, is_cut_left, is_cut_right)
    }
}

impl Unit {
    fn new(at: usize, text: String) -> Self {
        let width = text.width();
        Unit { at, text, width }
    }
}

fn width(units: &[Unit]) -> usize {
    units.iter().map(|unit| unit.width).sum()
}

/// The number of units that fit.
fn fitting<'u>(units: impl Iterator<Item = &'u Unit>, space: usize) -> usize {
    let mut used = 0;
    units
        .take_while(|unit| {
            used += unit.width;
            used <= space
        })
        .count()
}

fn line_start(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or_default();
    memchr::memrchr(b'\n', before).map_or(0, |end| end + 1)
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(bytes.len(), |end| at + end)
}

fn push(out: &mut String, line: &str) {
    out.push_str(line.trim_end_matches(' '));
    out.push('\n');
}
