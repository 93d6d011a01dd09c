//! Addresses in markup made absolute, and only those kept that lead somewhere safe.

use std::borrow::Cow;

use url::Url;

/// Longer addresses are dropped: no browser of any age follows them.
const LONGEST: usize = 4_096;

/// What an address is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// To be followed by a reader: mail and telephone are fine too.
    Link,
    /// To be loaded by a browser.
    Load,
}

/// The absolute form of an address as written; `None` where it leads nowhere or nowhere safe.
pub(crate) fn absolute<'v>(written: &'v str, base: Option<&Url>, purpose: Use) -> Option<Cow<'v, str>> {
    if is_plain(written) {
        return Some(Cow::Borrowed(written));
    }
    let trimmed = written.trim_matches(|c: char| c <= ' ');
    // An empty address means the page itself, which nobody who writes it wants.
    if trimmed.is_empty() || trimmed.len() > LONGEST {
        return None;
    }
    let mut url = match base {
        Some(base) => base.join(trimmed).ok()?,
        None => Url::parse(trimmed).ok()?,
    };
    match url.scheme() {
        "http" | "https" => {
            url.host_str().filter(|host| !host.is_empty())?;
            // Names and passwords in an address are there to mislead. Both calls fail only where there is no host.
            let _ = url.set_username("");
            let _ = url.set_password(None);
        }
        "mailto" | "tel" if purpose == Use::Link => {}
        _ => return None,
    }
    (url.as_str().len() <= LONGEST).then(|| Cow::Owned(url.into()))
}

/// Like [`absolute`], but for a reader of the markup itself: what is absolute stays as it was written, letters stay
/// letters, and an empty address stays empty. Without a base, so does a relative address.
pub(crate) fn absolute_as_written<'v>(written: &'v str, base: Option<&Url>, purpose: Use) -> Option<Cow<'v, str>> {
    let trimmed = written.trim_matches(|c: char| c <= ' ');
    if trimmed.is_empty() || is_plain(trimmed) {
        return Some(Cow::Borrowed(trimmed));
    }
    let Some(read) = absolute(trimmed, base, purpose) else {
        return (base.is_none() && is_relative(trimmed)).then_some(Cow::Borrowed(trimmed));
    };
    // A name and a password, and what browsers read over, are there to mislead.
    if Url::parse(trimmed).is_ok() && !trimmed.contains(|c: char| c <= ' ' || matches!(c, '@' | '\\' | '\u{7f}')) {
        return Some(Cow::Borrowed(trimmed));
    }
    Some(if trimmed.is_ascii() { read } else { Cow::Owned(with_letters(&read)) })
}

/// An address with its letters outside of ASCII as letters.
fn with_letters(address: &str) -> String {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let encoded = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match encoded.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'%' && byte >= 0x80 => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    match String::from_utf8(bytes) {
        Ok(read) if read.chars().all(|c| c.is_ascii() || c.is_alphanumeric()) => read,
        _ => address.to_owned(),
    }
}

/// Whether an address stands as the `url` crate would write it, by a look at its letters alone.
///
/// Says no to much that is fine; what it says yes to needs no parsing.
pub(crate) fn is_plain(written: &str) -> bool {
    let Some(rest) = written.strip_prefix("https://").or_else(|| written.strip_prefix("http://")) else {
        return false;
    };
    if written.len() > LONGEST {
        return false;
    }
    let Some(host_end) = rest.bytes().position(|byte| !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-')) else {
        return false;
    };
    let (host, path) = rest.split_at(host_end);
    is_plain_host(host) && is_plain_path(path.as_bytes())
}

/// Whether an absolute address leads somewhere safe.
pub(crate) fn is_safe(address: &str) -> bool {
    is_plain(address)
        || Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto" | "tel"))
}

/// Whether an address is plainly relative: whatever it is read against, it stays on that site.
///
/// Says no to all that might be a scheme or a host to somebody: a colon or what may stand for one in the first segment,
/// two slashes at the beginning, a backslash or a letter that is read over anywhere.
pub(crate) fn is_relative(written: &str) -> bool {
    let first = written.split(['/', '?', '#']).next().unwrap_or_default();
    let is_plain = |letter: char| match letter {
        '\\' | '"' | '<' | '>' | '`' | '{' | '|' | '}' | '^' => false,
        letter => letter == ' ' || letter.is_ascii_graphic() || (!letter.is_ascii() && letter.is_alphanumeric()),
    };
    !written.is_empty()
        && written.len() <= LONGEST
        && !written.starts_with("//")
        && !written.starts_with(' ')
        && !written.ends_with(' ')
        && !first.contains([':', '%', '&', ';'])
        && written.chars().all(is_plain)
}

/// A host of plain labels whose last one starts with a letter, so that it is no number and no encoded name.
fn is_plain_host(host: &str) -> bool {
    let bytes = host.as_bytes();
    let (mut label, mut before) = (0, b'.');
    for (at, &byte) in bytes.iter().enumerate() {
        let is_bad = match byte {
            // It ends a label that has no letter or ends in a hyphen.
            b'.' => matches!(before, b'.' | b'-'),
            // It starts a label, or is the second of the two that mark an encoded one.
            b'-' => before == b'.' || (at == label + 3 && before == b'-'),
            _ => false,
        };
        if is_bad {
            return false;
        }
        if byte == b'.' {
            label = at + 1;
        }
        before = byte;
    }
    before != b'-' && bytes.get(label).is_some_and(u8::is_ascii_lowercase) && host.len() < 250
}

fn is_plain_path(path: &[u8]) -> bool {
    const PLAIN: [bool; 256] = {
        let mut plain = [false; 256];
        let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~!$&()*+,;=:@/%?#.";
        let mut at = 0;
        while at < letters.len() {
            plain[letters[at] as usize] = true;
            at += 1;
        }
        plain
    };
    if path.first() != Some(&b'/') {
        return false;
    }
    let mut before = 0;
    for &byte in path {
        // A segment that starts with a dot might be one that names the folder above, in letters or percents.
        if !PLAIN[byte as usize] || (before == b'/' && matches!(byte, b'.' | b'%')) {
            return false;
        }
        before = byte;
    }
    true
}

/// The host of an absolute address as a person would say it.
pub(crate) fn spoken_host(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

/// The best picture of a `srcset`: the narrowest that is wide enough for a page, else the widest.
pub(crate) fn best_of_srcset(srcset: &str) -> Option<&str> {
    /// As wide as a picture is shown on a page, in pixels.
    const WIDE_ENOUGH: f64 = 800.0;
    let mut best: Option<(f64, &str)> = None;
    for (address, size) in candidates(srcset).take(50) {
        let better = match best {
            None => true,
            Some((before, _)) if before < WIDE_ENOUGH => size > before,
            Some((before, _)) => size >= WIDE_ENOUGH && size < before,
        };
        if better {
            best = Some((size, address));
        }
    }
    best.map(|(_, address)| address)
}

/// Addresses with their widths in pixels, or `2x` as a page's width times two.
fn candidates(srcset: &str) -> impl Iterator<Item = (&str, f64)> {
    let mut rest = srcset;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        // An address that ends in a comma has no descriptor.
        if let Some(address) = address.strip_suffix(',') {
            rest = after;
            return Some((address.trim_end_matches(','), 1.0));
        }
        let end = after.find(',').unwrap_or(after.len());
        let descriptor = after[..end].trim();
        rest = &after[end..];
        let number = |unit| descriptor.strip_suffix(unit).and_then(|number| number.trim().parse::<f64>().ok());
        Some((address, number('w').or_else(|| number('x').map(|density| density * 400.0)).unwrap_or(1.0)))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(written: &str, absolute_form: Option<&str>) {
        let base = Url::parse("https://riverton.example/blog/post").expect("a constant");
        assert_eq!(absolute(written, Some(&base), Use::Link).as_deref(), absolute_form, "{written:?}");
    }

    #[test]
    fn addresses_as_markup_writes_them() {
        check("picture.png", Some("https://riverton.example/blog/picture.png"));
        check("/a", Some("https://riverton.example/a"));
        check("//other.example/a b", Some("https://other.example/a%20b"));
        check("#note", Some("https://riverton.example/blog/post#note"));
        check("?page=2", Some("https://riverton.example/blog/post?page=2"));
        check(" https://Other.example ", Some("https://other.example/"));
        check("https://name:secret@other.example/a", Some("https://other.example/a"));
        check("https://bücher.example/ü", Some("https://xn--bcher-kva.example/%C3%BC"));
        check("mailto:web@riverton.example", Some("mailto:web@riverton.example"));
        check("tel:+441234567890", Some("tel:+441234567890"));
    }

    #[test]
    fn what_leads_nowhere_safe_is_dropped() {
        for written in [
            "",
            "  ",
            "javascript:alert(1)",
            " JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "vbscript:x",
            "data:text/html,<script>",
            "file:///etc/passwd",
            "blob:https://riverton.example/1",
            "http://",
            "https://[::bad",
        ] {
            check(written, None);
        }
    }

    #[track_caller]
    fn unplaced(written: &str, kept: Option<&str>) {
        assert_eq!(absolute_as_written(written, None, Use::Link).as_deref(), kept, "{written:?}");
        assert_eq!(absolute_as_written(written, None, Use::Load).as_deref(), kept, "{written:?}");
    }

    #[test]
    fn without_a_base_a_relative_address_stays() {
        for written in
            ["foo", "a b.png", "../a/b", "/a:b", "a/b:c", "?a=b:c", "#note", ".", "b\u{fc}cher/\u{fc}", "a.b?c%3Ad"]
        {
            unplaced(written, Some(written));
        }
        unplaced(" foo\n", Some("foo"));
        unplaced("https://riverton.example/a", Some("https://riverton.example/a"));
    }

    #[test]
    fn without_a_base_a_disguise_goes() {
        for written in [
            "javascript:alert(1)",
            " JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "java\nscript:alert(1)",
            "java script:alert(1)",
            "\u{1}javascript:alert(1)",
            "java\u{0}script:alert(1)",
            "java\u{ad}script:alert(1)",
            "\u{feff}javascript:alert(1)",
            "\u{2028}javascript:alert(1)",
            "javascript\t:alert(1)",
            "javascript%3Aalert(1)",
            "%6aavascript:alert(1)",
            "javascript&colon;alert(1)",
            "javascript&#58;alert(1)",
            "&#106;avascript:alert(1)",
            "javascript\u{ff1a}alert(1)",
            ":alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "//other.example/",
            "///other.example/",
            "/\\other.example/",
            "\\\\other.example/",
            "\\other.example",
            "/\t/other.example/",
            "/\n/other.example/",
            "a\\b",
            "http://",
        ] {
            unplaced(written, None);
        }
    }

    #[track_caller]
    fn chosen(srcset: &str, address: &str) {
        assert_eq!(best_of_srcset(srcset), Some(address), "{srcset}");
    }

    #[test]
    fn one_picture_of_many() {
        chosen("a.png 300w, b.png 1024w, c.png 2048w", "b.png");
        chosen("a.png, b.png 2x", "b.png");
        chosen("a.png 1x, b.png 2x, c.png 3x", "b.png");
        chosen("a,b.png 300w,c,d.png 600w", "c,d.png");
        chosen("a.png", "a.png");
    }

    proptest! {
        #[test]
        fn what_is_relative_stays_on_its_site(written in "[a-c./:?#%&;@ \\\\\t-]{0,8}") {
            if is_relative(&written) {
                prop_assert_eq!(Url::parse(&written), Err(url::ParseError::RelativeUrlWithoutBase));
                for base in ["https://riverton.example/blog/post", "http://riverton.example:81/?a#b"] {
                    let base = Url::parse(base).expect("a constant");
                    prop_assert_eq!(base.join(&written).map(|url| url.origin()), Ok(base.origin()));
                }
            }
        }

        #[test]
        fn plain_addresses_are_as_they_would_be_written(host in "[a-z0-9.-]{1,12}", path in "[/a-z.%2e?#:@&=;~]{0,12}") {
            let address = format!("https://{host}{path}");
            if is_plain(&address) {
                prop_assert_eq!(Url::parse(&address).map(String::from), Ok(address));
            }
        }
    }
}
