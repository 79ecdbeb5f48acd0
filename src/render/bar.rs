//! Bars in eighths of a character, with the axis above them and the shares next to them. `table` places them in a row.

/// The measure of the bars of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// Values, with the largest as a whole bar.
    Value {
        /// The largest.
        most: u64,
    },
    /// Shares. A whole bar is the round share next above the largest, so that small ones are still seen.
    Share {
        /// The total of the values.
        of: u64,
        /// The largest value.
        most: u64,
        /// Whether the share is written next to the bar.
        is_written: bool,
    },
}

/// Shares that a whole bar can stand for, in thousandths.
const ROUND: [u64; 11] = [1, 2, 5, 10, 20, 50, 100, 200, 250, 500, 1000];

impl Bar {
    /// The width of written shares; 0 if they are not written.
    pub const fn written(&self) -> usize {
        match self {
            Bar::Share {
                is_written: true, ..
            } => "100.0%".len(),
            _ => 0,
        }
    }

    /// A bar for a value. A value above zero always has a visible bar.
    ///
    /// ```
    /// use trailsift::render::bar::Bar;
    ///
    /// assert_eq!(Bar::Value { most: 4 }.draw(3, 6), "████▌");
    /// let share = Bar::Share { of: 1000, most: 230, is_written: true };
    /// assert_eq!(share.axis(10), "0%     25%");
    /// assert_eq!(share.draw(230, 10), "█████████▏");
    /// assert_eq!(share.share(230), "23.0%");
    /// ```
    pub fn draw(&self, value: u64, width: usize) -> String {
        const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
        let (value, whole) = match *self {
            Bar::Value { most } => (u128::from(value), u128::from(most)),
            Bar::Share { of, .. } => {
                let whole = u128::from(of) * u128::from(self.round());
                (u128::from(value) * 1000, whole)
            }
        };
        if value == 0 || whole == 0 || width == 0 {
            return String::new();
        }
        let eighths = (value.min(whole) * (width as u128 * 8) / whole).max(1);
        let (full, part) = ((eighths / 8) as usize, (eighths % 8) as usize);
        let mut out = "█".repeat(full);
        out.push_str(PARTS.get(part).unwrap_or(&""));
        out
    }

    /// The share of a value, in percent; empty if the bars are not shares.
    pub fn share(&self, value: u64) -> String {
        match *self {
            Bar::Value { .. } => String::new(),
            Bar::Share { of, .. } => {
                let share = value as f64 * 100.0 / of.max(1) as f64;
                let text = format!("{share:.1}%");
                match text.as_str() {
                    // A part is never written as 0 % or 100 %.
                    "0.0%" if value > 0 => "<0.1%".to_owned(),
                    "100.0%" if value < of => ">99.9%".to_owned(),
                    _ => text,
                }
            }
        }
    }

    /// The line above the bars: zero at the left, and the value of a whole bar at the right.
    pub fn axis(&self, width: usize) -> String {
        let (left, right) = match *self {
            Bar::Value { most } => ("0", most.to_string()),
            Bar::Share { .. } => {
                let round = self.round();
                let tenth = if round < 10 {
                    format!(".{round}")
                } else {
                    String::new()
                };
                ("0%", format!("{}{tenth}%", round / 10))
            }
        };
        match width.checked_sub(left.len() + 1 + right.len()) {
            Some(_) => format!("{left}{right:>space$}", space = width - left.len()),
            None if right.len() <= width => format!("{right:>width$}"),
            None => String::new(),
        }
    }

    /// The share, in thousandths, of a whole bar.
    fn round(&self) -> u64 {
        let Bar::Share { of, most, .. } = *self else {
            return 1000;
        };
        let reaches = |round: &u64| u128::from(most) * 1000 <= u128::from(of) * u128::from(*round);
        ROUND.into_iter().find(reaches).unwrap_or(1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn share(of: u64, most: u64) -> Bar {
        Bar::Share {
            of,
            most,
            is_written: true,
        }
    }

    #[test]
    fn bars_are_in_eighths_and_never_nothing_for_something() {
        let bar = Bar::Value { most: 160 };
        let full = "█".repeat(20);
        let half = "█".repeat(10);
        for (value, drawn) in [
            (160, full.clone()),
            (200, full.clone()),
            (80, half.clone()),
            (81, format!("{half}▏")),
            (7, "▉".to_owned()),
            (1, "▏".to_owned()),
            (0, String::new()),
        ] {
            assert_eq!(bar.draw(value, 20), drawn, "{value}");
        }
        assert_eq!(Bar::Value { most: u64::MAX }.draw(1, 20), "▏");
        assert_eq!(Bar::Value { most: u64::MAX }.draw(u64::MAX, 20), full);
        assert_eq!(Bar::Value { most: 0 }.draw(5, 20), "");
        assert_eq!(share(u64::MAX, u64::MAX).draw(u64::MAX, 20), full);
        assert_eq!(share(0, 0).draw(0, 20), "");
        assert_eq!(bar.draw(160, 0), "");
    }

    #[test]
    fn a_whole_bar_is_the_round_share_next_above_the_largest() {
        for (most, axis) in [
            (1, "0%  0.1%"),
            (2, "0%  0.2%"),
            (3, "0%  0.5%"),
            (10, "0%    1%"),
            (11, "0%    2%"),
            (200, "0%   20%"),
            (201, "0%   25%"),
            (251, "0%   50%"),
            (501, "0%  100%"),
            (1000, "0%  100%"),
        ] {
            assert_eq!(share(1000, most).axis(8), axis);
        }
        assert_eq!(share(1000, 500).draw(250, 8), "████");
        assert_eq!(share(1000, 500).draw(500, 8), "████████");
        assert_eq!(share(1000, 500).draw(1, 8), "▏");
    }

    #[test]
    fn an_axis_that_does_not_fit_is_left_out_from_the_left() {
        let bar = Bar::Value {
            most: 1_000_000_000,
        };
        assert_eq!(bar.axis(20), "0         1000000000");
        assert_eq!(bar.axis(12), "0 1000000000");
        assert_eq!(bar.axis(11), " 1000000000");
        assert_eq!(bar.axis(9), "");
        assert_eq!(bar.axis(0), "");
    }

    #[test]
    fn a_share_is_neither_rounded_to_nothing_nor_to_all() {
        assert_eq!(share(3, 2).share(2), "66.7%");
        assert_eq!(share(100_000, 1).share(1), "<0.1%");
        assert_eq!(share(100_000, 1).share(0), "0.0%");
        assert_eq!(share(100_000, 99_999).share(99_999), ">99.9%");
        assert_eq!(share(7, 7).share(7), "100.0%");
        assert_eq!(share(0, 0).share(0), "0.0%");
        assert_eq!(Bar::Value { most: 3 }.share(3), "");
    }
}
