//! `source`: adds, lists and changes sources. What an editor sets wins over the source's own words, and lasts.

mod show;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use crawl::How;
use model::{Address, Bounds, Language, Licence, Pace, Show, SourceState, Time};
use serde::Serialize;
use store::{SetSource, Source, SourceRecord, Store};

use self::show::{Listed, Shown, listed, posts, shown};
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
    /// Set what is shown of a source, and how often it is asked; an empty value takes that back
    Set {
        /// The name in its address on the site
        source: String,
        #[command(flatten)]
        wording: Wording,
    },
    /// Give a source another address to be polled at; its posts stay
    Move {
        /// The name in its address on the site
        name: String,
        /// Its feed's new address
        address: String,
    },
    /// Say that what a source's address gives is its own, where that was held back as another site's
    Accept {
        /// The name in its address on the site
        name: String,
    },
    /// Say whose a source is, where its web address does not tell
    Belongs {
        /// The name in its address on the site
        name: String,
        /// The organisation, by the name in its address on the site
        #[arg(required_unless_present = "nobody")]
        organisation: Option<String>,
        /// It is nobody's
        #[arg(long, conflicts_with = "organisation")]
        nobody: bool,
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
    /// How often it is asked, such as 15m, 6h or 2d, whatever its rhythm is; what its server asks for still comes first
    #[arg(long)]
    every: Option<String>,
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
                print_json(&sources.iter().map(|source| Listed::new(source, settings, now)).collect::<Vec<_>>())?
            } else {
                say(listed(&sources, settings, now))?
            }
        }
        Command::Show { name, json } => {
            let source = find(&store, name).await?;
            let history = store.history(source.record.id).await?;
            if *json {
                print_json(&Shown::new(&source, &history, settings, now))?
            } else {
                say(shown(&source, &history, settings, now))?
            }
        }
        Command::Set { source, wording } => {
            let source = find(&store, source).await?;
            let set = wording.over(source.record.set.clone())?;
            let pace = wording.pace()?;
            if pace.is_some() {
                still_here(&source.record)?;
            }
            store.set_source(source.record.id, &set, now).await?;
            if let Some(pace) = pace {
                crawl::set_pace(&store, &source.record, pace, now, &wiring::dice()).await?;
            }
            let history = store.history(source.record.id).await?;
            let now_shown = shown(&find(&store, &source.record.slug).await?, &history, settings, now);
            say(format_args!("Set. It is now shown like this:\n{now_shown}"))?;
        }
        Command::Move { name, address } => {
            let source = find(&store, name).await?.record;
            let address = Address::typed(address)?;
            still_here(&source)?;
            if let Err(why) = wiring::net(settings, &[])?.find(&address).await {
                bail!("{address} cannot be polled: {why}; {} stays at {}", source.name, source.address);
            }
            if !store.move_source(source.id, &address, now).await? {
                bail!("another source is polled at {address}; remove that one first, or this one instead");
            }
            say_line(format_args!(
                "{} is polled at {address} from now on; it was at {}.",
                source.name, source.address
            ))?;
        }
        Command::Accept { name } => {
            let source = find(&store, name).await?.record;
            store.accept_source(source.id, now).await?;
            say_line(format_args!(
                "What {} gives counts as the posts of {} from the next look on.",
                source.address, source.name
            ))?;
        }
        Command::Belongs { name, organisation, .. } => belongs(&store, name, organisation.as_deref(), now).await?,
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
async fn belongs(store: &Store, name: &str, organisation: Option<&str>, now: Time) -> Result<()> {
    let source = find(store, name).await?.record;
    let owner = match organisation {
        None => None,
        Some(slug) => match store.organisation_by_slug(slug).await? {
            Some(owner) => Some(owner),
            None => bail!("there is no organisation called “{slug}”; its name stands at the end of its page's address"),
        },
    };
    store.set_source_organisation(source.id, owner.as_ref().map(|owner| owner.id), now).await?;
    match owner {
        Some(owner) => say_line(format_args!("{} belongs to {} from now on.", source.name, owner.told.name)),
        None => say_line(format_args!("{} belongs to nobody here from now on.", source.name)),
    }
}

async fn find(store: &Store, name: &str) -> Result<Source> {
    match store.source_by_slug(name).await? {
        Some(source) => Ok(source),
        None => bail!("there is no source “{name}”; “watersmeet source list” names them all"),
    }
}

/// Refuses what has left at its owner's wish.
fn still_here(source: &SourceRecord) -> Result<()> {
    if source.state == SourceState::Left {
        bail!(
            "{} has left at its owner's wish; “watersmeet request undo” takes that back where an editor granted it",
            source.name
        );
    }
    Ok(())
}

/// Changes where a source stands, if it may.
async fn change(store: &Store, name: &str, state: SourceState, because: Option<&str>, now: Time) -> Result<()> {
    let source = find(store, name).await?;
    still_here(&source.record)?;
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

    /// How often it is to be asked from now on, if anything was said about that.
    fn pace(&self) -> Result<Option<Option<Pace>>> {
        self.every.as_deref().map(|every| read(every, str::parse::<Pace>)).transpose().context("--every")
    }
}

/// A value that may be empty, which means none.
fn read<T, E>(written: &str, parse: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>, E> {
    if written.trim().is_empty() { Ok(None) } else { parse(written.trim()).map(Some) }
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
