//! Serves a site of invented posts from a database that is gone afterwards, to look at its pages:
//! `cargo run -p watersmeet-web --example look [PORT] [POSTS] [SOURCES]`.

use std::time::Duration;

use model::{Address, Clock, Dice, Licence, Outcome, SourceId, Time};
use store::{
    Added, Body, BodyKind, Database, Intents, NewAuthor, NewPost, NewSource, Picture, PollState, PostKeys,
    SourceClaims, SourceKind, Store,
};

/// A name, a group, a language, a licence, an author, and how the last look went.
type Invented = (&'static str, &'static str, &'static str, &'static str, &'static str, Outcome);

const OGL: &str = "Open Government Licence v3.0";
const SOURCES: [Invented; 12] = [
    ("Riverton Digital", "Local government", "en-GB", OGL, "Ann Example", Outcome::New),
    ("Dale & Fell Council", "Local government", "en-GB", "", "Bo Riverside", Outcome::Unchanged),
    ("Harbour Services Lab", "Local government", "en-GB", "", "", Outcome::NotFound),
    ("The Open Ledger", "Central government", "en", "CC BY 4.0", "", Outcome::New),
    ("Cyngor Glanafon", "Local government", "cy", OGL, "Carys Glan", Outcome::New),
    ("Weeknotes from the Weir", "People", "en", "", "Dev Kirk", Outcome::New),
    ("بلدیہ دریا", "Local government", "ur", "CC BY-SA 4.0", "زہرہ احمد", Outcome::New),
    ("Northmoor Health Notes", "Health", "en-GB", "", "", Outcome::SlowDown),
    ("Public Maps", "Central government", "", "", "Eli Contour", Outcome::BrokenTls),
    ("Kirkbeck Data", "Local government", "en", "CC0", "", Outcome::New),
    ("Ministry of Small Things", "Central government", "en-GB", OGL, "Fay Little", Outcome::New),
    ("Estuary Libraries", "", "en-GB", "", "", Outcome::New),
];

const POSTS: [(&str, &str); 10] = [
    (
        "What we learned from moving 400 forms in one winter",
        "When we began, nobody could say how many forms there were. We counted 412, and 90 of them asked for the same address. Here is what we did about it, in which order, and what we would leave out next time.",
    ),
    (
        "Weeknotes 112: a small party for a retired spreadsheet",
        "The spreadsheet that ran parking permits for nine years was switched off on Tuesday. It had 41 tabs, and its own mailing list.",
    ),
    ("A shared pattern for reporting a missed bin", "Six councils tested the same four screens."),
    (
        "Why our appointments service says no more often now",
        "Saying no early saves a journey. We changed the first question, and complaints fell by a third. This is how we decided, and how we measured it.",
    ),
    (
        "Design notes: dates, addresses and other long words",
        "Short thoughts on the two fields that go wrong most often.",
    ),
    (
        "Opening the register of contracts, line by line",
        "Every contract is now in one file, published each month, with the same columns as our neighbours use.",
    ),
    ("The data we stopped collecting", "We deleted eleven fields. Nothing broke."),
    (
        "Show and tell: a service map that fits on a wall",
        "The map is four metres long. It shows where people fall out of the housing service, and who picks them up.",
    ),
    (
        "How long is a piece of string? Estimating with residents",
        "A way of planning with people who will live with the result, tried in three neighbourhoods over a summer.",
    ),
    (
        "Retrospective: the flood page, six hours that mattered",
        "The page was asked for 90,000 times between midnight and six. What held, what did not, and the list that we use since.",
    ),
];
const WELSH: (&str, &str) = (
    "Beth ddysgon ni o symud pedwar cant o ffurflenni",
    "Pan ddechreuon ni, ni allai neb ddweud faint o ffurflenni oedd yno. Fe gyfron ni 412 ohonyn nhw.",
);
const URDU: (&str, &str) = (
    "ہم نے ایک سردی میں چار سو فارم منتقل کرنے سے کیا سیکھا",
    "جب ہم نے شروع کیا تو کوئی نہیں بتا سکتا تھا کہ کتنے فارم ہیں۔ ہم نے گنے تو ۴۱۲ نکلے۔",
);

const TEXT: &str = "<h3>Where we started</h3><p>Forms grow like moss. Ours had grown on every wall, and behind each \
    was somebody who needed the answer; <a href=\"https://example.org/\">a list of what they said</a> stands at the \
    end.</p><figure><img src=\"/favicon.svg\" alt=\"Two streams that become one\" width=\"600\" height=\"400\">\
    <figcaption>The wall on which we counted, in January.</figcaption></figure><ul><li>Ninety forms asked for the same \
    address.</li><li>Sixty had not been sent once in a year.</li></ul><blockquote><p>I thought that somebody read \
    those.</p></blockquote><h3>What it cost</h3><table><thead><tr><th>Step</th><th>Weeks</th></tr></thead><tbody><tr>\
    <td>Counting</td><td>3</td></tr><tr><td>Moving</td><td>14</td></tr></tbody></table><pre><code>forms --unused \
    --since 2025-01-01 | wc -l</code></pre><p>We would do it again.</p>";

#[tokio::main]
async fn main() {
    let number =
        |place: usize, usual: usize| std::env::args().nth(place).map_or(usual, |it| it.parse().expect("a number"));
    let (port, posts, sources) = (number(1, 8098), number(2, 120), number(3, SOURCES.len()));
    let now: Time = "2026-11-23T14:20:00Z".parse().expect("a time");
    let folder = std::env::temp_dir().join(format!("watersmeet-look-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let store = Store::open(&Database::File(folder.join("look.db")), now).await.expect("a database");
    fill(&store, now, posts, sources).await;
    let mut settings = web::Settings::at(address(&format!("http://127.0.0.1:{port}/")));
    settings.zone = jiff::tz::TimeZone::get("Europe/London").expect("a zone");
    let clock = Clock::new(move || now);
    let shelf = web::Shelf::open(store.clone(), &folder.join("index")).expect("an index");
    let kept = shelf.clone();
    tokio::spawn(async move { kept.run(std::future::pending()).await });
    let site = web::site(web::Site { store, clock, dice: Dice::loaded(7), shelf, settings, metrics: None });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port as u16)).await.expect("a free port");
    println!("Look at http://127.0.0.1:{port}/ and stop with Ctrl-C");
    let stop = async { tokio::signal::ctrl_c().await.expect("a signal") };
    web::serve(listener, site, web::Limits::default(), stop).await.expect("serving");
    std::fs::remove_dir_all(&folder).expect("the folder is ours");
}

fn address(written: &str) -> Address {
    Address::parse(written).expect("an address")
}

async fn fill(store: &Store, now: Time, posts: usize, sources: usize) {
    let invented: Vec<(Invented, String)> = (0..sources)
        .map(|n| {
            let one = SOURCES[n % SOURCES.len()];
            let name =
                if n < SOURCES.len() { one.0.to_owned() } else { format!("{} {}", one.0, n / SOURCES.len() + 1) };
            (one, name)
        })
        .collect();
    let new: Vec<NewSource> = invented.iter().enumerate().map(|(n, (one, name))| source(n, one, name, now)).collect();
    let added = store.add_sources(&new, now).await.expect("added");
    let mut reads: Vec<Intents> = added
        .iter()
        .zip(&invented)
        .map(|(added, (one, _))| {
            let Added::New(id) = added else { panic!("{added:?}") };
            Intents::quiet(*id, poll(one.5, now))
        })
        .collect();
    for n in 0..posts {
        let which = (n * 5 + n / sources) % sources;
        let at = now - Duration::from_secs(1_800 + n as u64 * 15_000);
        let post = post(n, which, &invented[which].0, at);
        reads[which].add.push(post);
    }
    for read in &mut reads {
        read.add.reverse();
    }
    store.carry_out(&reads, now).await.expect("carried out");
    let copy = reads[0].source;
    note_a_copy(store, copy, now).await;
}

/// One more post, which is the same as one that another source published.
async fn note_a_copy(store: &Store, source: SourceId, now: Time) {
    let mut copy = post(1_000_000, 0, &SOURCES[0], now - Duration::from_secs(60_000));
    copy.same_as = store
        .river(&store::RiverFilter::default(), store::Page::Newest, 1)
        .await
        .expect("a river")
        .cards
        .first()
        .map(|card| card.id);
    let mut read = Intents::quiet(source, poll(Outcome::New, now));
    read.add.push(copy);
    store.carry_out(&[read], now).await.expect("carried out");
}

fn source(n: usize, one: &Invented, name: &str, now: Time) -> NewSource {
    let host = format!("https://source-{n}.example/");
    NewSource {
        address: address(&format!("{host}feed/")),
        kind: SourceKind::Feed,
        claims: SourceClaims {
            title: Some(name.to_owned()),
            said_name: name.to_owned(),
            site: Some(host),
            about: Some("Notes from a team that works in the open.".to_owned()),
            language: one.2.parse().ok(),
            licence: Licence::named(one.3),
            ..SourceClaims::default()
        },
        listed_name: None,
        listed_attributes: vec![],
        groups: if one.1.is_empty() { vec![] } else { vec![vec![one.1.to_owned()]] },
        next_poll: now,
    }
}

fn poll(outcome: Outcome, now: Time) -> PollState {
    let status = match outcome {
        Outcome::NotFound => Some(404),
        Outcome::SlowDown => Some(429),
        Outcome::BrokenTls => None,
        _ => Some(200),
    };
    let day = Duration::from_secs(86_400);
    PollState {
        last_polled: Some(now),
        last_answer: Some(outcome),
        last_status: status,
        last_new: Some(now - day),
        failing_since: (!outcome.is_good()).then(|| now - day * 12),
        ..PollState::fresh(now + day)
    }
}

fn post(n: usize, which: usize, one: &Invented, at: Time) -> NewPost {
    let (title, excerpt) = match one.2 {
        "cy" => WELSH,
        "ur" => URDU,
        _ => POSTS[n % POSTS.len()],
    };
    let key = format!("{n:032x}");
    let text = format!("<p>{excerpt}</p>{TEXT}");
    NewPost {
        keys: PostKeys { id: Some(key.clone()), body: key.clone(), ..PostKeys::default() },
        claimed_id: Some(key),
        link: Some(format!("https://source-{which}.example/posts/{n}")),
        title: title.to_owned(),
        authors: if one.4.is_empty() {
            vec![]
        } else {
            vec![NewAuthor { name: one.4.to_owned(), address: None, mail_key: None }]
        },
        author_line: None,
        language: one.2.parse().ok(),
        claimed_date: None,
        claimed_at: Some(at),
        updated_at: None,
        place: at,
        excerpt: excerpt.to_owned(),
        picture: n.is_multiple_of(4).then(|| Picture {
            address: std::env::var("LOOK_PICTURE").unwrap_or("https://example.org/river.jpg".to_owned()),
            alternative: "A bend in a river".to_owned(),
            width: Some(1_200),
            height: Some(800),
        }),
        words: 180 + (n as u32 * 37) % 1_500,
        licence: None,
        body: Body::new(&text, BodyKind::Html, None, &text, html::CLEANER_VERSION),
        same_as: None,
    }
}
