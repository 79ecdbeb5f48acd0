//! Abbreviations and cities that people type for a time zone.
//!
//! An abbreviation names an offset, not a zone: `PST` is -08:00 also in summer, when clocks in Los Angeles show `PDT`.
//! The abbreviations are those of the IANA time zone database. It replaced some of them (`BRT`, `SGT`) by numbers in 2017,
//! and people still type them.

use chrono_tz::{TZ_VARIANTS, Tz};

/// Abbreviation, minutes east of UTC, and the usual zone whose clocks show it. An abbreviation that several regions
/// use has a row for each.
const ABBREVIATIONS: &[(&str, i32, &str)] = &[
    ("JST", 540, "Asia/Tokyo"),
    ("KST", 540, "Asia/Seoul"),
    ("HKT", 480, "Asia/Hong_Kong"),
    ("SGT", 480, "Asia/Singapore"),
    ("PHT", 480, "Asia/Manila"),
    ("WIB", 420, "Asia/Jakarta"),
    ("ICT", 420, "Asia/Bangkok"),
    ("PKT", 300, "Asia/Karachi"),
    ("NPT", 345, "Asia/Kathmandu"),
    ("PST", -480, "America/Los_Angeles"),
    ("PDT", -420, "America/Los_Angeles"),
    ("MST", -420, "America/Denver"),
    ("MDT", -360, "America/Denver"),
    ("EST", -300, "America/New_York"),
    ("EDT", -240, "America/New_York"),
    ("AKST", -540, "America/Anchorage"),
    ("AKDT", -480, "America/Anchorage"),
    ("HST", -600, "Pacific/Honolulu"),
    ("BRT", -180, "America/Sao_Paulo"),
    ("ART", -180, "America/Argentina/Buenos_Aires"),
    ("CLT", -240, "America/Santiago"),
    ("COT", -300, "America/Bogota"),
    ("PET", -300, "America/Lima"),
    ("WET", 0, "Europe/Lisbon"),
    ("WEST", 60, "Europe/Lisbon"),
    ("CET", 60, "Europe/Berlin"),
    ("CEST", 120, "Europe/Berlin"),
    ("MET", 60, "Europe/Berlin"),
    ("EET", 120, "Europe/Athens"),
    ("EEST", 180, "Europe/Athens"),
    ("MSK", 180, "Europe/Moscow"),
    ("WAT", 60, "Africa/Lagos"),
    ("CAT", 120, "Africa/Maputo"),
    ("SAST", 120, "Africa/Johannesburg"),
    ("EAT", 180, "Africa/Nairobi"),
    ("AWST", 480, "Australia/Perth"),
    ("ACST", 570, "Australia/Adelaide"),
    ("ACDT", 630, "Australia/Adelaide"),
    ("AEST", 600, "Australia/Sydney"),
    ("AEDT", 660, "Australia/Sydney"),
    ("NZST", 720, "Pacific/Auckland"),
    ("NZDT", 780, "Pacific/Auckland"),
    ("IST", 330, "Asia/Kolkata"),
    ("IST", 120, "Asia/Jerusalem"),
    ("IST", 60, "Europe/Dublin"),
    ("CST", -360, "America/Chicago"),
    ("CST", 480, "Asia/Shanghai"),
    ("CST", -300, "America/Havana"),
    ("CDT", -300, "America/Chicago"),
    ("CDT", -240, "America/Havana"),
    ("BST", 60, "Europe/London"),
    ("BST", 360, "Asia/Dhaka"),
    ("AST", -240, "America/Halifax"),
    ("AST", 180, "Asia/Riyadh"),
    ("GST", 240, "Asia/Dubai"),
    ("GST", -120, "Atlantic/South_Georgia"),
    ("SST", -660, "Pacific/Pago_Pago"),
    ("SST", 480, "Asia/Singapore"),
    ("AMT", -240, "America/Manaus"),
    ("AMT", 240, "Asia/Yerevan"),
];

/// The meanings of an abbreviation, in any case of its letters: minutes east of UTC and the usual zone. Several if it
/// is ambiguous, none if it is unknown.
pub(super) fn meanings(typed: &str) -> Vec<(i32, &'static str)> {
    let rows = ABBREVIATIONS.iter();
    rows.filter(|(name, ..)| name.eq_ignore_ascii_case(typed))
        .map(|(_, minutes, zone)| (*minutes, *zone))
        .collect()
}

/// The one zone that is named after a city, which is the last part of its name: `tokyo` is `Asia/Tokyo`.
pub(super) fn city(typed: &str) -> Option<Tz> {
    let is_meant = |tz: &&Tz| {
        let parts = tz.name().rsplit_once('/');
        parts.is_some_and(|(_, city)| city.eq_ignore_ascii_case(typed))
    };
    let mut found = TZ_VARIANTS.iter().filter(is_meant);
    // Two zones with one last part (`US/Pacific`, `Canada/Pacific`) are for the user to choose from.
    found.next().filter(|_| found.next().is_none()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Zone, from_text};

    /// In January or in July the clocks of the zone that is named show the offset of the abbreviation.
    #[test]
    fn each_offset_is_one_of_its_zone() {
        for (name, minutes, zone) in ABBREVIATIONS {
            let zone = Zone::Named(zone.parse().unwrap());
            let offsets = ["2024-01-15T00:00:00Z", "2024-07-15T00:00:00Z"]
                .map(|time| zone.offset_at(from_text(time).unwrap()).local_minus_utc() / 60);
            assert!(offsets.contains(minutes), "{name}: {offsets:?}");
        }
    }

    #[test]
    fn a_city_is_found_if_one_zone_alone_has_it() {
        assert_eq!(city("tokyo"), Some(Tz::Asia__Tokyo));
        assert_eq!(city("New_York"), Some(Tz::America__New_York));
        assert_eq!(city("Pacific"), None);
        assert_eq!(city("Asia"), None);
        assert_eq!(city(""), None);
    }
}
