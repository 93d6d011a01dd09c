//! What can go wrong with an index on the disk.

use std::io;
use std::path::{Path, PathBuf};

/// Why an index could not do what it was asked to. It holds nothing that cannot be made again from the texts.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The disk refuses.
    #[error("{doing} {}: {why}. Is there room on the disk, and may this program read and write there?", path.display())]
    Files {
        /// What was being done.
        doing: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the system says.
        #[source]
        why: io::Error,
    },
    /// A file does not hold what was written to it.
    #[error("the search index is damaged: {} {why}. Build it again with `watersmeet reindex`", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Another process keeps it.
    #[error("another process keeps the search index in {}, and only one may write it", path.display())]
    Kept {
        /// Its folder.
        path: PathBuf,
    },
}

/// What is wrong with some bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Damage(pub(crate) &'static str);

impl Damage {
    /// In this file.
    pub(crate) fn of(self, path: &Path) -> IndexError {
        IndexError::Damaged { path: path.to_owned(), why: self.0 }
    }
}

/// An error of the system while doing something to a file.
pub(crate) fn files(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> IndexError {
    move |why| IndexError::Files { doing, path: path.to_owned(), why }
}
