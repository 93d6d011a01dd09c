//! The posts as search finds them: an index on the disk, filled from the river once, and kept by following `changes`.

mod progress;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use model::{PostId, SourceId};
use search::{Answer, Census, Document, Entry, Facts, Index, IndexError, Meaning, Question, Sieve, Vocabulary};
use store::{Card, Cursor, Page, RiverFilter, Store, StoreError, TopicSaid};
use tokio::sync::{Mutex, Semaphore};
use tracing::{error, info, warn};

use crate::following::changed_after;
use crate::topics;
use progress::Progress;

/// How many posts are read in one step.
const STEP: u32 = 500;
/// How many questions are answered at the same time: more would take the processor from every other page.
const AT_ONCE: usize = 2;
/// The most of a post that is read, in bytes.
const MOST_READ: usize = 8_000;
/// How long to wait before looking for changes again, and after something went wrong.
const REST: Duration = Duration::from_secs(1);
const REST_AFTER_TROUBLE: Duration = Duration::from_secs(15);

/// Why the shelf could not be brought up to date, or not be searched.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index does.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// How far the index is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// All posts are in it.
    Whole,
    /// It is being filled; what is in it can be found.
    Filling {
        /// How many posts have been read.
        done: usize,
        /// How many there are.
        all: usize,
    },
    /// It is being built again, and the old one answers meanwhile.
    Again {
        /// How many posts have been read.
        done: usize,
        /// How many there are.
        all: usize,
    },
}

/// The posts that search finds. One process keeps it; others that share the folder only read.
#[derive(Debug)]
pub struct Shelf {
    store: Store,
    index: Arc<Index>,
    /// Whoever holds it brings the shelf up to date. How far that is, once it was looked at; the index knows it as of its
    /// last commit.
    turn: Mutex<Option<Turn>>,
    /// Whoever asks takes one of these seats.
    seats: Semaphore,
    /// How many posts there were when filling began.
    all: AtomicUsize,
    is_filling: AtomicBool,
    is_again: AtomicBool,
    done: AtomicUsize,
    /// The number of the last change that is in what questions are answered from, as far as this process knows.
    answered: AtomicI64,
    /// Whether a question came upon damage.
    is_damaged: AtomicBool,
}

#[derive(Clone, Copy, Debug)]
struct Turn {
    progress: Progress,
    /// How many posts were taken in or out since the last commit.
    uncommitted: usize,
}

/// A post as it is taken in.
struct Taken {
    card: Card,
    text: String,
    /// What an editor said of its topics.
    said: Vec<TopicSaid>,
}

impl Shelf {
    /// The shelf whose index is in this folder, over the posts of this store.
    pub fn open(store: Store, folder: &Path) -> Result<Arc<Self>, ShelfError> {
        let index = Index::open(folder, Meaning::built_in())?;
        if index.found() == search::Found::Damaged {
            warn!("The search index in {} is damaged or of another version, and is built again", folder.display());
        }
        let is_again = index.is_writable() && index.is_rebuilding()?;
        let is_filling = index.is_writable() && !matches!(Progress::read(&index.progress()?).0, Progress::Whole { .. });
        Ok(Arc::new(Self {
            store,
            index: Arc::new(index),
            turn: Mutex::default(),
            seats: Semaphore::new(AT_ONCE),
            all: AtomicUsize::new(0),
            is_filling: AtomicBool::new(is_filling),
            is_again: AtomicBool::new(is_again),
            done: AtomicUsize::new(0),
            answered: AtomicI64::new(0),
            is_damaged: AtomicBool::new(false),
        }))
    }

    /// Whether this process keeps it.
    pub fn is_kept_here(&self) -> bool {
        self.index.is_writable()
    }

    /// How many posts can be found.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether none can.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// How far the index is.
    pub fn standing(&self) -> Standing {
        let (done, all) = (self.done.load(Ordering::Relaxed), self.all.load(Ordering::Relaxed));
        match (self.is_again.load(Ordering::Relaxed), self.is_filling.load(Ordering::Relaxed)) {
            (true, _) => Standing::Again { done, all: all.max(done) },
            (false, true) => Standing::Filling { done, all: all.max(done) },
            _ => Standing::Whole,
        }
    }

    /// Keeps the shelf up to date until `shutdown` is there.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        let keep = async {
            self.verify().await;
            loop {
                let rest = match self.step().await {
                    Ok(true) => REST,
                    Ok(false) => continue,
                    Err(why) => {
                        error!("The search index could not be brought up to date, and that is tried again: {why}");
                        REST_AFTER_TROUBLE
                    }
                };
                tokio::time::sleep(rest).await;
            }
        };
        tokio::select! {
            () = shutdown => {}
            () = keep => {}
        }
    }

    /// Brings the shelf up to date, and tells of each step.
    pub async fn catch_up(&self, mut told: impl FnMut(Standing)) -> Result<(), ShelfError> {
        while !self.step().await? {
            told(self.standing());
        }
        Ok(())
    }

    /// Has it built again from nothing: by this process with its next steps, or by the one that keeps it.
    pub fn build_again(&self) -> Result<(), ShelfError> {
        Ok(self.index.ask_for_rebuild()?)
    }

    /// Whether that has been asked for and not been begun yet.
    pub fn is_wanted_again(&self) -> bool {
        self.index.is_rebuild_wanted()
    }

    /// How many posts the process that keeps the index has read for building it again; nothing if it isn't doing that.
    pub fn built_elsewhere(&self) -> Result<Option<usize>, ShelfError> {
        Ok(self.index.built_beside()?)
    }

    /// Looks through all files once; what is damaged is built again.
    async fn verify(&self) {
        let index = Arc::clone(&self.index);
        let verified = tokio::task::spawn_blocking(move || index.verify()).await;
        if let Ok(Err(why)) = verified {
            error!("{why}. It is built again");
            self.is_damaged.store(true, Ordering::Relaxed);
        }
    }

    /// Reads some more of the river, or what has changed. Whether nothing is left to do.
    async fn step(&self) -> Result<bool, ShelfError> {
        let mut turn = self.turn.lock().await;
        let stepped = self.take_step(&mut turn).await;
        if stepped.is_err() {
            // What was not committed is read again.
            *turn = None;
        }
        stepped
    }

    async fn take_step(&self, turn: &mut Option<Turn>) -> Result<bool, ShelfError> {
        if !self.index.is_writable() {
            self.index.refresh()?;
            if let (Progress::Whole { follow }, _) = Progress::read(&self.index.answered_progress()) {
                self.answered.store(follow, Ordering::Relaxed);
            }
            return Ok(true);
        }
        if self.index.is_rebuild_wanted() || self.is_damaged.swap(false, Ordering::Relaxed) {
            info!("The search index is built again");
            self.index.begin_rebuild()?;
            *turn = None;
        }
        self.is_again.store(self.index.is_rebuilding()?, Ordering::Relaxed);
        let now = match *turn {
            Some(now) => now,
            None => self.begin().await?,
        };
        let now = turn.insert(now);
        match now.progress {
            Progress::Empty => {
                let follow = self.store.revision().await?.number;
                self.fill(now, Page::Newest, follow).await
            }
            Progress::Filling { from, follow } => self.fill(now, Page::Before(from), follow).await,
            Progress::Whole { follow } => self.follow(now, follow).await,
        }
    }

    /// Goes on where the index was committed last.
    async fn begin(&self) -> Result<Turn, ShelfError> {
        let (mut progress, version) = Progress::read(&self.index.progress()?);
        let last = self.store.revision().await?.number;
        let is_elsewhere = progress.follow().is_some_and(|follow| follow > last);
        let is_otherwise = progress != Progress::Empty && version != Some(Vocabulary::built_in().version());
        if is_elsewhere || is_otherwise {
            match is_elsewhere {
                true => warn!("The search index follows another store, or one that is older now, and is built again"),
                false => info!("There are other topics than when the search index was built, and it is built again"),
            }
            self.index.begin_rebuild()?;
            self.is_again.store(true, Ordering::Relaxed);
            progress = Progress::Empty;
        }
        if !matches!(progress, Progress::Whole { .. }) {
            let all = self.store.count(&RiverFilter::default()).await?;
            self.all.store(usize::try_from(all).unwrap_or(usize::MAX), Ordering::Relaxed);
        }
        Ok(Turn { progress, uncommitted: 0 })
    }

    async fn fill(&self, now: &mut Turn, page: Page, follow: i64) -> Result<bool, ShelfError> {
        let part = self.store.river(&RiverFilter::default(), page, STEP).await?;
        let taken = self.read(part.cards).await?;
        self.put(now, taken, Vec::new()).await?;
        now.progress = match part.older {
            Some(from) => Progress::Filling { from, follow },
            None => Progress::Whole { follow },
        };
        // At first what was read is soon found; later, few and large steps cost less.
        let written = self.index.written()?;
        self.done.store(written, Ordering::Relaxed);
        if part.older.is_none() || now.uncommitted * 3 >= written || self.index.is_full()? {
            self.commit(now).await?;
        }
        // What changed while the river was read is followed next.
        Ok(false)
    }

    async fn follow(&self, now: &mut Turn, follow: i64) -> Result<bool, ShelfError> {
        let Some(changed) = changed_after(&self.store, follow).await? else {
            if self.index.is_rebuilding()? {
                self.on_thread(|index| index.finish_rebuild()).await?;
                info!("The search index was built again, of {} posts", self.index.len());
            }
            self.is_again.store(false, Ordering::Relaxed);
            self.is_filling.store(false, Ordering::Relaxed);
            self.answered.store(follow, Ordering::Relaxed);
            return Ok(true);
        };
        let (mut taken, mut gone) = (Vec::new(), Vec::new());
        for id in &changed.posts {
            match self.store.post(*id).await?.filter(|post| post.in_river) {
                Some(post) => {
                    let said = topics::said_of_post(&self.store, *id).await?;
                    taken.push(Taken { card: post.card, text: post.cleaned.unwrap_or_default(), said });
                }
                None => gone.push(id.get()),
            }
        }
        self.put(now, taken, gone).await?;
        for source in &changed.sources {
            self.read_again(now, *source, &changed.posts).await?;
        }
        let is_nothing = now.uncommitted == 0;
        now.progress = Progress::Whole { follow: changed.last };
        // That nothing of ours changed need not be written down.
        if changed.is_all && !is_nothing || self.index.is_full()? {
            self.commit(now).await?;
        }
        Ok(false)
    }

    /// Reads the posts of a source again, which are found by its name too; but for these, which have been just now.
    async fn read_again(&self, now: &mut Turn, source: SourceId, but: &BTreeSet<PostId>) -> Result<(), ShelfError> {
        let filter = RiverFilter { source: Some(source), ..RiverFilter::default() };
        let mut next = Some(Page::Newest);
        while let Some(page) = next {
            let part = self.store.river(&filter, page, STEP).await?;
            let cards: Vec<Card> = part.cards.into_iter().filter(|card| !but.contains(&card.id)).collect();
            if !cards.is_empty() {
                let taken = self.read(cards).await?;
                self.put(now, taken, Vec::new()).await?;
            }
            if self.index.is_full()? {
                self.commit(now).await?;
            }
            next = part.older.map(Page::Before);
        }
        Ok(())
    }

    /// The texts of posts, and what editors say that they are about.
    async fn read(&self, cards: Vec<Card>) -> Result<Vec<Taken>, ShelfError> {
        let ids: Vec<PostId> = cards.iter().map(|card| card.id).collect();
        let mut bodies: HashMap<PostId, String> = self.store.bodies(&ids).await?.into_iter().collect();
        let mut said = self.store.topics_said_of_posts(&ids).await?;
        let taken = cards.into_iter().map(|card| {
            let text = bodies.remove(&card.id).unwrap_or_default();
            let said = said.remove(&card.id).unwrap_or_default();
            Taken { card, text, said }
        });
        Ok(taken.collect())
    }

    /// Takes posts in and out, on threads that may compute.
    async fn put(&self, now: &mut Turn, taken: Vec<Taken>, gone: Vec<i64>) -> Result<(), ShelfError> {
        now.uncommitted += taken.len() + gone.len();
        self.on_thread(move |index| {
            let read = read(&taken);
            let entries: Vec<Entry<'_>> =
                taken.iter().zip(&read).map(|(taken, read)| entry(&taken.card, read)).collect();
            index.put(&entries)?;
            index.remove(&gone)
        })
        .await
    }

    async fn commit(&self, now: &mut Turn) -> Result<(), ShelfError> {
        let told = now.progress.told(Vocabulary::built_in().version());
        self.on_thread(move |index| index.commit(&told)).await?;
        now.uncommitted = 0;
        Ok(())
    }

    async fn on_thread<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Index) -> Result<T, IndexError> + Send + 'static,
    ) -> Result<T, ShelfError> {
        let index = Arc::clone(&self.index);
        let acted = tokio::task::spawn_blocking(move || act(&index)).await;
        Ok(acted.expect("reading a text and looking for it do not panic, which properties say")?)
    }

    /// The posts nearest to a question that a sieve lets through, best first. With a question that says nothing, the newest.
    /// Where the index turns out to be damaged nothing is found, and it is built again.
    pub(crate) async fn near(&self, question: &Question, sieve: Sieve, most: usize) -> Result<Answer, ShelfError> {
        let _seat = self.seats.acquire().await.expect("the seats are never taken away");
        let question = question.clone();
        match self.on_thread(move |index| index.search(&question, &sieve, most)).await {
            Err(ShelfError::Index(why @ IndexError::Damaged { .. })) => {
                error!("A search came upon damage: {why}. It is built again");
                self.is_damaged.store(true, Ordering::Relaxed);
                Ok(Answer::default())
            }
            answered => answered,
        }
    }

    /// The question with what its acronyms stand for, as posts and topics explain them; as it is where the index cannot be read.
    pub(crate) async fn with_acronyms(&self, question: Question) -> Question {
        let asked = question.clone();
        match self.on_thread(move |index| index.with_acronyms(&asked)).await {
            Ok(question) => question,
            Err(why) => {
                error!("What acronyms stand for could not be looked up: {why}");
                question
            }
        }
    }

    /// Whether questions are answered from the river as it is at this revision.
    pub(crate) fn is_at(&self, revision: i64) -> bool {
        self.standing() == Standing::Whole && self.answered.load(Ordering::Relaxed) >= revision
    }

    /// How many posts there are on each topic, and in each of the periods that begin at these places.
    pub(crate) async fn census(&self, starts: Vec<i64>) -> Result<Census, ShelfError> {
        self.on_thread(move |index| Ok(index.census(&starts))).await
    }

    /// What each of these posts is about, by the words of the topics; nothing of those that are not in the index yet.
    pub(crate) async fn topics_of(&self, ids: &[PostId]) -> Result<Vec<Option<Vec<String>>>, ShelfError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
        self.on_thread(move |index| Ok(index.topics_of(&ids))).await
    }
}

/// What is read of a post: its words with its names, and what it is about.
struct Read {
    text: String,
    topics: Vec<&'static str>,
}

/// Reads posts, on as many threads as there are processors.
fn read(taken: &[Taken]) -> Vec<Read> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = taken.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let read = |Taken { card, text, said }: &Taken| {
            let text = words_of(text);
            let about = topics::of_post(card, &text, said);
            Read { topics: about.iter().map(|about| about.topic.slug).collect(), text: with_names(&text, card) }
        };
        let shares: Vec<_> =
            taken.chunks(share).map(|taken| scope.spawn(move || taken.iter().map(read).collect::<Vec<_>>())).collect();
        let join = |share: thread::ScopedJoinHandle<'_, _>| share.join().expect("reading a text does not panic");
        shares.into_iter().flat_map(join).collect()
    })
}

/// A post's text with who wrote it and where.
fn with_names(text: &str, card: &Card) -> String {
    let by: Vec<&str> = card.authors.iter().map(|author| author.name.as_str()).collect();
    let by = if by.is_empty() { card.author_line.clone().unwrap_or_default() } else { by.join(", ") };
    format!("{text}\n{}\n{by}", card.source.name)
}

fn entry<'t>(card: &'t Card, read: &'t Read) -> Entry<'t> {
    Entry {
        document: Document { id: card.id.get(), title: &card.title, text: &read.text },
        facts: Facts {
            place: card.place.millis(),
            source: card.source.id.get(),
            language: card.language.as_ref().map_or("", |language| language.primary()),
            topics: &read.topics,
        },
    }
}

/// The words of a cleaned post, a paragraph a line; of a long one the beginning.
pub(crate) fn words_of(cleaned: &str) -> String {
    let mut text = html::clean(cleaned, &html::Context::default()).text;
    text.truncate(text.floor_char_boundary(MOST_READ));
    text
}

/// The place of a post in the river, as the index keeps it.
fn cursor(place: i64, id: i64) -> Cursor {
    Cursor { place: model::Time::from_millis(place), id: PostId::new(id) }
}
