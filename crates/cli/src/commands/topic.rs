//! `topic`: the vocabulary of topics, and what an editor says of the topics of posts and projects.

use std::process::ExitCode;

use anyhow::{Result, bail};
use model::{PostId, Time, link_key};
use search::{Topic, Vocabulary};
use serde::Serialize;
use store::{Matter, Store, TopicSaidOf};
use web::{About, Subject};

use super::{count, print_json, say_line};
use crate::settings::Settings;
use crate::wiring;

/// How many of an editor's words are shown.
const MOST_SHOWN: u32 = 100;
/// How many topics are offered for one that there is not.
const OFFERED: usize = 3;

/// See what there is to write about, and say what a post or a project is about. Your word lasts, whatever is read or
/// imported later.
///
/// A post is named by its number, by the address of its page here or of its original; a project by the name in its address
/// here, by the id of its list, or by that address or its own page's.
#[derive(clap::Subcommand)]
pub enum Command {
    /// List all topics
    List {
        /// Print the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one topic: what it is, its other words and services, and what was said of it here
    Show {
        /// The word in its address, its name or a synonym
        topic: String,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what a post or a project is about, and why
    Of {
        /// The post or project
        of: String,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// It is about this topic, whatever its words suggest
    Set(Word),
    /// It is not about this topic, whatever its words suggest
    Unset(Word),
    /// Forget what was said: its words decide again
    Forget(Word),
}

/// A word on whether something is about a topic.
#[derive(clap::Args)]
pub struct Word {
    /// The post or project
    of: String,
    /// The topic: the word in its address, its name or a synonym
    topic: String,
}

pub async fn run(settings: &Settings, command: &Command) -> Result<ExitCode> {
    let clock = wiring::clock();
    let now = clock.now();
    let store = wiring::store(settings, &clock).await?;
    match command {
        Command::List { json } => list(*json)?,
        Command::Show { topic, json } => show(&store, settings, meant(topic)?, *json).await?,
        Command::Of { of, json } => {
            let subject = subject(&store, find(&store, of).await?).await?;
            if *json { print_json(&SubjectJson::from(&subject))? } else { say_subject(&subject)? }
        }
        Command::Set(word) | Command::Unset(word) | Command::Forget(word) => {
            let (matter, topic) = (find(&store, &word.of).await?, meant(&word.topic)?);
            let is_new = match command {
                Command::Set(_) => store.say_topic(matter, topic.slug, true, now).await?,
                Command::Unset(_) => store.say_topic(matter, topic.slug, false, now).await?,
                _ => store.forget_topic(matter, topic.slug, now).await?,
            };
            if !is_new {
                bail!(
                    "nothing changes: that is how it stands; “watersmeet topic show {}” says what was said",
                    topic.slug
                );
            }
            say_subject(&subject(&store, matter).await?)?;
        }
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

fn list(json: bool) -> Result<()> {
    let topics = Vocabulary::built_in().topics();
    if json {
        return print_json(&topics.iter().map(|topic| TopicJson::new(topic, None)).collect::<Vec<_>>());
    }
    let widest = topics.iter().map(|topic| topic.slug.len()).max().unwrap_or_default();
    for of_group in topics.chunk_by(|one, other| one.group == other.group) {
        say_line(of_group[0].group)?;
        for topic in of_group {
            say_line(format_args!("  {:widest$}  {}", topic.slug, topic.name))?;
        }
    }
    say_line(format_args!("{}.", count(topics.len() as u64, "topic", "topics")))
}

async fn show(store: &Store, settings: &Settings, topic: &Topic, json: bool) -> Result<()> {
    let said = store.topic_said(topic.slug, MOST_SHOWN).await?;
    if json {
        return print_json(&TopicJson::new(topic, Some(&said)));
    }
    say_line(format_args!("{}: {}", topic.name, topic.about))?;
    say_line(format_args!("  words     {}", topic.synonyms.join(", ")))?;
    for service in &topic.services {
        say_line(format_args!("  service   {} {}", service.number, service.name))?;
    }
    say_line(format_args!("  near      {}", topic.near.join(", ")))?;
    let day = |time: Time| time.in_zone(&settings.zone).strftime("%-d %B %Y").to_string();
    for TopicSaidOf { matter, title, is_about, at } in &said {
        let (kind, id) = match matter {
            Matter::Post(id) => ("post", id.get()),
            Matter::Project(id) => ("project", id.get()),
        };
        let word = if *is_about { "is about it" } else { "is not about it" };
        say_line(format_args!("  said      {kind} {id}, “{title}”, {word} ({})", day(*at)))?;
    }
    Ok(())
}

/// The topic that is meant.
fn meant(words: &str) -> Result<&'static Topic> {
    let vocabulary = Vocabulary::built_in();
    if let Some(topic) = vocabulary.meant(words) {
        return Ok(topic);
    }
    let near: Vec<&str> = vocabulary.nearest(words, OFFERED).into_iter().map(|topic| topic.slug).collect();
    match &near[..] {
        [] => bail!("there is no topic “{words}”; “watersmeet topic list” shows them all"),
        near => bail!("there is no topic “{words}”; near it are {}", near.join(", ")),
    }
}

async fn subject(store: &Store, matter: Matter) -> Result<Subject> {
    match web::subject(store, matter).await? {
        Some(subject) => Ok(subject),
        None => bail!("it is no longer there"),
    }
}

/// The post or project that somebody names.
async fn find(store: &Store, named: &str) -> Result<Matter> {
    if let Ok(id) = named.parse::<PostId>() {
        return match shown(store, id).await? {
            Some(post) => Ok(post),
            None => bail!("there is no post {id}"),
        };
    }
    // The original of a post, or a project's own page, before what is like an address of ours.
    if let Some(key) = link_key(named) {
        if let Some(id) = store.post_by_link(named).await?
            && let Some(post) = shown(store, id).await?
        {
            return Ok(post);
        }
        if let [(_, id), ..] = store.projects_at(&[key]).await?[..] {
            return Ok(Matter::Project(id));
        }
    }
    let name_after = |place: &str| {
        let (_, rest) = named.split_once(place)?;
        rest.split(['/', '?', '#']).next()
    };
    if let Some(id) = name_after("/post/").and_then(|id| id.parse::<PostId>().ok())
        && let Some(post) = shown(store, id).await?
    {
        return Ok(post);
    }
    let name = name_after("/projects/").unwrap_or(named);
    let project = match store.project_by_slug(name).await? {
        None => store.project_by_given_id(&catalogue::id(name)).await?,
        found => found,
    };
    match project {
        Some(project) => Ok(Matter::Project(project.id)),
        None => bail!("no post and no project here is “{named}”: give a post’s number, a project’s name or an address"),
    }
}

/// The post with this number; for a copy the one that stands for it.
async fn shown(store: &Store, id: PostId) -> Result<Option<Matter>> {
    Ok(store.post(id).await?.map(|post| Matter::Post(post.same_as.unwrap_or(id))))
}

fn say_subject(subject: &Subject) -> Result<()> {
    say_line(format_args!("“{}” is about {}.", subject.title, count(subject.topics.len() as u64, "topic", "topics")))?;
    for About { topic, why } in &subject.topics {
        say_line(format_args!("  {} ({}): {why}", topic.name, topic.slug))?;
    }
    Ok(())
}

/// A topic for programs.
#[derive(Serialize)]
struct TopicJson<'t> {
    slug: &'static str,
    name: &'static str,
    about: &'static str,
    group: &'static str,
    words: &'t [String],
    services: Vec<ServiceJson<'t>>,
    near: &'t [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<Vec<SaidJson<'t>>>,
}

#[derive(Serialize)]
struct ServiceJson<'t> {
    number: u32,
    name: &'t str,
}

#[derive(Serialize)]
struct SaidJson<'t> {
    #[serde(skip_serializing_if = "Option::is_none")]
    post: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<i64>,
    title: &'t str,
    is_about: bool,
    at: Time,
}

impl<'t> TopicJson<'t> {
    fn new(topic: &'t Topic, said: Option<&'t [TopicSaidOf]>) -> Self {
        let services = topic.services.iter();
        let said_json = |said: &'t TopicSaidOf| {
            let (post, project) = match said.matter {
                Matter::Post(id) => (Some(id.get()), None),
                Matter::Project(id) => (None, Some(id.get())),
            };
            SaidJson { post, project, title: &said.title, is_about: said.is_about, at: said.at }
        };
        Self {
            slug: topic.slug,
            name: topic.name,
            about: topic.about,
            group: topic.group,
            words: &topic.synonyms,
            services: services.map(|service| ServiceJson { number: service.number, name: &service.name }).collect(),
            near: &topic.near,
            said: said.map(|said| said.iter().map(said_json).collect()),
        }
    }
}

/// What something is about, for programs.
#[derive(Serialize)]
struct SubjectJson<'s> {
    title: &'s str,
    topics: Vec<AboutJson<'s>>,
}

#[derive(Serialize)]
struct AboutJson<'s> {
    slug: &'static str,
    name: &'static str,
    why: &'s str,
}

impl<'s> From<&'s Subject> for SubjectJson<'s> {
    fn from(subject: &'s Subject) -> Self {
        let about = |about: &'s About| AboutJson { slug: about.topic.slug, name: about.topic.name, why: &about.why };
        Self { title: &subject.title, topics: subject.topics.iter().map(about).collect() }
    }
}
