//! A project's own page → a draft of the project, with where each part of it was found and what is missing.

use model::Phase;
use serde_json::{Value, json};

use crate::field::Field;
use crate::told;
use crate::value::Pairs;
use crate::{Draft, Part};

/// What is read of a page.
#[derive(Clone, Debug, Default)]
pub struct Page<'a> {
    /// Its address, as it is to be shown.
    pub address: &'a str,
    /// What it calls itself, in its head.
    pub title: Option<&'a str>,
    /// What it says that it is about, in its head.
    pub description: Option<&'a str>,
    /// Its headings, each with the text below it; the first may have none.
    pub sections: &'a [(String, String)],
    /// The organisation whose site it is on, where that is known.
    pub organisation: Option<&'a str>,
}

/// Which words in a heading say what stands below it; the first that fits counts.
const HEADINGS: [(&str, &str); 9] = [
    ("problem", "problem|problems|challenge|challenges|why we are doing this|why this matters|the need|the issue"),
    ("users", "users|user needs|who is it for|who it is for|who is this for|who this is for|audience"),
    ("outcome", "outcome|outcomes|goal|goals|aim|aims|benefit|benefits|objectives|what we want to achieve|success"),
    ("phase", "phase|stage|status|where we are"),
    ("partners", "partners|working with|who we work with|who we are working with"),
    ("technology", "technology|technologies|built with|tech stack"),
    ("supplier", "supplier|suppliers"),
    ("contact", "contact|contact us|get in touch"),
    (
        "summary",
        "summary|about|overview|background|introduction|description|what we are doing|what we did|what it is|what is it|\
         what this is",
    ),
];

/// The longest heading that is one, and the longest term that something is said of, in characters.
const LONGEST_HEADING: usize = 90;
const LONGEST_TERM: usize = 40;
/// How much of the page's beginning is looked through for words like "alpha phase", in characters.
const BEGINNING: usize = 3_000;

/// Makes the draft. Only what stands in a page in so many words is taken; an error says why it makes none.
pub fn draft(page: &Page<'_>) -> Result<Draft, String> {
    let mut found = Found { row: vec![("url".to_owned(), json!(page.address))], parts: vec![] };
    let first = page.sections.iter().map(|(heading, _)| heading.as_str()).find(|heading| !heading.is_empty());
    match first.or(page.title) {
        Some(title) => {
            found.put("title", title, if first.is_some() { "its first heading" } else { "the title of the page" })
        }
        None => return Err("the page has neither a heading nor a title to call a project by".to_owned()),
    }
    for (heading, text) in page.sections {
        found.terms(text);
        if let Some(field) = meant(heading) {
            found.below(field, heading, text);
        }
    }
    if let Some(name) = page.organisation {
        found.put("organisation", name, "whose site the page is on");
    }
    let intro = || page.sections.iter().map(|(_, text)| text.as_str()).find(|text| text.chars().count() >= 40);
    if let Some(about) = page.description {
        found.put("summary", about, "what the page says that it is about");
    } else if let Some(intro) = intro() {
        found.put("summary", intro, "its first text");
    }
    let mut missing = vec![];
    if !found.has("phase") {
        let phases = phases_in(page);
        match phases.as_slice() {
            [phase] => found.put("phase", phase.as_str(), "what its text says"),
            [] => missing.push("phase: it does not say how far it is".to_owned()),
            several => {
                let all: Vec<&str> = several.iter().map(|phase| phase.as_str()).collect();
                missing.push(format!("phase: it speaks of {}, so it is not certain which it is in", all.join(" and ")));
            }
        }
    }
    let mut notes = vec![];
    let told = told::read(&found.row, &mut notes)?;
    if told.project.problem.is_none() {
        missing.push("problem: no heading speaks of a problem or a challenge".to_owned());
    }
    if told.project.summary.is_none() {
        missing.push("summary: it has no text to take it from".to_owned());
    }
    if told.project.organisation.is_none() {
        missing.push("organisation: the page is on no site of an organisation that is known here".to_owned());
    }
    // What was found may still be none: "phase: soon".
    let fields = told.project.fields();
    let said = |name: &str| fields.iter().find(|(field, said)| *field == name && !said.is_empty());
    let parts = found.parts.into_iter().filter_map(|(field, whence)| {
        let (name, said) = said(field)?;
        Some(Part { field: name, said: said.clone(), whence })
    });
    Ok(Draft { parts: parts.collect(), told, missing, notes })
}

struct Found {
    row: Pairs,
    /// Which field was found where.
    parts: Vec<(&'static str, String)>,
}

impl Found {
    fn has(&self, field: &str) -> bool {
        self.row.iter().any(|(name, _)| name == field)
    }

    /// Puts what was found first.
    fn put(&mut self, field: &'static str, said: &str, whence: &str) {
        if !self.has(field) && !said.trim().is_empty() {
            self.row.push((field.to_owned(), Value::String(said.to_owned())));
            self.parts.push((field, whence.to_owned()));
        }
    }

    fn below(&mut self, field: &'static str, heading: &str, text: &str) {
        let heading: String = heading.chars().take(LONGEST_HEADING).collect();
        let whence = format!("below “{heading}”");
        let first = text.lines().next().unwrap_or_default();
        match field {
            "phase" => {
                if let Some(phase) = Phase::heard(first) {
                    self.put("phase", phase.as_str(), &whence);
                }
            }
            // The problem is said in a sentence or two, and there is one way to reach somebody.
            "problem" | "contact" | "supplier" => self.put(field, first, &whence),
            "partners" | "technology" => self.put(field, &text.replace('\n', "; "), &whence),
            _ => self.put(field, text, &whence),
        }
    }

    /// What is said of terms: "Phase: beta".
    fn terms(&mut self, text: &str) {
        for line in text.lines() {
            let Some((term, said)) = line.split_once(": ") else { continue };
            if term.chars().count() > LONGEST_TERM || term.contains(['.', ',']) {
                continue;
            }
            let field = match Field::named(term) {
                Some(Field::Phase) if Phase::heard(said).is_some() => "phase",
                Some(Field::Organisation) if !term.eq_ignore_ascii_case("team") => "organisation",
                Some(Field::Partners) => "partners",
                Some(Field::Service) => "service",
                Some(Field::Supplier) => "supplier",
                Some(Field::Budget) => "budget",
                Some(Field::Technology) => "technology",
                Some(Field::Contact) => "contact",
                Some(Field::Confirmed) if model::Day::heard(said).is_some() => "confirmed",
                _ => continue,
            };
            self.put(field, said, &format!("“{term}”"));
        }
    }
}

/// A text in plain small words, with a space around each.
fn folded(text: &str) -> String {
    let text = text.replace(['\'', '’'], "").to_lowercase();
    let words: Vec<&str> =
        text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

/// Which field a heading speaks of.
fn meant(heading: &str) -> Option<&'static str> {
    if heading.chars().count() > LONGEST_HEADING {
        return None;
    }
    let heading = folded(heading).replace(" whats ", " what is ").replace(" were ", " we are ");
    let speaks = |words: &&str| heading.contains(&format!(" {words} "));
    HEADINGS.iter().find(|(_, all)| all.split('|').any(|words| speaks(&words))).map(|(field, _)| *field)
}

/// The phases that a page's beginning says somebody is in: "alpha phase", "in private beta".
fn phases_in(page: &Page<'_>) -> Vec<Phase> {
    let texts = page.sections.iter().flat_map(|(heading, text)| [heading.as_str(), text]);
    let text: String = page.title.into_iter().chain(page.description).chain(texts).collect::<Vec<_>>().join(" . ");
    let text = folded(&text.chars().take(BEGINNING).collect::<String>());
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut found = vec![];
    for (at, word) in words.iter().enumerate() {
        let phase = match *word {
            "discovery" => Phase::Discovery,
            "alpha" => Phase::Alpha,
            "beta" => Phase::Beta,
            "live" => Phase::Live,
            _ => continue,
        };
        let before = |back: usize| at.checked_sub(back).map_or("", |place| words[place]);
        let behind = if matches!(before(1), "private" | "public") { before(2) } else { before(1) };
        let is_named = matches!(words.get(at + 1), Some(&"phase" | &"stage"));
        let is_in =
            phase != Phase::Live && matches!(behind, "in" | "our") || phase == Phase::Live && before(1) == "now";
        if (is_named || is_in) && !found.contains(&phase) {
            found.push(phase);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &Page<'_>, expected: &[&str]) {
        let found: Vec<String> = match draft(page) {
            Err(why) => vec![why],
            Ok(draft) => {
                let parts = draft.parts.iter().map(|part| format!("{}={} ({})", part.field, part.said, part.whence));
                parts.chain(draft.missing.iter().map(|one| format!("missing {one}"))).collect()
            }
        };
        assert_eq!(found, expected);
    }

    fn sections(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter().map(|(heading, text)| ((*heading).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn a_page_with_headings() {
        let sections = sections(&[
            ("Damp homes", "We look at damp in homes before it becomes mould."),
            ("What’s the problem?", "Mould is found late.\nIt makes people ill."),
            ("Our users", "Tenants and repair teams."),
            ("What we want to achieve", "Fewer homes with mould."),
            ("Where we are", "Private beta since May"),
            ("Working with", "Tarn Council\nDale Homes"),
            ("At a glance", "Lead organisation: Riverton Council\nTeam: Ann\nLast updated: 3 March 2026\nStatus: soon"),
            ("Get in touch", "damp@riverton.example\nor by phone"),
        ]);
        let page = Page { address: "https://riverton.example/damp", sections: &sections, ..Page::default() };
        check(
            &page,
            &[
                "title=Damp homes (its first heading)",
                "problem=Mould is found late. (below “What’s the problem?”)",
                "users=Tenants and repair teams. (below “Our users”)",
                "outcome=Fewer homes with mould. (below “What we want to achieve”)",
                "phase=beta (below “Where we are”)",
                "partners=Tarn Council; Dale Homes (below “Working with”)",
                "organisation=Riverton Council (“Lead organisation”)",
                "confirmed=2026-03-03 (“Last updated”)",
                "contact=damp@riverton.example (below “Get in touch”)",
                "summary=We look at damp in homes before it becomes mould. (its first text)",
            ],
        );
        assert_eq!(draft(&page).unwrap().told.known_by(), "url:riverton.example/damp");
    }

    #[test]
    fn what_a_page_does_not_say_is_missing() {
        let words = sections(&[("", "Hello.")]);
        let page = Page { title: Some("Bins"), sections: &words, address: "https://a.example/bins", ..Page::default() };
        check(
            &page,
            &[
                "title=Bins (the title of the page)",
                "missing phase: it does not say how far it is",
                "missing problem: no heading speaks of a problem or a challenge",
                "missing summary: it has no text to take it from",
                "missing organisation: the page is on no site of an organisation that is known here",
            ],
        );
        check(&Page::default(), &["the page has neither a heading nor a title to call a project by"]);
    }

    #[test]
    fn phases_in_running_text() {
        let phases = |text: &str| {
            let sections = sections(&[("A", text)]);
            phases_in(&Page { sections: &sections, ..Page::default() })
        };
        assert_eq!(phases("We are in private beta."), [Phase::Beta]);
        assert_eq!(phases("The discovery phase ended; we are in alpha."), [Phase::Discovery, Phase::Alpha]);
        assert_eq!(phases("It is now live."), [Phase::Live]);
        assert_eq!(phases("People live in houses; alpha particles; a discovery."), []);
        assert_eq!(phases(&format!("{} in beta", "x ".repeat(4_000))), []);
    }

    #[test]
    fn headings_in_peoples_words() {
        for (heading, field) in [
            ("The problem", Some("problem")),
            ("What problem do our users have?", Some("problem")),
            ("Who it’s for", None),
            ("Who is it for?", Some("users")),
            ("What we’re doing", Some("summary")),
            ("Contact us", Some("contact")),
            ("Problematic", None),
            ("", None),
        ] {
            assert_eq!(meant(heading), field, "{heading}");
        }
        assert_eq!(meant(&"problem ".repeat(50)), None);
    }
}
