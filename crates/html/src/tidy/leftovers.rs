//! Leftovers of syndication at both ends of a post: our credit line says it better.
//!
//! To add a rule, add a line to a table. Patterns are in lower case and compared by [`phrase::matches`]: `*` stands
//! for any words, apostrophes and quotes are straight.

use super::links::is_blank;
use super::phrase::{self, matches, plain_if_short, same_words};
use crate::attribute::Name;
use crate::clean::Context;
use crate::tag::{HEADING, Tag};
use crate::tree::{Id, ROOT, Tree};

/// Which of a leftover's links, if any, leads to where the post was published first.
#[derive(Clone, Copy)]
enum Home {
    Nowhere,
    FirstLink,
    LastLink,
}

use Home::{FirstLink, LastLink, Nowhere};

/// Whole paragraphs that go from the start or the end of a post.
const PARAGRAPHS: &[(&str, Home)] = &[
    // WordPress, in the languages that it is used in most.
    ("the post * appeared first on *", FirstLink),
    ("the post * first appeared on *", FirstLink),
    ("the article * appeared first on *", FirstLink),
    ("the blog * appeared first on *", FirstLink),
    ("der beitrag * erschien zuerst auf *", FirstLink),
    ("l'article * est apparu en premier sur *", FirstLink),
    ("cet article * est apparu en premier sur *", FirstLink),
    ("la entrada * se publicó primero en *", FirstLink),
    ("la entrada * aparece primero en *", FirstLink),
    ("l'articolo * proviene da *", FirstLink),
    ("l'articolo * sembra essere il primo su *", FirstLink),
    ("o post * apareceu primeiro em *", FirstLink),
    ("o conteúdo * aparece primeiro em *", FirstLink),
    ("het bericht * verscheen eerst op *", FirstLink),
    ("inlägget * dök först upp på *", FirstLink),
    ("indlægget * blev først udgivet på *", FirstLink),
    ("innlegget * dukket først opp på *", FirstLink),
    ("artykuł * pochodzi z serwisu *", FirstLink),
    ("ymddangosodd y cofnod * yn gyntaf ar *", FirstLink),
    ("ymddangosodd y post * yn gyntaf ar *", FirstLink),
    // Medium.
    (
        "* was originally published in * on medium, where people are continuing the conversation by highlighting and responding to this story.",
        Nowhere,
    ),
    ("continue reading on *", Nowhere),
    // Said by people.
    ("this post was first published *", LastLink),
    ("this post was originally published *", LastLink),
    ("this article was first published *", LastLink),
    ("this article was originally published *", LastLink),
    ("this blog was first published *", LastLink),
    ("this blog was originally published *", LastLink),
    ("this blog post was first published *", LastLink),
    ("this blog post was originally published *", LastLink),
    ("this piece was first published *", LastLink),
    ("this piece was originally published *", LastLink),
    ("this story was first published *", LastLink),
    ("this story was originally published *", LastLink),
    ("this first appeared *", LastLink),
    ("this article first appeared *", LastLink),
    ("this post first appeared *", LastLink),
    ("this post appeared first *", LastLink),
    ("this was originally posted *", LastLink),
    // Shares, likes and lists to be on.
    ("share this", Nowhere),
    ("share this:", Nowhere),
    ("share this:*", Nowhere),
    ("share this post", Nowhere),
    ("share this post:*", Nowhere),
    ("share", Nowhere),
    ("tweet", Nowhere),
    ("like this", Nowhere),
    ("like this:", Nowhere),
    ("like this:*", Nowhere),
    ("like loading...", Nowhere),
    ("like loading…", Nowhere),
    ("like*loading...", Nowhere),
    ("loading...", Nowhere),
    ("loading…", Nowhere),
    ("related", Nowhere),
    ("thanks for reading*! subscribe for free to receive new posts*", Nowhere),
    ("thanks for reading *! this post is public so feel free to share it.", Nowhere),
    ("thank you for reading *. this post is public so feel free to share it.", Nowhere),
    ("* is a reader-supported publication. to receive new posts*", Nowhere),
    ("subscribe now", Nowhere),
    ("subscribe", Nowhere),
    ("leave a comment", Nowhere),
    ("comments", Nowhere),
    ("view comments", Nowhere),
    // The rest is elsewhere, and our own link to it is near.
    ("read more", Nowhere),
    ("read more...", Nowhere),
    ("read more…", Nowhere),
    ("continue reading", Nowhere),
    ("(more...)", Nowhere),
    ("(more…)", Nowhere),
];

/// Like [`PARAGRAPHS`], for words that also start a sentence of the author's: they go only where a link is in them
/// and little else.
const LINKED_PARAGRAPHS: &[(&str, Home)] = &[
    ("* first appeared on *.", FirstLink),
    ("* was first posted on *", FirstLink),
    ("first published on *", LastLink),
    ("first published at *", LastLink),
    ("originally published on *", LastLink),
    ("originally published at *", LastLink),
    ("originally published in *", LastLink),
    ("originally posted on *", LastLink),
    ("originally posted at *", LastLink),
    ("originally appeared on *", LastLink),
    ("cross-posted from *", LastLink),
    ("crossposted from *", LastLink),
    ("read the original *", LastLink),
    ("view the original *", LastLink),
    ("republished from *", LastLink),
    ("share on *", Nowhere),
    ("filed under: *", Nowhere),
    ("posted in *", Nowhere),
    ("tagged: *", Nowhere),
    ("tagged with *", Nowhere),
    ("read more *", Nowhere),
    ("continue reading *", Nowhere),
    ("click here to read *", Nowhere),
    ("click to read *", Nowhere),
    ("share this article*", Nowhere),
];

/// Links at the very end of a post whose text is one of these.
const LAST_LINKS: &[&str] = &[
    "read more",
    "read more*",
    "[read more]",
    "(read more)",
    "continue reading*",
    "(continue reading*",
    "keep reading*",
    "read the rest*",
    "read the full *",
    "read full *",
    "read on*",
    "more",
    "more...",
    "more…",
    "(more...)",
    "(more…)",
    "[more]",
    "more \"",
    "»",
    "\"",
    "→",
    "permalink",
    "* permalink",
    "permalink *",
    "∞",
    "★",
    "comments",
    "weiterlesen*",
    "lire la suite*",
    "leer más*",
    "lees verder*",
    "darllen mwy*",
];

/// No post has more leftovers than this.
const MOST: usize = 100;

/// Takes the leftovers out and gives the address that one of them names as the post's first home.
pub(crate) fn lift(tree: &mut Tree<'_>, context: &Context<'_>) -> Option<String> {
    let mut home = None;
    drop_repeated_title(tree, context.title);
    for _ in 0..MOST {
        let Some(found) = lift_one(tree, context) else { break };
        home = home.or(found);
        drop_repeated_title(tree, context.title);
    }
    home
}

/// Takes one leftover out; the outer `None` where there is none.
fn lift_one(tree: &mut Tree<'_>, context: &Context<'_>) -> Option<Option<String>> {
    let last = tree.last(ROOT)?;
    if tree.has_tag(last, Tag::Hr) || is_space(tree, last) {
        tree.detach(last);
        return Some(None);
    }
    let first = tree.first(ROOT)?;
    if tree.has_tag(first, Tag::Hr) || is_space(tree, first) {
        tree.detach(first);
        return Some(None);
    }
    let both = [last, first];
    for block in if last == first { &both[..1] } else { &both[..] } {
        let block = *block;
        if let Some(home) = as_leftover(tree, block, context) {
            let home = home_of(tree, block, home);
            tree.detach(block);
            return Some(home);
        }
    }
    if is_share_list(tree, last) {
        let title = tree.previous(last);
        tree.detach(last);
        title.into_iter().for_each(|title| tree.detach(title));
        return Some(None);
    }
    lift_last_line(tree, last, context).or_else(|| lift_last_link(tree, last))
}

fn is_space(tree: &Tree<'_>, id: Id) -> bool {
    tree.text_of(id).is_some_and(is_blank)
}

/// What a block that is a leftover says of the post's home.
fn as_leftover(tree: &Tree<'_>, block: Id, context: &Context<'_>) -> Option<Home> {
    let may_be = tree.is(block, HEADING) || matches!(tree.tag(block), Some(Tag::P | Tag::Div | Tag::Blockquote));
    if !may_be || tree.within(block).any(|at| tree.has_tag(at, Tag::Img)) {
        return None;
    }
    let has_link = tree.within(block).any(|at| tree.has_tag(at, Tag::A));
    leftover(&plain_if_short(tree, block)?, has_link, context)
}

fn leftover(words: &str, has_link: bool, context: &Context<'_>) -> Option<Home> {
    /// In bytes: a title, a name, and a few words around them.
    const LITTLE: usize = 220;
    if words.is_empty() {
        return None;
    }
    let linked = if has_link && words.len() <= LITTLE { LINKED_PARAGRAPHS } else { &[] };
    if let Some((_, home)) = PARAGRAPHS.iter().chain(linked).find(|(pattern, _)| matches(pattern, words)) {
        return Some(*home);
    }
    // "Original source – NAME", as aggregators write it, and the name of the source alone.
    let source = context.source_name.filter(|name| !is_blank(name))?;
    let said = words.strip_prefix("original source").or_else(|| words.strip_prefix("source:")).unwrap_or(words);
    same_words(said, source).then_some(LastLink)
}

fn home_of(tree: &Tree<'_>, block: Id, home: Home) -> Option<String> {
    let mut links = tree.within(block).filter_map(|at| {
        let href = if tree.has_tag(at, Tag::A) { tree.attribute(at, Name::Href) } else { None };
        href.filter(|href| leads_to_a_post(href))
    });
    let link = match home {
        Nowhere => None,
        FirstLink => links.next(),
        LastLink => links.last(),
    };
    link.map(str::to_owned)
}

/// A site's front page is nobody's first home.
fn leads_to_a_post(href: &str) -> bool {
    let rest = href.split_once("://").filter(|(scheme, _)| scheme.starts_with("http")).map(|(_, rest)| rest);
    rest.and_then(|rest| rest.split_once('/')).is_some_and(|(_, path)| !path.is_empty() && !path.starts_with('#'))
}

/// A list of places to share on, under a line that says so.
fn is_share_list(tree: &Tree<'_>, last: Id) -> bool {
    if !tree.tag(last).is_some_and(Tag::is_list) {
        return false;
    }
    let title = tree.previous(last).and_then(|before| plain_if_short(tree, before));
    let shares = title.is_some_and(|title| {
        ["share this", "share this:", "share this post", "share:", "share on:", "like this:", "related"]
            .contains(&&*title)
    });
    shares && tree.children(last).all(|item| plain_if_short(tree, item).is_some_and(|text| text.len() < 80))
}

/// A leftover on the last line of a paragraph.
fn lift_last_line(tree: &mut Tree<'_>, block: Id, context: &Context<'_>) -> Option<Option<String>> {
    if !tree.has_tag(block, Tag::P) {
        return None;
    }
    let line_end = std::iter::successors(tree.last(block), |at| tree.previous(*at))
        .take(12)
        .find(|at| tree.has_tag(*at, Tag::Br))?;
    let line: Vec<Id> = std::iter::successors(tree.next(line_end), |at| tree.next(*at)).collect();
    let text: Vec<String> = line.iter().map(|at| plain_if_short(tree, *at)).collect::<Option<_>>()?;
    let has_link = line.iter().any(|at| tree.within(*at).any(|at| tree.has_tag(at, Tag::A)));
    let home = leftover(text.join(" ").trim(), has_link, context)?;
    let links: Vec<Option<String>> = line.iter().map(|at| home_of(tree, *at, home)).collect();
    tree.detach(line_end);
    line.into_iter().for_each(|node| tree.detach(node));
    trim_end(tree, block);
    let mut links = links.into_iter().flatten();
    Some(match home {
        Nowhere => None,
        FirstLink => links.next(),
        LastLink => links.last(),
    })
}

/// "Read more" as the last thing in the last paragraph.
fn lift_last_link(tree: &mut Tree<'_>, block: Id) -> Option<Option<String>> {
    if !tree.has_tag(block, Tag::P) {
        return None;
    }
    let last = tree.last(block)?;
    if !tree.has_tag(last, Tag::A) || tree.within(last).any(|at| tree.has_tag(at, Tag::Img)) {
        return None;
    }
    let words = plain_if_short(tree, last)?;
    LAST_LINKS.iter().find(|pattern| matches(pattern, &words))?;
    tree.detach(last);
    trim_end(tree, block);
    Some(None)
}

/// Takes space and signs of "there is more" off the end; a paragraph that is left with nothing goes.
fn trim_end(tree: &mut Tree<'_>, block: Id) {
    while let Some(last) = tree.last(block) {
        let nothing = match tree.text_of(last) {
            Some(text) => text.chars().all(|c| c.is_whitespace() || matches!(c, '(' | '[' | '|' | '-' | '–' | '—')),
            None => tree.has_tag(last, Tag::Br),
        };
        if nothing || !tree.trim_text(last, false, true) {
            tree.detach(last);
        } else {
            return;
        }
    }
    tree.detach(block);
}

/// A first heading that says the title again.
fn drop_repeated_title(tree: &mut Tree<'_>, title: Option<&str>) {
    let Some(title) = title else { return };
    while let Some(first) = tree.first(ROOT) {
        if !tree.is(first, HEADING) || !same_words(&phrase::folded(tree, first), title) {
            return;
        }
        tree.detach(first);
    }
}
