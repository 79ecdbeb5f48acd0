//! How wide each column is, given what is in it and how wide the terminal is.

/// The most that a cell pads the other rows of its column; longer ones push their own row instead.
const MAX_WIDTH: usize = 256;
/// The least width of a column that is shortened, unless its text is narrower.
pub(super) const MIN_TEXT: usize = 8;
/// The same of ids.
pub(super) const MIN_ID: usize = 10;
/// The width to which texts and ids are shortened first, before they are cut to the least.
const READABLE: usize = 20;
const BAR: usize = 20;
const MIN_BAR: usize = 8;
const GAP: usize = super::GAP.len();

/// Widths in terminal columns.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Widths {
    pub columns: Vec<usize>,
    /// The width of the share next to the bar; 0 if it does not fit.
    pub share: usize,
    /// 0 if bars do not fit.
    pub bar: usize,
}

/// How a column gives way when a table is wider than the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// A text: first.
    First,
    /// An id, of which a part is of less use: after all texts.
    Last,
    /// A number, a time or an access key: never, because a part of it says something else, or nothing.
    Never,
}

/// What a column asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Need {
    /// The width of the title, which may be shortened if it is wider than what is below it.
    pub title: usize,
    /// The width of the widest cell.
    pub cells: usize,
    /// The widths within which 15 of 16 and 3 of 4 cells stay.
    pub usual: [usize; 2],
    /// The width below which the column is not shortened.
    pub least: usize,
    pub cut: Cut,
}

/// The steps in which columns are shortened, each as far as needed before the next.
#[derive(Clone, Copy)]
enum Step {
    Titles,
    /// Rare long ids give way before all others do.
    RareIds,
    TextsAreReadable,
    LongIds,
    Texts,
    IdsAreReadable,
    Ids,
}

const ALL: [Step; 7] = [
    Step::Titles,
    Step::RareIds,
    Step::TextsAreReadable,
    Step::LongIds,
    Step::Texts,
    Step::IdsAreReadable,
    Step::Ids,
];

/// What may be shortened for a bar.
const FOR_A_BAR: [Step; 3] = [Step::Titles, Step::TextsAreReadable, Step::Texts];

impl Need {
    /// The width at which nothing is shortened.
    pub fn natural(&self) -> usize {
        self.cells.max(self.title).min(MAX_WIDTH)
    }

    /// The width that a step leaves, if it is about this column.
    fn left_by(&self, step: Step) -> Option<usize> {
        match (step, self.cut) {
            (Step::Titles, _) => Some(self.cells.max(MIN_TEXT)),
            (Step::TextsAreReadable, Cut::First) => Some(READABLE),
            (Step::Texts, Cut::First) | (Step::Ids, Cut::Last) => Some(self.least),
            (Step::RareIds, Cut::Last) => Some(self.usual[0].max(self.least)),
            (Step::LongIds, Cut::Last) => Some(self.usual[1].max(self.least)),
            (Step::IdsAreReadable, Cut::Last) => Some(self.least.max(READABLE)),
            _ => None,
        }
    }
}

/// Fits columns into `terminal`.
///
/// The bar gives way first, then titles that are wider than what is below them, then the widest of the texts, down to
/// one common width, then the bar again, altogether, then the share next to it, and last ids. If even that is too
/// wide, columns must be left out: see [`total`].
///
/// `share` is `None` for a table without bars, else how wide the text next to each bar is.
pub(super) fn fit(needs: &[Need], terminal: Option<usize>, share: Option<usize>) -> Widths {
    let has_bar = share.is_some();
    let share = share.unwrap_or(0);
    let wanted_bar = if has_bar { BAR } else { 0 };
    let Some(terminal) = terminal else {
        return Widths {
            columns: capped(needs),
            share,
            bar: wanted_bar,
        };
    };
    // If all ids do not fit anyway, the rare long ones do not cost the bar as well.
    let whole_ids = shrunk(needs, terminal, &FOR_A_BAR[..2]);
    let steps = if total(whole_ids.iter().copied()) > terminal {
        &ALL[..5]
    } else {
        &FOR_A_BAR
    };
    if has_bar {
        let shares = if share > 0 { share + GAP } else { 0 };
        let width = terminal.saturating_sub(shares);
        let columns = shrunk(needs, width.saturating_sub(MIN_BAR + GAP), steps);
        let left = width.saturating_sub(total(columns.iter().copied()));
        if let Some(bar) = left.checked_sub(GAP).filter(|width| *width >= MIN_BAR) {
            let bar = bar.min(wanted_bar);
            return Widths {
                columns,
                share,
                bar,
            };
        }
        let columns = shrunk(needs, width, steps);
        if share > 0 && total(columns.iter().copied()) <= width {
            return Widths {
                columns,
                share,
                bar: 0,
            };
        }
    }
    Widths {
        columns: shrunk(needs, terminal, &ALL),
        share: 0,
        bar: 0,
    }
}

fn capped(needs: &[Need]) -> Vec<usize> {
    needs.iter().map(Need::natural).collect()
}

/// What columns take together, with the gaps between them.
pub(super) fn total(columns: impl ExactSizeIterator<Item = usize>) -> usize {
    columns.len().saturating_sub(1) * GAP + columns.sum::<usize>()
}

/// Shortens columns until they fit into `width` or the last step is done.
fn shrunk(needs: &[Need], width: usize, steps: &[Step]) -> Vec<usize> {
    let mut columns = capped(needs);
    let mut excess = total(columns.iter().copied()).saturating_sub(width);
    for step in steps {
        while excess > 0 {
            // One at a time keeps it simple: `MAX_WIDTH` bounds the steps, and a table does this once.
            let widths = columns.iter_mut().zip(needs);
            let soft = widths
                .filter(|(width, need)| need.left_by(*step).is_some_and(|least| **width > least));
            let Some((widest, _)) = soft.max_by_key(|(width, _)| **width) else {
                break;
            };
            *widest -= 1;
            excess -= 1;
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::chance::Chance;

    /// Columns of a width; true for columns that are never shortened.
    fn needs(columns: &[(usize, bool)]) -> Vec<Need> {
        let need = |&(natural, is_fixed): &(usize, bool)| Need {
            title: 0,
            cells: natural,
            usual: [natural; 2],
            least: MIN_TEXT,
            cut: if is_fixed { Cut::Never } else { Cut::First },
        };
        columns.iter().map(need).collect()
    }

    #[test]
    fn columns_that_fit_keep_their_width() {
        let needs = needs(&[(5, true), (30, false), (12, false)]);
        assert_eq!(
            fit(&needs, Some(80), Some(0)),
            Widths {
                columns: vec![5, 30, 12],
                share: 0,
                bar: 20
            }
        );
        assert_eq!(fit(&needs, Some(51), None).columns, [5, 30, 12]);
        assert_eq!(fit(&needs, None, None).columns, [5, 30, 12]);
    }

    #[test]
    fn the_bar_gives_way_before_the_text_and_the_widest_text_before_the_others() {
        let needs = needs(&[(5, true), (30, false), (12, false)]);
        assert_eq!(
            fit(&needs, Some(63), Some(0)),
            Widths {
                columns: vec![5, 30, 12],
                share: 0,
                bar: 10
            }
        );
        assert_eq!(
            fit(&needs, Some(51), Some(0)),
            Widths {
                columns: vec![5, 20, 12],
                share: 0,
                bar: 8
            }
        );
        assert_eq!(fit(&needs, Some(43), None).columns, [5, 22, 12]);
        assert_eq!(fit(&needs, Some(27), None).columns, [5, 9, 9]);
    }

    #[test]
    fn numbers_are_never_shortened_and_texts_never_to_nothing() {
        let needs = needs(&[(40, true), (30, false), (3, false)]);
        assert_eq!(
            fit(&needs, Some(20), Some(0)),
            Widths {
                columns: vec![40, 8, 3],
                share: 0,
                bar: 0
            }
        );
        assert_eq!(fit(&needs, Some(0), None).columns, [40, 8, 3]);
    }

    #[test]
    fn titles_give_way_first_then_texts_then_ids() {
        let need = |title, cells, cut| Need {
            title,
            cells,
            usual: [cells - cells / 10, cells - cells / 5],
            least: 10,
            cut,
        };
        let needs = [
            need(20, 20, Cut::Never),
            need(15, 9, Cut::Never),
            need(40, 40, Cut::First),
            need(60, 60, Cut::Last),
        ];
        let at = |terminal| fit(&needs, Some(terminal), None).columns;
        assert_eq!(at(141), [20, 15, 40, 60]);
        assert_eq!(at(138), [20, 12, 40, 60]);
        assert_eq!(at(135), [20, 9, 40, 60]);
        assert_eq!(at(130), [20, 9, 40, 55]);
        assert_eq!(at(109), [20, 9, 20, 54]);
        assert_eq!(at(105), [20, 9, 20, 50]);
        assert_eq!(at(103), [20, 9, 20, 48]);
        assert_eq!(at(93), [20, 9, 10, 48]);
        assert_eq!(at(65), [20, 9, 10, 20]);
        assert_eq!(at(55), [20, 9, 10, 10]);
        assert_eq!(at(10), [20, 9, 10, 10]);
    }

    #[test]
    fn the_share_outlasts_the_bar_and_gives_way_to_ids() {
        let needs = needs(&[(5, true), (20, true), (30, false)]);
        let at = |terminal| {
            let Widths {
                columns,
                share,
                bar,
            } = fit(&needs, Some(terminal), Some(6));
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
            let widths = fit(&needs(&natural), Some(terminal), Some(0));
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
