//! From a host to the socket addresses that may be connected to.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use model::Address;
use tokio::sync::Semaphore;
use url::Host;

use crate::FetchError;
use crate::judge::{Judge, Verdict};

/// Who answers for names before DNS is asked: a hosts file, for an intranet or a test.
///
/// What it answers is judged like every other address.
#[derive(Clone, Default)]
pub struct Names(Option<Arc<Answers>>);

type Answers = dyn Fn(&str) -> Option<Vec<IpAddr>> + Send + Sync;

impl Names {
    /// Names that `answer` knows; what it gives `None` for is asked of DNS.
    pub fn new(answer: impl Fn(&str) -> Option<Vec<IpAddr>> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(answer)))
    }

    fn find(&self, name: &str) -> Option<Vec<IpAddr>> {
        self.0.as_ref().and_then(|answer| answer(name))
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.0.is_some() { "Names(some)" } else { "Names(none)" })
    }
}

/// Finds hosts, and lets only those addresses through that may be asked.
///
/// What it gives is connected to as it is: the name is not looked up a second time, so it cannot change in between.
pub(crate) struct Finder {
    judge: Judge,
    names: Names,
    /// A lookup cannot be called off, so those that hang are counted by themselves.
    lookups: Arc<Semaphore>,
}

impl Finder {
    pub(crate) fn new(judge: Judge, names: Names, lookups: usize) -> Self {
        Self { judge, names, lookups: Arc::new(Semaphore::new(lookups)) }
    }

    /// The socket addresses of a host that may be connected to; never none.
    pub(crate) async fn find(&self, address: &Address) -> Result<Vec<SocketAddr>, FetchError> {
        let host = || address.host().to_owned();
        let port = address.url().port_or_known_default().expect("http and https have ports");
        let found = match address.url().host().expect("an Address has a host") {
            Host::Ipv4(ip) => vec![IpAddr::V4(ip)],
            Host::Ipv6(ip) => vec![IpAddr::V6(ip)],
            Host::Domain(name) => self.look_up(name.trim_end_matches('.')).await?,
        };
        if found.is_empty() {
            return Err(FetchError::UnknownHost { host: host() });
        }
        let mut worst = Verdict::Private;
        let mut open = Vec::with_capacity(found.len());
        for to in found.into_iter().map(|ip| SocketAddr::new(ip, port)) {
            match self.judge.verdict(to) {
                Verdict::Fine => open.push(to),
                other => worst = other,
            }
        }
        match (open.is_empty(), worst) {
            (false, _) => Ok(open),
            (true, Verdict::Port) => Err(FetchError::Port { host: host(), port }),
            (true, _) => Err(FetchError::Private { host: host() }),
        }
    }

    async fn look_up(&self, name: &str) -> Result<Vec<IpAddr>, FetchError> {
        if let Some(known) = self.names.find(name) {
            return Ok(known);
        }
        match special(name) {
            Some(Special::ThisMachine) => return Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]),
            Some(Special::Nowhere) => return Err(FetchError::UnknownHost { host: name.to_owned() }),
            Some(Special::Inside) if self.judge.allow.is_empty() => {
                return Err(FetchError::Private { host: name.to_owned() });
            }
            Some(Special::Inside) | None => {}
        }
        let unreachable = |why: &str| FetchError::Unreachable {
            host: name.to_owned(),
            why: format!("its name could not be looked up: {why}"),
        };
        let permit = self.lookups.clone().acquire_owned().await.expect("the semaphore is never closed");
        let asked = name.to_owned();
        let lookup = tokio::spawn(async move {
            let found = tokio::net::lookup_host((asked.as_str(), 0)).await.map(|all| all.map(|one| one.ip()).collect());
            drop(permit);
            found
        });
        match lookup.await {
            Ok(Ok(found)) => Ok(found),
            // The C library's words are all that is left of its code by now.
            Ok(Err(why)) if why.to_string().contains("emporary failure") => Err(unreachable("no name server answers")),
            Ok(Err(_)) => Err(FetchError::UnknownHost { host: name.to_owned() }),
            Err(why) => Err(unreachable(&why.to_string())),
        }
    }
}

/// Names that mean something whatever a resolver says of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Special {
    /// RFC 6761 §6.3: this machine.
    ThisMachine,
    /// Of another system than DNS, or of none; asking would only tell strangers what we look for.
    Nowhere,
    /// Only known inside a network. They are asked for where an operator has opened ranges of it, and judged then.
    Inside,
}

fn special(name: &str) -> Option<Special> {
    // RFC 7686, RFC 6761, RFC 9476.
    const NOWHERE: [&str; 3] = ["onion", "invalid", "alt"];
    // RFC 6762 and its appendix G, RFC 8375, RFC 6761, and what ICANN keeps free for this use.
    const INSIDE: [&str; 9] = ["local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa", "test"];
    let is_in = |zone: &str| name == zone || name.strip_suffix(zone).is_some_and(|rest| rest.ends_with('.'));
    if is_in("localhost") {
        Some(Special::ThisMachine)
    } else if NOWHERE.into_iter().any(is_in) {
        Some(Special::Nowhere)
    } else if INSIDE.into_iter().any(is_in) || !name.contains('.') {
        // A name without a dot is completed by whatever the network says: “http://metadata/”.
        Some(Special::Inside)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str], meant: Option<Special>) {
        for name in names {
            assert_eq!(special(name), meant, "{name}");
        }
    }

    #[test]
    fn names_with_a_meaning_of_their_own() {
        check(&["localhost", "blog.localhost", "a.b.localhost"], Some(Special::ThisMachine));
        check(&["expyuzz4wqqyqhjn.onion", "nobody.invalid", "riverton.alt", "onion"], Some(Special::Nowhere));
        check(
            &["printer.local", "metadata.google.internal", "router.home.arpa", "wiki.corp", "metadata", "intranet"],
            Some(Special::Inside),
        );
        check(&["riverton.example", "localhost.riverton.example", "notlocalhost.example", "mylocal.example"], None);
        check(&["arpa.example", "onion.example"], None);
    }
}
