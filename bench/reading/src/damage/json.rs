//! Damage to feeds in JSON.

use super::Kind;

pub(super) const KINDS: &[Kind] = &[
    ("commas at the end", |feed| Some(feed.text.replace('}', ",}").into())),
    ("one comma lost", |feed| feed.one("\",", "\"")),
    ("one comma twice", |feed| feed.one("\",", "\",,")),
    ("raw line ends", |feed| feed.all("\\n", "\n")),
    ("raw line ends and tabs", |feed| feed.behind(":\"", "a\n\tb", 10).or_else(|| feed.behind(": \"", "a\n\tb", 10))),
    ("control characters", |feed| feed.behind(":\"", "\u{1}\u{b}", 10).or_else(|| feed.behind(": \"", "\u{1}", 10))),
    ("escapes that nobody knows", |feed| {
        feed.behind(":\"", "it\\'s \\x \\u12", 10).or_else(|| feed.behind(": \"", "it\\'s \\x \\u12", 10))
    }),
    ("a mark first", |feed| Some(format!("\u{feff}{}", feed.text).into())),
    ("a warning first", |feed| {
        Some(format!("<br />\n<b>Warning</b>: x in <b>feed.php</b><br />\n{}", feed.text).into())
    }),
    ("words first", |feed| Some(format!("Notice: x in feed.php\n{}", feed.text).into())),
    ("a guard first", |feed| Some(format!(")]}}',\n{}", feed.text).into())),
    ("inside a call", |feed| Some(format!("callback({});", feed.text).into())),
    ("inside a page", |feed| Some(format!("<html><body><pre>{}</pre></body></html>", feed.text).into())),
    ("words last", |feed| Some(format!("{}\n<!-- cached -->", feed.text).into())),
    ("twice the same", |feed| Some(format!("{0}{0}", feed.text).into())),
    ("no last bracket", |feed| Some(feed.text.trim_end().trim_end_matches('}').to_owned().into())),
    ("no last brackets", |feed| Some(feed.text.trim_end_matches(['}', ']', ' ', '\n', '\r', '\t']).to_owned().into())),
    ("no names known", |feed| Some(feed.text.replace("https://jsonfeed.org/", "https://json.example/").into())),
    ("comments", |feed| Some(feed.text.replacen('{', "{ // a feed\n /* of \"posts\" */", 1).into())),
    ("quotes of the other kind", |feed| {
        Some(feed.text.replacen("\"items\"", "'items'", 1).replacen("\"version\"", "'version'", 1).into())
    }),
    ("names without quotes", |feed| {
        Some(feed.text.replacen("\"items\"", "items", 1).replacen("\"version\"", "version", 1).into())
    }),
    ("numbers that are none", |feed| {
        Some(feed.text.replacen('{', "{\"expired\": NaN, \"count\": 012, \"x\": undefined,", 1).into())
    }),
    ("bytes of Windows-1252", |feed| {
        let mut bytes = feed.text.as_bytes().to_vec();
        bytes.insert(feed.text.rfind("\":")?, 0x92);
        Some(bytes.into())
    }),
    ("UTF-16", |feed| Some(feed.text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>().into())),
];
