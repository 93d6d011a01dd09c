//! A small web server and the program itself, for stories that need both.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// One answer of the [`Farm`].
pub struct Answer {
    pub status: u16,
    pub content_type: &'static str,
    pub body: Vec<u8>,
    /// Further headers.
    pub headers: Vec<(&'static str, &'static str)>,
}

impl Answer {
    /// A feed.
    pub fn feed(body: String) -> Self {
        Self {
            status: 200,
            content_type: "application/rss+xml; charset=utf-8",
            body: body.into_bytes(),
            headers: vec![],
        }
    }

    /// A status and nothing else.
    pub fn status(status: u16) -> Self {
        Self { status, content_type: "text/plain", body: vec![], headers: vec![] }
    }
}

impl Answer {
    /// The same with one more header.
    pub fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// A request that came: its first line and its headers.
#[derive(Clone)]
pub struct Asked {
    lines: Vec<String>,
}

impl Asked {
    /// The path that was asked for.
    pub fn path(&self) -> &str {
        self.lines[0].split(' ').nth(1).unwrap_or("/")
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<String> {
        let values = self.lines.iter().filter_map(|line| line.split_once(": "));
        values.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    }
}

/// A server on loopback that asks a closure; it ends with the test's process.
pub struct Farm {
    pub port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Farm {
    /// Starts it. The closure is given the host's name without the port, and the path with its query.
    pub fn start(answer: impl Fn(&str, &str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let answer = Arc::new(answer);
        let asked = Arc::new(Mutex::new(vec![]));
        let remember = asked.clone();
        thread::spawn(move || {
            for guest in listener.incoming().flatten() {
                let (answer, remember) = (answer.clone(), remember.clone());
                // A guest that was killed in the middle is no trouble of ours.
                thread::spawn(move || drop(serve(guest, &*answer, &remember)));
            }
        });
        Self { port, asked }
    }

    /// All requests so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(guest: TcpStream, answer: &dyn Fn(&str, &str) -> Answer, asked: &Mutex<Vec<Asked>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(&guest).lines();
    let first = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    let path = first.split(' ').nth(1).unwrap_or("/").to_owned();
    let mut host = String::new();
    let mut heard = vec![first];
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("host")
        {
            host = value.trim().split(':').next().unwrap_or_default().to_owned();
        }
        heard.push(line);
    }
    asked.lock().expect("nobody panics while holding it").push(Asked { lines: heard });
    let Answer { status, content_type, body, headers } = answer(&host, &path);
    let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    write!(
        &guest,
        "HTTP/1.1 {status} So\r\nContent-Type: {content_type}\r\n{more}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    (&guest).write_all(&body)
}

/// The program with its data in `folder`, allowed to read loopback.
pub fn watersmeet(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_watersmeet"));
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("WATERSMEET_DATA", folder.join("data"))
        .env("WATERSMEET_NET_ALLOW", "127.0.0.0/8")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs a command to its end; what it wrote goes into the message of a failed test.
pub fn run(command: &mut Command) -> Output {
    command.output().expect("the program starts")
}

/// What a command wrote to standard output, which must have ended with this code.
#[track_caller]
pub fn says(command: &mut Command, code: i32) -> String {
    let output = run(command);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{command:?}\n{out}\n{err}");
    format!("{out}{err}")
}

/// How long anything may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Ends the program with the test.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One conversation; the answer as it came.
#[expect(clippy::disallowed_methods, reason = "this is a hub or a reader, not the program")]
pub fn talk(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// A page of a site that runs.
pub fn get(port: u16, path: &str) -> String {
    talk(port, &format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"))
}
