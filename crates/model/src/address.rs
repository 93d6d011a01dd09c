//! Web addresses that have been checked once, at the door.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;

/// An absolute `http` or `https` address with a host, without user name or password.
///
/// Whether the host may be reached is not judged here: `net` does that at every hop.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(Url);

/// Why a text is not an [`Address`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// Nothing was given.
    #[error("no address was given")]
    Empty,
    /// Longer than any address that works.
    #[error("the address is longer than {limit} characters")]
    TooLong {
        /// The longest that is taken, in bytes.
        limit: usize,
    },
    /// It names another way to get things than the web.
    #[error("“{scheme}:” is not a web address; it must start with http:// or https://")]
    NotWeb {
        /// The scheme that was given.
        scheme: String,
    },
    /// It cannot be read as an address at all.
    #[error("“{written}” is not a web address: {why}")]
    Unreadable {
        /// What was given, cut to a readable length.
        written: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Address {
    /// The longest address that is taken, in bytes: what any server takes, and any database can index.
    pub const LONGEST: usize = 2_000;

    /// Reads an absolute address.
    pub fn parse(written: &str) -> Result<Self, BadAddress> {
        let written = written.trim();
        if written.is_empty() {
            return Err(BadAddress::Empty);
        }
        if written.len() > Self::LONGEST {
            return Err(BadAddress::TooLong { limit: Self::LONGEST });
        }
        let url = Url::parse(written).map_err(|why| unreadable(written, &why))?;
        Self::try_from(url)
    }

    /// Reads what a person types or a list holds: the scheme may be missing, or be `feed:`.
    ///
    /// ```
    /// use model::Address;
    /// assert_eq!(Address::typed("riverton.example/blog").unwrap().as_str(), "https://riverton.example/blog");
    /// assert_eq!(Address::typed("feed://riverton.example/rss").unwrap().as_str(), "http://riverton.example/rss");
    /// assert!(Address::typed("ftp://riverton.example/").is_err());
    /// ```
    pub fn typed(written: &str) -> Result<Self, BadAddress> {
        let written = written.trim();
        if let Some(rest) = written.strip_prefix("feed:") {
            return match rest.strip_prefix("//") {
                Some(rest) => Self::parse(&format!("http://{rest}")),
                None => Self::parse(rest),
            };
        }
        // A host with a port ("localhost:8001") reads as a scheme, so look for "://" and for a known scheme.
        let has_scheme = written.contains("://")
            || ["mailto:", "javascript:", "data:", "file:", "tel:", "urn:", "about:"]
                .iter()
                .any(|scheme| written.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        if has_scheme || written.is_empty() {
            return Self::parse(written);
        }
        Self::parse(&format!("https://{}", written.trim_start_matches('/')))
    }

    /// The address that `reference` names when it is read on this one.
    pub fn join(&self, reference: &str) -> Result<Self, BadAddress> {
        let url = self.0.join(reference.trim()).map_err(|why| unreadable(reference, &why))?;
        Self::try_from(url)
    }

    /// The whole address as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The address for code that speaks `url`.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The host, in lower case and in ASCII.
    pub fn host(&self) -> &str {
        self.0.host_str().expect("checked when it was made")
    }

    /// The host as a person would say it: without `www.`.
    pub fn spoken_host(&self) -> &str {
        self.host().strip_prefix("www.").unwrap_or(self.host())
    }

    /// The same without its fragment, which no server is ever sent: two that differ in it are one document.
    pub fn document(&self) -> Self {
        let mut url = self.0.clone();
        url.set_fragment(None);
        Self(url)
    }

    /// Whether this leads to the site that `other` is on: its host, or a host below or above it.
    pub fn is_on_site_of(&self, other: &Self) -> bool {
        let is_below = |host: &str, above: &str| host.strip_suffix(above).is_some_and(|start| start.ends_with('.'));
        self.spoken_host() == other.spoken_host()
            || is_below(self.host(), other.host())
            || is_below(other.host(), self.host())
    }

    /// The front page of the same site.
    pub fn root(&self) -> Self {
        self.join("/").expect("a root can always be joined")
    }
}

impl TryFrom<Url> for Address {
    type Error = BadAddress;
    fn try_from(mut url: Url) -> Result<Self, BadAddress> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BadAddress::NotWeb { scheme: url.scheme().to_owned() });
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(unreadable(url.as_str(), &"it has no host"));
        }
        if url.as_str().len() > Self::LONGEST {
            return Err(BadAddress::TooLong { limit: Self::LONGEST });
        }
        // A host may be written with the root's dot; it is the same host (RFC 1034 §3.1).
        if let Some(host) = url.host_str().and_then(|host| host.strip_suffix('.')).map(str::to_owned) {
            url.set_host(Some(&host)).map_err(|why| unreadable(&host, &why))?;
        }
        // Both fail only for addresses that cannot have them, which hosts can.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        Ok(Self(url))
    }
}

impl TryFrom<String> for Address {
    type Error = BadAddress;
    fn try_from(written: String) -> Result<Self, BadAddress> {
        Self::parse(&written)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> String {
        address.0.into()
    }
}

impl FromStr for Address {
    type Err = BadAddress;
    fn from_str(written: &str) -> Result<Self, BadAddress> {
        Self::parse(written)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Address({})", self.as_str())
    }
}

fn unreadable(written: &str, why: &dyn fmt::Display) -> BadAddress {
    let cut: String = written.chars().take(80).collect();
    BadAddress::Unreadable { written: cut, why: why.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn typed(written: &str, meant: &str) {
        assert_eq!(Address::typed(written).map(String::from).as_deref(), Ok(meant), "{written}");
    }

    #[track_caller]
    fn refused(written: &str) {
        assert!(Address::typed(written).is_err(), "{written}");
    }

    #[test]
    fn addresses_as_people_type_them() {
        typed("https://Riverton.Example", "https://riverton.example/");
        typed("  riverton.example  ", "https://riverton.example/");
        typed("//riverton.example/a", "https://riverton.example/a");
        typed("localhost:8001/feed", "https://localhost:8001/feed");
        typed("feed:https://riverton.example/rss", "https://riverton.example/rss");
        typed("http://name:secret@riverton.example/", "http://riverton.example/");
        typed("https://bücher.example/", "https://xn--bcher-kva.example/");
        typed("https://RIVERTON.example.:443/feed", "https://riverton.example/feed");
        assert_eq!(
            Address::typed("riverton.example/a?b#c").unwrap().document().as_str(),
            "https://riverton.example/a?b"
        );
    }

    #[test]
    fn which_addresses_are_on_one_site() {
        let same = |one, other| Address::typed(one).unwrap().is_on_site_of(&Address::typed(other).unwrap());
        assert!(same("www.riverton.example/a", "http://riverton.example/feed"));
        assert!(
            same("blog.riverton.example/a", "riverton.example") && same("riverton.example", "feeds.riverton.example")
        );
        assert!(!same("riverton.gov.example", "www.gov.example") && !same("notriverton.example", "riverton.example"));
    }

    #[test]
    fn what_is_not_a_web_address_is_refused() {
        for written in
            ["", "   ", "mailto:a@example.org", "javascript:alert(1)", "file:///etc/passwd", "http://", "a b c"]
        {
            refused(written);
        }
        refused(&format!("https://riverton.example/{}", "a".repeat(5_000)));
    }
}
