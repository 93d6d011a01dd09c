//! What `Link` headers name (RFC 8288), as far as it concerns feeds: the hub, and the feed's own address.

use model::Address;

/// What `Link` headers name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Links {
    /// The first hub that tells about changes.
    pub hub: Option<Address>,
    /// What it calls itself.
    pub own: Option<Address>,
}

/// The most links that are looked at.
const MOST: usize = 50;

impl Links {
    /// Reads the lines of `Link` headers; relative addresses start at `base`.
    ///
    /// ```
    /// let base = model::Address::parse("https://riverton.example/feed").unwrap();
    /// let links = net::Links::read(["<https://hub.example/>; rel=hub, </feed>; rel=\"self\""], &base);
    /// assert_eq!(links.hub.unwrap().as_str(), "https://hub.example/");
    /// assert_eq!(links.own.unwrap().as_str(), "https://riverton.example/feed");
    /// ```
    pub fn read<'h>(lines: impl IntoIterator<Item = &'h str>, base: &Address) -> Self {
        let mut links = Self::default();
        let targets = lines.into_iter().flat_map(split);
        for (target, relations) in targets.take(MOST) {
            let place = |wanted: &str| relations.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case(wanted));
            for (wanted, found) in [("hub", &mut links.hub), ("self", &mut links.own)] {
                if found.is_none() && place(wanted) {
                    *found = base.join(target).ok();
                }
            }
        }
        links
    }
}

/// Each target with its relations.
fn split(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once('<')?;
        let (target, after) = after.split_once('>')?;
        let (parameters, next) = until_comma(after);
        rest = next;
        Some((target.trim(), relation(parameters)))
    })
}

/// The parameters of one link, and what follows the comma that ends them; a comma in quotes ends nothing.
fn until_comma(text: &str) -> (&str, &str) {
    let mut is_quoted = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

/// The value of the first `rel`; later ones do not count (§3.3).
fn relation(parameters: &str) -> &str {
    let named = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    let mut relations = named.filter(|(name, _)| name.trim().eq_ignore_ascii_case("rel"));
    relations.next().map_or("", |(_, value)| value.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &[&str], hub: &str, own: &str) {
        let base = Address::parse("https://riverton.example/blog/feed").unwrap();
        let links = Links::read(lines.iter().copied(), &base);
        let shown = |address: Option<Address>| address.map_or("none".to_owned(), String::from);
        assert_eq!((shown(links.hub).as_str(), shown(links.own).as_str()), (hub, own), "{lines:?}");
    }

    #[test]
    fn hubs_and_selves_are_found() {
        let hub = "https://hub.example/";
        check(&["<https://hub.example/>; rel=hub"], hub, "none");
        check(
            &["<https://hub.example/>; rel=\"hub\"", "<feed.xml>; rel=self"],
            hub,
            "https://riverton.example/blog/feed.xml",
        );
        check(&["<https://hub.example/>;REL=HUB, </feed>; rel='x'; rel=self"], hub, "none");
        check(
            &["</a>; title=\"a, <b>\"; rel=\"next hub\", </f>; rel=self"],
            "https://riverton.example/a",
            "https://riverton.example/f",
        );
        check(&["<https://hub.example/>; rel=hub, <https://other.example/>; rel=hub"], hub, "none");
        check(&["<mailto:ann@riverton.example>; rel=hub"], "none", "none");
        check(&["<https://hub.example/>; rel=preload; as=hub"], "none", "none");
        check(&["", "<", "<>", ";rel=hub", "<https://hub.example/>"], "none", "none");
    }

    #[test]
    fn a_flood_of_links_ends() {
        let flood = "</a>; rel=next,".repeat(100_000) + "</hub>; rel=hub";
        check(&[&flood], "none", "none");
    }
}
