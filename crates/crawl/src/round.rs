//! A round of looks: who waits, who is being asked, and what is ready to be stored.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use model::{Address, Outcome, SourceId, Time};
use net::Validators;
use store::{CarriedOut, HostWait, Intents, SourceKind, SourceRecord, StoreError};
use tokio::task::{Id, JoinSet};
use tokio::time::Instant;
use tracing::{debug, error, info, warn};

use crate::decide::Sighting;
use crate::digest::{self, Digest, News};
use crate::hosts::{Change, Hosts};
use crate::look::{Before, Said, Seen};
use crate::poll::{Crawler, Progress, Summary, Watcher};
use crate::queue::Queue;
use crate::settle;
use crate::weather::{self, End, Trouble, Weather, Whose};

/// How long a source is ours once leased, unless the lease is renewed; a crawler that was killed holds it no longer.
pub(crate) const LEASE: Duration = Duration::from_secs(60);

/// How often leases are renewed while their sources wait for their turn.
const RENEWED_EVERY: Duration = Duration::from_secs(20);

/// How many leased sources wait for their turn at most.
const MOST_WAITING: usize = 256;

/// How long a finished look waits for others before it is stored.
const GATHERING: Duration = Duration::from_millis(250);

/// Whether there is anything to wait for.
pub(crate) enum Step {
    Busy,
    Idle,
}

/// Which sources a round is for.
pub(crate) enum Wanted {
    /// What is due; whether there may be more.
    Due { more: bool },
    /// These, as far as they may be asked already.
    Named(Vec<SourceId>),
}

impl Wanted {
    /// Time has passed, so more may be due.
    pub fn look_again(&mut self) {
        if let Self::Due { more } = self {
            *more = true;
        }
    }
}

/// A look that has ended.
struct Looked {
    source: SourceRecord,
    seen: Seen,
}

/// A round of looks.
pub(crate) struct Round<'a> {
    crawler: &'a Crawler,
    watch: &'a Watcher<'a>,
    queue: Queue<SourceRecord>,
    looks: JoinSet<Looked>,
    hosts: HashMap<Id, String>,
    /// Looks that reached nobody, until it is known whether the trouble is theirs or ours.
    held: Vec<Looked>,
    weather: Weather,
    /// The trouble of ours that has been told, to the log and the store.
    told: Option<Trouble>,
    /// When the next source is tried while we reach nobody.
    probe_at: Option<Instant>,
    waiting_hosts: Hosts,
    /// What is still to be stored about hosts.
    host_changes: Vec<(String, Change)>,
    /// Whether what was kept about hosts and the weather has been read.
    is_begun: bool,
    digest: Digest,
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
    pub summary: Summary,
}

impl<'a> Round<'a> {
    pub fn new(crawler: &'a Crawler, watch: &'a Watcher<'a>) -> Self {
        Self {
            crawler,
            watch,
            queue: Queue::new(),
            looks: JoinSet::new(),
            hosts: HashMap::new(),
            held: vec![],
            weather: Weather::default(),
            told: None,
            probe_at: None,
            waiting_hosts: Hosts::default(),
            host_changes: vec![],
            is_begun: false,
            digest: Digest::begin(crawler.clock.now()),
            looked: vec![],
            since: None,
            intents: vec![],
            settled: vec![],
            pending: HashSet::new(),
            leased: 0,
            renewed: Instant::now(),
            summary: Summary::default(),
        }
    }

    /// Stores what is ready, keeps what is leased, leases more, and begins to look where there is room.
    pub async fn step(&mut self, wanted: &mut Wanted) -> Result<Step, StoreError> {
        self.begin().await?;
        if self.is_time_to_store() {
            self.store().await?;
        }
        self.tell_weather().await?;
        self.tell_digest().await?;
        if self.renewed.elapsed() >= RENEWED_EVERY {
            self.renew().await?;
        }
        self.lease(wanted).await?;
        self.start();
        if self.looks.is_empty() && !self.held.is_empty() {
            let now = self.crawler.clock.now();
            let whose = self.weather.at_the_end(now);
            self.judged(whose, now);
        }
        let is_idle = self.looks.is_empty()
            && self.looked.is_empty()
            && self.intents.is_empty()
            && self.host_changes.is_empty()
            && self.queue.is_empty()
            && self.told == self.weather.trouble;
        Ok(if is_idle { Step::Idle } else { Step::Busy })
    }

    /// Waits until a look ends, those that have ended should wait no longer, or leases are to be renewed.
    pub async fn wait(&mut self) {
        if self.looks.is_empty() {
            return;
        }
        let renewal = self.renewed + RENEWED_EVERY;
        let deadline = self.since.map_or(renewal, |since| renewal.min(since + GATHERING));
        let ended = tokio::time::timeout_at(deadline, self.looks.join_next_with_id()).await.unwrap_or_default();
        let id = match ended {
            None => return,
            Some(Ok((id, looked))) => {
                self.arrived(looked);
                id
            }
            Some(Err(broken)) => {
                error!("A look at a source broke off: {broken}; please report it");
                broken.id()
            }
        };
        if let Some(host) = self.hosts.remove(&id) {
            self.queue.done(&host);
        }
    }

    /// Reads what was kept from before, once.
    async fn begin(&mut self) -> Result<(), StoreError> {
        if self.is_begun {
            return Ok(());
        }
        self.read_host_waits().await?;
        let kept = self.crawler.store.setting(weather::KEPT_UNDER).await?;
        self.weather.trouble = kept.and_then(|kept| serde_json::from_str(&kept).ok());
        self.told = self.weather.trouble;
        self.is_begun = true;
        Ok(())
    }

    async fn read_host_waits(&mut self) -> Result<(), StoreError> {
        for wait in self.crawler.store.host_waits().await? {
            // What we have just heard from it ourselves, and not stored yet, is newer.
            if self.host_changes.iter().all(|(host, _)| *host != wait.host) {
                self.waiting_hosts.remember(wait.host, wait.since, wait.until);
            }
        }
        Ok(())
    }

    /// Takes in a look that has ended; one that reached nobody is held until it is known whose trouble that is.
    fn arrived(&mut self, looked: Looked) {
        let now = self.crawler.clock.now();
        let (outcome, not_before) = (looked.seen.outcome(), looked.seen.wishes.not_before);
        let host = host_of(&looked.source);
        if let Some(change) = self.waiting_hosts.note(&host, looked.source.id, outcome, not_before, now) {
            self.host_changes.push((host.clone(), change));
        }
        let Some(end) = End::of(outcome, looked.seen.status.is_some()) else {
            return self.ready(looked);
        };
        match end {
            End::Reached => self.ready(looked),
            End::Missed(_) => self.held.push(looked),
        }
        let whose = self.weather.note(&host, end, self.held.len(), now);
        self.judged(whose, now);
    }

    fn ready(&mut self, looked: Looked) {
        self.looked.push(looked);
        self.since.get_or_insert_with(Instant::now);
    }

    /// Acts on the judgement about the looks that are held.
    fn judged(&mut self, whose: Whose, now: Time) {
        match whose {
            Whose::Unknown => {}
            Whose::Theirs => {
                self.probe_at = None;
                for looked in std::mem::take(&mut self.held) {
                    self.ready(looked);
                }
            }
            Whose::Ours(_) => {
                // Those that were under way when the trouble began are no tries of their own.
                if self.probe_at.is_none_or(|at| at <= Instant::now()) {
                    self.probe_at = Some(Instant::now() + self.weather.until_next_probe());
                }
                for Looked { source, seen } in std::mem::take(&mut self.held) {
                    self.settled.push(Settled::of_ours(&source, &seen));
                    self.intents.push(settle::settle_ours(&source, now, &self.crawler.dice));
                    self.since.get_or_insert_with(Instant::now);
                }
            }
        }
    }

    /// Tells the log and the store when trouble of ours begins and ends.
    async fn tell_weather(&mut self) -> Result<(), StoreError> {
        if self.told == self.weather.trouble {
            return Ok(());
        }
        let store = &self.crawler.store;
        match self.weather.trouble {
            Some(trouble) => {
                let kept = serde_json::to_string(&trouble).expect("a time and a word are always JSON");
                store.put_setting(weather::KEPT_UNDER, &kept).await?;
                warn!(
                    "{}. It counts against no source; one is tried every few minutes until somebody answers",
                    trouble.kind.in_words()
                );
                // Others may try what we would only keep waiting.
                self.queue.clear();
                store.release(&self.crawler.who).await?;
            }
            None => {
                store.put_setting(weather::KEPT_UNDER, "").await?;
                info!("Sources can be reached again");
            }
        }
        self.told = self.weather.trouble;
        Ok(())
    }

    /// Says once a day how many sources fail.
    async fn tell_digest(&mut self) -> Result<(), StoreError> {
        let Some(unsaid) = self.digest.due(self.crawler.clock.now()) else { return Ok(()) };
        let failing = self.crawler.store.failing().await?;
        info!("{}", digest::line(&failing, unsaid));
        Ok(())
    }

    /// Lets go of the sources that have not been asked yet.
    pub fn forget_waiting(&mut self) {
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
        let is_full = self.looked.len() >= self.crawler.settings.stored_at_once;
        let is_old = self.since.is_some_and(|since| since.elapsed() >= GATHERING);
        let is_last = self.looks.is_empty()
            && (!self.looked.is_empty() || !self.intents.is_empty() || !self.host_changes.is_empty());
        is_full || is_old || is_last
    }

    async fn lease(&mut self, wanted: &mut Wanted) -> Result<(), StoreError> {
        let (store, now) = (&self.crawler.store, self.crawler.clock.now());
        let room = match self.weather.trouble {
            // While we reach nobody, one after the other is tried, gently.
            Some(_) if !self.is_time_to_probe() => return Ok(()),
            Some(_) => 1,
            None => MOST_WAITING.saturating_sub(self.queue.len()),
        };
        if room < MOST_WAITING / 2 && self.weather.trouble.is_none() {
            return Ok(());
        }
        let leased = match wanted {
            Wanted::Due { more: false } => return Ok(()),
            Wanted::Due { more } => {
                let most = u32::try_from(room).expect("room for a few hundred");
                let leased = store.lease_due(now, now + LEASE, &self.crawler.who, most).await?;
                *more = leased.len() == room;
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
        for source in leased {
            self.leased += 1;
            self.queue.push(host_of(&source), source);
        }
        Ok(())
    }

    fn is_time_to_probe(&self) -> bool {
        self.looks.is_empty() && self.queue.is_empty() && self.probe_at.is_none_or(|at| at <= Instant::now())
    }

    fn start(&mut self) {
        let now = self.crawler.clock.now();
        let settings = &self.crawler.settings;
        while self.looks.len() < settings.at_once
            && self.looked.len() < settings.stored_at_once
            && let Some((host, source)) = self.queue.next()
        {
            if let Some(until) = self.waiting_hosts.wait(&host, now) {
                self.queue.done(&host);
                self.summary.too_soon += 1;
                self.intents.push(settle::settle_wait(&source, until, &self.crawler.dice));
                self.since.get_or_insert_with(Instant::now);
                continue;
            }
            let looker = self.crawler.looker.clone();
            let look = self.looks.spawn(async move {
                let seen = looker.look(&before(&source)).await;
                Looked { source, seen }
            });
            self.hosts.insert(look.id(), host);
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

    /// Stores which hosts asked us to wait, and which answer again.
    async fn store_hosts(&mut self) -> Result<(), StoreError> {
        let store = &self.crawler.store;
        while let Some((host, change)) = self.host_changes.last() {
            match *change {
                Change::Waits { since, until } => {
                    store.put_host_wait(&HostWait { host: host.clone(), since, until }).await?;
                    info!(until = %until, "Several feeds of {host} ask us to wait, so its others wait too, until {until}");
                }
                Change::Over => store.end_host_wait(host).await?,
            }
            self.host_changes.pop();
        }
        Ok(())
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
            let intents = settle::settle(&source, seen, &known, now, &self.crawler.dice);
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
        match digest::news(*outcome, *failures, *before) {
            News::Begins if self.digest.has_room(self.crawler.clock.now()) => {
                warn!(source.id = %id, outcome = outcome.as_str(), "Polled {name}: {message}");
            }
            News::Ends if self.digest.has_room(self.crawler.clock.now()) => {
                info!(source.id = %id, "Polled {name}: it answers again, after {before} failures");
            }
            _ => debug!(source.id = %id, outcome = outcome.as_str(), failures, "Polled {name}: {message}"),
        }
        if *outcome == Outcome::New {
            info!(source.id = %id, new, revised, "Polled {name}: {new} new posts, {revised} revised");
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

fn host_of(source: &SourceRecord) -> String {
    let url = source.address.url();
    format!("{}:{}", source.address.host(), url.port_or_known_default().unwrap_or_default())
}
