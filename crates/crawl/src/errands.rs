//! What is to be done beside polling: a few loops for the whole program, each of which asks the store what is due.

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use model::{Address, Time};
use store::StoreError;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing::{error, info, warn};

use crate::poll::Crawler;

/// How long an errand rests when there was nothing to do.
const REST: Duration = Duration::from_secs(1);
/// How long a command that ends goes on beginning to fetch pictures and icons. The rest waits for the next one, or for a
/// site that runs.
const A_WHILE: Duration = Duration::from_secs(20);
/// How long it rests after the store has failed.
const LONG_REST: Duration = Duration::from_secs(30);

impl Crawler {
    /// Runs the errands until `shutdown` is done: takes in what hubs deliver, finds copies, asks hubs what is due to be
    /// asked, and fetches the pictures and icons that pages show.
    ///
    /// What was begun is finished or called off; everything that is called off is found due again.
    pub async fn run_errands(&self, shutdown: impl Future<Output = ()>) {
        if self.settings.site.is_none() && self.has_hubs().await {
            info!("Some sources name a hub that would tell of new posts within seconds; set “address” so that it can");
        }
        let (stop, stopped) = watch::channel(false);
        let end = async {
            shutdown.await;
            stop.send_replace(true);
        };
        tokio::join!(
            end,
            keep_doing("taking in what hubs deliver", stopped.clone(), || self.take_in_deliveries()),
            keep_doing("following what changes", stopped.clone(), || self.follow_changes()),
            keep_doing("finding copies", stopped.clone(), || self.find_more_copies()),
            keep_doing("finding what posts tell of projects", stopped.clone(), || self.find_updates()),
            keep_doing("telling our hub", stopped.clone(), || self.tell_hub()),
            keep_doing("asking hubs", stopped.clone(), || self.ask_hubs()),
            keep_doing("looking which pictures posts show", stopped.clone(), || self.look_for_pictures()),
            keep_doing("fetching pictures", stopped.clone(), || self.fetch_pictures()),
            keep_doing("looking for icons", stopped.clone(), || self.look_for_icons()),
            keep_doing("forgetting pictures", stopped, || self.forget_pictures()),
        );
    }

    async fn has_hubs(&self) -> bool {
        self.store.subscriptions_due(Time::MAX, 1).await.is_ok_and(|due| !due.is_empty())
    }

    /// Runs every errand that is due; of pictures and icons, which may be many, as many as are fetched in twenty seconds.
    pub async fn errands(&self) -> Result<(), StoreError> {
        self.take_in_deliveries().await?;
        self.ask_hubs().await?;
        while self.follow_changes().await? > 0 {}
        while self.find_copies().await? > 0 {}
        while self.find_updates().await? > 0 {}
        self.tell_hub().await?;
        while self.look_for_pictures().await? > 0 {}
        let end = Instant::now() + A_WHILE;
        tokio::try_join!(do_until(end, || self.fetch_pictures()), do_until(end, || self.look_for_icons()),)?;
        while self.forget_pictures().await? > 0 {}
        Ok(())
    }
}

/// Does something until there is nothing left to do, or it is time to end.
async fn do_until<F>(end: Instant, errand: impl Fn() -> F) -> Result<(), StoreError>
where
    F: Future<Output = Result<usize, StoreError>>,
{
    while Instant::now() < end && errand().await? > 0 {}
    Ok(())
}

/// Does something with each of what was taken: hosts beside each other, and at each host one after the other, so that
/// its rules are asked for once.
pub(crate) async fn at_each_host<T, F>(
    taken: Vec<T>,
    address: impl Fn(&T) -> &str,
    errand: impl Fn(T) -> F + Clone + Send + 'static,
) -> Result<(), StoreError>
where
    T: Send + 'static,
    F: Future<Output = Result<(), StoreError>> + Send + 'static,
{
    let mut by_host: HashMap<String, Vec<T>> = HashMap::new();
    for one in taken {
        let host = Address::parse(address(&one)).map_or_else(|_| String::new(), |address| address.host().to_owned());
        by_host.entry(host).or_default().push(one);
    }
    let mut hosts = JoinSet::new();
    for (_, there) in by_host {
        let errand = errand.clone();
        hosts.spawn(async move {
            for one in there {
                errand(one).await?;
            }
            Ok::<_, StoreError>(())
        });
    }
    while let Some(ended) = hosts.join_next().await {
        match ended {
            Ok(stored) => stored?,
            Err(broken) => error!("An errand broke off: {broken}; please report it"),
        }
    }
    Ok(())
}

/// Does something again and again, with a rest whenever there was nothing to do.
async fn keep_doing<F>(what: &str, mut stopped: watch::Receiver<bool>, errand: impl Fn() -> F)
where
    F: Future<Output = Result<usize, StoreError>>,
{
    let mut was_well = true;
    loop {
        let once = async {
            let rest = match errand().await {
                Ok(0) => REST,
                Ok(_) => Duration::ZERO,
                Err(error) => {
                    if was_well {
                        warn!("Trouble with {what}: {error}; trying again");
                    }
                    was_well = false;
                    tokio::time::sleep(LONG_REST).await;
                    return;
                }
            };
            was_well = true;
            tokio::time::sleep(rest).await;
        };
        tokio::select! {
            () = once => {}
            // An error means that the sender is gone, which is a reason to stop too.
            _ = stopped.wait_for(|stop| *stop) => return,
        }
    }
}
