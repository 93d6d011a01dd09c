//! Who is asking, as far as a limit on forms needs to know.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

/// Where a request came from: the connection's other end, or what our own proxy says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Visitor(Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let forwarded = parts.headers.get_all("x-forwarded-for").iter().next_back().and_then(|line| line.to_str().ok());
        Ok(Self(address(peer, forwarded)))
    }
}

/// The last address that a proxy on this machine or in this network added is the visitor's; what
/// stands before it anybody can write.
fn address(peer: Option<IpAddr>, forwarded: Option<&str>) -> Option<IpAddr> {
    let near = peer.is_none_or(|peer| match peer.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local(),
    });
    let said = forwarded.and_then(|line| line.rsplit(',').next()).and_then(|last| last.trim().parse().ok());
    if near { said.or(peer) } else { peer }
}

impl Visitor {
    /// What is counted as one: an IPv4 address, or the network of an IPv6 one, which is a household's.
    pub(crate) fn household(self) -> String {
        match self.0.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(v4)) => v4.to_string(),
            Some(IpAddr::V6(v6)) => {
                let [a, b, c, d, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}")
            }
            None => "unknown".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(peer: &str, forwarded: &str, household: &str) {
        let forwarded = (!forwarded.is_empty()).then_some(forwarded);
        assert_eq!(Visitor(address(peer.parse().ok(), forwarded)).household(), household, "{peer} for {forwarded:?}");
    }

    #[test]
    fn visitors_behind_a_proxy_of_ours_are_told_apart() {
        check("203.0.113.9", "", "203.0.113.9");
        check("203.0.113.9", "198.51.100.1", "203.0.113.9");
        check("127.0.0.1", "198.51.100.1", "198.51.100.1");
        check("10.0.0.2", "1.1.1.1, 198.51.100.1", "198.51.100.1");
        check("127.0.0.1", "nobody", "127.0.0.1");
        check("2001:db8:1:2:3::4", "", "2001:db8:1:2");
        check("::ffff:203.0.113.9", "", "203.0.113.9");
        check("", "", "unknown");
    }
}
