//! The site on a socket, until it is told to stop: bounded in how many visitors there are, and in how slow each may be.

mod households;
mod patient;
mod spoken;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use metrics::counter;
use model::Range;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower::Service;
use tracing::{debug, error, info};

use households::Households;
use patient::Patient;
use spoken::Spoken;

/// The largest head of a request that is read, in bytes: somebody who pastes 100 kB into a box is told that it is too much, and
/// a connection that is ended with much of it unread would not tell them.
const LARGEST_HEAD_BYTES: usize = 160 * 1_024;
/// How long to wait where the system has no more to give, such as file handles.
const BREATH: Duration = Duration::from_secs(1);

/// How many visitors are let in, and how slow they may be.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long the head of a request may take, and how long a connection may rest before the next.
    pub head: Duration,
    /// How long a visitor may take nothing of an answer.
    pub stall: Duration,
    /// How many connections are open at once. The usual number stays below the 1,024 files that a process
    /// may have open where nobody says otherwise, with room for the store and the crawler.
    pub connections: usize,
    /// How many of them come from one household: a browser opens six, an office has many browsers.
    pub from_one: usize,
    /// Proxies of ours, behind which are many households.
    pub proxies: Vec<Range>,
    /// How long those who are being answered may still take once the site is told to stop.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(15),
            stall: Duration::from_secs(30),
            connections: 640,
            from_one: 64,
            proxies: Vec::new(),
            farewell: Duration::from_secs(10),
        }
    }
}

/// Serves the site that [`site`](crate::site) made. Once `shutdown` is there no new visitor is let in,
/// and those who are being answered get their answer, if they take it in time.
pub async fn serve(
    listener: TcpListener,
    site: Router,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let room = Arc::new(Semaphore::new(limits.connections));
    let households = Households::new(limits.from_one);
    let (stop, stopped) = watch::channel(());
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(LARGEST_HEAD_BYTES);
    let mut under_way = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, peer, place) = tokio::select! {
            () = &mut shutdown => break,
            visitor = next_visitor(&listener, &room) => visitor,
        };
        while under_way.try_join_next().is_some() {}
        let is_proxy = limits.proxies.iter().any(|range| range.has(peer.ip().to_canonical()));
        let Some(guest) = households.let_in(peer.ip(), is_proxy) else {
            counter!("watersmeet_connections_refused_total").increment(1);
            debug!("A household has {} connections open already; one more is refused", limits.from_one);
            continue;
        };
        let stream = Spoken::new(Patient::new(stream, limits.stall));
        let talk = answer_all(http.clone(), stream, peer, site.clone(), stopped.clone());
        under_way.spawn(async move {
            talk.await;
            drop((place, guest));
        });
    }
    drop(listener);
    drop(stop);
    let last_answers = async { while under_way.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.farewell, last_answers).await.is_err() {
        info!("Stopping without waiting for {} slow visitors", under_way.len());
    }
    Ok(())
}

/// The next visitor, once there is room.
async fn next_visitor(listener: &TcpListener, room: &Arc<Semaphore>) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let place = room.clone().acquire_owned().await.expect("nobody closes the semaphore");
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            // A visitor who went before being let in.
            Err(why) if matches!(why.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) => {}
            Err(why) => {
                error!("Visitors cannot be let in: {why}; trying again in a second");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// Answers what is asked on one connection, until either side ends it.
async fn answer_all(
    http: http1::Builder,
    stream: Spoken<Patient>,
    peer: SocketAddr,
    site: Router,
    mut stopped: watch::Receiver<()>,
) {
    let answer = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = site.clone().call(request);
        async move { Ok::<Response<Body>, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), answer));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        // An error means that the sender is gone, which is how it says so.
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(why) = ended {
        debug!("A visitor's connection ended early: {why}");
    }
}
