//! YAML → a value, within bounds that also hold for what its aliases repeat.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};
use serde_json::{Map, Value};

/// How deep values may stand in each other.
const DEEPEST: usize = 32;
/// How many values there may be, and how many bytes of text in all of them. What an alias repeats counts again.
const MOST_VALUES: usize = 20_000;
const MOST_TEXT: usize = 4 << 20;
/// How many names that stand twice are told of.
const MOST_NOTES: usize = 10;

/// Reads the first document. All that is not a list or a map is text, as it was written; what is said twice under one name
/// counts the first time. Gives notes on what was left out, or a sentence that says where it is no YAML.
pub(crate) fn read(text: &str) -> Result<(Value, Vec<String>), String> {
    let mut building = Building::default();
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|why| no_yaml(&why))?;
        building.take(event)?;
        if building.root.is_some() {
            break;
        }
    }
    Ok((building.root.unwrap_or(Value::Null), building.notes))
}

fn no_yaml(why: &ScanError) -> String {
    // The scanner looks ahead, and has a bound of its own.
    if why.info().contains("recursion limit") {
        return too_deep();
    }
    let (line, column) = (why.marker().line(), why.marker().col() + 1);
    format!("it is no YAML: line {line}, column {column}: {}; look at the indentation and the quotes there", why.info())
}

/// How much a value is, with all that is in it.
#[derive(Clone, Copy, Default)]
struct Size {
    values: usize,
    text: usize,
    height: usize,
}

/// A list or a map that is not whole yet.
struct Open {
    anchor: usize,
    size: Size,
    what: What,
}

enum What {
    List(Vec<Value>),
    /// With the name that the next value has; an inner `None` is one that is no text, whose value is left out.
    Map(Map<String, Value>, Option<Option<String>>),
}

#[derive(Default)]
struct Building {
    open: Vec<Open>,
    /// What has an anchor, to be repeated.
    anchored: HashMap<usize, (Value, Size)>,
    all: Size,
    root: Option<Value>,
    notes: Vec<String>,
}

impl Building {
    fn take(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let is_nothing = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let size = Size { values: 1, text: text.len(), height: 1 };
                self.count(size)?;
                self.put(if is_nothing { Value::Null } else { text.into() }, anchor, size)
            }
            Event::SequenceStart(anchor, _) => self.begin(anchor, What::List(vec![])),
            Event::MappingStart(anchor, _) => self.begin(anchor, What::Map(Map::new(), None)),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(Open { anchor, size, what }) = self.open.pop() else { return Ok(()) };
                let value = match what {
                    What::List(list) => Value::Array(list),
                    What::Map(map, _) => Value::Object(map),
                };
                self.put(value, anchor, size)
            }
            Event::Alias(anchor) => {
                // An alias within what it names is not known yet.
                let Some((value, size)) = self.anchored.get(&anchor).cloned() else {
                    return Err("it repeats something (“*…”) within itself".to_owned());
                };
                if self.open.len() + size.height > DEEPEST {
                    return Err(too_deep());
                }
                self.count(size)?;
                self.put(value, 0, size)
            }
            Event::DocumentEnd => {
                self.root.get_or_insert(Value::Null);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, anchor: usize, what: What) -> Result<(), String> {
        if self.open.len() >= DEEPEST {
            return Err(too_deep());
        }
        let size = Size { values: 1, text: 0, height: 1 };
        self.count(size)?;
        self.open.push(Open { anchor, size, what });
        Ok(())
    }

    fn count(&mut self, size: Size) -> Result<(), String> {
        self.all.values += size.values;
        self.all.text += size.text;
        if self.all.values > MOST_VALUES || self.all.text > MOST_TEXT {
            return Err(
                "it holds far more than any such file, once all that it repeats (“*…”) is written out".to_owned()
            );
        }
        Ok(())
    }

    /// Puts a whole value where it belongs.
    fn put(&mut self, value: Value, anchor: usize, size: Size) -> Result<(), String> {
        if anchor != 0 {
            // What is kept to be repeated takes room too.
            self.count(size)?;
            self.anchored.insert(anchor, (value.clone(), size));
        }
        let Some(Open { size: outer, what, .. }) = self.open.last_mut() else {
            self.root.get_or_insert(value);
            return Ok(());
        };
        outer.values += size.values;
        outer.text += size.text;
        outer.height = outer.height.max(size.height + 1);
        match what {
            What::List(list) => list.push(value),
            What::Map(map, name) => match name.take() {
                None => {
                    *name = Some(match value {
                        Value::String(text) => Some(text),
                        Value::Null => Some(String::new()),
                        _ => None,
                    });
                }
                Some(Some(key)) if !map.contains_key(&key) => {
                    map.insert(key, value);
                }
                Some(Some(key)) if self.notes.len() < MOST_NOTES => {
                    let key: String = model::line(&key).chars().take(40).collect();
                    self.notes.push(format!("“{key}” is said twice in one place; the first counts"));
                }
                Some(_) => {}
            },
        }
        Ok(())
    }
}

fn too_deep() -> String {
    format!("it has values more than {DEEPEST} deep in each other")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(yaml: &str, expected: &str) {
        let said = match read(yaml) {
            Ok((value, notes)) => {
                format!("{value}{}", notes.iter().map(|note| format!(" [{note}]")).collect::<String>())
            }
            Err(why) => why,
        };
        assert!(said.starts_with(expected), "{}\n{said}", &yaml[..yaml.len().min(200)]);
    }

    #[test]
    fn yaml_as_people_write_it() {
        check(
            "a: 1\nb: [x, 'y: z', \"\\u00fc\"]\nc:\n  - d: ~\n    e: no\n",
            r#"{"a":"1","b":["x","y: z","ü"],"c":[{"d":null,"e":"no"}]}"#,
        );
        check("a: >\n  two\n  lines\n\n  more\nb: |\n  as\n  is\n", r#"{"a":"two lines\nmore\n","b":"as\nis\n"}"#);
        check("%YAML 1.2\n---\na: &x {b: 1}\nc: *x\n...\n---\nd: 2", r#"{"a":{"b":"1"},"c":{"b":"1"}}"#);
        check("a: 1\na: 2\n? [k]\n: left out\n", r#"{"a":"1"} [“a” is said twice in one place; the first counts]"#);
        check("", "null");
        check("just words", r#""just words""#);
        check("a: !!binary x\nb: !call os.system", r#"{"a":"x","b":"os.system"}"#);
    }

    #[test]
    fn what_is_no_yaml_is_told_with_its_place() {
        check("a: b: c", "it is no YAML: line 1, column 5: ");
        check("a: 'b\n", "it is no YAML: line ");
        check("a:\n\t- b", "it is no YAML: line 2");
        check("a: *nobody", "it is no YAML: line 1");
        check("a: [b\n", "it is no YAML: line ");
        check("\u{0}\u{1}: [", "it is no YAML: line ");
    }

    #[test]
    fn bombs_do_not_go_off() {
        // A thousand million laughs.
        let mut laughs = "a0: &a0 ha\n".to_owned();
        for level in 1..10 {
            let repeated = vec![format!("*a{}", level - 1); 10].join(", ");
            laughs.push_str(&format!("a{level}: &a{level} [{repeated}]\n"));
        }
        check(&laughs, "it holds far more than any such file");
        // One long text, many times.
        check(&format!("a: &a {}\nb: [{}]", "x".repeat(500_000), "*a,".repeat(1_000)), "it holds far more");
        // Deep at once, and by aliases that each go deeper.
        check(&"[".repeat(100_000), "it has values more than 32 deep");
        check(&"- ".repeat(100_000), "it has values more than 32 deep");
        check(&format!("{}a", "? ".repeat(50_000)), "it has values more than 32 deep");
        let nested = |inside: &str| format!("{}{inside}{}", "[".repeat(20), "]".repeat(20));
        check(&format!("a: &a {}\nb: &b {}\n", nested("x"), nested("*a")), "it has values more than 32 deep");
        check("a: &a [*a]", "it repeats something (“*…”) within itself");
        check(&"a: b\n".repeat(30_000), "it holds far more");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_told_why(text in "[ab0\"'#|>\\[\\]{}:,?&*!%@`~ \t\r\n.-]{0,120}") {
            if let Ok((value, _)) = read(&text) {
                prop_assert!(value.to_string().len() <= 4 * text.len() * text.len() + 100);
            }
        }

        #[test]
        fn any_letters_are_read_or_told_why(text in any::<String>()) {
            let _ = read(&text);
        }
    }
}
