//! What the modules say.

use std::time::Duration;

use feed::{Entry, Place, TextKind, Weekday};

use crate::read;

fn entry(inside: &str) -> Entry {
    let text = format!(
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:dc='http://purl.org/dc/elements/1.1/'
          xmlns:media='http://search.yahoo.com/mrss/' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'
          xmlns:georss='http://www.georss.org/georss' xmlns:gml='http://www.opengis.net/gml'
          xmlns:cc='http://backend.userland.com/creativeCommonsRssModule' xmlns:psc='http://podlove.org/simple-chapters'
          xmlns:podcast='https://podcastindex.org/namespace/1.0' xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'
          xmlns:slash='http://purl.org/rss/1.0/modules/slash/' xmlns:own='https://riverton.example/ns'
          ><channel><item>{inside}</item></channel></rss>"
    );
    let mut feed = read(&text);
    assert_eq!(feed.complaints, [], "{inside}");
    feed.entries.remove(0)
}

#[test]
fn the_fullest_text_is_the_body() {
    let entry =
        entry("<content:encoded><![CDATA[<p>All of it</p>]]></content:encoded><description>Short</description>");
    assert_eq!(entry.body().unwrap().value, "<p>All of it</p>");
    assert_eq!(entry.summary.unwrap().value, "Short");
}

#[test]
fn a_longer_summary_is_the_body() {
    let body = |inside: &str| entry(inside).body().unwrap().value.clone();
    assert_eq!(body("<itunes:summary>All of it</itunes:summary><description>All…</description>"), "All of it");
    assert_eq!(body("<description>All of it</description><itunes:summary>All…</itunes:summary>"), "All of it");
    assert_eq!(body("<itunes:summary>All of it</itunes:summary>"), "All of it");
}

#[test]
fn authors_are_named_once() {
    let entry = entry(
        "<author>ann@riverton.example (Ann Lee)</author><dc:creator>Ann Lee</dc:creator><dc:creator>Bo</dc:creator>
         <itunes:author>Riverton FM</itunes:author>",
    );
    let names: Vec<_> = entry.authors.iter().map(|author| author.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["Ann Lee", "Bo"]);
    assert_eq!(entry.authors[0].email.as_deref(), Some("ann@riverton.example"));
}

#[test]
fn titles_of_the_entry_count_more_than_those_of_its_parts() {
    for text in [
        "<media:title>Part</media:title><title>Whole</title>",
        "<title>Whole</title><media:group><media:content url='x'><media:title>Part</media:title></media:content></media:group>",
    ] {
        assert_eq!(entry(text).title.unwrap().value, "Whole", "{text}");
    }
    assert_eq!(entry("<media:title>Part</media:title>").title.unwrap().value, "Part");
}

#[test]
fn media_and_podcasts() {
    let entry = entry(
        "<media:thumbnail url='https://riverton.example/t.png' width='10'/><media:keywords>a, b</media:keywords>
         <enclosure url='https://riverton.example/1.mp3' length='9' type='audio/mpeg'/><itunes:duration>1:02</itunes:duration>
         <itunes:image href='https://riverton.example/i.png'/><itunes:explicit>no</itunes:explicit>
         <podcast:transcript url='https://riverton.example/1.vtt' type='text/vtt'/>
         <psc:chapters version='1.2'><psc:chapter start='00:01:02.500' title='News'/></psc:chapters>",
    );
    let (media, podcast) = (entry.media.unwrap(), entry.podcast.unwrap());
    assert_eq!(media.thumbnails[0][0].1, "https://riverton.example/t.png");
    assert_eq!(entry.tags.len(), 2);
    assert_eq!((podcast.duration.as_deref(), podcast.explicit.as_deref()), (Some("1:02"), Some("no")));
    assert_eq!(podcast.transcripts[0].media_type.as_deref(), Some("text/vtt"));
    assert_eq!((podcast.chapters[0].start, podcast.chapters[0].title.as_deref()), (Some(62.5), Some("News")));
    assert_eq!(entry.image.unwrap().address.as_deref(), Some("https://riverton.example/i.png"));
    assert_eq!(entry.enclosures.len(), 1);
}

#[test]
fn words_to_directories_count_as_they_stand() {
    let check = |block: &str, explicit: &str, is_blocked, said: Option<&str>| {
        let text = format!("<itunes:block>{block}</itunes:block><itunes:explicit>{explicit}</itunes:explicit>");
        let podcast = entry(&text).podcast.unwrap();
        assert_eq!((podcast.block, podcast.explicit.as_deref()), (Some(is_blocked), said), "{text}");
    };
    check("yes", "yes", true, Some("yes"));
    check("Yes", "<![CDATA[clean]]>", true, Some("clean"));
    check(" yes ", " yes ", false, Some(" yes "));
    check("yes\n", " <![CDATA[yes]]>", false, Some(" yes"));
    check("no", " ", false, None);
}

#[test]
fn places() {
    let check = |inside: &str, place: Place| assert_eq!(entry(inside).place, Some(place), "{inside}");
    check("<georss:point>51.5 -0.1</georss:point>", Place::Point(vec![-0.1, 51.5]));
    check("<georss:box>1 2 3 4</georss:box>", Place::Box(vec![vec![2.0, 1.0], vec![4.0, 3.0]]));
    check(
        "<georss:where><gml:Point><gml:pos>51.5 -0.1</gml:pos></gml:Point></georss:where>",
        Place::Point(vec![-0.1, 51.5]),
    );
    check("<georss:polygon>1 2 3 4</georss:polygon>", Place::Unreadable);
    check("<georss:point>here</georss:point>", Place::Unreadable);
}

#[test]
fn the_original_link_counts() {
    let entry = entry(
        "<link>https://feeds.example/~r/1</link><feedburner:origLink>https://riverton.example/1</feedburner:origLink>",
    );
    assert_eq!(entry.link(), Some("https://riverton.example/1"));
}

#[test]
fn licences_sources_and_the_unknown() {
    let entry = entry(
        "<cc:license>https://creativecommons.org/licenses/by/4.0/</cc:license><slash:comments>3</slash:comments>
         <source url='https://tern.example/feed'>Tern</source><own:thing a='1'>x<own:in>y</own:in></own:thing>",
    );
    assert_eq!(entry.licence.as_deref(), Some("https://creativecommons.org/licenses/by/4.0/"));
    let source = entry.source.unwrap();
    assert_eq!(
        (source.address.as_deref(), source.title.unwrap().value.as_str()),
        (Some("https://tern.example/feed"), "Tern")
    );
    let kept: Vec<_> =
        entry.extensions.iter().map(|one| (one.prefix.as_str(), one.name.as_str(), one.text.as_str())).collect();
    assert_eq!(kept, [("slash", "comments", "3"), ("own", "thing", "x")]);
    assert_eq!(entry.extensions[1].children[0].text, "y");
}

#[test]
fn atom_passes_its_source_on() {
    let feed = read(
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Planet</title><entry><title>One</title>
         <source><id>urn:x</id><title>Tern</title><link rel='self' href='https://tern.example/feed'/></source></entry></feed>",
    );
    let source = feed.entries[0].source.as_ref().unwrap();
    assert_eq!((source.title.as_ref().unwrap().value.as_str(), source.id.as_deref()), ("Tern", Some("urn:x")));
    assert_eq!(feed.entries[0].title.as_ref().unwrap().value, "One");
}

#[test]
fn how_often_to_come() {
    let feed = read(
        "<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel><ttl>90</ttl>
         <skipHours><hour>0</hour><hour>24</hour><hour>7</hour></skipHours><skipDays><day>Sunday</day></skipDays>
         <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency></channel></rss>",
    );
    assert_eq!((feed.ttl_minutes, feed.skip_hours.as_slice()), (Some(90), [0, 7].as_slice()));
    assert_eq!(feed.skip_days, [Weekday::Sunday]);
    assert_eq!(feed.rhythm, Some(Duration::from_secs(12 * 3600)));
}

#[test]
fn titles_tell_markup_from_text_about_it() {
    let check = |written: &str, kind: TextKind, value: &str| {
        let title = entry(&format!("<title>{written}</title>")).title.unwrap();
        assert_eq!((title.kind, title.value.as_str()), (kind, value), "{written}");
    };
    check("Bins &amp; boxes", TextKind::Plain, "Bins & boxes");
    check("Bins &amp;amp; boxes", TextKind::Html, "Bins &amp; boxes");
    check("&lt;b&gt;Bins&lt;/b&gt;", TextKind::Html, "<b>Bins</b>");
    check("The &lt;blink&gt; tag", TextKind::Plain, "The <blink> tag");
    check("<![CDATA[Bins & boxes]]>", TextKind::Plain, "Bins & boxes");
}

#[test]
fn podcasts_of_the_second_kind() {
    let entry = entry(
        "<podcast:person role='guest' group='cast' href='https://ann.example/' img='https://ann.example/a.png'>Ann Lee</podcast:person>
         <podcast:person>Bo</podcast:person><podcast:person role='host'/>
         <podcast:funding url='https://riverton.example/give'>Give</podcast:funding>
         <podcast:location geo='geo:52.5,-3.25;u=20' osm='R1'>Riverton</podcast:location>
         <podcast:license url='https://creativecommons.org/licenses/by/4.0/'>cc-by-4.0</podcast:license>
         <podcast:chapters url='https://riverton.example/c.json' type='application/json+chapters'/>
         <podcast:season name='Bins'>2</podcast:season><podcast:episode>3</podcast:episode>
         <podcast:value type='lightning'><podcast:valueRecipient name='Ann' split='100'/></podcast:value>
         <podcast:soundbite startTime='73' duration='60'/>",
    );
    let podcast = entry.podcast.as_ref().unwrap();
    let people: Vec<_> =
        podcast.people.iter().map(|part| (part.person.name.as_deref().unwrap(), part.role.as_deref())).collect();
    assert_eq!(people, [("Ann Lee", Some("guest")), ("Bo", None)]);
    assert_eq!(podcast.people[0].person.avatar.as_deref(), Some("https://ann.example/a.png"));
    assert_eq!(
        (podcast.funding[0].href.as_str(), podcast.funding[0].title.as_deref()),
        ("https://riverton.example/give", Some("Give"))
    );
    assert_eq!(podcast.location.as_deref(), Some("Riverton"));
    assert_eq!(entry.place, Some(Place::Point(vec![-3.25, 52.5])));
    assert_eq!(entry.licence.as_deref(), Some("https://creativecommons.org/licenses/by/4.0/"));
    assert_eq!(podcast.chapters_address.as_deref(), Some("https://riverton.example/c.json"));
    assert_eq!((podcast.season.as_deref(), podcast.episode.as_deref()), (Some("2"), Some("3")));
    // What has no place of its own is kept whole.
    let value = entry.extensions.iter().find(|one| one.name == "value").unwrap();
    assert_eq!((value.prefix.as_str(), value.children[0].attributes[0].1.as_str()), ("podcast", "Ann"));
    assert!(entry.extensions.iter().any(|one| one.name == "soundbite" && one.attributes.len() == 2));
}

#[test]
fn shapes_of_places() {
    let place = |inside: &str| entry(inside).place.unwrap();
    let around = |inside: &str| place(&format!("<georss:where>{inside}</georss:where>"));
    let pos = "<gml:pos>52 -3</gml:pos>";
    assert_eq!(around(&format!("<gml:Point>{pos}</gml:Point>")), Place::Point(vec![-3.0, 52.0]));
    assert_eq!(
        around("<gml:LineString><gml:posList>52 -3 53 -4</gml:posList></gml:LineString>"),
        Place::Line(vec![vec![-3.0, 52.0], vec![-4.0, 53.0]])
    );
    let ring = vec![vec![0.0, 1.0], vec![2.0, 1.0], vec![2.0, 3.0], vec![0.0, 1.0]];
    assert_eq!(
        around(
            "<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>1 0 1 2 3 2 1 0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"
        ),
        Place::Polygon(ring.clone())
    );
    assert_eq!(place("<georss:polygon>1 0 1 2 3 2 1 0</georss:polygon>"), Place::Polygon(ring));
    assert_eq!(
        around(
            "<gml:Envelope><gml:lowerCorner>1 0</gml:lowerCorner><gml:upperCorner>3 2</gml:upperCorner></gml:Envelope>"
        ),
        Place::Box(vec![vec![0.0, 1.0], vec![2.0, 3.0]])
    );
    assert_eq!(place("<georss:point>here</georss:point>"), Place::Unreadable);
}

#[test]
fn terms_threads_and_comments() {
    let feed = read(
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:dcterms='http://purl.org/dc/terms/' xmlns:thr='http://purl.org/syndication/thread/1.0'
          xmlns:slash='http://purl.org/rss/1.0/modules/slash/' xmlns:wfw='http://wellformedweb.org/CommentAPI/'
          xmlns:x='urn:none' xml:base='https://riverton.example/'><entry>
          <dcterms:created>2020-01-02</dcterms:created><dcterms:issued>2020-01-03</dcterms:issued>
          <dcterms:modified>2020-01-04</dcterms:modified><dcterms:license>https://l.example/</dcterms:license>
          <dcterms:abstract>Short</dcterms:abstract><dcterms:subject>Bins</dcterms:subject>
          <thr:in-reply-to ref='tag:a' href='/a'/><thr:total>5</thr:total><slash:comments>5</slash:comments>
          <link rel='replies' href='r' thr:count='5'/><wfw:commentRss>c/feed</wfw:commentRss><x:y z='1'>w</x:y></entry></feed>",
    );
    let entry = &feed.entries[0];
    let day = |date: Option<&feed::Date>| date.unwrap().raw.clone();
    assert_eq!(
        [day(entry.created.as_deref()), day(entry.published.as_ref()), day(entry.updated.as_ref())],
        ["2020-01-02", "2020-01-03", "2020-01-04"]
    );
    assert_eq!(entry.licence.as_deref(), Some("https://l.example/"));
    assert_eq!(entry.summary.as_ref().unwrap().value, "Short");
    assert_eq!(entry.tags[0].term.as_deref(), Some("Bins"));
    let link = entry.links.iter().find(|link| link.rel == "replies").unwrap();
    assert_eq!(link.href, "https://riverton.example/r");
    let kept: Vec<(&str, &str)> = entry.extensions.iter().map(|one| (one.prefix.as_str(), one.name.as_str())).collect();
    assert_eq!(
        kept,
        [("thr", "in-reply-to"), ("thr", "total"), ("slash", "comments"), ("wfw", "commentRss"), ("x", "y")]
    );
    assert_eq!(entry.extensions[3].text, "https://riverton.example/c/feed");
}

#[test]
fn groups_of_media() {
    let entry = entry(
        "<title>Ours</title><media:group><media:content url='https://riverton.example/a.mp4' type='video/mp4' bitrate='1'/>
         <media:content url='https://riverton.example/b.mp4'><media:thumbnail url='https://riverton.example/b.jpg'/></media:content>
         <media:title>Theirs</media:title><media:description>Words</media:description>
         <media:keywords>bins, waste</media:keywords><media:credit role='author'>Ann</media:credit>
         <media:player url='https://riverton.example/p'/></media:group>",
    );
    let media = entry.media.as_ref().unwrap();
    assert_eq!((media.contents.len(), media.thumbnails.len(), media.credits.len()), (2, 1, 1));
    assert_eq!(media.player[0].1, "https://riverton.example/p");
    assert_eq!(entry.title.unwrap().value, "Ours");
    assert_eq!(entry.summary.unwrap().value, "Words");
    assert_eq!(entry.tags.len(), 2);
}

#[test]
fn no_place_is_invented() {
    let check = |inside: &str, place: Option<Place>| {
        let feed = read(&format!(
            "<rss xmlns:geo='http://www.w3.org/2003/01/geo/wgs84_pos#' xmlns:georss='http://www.georss.org/georss'
              xmlns:podcast='https://podcastindex.org/namespace/1.0'><channel><item><title>One</title>{inside}</item>"
        ));
        assert_eq!(feed.entries[0].place, place, "{inside}");
    };
    let point = |longitude: f64, latitude: f64| Some(Place::Point(vec![longitude, latitude]));
    let halves =
        |latitude: &str, longitude: &str| format!("<geo:lat>{latitude}</geo:lat><geo:long>{longitude}</geo:long>");
    check(&halves("45.5", "-71.9"), point(-71.9, 45.5));
    check("<geo:long>-71.9</geo:long><geo:lat>45.5</geo:lat>", point(-71.9, 45.5));
    check(&halves("45,5", "-71.9"), point(-71.9, 45.5));
    for (latitude, longitude) in [
        ("abc", "2"),
        ("51° 30'", "2"),
        ("1,2,3", "2"),
        ("45,", "2"),
        ("1,-5", "2"),
        ("90.5", "2"),
        ("45", "180.5"),
        ("NaN", "2"),
        ("", "2"),
    ] {
        check(&halves(latitude, longitude), None);
    }
    check("<geo:lat>45.5</geo:lat>", None);
    check("<georss:point>45.256 -71.92</georss:point>", point(-71.92, 45.256));
    check("<georss:point>45.256,-71.92</georss:point>", point(-71.92, 45.256));
    check("<georss:point>45,256 -71,92</georss:point>", point(-71.92, 45.256));
    check("<georss:point>91 0</georss:point>", Some(Place::Unreadable));
    check("<georss:line>1 2 3 190</georss:line>", Some(Place::Unreadable));
    check("<podcast:location geo='geo:95,2'>x</podcast:location>", None);
}
