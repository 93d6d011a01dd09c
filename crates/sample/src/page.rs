//! The sources' own pages: a home page, a page a post, and the page that stands in for a feed.

use crate::site::Site;
use crate::words::{escape, first_paragraph, long_date};
use crate::{Platform, Post, SOURCES, Sector, Source};

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1c2321;--paper:#fdfcf9;--soft:#5c6663;--line:#dcd9d0}
@media(prefers-color-scheme:dark){:root{--ink:#e9ecea;--paper:#16191a;--soft:#a9b3af;--line:#343a3a}}
*{box-sizing:border-box}body{margin:0;font:1.0625rem/1.65 Georgia,'Times New Roman',serif;color:var(--ink);background:var(--paper)}
header.site{background:var(--own);color:#fff;padding:1.5rem 1rem}header.site a{color:#fff;text-decoration:none;font-weight:700;font-size:1.35rem}
header.site p{margin:.25rem 0 0}main,.wide{max-width:42rem;margin:0 auto;padding:0 1rem}main{padding:1.5rem 1rem 3rem}
h1{font-size:2rem;line-height:1.2;margin:.5rem 0}h2{line-height:1.3;margin:2rem 0 .5rem;font-size:1.4rem}h3{margin:1.5rem 0 .25rem}
main a{color:inherit;text-decoration-color:var(--own);text-decoration-thickness:2px;text-underline-offset:3px}
.by{color:var(--soft);font:.95rem/1.5 system-ui,sans-serif}img{max-width:100%;height:auto;border-radius:4px}figure{margin:1.5rem 0}
figcaption{color:var(--soft);font-size:.9rem}blockquote{margin:1.5rem 0;padding-inline-start:1rem;border-inline-start:4px solid var(--own)}
table{border-collapse:collapse;width:100%;font:.95rem/1.4 system-ui,sans-serif}th,td{text-align:start;padding:.4rem .6rem;border-bottom:1px solid var(--line)}
pre{overflow:auto;padding:1rem;background:color-mix(in srgb,var(--ink) 7%,transparent);border-radius:4px;font-size:.9rem}
article+article{border-top:1px solid var(--line);margin-top:2rem;padding-top:1rem}
footer{border-top:1px solid var(--line);color:var(--soft);font:.9rem/1.5 system-ui,sans-serif;padding:1rem 0 2rem}";

/// The page at `/`: what the source is, and its posts.
pub(crate) fn home(site: &Site<'_>) -> String {
    let source = site.source;
    let mut main = format!("<h1>{}</h1>\n", escape(heading(source)));
    for post in site.posts() {
        let title = if site.title(post).is_empty() { "A note" } else { site.title(post) };
        main += &format!(
            "<article{}><h2><a href=\"{}\">{}</a></h2>\n<p class=\"by\">{}</p>\n<p>{}</p></article>\n",
            language(post),
            escape(&site.post_path(post)),
            escape(title),
            byline(site, post),
            escape(&first_paragraph(&site.body(post))),
        );
    }
    frame(site, heading(source), "", &main)
}

/// The page of one post, the original that "Original source" leads to.
pub(crate) fn post(site: &Site<'_>, post: &Post) -> String {
    let canonical = match site.original(post) {
        Some(original) => site.for_post(original).post_address(original),
        None => site.post_address(post),
    };
    let head = format!("<link rel=\"canonical\" href=\"{}\">\n", escape(&canonical));
    let title = site.title(post);
    let named = if title.is_empty() { "A note" } else { title };
    frame(site, named, &head, &entry(site, post, "h1"))
}

/// The page with microformats that is read instead of a feed.
pub(crate) fn h_feed(site: &Site<'_>) -> String {
    let mut main = format!(
        "<div class=\"h-feed\">\n<h1 class=\"p-name\">{}</h1>\n<p class=\"p-summary\">{}</p>\n",
        escape(site.source.title),
        escape(site.source.tagline)
    );
    for post in site.posts() {
        main += &entry(site, post, "h2");
        if post.twice {
            main += &entry(site, post, "h2");
        }
    }
    frame(site, heading(site.source), "", &(main + "</div>\n"))
}

/// Everything that the sector's port serves, for whoever looks there without a host.
pub(crate) fn directory(sector: &Sector, port: &str) -> String {
    let mut main = "<h1>A fictional public sector</h1>\n<p>None of these organisations exists. \
                    They publish on this computer only, so that a first look needs no network.</p>\n<ul>\n"
        .to_owned();
    for source in SOURCES.iter().filter(|source| source.platform != Platform::Gone) {
        let site = Site { sector, source, port };
        let (address, name) = (escape(&site.address("/")), escape(heading(source)));
        main += &format!("<li><a href=\"{address}\">{name}</a>, {}</li>\n", escape(source.organisation));
    }
    bare("A fictional public sector", &(main + "</ul>\n"))
}

/// A source's own page for an address that it doesn't have.
pub(crate) fn not_found(site: &Site<'_>) -> String {
    frame(site, "Page not found", "", "<h1>Page not found</h1>\n<p>Try the <a href=\"/\">home page</a>.</p>\n")
}

/// What is left of a source that has gone.
pub(crate) fn gone(source: &Source) -> String {
    let name = escape(source.organisation);
    bare("Page not found", &format!("<h1>Page not found</h1>\n<p>{name} no longer has a website.</p>\n"))
}

/// For a host or a picture that nobody has.
pub(crate) fn nothing_here() -> String {
    bare("Nothing here", "<h1>Nothing here</h1>\n")
}

/// The name that stands on the page: without what the platform adds to a feed's title.
fn heading(source: &'static Source) -> &'static str {
    let title = source.title;
    let title = title.strip_suffix(" - Medium").unwrap_or(title);
    title.strip_prefix("Posts on ").or_else(|| title.strip_prefix("Blog - ")).unwrap_or(title)
}

fn entry(site: &Site<'_>, post: &Post, level: &str) -> String {
    let address = escape(&site.post_address(post));
    let title = match site.title(post) {
        "" => String::new(),
        title => {
            format!("<{level} class=\"p-name\"><a class=\"u-url\" href=\"{address}\">{}</a></{level}>\n", escape(title))
        }
    };
    let lead = site.lead(post).map_or(String::new(), |(picture, alternative)| {
        let (picture, alternative) = (escape(&picture), escape(alternative));
        format!("<img class=\"u-featured\" src=\"{picture}\" alt=\"{alternative}\" width=\"720\" height=\"405\">\n")
    });
    let permalink = if title.is_empty() {
        format!(" · <a class=\"u-url\" href=\"{address}\">Link to this note</a>")
    } else {
        String::new()
    };
    let tags: Vec<String> =
        post.tags.iter().map(|tag| format!("<span class=\"p-category\">{}</span>", escape(tag))).collect();
    let tags =
        if tags.is_empty() { String::new() } else { format!("<p class=\"by\">Filed under {}</p>\n", tags.join(", ")) };
    format!(
        "<article class=\"h-entry\"{}>\n{title}<p class=\"by\">{}{permalink}</p>\n{lead}<div class=\"e-content\">\n{}\n</div>\n{tags}</article>\n",
        language(post),
        byline(site, post),
        site.body(post),
    )
}

fn byline(site: &Site<'_>, post: &Post) -> String {
    let author = format!("<span class=\"p-author h-card\">{}</span>", escape(post.author));
    match site.published(post) {
        Some(at) => format!("{author}, <time class=\"dt-published\" datetime=\"{at}\">{}</time>", long_date(at)),
        None => author,
    }
}

/// The attributes of a post that is in another language than its page.
fn language(post: &Post) -> String {
    match post.language {
        Some(language) if is_right_to_left(language) => format!(" lang=\"{language}\" dir=\"rtl\""),
        Some(language) => format!(" lang=\"{language}\""),
        None => String::new(),
    }
}

/// Whether a language that the sector writes in runs from right to left.
pub(crate) fn is_right_to_left(language: &str) -> bool {
    matches!(language, "ar" | "ur")
}

fn frame(site: &Site<'_>, title: &str, head: &str, main: &str) -> String {
    let source = site.source;
    let media_type = match source.platform {
        Platform::GovernmentBlog | Platform::Blogger | Platform::Jekyll => "application/atom+xml",
        Platform::JsonFeed => "application/feed+json",
        Platform::Rdf => "application/rdf+xml",
        _ => "application/rss+xml",
    };
    let feed = if source.platform == Platform::HFeed {
        String::new()
    } else {
        let (name, path) = (escape(heading(source)), escape(source.feed_path()));
        format!("<link rel=\"alternate\" type=\"{media_type}\" title=\"{name}\" href=\"{path}\">\n")
    };
    let (name, tagline) = (escape(heading(source)), escape(source.tagline));
    let licence = source.licence.map_or(String::new(), |licence| {
        format!(" The text may be used under <a rel=\"license\" href=\"{licence}\">this licence</a>.")
    });
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{} - {name}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<link rel=\"icon\" href=\"data:,\">\n{head}{feed}\
         <style>:root{{--own:{}}}{STYLE}</style>\n</head>\n<body>\n\
         <header class=\"site\"><div class=\"wide\"><a href=\"/\">{name}</a><p>{tagline}</p></div></header>\n<main>\n{main}</main>\n\
         <footer><div class=\"wide\">{} is made up, like everything here.{licence}</div></footer>\n</body>\n</html>\n",
        source.language,
        escape(title),
        source.colour,
        escape(source.organisation),
    )
}

fn bare(title: &str, main: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<link rel=\"icon\" href=\"data:,\">\n\
         <style>:root{{--own:#1d3557}}{STYLE}</style>\n</head>\n<body>\n<main>\n{main}</main>\n</body>\n</html>\n"
    )
}
