//! Damage to a document as a whole: what stands before, between and behind, its head and its root.

use super::{Damaged, Kind, Patient};

const WARNING: &str =
    "<br />\n<b>Warning</b>:  Undefined variable $feed in <b>/srv/www/feed.php</b> on line <b>12</b><br />\n";
const NOTICE: &str = "\nNotice: Undefined index: title & more in /srv/www/feed.php on line 12\n";

pub(super) const KINDS: &[Kind] = &[
    ("blank lines first", |feed| before(feed, "\n\n \t")),
    ("words first", |feed| before(feed, "Here is your feed: ")),
    ("a warning first", |feed| before(feed, WARNING)),
    ("a notice first", |feed| before(feed, NOTICE)),
    ("a stack trace first", |feed| before(feed, "Array\n(\n  [0] => <x>\n)\n#0 main(a && b)\n <?php echo 1 > 2 ?>")),
    ("a head of a reply first", |feed| {
        before(feed, "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=\"utf-8\"\r\n\r\n")
    }),
    ("a page's head first", |feed| before(feed, "<!DOCTYPE html><html><head><title>x</title></head><body>")),
    ("a comment first", |feed| before(feed, "<!-- made by x > y -->\n")),
    ("a script first", |feed| before(feed, "<script>var a = 1 < 2 && '<rss>';</script>\n")),
    ("warnings between entries", |feed| feed.behind(&format!("</{}>", feed.entry()), WARNING, 10)),
    ("notices inside entries", |feed| feed.behind("</title>", NOTICE, 10)),
    ("warnings inside entries", |feed| feed.behind("</title>", WARNING, 10)),
    ("warnings inside titles", |feed| feed.behind("<title>", WARNING, 5)),
    ("warnings everywhere", |feed| feed.behind(">\n", WARNING, 200)),
    ("a script last", |feed| after(feed, "<script>var a = 1 < 2 && 3;</script>")),
    ("a comment last", |feed| after(feed, "<!-- served in 0.02 s -- by x -->")),
    ("a page's end last", |feed| after(feed, "</body></html>")),
    ("words last", |feed| after(feed, "\nFatal error: Out of memory & time <b>x")),
    ("no characters last", |feed| after(feed, &"\0".repeat(500))),
    ("the root closed twice", |feed| after(feed, "</channel></rss></feed>")),
    ("twice the same", |feed| after(feed, feed.text)),
    ("a second feed", |feed| {
        after(
            feed,
            "<?xml version='1.0'?><rss version='2.0'><channel><title>x</title><item><title>New</title></item></channel></rss>",
        )
    }),
    ("another feed first", |feed| {
        before(feed, "<?xml version='1.0'?><rss version='2.0'><channel><title>x</title></channel></rss>")
    }),
    ("a second declaration", |feed| before(feed, "<?xml version=\"1.0\"?>\n")),
    ("a declaration that is not closed", |feed| feed.one("?>", ">")),
    ("a declaration with a space", |feed| feed.all("<?xml ", "<? xml ")),
    ("a declaration without its marks", |feed| feed.all("<?xml ", "xml ")),
    ("a declaration torn", |feed| feed.one("?>", "")),
    ("a declaration that is a tag", |feed| {
        Some(feed.text.replacen("<?xml ", "<xml ", 1).replacen("?>", ">", 1).into())
    }),
    ("a page's document type", |feed| in_front_of_root(feed, "<!DOCTYPE html>")),
    ("a document type with entities", |feed| {
        in_front_of_root(
            feed,
            "<!DOCTYPE rss [<!ENTITY nbsp \"&#160;\"><!ENTITY % x SYSTEM \"x.dtd\">\n%x; <!-- ' ]> -->]>",
        )
    }),
    ("a document type that is not closed", |feed| in_front_of_root(feed, "<!DOCTYPE rss [<!ENTITY nbsp \"&#160;\">")),
    ("a document type with a lost quote", |feed| in_front_of_root(feed, "<!DOCTYPE rss PUBLIC \"-//x//RSS 0.91>")),
    ("an unknown root", |feed| with_root(feed, "document")),
    ("an unknown version", |feed| {
        feed.all("version=\"2.0\"", "version=\"two\"").or_else(|| feed.all("version=", "vers="))
    }),
    ("no root's beginning", |feed| without_root_begin(feed)),
    ("no root's end", |feed| {
        Some(feed.text.replace("</rss>", "").replace("</feed>", "").replace("</rdf:RDF>", "").into())
    }),
    ("no root", |feed| {
        without_root_begin(feed).map(|damaged| {
            let text = String::from_utf8(damaged.bytes).expect("it was made from a text");
            text.replace("</rss>", "").replace("</feed>", "").into()
        })
    }),
    ("no channel", |feed| Some(feed.text.replace("<channel>", "").replace("</channel>", "").into())),
    ("no channel's end", |feed| feed.all("</channel>", "")),
    ("inside a page", |feed| {
        Some(format!("<!DOCTYPE html>\n<html><head><title>Feed</title></head><body>{}</body></html>", feed.text).into())
    }),
    ("inside an envelope", |feed| {
        Some(format!("<soap:Envelope><soap:Body><reply>{}</reply></soap:Body></soap:Envelope>", feed.text).into())
    }),
    ("inside a page's listing, escaped", |feed| {
        Some(format!("<html><body><pre>{}</pre></body></html>", escaped(feed.text)).into())
    }),
    ("escaped as a whole", |feed| Some(escaped(feed.text).into())),
    ("escaped inside an element", |feed| {
        Some(
            format!("<?xml version=\"1.0\"?><string xmlns=\"http://tempuri.org/\">{}</string>", escaped(feed.text))
                .into(),
        )
    }),
    ("inside a section", |feed| Some(format!("<![CDATA[{}]]>", feed.text.replace("]]>", "]]]]><![CDATA[>")).into())),
    ("inside a string", |feed| {
        Some(
            format!(
                "\"{}\"",
                feed.text
                    .replace('\\', "\\\\")
                    .replace('"', "\\\"")
                    .replace('\n', "\\n")
                    .replace('\r', "\\r")
                    .replace('\t', "\\t")
            )
            .into(),
        )
    }),
    ("cut in the middle", |feed| Some(cut(feed, feed.any_place()))),
    ("cut in the last tag", |feed| Some(cut(feed, feed.floor(feed.text.trim_end().len() - 3)))),
    ("cut inside a tag", |feed| feed.place_of("</").map(|at| cut(feed, at + 2))),
    ("cut inside an attribute", |feed| feed.place_of("=\"").map(|at| cut(feed, at + 2))),
    ("cut inside a section", |feed| {
        feed.place_of("<![CDATA[")
            .map(|at| cut(feed, (at + 12).min(feed.text.len())))
            .filter(|damaged| std::str::from_utf8(&damaged.bytes).is_ok())
    }),
    ("remnants of chunks", chunked),
    ("remnants of chunks inside words", chunked_anywhere),
];

fn before(feed: &Patient<'_>, junk: &str) -> Option<Damaged> {
    Some(format!("{junk}{}", feed.text).into())
}

fn after(feed: &Patient<'_>, junk: &str) -> Option<Damaged> {
    Some(format!("{}{junk}", feed.text).into())
}

fn cut(feed: &Patient<'_>, at: usize) -> Damaged {
    Damaged { bytes: feed.text.as_bytes()[..at].to_vec(), cut_at: Some(at) }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Where the root's tag begins and ends.
fn root(feed: &Patient<'_>) -> Option<(usize, usize)> {
    let from = ["<rss", "<feed", "<rdf:RDF", "<RDF"].iter().filter_map(|root| feed.text.find(root)).min()?;
    let to = feed.text[from..].find('>')? + from + 1;
    Some((from, to))
}

fn in_front_of_root(feed: &Patient<'_>, what: &str) -> Option<Damaged> {
    let (from, _) = root(feed)?;
    Some(format!("{}{what}{}", &feed.text[..from], &feed.text[from..]).into())
}

fn without_root_begin(feed: &Patient<'_>) -> Option<Damaged> {
    let (from, to) = root(feed)?;
    Some(format!("{}{}", &feed.text[..from], &feed.text[to..]).into())
}

fn with_root(feed: &Patient<'_>, name: &str) -> Option<Damaged> {
    let (from, to) = root(feed)?;
    let begin = &feed.text[from..to];
    let old = &begin[1..begin.find([' ', '\n', '\t', '\r', '>'])?];
    let attributes = &begin[1 + old.len()..];
    let behind = feed.text[to..].replace(&format!("</{old}>"), &format!("</{name}>"));
    Some(format!("{}<{name}{attributes}{behind}", &feed.text[..from]).into())
}

/// The sizes of a reply's chunks between its lines.
fn chunked(feed: &Patient<'_>) -> Option<Damaged> {
    let mut out = String::from("1f40\r\n");
    let mut since = 0;
    for line in feed.text.split_inclusive('\n') {
        out.push_str(line);
        since += line.len();
        if since > 8_000 {
            out.push_str("\r\n1ff8\r\n");
            since = 0;
        }
    }
    Some((out + "\r\n0\r\n\r\n").into())
}

/// The sizes of a reply's chunks wherever they fall.
fn chunked_anywhere(feed: &Patient<'_>) -> Option<Damaged> {
    let mut out = b"1f40\r\n".to_vec();
    for chunk in feed.text.as_bytes().chunks(8_000) {
        out.extend_from_slice(chunk);
        out.extend_from_slice(b"\r\n1f40\r\n");
    }
    Some(out.into())
}
