//! Asks: waits for its turn, follows redirects one judged hop at a time, and reads what comes within bounds.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Request, Response, StatusCode};
use model::Address;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use crate::gate::Gates;
use crate::judge::Judge;
use crate::names::Finder;
use crate::tls::Tls;
use crate::unpack::{self, Packing, Stopped, Unpacker};
use crate::{Answer, Ask, Body, FetchError, NetError, Reply, Settings, Validators, Wishes, connect, headers};

/// The door out. One is enough for a program: its clones share the gates, so that no host is asked twice at once.
#[derive(Clone)]
pub struct Client(Arc<Door>);

struct Door {
    settings: Settings,
    finder: Finder,
    gates: Gates,
    slots: Semaphore,
    tls: Tls,
}

impl Client {
    /// A door with these settings. Nothing is opened, looked up or read yet.
    pub fn new(settings: Settings) -> Result<Self, NetError> {
        Self::with_tls(settings, Tls::default())
    }

    pub(crate) fn with_tls(settings: Settings, tls: Tls) -> Result<Self, NetError> {
        if settings.agent.is_empty() || HeaderValue::from_str(&settings.agent).is_err() {
            return Err(NetError::BadAgent { agent: settings.agent });
        }
        let judge = Judge { allow: settings.allow.clone(), ports: settings.ports.clone() };
        let at_once = settings.at_once.max(1);
        Ok(Self(Arc::new(Door {
            finder: Finder::new(judge, settings.names.clone(), at_once),
            gates: Gates::new(settings.pause),
            slots: Semaphore::new(at_once),
            tls,
            settings,
        })))
    }

    /// Asks for one thing and follows where it is sent.
    ///
    /// Waits until the host has been left in peace for the pause, and until fewer than
    /// [`Settings::at_once`](crate::Settings) requests are under way. Dropping the future calls everything off.
    pub async fn ask(&self, ask: &Ask<'_>) -> Result<Reply, FetchError> {
        let door = &*self.0;
        let mut way = Way::from(ask.address);
        let mut left = door.settings.whole_time;
        loop {
            let (arrived, spent) = door.hop(&way, ask, left).await?;
            left = left.saturating_sub(spent);
            match arrived {
                Arrived::SentOn { to, is_permanent } => way.go(to, is_permanent, door.settings.most_hops)?,
                Arrived::Here(here) => return Ok(way.end(here)),
            }
        }
    }
}

/// Where one hop led.
enum Arrived {
    SentOn { to: Address, is_permanent: bool },
    Here(Here),
}

struct Here {
    answer: Answer,
    status: u16,
    validators: Validators,
    wishes: Wishes,
}

/// The addresses from the first to the one that is asked now.
struct Way {
    passed: Vec<Address>,
    /// How many of the redirects, counted from the first, were permanent without a break.
    permanent: usize,
}

impl Way {
    fn from(start: &Address) -> Self {
        Self { passed: vec![start.clone()], permanent: 0 }
    }

    fn here(&self) -> &Address {
        self.passed.last().expect("it starts with one")
    }

    fn hops(&self) -> usize {
        self.passed.len() - 1
    }

    fn go(&mut self, to: Address, is_permanent: bool, most: u8) -> Result<(), FetchError> {
        if self.passed.contains(&to) {
            return Err(bad_redirect(self.here(), "in a ring".to_owned()));
        }
        if self.hops() >= usize::from(most) {
            return Err(bad_redirect(self.here(), format!("more than {most} times")));
        }
        if is_permanent && self.permanent == self.hops() {
            self.permanent += 1;
        }
        self.passed.push(to);
        Ok(())
    }

    fn end(mut self, here: Here) -> Reply {
        let hops = self.hops();
        Reply {
            answer: here.answer,
            status: here.status,
            moved_to: (self.permanent > 0).then(|| self.passed[self.permanent].clone()),
            hops: u8::try_from(hops).unwrap_or(u8::MAX),
            final_address: self.passed.pop().expect("it starts with one"),
            validators: here.validators,
            wishes: here.wishes,
        }
    }
}

fn bad_redirect(from: &Address, why: String) -> FetchError {
    FetchError::BadRedirect { host: from.host().to_owned(), why }
}

impl Door {
    /// One request to the address that the way has come to, and how long it took.
    async fn hop(&self, way: &Way, ask: &Ask<'_>, left: Duration) -> Result<(Arrived, Duration), FetchError> {
        let address = way.here();
        let port = address.url().port_or_known_default().expect("http and https have ports");
        let _turn = self.gates.turn(&format!("{}:{port}", address.host().trim_end_matches('.'))).await;
        let _slot = self.slots.acquire().await.expect("the semaphore is never closed");
        let started = Instant::now();
        match timeout(left, self.exchange(address, ask)).await {
            Ok(arrived) => Ok((arrived?, started.elapsed())),
            Err(_) => Err(FetchError::TimedOut { host: address.host().to_owned(), limit: self.settings.whole_time }),
        }
    }

    async fn exchange(&self, address: &Address, ask: &Ask<'_>) -> Result<Arrived, FetchError> {
        let found = self.finder.find(address).await?;
        let wire = connect::connect(address, &found, &self.tls, self.settings.connect_time).await?;
        // Enough for any honest head, little enough for hundreds of connections.
        const BUFFER: usize = 32 << 10;
        let (mut sender, connection) = http1::Builder::new()
            .max_buf_size(BUFFER)
            .allow_obsolete_multiline_headers_in_responses(true)
            .allow_spaces_after_header_name_in_responses(true)
            .ignore_invalid_headers_in_responses(true)
            .handshake(wire)
            .await
            .map_err(|why| broken(address, &why))?;
        let talk = async move {
            let response =
                sender.send_request(self.request(address, ask)).await.map_err(|why| broken(address, &why))?;
            self.arrive(address, ask, response).await
        };
        beside(connection, talk).await
    }

    fn request(&self, address: &Address, ask: &Ask<'_>) -> Request<Empty<Bytes>> {
        let url = address.url();
        let mut request = Request::new(Empty::new());
        let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
        *request.uri_mut() = target.parse().unwrap_or_else(|_| hyper::Uri::from_static("/"));
        let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
        let lines = request.headers_mut();
        lines.insert(header::HOST, HeaderValue::from_str(host).expect("the host of an Address is plain ASCII"));
        lines.insert(header::USER_AGENT, self.agent(ask.readers));
        lines.insert(header::ACCEPT, HeaderValue::from_static(ask.accept.header()));
        lines.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(unpack::ACCEPTED));
        lines.insert(header::CONNECTION, HeaderValue::from_static("close"));
        if ask.validators.belong_to(address) {
            let known = [
                (header::IF_NONE_MATCH, &ask.validators.etag),
                (header::IF_MODIFIED_SINCE, &ask.validators.last_modified),
            ];
            for (name, text) in known {
                if let Some(value) = text.as_deref().and_then(headers::value) {
                    lines.insert(name, value);
                }
            }
        }
        request
    }

    /// `Watersmeet/0.1 (+https://riverton.example/about; 12 readers)`
    fn agent(&self, readers: u64) -> HeaderValue {
        let about = self.settings.about.as_ref().map(|about| format!("+{about}"));
        let readers = match readers {
            0 => None,
            1 => Some("1 reader".to_owned()),
            many => Some(format!("{many} readers")),
        };
        let said: Vec<String> = about.into_iter().chain(readers).collect();
        let agent = match said.as_slice() {
            [] => self.settings.agent.clone(),
            said => format!("{} ({})", self.settings.agent, said.join("; ")),
        };
        HeaderValue::from_str(&agent).expect("the agent was tried when the client was made, and addresses are ASCII")
    }

    async fn arrive(
        &self,
        address: &Address,
        ask: &Ask<'_>,
        response: Response<Incoming>,
    ) -> Result<Arrived, FetchError> {
        let status = response.status();
        if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
            return Ok(Arrived::SentOn {
                to: target(address, response.headers())?,
                is_permanent: matches!(status.as_u16(), 301 | 308),
            });
        }
        let wishes = headers::wishes(response.headers());
        let was_asked_conditionally = ask.validators.belong_to(address);
        let validators = match status.as_u16() {
            200 | 203 => headers::validators(response.headers(), address),
            304 if was_asked_conditionally => headers::refreshed(ask.validators, response.headers(), address),
            _ => ask.validators.clone(),
        };
        let answer = match status.as_u16() {
            200 | 203 => Answer::Body(self.body(address, response).await?),
            304 if was_asked_conditionally => Answer::Unchanged,
            410 => Answer::Gone,
            404 => Answer::NotFound,
            401 | 403 | 451 => Answer::Refused,
            429 | 503 => Answer::SlowDown,
            _ if status.is_server_error() => Answer::ServerError,
            _ => Answer::Other,
        };
        Ok(Arrived::Here(Here { answer, status: StatusCode::as_u16(&status), validators, wishes }))
    }

    async fn body(&self, address: &Address, response: Response<Incoming>) -> Result<Body, FetchError> {
        let Settings { largest, largest_packed, .. } = self.settings;
        let unreadable = |why: String| FetchError::Unreadable { host: address.host().to_owned(), why };
        let (head, mut wire) = response.into_parts();
        let named = headers::text(&head.headers, header::CONTENT_ENCODING).unwrap_or_default();
        let packing = Packing::named(&named)
            .ok_or_else(|| unreadable(format!("it is packed as “{}”", named.chars().take(40).collect::<String>())))?;
        let announced = wire.size_hint().exact().unwrap_or(0);
        if announced > largest_packed {
            return Err(FetchError::TooLarge { limit: largest_packed });
        }
        let stopped = |why| match why {
            Stopped::Full => FetchError::TooLarge { limit: largest },
            Stopped::Broken(why) => unreadable(why.to_owned()),
        };
        let room = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
        let mut unpacker = Unpacker::new(packing, room(announced), room(largest));
        let mut received = 0;
        while let Some(frame) = wire.frame().await {
            // Trailers are of no use.
            let Ok(piece) = frame.map_err(|why| broken(address, &why))?.into_data() else { continue };
            received += piece.len() as u64;
            if received > largest_packed {
                return Err(FetchError::TooLarge { limit: largest_packed });
            }
            unpacker = unpacker.take(&piece).map_err(stopped)?;
        }
        Ok(Body {
            bytes: unpacker.finish().map_err(stopped)?,
            content_type: headers::text(&head.headers, header::CONTENT_TYPE),
            content_language: headers::text(&head.headers, header::CONTENT_LANGUAGE),
        })
    }
}

/// The address that a redirect names, without its fragment, which is no business of servers.
fn target(from: &Address, headers: &HeaderMap) -> Result<Address, FetchError> {
    let written = headers::location(headers).ok_or_else(|| bad_redirect(from, "without saying where to".to_owned()))?;
    let mut url = from.join(&written).map_err(|why| bad_redirect(from, format!("to nowhere: {why}")))?.url().clone();
    url.set_fragment(None);
    Address::try_from(url).map_err(|why| bad_redirect(from, format!("to nowhere: {why}")))
}

/// Runs a conversation and the connection that carries it, both in this task, so that dropping it ends both.
async fn beside<T>(connection: impl Future, talk: impl Future<Output = T>) -> T {
    let (mut connection, mut talk) = (pin!(connection), pin!(talk));
    tokio::select! {
        biased;
        said = &mut talk => said,
        // The connection may be over before all that it brought has been read; its errors reach the reader, too.
        _ = &mut connection => talk.await,
    }
}

fn broken(address: &Address, why: &hyper::Error) -> FetchError {
    let host = address.host().to_owned();
    if why.is_incomplete_message() {
        return cut_off(address);
    }
    if why.is_parse() {
        return FetchError::Unreadable { host, why: format!("it is not the HTTP that we know ({why})") };
    }
    let mut cause = std::error::Error::source(why);
    while let Some(inner) = cause {
        match inner.downcast_ref::<io::Error>() {
            Some(error) if error.kind() == io::ErrorKind::UnexpectedEof => return cut_off(address),
            Some(error) => return FetchError::Unreachable { host, why: connect::words(error) },
            None => cause = inner.source(),
        }
    }
    FetchError::Unreachable { host, why: why.to_string() }
}

fn cut_off(address: &Address) -> FetchError {
    FetchError::Unreadable { host: address.host().to_owned(), why: "it is cut off".to_owned() }
}
