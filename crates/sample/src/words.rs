//! Small ways with text: escaping for XML, plain words of markup, dates as platforms write them, marks.

use model::Time;

/// Text made safe between tags and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

/// What the bundled markup says, without the markup, its spaces folded.
pub fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // A tag's place is a space above, which must not part a word from its full stop.
    [" .", " ,", " ;", " :", " ?", " !", " )", " ’"].iter().fold(folded, |text, gap| text.replace(gap, &gap[1..]))
}

/// The first words of a text, with what the platform puts where it cuts.
pub fn first_words(text: &str, at_most: usize, cut: &str) -> String {
    let mut words = text.split(' ');
    let kept: Vec<&str> = words.by_ref().take(at_most).collect();
    let kept = kept.join(" ");
    if words.next().is_some() { kept + cut } else { kept }
}

/// The text of the first paragraph.
pub fn first_paragraph(html: &str) -> String {
    opening(html, 1).remove(0)
}

/// The first paragraphs, whole, that have so many words together; at least one.
pub fn opening(html: &str, words: usize) -> Vec<String> {
    let mut opening = Vec::new();
    let mut left = words;
    for paragraph in html.split("</p>") {
        let text = paragraph.rfind("<p>").map_or(paragraph, |start| &paragraph[start..]);
        opening.push(plain(text));
        left = left.saturating_sub(text.split_whitespace().count());
        if left == 0 {
            break;
        }
    }
    opening
}

/// `Mon, 23 Nov 2026 09:30:00 +0000`: RSS.
pub fn rfc822(at: Time) -> String {
    at.timestamp().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// `Mon, 23 Nov 2026 09:30:00 GMT`: HTTP, and some of RSS.
pub fn http_date(at: Time) -> String {
    at.timestamp().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// `2026-11-23T09:30:00+00:00`: Atom, as PHP and Ruby write it.
pub fn rfc3339_offset(at: Time) -> String {
    at.timestamp().strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// `Monday 23 November 2026`.
pub fn long_date(at: Time) -> String {
    at.timestamp().strftime("%A %-d %B %Y").to_string()
}

/// `2026/11/23`, as blogs put it in addresses.
pub fn date_path(at: Time) -> String {
    at.timestamp().strftime("%Y/%m/%d").to_string()
}

/// A number that stands for these bytes and stays the same for ever (FNV-1a).
pub fn mark(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |mark, byte| (mark ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The made-up identifier, in so many hexadecimal digits (at most 32), that a platform gives to a thing.
pub fn hex_id(thing: &str, digits: usize) -> String {
    let first = mark(thing.as_bytes());
    let second = mark(&first.to_le_bytes());
    format!("{first:016x}{second:016x}")[..digits].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_plain_words() {
        assert_eq!(plain("<p>Bins &amp; <b>boxes</b>.</p><p>Now</p>"), "Bins & boxes. Now");
        assert_eq!(first_paragraph("<h2>No</h2><p>Yes, <i>this</i>.</p><p>No</p>"), "Yes, this.");
        assert_eq!(opening("<p>One two.</p><ul><li>No</li></ul><p>Three.</p><p>No</p>", 3), ["One two.", "Three."]);
        assert_eq!(first_words("one two three", 2, " […]"), "one two […]");
        assert_eq!(first_words("one two", 2, " […]"), "one two");
    }

    #[test]
    fn dates_as_platforms_write_them() {
        let at: Time = "2026-11-03T09:30:00Z".parse().unwrap();
        assert_eq!(rfc822(at), "Tue, 03 Nov 2026 09:30:00 +0000");
        assert_eq!(http_date(at), "Tue, 03 Nov 2026 09:30:00 GMT");
        assert_eq!(rfc3339_offset(at), "2026-11-03T09:30:00+00:00");
        assert_eq!(long_date(at), "Tuesday 3 November 2026");
        assert_eq!(date_path(at), "2026/11/03");
    }

    #[test]
    fn identifiers_stay_the_same() {
        assert_eq!(mark(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hex_id("riverton/01", 24).len(), 24);
        assert_ne!(hex_id("riverton/01", 12), hex_id("riverton/02", 12));
    }
}
