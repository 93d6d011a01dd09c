//! Polling: leases what is due, looks at it, decides, and stores what came of several looks at once.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::{Address, Clock, Dice, Outcome, Show, SourceId, Time};
use store::{Store, StoreError};
use tokio::time::Instant;
use tracing::{debug, error, info, warn};

use crate::closeness::Closeness;
use crate::copies::Lately;
use crate::look::Looker;
use crate::pace::{self, Evener, Next};
use crate::round::{Round, Step, Wanted};
use crate::weather::End;

/// How often the store is tried again before a poll is given up.
const MOST_TRIES: u32 = 4;

/// Is told how far a poll has come.
pub type Watcher<'w> = dyn Fn(&Progress<'_>) + Send + Sync + 'w;

/// How the crawler works. The defaults suit a small machine.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many sources are asked at once, but for those that are slow to answer.
    pub at_once: usize,
    /// How many are asked at once with those that are slow. Each costs a socket and some 20 kB.
    pub at_once_in_all: usize,
    /// How many documents are read at once; each takes a few times its size in memory.
    pub read_at_once: usize,
    /// How many documents are stored in one go.
    pub stored_at_once: usize,
    /// Where hubs find us: the site's public address. Without it no hub is asked to tell us anything.
    pub site: Option<Address>,
    /// The hub that our own feeds name, which is told when there is something new in them.
    pub hub: Option<Address>,
    /// Which pictures are fetched and kept; none where this is `None`.
    pub pictures: Option<Pictures>,
}

/// Which pictures are fetched and kept.
#[derive(Clone, Copy, Debug)]
pub struct Pictures {
    /// How much of a post is shown where neither its owner nor its licence says: only pictures that are shown are fetched.
    pub usual: Show,
    /// How many bytes of them are kept.
    pub room_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            at_once: 16,
            at_once_in_all: 512,
            read_at_once: 2,
            stored_at_once: 8,
            site: None,
            hub: None,
            pictures: None,
        }
    }
}

/// Which sources to look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Which {
    /// Those whose time has come.
    Due,
    /// All that may be asked: an hour after the last look, and after what `Retry-After` said.
    All,
    /// One, under the same condition.
    Source(SourceId),
}

/// How far a poll has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// How many sources are done.
    pub done: u64,
    /// How many there are, as far as is known yet.
    pub of: u64,
    /// The source that is done just now.
    pub source: &'a str,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a poll.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// How many sources were looked at.
    pub looked_at: u64,
    /// How many of them had something new or revised.
    pub with_news: u64,
    /// How many had not changed.
    pub unchanged: u64,
    /// How many failed.
    pub failed: u64,
    /// How many of these gave no answer at all.
    pub unanswered: u64,
    /// How many may not be asked yet.
    pub too_soon: u64,
    /// How many posts are new.
    pub new: u64,
    /// How many posts were revised.
    pub revised: u64,
    /// What failed and how, by name; the first hundred.
    pub troubles: Vec<(String, String)>,
}

/// How a whole poll went, for an exit code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Every source that was looked at answered with a feed, or none had to be.
    Well,
    /// Some failed.
    SomeFailed,
    /// All failed: the trouble may be ours.
    AllFailed,
}

impl Summary {
    /// How the whole poll went.
    pub fn verdict(&self) -> Verdict {
        match self.failed {
            0 => Verdict::Well,
            failed if failed < self.looked_at => Verdict::SomeFailed,
            _ => Verdict::AllFailed,
        }
    }

    pub(crate) fn count(&mut self, name: &str, outcome: Outcome, message: &str) {
        const MOST_TROUBLES: usize = 100;
        self.looked_at += 1;
        match outcome {
            Outcome::New => self.with_news += 1,
            Outcome::Unchanged => self.unchanged += 1,
            _ => {
                self.failed += 1;
                self.unanswered += u64::from(matches!(End::of(outcome, false), Some(End::Missed(_))));
                if self.troubles.len() < MOST_TROUBLES {
                    self.troubles.push((name.to_owned(), message.to_owned()));
                }
            }
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources = |count: u64| format!("{count} {}", if count == 1 { "source" } else { "sources" });
        write!(out, "Looked at {}: ", sources(self.looked_at))?;
        write!(
            out,
            "{} new posts, {} revised; {} unchanged, {} failed",
            self.new, self.revised, self.unchanged, self.failed
        )?;
        if self.too_soon > 0 {
            write!(out, "; {} may not be asked again yet", sources(self.too_soon))?;
        }
        Ok(())
    }
}

/// Looks at sources and stores what came of it. Its clones are the same crawler.
#[derive(Clone)]
pub struct Crawler {
    pub(crate) store: Store,
    pub(crate) looker: Looker,
    pub(crate) clock: Clock,
    pub(crate) dice: Dice,
    /// What is planned, so that no second gets more than its share.
    evener: Arc<Mutex<Evener>>,
    pub(crate) settings: Settings,
    /// What leases are held under.
    pub(crate) who: Arc<str>,
    /// When there was last nothing to forget of the pictures, in milliseconds.
    pub(crate) forgot: Arc<AtomicI64>,
    /// The projects that posts are held against.
    pub(crate) closeness: Closeness,
    /// The newest posts, among which copies are found.
    pub(crate) lately: Arc<tokio::sync::Mutex<Lately>>,
}

impl Crawler {
    /// A crawler that asks through `net` and keeps what it finds in `store`.
    pub fn new(store: Store, net: net::Client, clock: Clock, dice: Dice, settings: Settings) -> Self {
        let who = format!("crawler-{:016x}", dice.throw()).into();
        let looker = Looker::new(net, clock.clone(), settings.read_at_once);
        let forgot = Arc::new(AtomicI64::new(i64::MIN));
        let (evener, closeness, lately) = (Arc::default(), Closeness::default(), Arc::default());
        Self { store, looker, clock, dice, evener, settings, who, forgot, closeness, lately }
    }

    /// When to look, of all the instants that a decision leaves open.
    pub(crate) fn choose(&self, now: Time, next: &Next) -> Time {
        // A panic elsewhere leaves counts that are still of use.
        let mut evener = self.evener.lock().unwrap_or_else(PoisonError::into_inner);
        evener.choose(now, next, self.dice.fraction())
    }

    /// How many looks may begin within a second, where so many are ready.
    pub(crate) fn most_starts(&self, ready: usize) -> u32 {
        let now = self.clock.now();
        let planned = self.evener.lock().unwrap_or_else(PoisonError::into_inner).planned(now);
        pace::most_starts(planned, ready)
    }

    /// Counts anew what is planned: looks of before a restart, of other crawlers and of lists taken in elsewhere too.
    async fn count_what_is_planned(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let planned = self.store.planned_looks(now, now + Evener::SEES).await?;
        self.evener.lock().unwrap_or_else(PoisonError::into_inner).fill(now, planned);
        Ok(())
    }

    /// Looks at the sources that are meant, and comes back when all is stored.
    ///
    /// A source that fails is part of the summary; an error is the store's.
    pub async fn poll(&self, which: Which, watch: &Watcher<'_>) -> Result<Summary, StoreError> {
        self.mend_times().await?;
        let mut round = Round::new(self, self.wanted(which).await?, watch);
        let mut trouble = Trouble::default();
        let ended = loop {
            match round.step().await {
                Ok(Step::Idle) => break Ok(()),
                Ok(Step::Busy) => {
                    trouble.is_over();
                    round.wait().await;
                }
                Err(error) if error.is_passing() && trouble.times < MOST_TRIES => {
                    tokio::time::sleep(trouble.pause(&error)).await;
                }
                Err(error) => break Err(error),
            }
        };
        let released = self.store.release(&self.who).await;
        ended.and(released)?;
        self.look_for_proofs().await?;
        Ok(round.summary)
    }

    /// Looks at what is due, again and again, until `shutdown` is done; then finishes what has begun.
    ///
    /// Nothing but `shutdown` ends it: while the store fails (a full disk) what was read is kept and tried again, and
    /// no further source is asked.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        tokio::select! {
            () = self.poll_until(shutdown) => {}
            () = self.do_the_rest_always() => {}
        }
    }

    async fn poll_until(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        let mut is_ending = false;
        let mut round = Round::new(self, Wanted::Always { next: Instant::now() }, &|_| {});
        let mut trouble = Trouble::default();
        loop {
            let pause = match round.step().await {
                Ok(Step::Idle) if is_ending => break,
                Err(_) if is_ending && trouble.times >= MOST_TRIES => break,
                Err(error) => trouble.pause(&error),
                Ok(step) => {
                    trouble.is_over();
                    match step {
                        Step::Busy => Duration::ZERO,
                        Step::Idle => self.nap().await,
                    }
                }
            };
            tokio::select! {
                () = round.wait(), if pause.is_zero() => {}
                () = tokio::time::sleep(pause), if !pause.is_zero() => round.look_again(),
                () = &mut shutdown, if !is_ending => {
                    is_ending = true;
                    round.end();
                }
            }
        }
        if let Err(error) = self.store.release(&self.who).await {
            warn!("Could not give back what was leased; it is free again when the leases end: {error}");
        }
    }

    /// Looks for proofs, for sources that a wrong clock has put off and for what is planned, beside the polling, which
    /// on a large site is never idle. Never ends.
    async fn do_the_rest_always(&self) {
        const EVERY: Duration = Duration::from_secs(10);
        // It reads all that is not due for a while, which of a million sources are many.
        const MENDED_EVERY: Duration = Duration::from_secs(600);
        const COUNTED_EVERY: Duration = Duration::from_secs(3_600);
        let (mut mended, mut counted): (Option<Instant>, Option<Instant>) = (None, None);
        loop {
            if counted.is_none_or(|at| at.elapsed() >= COUNTED_EVERY) {
                match self.count_what_is_planned().await {
                    Ok(()) => counted = Some(Instant::now()),
                    Err(error) => warn!("Could not count which looks are planned: {error}"),
                }
            }
            if let Err(error) = self.look_for_proofs().await {
                warn!("Could not look for proofs of control: {error}");
            }
            if mended.is_none_or(|at| at.elapsed() >= MENDED_EVERY) {
                match self.mend_times().await {
                    Ok(()) => mended = Some(Instant::now()),
                    Err(error) => warn!("Could not look for sources that a wrong clock has put off: {error}"),
                }
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// How long there is nothing to do: until the next source is due, but short enough to notice one that is added.
    async fn nap(&self) -> Duration {
        const SHORTEST: Duration = Duration::from_secs(1);
        const LONGEST: Duration = Duration::from_secs(10);
        let now = self.clock.now();
        let due = self.store.next_due().await.unwrap_or_default();
        due.map_or(LONGEST, |due| due.since(now)).clamp(SHORTEST, LONGEST)
    }
}

/// Trouble with the store: said once, and tried again after longer and longer pauses.
#[derive(Default)]
struct Trouble {
    times: u32,
}

impl Trouble {
    fn pause(&mut self, error: &StoreError) -> Duration {
        let pause = Duration::from_secs(1 << self.times.min(6));
        self.times = self.times.saturating_add(1);
        match self.times {
            1 => error!("Nothing can be stored: {error}. What was read is kept; trying again"),
            times => debug!(times, "Still nothing can be stored: {error}"),
        }
        pause
    }

    fn is_over(&mut self) {
        if std::mem::take(&mut self.times) > 0 {
            info!("What was read can be stored again");
        }
    }
}

impl Crawler {
    async fn wanted(&self, which: Which) -> Result<Wanted, StoreError> {
        Ok(match which {
            Which::Due => Wanted::Due { more: true },
            Which::All => Wanted::Named(self.store.polled_sources().await?),
            Which::Source(id) => Wanted::Named(vec![id]),
        })
    }
}
