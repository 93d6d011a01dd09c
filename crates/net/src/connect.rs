//! From socket addresses to a stream that HTTP can be spoken on.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use model::Address;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::FetchError;
use crate::tls::{self, Tls};

/// A connection, whether in the clear or not.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// How many of a host's addresses are tried.
const MOST_TRIED: usize = 4;

/// Connects to the first of `found` that answers.
pub(crate) async fn connect(
    address: &Address,
    found: &[SocketAddr],
    tls: &Tls,
    limit: Duration,
) -> Result<TokioIo<Box<dyn Wire>>, FetchError> {
    let stream = dial(address, found, limit).await?;
    if address.url().scheme() != "https" {
        return Ok(TokioIo::new(Box::new(stream)));
    }
    let broken = |why: String| FetchError::BrokenTls { host: address.host().to_owned(), why };
    let host = address.host().trim_matches(['[', ']']).trim_end_matches('.').to_owned();
    let name = ServerName::try_from(host).map_err(|_| broken("no certificate can be for such a name".to_owned()))?;
    match timeout(limit, tls.connector().connect(name, stream)).await {
        Ok(Ok(safe)) => Ok(TokioIo::new(Box::new(safe))),
        Ok(Err(why)) => match why.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(error) => Err(broken(tls::words(error))),
            None => Err(broken(format!("it breaks off while we agree on one ({})", words(&why)))),
        },
        Err(_) => Err(broken("it does not answer when we want to agree on one".to_owned())),
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the door: the address has been judged")]
async fn dial(address: &Address, found: &[SocketAddr], limit: Duration) -> Result<TcpStream, FetchError> {
    let tried = &found[..found.len().min(MOST_TRIED)];
    // A host with several addresses, of which one leads nowhere, shall be reached within the limit by another.
    let each = limit / u32::try_from(tried.len().max(1)).expect("a handful");
    let mut why = String::new();
    for to in tried {
        match timeout(each, TcpStream::connect(to)).await {
            Ok(Ok(stream)) => {
                // Without it a request may wait for the server's acknowledgement of nothing. Failing is no harm.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(error)) => why = words(&error),
            Err(_) => why = "it does not answer".to_owned(),
        }
    }
    Err(FetchError::Unreachable { host: address.host().to_owned(), why })
}

/// What went wrong with a connection, in words.
pub(crate) fn words(error: &io::Error) -> String {
    use io::ErrorKind as Kind;
    let words = match error.kind() {
        Kind::ConnectionRefused => "it refuses connections",
        Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe => "it broke the connection off",
        Kind::UnexpectedEof => "it closed the connection",
        Kind::HostUnreachable | Kind::NetworkUnreachable => "there is no way to it",
        Kind::NetworkDown => "our network is down",
        Kind::TimedOut => "it does not answer",
        _ => return error.to_string(),
    };
    words.to_owned()
}
