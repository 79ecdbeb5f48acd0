//! Formats moments: the default format, strftime, seconds since 1970, date and hour.
//!
//! The literal text of a strftime format is written unchanged; whoever writes cells escapes it.

use super::civil::{CivilTime, DAY};
use super::{Moment, TimeError, Zone};
use chrono::format::{Item, Numeric, Pad, StrftimeItems};
use chrono::{DateTime, Local, TimeZone};
use std::fmt;

/// The format of printed moments.
///
/// [`TimeFormat::default`] is `2019-06-09T01:11:06Z` if the zone is [`Zone::Utc`], otherwise with the offset at that
/// moment, `2019-06-09T10:11:06+09:00` (`+00:00` for London in winter). A fraction is written only if it is not zero, with
/// 3, 6 or 9 digits.
///
/// ```
/// use trailsift::time::{TimeFormat, Zone, from_text};
/// let format = TimeFormat::parse("%Y-%m-%dT%H:%M:%SZ").unwrap();
/// let mut out = Vec::new();
/// let moment = from_text("2019-06-09T01:11:06Z").unwrap();
/// format.write(moment, &Zone::parse("Asia/Tokyo").unwrap(), &mut out);
/// assert_eq!(out, b"2019-06-09T10:11:06Z", "the Z is the user's own text");
/// ```
#[derive(Clone, Debug, Default)]
pub struct TimeFormat(Kind);

/// What Excel, LibreOffice and Google Sheets read as a date with a time in every locale: ISO 8601 without an offset
/// and with a space instead of `T`. With an offset or `T` they keep it as text.
const SHEET: &str = "%Y-%m-%d %H:%M:%S";

#[derive(Clone, Debug, Default)]
enum Kind {
    #[default]
    Plain,
    Epoch,
    Pieces(Vec<Piece>),
}

/// A part of a strftime format, which is parsed once. The common items are written here and not by chrono, because a
/// format is applied to each of millions of rows.
#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Other(Vec<Item<'static>>),
}

impl TimeFormat {
    /// Reads what `--time-format` accepts: `sheet` (`%Y-%m-%d %H:%M:%S`), `epoch` (whole seconds since 1970, rounded towards
    /// negative infinity) or a strftime format as [`chrono::format::strftime`] lists it.
    ///
    /// # Errors
    /// For an unknown item, which the error names, and for text without any item: it would print the same cell for
    /// every event.
    pub fn parse(text: &str) -> Result<TimeFormat, TimeError> {
        let word = text.trim();
        if word.eq_ignore_ascii_case("epoch") {
            return Ok(TimeFormat(Kind::Epoch));
        }
        let strftime = if word.eq_ignore_ascii_case("sheet") {
            SHEET
        } else {
            text
        };
        match bad_item(strftime) {
            Err(item) if item == "%" => {
                let why = "a '%' is its last character (write '%%' for a percent sign)";
                return Err(refused(text, why));
            }
            Err(item) => return Err(refused(text, &format!("'{item}' is not a known item"))),
            Ok(0) => return Err(refused(text, "it contains no item such as '%H'")),
            Ok(_) => {}
        }
        let items = StrftimeItems::new(strftime)
            .parse_to_owned()
            .map_err(|_| refused(text, "it cannot be read"))?;
        let mut pieces = Vec::new();
        for item in items {
            push(&mut pieces, item);
        }
        Ok(TimeFormat(Kind::Pieces(pieces)))
    }

    /// The moment as this format prints it in a zone.
    pub fn to_text(&self, moment: Moment, zone: &Zone) -> String {
        let mut out = Vec::with_capacity(40);
        self.write(moment, zone, &mut out);
        // Formats are written from `str` pieces and ASCII digits, so this never replaces anything.
        String::from_utf8_lossy(&out).into_owned()
    }

    /// Appends the moment as this format prints it in a zone.
    pub fn write(&self, moment: Moment, zone: &Zone, out: &mut Vec<u8>) {
        let moment = moment.clamped();
        match &self.0 {
            Kind::Plain => write_plain(moment, zone, out),
            Kind::Epoch => out.extend_from_slice(moment.seconds.to_string().as_bytes()),
            Kind::Pieces(pieces) => {
                let civil = CivilTime::new(moment.seconds + zone.offset_seconds(moment.seconds));
                for piece in pieces {
                    piece.write(moment, zone, &civil, out);
                }
            }
        }
    }
}

impl Piece {
    fn write(&self, moment: Moment, zone: &Zone, civil: &CivilTime, out: &mut Vec<u8>) {
        match self {
            Piece::Text(text) => out.extend_from_slice(text.as_bytes()),
            Piece::Year => write_year(civil.year, out),
            Piece::Month => out.extend_from_slice(&two(civil.month)),
            Piece::Day => out.extend_from_slice(&two(civil.day)),
            Piece::Hour => out.extend_from_slice(&two(civil.hour)),
            Piece::Minute => out.extend_from_slice(&two(civil.minute)),
            Piece::Second => out.extend_from_slice(&two(civil.second)),
            Piece::Other(items) => {
                let time = moment.to_datetime();
                match zone {
                    Zone::Utc => write_items(&time, items, out),
                    Zone::Fixed(offset) => write_items(&time.with_timezone(offset), items, out),
                    Zone::Named(tz) => write_items(&time.with_timezone(tz), items, out),
                    Zone::Local => write_items(&time.with_timezone(&Local), items, out),
                }
            }
        }
    }
}

fn push(pieces: &mut Vec<Piece>, item: Item<'static>) {
    let piece = match item {
        Item::Literal(text) | Item::Space(text) => Piece::Text(text.to_owned()),
        Item::OwnedLiteral(text) | Item::OwnedSpace(text) => Piece::Text(text.into()),
        Item::Numeric(Numeric::Year, Pad::Zero) => Piece::Year,
        Item::Numeric(Numeric::Month, Pad::Zero) => Piece::Month,
        Item::Numeric(Numeric::Day, Pad::Zero) => Piece::Day,
        Item::Numeric(Numeric::Hour, Pad::Zero) => Piece::Hour,
        Item::Numeric(Numeric::Minute, Pad::Zero) => Piece::Minute,
        Item::Numeric(Numeric::Second, Pad::Zero) => Piece::Second,
        other => Piece::Other(vec![other]),
    };
    match (pieces.last_mut(), piece) {
        (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
        (Some(Piece::Other(before)), Piece::Other(items)) => before.extend(items),
        (_, piece) => pieces.push(piece),
    }
}

/// Writes items with chrono. It fails only for RFC 2822 outside of the years 0 to 9999, which a
/// zone ahead of UTC reaches in the last hours of 9999; the moment is then written in the default format.
fn write_items<Z: TimeZone<Offset: fmt::Display>>(
    time: &DateTime<Z>,
    items: &[Item<'static>],
    out: &mut Vec<u8>,
) {
    let mut text = String::new();
    match time.format_with_items(items.iter()).write_to(&mut text) {
        Ok(()) => out.extend_from_slice(text.as_bytes()),
        Err(_) => write_plain(Moment::from_datetime(time.to_utc()), &Zone::Utc, out),
    }
}

/// Appends the local date: `2019-06-09`.
pub fn write_date(moment: Moment, zone: &Zone, out: &mut Vec<u8>) {
    let moment = moment.clamped();
    let civil = CivilTime::new(moment.seconds + zone.offset_seconds(moment.seconds));
    write_year(civil.year, out);
    let [[m1, m0], [d1, d0]] = [two(civil.month), two(civil.day)];
    out.extend_from_slice(&[b'-', m1, m0, b'-', d1, d0]);
}

/// Appends the local hour: `00` to `23`.
pub fn write_hour(moment: Moment, zone: &Zone, out: &mut Vec<u8>) {
    let moment = moment.clamped();
    let of_day = (moment.seconds + zone.offset_seconds(moment.seconds)).rem_euclid(DAY);
    out.extend_from_slice(&two((of_day / 3600) as u32));
}

/// A moment in the default format, for messages and documents.
pub fn to_text(moment: Moment, zone: &Zone) -> String {
    TimeFormat::default().to_text(moment, zone)
}

fn write_plain(moment: Moment, zone: &Zone, out: &mut Vec<u8>) {
    let offset = zone.offset_seconds(moment.seconds);
    let civil = CivilTime::new(moment.seconds + offset);
    write_year(civil.year, out);
    let [m1, m0] = two(civil.month);
    let [d1, d0] = two(civil.day);
    let [h1, h0] = two(civil.hour);
    let [n1, n0] = two(civil.minute);
    let [s1, s0] = two(civil.second);
    out.extend_from_slice(&[
        b'-', m1, m0, b'-', d1, d0, b'T', h1, h0, b':', n1, n0, b':', s1, s0,
    ]);
    if moment.nanos != 0 {
        write_fraction(moment.nanos, out);
    }
    if *zone == Zone::Utc {
        out.push(b'Z');
    } else {
        write_offset(offset, out);
    }
}

fn write_fraction(nanos: u32, out: &mut Vec<u8>) {
    let (mut value, digits) = if nanos.is_multiple_of(1_000_000) {
        (nanos / 1_000_000, 3)
    } else if nanos.is_multiple_of(1000) {
        (nanos / 1000, 6)
    } else {
        (nanos, 9)
    };
    let mut text = [b'0'; 9];
    for place in text.iter_mut().take(digits).rev() {
        *place = digit(value);
        value /= 10;
    }
    out.push(b'.');
    out.extend(text.into_iter().take(digits));
}

/// Appends an offset. Only local mean times before about 1900 have seconds, and without them the instant would be wrong.
fn write_offset(offset: i64, out: &mut Vec<u8>) {
    out.push(if offset < 0 { b'-' } else { b'+' });
    // Offsets are less than a day, so the cast is exact.
    let seconds = offset.unsigned_abs() as u32;
    let [[h1, h0], [m1, m0]] = [two(seconds / 3600), two(seconds / 60 % 60)];
    out.extend_from_slice(&[h1, h0, b':', m1, m0]);
    if !seconds.is_multiple_of(60) {
        let [s1, s0] = two(seconds % 60);
        out.extend_from_slice(&[b':', s1, s0]);
    }
}

/// Appends four digits; the year 10000, which a zone ahead of UTC can reach, is `+10000` as in ISO 8601.
fn write_year(year: i64, out: &mut Vec<u8>) {
    match u32::try_from(year) {
        Ok(year @ 0..=9999) => {
            let [[c1, c0], [y1, y0]] = [two(year / 100), two(year % 100)];
            out.extend_from_slice(&[c1, c0, y1, y0]);
        }
        _ => out.extend_from_slice(format!("{year:+05}").as_bytes()),
    }
}

fn two(value: u32) -> [u8; 2] {
    [digit(value / 10), digit(value)]
}

fn digit(value: u32) -> u8 {
    b'0' + (value % 10) as u8
}

/// The number of items in a strftime format, or the first item that is unknown.
fn bad_item(text: &str) -> Result<usize, String> {
    let mut count = 0;
    let mut rest = text;
    while let Some(start) = rest.find('%') {
        let item = rest.get(start..).unwrap_or_default();
        // An item is a percent sign, up to three modifiers and a letter. chrono reads the shortest one that it knows.
        let ends = item.char_indices().map(|(at, c)| at + c.len_utf8());
        let known = ends
            .take(6)
            .skip(1)
            .filter_map(|end| item.split_at_checked(end))
            .find(|(head, _)| printable(head));
        let Some((head, after)) = known else {
            return Err(spelling(item));
        };
        count += usize::from(!matches!(head, "%%" | "%n" | "%t"));
        rest = after;
    }
    Ok(count)
}

/// Whether chrono can print the item; some, such as `%#z`, it can only parse.
fn printable(item: &str) -> bool {
    let Ok(items) = StrftimeItems::new(item).parse() else {
        return false;
    };
    let mut text = String::new();
    DateTime::UNIX_EPOCH
        .format_with_items(items.iter())
        .write_to(&mut text)
        .is_ok()
}

/// The unknown item as typed: its modifiers and the letter after them.
fn spelling(item: &str) -> String {
    let modifiers = |c: &char| "-_0123456789.:#".contains(*c);
    let mut rest = item.chars().skip(1).peekable();
    let mut found = String::from("%");
    while let Some(c) = rest.next_if(modifiers) {
        found.push(c);
    }
    found.extend(rest.next());
    found
}

/// The error for a format that cannot be used; `why` says what is wrong with it.
fn refused(typed: &str, why: &str) -> TimeError {
    let reason = format!(
        "{why}; write a strftime format ('%Y-%m-%d %H:%M:%S', '%.3f' for a fraction), sheet or epoch"
    );
    TimeError::new(typed, reason).for_option("--time-format")
}

#[cfg(test)]
mod tests;
