//! The folder of an index: every file is written to its end and onto the disk before another one names it.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crc32fast::Hasher;

use crate::index::error::{Damage, IndexError, files};

/// How many bytes are written at once.
const BUFFER_BYTES: usize = 256 * 1_024;

/// The file that whoever may write holds.
pub(crate) const LOCK: &str = "lock";

/// The folder of an index.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    #[cfg(test)]
    pub(crate) power: tests::Power,
}

impl Folder {
    /// The folder there; it is made if it is missing.
    pub(crate) fn open(path: &Path) -> Result<Self, IndexError> {
        fs::create_dir_all(path).map_err(files("making the folder", path))?;
        Ok(Self {
            path: path.to_owned(),
            #[cfg(test)]
            power: tests::Power::default(),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The lock of whoever may write, if nobody else has it. It is let go with the file.
    pub(crate) fn lock(&self) -> Result<Option<File>, IndexError> {
        let path = self.file(LOCK);
        let file = File::options().create(true).write(true).truncate(false).open(&path);
        let file = file.map_err(files("opening", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(why)) => Err(files("locking", &path)(why)),
        }
    }

    /// The whole of a small file; nothing where there is none.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Vec<u8>>, IndexError> {
        let path = self.file(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(why) => Err(files("reading", &path)(why)),
        }
    }

    /// A new file, which nothing names yet.
    pub(crate) fn create(&self, name: &str) -> Result<Writing, IndexError> {
        self.step(&self.file(name))?;
        let path = self.file(name);
        let file = File::create(&path).map_err(files("writing", &path))?;
        Ok(Writing {
            file,
            path,
            buffer: Vec::with_capacity(BUFFER_BYTES),
            at: 0,
            sum: Hasher::new(),
            #[cfg(test)]
            power: self.power.clone(),
        })
    }

    /// Puts a whole small file in place of the one of that name, all or nothing.
    pub(crate) fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), IndexError> {
        let part = format!("{name}.part");
        let mut writing = self.create(&part)?;
        writing.write(bytes)?;
        writing.finish()?;
        self.rename(&part, name)
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> Result<(), IndexError> {
        let path = self.file(to);
        self.step(&path)?;
        fs::rename(self.file(from), &path).map_err(files("putting in place", &path))?;
        self.sync()
    }

    /// Makes the names in the folder last.
    fn sync(&self) -> Result<(), IndexError> {
        self.step(&self.path)?;
        File::open(&self.path).and_then(|folder| folder.sync_all()).map_err(files("writing to the disk", &self.path))
    }

    /// Removes the files that `keep` does not name. One that stays behind does no harm.
    pub(crate) fn sweep(&self, keep: impl Fn(&str) -> bool) -> Result<(), IndexError> {
        let reading = || files("listing", &self.path);
        for entry in fs::read_dir(&self.path).map_err(reading())? {
            let entry = entry.map_err(reading())?;
            let name = entry.file_name();
            if !name.to_str().is_some_and(&keep) && entry.file_type().is_ok_and(|kind| kind.is_file()) {
                let path = entry.path();
                self.step(&path)?;
                fs::remove_file(&path).map_err(files("removing", &path))?;
            }
        }
        Ok(())
    }

    /// Removes a file, if it is there.
    pub(crate) fn remove(&self, name: &str) -> Result<(), IndexError> {
        let path = self.file(name);
        self.step(&path)?;
        match fs::remove_file(&path) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => Err(files("removing", &path)(why)),
            _ => Ok(()),
        }
    }

    /// Whether there is a file of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.file(name).exists()
    }

    /// The names in it.
    pub(crate) fn names(&self) -> Result<Vec<String>, IndexError> {
        let entries = fs::read_dir(&self.path).map_err(files("listing", &self.path))?;
        Ok(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect())
    }

    #[cfg(not(test))]
    fn step(&self, _: &Path) -> Result<(), IndexError> {
        Ok(())
    }

    #[cfg(test)]
    fn step(&self, path: &Path) -> Result<(), IndexError> {
        self.power.step().map_err(files("trying", path))
    }
}

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Writing {
    file: File,
    path: PathBuf,
    buffer: Vec<u8>,
    /// How many bytes have been written.
    at: u64,
    /// The checksum since it was last asked for.
    sum: Hasher,
    #[cfg(test)]
    power: tests::Power,
}

impl Writing {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), IndexError> {
        self.sum.update(bytes);
        self.at += bytes.len() as u64;
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), IndexError> {
        #[cfg(test)]
        if let Err(why) = self.power.step() {
            // A machine that stops may have written half of it.
            let half = &self.buffer[..self.buffer.len() / 2];
            self.file.write_all(half).map_err(files("writing", &self.path))?;
            return Err(files("trying", &self.path)(why));
        }
        self.file.write_all(&self.buffer).map_err(files("writing", &self.path))?;
        self.buffer.clear();
        Ok(())
    }

    /// How many bytes have been written so far.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// The checksum of what was written since this was last asked.
    pub(crate) fn sum(&mut self) -> u32 {
        std::mem::take(&mut self.sum).finalize()
    }

    /// Brings it onto the disk.
    pub(crate) fn finish(mut self) -> Result<(), IndexError> {
        self.flush()?;
        self.file.sync_all().map_err(files("writing to the disk", &self.path))
    }
}

/// A file that is read at any place.
#[derive(Debug)]
pub(crate) struct Reading {
    file: File,
    path: PathBuf,
}

impl Reading {
    pub(crate) fn open(path: PathBuf) -> Result<Self, IndexError> {
        match File::open(&path) {
            Ok(file) => Ok(Self { file, path }),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Err(Damage("is missing").of(&path)),
            Err(why) => Err(files("opening", &path)(why)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn length(&self) -> Result<u64, IndexError> {
        Ok(self.file.metadata().map_err(files("looking at", &self.path))?.len())
    }

    /// Fills the bytes from this place on.
    pub(crate) fn fill(&self, at: u64, bytes: &mut [u8]) -> Result<(), IndexError> {
        self.file.read_exact_at(bytes, at).map_err(|why| match why.kind() {
            io::ErrorKind::UnexpectedEof => Damage("was cut").of(&self.path),
            _ => files("reading", &self.path)(why),
        })
    }

    pub(crate) fn bytes(&self, at: u64, length: usize) -> Result<Vec<u8>, IndexError> {
        let mut bytes = vec![0; length];
        self.fill(at, &mut bytes)?;
        Ok(bytes)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// How many more steps the disk takes before the machine stops.
    #[derive(Clone, Debug)]
    pub(crate) struct Power(Arc<AtomicUsize>);

    impl Default for Power {
        fn default() -> Self {
            Self(Arc::new(AtomicUsize::new(usize::MAX)))
        }
    }

    impl Power {
        pub(crate) fn last_for(&self, steps: usize) {
            self.0.store(steps, Ordering::SeqCst);
        }

        pub(crate) fn step(&self) -> io::Result<()> {
            let left = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
            left.map(|_| ()).map_err(|_| io::Error::other("the power is gone"))
        }
    }
}
