//! Where sites and platforms keep their feeds by convention.

use model::Address;

/// Paths that blogs put their feed at, the commonest first. Each is tried below the given page and below the root.
const BELOW: [&str; 9] =
    ["feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "feeds/posts/default", "blog/feed/"];

/// The addresses at which the feed of `page` may be, most likely first, without `page` itself.
///
/// What a platform promises comes before what blogs in general do. At most a dozen and a half, since each is a request.
pub fn conventional(page: &Address) -> Vec<Address> {
    let mut found = of_platform(page);
    let path = page.url().path().trim_end_matches('/');
    let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let mut folders = vec![];
    if !path.is_empty() && !is_file {
        folders.push(format!("{path}/"));
    }
    folders.push("/".to_owned());
    for folder in &folders {
        found.extend(BELOW.iter().filter_map(|place| page.join(&format!("{folder}{place}")).ok()));
    }
    let mut seen = vec![page.clone()];
    found.retain(|address| {
        let is_new = !seen.contains(address);
        seen.push(address.clone());
        is_new
    });
    found
}

/// What the platforms that a page may be on promise for it.
pub fn of_platform(page: &Address) -> Vec<Address> {
    let path = page.url().path().trim_matches('/');
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let host = page.spoken_host();
    let places: Vec<String> = match (host, parts.as_slice()) {
        ("medium.com", ["feed", ..]) => vec![],
        ("medium.com", [account, ..]) => vec![format!("/feed/{account}")],
        ("youtube.com", ["channel", channel, ..]) => vec![format!("/feeds/videos.xml?channel_id={channel}")],
        ("youtube.com", ["user", user, ..]) => vec![format!("/feeds/videos.xml?user={user}")],
        ("youtube.com", ["playlist"]) => {
            let list = page.url().query_pairs().find(|(name, _)| name == "list").map(|(_, list)| list.into_owned());
            list.map(|list| format!("/feeds/videos.xml?playlist_id={list}")).into_iter().collect()
        }
        ("github.com", [owner, name, ..]) => {
            vec![format!("/{owner}/{name}/releases.atom"), format!("/{owner}/{name}/commits.atom")]
        }
        ("github.com", [owner]) => vec![format!("/{owner}.atom")],
        ("gitlab.com", [owner, name, ..]) => {
            vec![format!("/{owner}/{name}/-/releases.atom"), format!("/{owner}/{name}.atom")]
        }
        ("reddit.com" | "old.reddit.com", ["r", _, ..]) => vec![format!("/{path}/.rss")],
        ("dev.to", [account, ..]) => vec![format!("/feed/{account}")],
        ("vimeo.com", [account]) => vec![format!("/{account}/videos/rss")],
        ("bsky.app", ["profile", account]) => vec![format!("/profile/{account}/rss")],
        (host, _) if host.ends_with(".substack.com") => vec!["/feed".to_owned()],
        (host, _) if host.ends_with(".tumblr.com") => vec!["/rss".to_owned()],
        (host, _) if host.contains(".blogspot.") => vec!["/feeds/posts/default".to_owned()],
        (host, _) if host.ends_with(".blog.gov.uk") => vec!["/feed/".to_owned()],
        // Mastodon and its kin give an account's posts as RSS at the account's own address.
        (_, [account]) if account.starts_with('@') && account.len() > 1 && !account.ends_with(".rss") => {
            vec![format!("/{account}.rss")]
        }
        _ => vec![],
    };
    places.iter().filter_map(|place| page.join(place).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, first: &[&str]) {
        let found = conventional(&Address::typed(page).unwrap());
        let start: Vec<&str> = found.iter().take(first.len()).map(Address::as_str).collect();
        assert_eq!(start, first, "{page}");
        assert!(found.len() <= 20, "{page}: {} requests", found.len());
    }

    #[test]
    fn what_platforms_promise_comes_first() {
        check("medium.com/@ann", &["https://medium.com/feed/@ann"]);
        check("medium.com/riverton-digital/a-post-1f2e", &["https://medium.com/feed/riverton-digital"]);
        check("ann.substack.com/p/a-post", &["https://ann.substack.com/feed"]);
        check("www.youtube.com/channel/UC12", &["https://www.youtube.com/feeds/videos.xml?channel_id=UC12"]);
        check("youtube.com/playlist?list=PL9", &["https://youtube.com/feeds/videos.xml?playlist_id=PL9"]);
        check("github.com/riverton/bins", &["https://github.com/riverton/bins/releases.atom"]);
        check("gitlab.com/riverton/bins/-/issues", &["https://gitlab.com/riverton/bins/-/releases.atom"]);
        check("social.example/@ann", &["https://social.example/@ann.rss"]);
        check("riverton.blogspot.com", &["https://riverton.blogspot.com/feeds/posts/default"]);
        check("data.blog.gov.uk", &["https://data.blog.gov.uk/feed/"]);
    }

    #[test]
    fn blogs_in_general_keep_it_below_the_page_or_the_root() {
        check("riverton.example", &["https://riverton.example/feed/", "https://riverton.example/rss"]);
        check("riverton.example/blog/", &["https://riverton.example/blog/feed/"]);
        check("riverton.example/blog", &["https://riverton.example/blog/feed/"]);
        check("riverton.example/news.html", &["https://riverton.example/feed/"]);
        let all = conventional(&Address::typed("riverton.example/blog").unwrap());
        for place in ["/rss.xml", "/atom.xml", "/feed.xml", "/index.xml", "/feeds/posts/default", "/feed.json"] {
            let address = format!("https://riverton.example{place}");
            assert!(all.iter().any(|found| found.as_str() == address), "{address}");
        }
    }

    #[test]
    fn the_page_itself_is_not_tried_again() {
        let page = Address::typed("riverton.example/feed/").unwrap();
        assert!(!conventional(&page).contains(&page));
    }
}
