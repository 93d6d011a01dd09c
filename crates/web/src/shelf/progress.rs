//! How far the index is filled, and with which vocabulary of topics, in the words that it keeps for us.

use std::fmt;

use store::Cursor;

/// How far the index is filled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Progress {
    /// Nothing has been read.
    Empty,
    /// The river has been read up to this place; what has changed since this number is still to be followed.
    Filling {
        /// Where to read on.
        from: Cursor,
        /// The number of the last change before the reading began.
        follow: i64,
    },
    /// All has been read, and the changes up to this number have been followed.
    Whole {
        /// That number.
        follow: i64,
    },
}

impl Progress {
    /// Reads what was kept: how far, and the version of the vocabulary. What is not understood is as if nothing had been
    /// read.
    pub(super) fn read(kept: &str) -> (Self, Option<u32>) {
        let (kept, version) = kept.split_once(" topics ").unwrap_or((kept, ""));
        (Self::of(kept), u32::from_str_radix(version, 16).ok())
    }

    /// What is kept of it.
    pub(super) fn told(&self, version: u32) -> String {
        format!("{self} topics {version:x}")
    }

    fn of(kept: &str) -> Self {
        let words: Vec<&str> = kept.split(' ').collect();
        let number = |word: &str| word.parse::<i64>().ok();
        let read = match words[..] {
            ["whole", follow] => number(follow).map(|follow| Self::Whole { follow }),
            ["filling", place, id, follow] => number(place)
                .zip(number(id))
                .zip(number(follow))
                .map(|((place, id), follow)| Self::Filling { from: super::cursor(place, id), follow }),
            _ => None,
        };
        read.unwrap_or(Self::Empty)
    }

    /// The number of the last change that is in the index, or followed next.
    pub(super) fn follow(&self) -> Option<i64> {
        match self {
            Self::Empty => None,
            Self::Filling { follow, .. } | Self::Whole { follow } => Some(*follow),
        }
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Filling { from, follow } => write!(out, "filling {} {} {follow}", from.place.millis(), from.id.get()),
            Self::Whole { follow } => write!(out, "whole {follow}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_read_again() {
        for progress in [
            Progress::Empty,
            Progress::Filling { from: super::super::cursor(-5, 7), follow: 9 },
            Progress::Whole { follow: 0 },
        ] {
            assert_eq!(Progress::read(&progress.told(0xabc)), (progress, Some(0xabc)));
            assert_eq!(Progress::read(&progress.to_string()), (progress, None));
        }
    }

    #[test]
    fn what_is_not_understood_is_nothing() {
        for kept in ["whole", "whole x", "filling 1 2", "halved 1", "whole 1 2"] {
            assert_eq!(Progress::read(kept), (Progress::Empty, None), "{kept}");
        }
    }
}
