//! A round of looks: who waits, who is being asked, and what is ready to be stored.

mod blame;

use std::collections::HashSet;
use std::time::Duration;

use model::{Address, Outcome, SourceId, Time};
use net::Validators;
use store::{CarriedOut, Intents, SourceKind, SourceRecord, StoreError};
use tokio::time::Instant;
use tracing::{debug, error, info, warn};

use crate::begun::Begun;
use crate::decide::Sighting;
use crate::digest::{self, Digest, News};
use crate::hosts::{Change, Hosts};
use crate::look::{Before, Said, Seen};
use crate::poll::{Crawler, Progress, Summary, Watcher};
use crate::queue::{Queue, Turns};
use crate::settle;
use crate::telling::{Tell, Telling};
use crate::under_way::UnderWay;
use crate::weather::{Trouble, Weather};

/// How long a source is ours once leased, unless the lease is renewed; a crawler that was killed holds it no longer.
/// With the time until another crawler has room for what the dead one held, less than a minute.
pub(crate) const LEASE: Duration = Duration::from_secs(30);

/// How often leases are renewed while their sources wait for their turn.
const RENEWED_EVERY: Duration = Duration::from_secs(10);

/// How many leased sources wait for their turn at most.
const MOST_WAITING: usize = 1_024;

/// How many of them may be of one host while others are due as well.
const MOST_OF_A_HOST: usize = 8;

/// How often we look for what has become due meanwhile.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How long a finished look waits for others before it is stored.
const GATHERING: Duration = Duration::from_millis(250);

/// How many looks are stored in one go at most.
const MOST_GATHERED: usize = 256;

/// Whether there is anything to wait for.
pub(crate) enum Step {
    Busy,
    Idle,
}

/// Which sources a round is for.
pub(crate) enum Wanted {
    /// What is due now; whether there may be more of it.
    Due { more: bool },
    /// What is due, now and later; when to look for it next.
    Always { next: Instant },
    /// These, as far as they may be asked already.
    Named(Vec<SourceId>),
}

/// A look that has ended.
struct Looked {
    source: SourceRecord,
    seen: Seen,
}

impl Looked {
    /// Whether it holds a document, which takes memory until it is stored.
    fn is_large(&self) -> bool {
        matches!(self.seen.said, Said::Feed { .. })
    }
}

/// A round of looks.
pub(crate) struct Round<'a> {
    crawler: &'a Crawler,
    watch: &'a Watcher<'a>,
    wanted: Wanted,
    queue: Queue<SourceRecord>,
    turns: Turns,
    looks: UnderWay<Looked>,
    /// Those that began in this second.
    begun: Begun,
    /// Looks that reached nobody, until it is known whether the trouble is theirs or ours.
    held: Vec<Looked>,
    weather: Weather,
    /// The trouble of ours that has been told, to the log and the store.
    told: Option<Trouble>,
    /// When anybody was reached, as it stands in the store.
    reached_kept: Option<Time>,
    /// When the next source is tried while we reach nobody.
    probe_at: Option<Instant>,
    waiting_hosts: Hosts,
    /// What is still to be stored about hosts.
    host_changes: Vec<(String, Change)>,
    /// Whether what was kept about hosts and the weather has been read.
    is_begun: bool,
    looked: Vec<Looked>,
    /// When the first of the looks that are not stored yet ended.
    since: Option<Instant>,
    /// Decided, but not stored yet; and what is told about each once it is.
    intents: Vec<Intents>,
    settled: Vec<Settled>,
    /// The keys of the posts in it.
    pending: HashSet<String>,
    leased: u64,
    renewed: Instant,
    news: Telling,
    digest: Digest,
    pub summary: Summary,
}

impl<'a> Round<'a> {
    pub fn new(crawler: &'a Crawler, wanted: Wanted, watch: &'a Watcher<'a>) -> Self {
        let (settings, now) = (&crawler.settings, Instant::now());
        let pause = crawler.looker.pause();
        Self {
            crawler,
            watch,
            wanted,
            queue: Queue::new(pause),
            // A little more than a turn takes at a quick host; a slower one is put off again, which is seldom.
            turns: Turns::new(pause + Duration::from_millis(100)),
            begun: Begun::new(now),
            looks: UnderWay::new(settings.at_once, settings.at_once_in_all),
            held: vec![],
            weather: Weather::default(),
            told: None,
            reached_kept: None,
            probe_at: None,
            waiting_hosts: Hosts::default(),
            host_changes: vec![],
            is_begun: false,
            looked: vec![],
            since: None,
            intents: vec![],
            settled: vec![],
            pending: HashSet::new(),
            leased: 0,
            renewed: now,
            news: Telling::new(now),
            digest: Digest::begin(crawler.clock.now()),
            summary: Summary::default(),
        }
    }

    /// Stores what is ready, keeps what is leased, leases more, and begins to look where there is room.
    pub async fn step(&mut self) -> Result<Step, StoreError> {
        self.begin().await?;
        if self.is_time_to_store() {
            self.store().await?;
        }
        self.tell_weather().await?;
        self.tell_digest().await?;
        if self.renewed.elapsed() >= RENEWED_EVERY {
            self.renew().await?;
        }
        self.lease().await?;
        self.start();
        self.judge_what_is_left();
        let is_idle = self.looks.is_empty()
            && self.looked.is_empty()
            && self.intents.is_empty()
            && self.host_changes.is_empty()
            && self.queue.is_empty()
            && self.told == self.weather.trouble;
        Ok(if is_idle { Step::Idle } else { Step::Busy })
    }

    /// Waits until there is something for [`Round::step`] to do.
    pub async fn wait(&mut self) {
        let alarm = self.alarm();
        let mut next = tokio::select! {
            ended = self.looks.next(), if !self.looks.is_empty() => ended,
            () = tokio::time::sleep_until(alarm) => None,
        };
        // All that has ended meanwhile counts before anything more begins: each holds a document in memory.
        while let Some((host, ended)) = next {
            self.queue.done(&host, Instant::now());
            match ended {
                Ok(looked) => self.arrived(looked),
                Err(broken) => error!("A look at a source broke off: {broken}; please report it"),
            }
            next = self.looks.ended();
        }
    }

    /// When there is something to do although no look has ended.
    fn alarm(&mut self) -> Instant {
        let now = Instant::now();
        let begins = match self.queue.next_at(now) {
            // Whatever is being opened ends, and that wakes us.
            Some(_) if self.is_full() || !self.crawler.looker.keeps_up() => None,
            Some(at) if self.looks.has_room(now) => Some(at),
            Some(at) => self.looks.room_at().map(|room| room.max(at)),
            None => None,
        };
        let begins = begins.map(|at| self.begun.room_at().filter(|_| self.is_even()).map_or(at, |room| room.max(at)));
        let leases = match &self.wanted {
            Wanted::Always { next } if self.has_room_to_wait() => self.may_lease_at().map(|at| at.max(*next)),
            _ => None,
        };
        let stores = self.since.map(|since| since + GATHERING);
        let renews = self.renewed + RENEWED_EVERY;
        [begins, leases, stores].into_iter().flatten().fold(renews, Instant::min)
    }

    /// Time has passed, so more may be due.
    pub fn look_again(&mut self) {
        if let Wanted::Always { next } = &mut self.wanted {
            *next = Instant::now();
        }
    }

    /// Finishes what has begun, and begins nothing more.
    pub fn end(&mut self) {
        self.wanted = Wanted::Named(vec![]);
        self.queue.clear();
    }

    async fn renew(&mut self) -> Result<(), StoreError> {
        let now = self.crawler.clock.now();
        self.crawler.store.renew(&self.crawler.who, now + LEASE, now).await?;
        self.renewed = Instant::now();
        // Another crawler may have been told to leave a host in peace.
        self.read_host_waits().await
    }

    fn is_time_to_store(&self) -> bool {
        if self.looked.is_empty() && self.intents.is_empty() && self.host_changes.is_empty() {
            return false;
        }
        let is_old = self.since.is_none_or(|since| since.elapsed() >= GATHERING);
        // Where nobody else is expected there is nobody to wait for.
        let is_last = self.looks.is_empty() && self.queue.is_empty() && !matches!(self.wanted, Wanted::Always { .. });
        self.is_full() || is_old || is_last
    }

    /// Whether so much has been read that it is to be stored before more is asked for.
    fn is_full(&self) -> bool {
        let large = self.looked.iter().filter(|looked| looked.is_large()).count();
        large >= self.crawler.settings.stored_at_once || self.looked.len() >= MOST_GATHERED
    }

    /// Whether looks are spread over the seconds: a person who polls once wants to see the end of it.
    fn is_even(&self) -> bool {
        matches!(self.wanted, Wanted::Always { .. })
    }

    fn has_room_to_wait(&self) -> bool {
        self.queue.len() <= MOST_WAITING / 2
    }

    async fn lease(&mut self) -> Result<(), StoreError> {
        if !self.has_room_to_wait() || self.may_lease_at().is_none_or(|at| at > Instant::now()) {
            return Ok(());
        }
        let (store, now) = (&self.crawler.store, self.crawler.clock.now());
        // While we reach nobody, one after the other is tried, gently.
        let room = if self.weather.trouble.is_some() { 1 } else { MOST_WAITING - self.queue.len() };
        let most = u32::try_from(room).expect("room for a thousand");
        let leased = match &mut self.wanted {
            Wanted::Due { more: false } => return Ok(()),
            Wanted::Always { next } if *next > Instant::now() => return Ok(()),
            Wanted::Due { more } => {
                let leased = store.lease_due(now, now + LEASE, &self.crawler.who, most).await?;
                *more = leased.len() == room;
                leased
            }
            Wanted::Always { next } => {
                let leased = store.lease_due(now, now + LEASE, &self.crawler.who, most).await?;
                *next = Instant::now() + if leased.len() == room { Duration::ZERO } else { LOOK_AGAIN };
                leased
            }
            Wanted::Named(sources) => {
                let mut ready = vec![];
                while ready.len() < room && !sources.is_empty() {
                    let these: Vec<SourceId> = sources.drain(..room.min(sources.len())).collect();
                    let leased = store.lease(&these, now, now + LEASE, &self.crawler.who).await?;
                    let (may, too_soon): (Vec<_>, Vec<_>) =
                        leased.into_iter().partition(|source| settle::earliest(source) <= now);
                    self.summary.too_soon += too_soon.len() as u64;
                    ready.extend(may);
                }
                ready
            }
        };
        let put_off = self.stand_in_line(leased, now);
        store.put_off(&put_off, &self.crawler.who).await
    }

    /// Lets sources wait for their turn; gives those for whom that would be too long, each with the time of its turn.
    fn stand_in_line(&mut self, leased: Vec<SourceRecord>, now: Time) -> Vec<(SourceId, Time)> {
        let mut put_off = vec![];
        self.turns.forget(now);
        for source in leased {
            let host = source.address.server();
            let line = self.queue.line(&host);
            // Whoever polls once waits for all; whoever polls on lets a crowd wait in the store, so that others get by.
            if line >= MOST_OF_A_HOST && matches!(self.wanted, Wanted::Always { .. }) {
                put_off.push((source.id, self.turns.next(&host, line, now)));
                continue;
            }
            self.leased += 1;
            if self.crawler.store.is_shared() {
                self.queue.push_behind_others(&host, source, Instant::now());
            } else {
                self.queue.push(&host, source);
            }
        }
        put_off
    }

    fn start(&mut self) {
        let now = Instant::now();
        while !self.is_full()
            && self.crawler.looker.keeps_up()
            && self.looks.has_room(now)
            && (!self.is_even() || self.begun.has_room(now, || self.crawler.most_starts(self.queue.ready())))
            && let Some((host, source)) = self.queue.next(now)
        {
            if let Some(until) = self.waiting_hosts.wait(&host, self.crawler.clock.now()) {
                self.queue.done(&host, now);
                self.put_off(&source, until);
                continue;
            }
            let looker = self.crawler.looker.clone();
            let look = async move {
                let seen = looker.look(&before(&source)).await;
                Looked { source, seen }
            };
            self.looks.begin(host, look, now);
            self.begun.one_more();
        }
    }

    /// Decides about the looks that have ended and stores what came of them, all or nothing for each batch.
    ///
    /// What could not be stored stays, and is tried again at the next call.
    async fn store(&mut self) -> Result<(), StoreError> {
        loop {
            self.decide().await?;
            if self.intents.is_empty() {
                self.since = None;
                return self.store_hosts().await;
            }
            let carried_out = self.carry_out().await?;
            for id in &carried_out.not_moved {
                info!(source.id = %id, "Source {id} says that it has moved to where another source is polled; it stays");
            }
            self.summary.new += carried_out.added as u64;
            self.summary.revised += carried_out.revised as u64;
            self.intents.clear();
            self.pending.clear();
            for settled in std::mem::take(&mut self.settled) {
                self.report(&settled);
            }
        }
    }

    /// Decides about looks until one might hold a post that another of this batch brings too: that one waits until the
    /// first is stored, so that they are seen to be the same.
    async fn decide(&mut self) -> Result<(), StoreError> {
        let now = self.crawler.clock.now();
        while let Some(Looked { source, seen }) = self.looked.last() {
            let keys = shared_keys(seen);
            if keys.iter().any(|key| self.pending.contains(key)) {
                return Ok(());
            }
            let known = settle::knowledge(&self.crawler.store, source, seen, now).await?;
            let Some(Looked { source, seen }) = self.looked.pop() else { return Ok(()) };
            self.pending.extend(keys);
            let intents = settle::settle(&source, seen, &known, now, |next| self.crawler.choose(now, next));
            self.settled.push(Settled::of(&source, &intents));
            self.intents.push(intents);
        }
        Ok(())
    }

    /// Carries a batch out; where the database refuses it as a whole, one look at a time, so that one cannot hold up
    /// the others for good.
    async fn carry_out(&mut self) -> Result<CarriedOut, StoreError> {
        let (store, now) = (&self.crawler.store, self.crawler.clock.now());
        let refused = match store.carry_out(&self.intents, now).await {
            Err(error @ StoreError::Database(_)) => error,
            other => return other,
        };
        warn!("The database refused a batch of {}: {refused}; trying one at a time", self.intents.len());
        let mut all = CarriedOut::default();
        while let Some(intents) = self.intents.last() {
            match store.carry_out(std::slice::from_ref(intents), now).await {
                Ok(one) => {
                    all.added += one.added;
                    all.revised += one.revised;
                }
                Err(error @ StoreError::Database(_)) => {
                    error!(source.id = %intents.source, "What was read from this source cannot be stored: {error}");
                    self.settled.retain(|settled| settled.id != intents.source);
                }
                Err(error) => return Err(error),
            }
            self.intents.pop();
        }
        Ok(all)
    }

    fn report(&mut self, settled: &Settled) {
        let Settled { id, name, outcome, message, failures, before, new, revised } = settled;
        if *outcome == Outcome::New {
            match self.news.one_more(Instant::now()) {
                Tell::Nothing => {}
                tell => {
                    if let Tell::ItAfter(left_out) = tell {
                        info!(left_out, "Polled {left_out} more sources with news than are named here");
                    }
                    info!(source.id = %id, new, revised, "Polled {name}: {new} new posts, {revised} revised");
                }
            }
        }
        match digest::news(*outcome, *failures, *before) {
            News::Begins if self.digest.has_room(self.crawler.clock.now()) => {
                warn!(source.id = %id, outcome = outcome.as_str(), "Polled {name}: {message}");
            }
            News::Ends if self.digest.has_room(self.crawler.clock.now()) => {
                info!(source.id = %id, "Polled {name}: it answers again, after {before} failures");
            }
            _ => debug!(source.id = %id, outcome = outcome.as_str(), failures, "Polled {name}: {message}"),
        }
        metrics::counter!("watersmeet_looks_total", "outcome" => outcome.as_str()).increment(1);
        metrics::counter!("watersmeet_posts_new_total").increment(*new as u64);
        metrics::counter!("watersmeet_posts_revised_total").increment(*revised as u64);
        self.summary.count(name, *outcome, message);
        let done = self.summary.looked_at;
        (self.watch)(&Progress { done, of: self.leased.max(done), source: name, outcome: *outcome });
    }
}

/// What is told about a look once it is stored.
struct Settled {
    id: SourceId,
    name: String,
    outcome: Outcome,
    message: String,
    /// How many failures in a row there were, this one included and not.
    failures: u32,
    before: u32,
    new: usize,
    revised: usize,
}

impl Settled {
    fn of(source: &SourceRecord, intents: &Intents) -> Self {
        let outcome = intents.poll.last_answer.unwrap_or(Outcome::Unchanged);
        Self {
            id: source.id,
            name: source.name.clone(),
            outcome,
            message: intents.poll.last_message.clone().unwrap_or_else(|| outcome.as_str().to_owned()),
            failures: intents.poll.failures,
            before: source.poll.failures,
            new: intents.add.len(),
            revised: intents.revise.len(),
        }
    }

    /// Of a look that counts for nothing, because we reached nobody.
    fn of_ours(source: &SourceRecord, seen: &Seen) -> Self {
        let outcome = seen.outcome();
        let message = match &seen.said {
            Said::Nothing { message, .. } => message.clone(),
            Said::Unchanged | Said::Feed { .. } => outcome.as_str().to_owned(),
        };
        let (id, name) = (source.id, source.name.clone());
        let failures = source.poll.failures;
        Self { id, name, outcome, message, failures, before: failures, new: 0, revised: 0 }
    }
}

/// The keys by which the same post may be known in two sources.
fn shared_keys(seen: &Seen) -> Vec<String> {
    let Said::Feed { feed, .. } = &seen.said else { return vec![] };
    let keys = |sighting: &Sighting| {
        let Sighting { keys, original, .. } = sighting;
        [keys.link.clone(), keys.text.clone(), keys.title.clone(), original.clone()].into_iter().flatten()
    };
    feed.sightings.iter().flat_map(|sighting| keys(sighting).collect::<Vec<_>>()).collect()
}

/// What is known about a source before it is looked at.
pub(crate) fn before(source: &SourceRecord) -> Before {
    let poll = &source.poll;
    Before {
        address: source.address.clone(),
        name: source.name.clone(),
        validators: Validators {
            of: poll.validators_for.as_deref().and_then(|address| Address::parse(address).ok()),
            etag: poll.etag.clone(),
            last_modified: poll.last_modified.clone(),
        },
        document: poll.body_hash.clone(),
        was_read: poll.last_ok.is_some(),
        is_page: source.kind == SourceKind::Site,
    }
}
