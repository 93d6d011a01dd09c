//! What was filled in, what is wrong with it, and what it means.

use std::collections::BTreeMap;

use model::{Address, Bounds, Licence, PostId, SourceId, line};
use store::{RequestKind, StoreError, Wishes};
use url::form_urlencoded;

use super::subject::{self, Subject};
use crate::newsroom::Newsroom;

/// The fields that are read, each with the most characters it may hold.
const FIELDS: [(&str, usize); 13] = [
    ("what", 20),
    ("source", Bounds::SITE),
    ("name", Bounds::NAME),
    ("site", Bounds::SITE),
    ("show", 20),
    ("licence", Bounds::LICENCE),
    ("language", Bounds::LANGUAGE),
    ("message", Bounds::MESSAGE),
    ("contact", 254),
    ("thing", Bounds::SITE),
    ("reason", Bounds::MESSAGE),
    ("reach", 254),
    ("mine", 10),
];

/// The answers of either form by field.
#[derive(Clone, Default, Debug)]
pub(super) struct Answers(BTreeMap<&'static str, String>);

/// What is wrong with an answer.
#[derive(Clone, Debug)]
pub(super) struct Wrong {
    pub(super) field: &'static str,
    pub(super) words: String,
}

/// A field as it is shown again.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) value: String,
    pub(super) wrong: Option<String>,
}

/// The form that corrects a source.
pub(super) struct Correct {
    pub(super) source: Field,
    pub(super) name: Field,
    pub(super) site: Field,
    pub(super) show: Field,
    pub(super) licence: Field,
    pub(super) licences: [&'static str; 7],
    pub(super) language: Field,
    pub(super) message: Field,
    pub(super) contact: Field,
}

/// The form that takes something out.
pub(super) struct TakeOut {
    pub(super) thing: Field,
    pub(super) reason: Field,
    pub(super) reach: Field,
    pub(super) mine: Field,
}

/// What a form asks for, checked.
pub(super) struct Meant {
    pub(super) kind: RequestKind,
    pub(super) source: SourceId,
    pub(super) post: Option<PostId>,
    pub(super) wishes: Wishes,
    pub(super) message: Option<String>,
}

/// A licence that somebody can follow; else what to write instead.
fn read_licence(written: &str) -> Result<Licence, String> {
    Licence::named(written).filter(Licence::is_understood).ok_or_else(|| {
        format!(
            "“{written}” is no licence that we know. Write one of these: {}; or the address of a page that says what \
             others may do.",
            Licence::OFFERED.join(", ")
        )
    })
}

impl Correct {
    pub(super) fn new(answers: &Answers, wrong: &[Wrong]) -> Self {
        let field = |name| answers.field(name, wrong);
        Self {
            source: field("source"),
            name: field("name"),
            site: field("site"),
            show: field("show"),
            licence: field("licence"),
            licences: Licence::OFFERED,
            language: field("language"),
            message: field("message"),
            contact: field("contact"),
        }
    }
}

impl TakeOut {
    pub(super) fn new(answers: &Answers, wrong: &[Wrong]) -> Self {
        let field = |name| answers.field(name, wrong);
        Self { thing: field("thing"), reason: field("reason"), reach: field("reach"), mine: field("mine") }
    }
}

impl Answers {
    /// Reads a form or a query: fields that we know, without control characters but line breaks.
    pub(super) fn read(form: &[u8]) -> Self {
        let mut answers = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(form) {
            if let Some((known, _)) = FIELDS.iter().find(|(known, _)| *known == name) {
                let clean: String = value.chars().filter(|c| !c.is_control() || *c == '\n').collect();
                answers.entry(*known).or_insert_with(|| clean.trim().to_owned());
            }
        }
        Self(answers)
    }

    /// A path of ours in this field becomes a whole address, as people know it.
    pub(super) fn absolute(&mut self, field: &str, absolute: impl Fn(&str) -> String) {
        if let Some(value) = self.0.get_mut(field)
            && value.starts_with('/')
        {
            *value = absolute(value);
        }
    }

    /// What was asked for, or everything that is wrong with it.
    pub(super) async fn meant(&self, newsroom: &Newsroom) -> Result<Result<Meant, Vec<Wrong>>, StoreError> {
        let mut wrong = self.too_long();
        let meant = match self.get("what") {
            "correct" => self.correction(newsroom, &mut wrong).await?,
            "take-out" => self.taking_out(newsroom, &mut wrong).await?,
            _ => {
                wrong.push(Wrong { field: "correct", words: "Choose one of the two forms on this page.".to_owned() });
                None
            }
        };
        Ok(match meant {
            Some(meant) if wrong.is_empty() => Ok(meant),
            _ => Err(wrong),
        })
    }

    async fn correction(&self, newsroom: &Newsroom, wrong: &mut Vec<Wrong>) -> Result<Option<Meant>, StoreError> {
        let source = match subject::find(newsroom, self.get("source"), false).await? {
            Ok(Subject { source, .. }) => Some(source),
            Err(words) => {
                wrong.push(Wrong { field: "source", words });
                None
            }
        };
        let mut wishes = Wishes {
            name: self.wish("name", wrong, |name| match line(name) {
                name if name.is_empty() => Err("Write a name with letters in it.".to_owned()),
                name => Ok(name),
            }),
            site: self.wish("site", wrong, |site| {
                Address::typed(site).map(String::from).map_err(|why| format!("The address of the site: {why}."))
            }),
            show: self.wish("show", wrong, |show| show.parse().map_err(|_| "Choose one of the three.".to_owned())),
            licence: self.wish("licence", wrong, read_licence),
            language: self.wish("language", wrong, |language| {
                language.parse().map_err(|_| "Write the language as a code, such as en, cy or en-GB.".to_owned())
            }),
            ..Wishes::default()
        };
        let message = self.get("message");
        if wishes == Wishes::default() && message.is_empty() && wrong.is_empty() {
            let words = "Say what should be corrected: fill in at least one of the fields.".to_owned();
            wrong.push(Wrong { field: "name", words });
        }
        wishes.contact = self.contact("contact", wrong);
        Ok(source.map(|source| Meant {
            kind: RequestKind::Correct,
            source,
            post: None,
            wishes,
            message: (!message.is_empty()).then(|| message.to_owned()),
        }))
    }

    async fn taking_out(&self, newsroom: &Newsroom, wrong: &mut Vec<Wrong>) -> Result<Option<Meant>, StoreError> {
        let subject = match subject::find(newsroom, self.get("thing"), true).await? {
            Ok(subject) => Some(subject),
            Err(words) => {
                wrong.push(Wrong { field: "thing", words });
                None
            }
        };
        let wishes = Wishes { contact: self.contact("reach", wrong), ..Wishes::default() };
        if self.get("mine").is_empty() {
            let words = "Tick the box if it is yours. If it is not, its author has to ask.".to_owned();
            wrong.push(Wrong { field: "mine", words });
        }
        let reason = self.get("reason");
        Ok(subject.map(|subject| Meant {
            kind: RequestKind::TakeOut,
            source: subject.source,
            post: subject.post,
            wishes,
            message: (!reason.is_empty()).then(|| reason.to_owned()),
        }))
    }

    /// What a field says, if it says anything that can be followed.
    fn wish<T>(
        &self,
        field: &'static str,
        wrong: &mut Vec<Wrong>,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let value = self.get(field);
        if value.is_empty() {
            return None;
        }
        read(value).map_err(|words| wrong.push(Wrong { field, words })).ok()
    }

    fn contact(&self, field: &'static str, wrong: &mut Vec<Wrong>) -> Option<String> {
        self.wish(field, wrong, |contact| {
            let is_mail = contact.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
            match is_mail && !contact.contains(char::is_whitespace) {
                true => Ok(contact.to_owned()),
                false => Err("Write the email address like name@example.org, or leave it empty.".to_owned()),
            }
        })
    }

    fn too_long(&self) -> Vec<Wrong> {
        let too_long = |(field, most): &(&'static str, usize)| {
            (self.get(field).chars().count() > *most)
                .then(|| Wrong { field, words: format!("Use at most {most} characters here.") })
        };
        FIELDS.iter().filter_map(too_long).collect()
    }

    fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    fn field(&self, name: &str, wrong: &[Wrong]) -> Field {
        Field {
            value: self.get(name).to_owned(),
            wrong: wrong.iter().find(|wrong| wrong.field == name).map(|wrong| wrong.words.clone()),
        }
    }
}
