//! The posts as search finds them: held in memory, filled from the river once somebody searches, and kept by following
//! `changes`.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use model::{PostId, Time};
use search::{Document, Match, Matcher, Meaning, Question, Weights};
use store::{Card, ChangeKind, Cursor, Page, RiverFilter, Store, StoreError};
use tokio::sync::Semaphore;
use tracing::error;

use crate::newsroom::Newsroom;

/// The most posts that are held, the newest: some 200 MB.
const MOST_POSTS: usize = 100_000;
/// How many posts are read in one step.
const STEP: u32 = 500;
/// How many changes are followed in one step.
const CHANGES: u32 = 1_000;
/// How many steps the first visitor waits for; the rest is read behind the scenes.
const STEPS_WAITED_FOR: usize = 2;
/// How many questions are answered at the same time: more would take the processor from every other page.
const AT_ONCE: usize = 2;
/// The most of a post that is read, in bytes.
const MOST_READ: usize = 8_000;

/// The posts that search finds.
#[derive(Debug)]
pub(crate) struct Shelf {
    books: Arc<RwLock<Books>>,
    /// Whoever holds it fills the shelf or follows the changes.
    turn: tokio::sync::Mutex<()>,
    /// Whoever asks takes one of these seats.
    seats: Semaphore,
    /// Whether the rest is being read behind the scenes.
    is_filling: AtomicBool,
}

#[derive(Debug)]
struct Books {
    matcher: Matcher<'static>,
    facts: HashMap<i64, Fact>,
    progress: Progress,
}

/// What filters ask of a post.
#[derive(Clone, Debug)]
struct Fact {
    source: Arc<str>,
    place: Time,
}

/// How far the shelf is filled.
#[derive(Clone, Copy, Debug)]
enum Progress {
    /// Nothing has been read.
    Empty,
    /// The river has been read up to this place; what has changed since this number is still to be followed.
    Filling { from: Cursor, follow: i64 },
    /// All has been read, and the changes up to this number have been followed.
    Whole { follow: i64 },
}

/// A post as it is taken in.
struct Taken {
    card: Card,
    text: String,
}

impl Shelf {
    pub(crate) fn new() -> Self {
        let books = Books {
            matcher: Matcher::new(Meaning::built_in(), Weights::default()),
            facts: HashMap::new(),
            progress: Progress::Empty,
        };
        Self {
            books: Arc::new(RwLock::new(books)),
            turn: tokio::sync::Mutex::new(()),
            seats: Semaphore::new(AT_ONCE),
            is_filling: AtomicBool::new(false),
        }
    }

    /// Brings the shelf up to date, as far as that is quick, and has the rest done. Whether it is whole.
    pub(crate) async fn bring_up_to_date(newsroom: &Arc<Newsroom>) -> Result<bool, StoreError> {
        let shelf = newsroom.shelf();
        for _ in 0..STEPS_WAITED_FOR {
            if shelf.step(newsroom.store()).await? {
                return Ok(true);
            }
        }
        if !shelf.is_filling.swap(true, Ordering::AcqRel) {
            let newsroom = Arc::clone(newsroom);
            tokio::spawn(async move {
                let shelf = newsroom.shelf();
                let ended = loop {
                    match shelf.step(newsroom.store()).await {
                        Ok(false) => {}
                        ended => break ended,
                    }
                };
                if let Err(why) = ended {
                    error!("Reading the posts for search broke off, and goes on with the next search: {why}");
                }
                shelf.is_filling.store(false, Ordering::Release);
            });
        }
        Ok(false)
    }

    /// Reads some more of the river, or what has changed. Whether nothing is left to do.
    async fn step(&self, store: &Store) -> Result<bool, StoreError> {
        let _turn = self.turn.lock().await;
        let progress = self.read().progress;
        match progress {
            Progress::Empty => {
                let follow = store.revision().await?.number;
                self.fill(store, Page::Newest, follow).await
            }
            Progress::Filling { from, follow } => self.fill(store, Page::Before(from), follow).await,
            Progress::Whole { follow } => self.follow(store, follow).await,
        }
    }

    async fn fill(&self, store: &Store, page: Page, follow: i64) -> Result<bool, StoreError> {
        let part = store.river(&RiverFilter::default(), page, STEP).await?;
        let is_full = self.read().facts.len() + part.cards.len() >= MOST_POSTS;
        let progress = match part.older.filter(|_| !is_full) {
            Some(from) => Progress::Filling { from, follow },
            None => Progress::Whole { follow },
        };
        let ids: Vec<PostId> = part.cards.iter().map(|card| card.id).collect();
        let mut bodies: HashMap<PostId, String> = store.bodies(&ids).await?.into_iter().collect();
        let taken = part.cards.into_iter().map(|card| {
            let text = bodies.remove(&card.id).unwrap_or_default();
            Taken { card, text }
        });
        self.put(taken.collect(), Vec::new(), progress).await;
        // What changed while the river was read is followed next.
        Ok(false)
    }

    async fn follow(&self, store: &Store, follow: i64) -> Result<bool, StoreError> {
        let changes = store.changes_after(follow, CHANGES).await?;
        let Some(last) = changes.last() else { return Ok(true) };
        let follow = last.number;
        let is_of_post = |kind| {
            matches!(
                kind,
                ChangeKind::PostNew | ChangeKind::PostRevised | ChangeKind::PostShown | ChangeKind::PostHidden
            )
        };
        let changed: BTreeSet<PostId> =
            changes.iter().filter(|change| is_of_post(change.kind)).filter_map(|change| change.post).collect();
        let (mut taken, mut gone) = (Vec::new(), Vec::new());
        for id in changed {
            match store.post(id).await?.filter(|post| post.in_river) {
                Some(post) => taken.push(Taken { card: post.card, text: post.cleaned.unwrap_or_default() }),
                None => gone.push(id),
            }
        }
        self.put(taken, gone, Progress::Whole { follow }).await;
        Ok(false)
    }

    /// Takes posts in and out, on a thread that may compute.
    async fn put(&self, taken: Vec<Taken>, gone: Vec<PostId>, progress: Progress) {
        let books = Arc::clone(&self.books);
        let put = move || {
            let read: Vec<(Card, String)> =
                taken.into_iter().map(|taken| (taken.card, words_of(&taken.text))).collect();
            let mut books = books.write().unwrap_or_else(PoisonError::into_inner);
            for (card, text) in read {
                books.put(&card, &text);
            }
            for id in gone {
                books.matcher.remove(id.get());
                books.facts.remove(&id.get());
            }
            books.progress = progress;
        };
        tokio::task::spawn_blocking(put).await.expect("taking in a post does not panic, which a property says");
    }

    fn read(&self) -> RwLockReadGuard<'_, Books> {
        self.books.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many posts can be found.
    pub(crate) fn len(&self) -> usize {
        self.read().facts.len()
    }

    /// The posts nearest to a question that a sieve lets through, best first. With a question that says nothing, the newest.
    pub(crate) async fn near(&self, question: &Question, sieve: Sieve, most: usize) -> Vec<Match> {
        let _seat = self.seats.acquire().await.expect("the seats are never taken away");
        let (books, question) = (Arc::clone(&self.books), question.clone());
        let near = move || {
            let books = books.read().unwrap_or_else(PoisonError::into_inner);
            let all: Vec<HashSet<i64>> = sieve.with.iter().map(|phrase| books.matcher.with_all_words(phrase)).collect();
            let none: Vec<HashSet<i64>> = sieve.without.iter().map(|word| books.matcher.with_all_words(word)).collect();
            let keep = |id: i64| {
                let fact = books.facts.get(&id);
                fact.is_some_and(|fact| sieve.lets_through(fact))
                    && all.iter().all(|with| with.contains(&id))
                    && !none.iter().any(|without| without.contains(&id))
            };
            if question.words() > 0 {
                return books.matcher.near_among(&question, most, keep);
            }
            let mut newest: Vec<(Time, i64)> =
                books.facts.iter().filter(|(id, _)| keep(**id)).map(|(id, fact)| (fact.place, *id)).collect();
            newest.sort_unstable_by(|one, other| other.cmp(one));
            newest.truncate(most);
            newest.into_iter().map(|(_, id)| Match { id, strength: 0.0, words: 0, closeness: 0.0 }).collect()
        };
        tokio::task::spawn_blocking(near).await.expect("looking for posts does not panic, which a property says")
    }
}

impl Books {
    fn put(&mut self, card: &Card, text: &str) {
        let by: Vec<&str> = card.authors.iter().map(|author| author.name.as_str()).collect();
        let by = if by.is_empty() { card.author_line.clone().unwrap_or_default() } else { by.join(", ") };
        let text = format!("{text}\n{}\n{by}", card.source.name);
        self.matcher.put(Document { id: card.id.get(), title: &card.title, text: &text });
        let source = format!("{}\n{}", card.source.slug, card.source.name.to_lowercase()).into();
        self.facts.insert(card.id.get(), Fact { source, place: card.place });
    }
}

/// Which posts are let through.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sieve {
    /// Those that have all words of each of these.
    pub(crate) with: Vec<String>,
    /// Those that have none of these.
    pub(crate) without: Vec<String>,
    /// Those whose source has this in its address here or in its name, in small letters.
    pub(crate) source: Option<String>,
    /// Those that stand here in the river or later.
    pub(crate) from: Option<Time>,
}

impl Sieve {
    fn lets_through(&self, fact: &Fact) -> bool {
        self.source.as_ref().is_none_or(|source| fact.source.contains(source.as_str()))
            && self.from.is_none_or(|from| fact.place >= from)
    }
}

/// The words of a cleaned post, a paragraph a line; of a long one the beginning.
pub(crate) fn words_of(cleaned: &str) -> String {
    let mut text = html::clean(cleaned, &html::Context::default()).text;
    text.truncate(text.floor_char_boundary(MOST_READ));
    text
}
