//! The sector behind a socket: a thin shell that turns HTTP into requests and replies.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::http::header::{ALLOW, HOST, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use axum::http::{HeaderValue, Method, Response, StatusCode};
use model::Time;
use tokio::sync::oneshot;

use crate::{Reply, Request, Sector};

/// The sector while it is served; dropping this ends it.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    sector: Arc<Sector>,
    _ends_when_dropped: oneshot::Sender<()>,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port that all its hosts share.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The list of its sources, for this port.
    pub fn opml(&self) -> String {
        self.sector.opml(self.port())
    }

    /// The register of the sector's organisations, as CSV.
    pub fn organisations(&self) -> String {
        self.sector.organisations(self.port())
    }

    /// The sector's projects, as JSON lines.
    pub fn projects(&self) -> String {
        self.sector.projects(self.port())
    }

    /// What is served.
    pub fn sector(&self) -> &Sector {
        &self.sector
    }
}

/// Serves the sector on the loopback interface; port 0 takes any free one.
///
/// All dates count back from `anchor`, so two starts with the same anchor and port serve the same bytes.
pub async fn start(anchor: Time, port: u16) -> io::Result<Running> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    let sector = Arc::new(Sector::new(anchor));
    let site = site(Arc::clone(&sector));
    let (_ends_when_dropped, dropped) = oneshot::channel::<()>();
    tokio::spawn(async move {
        let ended = async {
            // Nothing is ever sent: the other end's drop is the sign.
            let _ = dropped.await;
        };
        axum::serve(listener, site).with_graceful_shutdown(ended).await
    });
    Ok(Running { address, sector, _ends_when_dropped })
}

fn site(sector: Arc<Sector>) -> Router {
    Router::new().fallback(answer).with_state(sector)
}

async fn answer(State(sector): State<Arc<Sector>>, asked: HttpRequest) -> Response<Body> {
    if asked.method() != Method::GET && asked.method() != Method::HEAD {
        let mut refused = Response::new(Body::empty());
        *refused.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    let header = |name| asked.headers().get(name).and_then(|value| value.to_str().ok());
    let path = asked.uri().path_and_query().map_or("/", |path| path.as_str());
    http(sector.reply(&Request {
        host: header(HOST).unwrap_or_default(),
        path,
        if_none_match: header(IF_NONE_MATCH),
        if_modified_since: header(IF_MODIFIED_SINCE),
    }))
}

fn http(reply: Reply) -> Response<Body> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    response.body(Body::from(reply.body)).expect("the sector's own statuses and headers are valid")
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use tower::ServiceExt;

    use super::*;

    async fn ask(method: Method, host: &str, path: &str) -> Response<Body> {
        let sector = Arc::new(Sector::new("2026-11-23T09:00:00Z".parse().unwrap()));
        let request = HttpRequest::builder().method(method).uri(path).header(HOST, host).body(Body::empty()).unwrap();
        site(sector).oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn whoever_looks_without_a_host_finds_all() {
        let page = ask(Method::GET, "127.0.0.1:8001", "/").await;
        assert_eq!(page.status(), StatusCode::OK);
        let page = to_bytes(page.into_body(), 1 << 20).await.unwrap();
        let page = std::str::from_utf8(&page).unwrap();
        assert!(page.contains("None of these organisations exists."), "{page}");
        assert!(page.contains("http://stories.otterbank.localhost:8001/"));
    }

    #[tokio::test]
    async fn a_query_reaches_the_feed_behind_it() {
        let feed = ask(Method::GET, "www.marrowshirefire.localhost:8001", "/blog?format=rss").await;
        assert_eq!(feed.headers()["content-type"], "application/rss+xml; charset=utf-8");
        let page = ask(Method::GET, "www.marrowshirefire.localhost:8001", "/blog").await;
        assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    }

    #[tokio::test]
    async fn writing_is_refused() {
        let refused = ask(Method::POST, "civicloom.localhost:8001", "/feed.xml").await;
        assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(refused.headers()[ALLOW], "GET, HEAD");
    }
}
