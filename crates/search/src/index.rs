//! Any number of texts on the disk, found again by their words and their meaning.

mod alive;
mod builder;
mod bytes;
mod census;
mod columns;
mod dictionary;
mod disk;
mod error;
mod merge;
mod parts;
mod postings;
mod seek;
mod segment;
mod shares;
mod sieve;
mod signs;
mod understanding;

use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread;

use crate::model::Meaning;
use crate::question::Question;
use crate::reading::{Document, Read};
use crate::scoring::Weights;
use crate::words::Seen;

use alive::Alive;
use builder::Builder;
use disk::{Folder, LOCK};
use parts::{Part, Parts};
use segment::Segment;

pub use census::{Census, TopicCount};
pub use columns::Facts;
pub use error::IndexError;
pub use seek::{Answer, Thoroughness};
pub use sieve::{Counts, Sieve};

/// The file that tells what the index is made of; and the same of the one that is being built beside it.
const CURRENT: &str = "index.json";
const NEXT: &str = "next.json";
/// The file by which another process asks for a rebuild.
const WANTED: &str = "rebuild-wanted";
/// How often a reader looks again whose files were swept away between its looking and its opening them.
const TRIES: usize = 5;
/// Texts that take more than this in memory, in bytes, are better committed.
const FULL: usize = 48 << 20;

/// A text to be taken in.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The text.
    pub document: Document<'a>,
    /// What is known of it besides its words.
    pub facts: Facts<'a>,
}

/// How an index was found when it was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// As it was left.
    Whole,
    /// There was none.
    Nothing,
    /// It was damaged, or of another version, and is empty now.
    Damaged,
}

/// An index of texts in a folder of its own.
///
/// It is the copy of something: whoever keeps it tells with each [`commit`](Self::commit) how far they have come, and reads
/// that after a crash, be it of the whole machine. It never says more than is there. One process writes it; others may read.
///
/// ```
/// use search::{Document, Entry, Facts, Index, Meaning, Question, Sieve};
/// let folder = tempfile::tempdir()?;
/// let index = Index::open(folder.path(), Meaning::built_in())?;
/// let facts = Facts { place: 1_767_225_600_000, source: 7, language: "en", topics: &["damp-and-mould"] };
/// let text = "Sensors warn of damp before black mould grows.";
/// index.put(&[Entry { document: Document { id: 1, title: "Healthy homes", text }, facts }])?;
/// index.commit("all that there was on Monday")?;
/// let answer = index.search(&Question::of("", "mouldy flats"), &Sieve::default(), 10)?;
/// assert_eq!(answer.matches[0].id, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Index {
    folder: Folder,
    meaning: &'static Meaning,
    thoroughness: Thoroughness,
    /// What questions are answered from.
    current: RwLock<Arc<Parts>>,
    writer: Mutex<Writer>,
    /// What readers of texts remember, one each.
    seen: Mutex<Vec<Seen>>,
    /// Held as long as this process may write.
    lock: Option<File>,
    found: Found,
}

/// What only whoever writes has to do with.
#[derive(Debug, Default)]
struct Writer {
    /// The parts that are written to: those that are searched, or those that are built beside them.
    parts: Parts,
    is_beside: bool,
    builder: Builder,
    removed: Vec<i64>,
    /// The number of the next file.
    next: u64,
}

impl Index {
    /// Opens the index in this folder. Where there is none, or a damaged one, it is empty, which
    /// [`found`](Self::found) tells.
    pub fn open(folder: &Path, meaning: &'static Meaning) -> Result<Self, IndexError> {
        Self::open_in(Folder::open(folder)?, meaning, Thoroughness::default())
    }

    /// The same, searched otherwise than usual.
    pub fn open_with(folder: &Path, meaning: &'static Meaning, thoroughness: Thoroughness) -> Result<Self, IndexError> {
        Self::open_in(Folder::open(folder)?, meaning, thoroughness)
    }

    fn open_in(folder: Folder, meaning: &'static Meaning, thoroughness: Thoroughness) -> Result<Self, IndexError> {
        let lock = folder.lock()?;
        let (current, found) = match Self::read_current(&folder, &Parts::default(), lock.is_some()) {
            Ok(Some(parts)) => (parts, Found::Whole),
            Ok(None) => (Parts::default(), Found::Nothing),
            Err(IndexError::Damaged { .. }) => (Parts::default(), Found::Damaged),
            Err(why) => return Err(why),
        };
        let mut writer = Writer::default();
        if lock.is_some() {
            writer.begin(&folder, &current)?;
        }
        Ok(Self {
            folder,
            meaning,
            thoroughness,
            current: RwLock::new(Arc::new(current)),
            writer: Mutex::new(writer),
            seen: Mutex::default(),
            lock,
            found,
        })
    }

    /// What is there now. Whoever writes may have swept a file away that they had just told of: a reader looks again.
    fn read_current(folder: &Folder, before: &Parts, is_writer: bool) -> Result<Option<Parts>, IndexError> {
        let mut read = Parts::read(folder, CURRENT, before);
        for _ in 1..TRIES {
            if is_writer || !matches!(read, Err(IndexError::Damaged { .. })) {
                break;
            }
            read = Parts::read(folder, CURRENT, before);
        }
        read
    }

    /// How it was found when it was opened.
    pub fn found(&self) -> Found {
        self.found
    }

    /// Whether this process may write: no other did when it was opened.
    pub fn is_writable(&self) -> bool {
        self.lock.is_some()
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn seen(&self) -> MutexGuard<'_, Vec<Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn current(&self) -> Arc<Parts> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn writer(&self) -> Result<MutexGuard<'_, Writer>, IndexError> {
        if self.lock.is_none() {
            return Err(IndexError::Kept { path: self.folder.path().to_owned() });
        }
        Ok(self.writer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many texts can be found.
    pub fn len(&self) -> usize {
        self.current().len()
    }

    /// Whether none can.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes its files have.
    pub fn bytes(&self) -> Result<u64, IndexError> {
        self.current().all.iter().map(|part| part.segment.bytes()).sum()
    }

    /// How far whoever writes it had come at the last commit, in their own words; empty before the first.
    pub fn progress(&self) -> Result<String, IndexError> {
        Ok(self.writer()?.parts.progress.clone())
    }

    /// How far whoever writes it had come when what questions are answered from was committed.
    pub fn answered_progress(&self) -> String {
        self.current().progress.clone()
    }

    /// How many texts are in what is being written, those included that are not committed yet.
    pub fn written(&self) -> Result<usize, IndexError> {
        let writer = self.writer()?;
        Ok(writer.parts.len() + writer.builder.len())
    }

    /// Takes texts in, each instead of the one that had its number. They are found after the next commit, and read on as
    /// many threads as there are processors.
    pub fn put(&self, entries: &[Entry<'_>]) -> Result<(), IndexError> {
        let title = Weights::USUAL.title;
        let read = |entries: &[Entry<'_>]| -> Vec<Read> {
            let mut seen = self.seen().pop().unwrap_or_default();
            let read = entries.iter().map(|entry| Read::of(&entry.document, title, self.meaning, &mut seen)).collect();
            self.seen().push(seen);
            read
        };
        let threads = thread::available_parallelism().map_or(1, usize::from).min(entries.len().max(1));
        let share = entries.len().div_ceil(threads).max(1);
        let all: Vec<Vec<Read>> = thread::scope(|scope| {
            let shares: Vec<_> = entries.chunks(share).map(|entries| scope.spawn(|| read(entries))).collect();
            let join = |share: thread::ScopedJoinHandle<'_, _>| share.join().expect("reading a text does not panic");
            shares.into_iter().map(join).collect()
        });
        let mut writer = self.writer()?;
        for (entry, read) in entries.iter().zip(all.iter().flatten()) {
            writer.removed.push(entry.document.id);
            writer.builder.put(entry.document.id, entry.facts, read);
        }
        Ok(())
    }

    /// Takes texts out, from the next commit on.
    pub fn remove(&self, ids: &[i64]) -> Result<(), IndexError> {
        let mut writer = self.writer()?;
        for id in ids {
            writer.removed.push(*id);
            writer.builder.remove(*id);
        }
        Ok(())
    }

    /// Whether so much was taken in since the last commit that memory is better freed by one.
    pub fn is_full(&self) -> Result<bool, IndexError> {
        Ok(self.writer()?.builder.room() >= FULL)
    }

    /// Brings what was taken in and out onto the disk, all or nothing, with how far that is. If it fails, all is as after the
    /// last commit, and [`progress`](Self::progress) says where to begin anew.
    pub fn commit(&self, progress: &str) -> Result<(), IndexError> {
        let mut writer = self.writer()?;
        let builder = std::mem::take(&mut writer.builder);
        let removed = std::mem::take(&mut writer.removed);
        let parts = writer.with(&self.folder, &builder, &removed, progress)?;
        drop(builder);
        self.settle(&mut writer, parts)?;
        while let Some(which) = writer.to_merge() {
            let parts = writer.merged(&self.folder, &which)?;
            self.settle(&mut writer, parts)?;
        }
        Ok(())
    }

    /// Writes down that these are the parts, and shows them to whoever asks.
    fn settle(&self, writer: &mut Writer, parts: Parts) -> Result<(), IndexError> {
        parts.write(&self.folder, if writer.is_beside { NEXT } else { CURRENT })?;
        writer.parts = parts;
        if !writer.is_beside {
            self.publish(&writer.parts);
        }
        writer.sweep(&self.folder, &self.current())
    }

    fn publish(&self, parts: &Parts) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(parts.clone());
    }

    /// Begins to build the index again, from nothing, beside the one that goes on answering until
    /// [`finish_rebuild`](Self::finish_rebuild). After a crash the building goes on where it was committed last.
    pub fn begin_rebuild(&self) -> Result<(), IndexError> {
        let mut writer = self.writer()?;
        *writer = Writer { is_beside: true, next: writer.next, ..Writer::default() };
        self.settle(&mut writer, Parts::default())?;
        self.folder.remove(WANTED)
    }

    /// Asks whoever writes the index to build it again, be it this process or another.
    pub fn ask_for_rebuild(&self) -> Result<(), IndexError> {
        self.folder.replace(WANTED, b"")
    }

    /// Whether somebody has asked for that.
    pub fn is_rebuild_wanted(&self) -> bool {
        self.folder.has(WANTED)
    }

    /// How many texts have been committed to what is built beside; nothing where nothing is. Other processes may ask too.
    pub fn built_beside(&self) -> Result<Option<usize>, IndexError> {
        Parts::told(&self.folder, NEXT)
    }

    /// Whether it is being built again.
    pub fn is_rebuilding(&self) -> Result<bool, IndexError> {
        Ok(self.writer()?.is_beside)
    }

    /// Puts what was built again and committed in the place of what was there.
    pub fn finish_rebuild(&self) -> Result<(), IndexError> {
        let mut writer = self.writer()?;
        if writer.is_beside {
            self.folder.rename(NEXT, CURRENT)?;
            writer.is_beside = false;
            self.publish(&writer.parts);
            writer.sweep(&self.folder, &self.current())?;
        }
        Ok(())
    }

    /// Reads what another process has committed since. Nothing changes where this one writes.
    pub fn refresh(&self) -> Result<(), IndexError> {
        if self.lock.is_none()
            && let Some(parts) = Self::read_current(&self.folder, &self.current(), false)?
        {
            self.publish(&parts);
        }
        Ok(())
    }

    /// Reads all files once and compares their checksums: an error says which is damaged.
    pub fn verify(&self) -> Result<(), IndexError> {
        self.current().all.iter().try_for_each(|part| part.segment.verify())
    }

    /// The texts nearest to a question that a sieve lets through, best first, at most so many; with a question that has no
    /// words, the newest. It may be asked on many threads at once, and while texts are taken in.
    pub fn search(&self, question: &Question, sieve: &Sieve, most: usize) -> Result<Answer, IndexError> {
        seek::answer(&self.current(), self.meaning, self.thoroughness, question, sieve, most)
    }

    /// The question with what its acronyms stand for, as the texts explain them: so that it may be asked elsewhere.
    pub fn with_acronyms(&self, question: &Question) -> Result<Question, IndexError> {
        understanding::with_acronyms(&self.current(), self.meaning, question)
    }

    /// What each of these texts is about; nothing of those that are not there.
    pub fn topics_of(&self, ids: &[i64]) -> Vec<Option<Vec<String>>> {
        let current = self.current();
        let find = |id: &i64| {
            current.all.iter().find_map(|part| {
                let place = part.segment.place_of(*id).filter(|place| part.alive.has(*place))?;
                let columns = &part.segment.columns;
                let topics = columns.topics_of(place as usize).iter();
                Some(topics.map(|topic| columns.topics[usize::from(*topic)].clone()).collect())
            })
        };
        ids.iter().map(find).collect()
    }

    /// How many texts there are on each topic, and in each of the periods that begin at these places, the first first. It
    /// looks at a column of all texts.
    pub fn census(&self, starts: &[i64]) -> Census {
        census::census(&self.current(), starts)
    }
}

impl Writer {
    /// Goes on where whoever wrote before has ended.
    fn begin(&mut self, folder: &Folder, current: &Parts) -> Result<(), IndexError> {
        let beside = match Parts::read(folder, NEXT, current) {
            Err(IndexError::Damaged { .. }) => {
                // A building that was damaged is begun anew.
                folder.replace(WANTED, b"")?;
                None
            }
            read => read?,
        };
        self.is_beside = beside.is_some();
        self.parts = beside.unwrap_or_else(|| current.clone());
        let numbers = folder.names()?.into_iter().filter_map(|name| name.rsplit('-').next()?.parse::<u64>().ok());
        self.next = numbers.max().unwrap_or_default() + 1;
        self.sweep(folder, current)
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    /// The parts with what was taken in and out.
    fn with(
        &mut self,
        folder: &Folder,
        builder: &Builder,
        removed: &[i64],
        progress: &str,
    ) -> Result<Parts, IndexError> {
        let mut all = Vec::new();
        for part in self.parts.all.clone() {
            let places = removed.iter().filter_map(|id| part.segment.place_of(*id));
            let places: Vec<u32> = places.filter(|place| part.alive.has(*place)).collect();
            all.push(if places.is_empty() { part } else { self.part_without(folder, &part, &places)? });
        }
        if !builder.is_empty() {
            let number = self.number();
            builder.write(folder, number)?;
            let segment = Arc::new(Segment::open(folder, number)?);
            let part = Part { alive: Arc::new(Alive::all(&segment)), segment, without: None };
            let dead: Vec<u32> = builder.dead.iter().copied().collect();
            all.push(if dead.is_empty() { part } else { self.part_without(folder, &part, &dead)? });
        }
        Ok(Parts { all, progress: progress.to_owned() })
    }

    fn part_without(&mut self, folder: &Folder, part: &Part, places: &[u32]) -> Result<Part, IndexError> {
        let mut alive = Alive::clone(&part.alive);
        for place in places {
            alive.take(&part.segment, *place)?;
        }
        let number = self.number();
        alive.write(folder, part.segment.number, number)?;
        Ok(Part { segment: Arc::clone(&part.segment), alive: Arc::new(alive), without: Some(number) })
    }

    fn to_merge(&self) -> Option<Vec<usize>> {
        let sizes: Vec<(usize, usize)> =
            self.parts.all.iter().map(|part| (part.alive.len(), part.segment.len())).collect();
        merge::which(&sizes)
    }

    /// The parts with some of them made one.
    fn merged(&mut self, folder: &Folder, which: &[usize]) -> Result<Parts, IndexError> {
        let (mut together, mut all) = (Vec::new(), Vec::new());
        for (at, part) in self.parts.all.iter().enumerate() {
            if which.contains(&at) { together.push(part.clone()) } else { all.push(part.clone()) }
        }
        if together.iter().any(|part| part.alive.len() > 0) {
            let number = self.number();
            merge::merge(folder, number, &together)?;
            let segment = Arc::new(Segment::open(folder, number)?);
            all.push(Part { alive: Arc::new(Alive::all(&segment)), segment, without: None });
        }
        Ok(Parts { all, progress: self.parts.progress.clone() })
    }

    /// Removes the files that nobody needs any more. Whoever has one open reads it to the end.
    fn sweep(&self, folder: &Folder, current: &Parts) -> Result<(), IndexError> {
        folder.sweep(|name| {
            [LOCK, CURRENT, WANTED].contains(&name)
                || name == NEXT && self.is_beside
                || self.parts.need(name)
                || current.need(name)
        })
    }
}

#[cfg(test)]
mod tests;
