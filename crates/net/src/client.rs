//! Asks: waits for its turn, follows redirects one judged hop at a time, and reads what comes within bounds.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use model::Address;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use crate::gate::Gates;
use crate::judge::Judge;
use crate::names::Finder;
use crate::tls::Tls;
use crate::unpack::{self, Packing, Stopped, Unpacker};
use crate::{
    Answer, Ask, Body, FetchError, Form, Links, NetError, Posted, Reply, Room, Settings, Validators, Wishes, connect,
    headers,
};

/// The door out. One is enough for a program: its clones share the gates, so that no host is asked twice at once.
#[derive(Clone)]
pub struct Client {
    door: Arc<Door>,
    /// The most bytes that a reply may have, packed or not, where that is less than what the settings say.
    most_bytes: u64,
}

struct Door {
    settings: Settings,
    finder: Finder,
    gates: Gates,
    slots: Semaphore,
    bodies: Arc<Semaphore>,
    tls: Tls,
    /// Who we say we are, in every request.
    agent: HeaderValue,
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
        let door = Arc::new(Door {
            finder: Finder::new(judge, settings.names.clone(), settings.lookups_at_once.max(1)),
            gates: Gates::new(settings.pause),
            slots: Semaphore::new(at_once),
            bodies: Arc::new(Semaphore::new(settings.bodies_at_once.max(1))),
            tls,
            agent: agent(&settings),
            settings,
        });
        Ok(Self { door, most_bytes: u64::MAX })
    }

    /// The same door for smaller things: no reply may have more than so many bytes.
    pub fn at_most(&self, bytes: u64) -> Self {
        Self { door: self.door.clone(), most_bytes: bytes }
    }

    /// How long a host is left in peace after each request.
    pub fn pause(&self) -> Duration {
        self.door.settings.pause
    }

    /// Looks a host up and judges its addresses, as before every request, and asks it for nothing.
    pub async fn find(&self, address: &Address) -> Result<(), FetchError> {
        self.door.finder.find(address).await.map(drop)
    }

    /// Asks for one thing and follows where it is sent.
    ///
    /// Waits until the host has been left in peace for the pause, and until fewer than
    /// [`Settings::at_once`](crate::Settings) requests are under way. Dropping the future calls everything off.
    pub async fn ask(&self, ask: &Ask<'_>) -> Result<Reply, FetchError> {
        let door = &*self.door;
        let mut way = Way::from(ask.address);
        let mut left = door.settings.whole_time;
        loop {
            let address = way.here();
            let request = door.request(address, ask);
            let arrive = |response| door.arrive(address, ask, self.most_bytes, response);
            let (arrived, spent) = door.hop(address, left, door.exchange(address, request, arrive)).await?;
            left = left.saturating_sub(spent);
            match arrived {
                Arrived::SentOn { to, is_permanent } => way.go(to, is_permanent, door.settings.most_hops)?,
                Arrived::Here(here) => return Ok(way.end(here)),
            }
        }
    }

    /// Sends a form, to the same hosts, in the same turns and within the same bounds as [`Client::ask`].
    ///
    /// Only redirects that keep a form a form (307 and 308) are followed; any other answer is the answer.
    pub async fn post(&self, form: &Form<'_>) -> Result<Posted, FetchError> {
        let door = &*self.door;
        let mut way = Way::from(form.address);
        let mut left = door.settings.whole_time;
        loop {
            let address = way.here();
            let request = door.form(address, form);
            let arrive = |response| posted(address, response);
            let (arrived, spent) = door.hop(address, left, door.exchange(address, request, arrive)).await?;
            left = left.saturating_sub(spent);
            match arrived {
                Arrived::SentOn { to, is_permanent } => way.go(to, is_permanent, door.settings.most_hops)?,
                Arrived::Here(posted) => return Ok(posted),
            }
        }
    }

    /// The name and version that we go by.
    pub(crate) fn agent_name(&self) -> &str {
        &self.door.settings.agent
    }
}

/// Where one hop led.
enum Arrived<T> {
    SentOn { to: Address, is_permanent: bool },
    Here(T),
}

struct Here {
    answer: Answer,
    status: u16,
    validators: Validators,
    wishes: Wishes,
    links: Links,
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
            links: here.links,
        }
    }
}

fn bad_redirect(from: &Address, why: String) -> FetchError {
    FetchError::BadRedirect { host: from.host().to_owned(), why }
}

impl Door {
    /// One exchange with a host, once it is our turn, and how long it took.
    async fn hop<T>(
        &self,
        address: &Address,
        left: Duration,
        exchange: impl Future<Output = Result<T, FetchError>>,
    ) -> Result<(T, Duration), FetchError> {
        let port = address.url().port_or_known_default().expect("http and https have ports");
        let _turn = self.gates.turn(&format!("{}:{port}", address.host().trim_end_matches('.'))).await;
        let _slot = self.slots.acquire().await.expect("the semaphore is never closed");
        let started = Instant::now();
        match timeout(left, exchange).await {
            Ok(arrived) => Ok((arrived?, started.elapsed())),
            Err(_) => Err(FetchError::TimedOut { host: address.host().to_owned(), limit: self.settings.whole_time }),
        }
    }

    async fn exchange<T, F>(
        &self,
        address: &Address,
        request: Request<Full<Bytes>>,
        read: impl FnOnce(Response<Incoming>) -> F,
    ) -> Result<T, FetchError>
    where
        F: Future<Output = Result<T, FetchError>>,
    {
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
            let response = sender.send_request(request).await.map_err(|why| broken(address, &why))?;
            read(response).await
        };
        beside(connection, talk).await
    }

    /// A request with what every one of ours says.
    fn begin(&self, address: &Address, body: Bytes) -> Request<Full<Bytes>> {
        let url = address.url();
        let mut request = Request::new(Full::new(body));
        let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
        *request.uri_mut() = target.parse().unwrap_or_else(|_| hyper::Uri::from_static("/"));
        let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
        let lines = request.headers_mut();
        lines.insert(header::HOST, HeaderValue::from_str(host).expect("the host of an Address is plain ASCII"));
        lines.insert(header::USER_AGENT, self.agent.clone());
        lines.insert(header::CONNECTION, HeaderValue::from_static("close"));
        request
    }

    fn request(&self, address: &Address, ask: &Ask<'_>) -> Request<Full<Bytes>> {
        let mut request = self.begin(address, Bytes::new());
        let lines = request.headers_mut();
        lines.insert(header::ACCEPT, HeaderValue::from_static(ask.accept.header()));
        lines.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(unpack::ACCEPTED));
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

    fn form(&self, address: &Address, form: &Form<'_>) -> Request<Full<Bytes>> {
        let mut request = self.begin(address, form.written().into());
        *request.method_mut() = Method::POST;
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        request
    }

    async fn arrive(
        &self,
        address: &Address,
        ask: &Ask<'_>,
        most_bytes: u64,
        response: Response<Incoming>,
    ) -> Result<Arrived<Here>, FetchError> {
        let status = response.status();
        if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
            return Ok(Arrived::SentOn {
                to: target(address, response.headers())?,
                is_permanent: matches!(status.as_u16(), 301 | 308),
            });
        }
        let wishes = headers::wishes(response.headers());
        let links = headers::links(response.headers(), address);
        let was_asked_conditionally = ask.validators.belong_to(address);
        let validators = match status.as_u16() {
            200 | 203 => headers::validators(response.headers(), address),
            304 if was_asked_conditionally => headers::refreshed(ask.validators, response.headers(), address),
            _ => ask.validators.clone(),
        };
        let answer = match status.as_u16() {
            200 | 203 => Answer::Body(self.body(address, most_bytes, response).await?),
            304 if was_asked_conditionally => Answer::Unchanged,
            410 => Answer::Gone,
            404 => Answer::NotFound,
            401 | 403 | 451 => Answer::Refused,
            429 | 503 => Answer::SlowDown,
            _ if status.is_server_error() => Answer::ServerError,
            _ => Answer::Other,
        };
        Ok(Arrived::Here(Here { answer, status: StatusCode::as_u16(&status), validators, wishes, links }))
    }

    async fn room(&self) -> Room {
        Room::of(self.bodies.clone().acquire_owned().await.expect("the semaphore is never closed"))
    }

    async fn body(&self, address: &Address, most: u64, response: Response<Incoming>) -> Result<Body, FetchError> {
        let (largest, largest_packed) = (self.settings.largest.min(most), self.settings.largest_packed.min(most));
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
        // What comes first is kept as it came: those that are small, or come slowly, wait without keeping others waiting.
        const EARLY: usize = 64 << 10;
        let mut early = Vec::with_capacity(room(announced).min(EARLY));
        let mut taken: Option<Room> = None;
        let mut received = 0;
        while let Some(frame) = wire.frame().await {
            // Trailers are of no use.
            let Ok(piece) = frame.map_err(|why| broken(address, &why))?.into_data() else { continue };
            received += piece.len() as u64;
            if received > largest_packed {
                return Err(FetchError::TooLarge { limit: largest_packed });
            }
            if taken.is_none() {
                if early.len() + piece.len() <= EARLY {
                    early.extend_from_slice(&piece);
                    continue;
                }
                taken = Some(self.room().await);
                unpacker = unpacker.take(&std::mem::take(&mut early)).map_err(stopped)?;
            }
            unpacker = unpacker.take(&piece).map_err(stopped)?;
        }
        let taken = match taken {
            Some(taken) => taken,
            None => {
                let taken = self.room().await;
                unpacker = unpacker.take(&early).map_err(stopped)?;
                taken
            }
        };
        Ok(Body {
            room: Some(taken),
            bytes: unpacker.finish().map_err(stopped)?,
            content_type: headers::text(&head.headers, header::CONTENT_TYPE),
            content_language: headers::text(&head.headers, header::CONTENT_LANGUAGE),
        })
    }
}

/// `Watersmeet/0.1 (+https://riverton.example/about; 12 readers)`
fn agent(settings: &Settings) -> HeaderValue {
    let about = settings.about.as_ref().map(|about| format!("+{about}"));
    let readers = match settings.readers {
        0 => None,
        1 => Some("1 reader".to_owned()),
        many => Some(format!("{many} readers")),
    };
    let said: Vec<String> = about.into_iter().chain(readers).collect();
    let agent = match said.as_slice() {
        [] => settings.agent.clone(),
        said => format!("{} ({})", settings.agent, said.join("; ")),
    };
    HeaderValue::from_str(&agent).expect("the agent was tried before, and addresses are ASCII")
}

/// What came of a form: the status, and the beginning of what was said with it, for a person who looks for the reason.
async fn posted(address: &Address, response: Response<Incoming>) -> Result<Arrived<Posted>, FetchError> {
    let status = response.status().as_u16();
    if matches!(status, 307 | 308) {
        return Ok(Arrived::SentOn { to: target(address, response.headers())?, is_permanent: status == 308 });
    }
    let wishes = headers::wishes(response.headers());
    let mut wire = response.into_body();
    let mut said = Vec::new();
    while said.len() < Posted::LONGEST_WORDS
        && let Some(Ok(frame)) = wire.frame().await
    {
        said.extend_from_slice(frame.data_ref().map_or(&[], |piece| piece));
    }
    said.truncate(Posted::LONGEST_WORDS);
    Ok(Arrived::Here(Posted { status, wishes, words: String::from_utf8_lossy(&said).into_owned() }))
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
