//! The name that a person would say for a source, found in what its feed or a list calls it.

use model::Address;

use crate::keys::fold;

/// The longest name that is shown, in characters.
const LONGEST: usize = 80;

/// What stands between a name and a tagline, a section or a platform. All have spaces around them.
const DIVIDERS: [&str; 15] =
    [" - ", " – ", " — ", " | ", " || ", " » ", " « ", " › ", " :: ", " · ", " • ", " ~ ", " / ", " > ", " -- "];

/// Words that name a place on a site or a kind of document, not a source.
const GENERIC: &[&str] = &[
    "top stories",
    "most popular",
    "latest content",
    "home",
    "homepage",
    "home page",
    "index",
    "main",
    "welcome",
    "blog",
    "blogs",
    "the blog",
    "our blog",
    "my blog",
    "weblog",
    "my weblog",
    "blog posts",
    "blog feed",
    "posts",
    "all posts",
    "latest posts",
    "recent posts",
    "post",
    "articles",
    "all articles",
    "latest articles",
    "entries",
    "news",
    "latest news",
    "all news",
    "news feed",
    "latest",
    "updates",
    "latest updates",
    "newsroom",
    "stories",
    "feed",
    "feeds",
    "rss",
    "rss feed",
    "rss 2 0",
    "atom",
    "atom feed",
    "xml feed",
    "web feed",
    "rss 2 0 feed",
    "feed title",
    "untitled",
    "no title",
    "my site",
    "my website",
    "site title",
    "archive",
    "archives",
    "blog archive",
];

/// Platforms that put their own name beside the source's.
const PLATFORMS: [&str; 37] = [
    "medium",
    "substack",
    "wordpress",
    "wordpress com",
    "wordpress site",
    "blogger",
    "blogspot",
    "tumblr",
    "ghost",
    "linkedin",
    "youtube",
    "github",
    "github pages",
    "gitlab",
    "mastodon",
    "bluesky",
    "write as",
    "notion",
    "wix",
    "wix com",
    "squarespace",
    "typepad",
    "posthaven",
    "micro blog",
    "buttondown",
    "beehiiv",
    "revue",
    "hashnode",
    "dev community",
    "feedburner",
    "soundcloud",
    "podbean",
    "vimeo",
    "flickr",
    "bear blog",
    "google groups",
    "powered by wordpress",
];

/// Taglines that a platform writes before anybody has thought of one.
const FACTORY_TAGLINES: [&str; 6] = [
    "just another wordpress site",
    "just another wordpress com site",
    "just another wordpress weblog",
    "another wordpress site",
    "just another site",
    "my wordpress blog",
];

/// What may stand before the name.
const OPENINGS: &[&str] = &[
    "rss feed for ",
    "rss feed of ",
    "rss feed from ",
    "rss feed - ",
    "rss feed: ",
    "rss for ",
    "rss: ",
    "atom feed for ",
    "atom feed of ",
    "feed for ",
    "feed of ",
    "feed: ",
    "news feed for ",
    "web feed for ",
    "latest posts from ",
    "latest posts on ",
    "latest posts by ",
    "latest articles from ",
    "latest news from ",
    "latest updates from ",
    "latest from ",
    "recent posts on ",
    "recent posts from ",
    "recent commits to ",
    "release notes from ",
    "tags from ",
    "blog posts from ",
    "blog posts by ",
    "posts on ",
    "posts from ",
    "uploads by ",
    "comments on: ",
    "comments for ",
    "recent content on ",
    "recent content in ",
];

/// The name that a person would say for the source that calls itself `title`.
///
/// Platforms, taglines, sections and the words "RSS feed" go. What is left of "Home" or "Posts" is nothing; then the
/// site's own name is taken: its host, or the account on a shared platform.
pub fn said_name(title: Option<&str>, site: &Address) -> String {
    title.and_then(|title| said(title, site)).unwrap_or_else(|| name_of_site(site))
}

/// The name in a title, or `None` where it holds none.
pub fn said(title: &str, site: &Address) -> Option<String> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(host) = name_in_address(&title) {
        return Some(host);
    }
    let trimmed = without_wrapping(&title);
    let parts: Vec<&str> =
        parts(trimmed).into_iter().map(without_wrapping).filter(|part| !says_nothing(part)).collect();
    let name = without_tagline(choose(&parts, site)?);
    let name = name.trim_matches(|c: char| c.is_whitespace() || ":|»«›–—,".contains(c)).trim_end_matches(" -");
    (!says_nothing(name)).then(|| cut(name))
}

/// The site's name where the feed tells none: its account on a shared platform, else its host.
pub fn name_of_site(site: &Address) -> String {
    const BY_HOST: [&str; 12] = [
        ".substack.com",
        ".wordpress.com",
        ".medium.com",
        ".blogspot.com",
        ".tumblr.com",
        ".ghost.io",
        ".micro.blog",
        ".bearblog.dev",
        ".github.io",
        ".gitlab.io",
        ".typepad.com",
        ".beehiiv.com",
    ];
    const BY_PATH: [&str; 7] =
        ["medium.com", "github.com", "gitlab.com", "write.as", "buttondown.email", "buttondown.com", "dev.to"];
    let host = site.spoken_host();
    if let Some(account) = BY_HOST.iter().find_map(|platform| host.strip_suffix(platform)) {
        return account.to_owned();
    }
    let mut path = site.url().path().split('/').filter(|part| !part.is_empty() && *part != "feed");
    let account = path.next().map(|part| part.trim_end_matches(".atom"));
    match account {
        Some(account) if BY_PATH.contains(&host) || account.starts_with('@') => {
            account.trim_start_matches('@').to_owned()
        }
        _ => host.to_owned(),
    }
}

/// The host in a title that is nothing but an address: "https://www.riverton.example/".
fn name_in_address(title: &str) -> Option<String> {
    let is_address = title.starts_with("http://") || title.starts_with("https://");
    if !is_address || title.contains(' ') {
        return None;
    }
    Address::parse(title).ok().map(|address| name_of_site(&address))
}

/// Without openings ("RSS feed for …"), endings ("… RSS feed", "… on Medium") and remarks in brackets.
fn without_wrapping(title: &str) -> &str {
    const REMARKS: [&str; 9] =
        ["(atom)", "(rss)", "(rss 2.0)", "(rss feed)", "(feed)", "[rss]", "[atom]", "(medium)", "(substack)"];
    const ENDINGS: [&str; 18] = [
        " on medium",
        " on substack",
        " on tumblr",
        " on wordpress",
        " on wordpress.com",
        " on github",
        " on youtube",
        " on linkedin",
        " rss feed",
        " rss feeds",
        " rss",
        " atom feed",
        " news feed",
        " xml feed",
        " web feed",
        " feed",
        " archives",
        " archive",
    ];
    let mut name = title.trim();
    loop {
        let before = name;
        for opening in OPENINGS {
            name = strip_start(name, opening).unwrap_or(name).trim();
        }
        // "Stories by Ann Rivers on Medium" is Ann Rivers; "Stories by the sea" is a name.
        for opening in ["stories by ", "posts by ", "articles by ", "all posts by "] {
            let by = strip_start(name, opening);
            name = by.filter(|by| by.starts_with(char::is_uppercase) || by.starts_with('@')).unwrap_or(name).trim();
        }
        for ending in REMARKS.iter().chain(&ENDINGS) {
            name = strip_end(name, ending).unwrap_or(name).trim();
        }
        if name == before {
            return unquoted(name);
        }
    }
}

fn unquoted(name: &str) -> &str {
    for (open, close) in [('"', '"'), ('“', '”'), ('‘', '’'), ('\'', '\'')] {
        let inner = name.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        if let Some(inner) = inner.filter(|inner| !inner.contains([open, close])) {
            return inner.trim();
        }
    }
    name
}

fn strip_start<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let head = text.get(..start.len())?;
    head.eq_ignore_ascii_case(start).then(|| &text[start.len()..]).filter(|rest| !rest.trim().is_empty())
}

fn strip_end<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(end.len()).filter(|at| *at > 0)?;
    text.get(at..)?.eq_ignore_ascii_case(end).then(|| &text[..at])
}

fn parts(title: &str) -> Vec<&str> {
    let mut parts = vec![];
    let mut rest = title;
    while let Some((at, divider)) =
        DIVIDERS.iter().filter_map(|divider| Some((rest.find(divider)?, divider))).min_by_key(|(at, _)| *at)
    {
        parts.push(rest[..at].trim());
        // The last space of one divider may be the first of the next: "Ann | | Substack".
        rest = &rest[at + divider.len() - 1..];
    }
    parts.push(rest.trim());
    parts.retain(|part| !part.is_empty());
    parts
}

fn says_nothing(part: &str) -> bool {
    let folded = fold(part);
    let folded = folded.as_str();
    folded.is_empty() || GENERIC.contains(&folded) || PLATFORMS.contains(&folded) || FACTORY_TAGLINES.contains(&folded)
}

/// Which part is the name: the one that the others repeat, else the one that the host spells, else the first.
///
/// Among parts that the host spells the first wins, unless it is so long that it must be a tagline.
fn choose<'a>(parts: &[&'a str], site: &Address) -> Option<&'a str> {
    let folded: Vec<String> = parts.iter().map(|part| fold(part)).collect();
    let repeated = folded.iter().position(|name| {
        folded.iter().filter(|other| *other == name || other.starts_with(&format!("{name} "))).count() > 1
    });
    if let Some(at) = repeated {
        return Some(parts[at]);
    }
    let host: String = site.host().chars().filter(char::is_ascii_alphanumeric).collect();
    let spelt = |part: &str| {
        let letters: String = fold(part).split(' ').collect();
        let first_word = fold(part).split(' ').next().unwrap_or_default().to_owned();
        letters.len() >= 3 && host.contains(&letters) || first_word.len() >= 5 && host.contains(&first_word)
    };
    let short = |part: &&&str| part.split(' ').count() <= 5;
    let first = *parts.first()?;
    if spelt(first) && short(&&first) {
        return Some(first);
    }
    Some(parts.iter().filter(short).find(|part| spelt(part)).copied().unwrap_or(first))
}

/// "Riverton Digital: making services better for everyone" is Riverton Digital; "Ofqual: exams" stays as it is.
fn without_tagline(name: &str) -> &str {
    const TAGLINE_WORDS: usize = 5;
    match name.split_once(": ") {
        Some((head, tail)) if tail.split(' ').count() >= TAGLINE_WORDS && !says_nothing(head) => head,
        Some((head, tail)) if says_nothing(head) && !tail.trim().is_empty() => tail,
        Some((head, tail)) if says_nothing(tail) => head,
        _ => name,
    }
}

fn cut(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    let start: String = name.chars().take(LONGEST).collect();
    let whole_words = start.rsplit_once(' ').map_or(start.as_str(), |(words, _)| words);
    format!("{whole_words}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(title: &str, site: &str, name: &str) {
        let site = Address::typed(site).unwrap();
        assert_eq!(said_name(Some(title), &site), name, "“{title}” at {site}");
    }

    #[test]
    fn a_plain_name_stays_as_it_is() {
        for name in [
            "Riverton Digital",
            "The Riverton blog",
            "Ann Rivers",
            "ann@work",
            "comms4good",
            "Ofwell: social care inspection",
            "By the Brook (Bo Miller)",
            "Cyngor Glanyrafon",
            "مدونة بلدية النهر",
            "Open-data notes",
            "Stories by the sea",
            "24/7 council",
            "Feedback from the front desk",
            "Weeknotes, mostly",
        ] {
            check(name, "riverton.example", name);
        }
    }

    #[test]
    fn platforms_go() {
        check("Riverton Digital - Medium", "https://medium.com/riverton-digital", "Riverton Digital");
        check("Riverton Digital – Medium", "https://medium.com/riverton-digital", "Riverton Digital");
        check("Stories by Ann Rivers on Medium", "https://medium.com/@ann", "Ann Rivers");
        check("Ann Rivers on Medium", "https://medium.com/@ann", "Ann Rivers");
        check("Ann's Newsletter | Substack", "https://ann.substack.com", "Ann's Newsletter");
        check("Service Notes | Ann Rivers | Substack", "https://ann.substack.com", "Service Notes");
        check("Riverton Council - YouTube", "https://www.youtube.com/", "Riverton Council");
        check("Uploads by Riverton Council", "https://www.youtube.com/", "Riverton Council");
        check("Riverton — WordPress.com", "https://riverton.wordpress.com", "Riverton");
        check("Release notes from bins", "https://github.com/riverton/bins", "bins");
        check("Recent Commits to bins:main", "https://github.com/riverton/bins", "bins:main");
        check("Riverton Digital (Medium)", "https://medium.com/r", "Riverton Digital");
        check("Ann Rivers on Substack", "https://ann.substack.com", "Ann Rivers");
    }

    #[test]
    fn taglines_go() {
        check("Riverton » a council that listens to everyone", "riverton.example", "Riverton");
        check("Riverton Digital – better services for all", "digital.riverton.example", "Riverton Digital");
        check("Riverton Labs helping councils to learn - Riverton Labs", "labs.example", "Riverton Labs");
        check("Riverton Labs - Riverton Labs helping councils", "labs.example", "Riverton Labs");
        check("comms4good - free online resource for comms people", "comms4good.example", "comms4good");
        check("Ann Rivers - Just another WordPress site", "ann.example", "Ann Rivers");
        check("Ann Rivers | Just another WordPress.com site", "ann.wordpress.com", "Ann Rivers");
        check("Riverton Digital: making services better for everyone", "x.example", "Riverton Digital");
        check("Public Strategy :: thoughts on government", "x.example", "Public Strategy");
        check("Ann Rivers · designer", "ann.example", "Ann Rivers");
        check("Making things simple for people | Riverton", "riverton.example", "Riverton");
    }

    #[test]
    fn sections_go() {
        check("Blog – Riverton Digital", "riverton.example", "Riverton Digital");
        check("Riverton Digital – Blog", "riverton.example", "Riverton Digital");
        check("Blog | Riverton Digital", "riverton.example", "Riverton Digital");
        check("Riverton Council » Feed", "riverton.example", "Riverton Council");
        check("News Archives - Riverton Council", "riverton.example", "Riverton Council");
        check("Home - Riverton Council", "riverton.example", "Riverton Council");
        check("Posts on Ann Rivers", "ann.example", "Ann Rivers");
        check("Recent posts on Ann Rivers", "ann.example", "Ann Rivers");
        check("Welcome to Riverton", "radio.example", "Welcome to Riverton");
        check("Recent content on Riverton Digital", "riverton.example", "Riverton Digital");
        check("Riverton News: Latest", "riverton.example", "Riverton News");
        check("Latest news | News | Riverton Council", "riverton.example", "Riverton Council");
        check("Blog: Riverton Digital", "riverton.example", "Riverton Digital");
        check("Data | Riverton Council", "riverton.example", "Riverton Council");
        check("Posts by Ann Rivers", "x.example", "Ann Rivers");
    }

    #[test]
    fn words_about_feeds_go() {
        check("RSS feed for Riverton", "riverton.example", "Riverton");
        check("RSS Feed - Riverton", "riverton.example", "Riverton");
        check("Riverton Council RSS Feed", "riverton.example", "Riverton Council");
        check("Riverton Council News Feed", "riverton.example", "Riverton Council");
        check("Riverton Council - RSS", "riverton.example", "Riverton Council");
        check("Riverton Council (RSS 2.0)", "riverton.example", "Riverton Council");
        check("Riverton Council (Atom)", "riverton.example", "Riverton Council");
        check("Atom feed of Riverton", "riverton.example", "Riverton");
        check("Latest posts from Riverton Council", "riverton.example", "Riverton Council");
        check("Comments on: Riverton", "riverton.example", "Riverton");
        check("“Riverton”", "riverton.example", "Riverton");
        check("  Riverton \n  Council ", "riverton.example", "Riverton Council");
        check("Riverton |", "riverton.example", "Riverton");
    }

    #[test]
    fn a_title_that_says_nothing_falls_back_on_the_site() {
        check("Home", "https://www.riverton.example/feed", "riverton.example");
        check("Posts", "https://blog.riverton.example/feed", "blog.riverton.example");
        check("", "riverton.example", "riverton.example");
        check("RSS Feed", "riverton.example", "riverton.example");
        check("Blog - Home", "riverton.example", "riverton.example");
        check("Untitled", "https://ann.substack.com/feed", "ann");
        check("Feed", "https://medium.com/@ann", "ann");
        check("Feed", "https://medium.com/feed/@ann", "ann");
        check("Blog", "https://riverton.wordpress.com/", "riverton");
        check("https://www.riverton.example/", "riverton.example", "riverton.example");
        check(" - ", "riverton.example", "riverton.example");
        assert_eq!(said_name(None, &Address::typed("www.riverton.example").unwrap()), "riverton.example");
    }

    #[test]
    fn a_name_without_end_is_cut_at_a_word() {
        let long = "Riverton ".repeat(40);
        let name = said_name(Some(&long), &Address::typed("x.example").unwrap());
        assert!(name.ends_with("Riverton…") && name.chars().count() <= LONGEST + 1, "{name}");
    }
}
