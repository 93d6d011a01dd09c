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

#[cfg(test)]
mod tests {
    use model::Address;
    use proptest::prelude::*;
    use url::Host;

    use super::*;

    fn judge(allow: &[&str]) -> Judge {
        Judge { allow: allow.iter().map(|range| range.parse().unwrap()).collect(), ports: vec![80, 443, 8080] }
    }

    /// Judges an address whose host is written as a number, however odd.
    fn verdict(judge: &Judge, written: &str) -> Verdict {
        let address = Address::parse(written).unwrap_or_else(|why| panic!("{written}: {why}"));
        let ip = match address.url().host().unwrap() {
            Host::Ipv4(ip) => IpAddr::V4(ip),
            Host::Ipv6(ip) => IpAddr::V6(ip),
            Host::Domain(name) => panic!("{written} is taken for the name {name}"),
        };
        judge.verdict(SocketAddr::new(ip, address.url().port_or_known_default().unwrap()))
    }

    #[track_caller]
    fn check(hosts: &[&str], meant: Verdict) {
        for host in hosts {
            assert_eq!(verdict(&judge(&[]), &format!("http://{host}/")), meant, "{host}");
        }
    }

    #[test]
    fn this_machine_however_it_is_written() {
        check(
            &[
                "127.0.0.1",
                "127.1",
                "127.0.1",
                "2130706433",
                "0x7f000001",
                "0x7F.1",
                "0x7f.0x0.0x0.0x1",
                "017700000001",
                "0177.0.0.1",
                "0177.1",
                "00000177.0.0.01",
                "127.0.0.1.",
                "127.255.255.254",
                "127.0.0.0x1",
                "%31%32%37.0.0.1",
                "１２７.0.0.1",
                "127。0。0。1",
                "①②⑦.0.0.1",
                "0",
                "0.0.0.0",
                "0x0",
                "00",
                "0.1.2.3",
                "[::1]",
                "[::]",
                "[0:0:0:0:0:0:0:1]",
                "[0000::0001]",
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "[::ffff:0:0]",
                "[0:0:0:0:0:FFFF:127.1.2.3]",
                "[::127.0.0.1]",
                "[::7f00:1]",
                "[::ffff:0:127.0.0.1]",
                "[64:ff9b::127.0.0.1]",
                "[64:ff9b::7f00:1]",
                "[64:ff9b:1::7f00:1]",
                "[2002:7f00:1::]",
                "[2001:0:7f00:1::1]",
                "[2001:0:1:2:3:4:80ff:fffe]",
            ],
            Verdict::Private,
        );
    }

    #[test]
    fn neighbours_and_clouds_however_they_are_written() {
        check(
            &[
                "10.0.0.1",
                "10.255.255.255",
                "167772161",
                "0xa.1",
                "012.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "2886729729",
                "192.168.0.1",
                "192.168.1",
                "0xc0a80001",
                "0300.0250.0.1",
                "169.254.169.254",
                "169.254.1",
                "2852039166",
                "0xA9FEA9FE",
                "0251.0376.0251.0376",
                "[::ffff:169.254.169.254]",
                "[::ffff:a9fe:a9fe]",
                "[64:ff9b::169.254.169.254]",
                "[64:ff9b::a00:1]",
                "[2002:a9fe:a9fe::]",
                "[2002:c0a8:1::1]",
                "[fe80::1]",
                "[fe80::a9fe:a9fe]",
                "[febf::1]",
                "[fec0::1]",
                "[fc00::1]",
                "[fd00:ec2::254]",
                "[2001:67c:2e8::5efe:10.0.0.1]",
                "[2001:67c:2e8::200:5efe:10.0.0.1]",
                "168.63.129.16",
                "100.64.0.1",
                "100.100.100.200",
                "100.127.255.255",
            ],
            Verdict::Private,
        );
    }

    #[test]
    fn what_is_nobodys() {
        check(
            &[
                "192.0.0.1",
                "192.0.0.170",
                "192.0.2.1",
                "198.51.100.7",
                "203.0.113.9",
                "198.18.0.1",
                "198.19.255.255",
                "192.88.99.1",
                "192.31.196.1",
                "192.52.193.1",
                "192.175.48.1",
                "224.0.0.1",
                "239.255.255.250",
                "240.0.0.1",
                "255.255.255.255",
                "4294967295",
                "0xffffffff",
                "[ff02::1]",
                "[ff0e::1]",
                "[2001:db8::1]",
                "[3fff::1]",
                "[3ffe::1]",
                "[2001:2::1]",
                "[2001:10::1]",
                "[2001:20::1]",
                "[100::1]",
                "[5f00::1]",
                "[4000::1]",
                "[64:ff9a::1]",
                "[2620:4f:8000::1]",
            ],
            Verdict::Private,
        );
    }

    #[test]
    fn public_addresses_are_asked() {
        check(
            &[
                "1.1.1.1",
                "8.8.8.8",
                "134744072",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "168.63.129.17",
                "[2606:4700::1111]",
                "[2a00:1450::1]",
                "[2001:67c:2e8::1]",
                "[2001:4860:4860::8888]",
                "[2003::1]",
                "[::ffff:8.8.8.8]",
                "[64:ff9b::8.8.8.8]",
            ],
            Verdict::Fine,
        );
    }

    #[track_caller]
    fn opened(allow: &[&str], written: &str, meant: Verdict) {
        assert_eq!(verdict(&judge(allow), written), meant, "{written} with {allow:?}");
    }

    #[test]
    fn ports_are_on_a_list() {
        opened(&[], "http://8.8.8.8:8080/", Verdict::Fine);
        opened(&[], "https://8.8.8.8/", Verdict::Fine);
        for port in [1, 22, 25, 3306, 6379, 11211, 65535] {
            opened(&[], &format!("http://8.8.8.8:{port}/"), Verdict::Port);
            opened(&[], &format!("http://10.0.0.1:{port}/"), Verdict::Private);
        }
    }

    #[test]
    fn an_operator_opens_ranges() {
        opened(&["127.0.0.0/8"], "http://127.0.0.1:43210/", Verdict::Fine);
        opened(&["127.0.0.0/8"], "http://[::ffff:127.0.0.1]:43210/", Verdict::Fine);
        opened(&["127.0.0.0/8"], "http://127.0.0.1/", Verdict::Fine);
        opened(&["127.0.0.0/8"], "http://127.0.0.1:22/", Verdict::Port);
        opened(&["127.0.0.0/8"], "http://[::1]:43210/", Verdict::Private);
        opened(&["127.0.0.0/8"], "http://10.0.0.1/", Verdict::Private);
        opened(&["fd00::/8", "::1"], "http://[::1]:43210/", Verdict::Fine);
        opened(&["64:ff9b::/96"], "http://[64:ff9b::10.0.0.1]/", Verdict::Fine);
    }

    proptest! {
        #[test]
        fn an_old_address_inside_a_new_one_is_judged_as_itself(bits in any::<u32>(), port in any::<u16>()) {
            let v4 = Ipv4Addr::from_bits(bits);
            let plain = judge(&[]).verdict(SocketAddr::new(IpAddr::V4(v4), port));
            for first in [0xffff_u128 << 32, 0x0064_ff9b_u128 << 96] {
                let wrapped = IpAddr::V6(Ipv6Addr::from_bits(first | u128::from(bits)));
                prop_assert_eq!(judge(&[]).verdict(SocketAddr::new(wrapped, port)), plain, "{}", wrapped);
            }
            let compatible = IpAddr::V6(Ipv6Addr::from_bits(u128::from(bits)));
            prop_assert_eq!(judge(&[]).verdict(SocketAddr::new(compatible, 443)), Verdict::Private);
        }

        #[test]
        fn what_the_standard_library_knows_as_private_is_private(bits in any::<u32>()) {
            let v4 = Ipv4Addr::from_bits(bits);
            if v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast() || v4.is_broadcast()
                || v4.is_documentation() || v4.is_unspecified()
            {
                prop_assert!(!is_public(IpAddr::V4(v4)), "{}", v4);
            }
        }

        #[test]
        fn only_the_global_eighth_is_public(bits in any::<u128>()) {
            let v6 = Ipv6Addr::from_bits(bits);
            if v6.segments()[0] >> 13 != 1 && inside(IpAddr::V6(v6)) == IpAddr::V6(v6) {
                prop_assert!(!is_public(IpAddr::V6(v6)), "{}", v6);
            }
        }
    }
}
