//! Where sites and platforms keep their feeds by convention, and the file that tells of a project beside its code.

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

/// Where platforms serve the `publiccode.yml` of a repository as it is, for the address of the repository or of a page in it;
/// none where the address is on no such platform.
pub fn publiccode(address: &Address) -> Vec<Address> {
    let parts: Vec<&str> = address.url().path().split('/').filter(|part| !part.is_empty()).collect();
    let bare = |name: &str| name.trim_end_matches(".git").to_owned();
    let places: Vec<String> = match (address.spoken_host(), parts.as_slice()) {
        ("github.com", [owner, name, rest @ ..]) => {
            let (version, file) = match rest {
                ["blob" | "raw", version, file @ ..] if is_publiccode(file) => (*version, file.join("/")),
                ["tree", version, ..] => (*version, FILE.to_owned()),
                _ => ("HEAD", FILE.to_owned()),
            };
            vec![format!("https://raw.githubusercontent.com/{owner}/{}/{version}/{file}", bare(name))]
        }
        ("gitlab.com", [_, _, ..]) => {
            let end = parts.iter().position(|part| *part == "-").unwrap_or(parts.len());
            let (version, file) = match parts.get(end + 1..) {
                Some(["blob" | "raw", version, file @ ..]) if is_publiccode(file) => (*version, file.join("/")),
                Some(["tree", version, ..]) => (*version, FILE.to_owned()),
                _ => ("HEAD", FILE.to_owned()),
            };
            vec![format!("/{}/-/raw/{version}/{file}", bare(&parts[..end].join("/")))]
        }
        ("codeberg.org", [owner, name, ..]) => {
            ["main", "master"].map(|branch| format!("/{owner}/{}/raw/branch/{branch}/{FILE}", bare(name))).to_vec()
        }
        ("bitbucket.org", [owner, name, ..]) => vec![format!("/{owner}/{}/raw/HEAD/{FILE}", bare(name))],
        _ => vec![],
    };
    places.iter().filter_map(|place| address.join(place).ok()).collect()
}

/// Where that file may be for a page on any site: beside or below it, and in a repository of GitLab's, if the page says that
/// it is in one.
pub fn publiccode_below(page: &Address, site: Option<&str>) -> Vec<Address> {
    let path = page.url().path();
    let repository = path.split("/-/").next().unwrap_or_default().trim_end_matches('/');
    let mut places = vec![];
    if site == Some("GitLab") && !repository.is_empty() {
        places.push(format!("{repository}/-/raw/HEAD/{FILE}"));
    } else {
        let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
        let folder = if is_file { path.rsplit_once('/').map_or("", |(folder, _)| folder) } else { path };
        places.push(format!("{}/{FILE}", folder.trim_end_matches('/')));
    }
    places.iter().filter_map(|place| page.join(place).ok()).collect()
}

/// What the file is called.
const FILE: &str = "publiccode.yml";

fn is_publiccode(path: &[&str]) -> bool {
    path.last().is_some_and(|name| matches!(*name, "publiccode.yml" | "publiccode.yaml"))
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

    #[test]
    fn where_a_repository_keeps_what_it_tells() {
        let check = |address: &str, places: &[&str]| {
            let found = publiccode(&Address::typed(address).unwrap());
            assert_eq!(found.iter().map(Address::as_str).collect::<Vec<_>>(), places, "{address}");
        };
        let raw = "https://raw.githubusercontent.com/riverton/damp";
        check("github.com/riverton/damp", &[&format!("{raw}/HEAD/publiccode.yml")]);
        check("www.github.com/riverton/damp.git/", &[&format!("{raw}/HEAD/publiccode.yml")]);
        check("github.com/riverton/damp/tree/v2", &[&format!("{raw}/v2/publiccode.yml")]);
        check("github.com/riverton/damp/blob/main/publiccode.yml", &[&format!("{raw}/main/publiccode.yml")]);
        check("github.com/riverton/damp/blob/main/README.md", &[&format!("{raw}/HEAD/publiccode.yml")]);
        check("github.com/riverton", &[]);
        check("gitlab.com/a/b/damp/-/tree/main", &["https://gitlab.com/a/b/damp/-/raw/main/publiccode.yml"]);
        check("gitlab.com/a/damp.git", &["https://gitlab.com/a/damp/-/raw/HEAD/publiccode.yml"]);
        check(
            "codeberg.org/a/damp",
            &[
                "https://codeberg.org/a/damp/raw/branch/main/publiccode.yml",
                "https://codeberg.org/a/damp/raw/branch/master/publiccode.yml",
            ],
        );
        check("bitbucket.org/a/damp/src", &["https://bitbucket.org/a/damp/raw/HEAD/publiccode.yml"]);
        check("riverton.example/damp", &[]);
        let below = |address: &str, site| publiccode_below(&Address::typed(address).unwrap(), site)[0].to_string();
        assert_eq!(below("riverton.example/damp", None), "https://riverton.example/damp/publiccode.yml");
        assert_eq!(below("riverton.example/damp/", Some("Riverton")), "https://riverton.example/damp/publiccode.yml");
        assert_eq!(below("riverton.example/a/damp.html", None), "https://riverton.example/a/publiccode.yml");
        assert_eq!(below("riverton.example", None), "https://riverton.example/publiccode.yml");
        assert_eq!(
            below("git.example/a/damp/-/tree/x", Some("GitLab")),
            "https://git.example/a/damp/-/raw/HEAD/publiccode.yml"
        );
    }
}
