//! Who is asking, as far as limits need to know.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use model::Range;

use crate::newsroom::Newsroom;

/// Where a request came from: the connection's other end, or what a proxy that is trusted says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Visitor(Option<IpAddr>);

impl FromRequestParts<Arc<Newsroom>> for Visitor {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, newsroom: &Arc<Newsroom>) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let lines = parts.headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
        let lines: Vec<&str> = lines.collect();
        Ok(Self(peer.map(|peer| address(peer, &lines, &newsroom.settings().proxies))))
    }
}

/// Each proxy adds the address that it heard from at the right. From there on every address is believed
/// whose teller is trusted; what stands further left anybody can write.
fn address(peer: IpAddr, lines: &[&str], proxies: &[Range]) -> IpAddr {
    let mut visitor = peer.to_canonical();
    for said in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let is_trusted = proxies.iter().any(|range| range.has(visitor));
        match read(said.trim()) {
            Some(before) if is_trusted => visitor = before.to_canonical(),
            _ => break,
        }
    }
    visitor
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn read(said: &str) -> Option<IpAddr> {
    let bare = said.strip_prefix('[').and_then(|said| said.strip_suffix(']')).unwrap_or(said);
    bare.parse().ok().or_else(|| said.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

impl Visitor {
    /// What is counted as one; `None` where nobody knows who asks.
    pub(crate) fn household(self) -> String {
        self.0.map_or_else(|| "unknown".to_owned(), household)
    }

    /// What a provider or an organisation may be given as a whole.
    pub(crate) fn network(self) -> String {
        match self.0 {
            Some(IpAddr::V4(v4)) => {
                let [a, b, c, _] = v4.octets();
                format!("{a}.{b}.{c}")
            }
            Some(IpAddr::V6(v6)) => {
                let [a, b, c, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}")
            }
            None => "unknown".to_owned(),
        }
    }
}

/// An IPv4 address, or the network of an IPv6 one, which is a household's.
pub(crate) fn household(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(peer: &str, forwarded: &[&str], proxies: &[&str], household: &str) {
        let proxies: Vec<Range> = proxies.iter().map(|range| range.parse().unwrap()).collect();
        let visitor = Visitor(Some(address(peer.parse().unwrap(), forwarded, &proxies)));
        assert_eq!(visitor.household(), household, "{peer} for {forwarded:?}");
    }

    #[test]
    fn a_visitor_is_the_rightmost_address_that_no_trusted_proxy_has() {
        let here = ["127.0.0.0/8", "::1"];
        check("203.0.113.9", &[], &here, "203.0.113.9");
        check("203.0.113.9", &["198.51.100.1"], &here, "203.0.113.9");
        check("10.0.0.2", &["198.51.100.1"], &here, "10.0.0.2");
        check("127.0.0.1", &["198.51.100.1"], &here, "198.51.100.1");
        check("::1", &["198.51.100.1"], &here, "198.51.100.1");
        check("::ffff:127.0.0.1", &["198.51.100.1"], &here, "198.51.100.1");
        check("127.0.0.1", &["1.1.1.1, 198.51.100.1"], &here, "198.51.100.1");
        check("127.0.0.1", &["1.1.1.1", "198.51.100.1"], &here, "198.51.100.1");
        check("127.0.0.1", &["nobody"], &here, "127.0.0.1");
        check("127.0.0.1", &["1.1.1.1, nobody"], &here, "127.0.0.1");
        check("127.0.0.1", &["198.51.100.1"], &[], "127.0.0.1");
        check("127.0.0.1", &[""], &here, "127.0.0.1");
    }

    #[test]
    fn a_row_of_proxies_is_followed() {
        let ours = ["127.0.0.1", "10.0.0.0/8", "fd00::/8"];
        check("127.0.0.1", &["1.1.1.1, 198.51.100.1, 10.2.3.4"], &ours, "198.51.100.1");
        check("10.0.0.2", &["198.51.100.1, fd00::7"], &ours, "198.51.100.1");
        check("10.0.0.2", &["198.51.100.1:4711, [fd00::7]:80"], &ours, "198.51.100.1");
        check("10.0.0.2", &["10.9.9.9"], &ours, "10.9.9.9");
    }

    #[test]
    fn a_household_is_an_old_address_or_the_network_of_a_new_one() {
        check("2001:db8:1:2:3::4", &[], &[], "2001:db8:1:2");
        check("127.0.0.1", &["[2001:db8:1:2:3::4]"], &["127.0.0.1"], "2001:db8:1:2");
        check("::ffff:203.0.113.9", &[], &[], "203.0.113.9");
        assert_eq!(Visitor(None).household(), "unknown");
        assert_eq!(Visitor("2001:db8:1:2:3::4".parse().ok()).network(), "2001:db8:1");
        assert_eq!(Visitor("203.0.113.9".parse().ok()).network(), "203.0.113");
    }
}
