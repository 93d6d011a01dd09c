//! What every handler is handed: the store, the drawn pages, and how the river stands.

use std::fmt::Display;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use metrics::counter;
use model::{Time, key};
use store::{Revision, Store, StoreError};
use tracing::error;

use crate::answer::answer;
use crate::cache::{Cache, Drawn};
use crate::days;
use crate::directory::{Directory, LastDirectory};
use crate::drawing::Drawing;
use crate::matching::Known;
use crate::pages::missing;
use crate::shelf::Shelf;
use crate::trends::{LastTrends, Trends};
use crate::{Settings, Site};

/// The state of the site.
#[derive(Debug)]
pub(crate) struct Newsroom {
    pub(crate) site: Site,
    cache: Cache,
    last_look: LastLook,
    last_directory: LastDirectory,
    known: Known,
    last_trends: LastTrends,
    origin: String,
    /// Makes visitors' addresses unreadable in the store; gone with the process.
    salt: [u64; 2],
}

/// How the river stood when it was last looked at.
#[derive(Debug)]
struct LastLook {
    at: AtomicI64,
    found: Mutex<Revision>,
}

const NEVER: i64 = i64::MIN;

/// The time and the day of a drawing: its words are true on that day.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) now: Time,
    pub(crate) today: Date,
    pub(crate) zone: TimeZone,
    /// The state of the river that is drawn.
    pub(crate) revision: i64,
}

impl Moment {
    /// A drawing that says "today": true until midnight.
    pub(crate) fn for_today(&self, drawing: Drawing) -> Drawing {
        drawing.holding(days::start_of(self.today, &self.zone), days::end_of(self.today, &self.zone))
    }

    /// A drawing that says how things are at this minute.
    pub(crate) fn for_this_minute(&self, drawing: Drawing) -> Drawing {
        let minute = Time::from_millis(self.now.millis().div_euclid(60_000) * 60_000);
        drawing.holding(minute, minute + std::time::Duration::from_secs(60))
    }
}

impl Newsroom {
    pub(crate) fn open(site: Site) -> Arc<Self> {
        let salt = [site.dice.throw(), site.dice.throw()];
        Arc::new(Self {
            cache: Cache::new(site.settings.cache_bytes),
            last_look: LastLook {
                at: AtomicI64::new(NEVER),
                found: Mutex::new(Revision { number: 0, at: Time::from_millis(0) }),
            },
            last_directory: LastDirectory::default(),
            known: Known::default(),
            last_trends: LastTrends::default(),
            origin: site.settings.address.url().origin().ascii_serialization(),
            salt,
            site,
        })
    }

    pub(crate) fn store(&self) -> &Store {
        &self.site.store
    }

    /// The posts as search finds them.
    pub(crate) fn shelf(&self) -> &Shelf {
        &self.site.shelf
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.site.settings
    }

    /// The scheme and the host of the site's own address.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// A path of ours as an address that works anywhere.
    pub(crate) fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// What there is to choose from.
    pub(crate) async fn directory(&self, moment: &Moment) -> Result<Arc<Directory>, StoreError> {
        self.last_directory.get(self, moment).await
    }

    /// The projects that can be found by what they are about.
    pub(crate) fn known(&self) -> &Known {
        &self.known
    }

    /// How much is written on each topic, and what is rising.
    pub(crate) async fn trends(&self, moment: &Moment) -> Result<Arc<Trends>, StoreError> {
        self.last_trends.get(self, moment).await
    }

    /// This moment, for what is not drawn from the river.
    pub(crate) fn moment(&self) -> Moment {
        self.moment_of(0)
    }

    fn moment_of(&self, revision: i64) -> Moment {
        let now = self.site.clock.now();
        let zone = self.settings().zone.clone();
        Moment { now, today: days::day_of(now, &zone), zone, revision }
    }

    /// Answers with the page at this address, drawn by `draw` unless it is here and still true.
    pub(crate) async fn answer<F>(
        &self,
        address: &str,
        asked: &HeaderMap,
        draw: impl FnOnce(Moment) -> F,
    ) -> Response<Body>
    where
        F: Future<Output = Result<Drawing, StoreError>>,
    {
        let drawn = async {
            let revision = self.revision().await?;
            let now = self.site.clock.now();
            let draw = || {
                counter!("watersmeet_pages_drawn_total").increment(1);
                draw(self.moment_of(revision.number))
            };
            self.cache.page(address, revision.number, revision.at, now, draw).await
        };
        match drawn.await {
            Ok(drawn) => answer(&drawn, asked).await,
            Err(why) => self.sorry(&why),
        }
    }

    /// Answers with what is drawn anew each time it is asked for; who has the same already is told so.
    pub(crate) async fn answer_anew(&self, drawing: Drawing, asked: &HeaderMap) -> Response<Body> {
        answer(&Drawn::new(drawing, 0, self.site.clock.now()), asked).await
    }

    /// Answers with a page that is drawn for this visitor alone.
    pub(crate) async fn answer_once(&self, drawing: Result<Drawing, StoreError>) -> Response<Body> {
        match drawing {
            Ok(drawing) => answer(&Drawn::new(drawing.fresh_for(0), 0, Time::MIN), &HeaderMap::new()).await,
            Err(why) => self.sorry(&why),
        }
    }

    /// Says that it is our fault, with a number that stands in the log beside the cause.
    pub(crate) fn sorry(&self, why: &impl Display) -> Response<Body> {
        let number = self.reference();
        error!(reference = %number, "A page could not be drawn (reference {number}): {why}");
        let words = format!("It is not your doing. If it stays so, tell us this number: {number}.");
        missing::sentence(self, StatusCode::SERVICE_UNAVAILABLE, "We cannot show this just now", &words)
    }

    /// The same where the program itself is wrong.
    pub(crate) fn broken(&self, why: &str) -> Response<Body> {
        let number = self.reference();
        error!(reference = %number, "Drawing a page broke off (reference {number}): {why}");
        let words = format!("It is not your doing. Please tell us what you did, and this number: {number}.");
        missing::sentence(self, StatusCode::INTERNAL_SERVER_ERROR, "Something is wrong with this page", &words)
    }

    /// A number that a visitor can tell us, and that stands in the log.
    fn reference(&self) -> String {
        format!("{:08x}", self.site.dice.throw() >> 32)
    }

    /// How the river stands. It is looked at now and then, so that another process' writes are seen.
    pub(crate) async fn revision(&self) -> Result<Revision, StoreError> {
        let now = self.site.clock.now().millis();
        let last = self.last_look.at.load(Ordering::Acquire);
        let wait = i64::try_from(self.settings().look_again_after.as_millis()).unwrap_or(i64::MAX);
        let is_fresh = last != NEVER && now >= last && now - last < wait;
        // Of those who find it old at once, one looks again and the others take what was found before.
        let mine =
            !is_fresh && self.last_look.at.compare_exchange(last, now, Ordering::AcqRel, Ordering::Relaxed).is_ok();
        if mine || last == NEVER {
            let found = self.store().revision().await.inspect_err(|_| self.look_again())?;
            *self.last_look.found.lock().unwrap_or_else(PoisonError::into_inner) = found;
            return Ok(found);
        }
        Ok(*self.last_look.found.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes the next visitor see what was just changed here.
    pub(crate) fn look_again(&self) {
        self.last_look.at.store(NEVER, Ordering::Release);
    }

    /// A name for a visitor that tells one from another and nothing else.
    pub(crate) fn name_of(&self, household: &str) -> String {
        let salt = self.salt.map(|salt| format!("{salt:016x}"));
        key(salt.iter().map(String::as_str).chain([household]))
    }

    /// From 0 up to 1, by chance.
    pub(crate) fn chance(&self) -> f64 {
        self.site.dice.fraction()
    }

    /// A word that nobody can guess: 128 bits.
    pub(crate) fn token(&self) -> String {
        format!("{:016x}{:016x}", self.site.dice.throw(), self.site.dice.throw())
    }
}
