//! From what an address asks to what the store is asked; what cannot be followed becomes a sentence.

use jiff::civil::Date;
use model::{AuthorId, Language};
use store::{Author, Cursor, GroupRef, Page, RiverFilter, SourceRecord, StoreError};

use crate::asked::{Asked, Spot};
use crate::days;
use crate::frame::Way;
use crate::newsroom::{Moment, Newsroom};

/// A river to show: what was asked, as far as it could be followed.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    /// Everything that was asked, each thing in its canonical spelling.
    pub(crate) asked: Asked,
    pub(crate) source: Option<SourceRecord>,
    pub(crate) group: Option<GroupRef>,
    pub(crate) author: Option<Author>,
    /// The author, also as they sign elsewhere.
    authors: Vec<AuthorId>,
    pub(crate) language: Option<Language>,
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
    pub(crate) page: Page,
    pub(crate) complaints: Vec<Complaint>,
}

/// Why a filter could not be followed, and what may have been meant.
#[derive(Debug, Clone)]
pub(crate) struct Complaint {
    pub(crate) words: String,
    pub(crate) ways: Vec<Way>,
}

/// A filter in use, and the address without it.
#[derive(Debug, Clone)]
pub(crate) struct Chip {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) href: String,
}

/// The most that is offered where several things have the name that was asked for.
const MOST_OFFERED: u32 = 8;
/// How many authors of one name are looked through.
const MOST_NAMESAKES: u32 = 100;
/// How many authors are offered whose names contain what was asked for.
const MOST_ALIKE: u32 = 5;
/// How many groups are looked through for a name.
const MOST_GROUPS: u32 = 1_000;

impl Filter {
    /// Finds out what each thing asked means.
    pub(crate) async fn of(newsroom: &Newsroom, asked: Asked) -> Result<Self, StoreError> {
        let mut filter = Self {
            source: None,
            group: None,
            author: None,
            authors: vec![],
            language: None,
            from: None,
            to: None,
            page: Page::Newest,
            complaints: Vec::new(),
            asked,
        };
        filter.read_source(newsroom).await?;
        filter.read_group(newsroom).await?;
        filter.read_author(newsroom).await?;
        if let Some(author) = &filter.author {
            let elsewhere = newsroom.store().same_person(author).await?;
            filter.authors = std::iter::once(author.id).chain(elsewhere.iter().map(|(other, _)| other.id)).collect();
        }
        filter.read_language();
        filter.read_period();
        filter.read_place();
        Ok(filter)
    }

    /// Only what could be followed, from the top of the river: what links on the page are made from.
    pub(crate) fn followed(&self) -> Asked {
        Asked {
            source: self.source.as_ref().map(|source| source.slug.clone()),
            group: self.group.as_ref().map(|group| group.slug.clone()),
            author: self.author.as_ref().map(|author| author.slug.clone()),
            language: self.language.as_ref().map(|language| language.primary().to_owned()),
            from: self.from.map(|day| day.to_string()),
            to: self.to.map(|day| day.to_string()),
            before: None,
            after: None,
        }
    }

    /// What the store is asked.
    pub(crate) fn river(&self, moment: &Moment) -> RiverFilter {
        RiverFilter {
            source: self.source.as_ref().map(|source| source.id),
            group: self.group.as_ref().map(|group| group.id),
            authors: self.authors.clone(),
            language: self.language.clone(),
            from: self.from.map(|day| days::start_of(day, &moment.zone)),
            to: self.to.map(|day| days::end_of(day, &moment.zone)),
        }
    }

    /// The filters in use, each with the address without it.
    pub(crate) fn chips(&self) -> Vec<Chip> {
        let followed = self.followed();
        let mut chips = Vec::new();
        let mut chip = |key: &str, name: &'static str, value: Option<String>| {
            if let Some(value) = value {
                chips.push(Chip { name, value, href: followed.without(key).address("/") });
            }
        };
        let in_words = |day: Date| day.strftime("%-d %B %Y").to_string();
        chip("source", "Source", self.source.as_ref().map(|source| source.name.clone()));
        chip("group", "Group", self.group.as_ref().map(|group| group.name.clone()));
        chip("author", "Author", self.author.as_ref().map(|author| author.name.clone()));
        chip("language", "Language", self.language.as_ref().map(|language| language.name().to_owned()));
        chip("from", "From", self.from.map(in_words));
        chip("to", "To", self.to.map(in_words));
        chips
    }

    /// What is shown, in words: "Posts by Ann Example from Riverton, in Welsh, since 3 March 2026".
    pub(crate) fn in_words(&self) -> String {
        let mut words = String::from("Posts");
        let mut add = |part: &str, value: &str| {
            words.push_str(part);
            words.push_str(value);
        };
        if let Some(author) = &self.author {
            add(" by ", &author.name);
        }
        if let Some(source) = &self.source {
            add(" from ", &source.name);
        }
        if let Some(group) = &self.group {
            add(if self.source.is_some() { " in the group " } else { " from the group " }, &group.name);
        }
        if let Some(language) = &self.language {
            add(" in ", language.name());
        }
        let date = |day: Date| day.strftime("%-d %B %Y").to_string();
        match (self.from, self.to) {
            (Some(from), Some(to)) if from == to => add(" of ", &date(from)),
            (Some(from), Some(to)) if from == to.first_of_month() && to == from.last_of_month() => {
                add(" of ", &from.strftime("%B %Y").to_string());
            }
            (Some(from), Some(to)) => add(" from ", &format!("{} to {}", date(from), date(to))),
            (Some(from), None) => add(" since ", &date(from)),
            (None, Some(to)) => add(" up to ", &date(to)),
            (None, None) => {}
        }
        words
    }

    async fn read_source(&mut self, newsroom: &Newsroom) -> Result<(), StoreError> {
        let Some(asked) = self.asked.source.clone() else { return Ok(()) };
        if let Some(source) = newsroom.store().source_by_slug(&asked).await?.map(|source| source.record) {
            if source.state.is_shown() {
                self.source = Some(source);
            } else {
                let words = format!("The posts of “{}” are not shown.", source.name);
                self.complain(words, vec![Way::to(format!("/source/{}", source.slug), "Why?")]);
            }
            return Ok(());
        }
        let mut named = newsroom.store().sources_called(&asked, MOST_OFFERED).await?;
        if named.len() == 1 {
            self.source = named.pop();
            self.asked.source = self.source.as_ref().map(|source| source.slug.clone());
            return Ok(());
        }
        let mut ways = self.offers(&named, "source", |source| (&source.slug, &source.name));
        let words = match ways.is_empty() {
            true => format!("There is no source called “{asked}”."),
            false => format!("Several sources are called something like “{asked}”:"),
        };
        ways.push(Way::to("/sources", "All sources"));
        self.complain(words, ways);
        Ok(())
    }

    async fn read_group(&mut self, newsroom: &Newsroom) -> Result<(), StoreError> {
        let Some(asked) = self.asked.group.clone() else { return Ok(()) };
        let store = newsroom.store();
        if let Some(group) = store.group_by_slug(&asked).await? {
            self.group = Some(group);
            return Ok(());
        }
        let groups = store.group_names(MOST_GROUPS).await?;
        match groups.iter().find(|group| is_named(&group.name, &asked)) {
            Some(group) => {
                self.asked.group = Some(group.slug.clone());
                self.group = Some(group.clone());
            }
            None => {
                let ways = self.offers(&groups, "group", |group| (&group.slug, &group.name));
                self.complain(format!("There is no group called “{asked}”."), ways);
            }
        }
        Ok(())
    }

    async fn read_author(&mut self, newsroom: &Newsroom) -> Result<(), StoreError> {
        let Some(asked) = self.asked.author.clone() else { return Ok(()) };
        if let Some(author) = newsroom.store().author_by_slug(&asked).await? {
            self.author = Some(author);
            return Ok(());
        }
        let mut named = newsroom.store().authors_named(&asked, MOST_NAMESAKES).await?;
        if let Some(source) = &self.source {
            named.retain(|author| author.source.id == source.id);
        }
        if named.len() == 1 {
            self.author = named.pop();
            self.asked.author = self.author.as_ref().map(|author| author.slug.clone());
            return Ok(());
        }
        let is_nobody = named.is_empty();
        if is_nobody {
            let source = self.source.as_ref().map(|source| source.id);
            named = newsroom.store().authors_like(&asked, source, MOST_ALIKE).await?;
        }
        let mut ways = Vec::new();
        for author in named.iter().take(MOST_OFFERED as usize) {
            let chosen = Asked { author: Some(author.slug.clone()), ..self.asked.topmost() };
            ways.push(Way::to(chosen.address("/"), format!("{} ({})", author.name, author.source.name)));
        }
        let words = match (is_nobody, ways.is_empty()) {
            (_, true) => format!("There is no author called “{asked}”."),
            (true, false) => format!("There is no author called “{asked}”. Perhaps you mean:"),
            (false, false) => format!("Several authors are called “{asked}”:"),
        };
        self.complain(words, ways);
        Ok(())
    }

    fn read_language(&mut self) {
        let Some(asked) = self.asked.language.clone() else { return };
        match asked.parse::<Language>() {
            Ok(language) => {
                self.asked.language = Some(language.primary().to_owned());
                self.language = Some(language);
            }
            Err(_) => self.complain(format!("“{asked}” is not the code of a language, such as en or cy."), Vec::new()),
        }
    }

    fn read_period(&mut self) {
        let read =
            |asked: &Option<String>| asked.as_deref().map(|written| (written.to_owned(), days::read_period(written)));
        let (from, to) = (read(&self.asked.from), read(&self.asked.to));
        for (written, period) in [&from, &to].into_iter().flatten() {
            if period.is_none() {
                self.complain(format!("“{written}” is not a day, such as 2026-03-23."), Vec::new());
            }
        }
        let from = from.and_then(|(_, period)| period);
        let to = to.and_then(|(_, period)| period);
        (self.from, self.to) = match (from, to) {
            // A period that runs backwards is meant the other way round.
            (Some((first, _)), Some((_, last))) if last < first => (to.map(|to| to.0), from.map(|from| from.1)),
            _ => (from.map(|from| from.0), to.map(|to| to.1)),
        };
        if self.from.is_some() {
            self.asked.from = self.from.map(|day| day.to_string());
        }
        if self.to.is_some() {
            self.asked.to = self.to.map(|day| day.to_string());
        }
    }

    fn read_place(&mut self) {
        let spot = |asked: &Option<String>| asked.as_deref().map(str::parse::<Spot>);
        let cursor = |spot: Spot| Cursor { place: spot.place, id: spot.id };
        match (spot(&self.asked.before), spot(&self.asked.after)) {
            (None, None) => {}
            (Some(Ok(before)), _) => {
                self.asked.after = None;
                self.page = Page::Before(cursor(before));
            }
            (_, Some(Ok(after))) => {
                self.asked.before = None;
                self.page = Page::After(cursor(after));
            }
            _ => self.complain("That place in the river cannot be read, so here is its top.".to_owned(), Vec::new()),
        }
    }

    fn complain(&mut self, words: String, ways: Vec<Way>) {
        self.complaints.push(Complaint { words, ways });
    }

    /// The same river with each of these things instead of what could not be followed.
    fn offers<T>(&self, things: &[T], key: &str, names: impl Fn(&T) -> (&String, &String)) -> Vec<Way> {
        let offer = |thing: &T| {
            let (slug, name) = names(thing);
            let mut chosen = self.asked.topmost();
            chosen.set(key, slug);
            Way::to(chosen.address("/"), name)
        };
        things.iter().take(MOST_OFFERED as usize).map(offer).collect()
    }
}

fn is_named(name: &str, asked: &str) -> bool {
    name.to_lowercase() == asked.to_lowercase()
}
