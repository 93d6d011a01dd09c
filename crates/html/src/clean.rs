//! One body of a post, cleaned: the way from a stranger's markup to what a reader sees.

use std::borrow::Cow;

use model::Language;
use url::Url;

use crate::attribute::Name;
use crate::gate::{Dress, SafeHtml};
use crate::lexer::{Lexer, Token};
use crate::parse::parse;
use crate::print::print;
use crate::quick::{self, tag_of};
use crate::tag::{RAW, RAW_REFERENCES};
use crate::tidy::{make_safe, take_apart_drawings, tidy};
use crate::tree::{ROOT, Tree};

/// What is known about the markup from around it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The address that relative addresses are read against.
    pub base: Option<&'a Url>,
    /// The post's own title, in plain text: a first heading that repeats it goes.
    pub title: Option<&'a str>,
    /// The name of the source, in plain text: a line at either end that says nothing else goes.
    pub source_name: Option<&'a str>,
}

/// What cleaning gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cleaned {
    /// The markup to show.
    pub html: SafeHtml,
    /// The visible text, a paragraph a line.
    pub text: String,
    /// The beginning of the text that reads on, for excerpts: paragraphs, items and quotes, a paragraph a line, without
    /// headings, tables, captions and code.
    pub prose: String,
    /// The language that all of it is written in, where the markup says so.
    pub language: Option<String>,
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
///
/// Takes time and memory in proportion to the input, whatever is in it.
///
/// ```
/// use html::{Context, clean};
/// use url::Url;
///
/// let base = Url::parse("https://riverton.example/blog/open-forms").unwrap();
/// let context = Context { base: Some(&base), title: Some("Open forms"), source_name: None };
/// let cleaned = clean(
///     r#"<h1>Open forms</h1><p onclick="steal()">We made <a href="/forms">our forms</a> open.
///        <script>alert(1)</script><p>The post <a href="/blog/open-forms">Open forms</a> appeared first on Riverton."#,
///     &context,
/// );
/// assert_eq!(
///     cleaned.html.as_str(),
///     r#"<p>We made <a href="https://riverton.example/forms" rel="nofollow ugc noopener">our forms</a> open.</p>"#
/// );
/// assert_eq!(cleaned.text, "We made our forms open.");
/// assert_eq!(cleaned.canonical_hint.as_deref(), Some("https://riverton.example/blog/open-forms"));
/// ```
pub fn clean(untrusted: &str, context: &Context<'_>) -> Cleaned {
    let context = Context { base: affordable(context.base, untrusted), ..*context };
    finish(parse(untrusted, Dress::Ours), &context)
}

/// Cleans plain text: empty lines part paragraphs, other line ends stay line ends.
pub fn clean_plain(text: &str) -> Cleaned {
    let mut tree = Tree::for_bytes(text.len());
    for line in text.lines() {
        let words = tree.text(line);
        tree.append(ROOT, words);
        let line_end = tree.element(crate::tag::Tag::Br);
        tree.append(ROOT, line_end);
    }
    finish(tree, &Context::default())
}

/// Makes markup safe and its addresses absolute, and leaves the author's hand in it otherwise: divisions, levels of
/// headings, colours, leftovers and white space stay, drawings (SVG) and formulas (MathML) too.
///
/// Nothing in it runs, loads anything but pictures, submits a form, or reaches outside of its place: see the README for
/// what is shown. Without a base, a relative address stays as it was written, for who knows what it is relative to: on a
/// page, it would lead to that page's own site. Takes time and memory in proportion to the input.
///
/// ```
/// use html::sanitised;
/// let safe = sanitised("<div>One <b onclick=x()>two</b><script>x()</script>\n</div>", None);
/// assert_eq!(safe.as_str(), "<div>One <b>two</b>\n</div>");
/// let safe = sanitised("<a href='minutes.html'>Minutes</a><a href='javascript:x()'>More</a>", None);
/// assert_eq!(safe.as_str(), r#"<a href="minutes.html">Minutes</a><a>More</a>"#);
/// let safe = sanitised("<p style='color: red; position: fixed'><svg><script>x()</script><circle r=9 /></svg>", None);
/// assert_eq!(
///     safe.as_str(),
///     r#"<p style="color: red;"><svg xmlns="http://www.w3.org/2000/svg"><circle r="9"></circle></svg></p>"#
/// );
/// ```
pub fn sanitised(untrusted: &str, base: Option<&Url>) -> SafeHtml {
    let base = affordable(base, untrusted);
    let dress = Dress::plain(base);
    let markup;
    let mut tree = match quick::build(untrusted.strip_prefix('\u{feff}').unwrap_or(untrusted), dress) {
        Some(tree) => tree,
        None => {
            markup = opened(untrusted, dress);
            parse(&markup, dress)
        }
    };
    if make_safe(&mut tree, base) {
        if let Some(safe) = SafeHtml::admit_drawn(print(&tree, dress).html, dress) {
            return safe;
        }
        take_apart_drawings(&mut tree);
    }
    SafeHtml::admit(print(&tree, dress).html, dress)
}

/// The base, unless the addresses that are relative to it could make the markup many times as long: so long a base with so
/// many addresses is nobody's post. Then all is as if nothing were known of what they are relative to.
fn affordable<'b>(base: Option<&'b Url>, markup: &str) -> Option<&'b Url> {
    const GROWTH: usize = 8;
    const ANYWAY: usize = 1 << 20;
    base.filter(|base| {
        // Each address stands behind an equals sign.
        let addresses = memchr::memchr_iter(b'=', markup.as_bytes()).count();
        addresses.saturating_mul(base.as_str().len()) <= markup.len().saturating_mul(GROWTH) + ANYWAY
    })
}

/// Takes the tags of frames out, so that what is said in them is seen: it is for those who see no frame. And the end tag
/// of a line break that just began: XML has them in pairs, and a browser would break the line twice.
fn opened(markup: &str, dress: Dress) -> Cow<'_, str> {
    if !may_be_opened(markup.as_bytes()) {
        return Cow::Borrowed(markup);
    }
    let mut lexer = Lexer::for_dress(markup, dress);
    let mut opened = String::new();
    let (mut kept, mut start, mut after_break) = (0, 0, false);
    while let Some(token) = lexer.next() {
        let name = match token {
            Token::Start { name, .. } | Token::End { name } => name,
            Token::Text(_) | Token::Comment => "",
        };
        let ends_break = matches!(token, Token::End { .. }) && after_break && name.eq_ignore_ascii_case("br");
        after_break = matches!(token, Token::Start { .. }) && name.eq_ignore_ascii_case("br");
        if ends_break || name.eq_ignore_ascii_case("iframe") {
            opened.push_str(&markup[kept..start]);
            kept = lexer.position();
        } else if matches!(token, Token::Start { .. }) && tag_of(name).is(RAW | RAW_REFERENCES) {
            lexer.raw_text(name);
        }
        start = lexer.position();
    }
    if kept == 0 {
        return Cow::Borrowed(markup);
    }
    opened.push_str(&markup[kept..]);
    Cow::Owned(opened)
}

/// Whether there is anything that looks like a tag to take out: most markup has none, and need not be cut into its tags.
fn may_be_opened(markup: &[u8]) -> bool {
    let starts = |at: usize, tag: &[u8]| markup[at..].get(..tag.len()).is_some_and(|is| is.eq_ignore_ascii_case(tag));
    memchr::memchr_iter(b'<', markup)
        .any(|at| [&b"<iframe"[..], b"</iframe", b"</br"].into_iter().any(|tag| starts(at, tag)))
}

fn finish(mut tree: Tree<'_>, context: &Context<'_>) -> Cleaned {
    let canonical_hint = tidy(&mut tree, context);
    let printed = print(&tree, Dress::Ours);
    Cleaned {
        html: SafeHtml::admit(printed.html, Dress::Ours),
        text: printed.text,
        prose: printed.prose,
        language: language_of(&tree),
        pictures: printed.pictures,
        links: printed.links,
        canonical_hint,
    }
}

/// The language that every block of a post claims, so that the post can claim it.
fn language_of(tree: &Tree<'_>) -> Option<String> {
    let mut claimed = tree.children(ROOT).map(|block| {
        let language = tree.attribute(block, Name::Lang).or_else(|| tree.attribute(block, Name::XmlLang));
        language.and_then(|language| language.parse::<Language>().ok())
    });
    let first = claimed.next()??;
    claimed.all(|other| other.as_ref() == Some(&first)).then(|| first.into())
}
