//! Exit statuses and how they combine.

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// All was read. Nothing selected is no failure.
    Done,
    /// The answer is no (`-e`: nothing was selected).
    No,
    /// Usage, or a source that can't be read, is refused, or is empty.
    Usage,
    /// Results were printed, but part of the input was lost.
    Lost,
}

impl Status {
    /// The number that the process ends with.
    pub const fn code(self) -> u8 {
        match self {
            Status::Done => 0,
            Status::No => 1,
            Status::Usage => 2,
            Status::Lost => 3,
        }
    }

    /// Of two reasons, the one to end with: 2 before 1 before 3.
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
