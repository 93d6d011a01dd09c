//! Pages that have been drawn, kept until the river changes or their words grow old.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use bytes::Bytes;
use model::Time;
use tokio::sync::OnceCell;

use crate::drawing::Drawing;
use crate::packing::{self, Packing};

/// A drawing with all that an answer needs: its tag, its age, and its packed forms, made when first asked for.
#[derive(Debug)]
pub struct Drawn {
    pub(crate) drawing: Drawing,
    pub(crate) etag: String,
    pub(crate) changed: Time,
    revision: i64,
    brotli: OnceCell<Bytes>,
    gzip: OnceCell<Bytes>,
}

impl Drawn {
    /// A drawing of the river as it stood at `revision`, which came about at `since`.
    pub(crate) fn new(drawing: Drawing, revision: i64, since: Time) -> Self {
        let etag = packing::tag(&drawing.body);
        let changed = since.max(drawing.holds_since);
        Self { drawing, etag, changed, revision, brotli: OnceCell::new(), gzip: OnceCell::new() }
    }

    /// The body as this visitor can unpack it.
    pub(crate) async fn packed(&self, packing: Packing) -> Bytes {
        match packing {
            Packing::None => self.drawing.body.clone(),
            Packing::Brotli => self.brotli.get_or_init(|| packing::brotli(&self.drawing.body)).await.clone(),
            Packing::Gzip => self.gzip.get_or_init(|| packing::gzip(&self.drawing.body)).await.clone(),
        }
    }

    fn holds(&self, revision: i64, now: Time) -> bool {
        self.revision == revision && now >= self.drawing.holds_since && now < self.drawing.holds_until
    }

    /// What it takes up: the body, and about half as much again for its packed forms and its name.
    fn weight(&self) -> usize {
        self.drawing.body.len() * 3 / 2 + 512
    }
}

/// Drawn pages by address, never more than so many bytes of them; the longest unasked go first.
#[derive(Debug)]
pub struct Cache {
    budget_bytes: usize,
    ticks: AtomicU64,
    shelf: Mutex<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    places: HashMap<String, Arc<Place>>,
    weight: usize,
}

#[derive(Debug, Default)]
struct Place {
    drawn: RwLock<Option<Arc<Drawn>>>,
    drawing: tokio::sync::Mutex<()>,
    asked: AtomicU64,
}

impl Place {
    fn get(&self) -> Option<Arc<Drawn>> {
        self.drawn.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Cache {
    pub(crate) fn new(budget_bytes: usize) -> Self {
        Self { budget_bytes, ticks: AtomicU64::new(0), shelf: Mutex::default() }
    }

    /// The page at `address`, drawn by `draw` unless it is here and still true. However many ask at
    /// once, it is drawn once.
    pub(crate) async fn page<F, E>(
        &self,
        address: &str,
        revision: i64,
        since: Time,
        now: Time,
        draw: impl FnOnce() -> F,
    ) -> Result<Arc<Drawn>, E>
    where
        F: Future<Output = Result<Drawing, E>>,
    {
        let place = self.place(address);
        if let Some(drawn) = place.get().filter(|drawn| drawn.holds(revision, now)) {
            return Ok(drawn);
        }
        let _alone = place.drawing.lock().await;
        let before = place.get();
        if let Some(drawn) = before.as_ref().filter(|drawn| drawn.holds(revision, now)) {
            return Ok(drawn.clone());
        }
        let mut drawn = Drawn::new(draw().await?, revision, since);
        if let Some(before) = before.filter(|before| before.etag == drawn.etag) {
            // The river changed elsewhere: this page did not, so nobody has to fetch it again.
            drawn.changed = before.changed;
        }
        let drawn = Arc::new(drawn);
        if drawn.drawing.may_be_kept() {
            self.put(address, &place, drawn.clone());
        }
        Ok(drawn)
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self, address: &str) -> Arc<Place> {
        let tick = self.ticks.fetch_add(1, Ordering::Relaxed);
        let place = self.shelf().places.get(address).cloned().unwrap_or_default();
        place.asked.store(tick, Ordering::Relaxed);
        place
    }

    fn put(&self, address: &str, place: &Arc<Place>, drawn: Arc<Drawn>) {
        let mut shelf = self.shelf();
        let weight = drawn.weight();
        let earlier = place.drawn.write().unwrap_or_else(PoisonError::into_inner).replace(drawn);
        match shelf.places.insert(address.to_owned(), place.clone()) {
            // Another visitor's place was put here while this one was drawn, or this one is drawn again.
            Some(other) if !Arc::ptr_eq(&other, place) => {
                shelf.weight -= other.get().map_or(0, |drawn| drawn.weight());
            }
            Some(_) => shelf.weight -= earlier.map_or(0, |drawn| drawn.weight()),
            None => {}
        }
        shelf.weight += weight;
        if shelf.weight > self.budget_bytes {
            shelf.make_room(self.budget_bytes * 3 / 4);
        }
    }
}

impl Shelf {
    fn make_room(&mut self, target: usize) {
        let mut by_age: Vec<(u64, String)> =
            self.places.iter().map(|(address, place)| (place.asked.load(Ordering::Relaxed), address.clone())).collect();
        by_age.sort_unstable();
        for (_, address) in by_age {
            if self.weight <= target {
                return;
            }
            if let Some(gone) = self.places.remove(&address) {
                self.weight -= gone.get().map_or(0, |drawn| drawn.weight());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    async fn ask(cache: &Cache, address: &str, revision: i64, body: &str) -> Arc<Drawn> {
        let now = Time::from_millis(revision * 1_000);
        let draw = || async { Ok::<_, Infallible>(Drawing::page(body.to_owned())) };
        cache.page(address, revision, now, now, draw).await.unwrap()
    }

    #[tokio::test]
    async fn a_page_is_drawn_again_only_when_the_river_changed() {
        let cache = Cache::new(1 << 20);
        assert_eq!(ask(&cache, "/", 1, "one").await.drawing.body, "one");
        assert_eq!(ask(&cache, "/", 1, "two").await.drawing.body, "one");
        assert_eq!(ask(&cache, "/", 2, "two").await.drawing.body, "two");
    }

    #[tokio::test]
    async fn a_page_that_came_out_the_same_keeps_its_age() {
        let cache = Cache::new(1 << 20);
        let first = ask(&cache, "/", 1, "same").await;
        let second = ask(&cache, "/", 2, "same").await;
        assert_eq!((&first.etag, first.changed), (&second.etag, second.changed));
        assert!(ask(&cache, "/", 3, "other").await.changed > first.changed);
    }

    #[tokio::test]
    async fn it_never_grows_past_its_budget_and_keeps_what_is_asked_for() {
        let cache = Cache::new(40_000);
        for number in 0..100 {
            ask(&cache, "/", 1, &"x".repeat(1_000)).await;
            ask(&cache, &format!("/{number}"), 1, &"x".repeat(1_000)).await;
            assert!(cache.shelf().weight <= 40_000);
        }
        assert!(cache.shelf().places.contains_key("/"));
        assert!(!cache.shelf().places.contains_key("/0"));
        let sum: usize = cache.shelf().places.values().map(|place| place.get().unwrap().weight()).sum();
        assert_eq!(sum, cache.shelf().weight);
    }
}
