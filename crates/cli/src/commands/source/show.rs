//! How sources are shown: as a list that fits a terminal, and all that is known of one.

use crawl::pace::FeedWishes;
use model::{Health, Language, Outcome, Show, SourceState, Time};
use serde::Serialize;
use store::{History, Moved, Source, SourceRecord, Turn};

use crate::commands::count;
use crate::settings::Settings;

/// The sources as a list that fits a terminal: the name, how to call it, and how it is.
pub fn listed(sources: &[Source], settings: &Settings, now: Time) -> String {
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

/// How many posts it has, in words.
pub fn posts(source: &Source) -> String {
    count(source.posts, "post", "posts")
}

/// All that an editor wants to know about one source.
pub fn shown(source: &Source, history: &History, settings: &Settings, now: Time) -> String {
    let record = &source.record;
    let poll = &record.poll;
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
    line("added", Some(at_length(record.added, settings)));
    let health = record.health();
    line("health", Some(health.sentence(now, &settings.zone)));
    line("to do", health.advice(now).map(str::to_owned));
    line("last look", poll.last_polled.map(|at| format!("{}: {}", at_length(at, settings), answer(record))));
    line("last good", poll.last_ok.map(|at| at_length(at, settings)));
    line("last news", poll.last_new.map(|at| at_length(at, settings)));
    line("asked", record.pace.map(|pace| format!("every {pace} (set here)")));
    line("next look", (record.state == SourceState::Active).then(|| next_look(record, settings)));
    line("asks for", wishes(record, settings));
    line("validators", poll.last_polled.map(|_| validators(record)));
    line("size", poll.document_bytes.map(|bytes| format!("{} kB when last read", bytes.div_ceil(1_000))));
    line(
        "moves to",
        poll.moved_to.as_ref().map(|to| {
            let since =
                poll.moved_since.map_or(String::new(), |since| format!(", since {}", at_length(since, settings)));
            format!("{to}{since}; we follow once that has held for three days")
        }),
    );
    for moved in &history.moves {
        line("was at", Some(format!("{} until {} ({})", moved.from, at_length(moved.at, settings), moved.why)));
    }
    for turn in &history.turns {
        line(
            "turned",
            Some(format!("{}: {}", at_length(turn.at, settings), in_words(turn.answer, turn.message.as_deref()))),
        );
    }
    said
}

/// What came of the last look.
fn answer(record: &SourceRecord) -> String {
    let poll = &record.poll;
    let Some(outcome) = poll.last_answer else { return "nothing came of it".to_owned() };
    let words = in_words(outcome, poll.last_message.as_deref());
    match poll.last_status.map(|status| status.to_string()) {
        Some(status) if !words.contains(&status) => format!("{status}, {words}"),
        _ => words,
    }
}

fn in_words(outcome: Outcome, message: Option<&str>) -> String {
    let what = match outcome {
        Outcome::New => "read, with something new",
        Outcome::Unchanged => "nothing had changed",
        other => return message.unwrap_or(other.as_str()).to_owned(),
    };
    message.map_or(what.to_owned(), |complaint| format!("{what} ({complaint})"))
}

fn next_look(record: &SourceRecord, settings: &Settings) -> String {
    let at = at_length(record.poll.next_poll, settings);
    match &record.poll.next_reason {
        Some(reason) => format!("{at}, because {reason}"),
        None => at,
    }
}

/// What the server and the feed asked for.
fn wishes(record: &SourceRecord, settings: &Settings) -> Option<String> {
    let poll = &record.poll;
    let mut wishes: Vec<String> = vec![];
    if let Some(until) = poll.wish_until {
        wishes.push(format!("no look before {}", at_length(until, settings)));
    }
    let feed = poll.asked.as_deref().and_then(|asked| serde_json::from_str::<FeedWishes>(asked).ok());
    if let Some(feed) = feed {
        if let Some(period) = feed.period {
            wishes.push(format!("one look in {} minutes", period.as_secs() / 60));
        }
        if !feed.skip_hours.is_empty() {
            let hours: Vec<String> = feed.skip_hours.iter().map(u8::to_string).collect();
            wishes.push(format!("no look in the hours {} (UTC)", hours.join(", ")));
        }
        if !feed.skip_days.is_empty() {
            const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
            let days = feed.skip_days.iter().filter_map(|day| DAYS.get(usize::from(*day)).copied());
            wishes.push(format!("no look on {}", days.collect::<Vec<_>>().join(", ")));
        }
    }
    (!wishes.is_empty()).then(|| wishes.join("; "))
}

/// What its server gave us to ask with.
fn validators(record: &SourceRecord) -> String {
    let poll = &record.poll;
    let given: Vec<String> = [("ETag", &poll.etag), ("Last-Modified", &poll.last_modified)]
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name} {}", value.as_deref()?)))
        .collect();
    match poll.validators_for.as_deref() {
        _ if given.is_empty() => "none, so each look costs the whole feed".to_owned(),
        Some(of) if of != record.address.as_str() => format!("{}, from {of}", given.join(", ")),
        _ => given.join(", "),
    }
}

/// A day and a time in the site's zone.
fn at_length(at: Time, settings: &Settings) -> String {
    at.in_zone(&settings.zone).strftime("%-d %B %Y, %H:%M %Z").to_string()
}

/// A source in a list for programs.
#[derive(Serialize)]
pub struct Listed {
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
    failing_since: Option<Time>,
}

impl Listed {
    /// The source as it is now.
    pub fn new(source: &Source, settings: &Settings, now: Time) -> Self {
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
            failing_since: record.poll.failing_since,
        }
    }
}

/// All that is known of a source, for programs.
#[derive(Serialize)]
pub struct Shown {
    #[serde(flatten)]
    listed: Listed,
    advice: Option<&'static str>,
    last_answer: Option<&'static str>,
    last_status: Option<u16>,
    last_message: Option<String>,
    last_good: Option<Time>,
    last_news: Option<Time>,
    failures: u32,
    asked_every_seconds: Option<u64>,
    next_look_because: Option<String>,
    asked_to_wait_until: Option<Time>,
    asks: Option<FeedWishes>,
    etag: Option<String>,
    last_modified: Option<String>,
    validators_of: Option<String>,
    document_bytes: Option<u64>,
    moves_to: Option<String>,
    moves_since: Option<Time>,
    moves: Vec<MovedJson>,
    turns: Vec<TurnJson>,
}

/// A change of address, for programs.
#[derive(Serialize)]
struct MovedJson {
    at: Time,
    from: String,
    to: String,
    why: &'static str,
}

/// The moment from which it answered in another way, for programs.
#[derive(Serialize)]
struct TurnJson {
    at: Time,
    answer: &'static str,
    status: Option<u16>,
    message: Option<String>,
}

impl Shown {
    /// The source as it is now, and what it went through.
    pub fn new(source: &Source, history: &History, settings: &Settings, now: Time) -> Self {
        let record = &source.record;
        let poll = &record.poll;
        let moved = |moved: &Moved| MovedJson {
            at: moved.at,
            from: moved.from.clone(),
            to: moved.to.clone(),
            why: moved.why.as_str(),
        };
        let turn = |turn: &Turn| TurnJson {
            at: turn.at,
            answer: turn.answer.as_str(),
            status: turn.status,
            message: turn.message.clone(),
        };
        Self {
            listed: Listed::new(source, settings, now),
            advice: record.health().advice(now),
            last_answer: poll.last_answer.map(Outcome::as_str),
            last_status: poll.last_status,
            last_message: poll.last_message.clone(),
            last_good: poll.last_ok,
            last_news: poll.last_new,
            failures: poll.failures,
            asked_every_seconds: record.pace.map(|pace| pace.wait().as_secs()),
            next_look_because: poll.next_reason.clone(),
            asked_to_wait_until: poll.wish_until,
            asks: poll.asked.as_deref().and_then(|asked| serde_json::from_str(asked).ok()),
            etag: poll.etag.clone(),
            last_modified: poll.last_modified.clone(),
            validators_of: poll.validators_for.clone(),
            document_bytes: poll.document_bytes,
            moves_to: poll.moved_to.as_ref().map(ToString::to_string),
            moves_since: poll.moved_since,
            moves: history.moves.iter().map(moved).collect(),
            turns: history.turns.iter().map(turn).collect(),
        }
    }
}
