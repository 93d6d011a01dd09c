//! What a cell or a JSON value says, as text, as a list, or as days.

use serde_json::{Map, Value};

/// A row as pairs of names and values.
pub(crate) type Pairs = Vec<(String, Value)>;

/// A JSON object as pairs.
pub(crate) fn parse(text: &str) -> Result<Pairs, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(pairs(object)),
        Ok(_) => Err("it is JSON, but no object; write {\"title\": …}".to_owned()),
        Err(why) => Err(format!("it is no JSON: {why}")),
    }
}

pub(crate) fn pairs(object: Map<String, Value>) -> Pairs {
    object.into_iter().collect()
}

/// A text of several lines, each of them clean; what is longer than so many characters is cut.
pub(crate) fn text(value: &Value, most: usize) -> Option<String> {
    let written = words(value);
    let lines = written.lines().map(model::line).filter(|line| !line.is_empty());
    let text: String = lines.collect::<Vec<_>>().join("\n");
    let text = unguarded(&text);
    Some(text.chars().take(most).collect::<String>().trim_end().to_owned()).filter(|text| !text.is_empty())
}

/// A text as one line.
pub(crate) fn line(value: &Value, most: usize) -> Option<String> {
    let line = model::line(&words(value));
    Some(unguarded(&line).chars().take(most).collect::<String>().trim_end().to_owned()).filter(|line| !line.is_empty())
}

/// What [`crate::Sheet`] puts before what a spreadsheet would compute goes again, so that what went out comes in the same.
fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => text,
    }
}

/// Several texts: of an array, or set apart by semicolons, bars or new lines; by commas only where nothing else does.
pub(crate) fn list(value: &Value, most: usize, longest: usize) -> Vec<String> {
    let all: Vec<String> = match value {
        Value::Array(values) => values.iter().take(most).map(words).collect(),
        value => {
            let written = words(value);
            let written = unguarded(&written);
            let signs: &[char] = if written.contains([';', '|', '\n']) { &[';', '|', '\n'] } else { &[','] };
            written.split(signs).take(most).map(str::to_owned).collect()
        }
    };
    let mut found: Vec<String> = vec![];
    for one in all {
        let one: String = model::line(&one).chars().take(longest).collect();
        if !one.is_empty() && !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

/// A value in words: of an object what it calls itself.
pub(crate) fn words(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(false) => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(values) => {
            values.iter().take(100).map(words).filter(|one| !one.is_empty()).collect::<Vec<_>>().join("; ")
        }
        Value::Object(object) => {
            let named = ["name", "title", "label", "en", "value", "url"].iter().find_map(|key| object.get(*key));
            named.filter(|value| !value.is_object()).map(words).unwrap_or_default()
        }
    }
}
