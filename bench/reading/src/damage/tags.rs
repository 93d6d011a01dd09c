//! Damage to tags and what is in them.

use super::{Damaged, Kind, Patient};

pub(super) const KINDS: &[Kind] = &[
    ("one title not closed", |feed| feed.one("</title>", "")),
    ("no title closed", |feed| feed.all("</title>", "")),
    ("one entry not closed", |feed| feed.one(&end(feed), "")),
    ("no entry closed", |feed| feed.all(&end(feed), "")),
    ("no description closed", |feed| feed.all("</description>", "").or_else(|| feed.all("</content>", ""))),
    ("no link closed", |feed| feed.all("</link>", "").or_else(|| feed.all("</id>", ""))),
    ("ends without their bracket", |feed| feed.all("</title>", "</title")),
    ("ends without their beginning", |feed| feed.all("</title>", "/title>")),
    ("ends without their slash", |feed| feed.all("</title>", "<title>")),
    ("ends without a name", |feed| feed.all("</title>", "</>")),
    ("beginnings without their bracket", |feed| feed.all("<title>", "<title")),
    ("an entry's beginning without its bracket", |feed| {
        feed.all(&format!("<{}>", feed.entry()), &format!("<{}", feed.entry()))
    }),
    ("an entry's end without its bracket", |feed| feed.all(&end(feed), &format!("</{}", feed.entry()))),
    ("stray ends", |feed| feed.behind("</title>", "</p></b></div>", 20)),
    ("stray ends of titles", |feed| feed.behind("</title>", "</title>", 20)),
    ("entries closed twice", |feed| feed.all(&end(feed), &format!("{0}{0}", end(feed)))),
    ("the channel closed early", |feed| feed.behind(&end(feed), "</channel>", 1)),
    ("the feed closed early", |feed| feed.behind(&end(feed), "</channel></rss></feed>", 1)),
    ("the feed closed inside an entry", |feed| feed.behind("</title>", "</channel></rss></feed>", 1)),
    ("entries closed inside", |feed| feed.behind("</title>", &end(feed), 2)),
    ("markup that is not closed", |feed| feed.behind("<title>", "<b>one <i>two <br> ", 10)),
    ("markup between the elements", |feed| feed.behind("</title>", "<p><img src=x><br>", 20)),
    ("markup between the entries", |feed| feed.all(&end(feed), &format!("{}<hr><p><table><tr><td>", end(feed)))),
    ("tags that cross", |feed| feed.behind("<title>", "<b><i>x</b></i>", 10)),
    ("ends that cross", |feed| feed.all("</title>", "</titel>")),
    ("ends in capitals", |feed| feed.all("</title>", "</TITLE>")),
    ("all tags in capitals", |feed| Some(in_capitals(feed.text, |_| true).into())),
    ("only beginnings in capitals", |feed| Some(in_capitals(feed.text, |tag| !tag.starts_with("</")).into())),
    ("spaces at the end of tags", |feed| feed.all(">", " >")),
    ("spaces in ends", |feed| feed.all("</", "</ ")),
    ("spaces before names", |feed| feed.all("<title>", "< title>")),
    ("line ends in tags", |feed| feed.all("</title>", "</title\n>")),
    ("attributes without quotes", |feed| Some(without_quotes(feed.text).into())),
    ("attributes without their closing quote", |feed| feed.all("\" ", " ")),
    ("one attribute without its closing quote", |feed| feed.one("\">", ">")),
    ("one attribute without its opening quote", |feed| feed.one("=\"", "=")),
    ("attributes without their opening quote", |feed| feed.all("=\"", "=")),
    ("no space between attributes", |feed| feed.all("\" ", "\"")),
    ("attributes twice", |feed| Some(attributes_twice(feed.text).into())),
    ("attributes without a value", |feed| {
        feed.all(&format!("<{}", feed.entry()), &format!("<{} new hidden= ", feed.entry()))
    }),
    ("quotes in quotes", |feed| {
        feed.all(&format!("<{}>", feed.entry()), &format!("<{} title=\"a \"b\" c\">", feed.entry()))
    }),
    ("brackets in quotes", |feed| {
        feed.all(&format!("<{}>", feed.entry()), &format!("<{} title=\"a <b> > c\">", feed.entry()))
    }),
    ("quotes for print", |feed| feed.all("=\"", "=“").map(|damaged| curly(damaged.bytes))),
    ("quotes of the other kind at the end", |feed| feed.one("\">", "'>")),
    ("one bracket lost", |feed| feed.one("<", "")),
    ("one closing bracket lost", |feed| feed.one(">", "")),
    ("one bracket twice", |feed| feed.one("<", "<<")),
    ("every bracket twice", |feed| feed.all("<title>", "<<title>>")),
    ("one slash lost", |feed| feed.one("</", "<")),
    ("a slash too many", |feed| feed.all("<title>", "<title/>")),
    ("slashes turned", |feed| feed.all("</", "<\\")),
    ("prefixes that nobody declared", |feed| Some(without_declarations(feed.text, " xmlns:").into())),
    ("no namespaces at all", |feed| Some(without_declarations(feed.text, " xmlns").into())),
    ("namespaces misspelt", |feed| feed.all("http://", "htp:/")),
    ("namespaces with other ends", |feed| {
        Some(feed.text.replace("/\"", "\"").replace("xmlns=\"http:", "xmlns=\"https:").into())
    }),
    ("namespaces of somebody else", |feed| feed.all("xmlns", "xmlns:own=\"urn:x\" xmlns")),
    ("an empty namespace", |feed| {
        Some(feed.text.replacen("<rss", "<rss xmlns=\"\"", 1).replacen("<feed", "<feed xmlns:a=\"\"", 1).into())
    }),
    ("the whole feed under a prefix", |feed| Some(under_prefix(feed.text).into())),
    ("a piece of one entry lost", |feed| hole(feed, 300)),
    ("a piece of a head lost", |feed| cut_head(feed)),
    ("twenty bytes changed", |feed| Some(changed(feed, 20).into())),
    ("three characters lost", |feed| Some(lost(feed, 3).into())),
    ("one tag twice", |feed| feed.behind("<title>", "<title>", 3)),
    ("deep nests", |feed| feed.behind("<title>", &"<div>".repeat(300), 1)),
];

fn end(feed: &Patient<'_>) -> String {
    format!("</{}>", feed.entry())
}

/// The tags of a text, those of sections and comments left out, each rewritten.
fn rewrite_tags(text: &str, write: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = if rest.starts_with("<![CDATA[") {
            "]]>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else {
            ">"
        };
        let length = rest.find(end).map_or(rest.len(), |at| at + end.len());
        let (tag, after) = rest.split_at(length);
        let is_tag = end == ">" && !tag.starts_with("<?") && !tag.starts_with("<!");
        out.push_str(&if is_tag { write(tag) } else { tag.to_owned() });
        rest = after;
    }
    out + rest
}

fn in_capitals(text: &str, which: impl Fn(&str) -> bool) -> String {
    rewrite_tags(text, |tag| {
        let end = tag.find([' ', '\n', '\t', '>']).unwrap_or(tag.len());
        if which(tag) { tag[..end].to_uppercase() + &tag[end..] } else { tag.to_owned() }
    })
}

fn without_quotes(text: &str) -> String {
    rewrite_tags(text, |tag| {
        let mut pieces = tag.split('"');
        let mut out = pieces.next().unwrap_or_default().to_owned();
        while let (Some(value), after) = (pieces.next(), pieces.next().unwrap_or_default()) {
            let can_stand = !value.is_empty() && !value.contains([' ', '\n', '>']);
            out += &if can_stand { format!("{value}{after}") } else { format!("\"{value}\"{after}") };
        }
        out
    })
}

fn attributes_twice(text: &str) -> String {
    rewrite_tags(text, |tag| match tag.split_once(' ') {
        Some((name, rest)) if rest.contains('=') => {
            let attributes = rest.trim_end_matches('>').trim_end_matches('/');
            format!("{name} {attributes} {rest}")
        }
        _ => tag.to_owned(),
    })
}

fn curly(bytes: Vec<u8>) -> Damaged {
    let text = String::from_utf8(bytes).expect("it was made from a text");
    text.replace("\" ", "” ").replace("\">", "”>").replace("\"/>", "”/>").replace("\"?>", "”?>").into()
}

fn without_declarations(text: &str, which: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(which) {
        out.push_str(&rest[..at]);
        rest = &rest[at + which.len()..];
        let quote = rest.find(['"', '\'']).and_then(|open| {
            let mark = &rest[open..=open];
            rest[open + 1..].find(mark).map(|close| open + close + 2)
        });
        rest = &rest[quote.unwrap_or(0)..];
    }
    out + rest
}

fn under_prefix(text: &str) -> String {
    rewrite_tags(text, |tag| {
        let (start, name) = if tag.starts_with("</") { tag.split_at(2) } else { tag.split_at(1) };
        let end = name.find([' ', '>', '/', '\n']).unwrap_or(name.len());
        if name[..end].contains(':') { tag.to_owned() } else { format!("{start}n:{name}") }
    })
}

/// Somewhere in an entry, behind its title, a piece is missing.
fn hole(feed: &Patient<'_>, length: usize) -> Option<Damaged> {
    let from = feed.place_of("</title>")? + 8;
    let limit = feed.text[from..].find(&end(feed))? + from;
    let to = feed.floor((from + length).min(limit));
    Some(format!("{}{}", &feed.text[..from], &feed.text[to..]).into())
}

/// What stands before the first entry's end is missing from the beginning on.
fn cut_head(feed: &Patient<'_>) -> Option<Damaged> {
    let first = feed.text.find(&format!("<{}", feed.entry()))?;
    let from = feed.floor(feed.number(first));
    Some(feed.text[from..].to_owned().into())
}

fn changed(feed: &Patient<'_>, times: usize) -> Vec<u8> {
    let mut bytes = feed.text.as_bytes().to_vec();
    let from = feed.text.find(&format!("<{}", feed.entry())).unwrap_or(0);
    for _ in 0..times {
        let at = from + feed.number(bytes.len() - from);
        bytes[at] = b' ' + feed.number(95) as u8;
    }
    bytes
}

fn lost(feed: &Patient<'_>, times: usize) -> String {
    let mut text = feed.text.to_owned();
    for _ in 0..times {
        let mut at = feed.number(text.len() - 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        text.remove(at);
    }
    text
}
