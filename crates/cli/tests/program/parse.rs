//! What `parse` prints for programs, line by line and member by member.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{says, watersmeet};

#[test]
fn in_a_batch_each_line_has_its_answer_whatever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.xml"), "<rss><channel><item><link>/own</link></item></channel></rss>")
        .unwrap();
    let lines = b"a.xml\t\thttps://own.example/\r\n\nb\xFF.xml\nnone.xml\n.\na.xml";
    let mut child = watersmeet(folder.path()).args(["parse", "--batch"]).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> =
        answers.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    let said: Vec<&str> = answers
        .iter()
        .map(|answer| answer["error"].as_str().or(answer["entries"][0]["link"].as_str()).unwrap_or_default())
        .collect();
    assert_eq!((said.len(), said[0], said[5]), (6, "https://own.example/own", "/own"), "{said:?}");
    for (answer, start) in said[1..5].iter().zip([
        "line 2 is empty: it should begin with the path of a file",
        "line 3 is not written in UTF-8",
        "reading none.xml: No such file",
        "reading .: ",
    ]) {
        assert!(answer.starts_with(start), "{answer}");
    }
}

#[test]
fn every_member_that_parse_prints_is_told() {
    const TOLD: &str = include_str!("../../../../docs/parse.md");
    // What is under these was named by the feed.
    const AS_WRITTEN: [&str; 9] =
        ["ext", "cloud", "thumbnails", "contents", "credits", "player", "rating", "restriction", "coordinates"];
    fn members(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                for (name, value) in object {
                    found.insert(name.clone());
                    if !AS_WRITTEN.contains(&name.as_str()) {
                        members(value, found);
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| members(value, found)),
            _ => {}
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.xml");
    std::fs::write(&path, ALL_MEMBERS).unwrap();
    let printed = says(watersmeet(folder.path()).args(["parse", "all.xml"]), 0);
    let mut found = BTreeSet::new();
    members(&serde_json::from_str(&printed).unwrap(), &mut found);
    assert!(found.len() > 60, "{found:?}");
    for name in found {
        assert!(TOLD.contains(&format!("`{name}`")), "{name} is not told in docs/parse.md");
    }
}

/// A feed with a bit of everything.
const ALL_MEMBERS: &str = r#"<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"
    xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:podcast="https://podcastindex.org/namespace/1.0"
    xmlns:georss="http://www.georss.org/georss" xmlns:psc="http://podlove.org/simple-chapters" xmlns:x="urn:x"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
    xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:cc="http://creativecommons.org/ns#">
  <channel><title>T &amp</title><link>https://riverton.example/</link><description>d</description><language>en</language>
    <copyright>r</copyright><generator>g</generator><docs>https://riverton.example/docs</docs><ttl>60</ttl>
    <cloud domain="riverton.example" port="80"/><managingEditor>ann@riverton.example (Ann)</managingEditor>
    <lastBuildDate>2 Oct 2002</lastBuildDate><pubDate>2 Oct 2002</pubDate><category domain="d">c</category>
    <image><url>/i.png</url><title>i</title><link>/</link><width>1</width><height>1</height><description>d</description></image>
    <textInput><title>t</title><description>d</description><name>q</name><link>/q</link></textInput>
    <itunes:new-feed-url>https://riverton.example/new</itunes:new-feed-url><a:icon>/icon</a:icon><a:logo>/logo</a:logo>
    <a:contributor><a:name>Bo</a:name><a:uri>/bo</a:uri></a:contributor><dc:publisher>P</dc:publisher><cc:license>l</cc:license>
    <item><guid isPermaLink="false">1</guid><title>A</title><link>/a</link><description>&lt;b&gt;s&lt;/b&gt;</description>
      <content:encoded>c</content:encoded><pubDate>2 Oct 2002</pubDate><a:updated>2002-10-02</a:updated>
      <dcterms:created>2002-10-02</dcterms:created><comments>/c</comments><source url="/s">S</source>
      <enclosure url="/e.mp3" type="audio/mpeg" length="1"/><a:link rel="related" href="/r" hreflang="cy" title="t" type="t/t"/>
      <media:thumbnail url="/t.png"/><media:content url="/m.mp4"/><media:credit role="x">C</media:credit>
      <media:license href="/l">l</media:license><media:player url="/p"/><media:rating scheme="s">r</media:rating>
      <media:restriction relationship="allow" type="country">gb</media:restriction>
      <itunes:duration>1:00</itunes:duration><itunes:episode>1</itunes:episode><itunes:season>1</itunes:season>
      <itunes:explicit>yes</itunes:explicit><itunes:block>yes</itunes:block><itunes:episodeType>full</itunes:episodeType>
      <itunes:image href="/i.png"/><itunes:subtitle>st</itunes:subtitle>
      <podcast:transcript url="/t.vtt" type="text/vtt"/><podcast:chapters url="/c.json" type="application/json"/>
      <podcast:person role="host" group="g">Ann</podcast:person><podcast:funding url="/f">f</podcast:funding>
      <podcast:location>Riverton</podcast:location><georss:point>45.2 -71.9</georss:point><x:y>z</x:y>
      <psc:chapters version="1.2"><psc:chapter start="00:00:00" title="t" href="/h" image="/i"/></psc:chapters>
    </item></channel></rss>"#;
