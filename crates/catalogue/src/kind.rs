//! What a list is a list of, told from its beginning.

use crate::csv::separator;
use crate::field::Field;
use crate::organisation;
use crate::publiccode;
use crate::text;
use crate::value::parse;

/// How rows are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Cells between commas, semicolons, tabs or bars, under a row of names.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// One JSON array of objects.
    JsonArray,
    /// A `publiccode.yml`, which tells of one project.
    PublicCode,
}

/// What a list is a list of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Of projects.
    Projects(Format),
    /// Of organisations.
    Organisations(Format),
    /// Of sources, or of nothing that is known here.
    Sources,
    /// It looks like a table of something, but not certainly of what: a sentence that says so.
    Unsure(String),
}

/// What a list is a list of, from its first [`HEAD`](crate::HEAD) bytes.
pub fn kind(head: &[u8]) -> Kind {
    let head = &head[..head.len().min(crate::HEAD)];
    let text = match text::wide(head) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&head[mark..]).0.into_owned(),
        None => text::decoded(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).to_vec()),
    };
    if publiccode::is_one(&text) {
        return Kind::Projects(Format::PublicCode);
    }
    let start = text.trim_start();
    let first = start.lines().next().unwrap_or_default();
    match start.chars().next() {
        Some('{') => match parse(first) {
            Ok(object) => of_names(object.iter().map(|(name, _)| name.as_str()), Format::JsonLines),
            Err(_) => Kind::Unsure(
                "it begins like JSON, but its first line is no whole object; write one project a line, or all of them \
                 between [ and ]"
                    .to_owned(),
            ),
        },
        Some('[') => {
            let names: Vec<&str> = start.split('"').skip(1).step_by(2).take(400).collect();
            of_names(names.into_iter(), Format::JsonArray)
        }
        Some('<') | None => Kind::Sources,
        Some(_) => {
            let sign = separator(first);
            if !first.contains(sign) {
                return Kind::Sources;
            }
            let names: Vec<&str> = first.split(sign).map(|name| name.trim().trim_matches('"')).collect();
            of_names(names.into_iter(), Format::Csv)
        }
    }
}

fn of_names<'a>(names: impl Iterator<Item = &'a str>, format: Format) -> Kind {
    let names: Vec<&str> = names.collect();
    if organisation::is_register(&names) {
        return Kind::Organisations(format);
    }
    let fields: Vec<Field> = names.iter().filter_map(|name| Field::named(name)).collect();
    let has_title = fields.contains(&Field::Title) || fields.contains(&Field::Id) && fields.contains(&Field::Summary);
    match fields.len() {
        0 => Kind::Sources,
        // Feeds have titles and addresses too: what is only those two may be either.
        _ if has_title && fields.iter().any(|field| !matches!(field, Field::Title | Field::Url | Field::Id)) => {
            Kind::Projects(format)
        }
        _ => Kind::Unsure(format!(
            "its columns ({}) could be of sources or of projects",
            names
                .iter()
                .map(|name| model::line(name).chars().take(30).collect())
                .take(8)
                .collect::<Vec<String>>()
                .join(", ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(head: &str, meant: &str) {
        let found = match kind(head.as_bytes()) {
            Kind::Projects(format) => format!("projects {format:?}"),
            Kind::Organisations(format) => format!("organisations {format:?}"),
            Kind::Sources => "sources".to_owned(),
            Kind::Unsure(why) => format!("unsure: {why}"),
        };
        assert!(found.starts_with(meant), "{head}: {found}");
    }

    #[test]
    fn lists_are_told_apart() {
        check("<opml version='2.0'><body/></opml>", "sources");
        check("https://a.example/feed\nb.example/rss", "sources");
        check("\u{feff}id,title,summary,organisation,phase,url\n", "projects Csv");
        check("Lead council;\"Project name\"\n", "projects Csv");
        check("{\"id\": 1, \"title\": \"Damp\", \"summary\": \"x\"}\n", "projects JsonLines");
        check("{\"id\": 1, \"summary\": \"x\"}\n", "projects JsonLines");
        check("\n [ {\"title\": \"Damp\",\n \"phase\": \"alpha\"} ]", "projects JsonArray");
        check("code,gss_code,name,short_name,type,nation,region\n", "organisations Csv");
        check("local-authority-code,official-name\n", "organisations Csv");
        check("name,url\nA,https://a.example/feed", "unsure: its columns (name, url) could be");
        check("na\u{1b}[31mme\u{202e},url", "unsure: its columns (na[31mme, url) could be");
        let long = format!("{{\"title\": \"Damp\", \"summary\": \"{}\"}}\n", "damp ".repeat(40_000));
        check(&long, "projects JsonLines");
        check("{\n \"title\": \"Damp\"\n}", "unsure: it begins like JSON");
        check("", "sources");
        check("hello, world", "sources");
    }
}
