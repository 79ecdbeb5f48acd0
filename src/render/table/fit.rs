//! How wide each column is, given what is in it and how wide the terminal is. NOT for the cells themselves.

/// The most that a cell pads the other rows of its column; longer ones push their own row instead.
const MAX_WIDTH: usize = 256;
/// What a shortened column keeps at least, if it had it.
pub(super) const MIN_TEXT: usize = 8;
const BAR: usize = 20;
const MIN_BAR: usize = 8;
const GAP: usize = super::GAP.len();

/// Widths in terminal columns.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Widths {
    pub columns: Vec<usize>,
    /// What stands beside the bar; 0 where there is no room for it.
    pub share: usize,
    /// 0 where there is no room for bars.
    pub bar: usize,
}

/// Fits columns of `(natural width, never shortened)` into `terminal`.
///
/// The bar gives way first, then the widest of the columns that may be shortened, down to one common width, then the
/// bar again, altogether, and last what stands beside it. What still does not fit is wider than the terminal: a whole
/// id on two lines is worth more than half of it on one.
///
/// `share` is `None` for a table without bars, else how wide the text beside each bar is.
pub(super) fn fit(
    natural: &[(usize, bool)],
    terminal: Option<usize>,
    share: Option<usize>,
) -> Widths {
    let mut columns = capped(natural);
    let has_bar = share.is_some();
    let share = share.unwrap_or(0);
    let wanted_bar = if has_bar { BAR } else { 0 };
    let Some(terminal) = terminal else {
        return Widths {
            columns,
            share,
            bar: wanted_bar,
        };
    };

    let beside = if share > 0 { share + GAP } else { 0 };
    let least_bar = if has_bar { MIN_BAR + GAP } else { 0 };
    shrink(
        natural,
        &mut columns,
        terminal.saturating_sub(least_bar + beside),
    );
    let left = terminal.saturating_sub(total(columns.iter().copied()) + beside);
    let bar = match left.checked_sub(GAP) {
        Some(room) if room >= MIN_BAR => room.min(wanted_bar),
        _ => 0,
    };
    if bar > 0 || !has_bar {
        return Widths {
            columns,
            share,
            bar,
        };
    }
    // The room kept for a bar goes back to the text.
    columns = capped(natural);
    shrink(natural, &mut columns, terminal.saturating_sub(beside));
    if total(columns.iter().copied()) + beside > terminal {
        columns = capped(natural);
        shrink(natural, &mut columns, terminal);
        return Widths {
            columns,
            share: 0,
            bar,
        };
    }
    Widths {
        columns,
        share,
        bar,
    }
}

fn capped(natural: &[(usize, bool)]) -> Vec<usize> {
    natural
        .iter()
        .map(|(width, _)| (*width).min(MAX_WIDTH))
        .collect()
}

/// What columns take together, with the gaps between them.
pub(super) fn total(columns: impl ExactSizeIterator<Item = usize>) -> usize {
    columns.len().saturating_sub(1) * GAP + columns.sum::<usize>()
}

/// Takes from the widest columns until all fit: finds the common width to which they are cut.
fn shrink(natural: &[(usize, bool)], columns: &mut [usize], room: usize) {
    let mut excess = total(columns.iter().copied()).saturating_sub(room);
    if excess == 0 {
        return;
    }
    let mut soft: Vec<&mut usize> = columns
        .iter_mut()
        .zip(natural)
        .filter(|(width, (_, is_fixed))| !is_fixed && **width > MIN_TEXT)
        .map(|(width, _)| width)
        .collect();
    while excess > 0 {
        // One at a time keeps it simple: `MAX_WIDTH` bounds the steps, and a table does this once.
        let Some(widest) = soft.iter_mut().max_by_key(|width| ***width) else {
            return;
        };
        if **widest <= MIN_TEXT {
            return;
        }
        **widest -= 1;
        excess -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::chance::Chance;

    #[test]
    fn what_fits_is_left_alone() {
        let natural = [(5, true), (30, false), (12, false)];
        assert_eq!(
            fit(&natural, Some(80), Some(0)),
            Widths {
                columns: vec![5, 30, 12],
                share: 0,
                bar: 20
            }
        );
        assert_eq!(fit(&natural, Some(51), None).columns, [5, 30, 12]);
        assert_eq!(fit(&natural, None, None).columns, [5, 30, 12]);
    }

    #[test]
    fn the_bar_gives_way_before_the_text_and_the_widest_text_before_the_others() {
        let natural = [(5, true), (30, false), (12, false)];
        assert_eq!(
            fit(&natural, Some(63), Some(0)),
            Widths {
                columns: vec![5, 30, 12],
                share: 0,
                bar: 10
            }
        );
        assert_eq!(
            fit(&natural, Some(51), Some(0)),
            Widths {
                columns: vec![5, 20, 12],
                share: 0,
                bar: 8
            }
        );
        assert_eq!(fit(&natural, Some(43), None).columns, [5, 22, 12]);
        assert_eq!(fit(&natural, Some(27), None).columns, [5, 9, 9]);
    }

    #[test]
    fn kept_columns_are_never_shortened_and_the_others_never_to_nothing() {
        let natural = [(40, true), (30, false), (3, false)];
        assert_eq!(
            fit(&natural, Some(20), Some(0)),
            Widths {
                columns: vec![40, 8, 3],
                share: 0,
                bar: 0
            }
        );
        assert_eq!(fit(&natural, Some(0), None).columns, [40, 8, 3]);
    }

    #[test]
    fn what_stands_beside_the_bar_outlasts_it_and_gives_way_to_what_is_kept() {
        let natural = [(5, true), (20, true), (30, false)];
        let at = |terminal| {
            let Widths {
                columns,
                share,
                bar,
            } = fit(&natural, Some(terminal), Some(6));
            (columns[2], share, bar)
        };
        assert_eq!(at(90), (30, 6, 20));
        assert_eq!(at(77), (30, 6, 8));
        assert_eq!(at(60), (13, 6, 8));
        assert_eq!(at(55), (8, 6, 8));
        assert_eq!(at(54), (17, 6, 0));
        assert_eq!(at(45), (8, 6, 0));
        assert_eq!(at(44), (15, 0, 0));
        assert_eq!(at(20), (8, 0, 0));
    }

    #[test]
    fn fits_whenever_it_can() {
        let mut chance = Chance::new(1);
        for _ in 0..5_000 {
            let natural: Vec<_> = (0..chance.below(6))
                .map(|_| (chance.below(300), chance.below(3) == 0))
                .collect();
            let terminal = chance.below(250);
            let widths = fit(&natural, Some(terminal), Some(0));
            let least: Vec<_> = natural
                .iter()
                .map(|(width, fixed)| {
                    if *fixed {
                        (*width).min(256)
                    } else {
                        (*width).min(MIN_TEXT)
                    }
                })
                .collect();
            let bar = if widths.bar > 0 { widths.bar + GAP } else { 0 };
            let taken = total(widths.columns.iter().copied()) + bar;
            assert!(
                taken <= terminal.max(total(least.iter().copied())),
                "{natural:?} {terminal} {widths:?}"
            );
            assert_eq!(
                widths.bar == 0,
                total(least.iter().copied()) + GAP + MIN_BAR > terminal
            );
            for ((natural, fixed), width) in natural.iter().zip(&widths.columns) {
                assert!(width <= natural && (!fixed || *width == (*natural).min(256)));
            }
        }
    }
}
