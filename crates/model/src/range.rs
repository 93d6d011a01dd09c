//! Ranges of addresses, as people write them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Neighbouring addresses: `127.0.0.0/8`, `fd00::/8`, or a single one.
///
/// ```
/// use model::Range;
/// let range: Range = "10.0.0.0/8".parse().unwrap();
/// assert!(range.has("10.1.2.3".parse().unwrap()));
/// assert!("10.0.0.0/33".parse::<Range>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    first: IpAddr,
    bits: u8,
}

/// A text that is not a range of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{written}” is not a range of addresses such as 127.0.0.0/8 or fd00::/8")]
pub struct BadRange {
    /// What was given.
    pub written: String,
}

impl Range {
    /// A range of the old addresses. `bits` above 32 counts as 32.
    pub const fn v4(first: Ipv4Addr, bits: u8) -> Self {
        Self { first: IpAddr::V4(first), bits: if bits > 32 { 32 } else { bits } }
    }

    /// A range of the new addresses. `bits` above 128 counts as 128.
    pub const fn v6(first: Ipv6Addr, bits: u8) -> Self {
        Self { first: IpAddr::V6(first), bits: if bits > 128 { 128 } else { bits } }
    }

    /// Whether the range has this address. An old address is not in a new range, nor the other way round.
    pub fn has(&self, address: IpAddr) -> bool {
        match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                (first.to_bits() ^ address.to_bits()).checked_shr(32 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                (first.to_bits() ^ address.to_bits()).checked_shr(128 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Range {
    type Err = BadRange;
    fn from_str(written: &str) -> Result<Self, BadRange> {
        let bad = || BadRange { written: written.chars().take(60).collect() };
        let (first, bits) = match written.trim().split_once('/') {
            Some((first, bits)) => (first, Some(bits.parse::<u8>().map_err(|_| bad())?)),
            None => (written.trim(), None),
        };
        let first: IpAddr = first.parse().map_err(|_| bad())?;
        let most = if first.is_ipv4() { 32 } else { 128 };
        match bits.unwrap_or(most) {
            bits if bits <= most => Ok(Self { first, bits }),
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.first, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(range: &str, address: &str, inside: bool) {
        let range: Range = range.parse().unwrap();
        assert_eq!(range.has(address.parse().unwrap()), inside, "{address} in {range}");
    }

    #[test]
    fn ranges_have_their_addresses_and_no_others() {
        check("127.0.0.0/8", "127.255.255.255", true);
        check("127.0.0.0/8", "128.0.0.0", false);
        check("10.1.2.3", "10.1.2.3", true);
        check("10.1.2.3", "10.1.2.4", false);
        check("0.0.0.0/0", "255.255.255.255", true);
        check("0.0.0.0/0", "::1", false);
        check("192.168.4.7/16", "192.168.200.1", true);
        check("::1", "::1", true);
        check("fd00::/8", "fdff::1", true);
        check("fd00::/8", "fe80::1", false);
        check("::/0", "ffff::", true);
    }

    #[test]
    fn what_is_no_range_is_said() {
        for written in ["", "localhost", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8"] {
            assert_eq!(written.parse::<Range>().unwrap_err().written, written);
        }
        assert_eq!(" 10.0.0.0/8 ".parse::<Range>().unwrap().to_string(), "10.0.0.0/8");
    }
}
