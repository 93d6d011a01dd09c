//! `source`: adds, lists and changes sources. What an editor sets wins over the source's own words, and lasts.

mod show;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use crawl::How;
use model::{Address, Language, Licence, Show, SourceState, Time};
use serde::Serialize;
use store::{SetSource, Source, Store};

use self::show::{Listed, Shown, listed, shown};
use super::{count, print_json, say, say_line};
use crate::settings::Settings;
use crate::wiring;

/// Add, list and change sources.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Add the feed of a site, a page or a feed's own address
    Add {
        /// Any address of the source
        address: String,
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
        Command::Add { address, json } => {
            let crawler = wiring::crawler(settings, store, wiring::net(settings, &[])?, clock);
            let added = crawler.add_source(address).await?;
            if *json { print_json(&AddedJson::from(&added))? } else { say(added_in_words(&added))? }
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
            store.set_source(source.record.id, &set, now).await?;
            let history = store.history(source.record.id).await?;
            let now_shown = shown(&find(&store, &source.record.slug).await?, &history, settings, now);
            say(format_args!("Set. It is now shown like this:\n{now_shown}"))?;
        }
        Command::Move { name, address } => {
            let source = find(&store, name).await?.record;
            let address = Address::typed(address)?;
            if source.state == SourceState::Left {
                bail!("{} has left at its owner's wish; that is for good", source.name);
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
        Command::Pause { name } => change(&store, name, SourceState::Paused, None, now).await?,
        Command::Resume { name } => change(&store, name, SourceState::Active, None, now).await?,
        Command::Remove { name, because } => {
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
    store.set_source_state(source.record.id, state, because, now).await?;
    say_line(format_args!("{} is now {state}.", source.record.name))
}

impl Wording {
    /// What was set before, with what is set now: an empty value gives the source's own word back.
    fn over(&self, mut set: SetSource) -> Result<SetSource> {
        let words = |now: &Option<String>, before: Option<String>| match now.as_deref().map(str::trim) {
            None => before,
            Some("") => None,
            Some(words) => Some(words.to_owned()),
        };
        set.name = words(&self.name, set.name);
        set.about = words(&self.about, set.about);
        if let Some(site) = &self.site {
            set.site = read(site, |site| Address::typed(site).map(String::from)).context("--site")?;
        }
        if let Some(language) = &self.language {
            set.language = read(language, str::parse::<Language>).context("--language")?;
        }
        if let Some(licence) = &self.licence {
            set.licence = Licence::named(licence);
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

/// What was found, for people.
fn added_in_words(added: &crawl::Added) -> String {
    let mut said = String::new();
    let source = &added.source;
    if added.found.len() > 1 {
        said.push_str("Found several feeds:\n");
        for (address, title) in &added.found {
            let mark = if address == source.address.as_str() { "→" } else { " " };
            said.push_str(&format!("{mark} {address}  {}\n", title.as_deref().unwrap_or_default()));
        }
    }
    let verb = match added.how {
        How::New => "Added",
        How::BroughtBack => "Brought back",
        How::AlreadyThere => "Already there:",
    };
    let posts = count(added.posts as u64, "post", "posts");
    said.push_str(&format!("{verb} {} ({}) from {}, with {posts}.\n", source.name, source.slug, source.address));
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
        }
    }
}
