//! Asks a site for one page over and over, and tells how fast and how dear that was.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use bench::process::cpu_seconds;
use clap::Parser;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[derive(Parser)]
#[command(about)]
struct Options {
    /// Where the site listens.
    #[arg(long, default_value = "127.0.0.1:8000")]
    at: String,
    /// The page.
    #[arg(long, default_value = "/")]
    path: String,
    /// How many readers ask at once, each on a connection that stays open.
    #[arg(long, default_value_t = 16)]
    readers: usize,
    /// How often each of them asks, in times a second; as often as it can, if it is not said. Being late counts as
    /// waiting.
    #[arg(long)]
    rate: Option<f64>,
    /// For how many seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// What readers can unpack.
    #[arg(long, default_value = "gzip")]
    accept_encoding: String,
    /// Asks with the version that the first answer named, so that the others are "not modified".
    #[arg(long)]
    conditional: bool,
    /// The server's process, whose CPU time is read before and after.
    #[arg(long)]
    server: Option<u32>,
}

/// What one reader saw.
#[derive(Default)]
struct Seen {
    waits: Vec<Duration>,
    bytes: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let plain = request(&options, None);
    let mut first = Reader::new(&options.at).await?;
    let answer = first.ask(&plain).await?;
    println!("first answer: {} ({} bytes)", answer.status, answer.bytes);
    let (request, wanted) = match (&answer.etag, options.conditional) {
        (Some(etag), true) => (request(&options, Some(etag)), 304),
        (None, true) => bail!("{} names no version (ETag)", options.path),
        (_, false) => (plain, 200),
    };

    let cpu_before = options.server.map(cpu_seconds).transpose()?;
    let started = Instant::now();
    let until = started + Duration::from_secs(options.seconds);
    let mut readers = tokio::task::JoinSet::new();
    for reader in 0..options.readers {
        let (request, at) = (request.clone(), options.at.clone());
        let every = options.rate.map(|rate| Duration::from_secs_f64(1.0 / rate));
        // Spread over the first period, so that they do not all ask at once.
        let first = started + every.unwrap_or_default().mul_f64(reader as f64 / options.readers as f64);
        readers.spawn(async move { read_until(&at, &request, wanted, first, every, until).await });
    }
    let mut all = Seen::default();
    while let Some(seen) = readers.join_next().await {
        let seen = seen.context("a reader")??;
        all.waits.extend(seen.waits);
        all.bytes += seen.bytes;
    }
    let took = started.elapsed();
    let cpu_after = options.server.map(cpu_seconds).transpose()?;

    all.waits.sort_unstable();
    let pages = all.waits.len();
    let share = |part: f64| all.waits[((pages - 1) as f64 * part) as usize].as_secs_f64() * 1_000.0;
    println!(
        "{pages} pages in {:.1} s: {:.0} a second, {} bytes each; wait {:.2} ms in the middle, {:.2} ms for 99 of 100, \
         {:.2} ms for 999 of 1,000, {:.2} ms at most",
        took.as_secs_f64(),
        pages as f64 / took.as_secs_f64(),
        all.bytes / pages as u64,
        share(0.5),
        share(0.99),
        share(0.999),
        share(1.0),
    );
    if let (Some(before), Some(after)) = (cpu_before, cpu_after) {
        println!("CPU of the server: {:.3} ms a page", (after - before) * 1_000.0 / pages as f64);
    }
    Ok(())
}

fn request(options: &Options, etag: Option<&str>) -> Vec<u8> {
    let Options { at, path, accept_encoding, .. } = options;
    let condition = etag.map(|etag| format!("If-None-Match: {etag}\r\n")).unwrap_or_default();
    format!(
        "GET {path} HTTP/1.1\r\nHost: {at}\r\nAccept: text/html\r\nAccept-Encoding: {accept_encoding}\r\n{condition}\r\n"
    )
    .into_bytes()
}

async fn read_until(
    at: &str,
    request: &[u8],
    wanted: u16,
    first: Instant,
    every: Option<Duration>,
    until: Instant,
) -> anyhow::Result<Seen> {
    let mut reader = Reader::new(at).await?;
    let mut seen = Seen::default();
    let mut next = first;
    loop {
        let asked = match every {
            Some(every) => {
                tokio::time::sleep_until(next.into()).await;
                let planned = next;
                next += every;
                planned
            }
            None => Instant::now(),
        };
        if asked >= until {
            return Ok(seen);
        }
        let answer = reader.ask(request).await?;
        if answer.status != wanted {
            bail!("the answer was {}, not {wanted}", answer.status);
        }
        seen.waits.push(asked.elapsed());
        seen.bytes += answer.bytes as u64;
    }
}

/// One connection that stays open. Knows just as much HTTP as it takes to find the end of an answer.
struct Reader {
    stream: TcpStream,
    /// Bytes that have come and belong to nothing yet.
    rest: Vec<u8>,
}

struct Answer {
    status: u16,
    etag: Option<String>,
    /// The length of the body as it was sent.
    bytes: usize,
}

impl Reader {
    #[expect(clippy::disallowed_methods, reason = "it plays the readers of a site, who are not ours")]
    async fn new(at: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(at).await.with_context(|| format!("connecting to {at}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, rest: Vec::new() })
    }

    async fn ask(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(request).await?;
        let end = self.find(b"\r\n\r\n").await?;
        let head = String::from_utf8_lossy(&self.rest[..end]).into_owned();
        self.rest.drain(..end + 4);
        let header = |name: &str| {
            head.lines().find_map(|line| {
                let (found, value) = line.split_once(':')?;
                found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
            })
        };
        let status: u16 = head.get(9..12).and_then(|status| status.parse().ok()).context("no status")?;
        let bytes = match (status, header("content-length"), header("transfer-encoding")) {
            (204 | 304, _, _) => 0,
            (_, Some(length), _) => self.skip(length.parse().context("a length that is no number")?).await?,
            (_, None, Some(_)) => self.skip_chunks().await?,
            (_, None, None) => bail!("an answer without an end"),
        };
        Ok(Answer { status, etag: header("etag"), bytes })
    }

    /// Where these bytes start in what has come, once they have.
    async fn find(&mut self, wanted: &[u8]) -> anyhow::Result<usize> {
        loop {
            if let Some(place) = self.rest.windows(wanted.len()).position(|window| window == wanted) {
                return Ok(place);
            }
            self.more().await?;
        }
    }

    async fn skip(&mut self, bytes: usize) -> anyhow::Result<usize> {
        while self.rest.len() < bytes {
            self.more().await?;
        }
        self.rest.drain(..bytes);
        Ok(bytes)
    }

    async fn skip_chunks(&mut self) -> anyhow::Result<usize> {
        let mut all = 0;
        loop {
            let end = self.find(b"\r\n").await?;
            let size = std::str::from_utf8(&self.rest[..end])?.to_owned();
            let size = usize::from_str_radix(size.trim(), 16).context("the size of a chunk")?;
            self.skip(end + 2 + size + 2).await?;
            if size == 0 {
                return Ok(all);
            }
            all += size;
        }
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        if self.stream.read_buf(&mut self.rest).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}
