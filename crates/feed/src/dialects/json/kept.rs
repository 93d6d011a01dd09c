//! What is kept of a JSON document while it is read: the members that a feed has, and no more of them than are wanted.
//!
//! A value takes many times the room of its marks, so that nothing is built that would be thrown away.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::MOST_ENTRIES;
use crate::draft::MOST_LISTED;
use crate::modules::other;

/// The members that hold lists or objects.
const PARTS: [&str; 8] = ["attachments", "author", "authors", "data", "feed", "hubs", "items", "tags"];

/// The members that hold a text or a number.
const TEXTS: [&str; 25] = [
    "avatar",
    "banner_image",
    "content_html",
    "content_text",
    "date_modified",
    "date_published",
    "description",
    "email",
    "external_url",
    "favicon",
    "feed_url",
    "home_page_url",
    "icon",
    "id",
    "image",
    "language",
    "mime_type",
    "name",
    "next_url",
    "size_in_bytes",
    "summary",
    "title",
    "url",
    "user_comment",
    "version",
];

/// How much is kept, and of what there was more.
#[derive(Default)]
pub(super) struct Bounds {
    passed: RefCell<BTreeSet<&'static str>>,
}

impl Bounds {
    /// The names of what there was more of.
    pub fn passed(self) -> BTreeSet<&'static str> {
        self.passed.into_inner()
    }

    /// Whether a list of this name that holds so many takes one more.
    pub fn has_room(&self, name: &str, held: usize) -> bool {
        let has_room = held < most(name);
        if !has_room {
            self.pass(PARTS.into_iter().find(|part| *part == name).unwrap_or("a list"));
        }
        has_room
    }

    /// Puts a member into an object that has so many unknown ones; of two lists of items, the longer one is kept.
    pub fn put(&self, object: &mut Map<String, Value>, unknown: &mut usize, name: String, value: Value) {
        let is_new = !object.contains_key(&name);
        if is_new && !is_known(&name) {
            if *unknown >= other::MOST {
                return self.pass("unknown members");
            }
            *unknown += 1;
        }
        let items = |value: &Value| value.as_array().map_or(usize::from(value.is_object()), Vec::len);
        if name != "items" || object.get(&name).is_none_or(|held| items(held) <= items(&value)) {
            object.insert(name, value);
        }
    }

    fn pass(&self, name: &'static str) {
        self.passed.borrow_mut().insert(name);
    }
}

/// How long a list of this name may be.
fn most(name: &str) -> usize {
    if name == "items" { MOST_ENTRIES } else { MOST_LISTED }
}

fn is_known(name: &str) -> bool {
    PARTS.contains(&name) || TEXTS.contains(&name)
}

/// Reads the value of a member; what a member of this name cannot hold is null.
pub(super) struct Kept<'b> {
    pub name: &'b str,
    pub bounds: &'b Bounds,
}

impl<'de> DeserializeSeed<'de> for Kept<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Kept<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        let is_list = PARTS.contains(&self.name);
        while is_list && list.len() < most(self.name) {
            match parts.next_element_seed(Kept { ..self })? {
                Some(part) => list.push(part),
                None => return Ok(list.into()),
            }
        }
        let mut is_whole = true;
        while parts.next_element::<IgnoredAny>()?.is_some() {
            is_whole = false;
        }
        if is_list && !is_whole {
            self.bounds.has_room(self.name, list.len());
        }
        Ok(if is_list { list.into() } else { Value::Null })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        let mut unknown = 0;
        let is_object = PARTS.contains(&self.name);
        while let Some(name) = members.next_key::<String>()? {
            if is_object && is_known(&name) {
                let value = members.next_value_seed(Kept { name: &name, bounds: self.bounds })?;
                self.bounds.put(&mut object, &mut unknown, name, value);
            } else if is_object && name.starts_with('_') && unknown < other::MOST {
                let mut text = String::new();
                members.next_value_seed(Written { text: &mut text, is_inside: false })?;
                self.bounds.put(&mut object, &mut unknown, name, text.into());
            } else {
                members.next_value::<IgnoredAny>()?;
                if is_object && name.starts_with('_') && !object.contains_key(&name) {
                    self.bounds.pass("unknown members");
                }
            }
        }
        Ok(if is_object { object.into() } else { Value::Null })
    }
}

/// Writes any value as JSON; a string that stands alone, as it is.
struct Written<'t> {
    text: &'t mut String,
    is_inside: bool,
}

impl Written<'_> {
    fn put<E>(self, value: impl fmt::Display) -> Result<(), E> {
        self.text.push_str(&value.to_string());
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Written<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Written<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.put(value)
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.put(value)
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.put(value)
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.put(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        if self.is_inside { self.put(Value::from(value)) } else { self.put(value) }
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.put("null")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<(), A::Error> {
        let mut mark = '[';
        loop {
            let end = self.text.len();
            self.text.push(mark);
            if parts.next_element_seed(Written { text: self.text, is_inside: true })?.is_none() {
                self.text.truncate(if mark == '[' { end + 1 } else { end });
                self.text.push(']');
                return Ok(());
            }
            mark = ',';
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut mark = "";
        self.text.push('{');
        while let Some(name) = members.next_key::<String>()? {
            self.text.push_str(mark);
            self.text.push_str(&Value::from(name).to_string());
            self.text.push(':');
            members.next_value_seed(Written { text: self.text, is_inside: true })?;
            mark = ",";
        }
        self.text.push('}');
        Ok(())
    }
}
