//! `/topics` and its files: what is written about, and what is rising this week with the posts behind it.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use search::{Topic, Vocabulary};
use serde::Serialize;
use store::StoreError;

use crate::api::json;
use crate::card::Line;
use crate::drawing::Drawing;
use crate::feeds::{Category, Entry, Format};
use crate::files;
use crate::frame::{Frame, Tally, Way};
use crate::newsroom::{Moment, Newsroom};
use crate::outgoing::{self, Ways};
use crate::pages::topic;
use crate::trends::{Standing, Trends};
use crate::words::counted;

/// How many rising topics are shown, and how many posts of each.
const RISING: usize = 6;
const POSTS: usize = 3;

#[derive(Template)]
#[template(path = "topics.html")]
struct Page {
    frame: Frame,
    standfirst: String,
    rising: Vec<Rising>,
    groups: Vec<Group>,
    files: Vec<Way>,
}

/// A topic on which more is written than usual.
struct Rising {
    href: String,
    name: &'static str,
    slug: &'static str,
    figures: String,
    posts: Vec<Line>,
}

/// Topics under one heading.
struct Group {
    key: String,
    name: &'static str,
    topics: Vec<Tally>,
}

/// `/topics`.
pub(crate) async fn page(State(newsroom): State<Arc<Newsroom>>, headers: HeaderMap) -> Response<Body> {
    newsroom.answer("/topics", &headers, |moment| draw(&newsroom, moment)).await
}

async fn draw(newsroom: &Newsroom, moment: Moment) -> Result<Drawing, StoreError> {
    let trends = newsroom.trends(&moment).await?;
    let mut rising = Vec::new();
    for topic in trends.rising.iter().take(RISING) {
        let posts = topic::posts(newsroom, topic, Some(trends.week), None, POSTS).await?.0;
        rising.push(Rising {
            href: topic::href(topic),
            name: topic.name,
            slug: topic.slug,
            figures: trends.of(topic).trend.in_words(),
            posts: posts.iter().map(|card| Line::new(card, &moment)).collect(),
        });
    }
    let tally = |topic: &Topic| Tally {
        href: topic::href(topic),
        words: topic.name.to_owned(),
        count: trends.of(topic).posts as u64,
    };
    let groups = Vocabulary::built_in().topics().chunk_by(|one, other| one.group == other.group).map(|topics| Group {
        key: store::slug(topics[0].group, "group"),
        name: topics[0].group,
        topics: topics.iter().map(tally).collect(),
    });
    let page = Page {
        frame: Frame::new(newsroom, "Topics")
            .at("/topics")
            .describing("What public-sector teams write about, by topic, and what is rising this week")
            .canonical(newsroom.absolute("/topics"))
            .with_atom("What is rising", "/topics.atom".to_owned()),
        standfirst: standfirst(&trends),
        rising,
        groups: groups.collect(),
        files: files::ways(|ending| format!("/topics.{ending}")),
    };
    Ok(held(newsroom, &moment, Drawing::template(&page)))
}

fn standfirst(trends: &Trends) -> String {
    let all = Vocabulary::built_in().topics().len();
    let of_these = match trends.len() {
        0 => "Nothing is written on them here yet.".to_owned(),
        some => format!("There are posts on {some} of them."),
    };
    format!("{} that public-sector teams write about. {of_these}", counted(all as u64, "topic"))
}

/// A drawing of what the index says: it holds all day once the index has followed the river, else a minute.
pub(crate) fn held(newsroom: &Newsroom, moment: &Moment, drawing: Drawing) -> Drawing {
    match newsroom.shelf().is_at(moment.revision) {
        true => moment.for_today(drawing),
        false => moment.for_this_minute(drawing),
    }
}

/// All topics for programs.
#[derive(Serialize)]
struct TopicsJson {
    topics: Vec<TopicJson>,
}

/// A topic for programs.
#[derive(Serialize)]
pub(crate) struct TopicJson {
    slug: &'static str,
    name: &'static str,
    about: &'static str,
    group: &'static str,
    page: String,
    /// Other words for it.
    words: &'static [String],
    services: Vec<ServiceJson>,
    near: &'static [&'static str],
    /// How many posts and projects are about it.
    posts: usize,
    projects: usize,
    this_week: WeekJson,
}

#[derive(Serialize)]
struct ServiceJson {
    number: u32,
    name: &'static str,
}

/// How a topic stands this week.
#[derive(Serialize)]
struct WeekJson {
    posts: usize,
    sources: usize,
    is_rising: bool,
    /// Between which numbers of posts half of the past weeks were.
    #[serde(skip_serializing_if = "Option::is_none")]
    usual_from: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usual_to: Option<usize>,
}

impl TopicJson {
    pub(crate) fn new(newsroom: &Newsroom, topic: &'static Topic, standing: Standing, projects: usize) -> Self {
        let Standing { posts, trend } = standing;
        let services = topic.services.iter();
        Self {
            slug: topic.slug,
            name: topic.name,
            about: topic.about,
            group: topic.group,
            page: newsroom.absolute(&topic::href(topic)),
            words: &topic.synonyms,
            services: services.map(|service| ServiceJson { number: service.number, name: &service.name }).collect(),
            near: &topic.near,
            posts,
            projects,
            this_week: WeekJson {
                posts: trend.posts,
                sources: trend.sources,
                is_rising: trend.rises.is_some(),
                usual_from: trend.usual.map(|(least, _)| least),
                usual_to: trend.usual.map(|(_, most)| most),
            },
        }
    }
}

/// `/api/topics`, and the same at `/topics.json`.
pub(crate) async fn api(State(newsroom): State<Arc<Newsroom>>, headers: HeaderMap) -> Response<Body> {
    let draw = async |moment: Moment| {
        let topics = all(&newsroom, &moment).await?;
        Ok(held(&newsroom, &moment, json(&TopicsJson { topics }).fresh_for(300)))
    };
    newsroom.answer("/api/topics", &headers, draw).await
}

async fn all(newsroom: &Newsroom, moment: &Moment) -> Result<Vec<TopicJson>, StoreError> {
    let trends = newsroom.trends(moment).await?;
    let mut projects: HashMap<&str, usize> = HashMap::new();
    let count = |topics: &HashMap<_, Vec<&'static str>>| {
        topics.values().flatten().for_each(|topic| *projects.entry(topic).or_default() += 1);
    };
    newsroom.known().read_topics(newsroom, count).await?;
    let told = |topic: &'static Topic| {
        let projects = projects.get(topic.slug).copied().unwrap_or_default();
        TopicJson::new(newsroom, topic, trends.of(topic), projects)
    };
    Ok(Vocabulary::built_in().topics().iter().map(told).collect())
}

/// `/topics.csv`.
pub(crate) async fn table(State(newsroom): State<Arc<Newsroom>>, headers: HeaderMap) -> Response<Body> {
    let draw = async |moment: Moment| {
        let sheet = Drawing::file(files::CSV, sheet(&all(&newsroom, &moment).await?));
        Ok(held(&newsroom, &moment, sheet.fresh_for(300)))
    };
    newsroom.answer("/topics.csv", &headers, draw).await
}

fn sheet(topics: &[TopicJson]) -> String {
    let names = [
        "topic",
        "group",
        "about",
        "other words",
        "service numbers",
        "posts",
        "projects",
        "posts this week",
        "sources this week",
        "usual from",
        "usual to",
        "rising",
        catalogue::PAGE,
    ];
    let mut sheet = catalogue::Sheet::new(&names);
    let number = |number: Option<usize>| number.map(|number| number.to_string()).unwrap_or_default();
    for topic in topics {
        let services: Vec<String> = topic.services.iter().map(|service| service.number.to_string()).collect();
        let week = &topic.this_week;
        let cells = [
            topic.name.to_owned(),
            topic.group.to_owned(),
            topic.about.to_owned(),
            topic.words.join("; "),
            services.join(" "),
            topic.posts.to_string(),
            topic.projects.to_string(),
            week.posts.to_string(),
            week.sources.to_string(),
            number(week.usual_from),
            number(week.usual_to),
            if week.is_rising { "yes" } else { "no" }.to_owned(),
            topic.page.clone(),
        ];
        sheet.row(cells.iter().map(String::as_str));
    }
    sheet.done()
}

/// `/topics.atom`: what is rising. A topic is told of once in a week from Monday on.
pub(crate) async fn feed(State(newsroom): State<Arc<Newsroom>>, headers: HeaderMap) -> Response<Body> {
    let draw = async |moment: Moment| {
        let feed = draw_feed(&newsroom, &moment).await?;
        Ok(held(&newsroom, &moment, feed))
    };
    newsroom.answer("/topics.atom", &headers, draw).await
}

async fn draw_feed(newsroom: &Newsroom, moment: &Moment) -> Result<Drawing, StoreError> {
    let own = "/topics.atom".to_owned();
    let trends = newsroom.trends(moment).await?;
    let week = moment.today.iso_week_date();
    let mut entries = Vec::new();
    for topic in &trends.rising {
        let posts = topic::posts(newsroom, topic, Some(trends.week), None, POSTS).await?.0;
        let Some(newest) = posts.iter().map(|card| card.place).max() else { continue };
        let titles: Vec<String> = posts.iter().map(|card| format!("{} ({})", card.title, card.source.name)).collect();
        let page = topic::href(topic);
        let id = format!("{page}#{}-W{:02}", week.year(), week.week());
        entries.push(Entry {
            title: format!("{} is rising", topic.name),
            link: newsroom.absolute(&page),
            excerpt: format!("{} {}", trends.of(topic).trend.in_words(), titles.join(" · ")),
            topics: vec![Category { term: topic.slug.to_owned(), name: topic.name.to_owned() }],
            ..Entry::of_ours(newsroom, &id, newest, &own)
        });
    }
    let title = format!("What is rising – {}", newsroom.settings().name);
    Ok(outgoing::feed(newsroom, title, Ways { page: "/topics".to_owned(), own, older: None }, entries, Format::Atom))
}

/// Ways to related topics.
pub(crate) fn ways(topics: impl IntoIterator<Item = &'static Topic>) -> Vec<Way> {
    topics.into_iter().map(|topic| Way::to(topic::href(topic), topic.name)).collect()
}
