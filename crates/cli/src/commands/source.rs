//! `source`: adds, lists and changes sources. What an editor sets wins over the source's own words, and lasts.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use crawl::How;
use model::{Address, Bounds, Health, Language, Licence, Show, SourceState, Time};
use serde::Serialize;
use store::{SetSource, Source, Store};

use super::{IN_PART, count, print_json, say, say_line};
use crate::settings::Settings;
use crate::wiring;

/// Add, list and change sources.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Add the feed of a site, a page or a feed's own address
    Add {
        /// Any address of the source
        address: String,
        /// The address is the feed's own: read it and look for nothing else
        #[arg(long)]
        feed: bool,
        /// Print what was found as JSON
        #[arg(long)]
        json: bool,
    },
    /// List the sources with their health
    List {
        /// Only those that do not answer well
        #[arg(long)]
        failing: bool,
        /// Print the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show all that is known about one source
    Show {
        /// The name in its address on the site
        name: String,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Set what is shown of a source; an empty value gives the source's own word back
    Set {
        /// The name in its address on the site
        source: String,
        #[command(flatten)]
        wording: Wording,
    },
    /// Stop polling a source; its posts stay
    Pause {
        /// The name in its address on the site
        name: String,
    },
    /// Poll a paused or gone source again
    Resume {
        /// The name in its address on the site
        name: String,
    },
    /// Take a source and its posts off the site
    Remove {
        /// The name in its address on the site
        name: String,
        /// Why, for those who ask for its pages
        #[arg(long)]
        because: Option<String>,
    },
}

/// What an editor may set.
#[derive(clap::Args)]
#[group(required = true, multiple = true)]
pub struct Wording {
    /// The name that is shown
    #[arg(long)]
    name: Option<String>,
    /// Its website
    #[arg(long)]
    site: Option<String>,
    /// What it is, in a sentence
    #[arg(long)]
    about: Option<String>,
    /// The language of its posts: en, cy, ur
    #[arg(long)]
    language: Option<String>,
    /// The licence of its posts: a name or an address
    #[arg(long)]
    licence: Option<String>,
    /// How much of its posts is shown: full or excerpt
    #[arg(long)]
    show: Option<String>,
}

pub async fn run(settings: &Settings, command: &Command) -> Result<ExitCode> {
    let clock = wiring::clock();
    let now = clock.now();
    let store = wiring::store(settings, &clock).await?;
    match command {
        Command::Add { address, feed, json } => {
            let crawler = wiring::crawler(settings, store.clone(), wiring::net(settings, &[])?, clock);
            let added = if *feed { crawler.add_feed(address).await? } else { crawler.add_source(address).await? };
            if *json {
                print_json(&AddedJson::from(&added))?
            } else {
                say(added_in_words(&added, &find(&store, &added.source.slug).await?, settings, now))?
            }
            // It was added, but what was typed is no address that works.
            if added.tried.first().is_some_and(|tried| !tried.answered) {
                return Ok(ExitCode::from(IN_PART));
            }
        }
        Command::List { failing, json } => {
            let mut sources = store.sources().await?;
            sources.retain(|source| !failing || source.record.health().is_troubled());
            if *json {
                print_json(&sources.iter().map(|source| Told::new(source, settings, now)).collect::<Vec<_>>())?
            } else {
                say(listed(&sources, settings, now))?
            }
        }
        Command::Show { name, json } => {
            let source = find(&store, name).await?;
            if *json { print_json(&Told::new(&source, settings, now))? } else { say(shown(&source, settings, now))? }
        }
        Command::Set { source, wording } => {
            let source = find(&store, source).await?;
            let set = wording.over(source.record.set.clone())?;
            store.set_source(source.record.id, &set, now).await?;
            let now_shown = shown(&find(&store, &source.record.slug).await?, settings, now);
            say(format_args!("Set. It is now shown like this:\n{now_shown}"))?;
        }
        Command::Pause { name } => change(&store, name, SourceState::Paused, None, now).await?,
        Command::Resume { name } => change(&store, name, SourceState::Active, None, now).await?,
        Command::Remove { name, because } => {
            let because = because.as_deref().map(|because| Bounds::within(Bounds::MESSAGE, because));
            let because = because.transpose().context("--because")?;
            change(&store, name, SourceState::Removed, because.as_deref(), now).await?
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Finds a source by its slug, or says how to find it.
async fn find(store: &Store, name: &str) -> Result<Source> {
    match store.source_by_slug(name).await? {
        Some(source) => Ok(source),
        None => bail!("there is no source “{name}”; “watersmeet source list” names them all"),
    }
}

/// Changes where a source stands, if it may.
async fn change(store: &Store, name: &str, state: SourceState, because: Option<&str>, now: Time) -> Result<()> {
    let source = find(store, name).await?;
    if source.record.state == SourceState::Left {
        bail!("{} has left at its owner's wish; that is for good", source.record.name);
    }
    // To pause or to poll what is out of sight would show it again, which is not what was asked for.
    match source.record.state {
        SourceState::Hidden if state != SourceState::Removed => bail!(
            "{} is hidden, because somebody asked for it; “watersmeet request list” shows who, and “request undo” shows \
             it again",
            source.record.name
        ),
        SourceState::Removed if state != SourceState::Removed => bail!(
            "{} was removed; “watersmeet source add {}” brings it back",
            source.record.name,
            source.record.address
        ),
        _ => {}
    }
    store.set_source_state(source.record.id, state, because, now).await?;
    say_line(format_args!("{} is now {state}.", source.record.name))
}

impl Wording {
    /// What was set before, with what is set now: an empty value gives the source's own word back.
    fn over(&self, mut set: SetSource) -> Result<SetSource> {
        let words = |now: &Option<String>, before: Option<String>, most| match now {
            None => Ok(before),
            Some(now) => Bounds::within(most, now).map(|words| Some(words).filter(|words| !words.is_empty())),
        };
        set.name = words(&self.name, set.name, Bounds::NAME).context("--name")?;
        set.about = words(&self.about, set.about, Bounds::ABOUT).context("--about")?;
        if let Some(site) = &self.site {
            set.site = read(site, |site| Address::typed(site).map(String::from)).context("--site")?;
        }
        if let Some(language) = &self.language {
            set.language = read(language, str::parse::<Language>).context("--language")?;
        }
        if let Some(licence) = &self.licence {
            set.licence = Licence::named(&Bounds::within(Bounds::LICENCE, licence).context("--licence")?);
        }
        if let Some(show) = &self.show {
            set.show = read(show, str::parse::<Show>).context("--show")?;
        }
        Ok(set)
    }
}

/// A value that may be empty, which means none.
fn read<T, E>(written: &str, parse: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>, E> {
    if written.trim().is_empty() { Ok(None) } else { parse(written.trim()).map(Some) }
}

/// The sources as a list that fits a terminal: the name, how to call it, and how it is.
fn listed(sources: &[Source], settings: &Settings, now: Time) -> String {
    let mut said = String::new();
    for source in sources {
        let record = &source.record;
        let health = record.health().sentence(now, &settings.zone);
        said.push_str(&format!(
            "{} ({})\n  {}\n  {}; {health}\n",
            record.name,
            record.slug,
            record.address,
            posts(source)
        ));
    }
    said.push_str(&format!("{}\n", count(sources.len() as u64, "source", "sources")));
    said
}

fn posts(source: &Source) -> String {
    count(source.posts, "post", "posts")
}

/// All that an editor wants to know about one source.
fn shown(source: &Source, settings: &Settings, now: Time) -> String {
    let record = &source.record;
    let mut said = format!("{} ({})\n", record.name, record.slug);
    let mut line = |what: &str, value: Option<String>| {
        if let Some(value) = value {
            said.push_str(&format!("  {what:<12}{value}\n"));
        }
    };
    let own_word = |set: bool| if set { " (set here)" } else { "" };
    line("feed", Some(record.address.to_string()));
    line("site", record.site.as_ref().map(|site| format!("{site}{}", own_word(record.set.site.is_some()))));
    line("about", record.about.as_ref().map(|about| format!("{about}{}", own_word(record.set.about.is_some()))));
    line("says", record.claims.title.clone());
    line(
        "language",
        record.language.as_ref().map(|it| format!("{}{}", it.name(), own_word(record.set.language.is_some()))),
    );
    line(
        "licence",
        record.licence.as_ref().map(|it| format!("{}{}", it.name(), own_word(record.set.licence.is_some()))),
    );
    line("shows", record.set.show.map(|show| format!("{show} (set here)")));
    let groups: Vec<&str> = source.groups.iter().map(|group| group.name.as_str()).collect();
    line("groups", (!groups.is_empty()).then(|| groups.join(", ")));
    line("posts", Some(posts(source)));
    line("health", Some(record.health().sentence(now, &settings.zone)));
    line("answered", record.poll.last_message.clone());
    line("last look", record.poll.last_polled.map(|at| at_length(at, settings)));
    line("next look", (record.state == SourceState::Active).then(|| at_length(record.poll.next_poll, settings)));
    line("because", record.poll.next_why.clone().filter(|_| record.state == SourceState::Active));
    line("moves to", record.poll.moved_to.as_ref().map(ToString::to_string));
    line("added", Some(at_length(record.added, settings)));
    said
}

/// A day and a time in the site's zone.
fn at_length(at: Time, settings: &Settings) -> String {
    at.in_zone(&settings.zone).strftime("%-d %B %Y, %H:%M %Z").to_string()
}

/// What was found, for people: first what came of the address that was typed, where that was not the feed.
fn added_in_words(added: &crawl::Added, source: &Source, settings: &Settings, now: Time) -> String {
    let mut said = String::new();
    let record = &added.source;
    if let Some(typed) = added.tried.first() {
        said.push_str(&format!("{} {}.\n", typed.address, typed.result));
        match &added.page {
            Some(page) if *page != typed.address => said
                .push_str(&format!("So its site was searched, and {page} leads to a feed, which was taken instead.\n")),
            _ => said.push_str("So the places were tried where sites keep their feeds, and one was there.\n"),
        }
    }
    if added.found.len() > 1 {
        said.push_str("Found several feeds:\n");
        for (address, title) in &added.found {
            let mark = if address == record.address.as_str() { "→" } else { " " };
            said.push_str(&format!("{mark} {address}  {}\n", title.as_deref().unwrap_or_default()));
        }
    }
    let named = format!("{} ({}) from {}", record.name, record.slug, record.address);
    let new = count(added.posts as u64, "post", "posts");
    said.push_str(&match added.how {
        How::New => format!("Added {named}, with {new}.\n"),
        How::BroughtBack => format!("Brought back {named}, with {new} more.\n"),
        How::AlreadyThere => {
            let health = record.health().sentence(now, &settings.zone);
            format!("Already there: {named}. It has {}; {health}. Nothing was changed.\n", posts(source))
        }
    });
    said
}

/// A source for programs.
#[derive(Serialize)]
struct Told {
    name: String,
    slug: String,
    feed: String,
    site: Option<String>,
    about: Option<String>,
    language: Option<Language>,
    licence: Option<String>,
    show: Option<Show>,
    groups: Vec<String>,
    state: SourceState,
    health: String,
    is_well: bool,
    posts: u64,
    newest_post: Option<Time>,
    added: Time,
    last_look: Option<Time>,
    next_look: Option<Time>,
    next_look_because: Option<String>,
    failing_since: Option<Time>,
}

impl Told {
    fn new(source: &Source, settings: &Settings, now: Time) -> Self {
        let record = &source.record;
        let health: Health = record.health();
        Self {
            name: record.name.clone(),
            slug: record.slug.clone(),
            feed: record.address.to_string(),
            site: record.site.clone(),
            about: record.about.clone(),
            language: record.language.clone(),
            licence: record.licence.as_ref().map(|licence| licence.as_str().to_owned()),
            show: record.set.show,
            groups: source.groups.iter().map(|group| group.name.clone()).collect(),
            state: record.state,
            health: health.sentence(now, &settings.zone),
            is_well: !health.is_troubled(),
            posts: source.posts,
            newest_post: source.newest,
            added: record.added,
            last_look: record.poll.last_polled,
            next_look: (record.state == SourceState::Active).then_some(record.poll.next_poll),
            next_look_because: record.poll.next_why.clone().filter(|_| record.state == SourceState::Active),
            failing_since: record.poll.failing_since,
        }
    }
}

/// What was added, for programs.
#[derive(Serialize)]
struct AddedJson<'a> {
    name: &'a str,
    slug: &'a str,
    feed: &'a str,
    how: &'static str,
    posts: usize,
    found: Vec<&'a str>,
    tried: Vec<TriedJson<'a>>,
}

/// An address that was tried before the feed was found.
#[derive(Serialize)]
struct TriedJson<'a> {
    address: &'a str,
    result: &'a str,
}

impl<'a> From<&'a crawl::Added> for AddedJson<'a> {
    fn from(added: &'a crawl::Added) -> Self {
        Self {
            name: &added.source.name,
            slug: &added.source.slug,
            feed: added.source.address.as_str(),
            how: match added.how {
                How::New => "new",
                How::BroughtBack => "brought-back",
                How::AlreadyThere => "already-there",
            },
            posts: added.posts,
            found: added.found.iter().map(|(address, _)| address.as_str()).collect(),
            tried: added
                .tried
                .iter()
                .map(|tried| TriedJson { address: tried.address.as_str(), result: &tried.result })
                .collect(),
        }
    }
}
