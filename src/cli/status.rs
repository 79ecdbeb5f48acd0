//! Exit statuses and how they combine.

/// The result of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Everything was read. That nothing was selected is not a failure.
    Done,
    /// A rule failed, a finding is as severe as `--fail-on`, or a value was left in a redacted dump; with
    /// `--exit-status` also: no event was selected, or the dumps differ.
    No,
    /// The command line is wrong, or an input can't be read, is refused, or is empty.
    Usage,
    /// Results were printed, but part of the input was lost.
    Lost,
}

impl Status {
    /// The exit status of the process.
    pub const fn code(self) -> u8 {
        match self {
            Status::Done => 0,
            Status::No => 1,
            Status::Usage => 2,
            Status::Lost => 3,
        }
    }

    /// The more important of two results: 2 before 1 before 3.
    pub const fn and(self, other: Status) -> Status {
        const fn rank(status: Status) -> u8 {
            match status {
                Status::Usage => 3,
                Status::No => 2,
                Status::Lost => 1,
                Status::Done => 0,
            }
        }
        if rank(other) > rank(self) {
            other
        } else {
            self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Status::{Done, Lost, No, Usage};

    #[test]
    fn a_bad_source_outranks_a_no_which_outranks_a_loss() {
        assert_eq!(Lost.and(No), No);
        assert_eq!(No.and(Lost), No);
        assert_eq!(No.and(Usage), Usage);
        assert_eq!(Usage.and(Lost), Usage);
        assert_eq!(Done.and(Lost), Lost);
        assert_eq!(Done.and(Done), Done);
    }
}
