//! JSON that is broken: a reader that takes what it can get.
//!
//! It takes whatever stands where a value, a name or a mark between them should: raw line ends and escapes that mean
//! nothing in strings, quotes of the other kind or none, commas too many or too few, comments, numbers and words that
//! are no JSON, and an end in the middle of everything.

use serde_json::{Map, Value};

use super::kept::Bounds;

/// How deep lists and objects may be nested; what is deeper is no feed.
const DEEPEST: usize = 64;

/// Reads the value that begins a text; what is missing at its end is taken for closed.
pub(super) fn read(text: &str, bounds: &Bounds) -> Option<Value> {
    let mut reader = Reader { text, at: 0, objects: 0, lists: 0, is_too_deep: false, is_torn: false, bounds };
    let mut value = reader.value("items")?;
    while let Value::Object(object) = &mut value {
        // What follows in the way of members is of the whole, whose bracket stands too early.
        reader.skip(",}");
        if reader.name_ahead().is_none() {
            break;
        }
        reader.members(object);
    }
    ((value.is_object() || value.is_array()) && !reader.is_too_deep).then_some(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// How many objects and lists are open.
    objects: usize,
    lists: usize,
    is_too_deep: bool,
    /// Whether the text ends inside a string.
    is_torn: bool,
    bounds: &'a Bounds,
}

/// What became of a part of an object or a list.
enum Part {
    Read,
    /// The bracket that closes the thing is read next.
    Closed,
    /// A bracket that closes something around it is read next.
    Left,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes over one character.
    fn pass(&mut self) {
        self.at += self.rest().chars().next().map_or(0, char::len_utf8);
    }

    /// Passes over white space and comments, and over these marks.
    fn skip(&mut self, marks: &str) {
        loop {
            let rest = self.rest();
            let is_skipped = |letter: char| letter.is_whitespace() || letter == '\u{feff}' || marks.contains(letter);
            self.at += rest.find(|letter| !is_skipped(letter)).unwrap_or(rest.len());
            let rest = self.rest();
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.at += rest.find("*/").map_or(rest.len(), |end| end + 2);
            } else {
                return;
            }
        }
    }

    /// The value of a member of this name, or one in a list of that name.
    fn value(&mut self, name: &str) -> Option<Value> {
        self.skip("");
        match self.peek()? {
            b'{' => Some(self.object()),
            b'[' => Some(self.list(name)),
            b'"' | b'\'' => Some(Value::String(self.string())),
            _ => Some(self.word()),
        }
    }

    /// The name of the member that is read next.
    fn name_ahead(&self) -> Option<&'a str> {
        let (name, behind) = self.rest().strip_prefix('"')?.split_once('"')?;
        behind.trim_start().starts_with(':').then_some(name)
    }

    fn object(&mut self) -> Value {
        let mut object = Map::new();
        self.pass();
        self.members(&mut object);
        Value::Object(object)
    }

    /// Reads the members of an object, up to the bracket that closes it.
    fn members(&mut self, object: &mut Map<String, Value>) {
        self.objects += 1;
        let mut last = String::new();
        let mut unknown = 0;
        self.within(|reader| {
            reader.skip(",;");
            let name = match reader.peek() {
                None | Some(b'}') => return Part::Closed,
                // Another part of the list before it, whose bracket stands too early.
                Some(b'{') if object.get(&last).is_some_and(Value::is_array) => {
                    let part = reader.object();
                    let list = object.get_mut(&last).and_then(Value::as_array_mut);
                    if let Some(list) = list.filter(|list| reader.bounds.has_room(&last, list.len())) {
                        list.push(part);
                    }
                    return Part::Read;
                }
                Some(b']') if reader.is_stray(object) => return Part::Read,
                // The object's own bracket is missing, or this one is of no use.
                Some(b']') if reader.lists > 0 => return Part::Left,
                Some(b']') => return Part::Read,
                Some(b'"' | b'\'') => reader.string(),
                Some(_) => reader.bare(),
            };
            reader.skip("");
            if matches!(reader.peek(), Some(b':' | b'=')) {
                reader.pass();
                reader.skip("");
                if !matches!(reader.peek(), None | Some(b',' | b'}' | b']')) {
                    let value = reader.value(&name).filter(|value| !reader.is_torn || !value.is_string());
                    last.clone_from(&name);
                    if let Some(value) = value {
                        reader.bounds.put(object, &mut unknown, name, value);
                    }
                }
            }
            Part::Read
        });
        self.objects -= 1;
    }

    /// Whether the bracket that is read next closes nothing, for the item goes on behind it.
    fn is_stray(&self, item: &Map<String, Value>) -> bool {
        let behind = self.rest()[1..].trim_start().strip_prefix(',').unwrap_or_default().trim_start();
        let behind = Reader { text: behind, at: 0, ..*self };
        behind.name_ahead().is_some_and(|name| is_of_item(name) && !item.contains_key(name))
    }

    fn list(&mut self, name: &str) -> Value {
        let mut list = Vec::new();
        self.pass();
        self.lists += 1;
        self.within(|reader| {
            reader.skip(",;:");
            match reader.peek() {
                None | Some(b']') => return Part::Closed,
                Some(b'}') if reader.objects > 0 && !reader.goes_on() => return Part::Left,
                Some(b'}') => {}
                Some(b'"') if reader.name_ahead().is_some() => return reader.member_in(&mut list),
                // Of an item that is torn nobody can tell what it is.
                Some(_) => {
                    let value = reader.value(name).filter(|value| !reader.is_torn && !reader.is_rest(value));
                    list.extend(value.filter(|_| reader.bounds.has_room(name, list.len())));
                }
            }
            Part::Read
        });
        self.lists -= 1;
        Value::Array(list)
    }

    /// What becomes of a list in which a member is read next: the list's own bracket is missing, and the member is of the
    /// object around. In a list of items it goes on with the item before it, whose bracket stands too early, or begins
    /// one whose bracket was lost.
    fn member_in(&mut self, list: &mut Vec<Value>) -> Part {
        let name = self.name_ahead().filter(|name| self.objects < 2 && is_of_item(name));
        match (name, list.last_mut()) {
            (Some(name), Some(Value::Object(item))) if !item.contains_key(name) => self.members(item),
            (Some(_), _) => {
                let mut item = Map::new();
                self.members(&mut item);
                if self.bounds.has_room("items", list.len()) {
                    list.push(Value::Object(item));
                }
            }
            (None, _) if self.objects > 0 => return Part::Left,
            (None, _) => {
                self.string();
            }
        }
        Part::Read
    }

    /// Whether a value is only the beginning of one that the text's end cut off.
    fn is_rest(&self, value: &Value) -> bool {
        self.at >= self.text.len() && value.as_object().is_some_and(Map::is_empty)
    }

    /// Whether another part of a list follows the bracket that is read next.
    fn goes_on(&self) -> bool {
        let behind = self.rest()[1..].trim_start().strip_prefix(',');
        behind.is_some_and(|behind| behind.trim_start().starts_with(['{', '[']))
    }

    /// Reads what stands between two brackets, part by part.
    fn within(&mut self, mut part: impl FnMut(&mut Self) -> Part) {
        while self.objects + self.lists <= DEEPEST {
            let from = self.at;
            match part(self) {
                // Whatever stands there, it is passed over at last.
                Part::Read if self.at == from => self.pass(),
                Part::Read => {}
                Part::Closed => return self.pass(),
                Part::Left => return,
            }
        }
        self.at = self.text.len();
        self.is_too_deep = true;
    }

    fn string(&mut self) -> String {
        let quote = self.peek().map_or('"', char::from);
        self.pass();
        let mut out = String::new();
        let mut part = self.rest();
        while let Some(letter) = part.chars().next() {
            let mut length = letter.len_utf8();
            match letter {
                '\\' => length = escape(&mut out, part),
                letter if letter == quote && closes(&part[1..]) => {
                    self.at = self.text.len() - part.len() + 1;
                    return out;
                }
                letter => out.push(letter),
            }
            part = &part[length..];
        }
        self.at = self.text.len();
        self.is_torn = true;
        out
    }

    /// A name without quotes.
    fn bare(&mut self) -> String {
        let rest = self.rest();
        let length = rest.find(|letter: char| letter.is_whitespace() || ",:;={}[]\"'".contains(letter));
        let (name, _) = rest.split_at(length.unwrap_or(rest.len()));
        self.at += name.len();
        name.to_owned()
    }

    /// A number, `true`, `false`, or something that only looks like a value.
    fn word(&mut self) -> Value {
        let word = self.bare();
        match word.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            word => {
                let number = word.trim_start_matches(['0', '+']);
                serde_json::from_str::<serde_json::Number>(number).map_or(Value::Null, Value::Number)
            }
        }
    }
}

/// Whether an item of a feed has members of this name.
fn is_of_item(name: &str) -> bool {
    const MEMBERS: [&str; 16] = [
        "id",
        "url",
        "external_url",
        "title",
        "content_html",
        "content_text",
        "summary",
        "image",
        "banner_image",
        "date_published",
        "date_modified",
        "author",
        "authors",
        "tags",
        "language",
        "attachments",
    ];
    MEMBERS.contains(&name)
}

/// Whether a quote ends its string: what follows is a mark, or a line's end. Else it is one that was not escaped.
fn closes(behind: &str) -> bool {
    let next = behind.trim_start();
    next.is_empty()
        || next.starts_with([':', ',', '}', ']', '"', '\'', '/'])
        || behind.trim_start_matches([' ', '\t', '\r']).starts_with('\n')
}

/// Writes what the escape at the beginning of a text stands for, and gives its length there.
fn escape(out: &mut String, text: &str) -> usize {
    let plain = match text.as_bytes().get(1) {
        Some(b'b' | b'f') => ' ',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(out, text),
        // An escape that means nothing is its letter; the letter itself is read next.
        Some(b'"' | b'\'' | b'\\' | b'/') => char::from(text.as_bytes()[1]),
        _ => return 1,
    };
    out.push(plain);
    2
}

fn unicode(out: &mut String, text: &str) -> usize {
    let (Some(first), second) = (unit(text), text.get(6..).and_then(unit)) else { return 1 };
    let pair = second.map(|second| [first, second]);
    let whole = pair.and_then(|pair| char::decode_utf16(pair).next()?.ok()).filter(|letter| *letter > '\u{ffff}');
    // Half of a pair stands for nothing.
    out.push(whole.or_else(|| char::from_u32(first.into())).unwrap_or(char::REPLACEMENT_CHARACTER));
    if whole.is_some() { 12 } else { 6 }
}

/// The number of a `\uXXXX` at the beginning of a text.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, read_as: &str) {
        assert_eq!(read(text, &Bounds::default()).map(|value| value.to_string()).as_deref(), Some(read_as), "{text}");
    }

    #[test]
    fn strings_badly_written() {
        check("{\"a\":\"one\ntwo\tthree\"}", r#"{"a":"one\ntwo\tthree"}"#);
        check(r#"{"a":"it\'s \x"}"#, r#"{"a":"it's x"}"#);
        check(r#"{"a":"\ud83d\ude00 \ud83d! \u00e9 \u12"}"#, "{\"a\":\"😀 \u{fffd}! é u12\"}");
        check(r#"{"a":"she said "yes" and left","b":1}"#, r#"{"a":"she said \"yes\" and left","b":1}"#);
        check("{'a':'b',c:'d'}", r#"{"a":"b","c":"d"}"#);
    }

    #[test]
    fn marks_too_many_or_too_few() {
        check(r#"{"a":[1,2,],}"#, r#"{"a":[1,2]}"#);
        check(r#"{"a":1,,"b":2}"#, r#"{"a":1,"b":2}"#);
        check(r#"{"a":"1" "b":[{"c":1} {"d":2}]}"#, r#"{"a":"1","b":[{"c":1},{"d":2}]}"#);
        check(r#"{"a":,"b":}"#, r#"{}"#);
        check(r#"{"a":[{"b":1],"c":2}"#, r#"{"a":[{"b":1}],"c":2}"#);
        check(r#"{"a":[{"b":1}},{"b":2}],"c":3}"#, r#"{"a":[{"b":1},{"b":2}],"c":3}"#);
        check(r#"{"a":[1,2},{"b":3}]}"#, r#"{"a":[1,2,{"b":3}]}"#);
        check(r#"[{"a":1}},{"b":2}]"#, r#"[{"a":1},{"b":2}]"#);
        check(
            r#"{"a":[{"tags":["x","y","author":"z"},{"b":1}]}"#,
            r#"{"a":[{"author":"z","tags":["x","y"]},{"b":1}]}"#,
        );
        check(r#"{"a":[{"b":1}],{"b":2},{"b":3}],"c":4}"#, r#"{"a":[{"b":1},{"b":2},{"b":3}],"c":4}"#);
        check(r#"{"a":[{"tags":["x"]],"title":"y"},{"b":2}]}"#, r#"{"a":[{"tags":["x"],"title":"y"},{"b":2}]}"#);
        check(r#"{"a":[{"id":1},"title":"y"},{"b":2}],"c":3}"#, r#"{"a":[{"id":1,"title":"y"},{"b":2}],"c":3}"#);
        check(r#"{"a":[{"id":1},"id":2,"title":"y"},{"id":3}]}"#, r#"{"a":[{"id":1},{"id":2,"title":"y"},{"id":3}]}"#);
        check(r#"{"a":"1.1"},"title":"x","items":[{"b":1}]}"#, r#"{"a":"1.1","items":[{"b":1}],"title":"x"}"#);
    }

    #[test]
    fn what_is_no_json() {
        check("{ // one\n \"a\": 1, /* two */ \"b\": 2 }", r#"{"a":1,"b":2}"#);
        check(r#"{"a":NaN,"b":012,"c":undefined,"d":true}"#, r#"{"a":null,"b":12,"c":null,"d":true}"#);
        check("{\u{feff}\"a\":1}", r#"{"a":1}"#);
    }

    #[test]
    fn an_end_in_the_middle() {
        check(r#"{"a":"x","items":[{"b":1},{"b":2},{"b"#, r#"{"a":"x","items":[{"b":1},{"b":2}]}"#);
        check(r#"{"items":[{"b":"one"},{"b":"two","c":"th"#, r#"{"items":[{"b":"one"}]}"#);
        check(r#"{"items":[{"b":"one"},{"b":"two","c":3"#, r#"{"items":[{"b":"one"},{"b":"two","c":3}]}"#);
        check("{", "{}");
        for nothing in ["", "\\u", "\"x\"", "x", "[".repeat(100_000).as_str()] {
            assert_eq!(read(nothing, &Bounds::default()), None, "{nothing}");
        }
    }
}
