//! The table of what each kind of poll means.

use std::time::Duration;

use model::SourceId;

use super::*;
use crate::keys;

/// When everything here is read.
const NOW: &str = "2026-11-23T09:00:00Z";

fn time(at: &str) -> Time {
    at.parse().unwrap()
}

/// A post as a feed gives it; empty words are missing ones.
fn post(id: &str, link: &str, title: &str, text: &str) -> Sighting {
    let words = keys::Words::of(title, text);
    Sighting {
        keys: PostKeys {
            id: keys::id_key(id),
            link: model::link_key(link),
            text: words.text_key(),
            title: words.title_key(),
            body: words.body_key([], []),
        },
        original: None,
        title: title.to_owned(),
        text: text.to_owned(),
        words: text.split_whitespace().count() as u32,
        claimed_at: None,
        updated_at: None,
        at_home: true,
    }
}

impl Sighting {
    fn on(self, claimed: &str) -> Self {
        Self { claimed_at: Some(time(claimed)), ..self }
    }
    fn changed(self, updated: &str) -> Self {
        Self { updated_at: Some(time(updated)), ..self }
    }
    /// The same post in the store, first seen two days ago.
    fn known(&self, id: i64) -> KnownPost {
        KnownPost {
            id: PostId::new(id),
            source: SourceId::new(1),
            keys: self.keys.clone(),
            title: self.title.clone(),
            excerpt: self.text.chars().take(200).collect(),
            words: self.words,
            claimed_at: self.claimed_at,
            first_seen: time("2026-11-21T09:00:00Z"),
            place: self.claimed_at.unwrap_or(time("2026-11-21T09:00:00Z")),
            same_as: None,
            link: None,
            state: model::PostState::Shown,
            revision: 1,
        }
    }
}

/// A decision in words, adds with their titles.
fn said(decision: &Decision, read: &[Sighting]) -> String {
    let mut words: Vec<String> = vec![];
    words.extend(decision.seen.iter().map(|id| format!("seen {id}")));
    words.extend(decision.revise.iter().map(|(id, ..)| format!("revise {id}")));
    words.extend(decision.rekey.iter().map(|(id, ..)| format!("rekey {id}")));
    for add in &decision.add {
        let same_as = add.same_as.map(|id| format!(" = {id}")).unwrap_or_default();
        let copies = add.copies.iter().map(|id| format!(" over {id}")).collect::<String>();
        words.push(format!("add {}{same_as}{copies}", read[add.at].title));
    }
    words.join(", ")
}

#[track_caller]
fn check(here: &[KnownPost], read: &[Sighting], expected: &str) {
    let decision = decide(&Old { first_read: false, here, ..Old::default() }, read, time(NOW));
    assert_eq!(said(&decision, read), expected);
}

#[track_caller]
fn check_elsewhere(elsewhere: &[KnownPost], read: Sighting, expected: &str) {
    let read = [read];
    let decision = decide(&Old { first_read: false, elsewhere, ..Old::default() }, &read, time(NOW));
    assert_eq!(said(&decision, &read), expected);
}

/// The places of a document's posts in its order, as days and hours.
#[track_caller]
fn check_places(first_read: bool, read: &[Sighting], expected: &[&str]) {
    let decision = decide(&Old { first_read, ..Old::default() }, read, time(NOW));
    let mut places = vec![String::new(); read.len()];
    for add in &decision.add {
        places[add.at] = add.place.to_string();
    }
    assert_eq!(places, expected);
    let order: Vec<_> = decision.add.iter().map(|add| add.place).collect();
    assert!(order.is_sorted(), "{order:?}");
}

const BINS: &str = "We asked forty people how they report a missed bin, and most of them said that they ring us because \
                    the form asks for things that they do not know. So we took those questions away, and now half as \
                    many people ring.";
const PARKING: &str = "Nobody could find the page about parking permits. We moved it to where people look first, which \
                       is the search box, and we wrote its title in the words that they type into it every day.";

fn bins() -> Sighting {
    post("tag:1", "https://riverton.example/bins", "How we mended bins", BINS).on("2026-11-20T10:00:00Z")
}

fn parking() -> Sighting {
    post("tag:2", "https://riverton.example/parking", "Parking is a search problem", PARKING).on("2026-11-22T10:00:00Z")
}

#[test]
fn what_is_new_and_what_is_there_already() {
    check(&[], &[], "");
    check(&[], &[parking(), bins()], "add How we mended bins, add Parking is a search problem");
    check(&[bins().known(1)], &[bins()], "seen 1");
    check(&[bins().known(1)], &[parking(), bins()], "seen 1, add Parking is a search problem");
    // What has left the document stays in the store.
    check(&[bins().known(1), parking().known(2)], &[parking()], "seen 2");
}

#[test]
fn what_is_a_revision() {
    let known = [bins().known(1)];
    let again = |title: &str, text: &str| [post("tag:1", "https://riverton.example/bins", title, text)];
    check(&known, &again("How we mended bins, again", BINS), "revise 1");
    check(&known, &again("How we mended bins", &BINS.replace("forty", "fifty")), "revise 1");
    check(&known, &again("How we mended bins", &format!("{BINS} More soon.")), "revise 1");
    // Trivial: white space, case, marks, a counter of views.
    check(&known, &again(" How we  mended BINS!", BINS), "seen 1");
    check(&known, &again("How we mended bins", &BINS.replace(' ', "\n ")), "seen 1");
    check(&known, &again("How we mended bins", &format!("{BINS} 1,204 views")), "seen 1");
    // A feed that cuts its older posts does not take their text away.
    check(&known, &again("How we mended bins", &BINS[..90]), "seen 1");
    check(&known, &again("How we mended bins", ""), "seen 1");
    check(&known, &again("How we mended bins", "We have taken this post down, sorry."), "revise 1");
}

#[test]
fn a_post_is_known_by_its_id_first() {
    let known = [bins().known(1), parking().known(2)];
    let moved = post("tag:1", "https://riverton.example/2026/bins", "How we mended bins", BINS);
    check(&known, std::slice::from_ref(&moved), "rekey 1");
    let moved_and_edited = post("tag:1", "https://riverton.example/2026/bins", "How we mended bins", PARKING);
    check(&known, &[moved_and_edited], "revise 1");
    let tracked = post("tag:1", "http://www.riverton.example/bins/?utm_source=rss", "How we mended bins", BINS);
    check(&known, &[tracked], "seen 1");
}

#[test]
fn an_id_given_to_another_post_makes_a_new_one() {
    let known = [bins().known(1)];
    let other = post("tag:1", "https://riverton.example/parking", "Parking is a search problem", PARKING);
    check(&known, std::slice::from_ref(&other), "add Parking is a search problem");
    // The new one keeps no id, so that it is known by its link from then on.
    let decision =
        decide(&Old { first_read: false, here: &known, ..Old::default() }, std::slice::from_ref(&other), time(NOW));
    let kept = KnownPost { keys: decision.add[0].keys.clone(), ..other.known(2) };
    assert_eq!(kept.keys.id, None);
    check(&[bins().known(1), kept], &[other], "seen 2");
}

#[test]
fn without_an_id_the_link_tells() {
    let plain = |title: &str, text: &str| post("", "https://riverton.example/bins", title, text);
    let known = [plain("How we mended bins", BINS).known(1)];
    check(&known, &[plain("How we mended bins", BINS)], "seen 1");
    check(&known, &[plain("Bins", &format!("{BINS} More."))], "revise 1");
    // The feed begins or ceases to give ids.
    check(&known, &[bins()], "rekey 1");
    check(&[bins().known(1)], &[plain("How we mended bins", BINS)], "rekey 1");
}

#[test]
fn without_id_and_link_the_words_tell() {
    let note = |text: &str| post("", "", "", text);
    check(&[note(BINS).known(1)], &[note(BINS), note(PARKING)], "seen 1, add ");
    check(&[note("Good morning!").known(1)], &[note("Good morning")], "seen 1");
}

#[test]
fn ids_that_all_change_at_once_are_the_same_posts() {
    let known = [bins().known(1), parking().known(2)];
    let renumbered =
        |id: &str, of: Sighting| Sighting { keys: PostKeys { id: keys::id_key(id), ..of.keys.clone() }, ..of };
    check(&known, &[renumbered("9", parking()), renumbered("8", bins())], "rekey 2, rekey 1");
    // The blog moves to another host: ids and links are all new, and so are the dates.
    let moved = |id: &str, link: &str, of: Sighting| Sighting {
        keys: PostKeys { id: keys::id_key(id), link: model::link_key(link), ..of.keys.clone() },
        claimed_at: Some(time("2026-11-23T08:00:00Z")),
        ..of
    };
    let all = [moved("n2", "https://new.example/2", parking()), moved("n1", "https://new.example/1", bins())];
    check(&known, &all, "rekey 2, rekey 1");
    // A new one comes at the same time.
    let news = post("n3", "https://new.example/3", "We have moved house", "Please change your bookmarks.");
    check(&known, &[news, all[0].clone(), all[1].clone()], "rekey 2, rekey 1, add We have moved house");
}

#[test]
fn one_post_that_was_published_again_is_the_same_one() {
    let known = [bins().known(1), parking().known(2)];
    let again = Sighting { keys: PostKeys { id: keys::id_key("tag:3"), ..bins().keys }, ..bins() };
    check(&known, &[parking(), again.clone()], "seen 2, rekey 1");
    // Its old self is in the document too, with the same link and the same words: still one post.
    check(&known, &[parking(), again, bins()], "seen 2, rekey 1");
}

#[test]
fn the_same_words_on_another_day_are_another_post() {
    let open = |id: &str, day: &str| {
        post(id, &format!("https://riverton.example/{id}"), "Open thread", "What is on your mind this week?").on(day)
    };
    let last_week = open("t1", "2026-11-13T10:00:00Z");
    let this_week = open("t2", "2026-11-20T10:00:00Z");
    // Another id of the feed is as it was, so its ids have not all changed.
    let known = [last_week.known(1), bins().known(2)];
    check(&known, &[this_week, bins()], "seen 2, add Open thread");
    check(&known, &[open("t2", "2026-11-13T11:00:00Z"), bins()], "seen 2, rekey 1");
}

#[test]
fn one_document_that_holds_a_post_twice() {
    check(&[], &[bins(), bins()], "add How we mended bins");
    let newer = Sighting { title: "How we mended bins (newer)".into(), ..bins() }.changed("2026-11-22T00:00:00Z");
    check(&[], &[bins(), newer.clone()], "add How we mended bins (newer)");
    check(&[], &[newer, bins()], "add How we mended bins (newer)");
    // An id on different posts tells nothing; the link does.
    let reused = Sighting { keys: PostKeys { id: keys::id_key("tag:1"), ..parking().keys }, ..parking() };
    check(&[], &[reused.clone(), bins()], "add How we mended bins, add Parking is a search problem");
    let known = decide(&Old { first_read: false, ..Old::default() }, &[reused.clone(), bins()], time(NOW));
    assert!(known.add.iter().all(|add| add.keys.id.is_none() && add.keys.link.is_some()));
    // A link that all posts share tells nothing; the id does.
    let home = |id: &str, title: &str, text: &str| post(id, "https://riverton.example/", title, text);
    let read = [home("1", "How we mended bins", BINS), home("2", "Parking is a search problem", PARKING)];
    check(&[], &read, "add Parking is a search problem, add How we mended bins");
    check(&[], &[home("1", "Bins", BINS), home("2", "Bins", BINS)], "add Bins");
    // Two untitled, unnamed notes with different words.
    check(&[], &[post("", "", "", "One."), post("", "", "", "Two.")], "add , add ");
}

#[test]
fn the_same_article_from_two_sources_is_one_post() {
    let theirs = KnownPost { source: SourceId::new(2), ..bins().known(7) };
    let elsewhere = std::slice::from_ref(&theirs);
    let ours = |link: &str, title: &str, text: &str| post("our-1", link, title, text).on("2026-11-21T10:00:00Z");
    // By its link, with the same title or nearly the same words.
    check_elsewhere(
        elsewhere,
        ours("http://riverton.example/bins/", "How we mended bins", ""),
        "add How we mended bins = 7",
    );
    check_elsewhere(elsewhere, ours("https://riverton.example/bins", "From Riverton", BINS), "add From Riverton = 7");
    // By its words, whole or as an excerpt under the same title.
    check_elsewhere(elsewhere, ours("https://planet.example/9", "Riverton: bins", BINS), "add Riverton: bins = 7");
    let excerpt = ours("https://planet.example/9", "How we mended bins", &BINS[..150]);
    check_elsewhere(elsewhere, excerpt, "add How we mended bins = 7");
    // By the original that it names.
    let named = Sighting {
        original: model::link_key("https://riverton.example/bins"),
        ..ours("https://medium.example/x", "How we mended bins", BINS)
    };
    check_elsewhere(elsewhere, named, "add How we mended bins = 7");
    // A link blog only talks about it.
    let comment = "Riverton shows how it is done. I wish that every council would ask forty people before it changes \
                   a form, and then do what they say without a second thought.";
    check_elsewhere(elsewhere, ours("https://riverton.example/bins", "Worth reading", comment), "add Worth reading");
    // The same title says nothing by itself, nor do few words.
    check_elsewhere(elsewhere, ours("https://o.example/1", "How we mended bins", PARKING), "add How we mended bins");
    let short = post("1", "https://a.example/1", "Closed for the holidays", "Back on Monday.");
    let theirs = KnownPost { source: SourceId::new(2), ..short.known(8) };
    check_elsewhere(
        &[theirs],
        post("2", "https://b.example/1", "Closed for the holidays", "Back on Monday."),
        "add Closed for the holidays",
    );
    // Nor do the same words two months apart.
    let old = KnownPost { place: time("2026-08-20T10:00:00Z"), ..bins().known(7) };
    check_elsewhere(&[old], ours("https://planet.example/9", "How we mended bins", BINS), "add How we mended bins");
}

#[test]
fn which_of_two_is_the_original() {
    let read = |day: &str| {
        Sighting { keys: PostKeys { link: model::link_key("https://a.example/"), ..bins().keys }, ..bins() }.on(day)
    };
    let fresh = |day: &str| KnownPost {
        source: SourceId::new(2),
        first_seen: time("2026-11-23T08:00:00Z"),
        claimed_at: Some(time(day)),
        ..bins().known(7)
    };
    let (early, late) = ("2026-11-20T10:00:00Z", "2026-11-20T12:00:00Z");
    // Both are new to us: the earlier claim wins, in whichever order they are read.
    check_elsewhere(&[fresh(early)], read(late), "add How we mended bins = 7");
    check_elsewhere(&[fresh(late)], read(early), "add How we mended bins over 7");
    check_elsewhere(&[fresh(early)], read(early), "add How we mended bins = 7");
    // A copy that readers have had for a day keeps its place.
    let settled = KnownPost { first_seen: time("2026-11-21T09:00:00Z"), ..fresh(late) };
    check_elsewhere(&[settled], read(early), "add How we mended bins = 7");
    // One that says itself that it is a copy never wins.
    let named = Sighting { original: model::link_key("https://riverton.example/bins"), ..read(early) };
    check_elsewhere(&[fresh(late)], named, "add How we mended bins = 7");
    // A copy of a copy is a copy of the original.
    let copy = KnownPost { same_as: Some(PostId::new(3)), ..fresh(late) };
    check_elsewhere(&[copy], read(early), "add How we mended bins = 3");
}

fn dated(day: &str) -> Sighting {
    post(day, "", day, "").on(day)
}

fn undated(id: &str) -> Sighting {
    post(id, "", id, "")
}

#[test]
fn a_date_puts_a_post_in_its_place() {
    for first_read in [true, false] {
        check_places(first_read, &[dated("2026-11-20T10:00:00Z")], &["2026-11-20T10:00:00Z"]);
        check_places(first_read, &[dated("2003-02-01T00:00:00Z")], &["2003-02-01T00:00:00Z"]);
        // A zone got wrong: within a day ahead means now.
        check_places(first_read, &[dated("2026-11-23T21:00:00Z")], &[NOW]);
        // An event next year, the epoch, the year 1.
        check_places(first_read, &[dated("2027-06-01T00:00:00Z")], &[NOW]);
        check_places(first_read, &[dated("1970-01-01T00:00:00Z")], &[NOW]);
        check_places(first_read, &[dated("0001-01-01T00:00:00Z")], &[NOW]);
        check_places(first_read, &[undated("a")], &[NOW]);
    }
}

#[test]
fn a_date_that_makes_no_sense_is_not_kept() {
    let read = [dated("2027-06-01T00:00:00Z"), dated("1970-01-01T00:00:00Z"), dated("2026-11-20T10:00:00Z")];
    let decision = decide(&Old { first_read: false, ..Old::default() }, &read, time(NOW));
    let mut claimed: Vec<_> = decision.add.iter().map(|add| (add.at, add.claimed_at)).collect();
    claimed.sort();
    assert_eq!(claimed, [(0, None), (1, None), (2, Some(time("2026-11-20T10:00:00Z")))]);
}

#[test]
fn a_later_change_of_date_moves_nothing() {
    check(&[bins().known(1)], &[bins().on("2026-11-23T08:59:00Z")], "seen 1");
    check(&[bins().known(1)], &[Sighting { claimed_at: None, ..bins() }], "seen 1");
}

#[test]
fn a_backlog_goes_down_the_river() {
    let backlog: Vec<Sighting> = (0..500_u64)
        .map(|day| {
            undated(&day.to_string())
                .on(&(time("2026-10-01T00:00:00Z") - Duration::from_secs(day * 86_400)).to_string())
        })
        .collect();
    let decision = decide(&Old { first_read: true, ..Old::default() }, &backlog, time(NOW));
    assert!(decision.add.iter().all(|add| add.place <= time("2026-10-01T00:00:00Z")));
    assert_eq!(decision.add.len(), 500);
}

#[test]
fn a_long_backlog_without_dates_ends_within_two_years() {
    let backlog: Vec<Sighting> = (0..20_000_u32).map(|at| undated(&at.to_string())).collect();
    let decision = decide(&Old { first_read: true, ..Old::default() }, &backlog, time(NOW));
    let mut places: Vec<Time> = decision.add.iter().map(|new| new.place).collect();
    places.sort();
    assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "each has a place of its own");
    assert!(places[19_999].since(places[0]) < Duration::from_secs(731 * 86_400));
}

#[test]
fn a_backlog_without_dates_goes_down_a_day_at_a_time_in_its_order() {
    let (a, b, c) = (undated("a"), undated("b"), undated("c"));
    let three = [a.clone(), b.clone(), c.clone()];
    check_places(true, &three, &[NOW, "2026-11-22T09:00:00Z", "2026-11-21T09:00:00Z"]);
    // Later reads: what is undated is new.
    check_places(false, &three, &[NOW, NOW, NOW]);
    // Among dated ones: just above the next older one, else a day below the last.
    let read = [a, dated("2026-11-10T00:00:00Z"), b, c.clone(), dated("2026-11-08T00:00:00Z"), undated("d")];
    check_places(
        true,
        &read,
        &[
            "2026-11-10T00:00:00.001Z",
            "2026-11-10T00:00:00Z",
            "2026-11-08T00:00:00.002Z",
            "2026-11-08T00:00:00.001Z",
            "2026-11-08T00:00:00Z",
            "2026-11-07T00:00:00Z",
        ],
    );
    // The oldest first.
    let read = [dated("2026-11-08T00:00:00Z"), c, dated("2026-11-10T00:00:00Z")];
    check_places(true, &read, &["2026-11-08T00:00:00Z", "2026-11-08T00:00:00.001Z", "2026-11-10T00:00:00Z"]);
    // So many at once are a backlog even later.
    let many: Vec<Sighting> = (0..30).map(|n| undated(&n.to_string())).collect();
    let decision = decide(&Old { first_read: false, ..Old::default() }, &many, time(NOW));
    assert_eq!(decision.add.iter().filter(|add| add.place > time("2026-11-22T10:00:00Z")).count(), 1);
}

#[test]
fn one_date_on_all_posts_is_the_date_of_a_rebuild() {
    let stamped: Vec<Sighting> = (0..6).map(|n| undated(&n.to_string()).on("2026-11-23T08:00:00Z")).collect();
    let decision = decide(&Old { first_read: true, ..Old::default() }, &stamped, time(NOW));
    assert_eq!(decision.add.iter().filter(|add| add.place > time("2026-11-22T10:00:00Z")).count(), 1);
    assert!(decision.add.iter().all(|add| add.claimed_at.is_none()));
    // An import of long ago buries nothing, so it may keep its date.
    let imported: Vec<Sighting> = (0..6).map(|n| undated(&n.to_string()).on("2019-01-01T00:00:00Z")).collect();
    let decision = decide(&Old { first_read: true, ..Old::default() }, &imported, time(NOW));
    assert!(decision.add.iter().all(|add| add.place == time("2019-01-01T00:00:00Z")));
}

#[test]
fn equal_places_keep_the_order_of_the_document() {
    let titles = |read: &[Sighting]| {
        let decision = decide(&Old { first_read: false, ..Old::default() }, read, time(NOW));
        decision.add.iter().map(|add| read[add.at].title.clone()).collect::<Vec<_>>()
    };
    let day = "2026-11-20T00:00:00Z";
    assert_eq!(titles(&[undated("a").on(day), undated("b").on(day)]), ["b", "a"]);
    let (old, new) = ("2026-11-10T00:00:00Z", "2026-11-21T00:00:00Z");
    let oldest_first = [undated("a").on(old), undated("b").on(day), undated("c").on(day), undated("d").on(new)];
    assert_eq!(titles(&oldest_first), ["a", "b", "c", "d"]);
}

/// What becomes of a post that another source carries, when this one has left for good.
#[track_caller]
fn check_left(left: &Sighting, read: Sighting, expected: &str) {
    check_left_of(1, left, read, expected);
}

#[track_caller]
fn check_left_of(source: i64, left: &Sighting, read: Sighting, expected: &str) {
    let left = [LeftPost { post: left.known(9), at_home: left.at_home }];
    let old = Old { source: Some(SourceId::new(source + 1)), left: &left, ..Old::default() };
    let read = [read];
    let decision = decide(&old, &read, time(NOW));
    let said = if decision.kept_out == [0] { "kept out".to_owned() } else { said(&decision, &read) };
    assert_eq!(said, expected);
}

#[test]
fn what_left_for_good_comes_back_through_no_source() {
    const WHOLE: &str = "We asked forty people how they report a missed bin, and most of them said that they ring us \
                         because the form asks for things that they do not know. So we took those questions away, and \
                         now half as many people ring us about it.";
    let left = post("1", "https://riverton.example/bins", "How we mended bins", WHOLE).on("2026-11-20T09:00:00Z");
    let carried = |post: Sighting| Sighting { at_home: false, ..post };
    // The same link: whole, as an excerpt, as a bare link, under another title.
    check_left(
        &left,
        carried(post("x", "http://www.riverton.example/bins/?utm_source=rss", "How we mended bins", WHOLE)),
        "kept out",
    );
    check_left(&left, carried(post("x", "https://riverton.example/bins", "Bins", &WHOLE[..100])), "kept out");
    check_left(&left, carried(post("x", "https://riverton.example/bins", "Worth a read", "")), "kept out");
    // Whoever writes about it says something of their own.
    let opinion = "Riverton has found out what we found out two years ago in Otterford: people ring because forms ask \
                   too much. Our own answer was to drop the account number and to ask for a street instead.";
    check_left(&left, carried(post("x", "https://riverton.example/bins", "Forms", opinion)), "add Forms");
    // The same text elsewhere, with or without a link, also long after.
    check_left(&left, post("x", "https://copies.example/7", "Found: bins", WHOLE), "kept out");
    check_left(&left, post("x", "", "How we mended bins", WHOLE).on("2029-01-01T00:00:00Z"), "kept out");
    check_left(
        &left,
        post("x", "https://copies.example/7", "How we mended bins", &format!("{WHOLE} More.")),
        "kept out",
    );
    let named = Sighting {
        original: left.keys.link.clone(),
        ..post("x", "https://copies.example/7", "How we mended bins", "")
    };
    check_left(&left, named, "kept out");
    // Few words are anybody's.
    check_left(
        &post("1", "https://a.example/1", "May", "See the minutes"),
        post("x", "https://b.example/1", "May", "See the minutes"),
        "add May",
    );
    // The site of the post itself is not silenced because a copy left elsewhere.
    check_left(&carried(left.clone()), left.clone(), "add How we mended bins");
    check_left(&carried(left.clone()), carried(left.clone()), "kept out");
}

#[test]
fn what_left_its_own_source_stays_away_under_a_new_id() {
    const TEXT: &str = "Come to our weekly meeting on Thursday at ten in the library, where we show what we made, ask what you \
                        need, and have tea with biscuits.";
    let left = post("1", "https://riverton.example/meet", "Meeting", TEXT).on("2026-11-12T09:00:00Z");
    let same = |id, link, at: &str| post(id, link, "Meeting", TEXT).on(at);
    check_left_of(0, &left, same("9", "https://riverton.example/meet", "2026-11-12T09:00:00Z"), "kept out");
    check_left_of(0, &left, same("9", "https://riverton.example/meet-2", "2026-11-12T09:00:00Z"), "kept out");
    // The next week's is another one, and so is what stands at the same link now.
    check_left_of(0, &left, same("9", "https://riverton.example/meet-2", "2026-11-19T09:00:00Z"), "add Meeting");
    check_left_of(0, &left, post("9", "https://riverton.example/meet", "Bins", "We move bins."), "add Bins");
}

#[test]
fn one_id_for_two_posts_of_two_times() {
    let note = |text: &str, at: &str| post("note-1", "https://riverton.example/notes#1", "", text).on(at);
    let (morning, later) =
        (note("Good morning.", "2026-11-20T08:00:00Z"), note("Storage is the thing.", "2026-11-20T08:05:00Z"));
    let titled = |post: Sighting| Sighting { title: post.text.clone(), ..post };
    let (morning, later) = (titled(morning), titled(later));
    check(&[], &[later.clone(), morning.clone()], "add Good morning., add Storage is the thing.");
    // Known as they came, they are known again, also when only one is left and has its id to itself.
    let known = decide(&Old::default(), &[later.clone(), morning.clone()], time(NOW)).add;
    let stored: Vec<KnownPost> = known
        .iter()
        .zip(7..)
        .map(|(add, id)| {
            let read = if add.at == 0 { &later } else { &morning };
            KnownPost { keys: add.keys.clone(), ..read.known(id) }
        })
        .collect();
    check(&stored, &[later.clone(), morning.clone()], "seen 8, seen 7");
    check(&stored, std::slice::from_ref(&later), "rekey 8");
    // One page announced twice under its own name.
    let book = |text: &str, at: &str| post("book", "https://riverton.example/book", "Our book", text).on(at);
    let twice =
        [book("It is out now.", "2026-11-20T08:00:00Z"), book("It will be out in spring.", "2026-10-01T08:00:00Z")];
    check(&[], &twice, "add Our book, add Our book");
    // The same said twice, and versions of one entry, are one post.
    check(
        &[],
        &[book("It is out.", "2026-11-20T08:00:00Z"), book("It is out.", "2026-11-20T09:00:00Z")],
        "add Our book",
    );
    let versions = twice.map(|post| post.changed("2026-11-21T08:00:00Z"));
    check(&[], &versions, "add Our book");
}
