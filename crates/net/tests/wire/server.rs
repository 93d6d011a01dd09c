//! A server that answers byte for byte what a test wants, and remembers what it was asked.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::Address;
use net::{Accept, Ask, Client, FetchError, Names, Reply, Settings, Validators};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came, line by line.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub path: String,
    lines: Vec<String>,
    pub body: String,
}

impl Seen {
    /// A header's value, byte for byte as Latin-1.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.lines.iter().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

pub struct Server {
    pub port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
}

type Done = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Server {
    /// Answers each request with these bytes, then closes.
    pub async fn answering(answer: impl Fn(&Seen) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let answer = Arc::new(answer);
        Self::acting(move |seen, mut stream| {
            let answer = answer.clone();
            Box::pin(async move {
                // The client may have gone away, which is its right.
                let _ = stream.write_all(&answer(&seen)).await;
                let _ = stream.shutdown().await;
            })
        })
        .await
    }

    /// Does anything it likes with each connection, once the request has come.
    pub async fn acting(act: impl Fn(Seen, TcpStream) -> Done + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (remember, act) = (seen.clone(), Arc::new(act));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (remember, act) = (remember.clone(), act.clone());
                tokio::spawn(async move {
                    let Some(request) = read(&mut stream).await else { return };
                    remember.lock().unwrap().push(request.clone());
                    act(request, stream).await;
                });
            }
        });
        Self { port, seen }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub fn last(&self) -> Seen {
        self.seen().pop().expect("it was asked")
    }

    pub fn paths(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.path).collect()
    }

    /// An address on this server, by the name that tests give it.
    pub fn at(&self, path: &str) -> Address {
        self.named("riverton.example", path)
    }

    pub fn named(&self, host: &str, path: &str) -> Address {
        Address::parse(&format!("http://{host}:{}{path}", self.port)).unwrap()
    }
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.ok()?);
    }
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let mut lines = text.lines();
    let mut words = lines.next()?.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut seen = Seen { method, path, lines: lines.map(str::to_owned).collect(), body: String::new() };
    let length = seen.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    seen.body = String::from_utf8(body).ok()?;
    Some(seen)
}

/// A whole answer with a length.
pub fn answer(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
    for line in headers {
        head.push_str(line);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    let mut bytes: Vec<u8> = head.chars().map(|letter| u8::try_from(letter).unwrap()).collect();
    bytes.extend_from_slice(body);
    bytes
}

pub fn ok(headers: &[&str], body: &[u8]) -> Vec<u8> {
    answer("200 OK", headers, body)
}

/// Settings that reach the servers of tests, by any name, without pauses.
pub fn settings() -> Settings {
    Settings {
        allow: vec!["127.0.0.0/8".parse().unwrap()],
        pause: Duration::ZERO,
        names: Names::new(|host| host.ends_with(".example").then(|| vec![IpAddr::from([127, 0, 0, 1])])),
        ..Settings::default()
    }
}

pub fn client() -> Client {
    Client::new(settings()).unwrap()
}

pub async fn get(client: &Client, address: &Address) -> Result<Reply, FetchError> {
    again(client, address, &Validators::default()).await
}

pub async fn again(client: &Client, address: &Address, validators: &Validators) -> Result<Reply, FetchError> {
    client.ask(&Ask { address, validators, accept: Accept::Feed }).await
}

#[track_caller]
pub fn body(reply: Result<Reply, FetchError>) -> String {
    match reply.unwrap().answer {
        net::Answer::Body(body) => String::from_utf8(body.bytes).unwrap(),
        other => panic!("{other:?} has no body"),
    }
}
