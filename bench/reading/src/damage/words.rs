//! Damage to what stands between the tags.

use super::{Damaged, Kind, Patient};

pub(super) const KINDS: &[Kind] = &[
    ("ampersands put in bare", |feed| feed.behind("<title>", "Bins & boxes ", 20)),
    ("ampersands in front of letters", |feed| feed.behind("<title>", "Q&A ", 20)),
    ("ampersands unescaped", |feed| feed.all("&amp;", "&")),
    ("less-than signs put in bare", |feed| feed.behind("<title>", "1 < 2 ", 20)),
    ("less-than signs before letters", |feed| feed.behind("<title>", "a <b and c ", 20)),
    ("arrows", |feed| feed.behind("<title>", "<- <3 <> <<<", 20)),
    ("markup unescaped", |feed| Some(feed.text.replace("&lt;", "<").replace("&gt;", ">").into())),
    ("markup and ampersands unescaped", |feed| {
        Some(feed.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").into())
    }),
    ("everything escaped twice", |feed| feed.all("&", "&amp;")),
    ("entities that nobody declared", |feed| feed.behind("<title>", "caf&eacute;&nbsp;&unknown; ", 20)),
    ("entities without an end", |feed| feed.behind("<title>", "caf&eacute &amp &#8217 ", 20)),
    ("numbers of no character", |feed| feed.behind("<title>", "&#0;&#x1f;&#xD83D;&#xDE00;&#99999999;&#x;&#;&; ", 20)),
    ("control characters", |feed| feed.behind(">", "\u{1}\u{8}\u{b}\u{1f}", 50)),
    ("control characters inside tags", |feed| feed.behind("</", "\u{b}", 3)),
    ("no characters", |feed| feed.behind(">", "\0", 200)),
    ("sections without their marks", |feed| Some(feed.text.replace("<![CDATA[", "").replace("]]>", "").into())),
    ("one section never closed", |feed| feed.one("]]>", "")),
    ("no section ever closed", |feed| feed.all("]]>", "")),
    ("sections closed by one bracket", |feed| feed.all("]]>", "]>")),
    ("sections without their beginning", |feed| feed.all("<![CDATA[", "")),
    ("a section's end inside of it", |feed| feed.behind("<![CDATA[", "a]]> b ]]> c", 10)),
    ("sections in sections", |feed| {
        Some(feed.text.replace("<![CDATA[", "<![CDATA[<![CDATA[").replace("]]>", "]]>]]>").into())
    }),
    ("sections spelt in small letters", |feed| feed.all("<![CDATA[", "<![cdata[")),
    ("sections spelt with a space", |feed| feed.all("<![CDATA[", "<![ CDATA [")),
    ("sections with their marks escaped", |feed| {
        Some(feed.text.replace("<![CDATA[", "&lt;![CDATA[").replace("]]>", "]]&gt;").into())
    }),
    ("comments never closed", |feed| feed.behind("<title>", "<!-- ", 3)),
    ("a comment between entries never closed", |feed| feed.behind(&format!("</{}>", feed.entry()), "<!-- begin", 2)),
    ("comments with dashes", |feed| {
        feed.behind(&format!("</{}>", feed.entry()), "<!-- a -- b ---><!----><!--->-->", 10)
    }),
    ("comments closed by a bracket", |feed| feed.behind(&format!("</{}>", feed.entry()), "<!-- post -> <!- x -->", 5)),
    ("instructions never closed", |feed| feed.behind(&format!("</{}>", feed.entry()), "<?php echo '<b>'; ", 2)),
    ("quotes escaped by slashes", |feed| Some(feed.text.replace('"', "\\\"").into())),
    ("quotes in texts escaped by slashes", |feed| feed.behind("<title>", "It\\'s \\\"x\\\" ", 10)),
    ("line ends written out", |feed| feed.all("\n", "\\n\n")),
    ("line ends of old machines", |feed| feed.all("\n", "\r")),
    ("everything in one line", |feed| feed.all("\n", " ")),
    ("lines broken after eighty characters", broken_lines),
    ("pieces of script", |feed| {
        feed.behind(
            &format!("</{}>", feed.entry()),
            "<script>if (a < b && c > d) { document.write(\"<p>\") }</script>",
            5,
        )
    }),
];

/// As mail breaks lines: at the last space before the eightieth character.
fn broken_lines(feed: &Patient<'_>) -> Option<Damaged> {
    let mut out = String::with_capacity(feed.text.len() + 1000);
    let mut width = 0;
    for word in feed.text.split_inclusive(' ') {
        width += word.len();
        if width > 80 {
            out.push('\n');
            width = word.len();
        }
        out.push_str(word);
    }
    Some(out.into())
}
