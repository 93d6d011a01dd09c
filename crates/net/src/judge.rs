//! Which addresses and ports may be asked: public ones, and what the operator opened.
//!
//! The ranges follow IANA's registries of special-purpose addresses. What only wraps another address is judged by
//! what is inside, or refused where nobody uses it any more.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::Range;

/// What may be asked.
#[derive(Clone, Debug)]
pub(crate) struct Judge {
    pub(crate) allow: Vec<Range>,
    pub(crate) ports: Vec<u16>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    Fine,
    Private,
    Port,
}

impl Judge {
    /// Whether a connection may be made to this address and port.
    pub(crate) fn verdict(&self, to: SocketAddr) -> Verdict {
        let address = inside(to.ip());
        let fine = |is_fine| if is_fine { Verdict::Fine } else { Verdict::Port };
        if self.allow.iter().any(|range| range.has(address) || range.has(to.ip())) {
            // Below 1024 are the system's own services: mail, shells, file shares.
            return fine(to.port() >= 1024 || matches!(to.port(), 80 | 443));
        }
        if is_public(address) { fine(self.ports.contains(&to.port())) } else { Verdict::Private }
    }
}

/// The old address that a new one stands for where the system would connect to the old one; else the address itself.
fn inside(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    if let Some(v4) = v6.to_ipv4_mapped() {
        return IpAddr::V4(v4);
    }
    // RFC 6052: a network without IPv4 reaches the whole of it through this prefix.
    if Range::v6(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96).has(address) {
        return IpAddr::V4(Ipv4Addr::from_bits(v6.to_bits() as u32));
    }
    address
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(_) => !CLOSED_V4.iter().any(|range| range.has(address)),
        IpAddr::V6(v6) => GLOBAL_V6.has(address) && !CLOSED_V6.iter().any(|range| range.has(address)) && !is_isatap(v6),
    }
}

/// RFC 5214: the last 64 bits wrap an old address, mostly a private one.
fn is_isatap(v6: Ipv6Addr) -> bool {
    let [.., high, low, _, _] = v6.segments();
    low == 0x5efe && high & !0x0200 == 0
}

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Range {
    Range::v4(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6(a: u16, b: u16, c: u16, bits: u8) -> Range {
    Range::v6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), bits)
}

static CLOSED_V4: [Range; 19] = [
    v4(0, 0, 0, 0, 8),        // this network; 0.0.0.0 reaches this machine
    v4(10, 0, 0, 0, 8),       // private
    v4(100, 64, 0, 0, 10),    // shared by a carrier's customers
    v4(127, 0, 0, 0, 8),      // this machine
    v4(168, 63, 129, 16, 32), // a cloud's own services, on a public address
    v4(169, 254, 0, 0, 16),   // link-local; the metadata of most clouds
    v4(172, 16, 0, 0, 12),    // private
    v4(192, 0, 0, 0, 24),     // protocol assignments
    v4(192, 0, 2, 0, 24),     // documentation
    v4(192, 31, 196, 0, 24),  // AS112, a sink for stray lookups
    v4(192, 52, 193, 0, 24),  // AMT relays
    v4(192, 88, 99, 0, 24),   // 6to4 relays, no longer used
    v4(192, 168, 0, 0, 16),   // private
    v4(192, 175, 48, 0, 24),  // AS112
    v4(198, 18, 0, 0, 15),    // measuring of networks
    v4(198, 51, 100, 0, 24),  // documentation
    v4(203, 0, 113, 0, 24),   // documentation
    v4(224, 0, 0, 0, 4),      // multicast
    v4(240, 0, 0, 0, 4),      // reserved, and broadcast
];

/// Only this eighth of the new addresses has been given out to the public internet.
static GLOBAL_V6: Range = v6(0x2000, 0, 0, 3);

static CLOSED_V6: [Range; 6] = [
    v6(0x2001, 0, 0, 23),         // protocol assignments, among them Teredo, which wraps old addresses
    v6(0x2001, 0xdb8, 0, 32),     // documentation
    v6(0x2002, 0, 0, 16),         // 6to4, which wraps old addresses
    v6(0x2620, 0x4f, 0x8000, 48), // AS112
    v6(0x3fff, 0, 0, 20),         // documentation
    v6(0x3ffe, 0, 0, 16),         // the early test network
];
