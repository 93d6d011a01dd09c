//! Addresses as they are meant: absolute, if that can be known.

use url::Url;

/// An address against its base; as it was written when there is no base or it makes no address.
pub(crate) fn absolute(written: &str, base: Option<&Url>) -> String {
    let written = written.trim();
    if has_scheme(written) || written.is_empty() {
        return written.to_owned();
    }
    let joined = base.and_then(|base| base.join(written).ok());
    joined.map_or_else(|| written.to_owned(), String::from)
}

/// A base address: a relative one starts from the base around it. Only web addresses are taken.
pub(crate) fn base(written: &str, around: Option<&Url>) -> Option<Url> {
    let written = written.trim();
    let found = match around {
        Some(around) => around.join(written).ok(),
        None => Url::parse(written).ok(),
    };
    found.filter(|url| matches!(url.scheme(), "http" | "https" | "ftp"))
}

/// Whether an address says how to get there: `http:`, `mailto:`, `tag:`, `urn:`.
fn has_scheme(written: &str) -> bool {
    let Some((scheme, _)) = written.split_once(':') else { return false };
    scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}
