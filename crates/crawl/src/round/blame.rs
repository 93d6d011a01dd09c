//! Whose trouble it is that nobody is reached, and which hosts asked us to leave all that is on them in peace.

use model::Time;
use store::{HostWait, SourceRecord, StoreError};
use tokio::time::Instant;
use tracing::{info, warn};

use super::{Looked, Round, Settled};
use crate::hosts::Change;
use crate::weather::{self, End, Whose};
use crate::{digest, settle};

impl Round<'_> {
    /// Reads what was kept from before, once.
    pub(super) async fn begin(&mut self) -> Result<(), StoreError> {
        if self.is_begun {
            return Ok(());
        }
        self.read_host_waits().await?;
        let store = &self.crawler.store;
        let kept = store.setting(weather::KEPT_UNDER).await?;
        self.weather.trouble = kept.and_then(|kept| serde_json::from_str(&kept).ok());
        self.told = self.weather.trouble;
        let kept = store.setting(weather::REACHED_KEPT_UNDER).await?;
        self.weather.reached = kept.and_then(|kept| kept.parse().ok()).map(Time::from_millis);
        self.reached_kept = self.weather.reached;
        self.is_begun = true;
        Ok(())
    }

    pub(super) async fn read_host_waits(&mut self) -> Result<(), StoreError> {
        for wait in self.crawler.store.host_waits().await? {
            // What we have just heard from it ourselves, and not stored yet, is newer.
            if self.host_changes.iter().all(|(host, _)| *host != wait.host) {
                self.waiting_hosts.remember(wait.host, wait.since, wait.until);
            }
        }
        Ok(())
    }

    /// Takes in a look that has ended; one that reached nobody is held until it is known whose trouble that is.
    pub(super) fn arrived(&mut self, looked: Looked) {
        let now = self.crawler.clock.now();
        let (outcome, not_before) = (looked.seen.outcome(), looked.seen.wishes.not_before);
        let (host, failing_since) = (looked.source.address.server(), looked.source.poll.failing_since);
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
        let whose = self.weather.note(&host, end, failing_since, self.held.len(), now);
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

    /// Tells the log and the store when trouble of ours begins and ends, and the store now and then that somebody is
    /// reached.
    pub(super) async fn tell_weather(&mut self) -> Result<(), StoreError> {
        self.keep_reached().await?;
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

    async fn keep_reached(&mut self) -> Result<(), StoreError> {
        let Some(reached) = self.weather.reached else { return Ok(()) };
        let is_kept = |kept: Time| kept <= reached && reached.since(kept) < weather::REACHED_KEPT_EVERY;
        if !self.reached_kept.is_some_and(is_kept) {
            let store = &self.crawler.store;
            store.put_setting(weather::REACHED_KEPT_UNDER, &reached.millis().to_string()).await?;
            self.reached_kept = Some(reached);
        }
        Ok(())
    }

    /// Says once a day how many sources fail.
    pub(super) async fn tell_digest(&mut self) -> Result<(), StoreError> {
        let Some(unsaid) = self.digest.due(self.crawler.clock.now()) else { return Ok(()) };
        let failing = self.crawler.store.failing().await?;
        info!("{}", digest::line(&failing, unsaid));
        Ok(())
    }

    /// Judges what is still held where no look is under way that could tell more.
    pub(super) fn judge_what_is_left(&mut self) {
        if self.looks.is_empty() && !self.held.is_empty() {
            let now = self.crawler.clock.now();
            let whose = self.weather.at_the_end(now);
            self.judged(whose, now);
        }
    }

    /// From when on more may be leased, if nothing happens before; `None` while a source is tried to see whether we reach
    /// anybody.
    pub(super) fn may_lease_at(&self) -> Option<Instant> {
        match self.weather.trouble {
            None => Some(Instant::now()),
            Some(_) if self.looks.is_empty() && self.queue.is_empty() => {
                Some(self.probe_at.unwrap_or_else(Instant::now))
            }
            Some(_) => None,
        }
    }

    /// Puts a look off until its host may be asked again.
    pub(super) fn put_off(&mut self, source: &SourceRecord, until: Time) {
        self.summary.too_soon += 1;
        self.intents.push(settle::settle_wait(source, until, &self.crawler.dice));
        self.since.get_or_insert_with(Instant::now);
    }

    /// Stores which hosts asked us to wait, and which answer again.
    pub(super) async fn store_hosts(&mut self) -> Result<(), StoreError> {
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
}
