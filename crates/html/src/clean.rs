//! One body of a post, cleaned: the way from a stranger's markup to what a reader sees.

use url::Url;

use crate::gate::SafeHtml;
use crate::text;

/// What is known about the markup from around it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The address that relative addresses are read against.
    pub base: Option<&'a Url>,
    /// The post's own title, in plain text: a first heading that repeats it goes.
    pub title: Option<&'a str>,
    /// The name of the source, in plain text: leftovers that name it are told apart from sentences.
    pub source_name: Option<&'a str>,
}

/// What cleaning gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cleaned {
    /// The markup to show.
    pub html: SafeHtml,
    /// The visible text, a paragraph a line.
    pub text: String,
    /// The pictures, in order; the first is the one to lead with.
    pub pictures: Vec<Picture>,
    /// Where the links lead, in order, each once.
    pub links: Vec<String>,
    /// Where the post says that it was published first.
    pub canonical_hint: Option<String>,
}

/// A picture in a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its absolute address.
    pub address: String,
    /// Its alternative text; empty where it has none.
    pub alternative: String,
    /// Its width in pixels, as claimed.
    pub width: Option<u32>,
    /// Its height in pixels, as claimed.
    pub height: Option<u32>,
}

/// Cleans markup.
pub fn clean(untrusted: &str, _context: &Context<'_>) -> Cleaned {
    let html = SafeHtml::admit(untrusted);
    let text = text::visible(html.as_str());
    Cleaned { html, text, ..Cleaned::default() }
}

/// Cleans plain text: empty lines part paragraphs, other line ends stay line ends.
pub fn clean_plain(text: &str) -> Cleaned {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    clean(&format!("<p>{escaped}</p>"), &Context::default())
}
