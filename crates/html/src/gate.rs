//! The one door to [`SafeHtml`]: what has not been through it is never shown.
//!
//! Behind the door stands ammonia, which reads markup as a browser does and prints only what its allow list names.
//! Before it stands [`canonical`]: markup that ammonia would hand back letter for letter need not go through it. All
//! rules of taste come earlier, and none of them can make anything unsafe.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use url::Url;

use crate::attribute::{self, Name};
use crate::lexer::{Lexer, Token};
use crate::print::{NAMESPACES, print};
use crate::rules::{self, BY_TAG, EVERYWHERE, may_have};
use crate::tag::{self, PHRASAL, Tag, VOID};
use crate::{canonical, careful};

/// The version of the rules. A stored body that was cleaned by a lower one may be cleaned again.
pub const CLEANER_VERSION: u32 = 1;

/// What every link says of where it leads: it is not the site's own word, and the page there gets no hold on ours.
pub(crate) const LINK_REL: &str = "nofollow ugc noopener";

/// How every picture is loaded: when a reader comes near.
pub(crate) const PICTURE_LOADING: &str = "lazy";

/// Markup that has been through the sanitiser: nothing in it runs, loads a frame, or submits a form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Takes back what this type once gave to our own store. Nothing else may be handed in here.
    pub fn from_store(cleaned_before: String) -> Self {
        Self(cleaned_before)
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The top-level blocks at the start that fit into so many bytes; `None` where not even the first does.
    ///
    /// ```
    /// use html::{Context, clean};
    /// let whole = clean("<p>One</p><p>Two</p>", &Context::default()).html;
    /// assert_eq!(whole.opening(15).unwrap().as_str(), "<p>One</p>");
    /// assert_eq!(whole.opening(5), None);
    /// ```
    pub fn opening(&self, at_most_bytes: usize) -> Option<Self> {
        if self.0.len() <= at_most_bytes {
            return Some(self.clone());
        }
        let mut lexer = Lexer::new(&self.0);
        let (mut depth, mut end) = (0, 0);
        while let Some(token) = lexer.next() {
            match token {
                Token::Start { name, .. } if !Tag::of(name).is(VOID) => depth += 1,
                Token::End { .. } => depth -= 1,
                _ => {}
            }
            if lexer.position() > at_most_bytes {
                break;
            }
            if depth == 0 {
                end = lexer.position();
            }
        }
        (end > 0).then(|| Self(self.0[..end].to_owned()))
    }

    /// What was made of safe markup by putting our own tags where others of it stood.
    pub(crate) fn made(markup: String) -> Self {
        Self(markup)
    }

    /// Lets markup through as it is where it is clean to the letter, and as ammonia leaves it otherwise.
    pub(crate) fn admit(markup: String, dress: Dress) -> Self {
        if canonical::is_canonical(&markup, dress) {
            return Self(markup);
        }
        Self(rules_of(dress).clean(&markup).to_string())
    }

    /// Lets markup with drawings and formulas through where ammonia hands it back letter for letter.
    ///
    /// What changes when it is read once more is how markup hides from a sanitiser in other namespaces: such markup is
    /// not mended, it does not pass. ammonia knows no phrases in the descriptions of drawings, so their tags are taken
    /// out for it. They have no attributes, hold nothing but text, and no parser gives them a part in how anything else
    /// is read; that a parser reads the whole as it is written is asked of one all the same.
    pub(crate) fn admit_drawn(markup: String, dress: Dress) -> Option<Self> {
        let bare = without_phrases(&markup);
        let passes = drawn_rules_of(dress).clean(&bare).to_string() == bare
            && (bare.len() == markup.len() || print(&careful::build(&markup, dress), dress).html == markup);
        passes.then_some(Self(markup))
    }
}

/// Printed markup without the tags of phrases in the descriptions of drawings.
fn without_phrases(markup: &str) -> Cow<'_, str> {
    let mut bare = String::new();
    let (mut kept, mut in_description, mut phrase) = (0, false, None);
    for (start, _) in markup.match_indices('<') {
        let Some(length) = markup[start..].find('>') else { break };
        let tag = &markup[start + 1..start + length];
        let goes = match phrase.take() {
            Some(open) if tag.strip_prefix('/') == Some(open) => true,
            // Something stands in a phrase: that is for ammonia to refuse.
            Some(_) => return Cow::Borrowed(markup),
            None if in_description && Tag::of(tag).is(PHRASAL) => {
                phrase = Some(tag);
                true
            }
            None => {
                in_description = matches!(tag.split(' ').next(), Some("desc" | "title"));
                false
            }
        };
        if goes {
            bare.push_str(&markup[kept..start]);
            kept = start + length + 1;
        }
    }
    if kept == 0 {
        return Cow::Borrowed(markup);
    }
    bare.push_str(&markup[kept..]);
    Cow::Owned(bare)
}

/// What links and pictures wear on their way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dress {
    /// [`LINK_REL`] and [`PICTURE_LOADING`].
    Ours,
    /// Nothing but what they came with.
    Plain(Addresses),
}

impl Dress {
    /// Plain dress for markup whose addresses are read against that base, if there is one.
    pub(crate) fn plain(base: Option<&Url>) -> Self {
        Self::Plain(if base.is_some() { Addresses::Absolute } else { Addresses::AsWritten })
    }
}

/// Which addresses may stand in plain dress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Addresses {
    /// Absolute ones.
    Absolute,
    /// Relative ones too: there is nothing to read them against.
    AsWritten,
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// What ammonia lets through.
pub(crate) fn rules_of(dress: Dress) -> &'static Builder<'static> {
    static PLACED: LazyLock<Builder<'static>> = LazyLock::new(|| plain_rules(Addresses::Absolute));
    static UNPLACED: LazyLock<Builder<'static>> = LazyLock::new(|| plain_rules(Addresses::AsWritten));
    match dress {
        Dress::Ours => &OURS,
        Dress::Plain(Addresses::Absolute) => &PLACED,
        Dress::Plain(Addresses::AsWritten) => &UNPLACED,
    }
}

/// [`rules_of`], and the parts of drawings and formulas.
fn drawn_rules_of(dress: Dress) -> &'static Builder<'static> {
    static PLACED: LazyLock<Builder<'static>> = LazyLock::new(|| drawn_rules(Addresses::Absolute));
    static UNPLACED: LazyLock<Builder<'static>> = LazyLock::new(|| drawn_rules(Addresses::AsWritten));
    match dress {
        Dress::Ours => &OURS,
        Dress::Plain(Addresses::Absolute) => &PLACED,
        Dress::Plain(Addresses::AsWritten) => &UNPLACED,
    }
}

static OURS: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut rules = allow_list(Dress::Ours);
    rules
        .generic_attributes(EVERYWHERE.iter().map(|name| name.name()).collect())
        .tag_attributes(BY_TAG.iter().map(|(tag, names)| (tag.name(), names_of(names))).collect())
        .set_tag_attribute_value("img", "loading", PICTURE_LOADING)
        .link_rel(Some(LINK_REL));
    rules
});

fn plain_rules(addresses: Addresses) -> Builder<'static> {
    let dress = Dress::Plain(addresses);
    let mut rules = allow_list(dress);
    if addresses == Addresses::AsWritten {
        rules.url_relative(UrlRelative::PassThrough);
    }
    let everywhere = attribute::ALL.iter().filter(|name| may_have(Tag::Span, **name, dress));
    rules.generic_attributes(everywhere.map(|name| name.name()).collect()).attribute_filter(move |_, name, value| {
        match Name::of(name) {
            Some(name) => rules::plain(name, value, addresses),
            // The declarations of namespaces, and what else only drawings and formulas have.
            None if matches!(name, "xmlns" | "xlink") => NAMESPACES.contains(&value).then(|| value.into()),
            None => Some(value.into()),
        }
    });
    rules
}

fn drawn_rules(addresses: Addresses) -> Builder<'static> {
    let mut rules = plain_rules(addresses);
    // ammonia knows a name without its prefix and namespace.
    let local = |name: &Name| name.name().rsplit(':').next().unwrap_or_default();
    for tag in tag::SVG.iter().chain(tag::MATHML) {
        let own = attribute::ALL.iter().filter(|name| may_have(*tag, **name, Dress::Plain(addresses))).map(local);
        rules.add_tags([tag.name()]).add_tag_attributes(tag.name(), own.chain(["xmlns", "xlink"]));
    }
    rules.rm_clean_content_tags(["title"]);
    rules
}

fn names_of(names: &[Name]) -> HashSet<&'static str> {
    names.iter().map(|name| name.name()).collect()
}

/// The elements of the allow list, for ammonia.
fn allow_list(dress: Dress) -> Builder<'static> {
    let mut rules = Builder::empty();
    rules
        .tags(tag::HTML.iter().filter(|tag| tag.is_shown(dress)).map(|tag| tag.name()).collect())
        .clean_content_tags(HashSet::from(["script", "style", "template", "title", "noembed", "noframes", "iframe"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(None);
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(inside: &str, passes: bool) {
        let markup = format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{inside}<circle r=\"9\"></circle></svg>");
        let admitted = SafeHtml::admit_drawn(markup.clone(), Dress::Plain(Addresses::Absolute));
        assert_eq!(admitted.map(|safe| safe.0), passes.then_some(markup), "{inside}");
    }

    #[test]
    fn phrases_pass_in_descriptions_of_drawings() {
        check("<desc>a</desc>", true);
        check("<desc>a <abbr>b</abbr><q></q></desc><g><title><cite>c</cite>&lt;</title></g>", true);
        check("<desc lang=\"cy\"><abbr>b</abbr></desc>", true);
    }

    #[test]
    fn nothing_else_passes_there_and_they_pass_nowhere_else() {
        for inside in [
            "<desc><abbr title=\"a\">b</abbr></desc>",
            "<desc><abbr><q>a</q></abbr></desc>",
            "<desc><abbr>a</q></desc>",
            "<desc><abbr>a</desc>",
            "<desc>a</abbr></desc>",
            "<desc><abbr>a</desc></abbr>",
            "<desc><b>a</b></desc>",
            "<desc><p>a</p></desc>",
            "<desc><abbr ></abbr></desc>",
            "<desc><ABBR>a</ABBR></desc>",
            "<desc><abbr><!-- --></abbr></desc>",
            "<desc><style>a</style></desc>",
            "<desc>a</desc><abbr>b</abbr>",
            "<g><abbr>a</abbr></g>",
            "<text><abbr>a</abbr></text>",
            "<desc><abbr>a</abbr><g></g></desc>",
            "<desc><abbr>a</abbr></desc><a xlink:href=\"b\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"></a>",
        ] {
            check(inside, false);
        }
    }
}
