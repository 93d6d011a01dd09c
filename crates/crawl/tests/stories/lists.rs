//! Lists in and out, single sources by any address, and proofs of control.

use crate::support::Story;
use crate::support::farm::{Page, rss};
use crawl::{CouldNotAdd, CouldNotImport, Fate, How, ImportReport, Which};
use model::SourceId;
use model::{Outcome, SourceState};
use store::{NewRequest, RequestKind, RequestLimits, RequestState, Wishes};

fn fates(report: &ImportReport) -> Vec<(String, Fate)> {
    report.lines.iter().map(|line| (line.name.clone(), line.fate.clone())).collect()
}

async fn import(s: &Story, list: &str) -> ImportReport {
    s.crawler().import(list.as_bytes(), &|_, _| {}).await.unwrap()
}

async fn export(s: &Story) -> String {
    let mut out = String::new();
    let mut write = |piece: &str| {
        out.push_str(piece);
        Ok(())
    };
    s.crawler().export_opml("North", &mut write).await.unwrap();
    out
}

const LIST: &str = "<opml version='2.0'><head><title>North</title></head><body>
    <outline text='Councils'>
      <outline text='Riverton' type='rss' xmlUrl='https://riverton.example/feed' htmlUrl='https://riverton.example/'
        category='/a,/b' description='Notes' myApp='7'/>
      <outline text='Digital'><outline text='Otterbank - Medium' type='rss' xmlUrl='https://otterbank.example/feed'/></outline>
    </outline>
    <outline text='Ann Rivers' type='rss' xmlUrl='https://ann.example/feed'/>
    <outline text='A site' type='link' htmlUrl='https://site.example/blog'/>
    </body></opml>";

story! {
    async fn a_list_goes_in_and_comes_out(s) {
        let report = import(&s, LIST).await;
        assert_eq!(report.title.as_deref(), Some("North"));
        assert!(report.lines.iter().all(|line| line.fate == Fate::Added), "{report:?}");
        let out = export(&s).await;
        let list = feed::opml::read(out.as_bytes()).unwrap();
        let texts = |outlines: &[feed::opml::Outline]| outlines.iter().map(|one| one.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&list.outlines), ["Councils", "Ann Rivers", "A site"]);
        let councils = &list.outlines[0].children;
        assert_eq!(texts(councils), ["Digital", "Riverton"]);
        let riverton = &councils[1];
        assert_eq!(riverton.feed.as_deref(), Some("https://riverton.example/feed"));
        assert_eq!(riverton.site.as_deref(), Some("https://riverton.example/"));
        assert_eq!(riverton.category.as_deref(), Some("/a,/b"));
        assert_eq!(riverton.description.as_deref(), Some("Notes"));
        assert!(riverton.other.contains(&("myApp".to_owned(), "7".to_owned())));
        assert_eq!(list.outlines[2].feed, None);
        assert_eq!(list.outlines[2].site.as_deref(), Some("https://site.example/blog"));
        // In again: nothing new, and the same comes out.
        let report = import(&s, &out).await;
        assert!(report.lines.iter().all(|line| line.fate == Fate::AlreadyThere), "{report:?}");
        assert_eq!(export(&s).await, out);
        // The name is what a person would say, whatever the list was made from.
        let sources = s.store.sources().await.unwrap();
        assert!(sources.iter().any(|source| source.record.name == "Otterbank"));
    }

    async fn every_outline_is_accounted_for(s) {
        let list = "<opml><body>
            <outline text='One' xmlUrl='https://one.example/feed'/>
            <outline text='Again' xmlUrl='http://www.one.example/feed/'/>
            <outline text='Mail' xmlUrl='mailto:ann@one.example'/>
            <outline text='Other list' type='include' url='https://one.example/list.opml'/>
            <outline text='No address' type='rss' xmlUrl=''/>
            </body></opml>";
        let report = import(&s, list).await;
        let fates = fates(&report);
        assert_eq!(fates[0].1, Fate::Added);
        assert_eq!(fates[1].1, Fate::Twice);
        assert_eq!(report.refused().count(), 3, "{report:?}");
    }

    async fn a_plain_list_of_addresses(s) {
        let report = import(&s, "# ours\nhttps://a.example/feed\n\nb.example/rss\nhttps://a.example/feed\n").await;
        assert_eq!(report.count(|fate| *fate == Fate::Added), 2);
        assert_eq!(report.count(|fate| *fate == Fate::Twice), 1);
        // An address is no name: the feed's own title is.
        let feed = s.farm.put("riverton", "/feed", Page::feed(rss("riverton", &[("1", "Bins", "a", "")])));
        import(&s, feed.as_str()).await;
        let id = s.store.source_at(&feed).await.unwrap().unwrap().id;
        s.crawler().poll(Which::Source(id), &|_| {}).await.unwrap();
        let named = s.source(id).await;
        assert_eq!((named.name.as_str(), named.listed_name), ("riverton", None));
    }

    async fn what_is_no_list_is_refused_and_changes_nothing(s) {
        for bytes in ["", "<html><body>Hi</body></html>", "<rss version='2.0'><channel/></rss>", "{}"] {
            let refused = s.crawler().import(bytes.as_bytes(), &|_, _| {}).await;
            assert!(matches!(refused, Err(CouldNotImport::NotAList(_))), "{bytes}: {refused:?}");
        }
        assert!(s.store.sources().await.unwrap().is_empty());
    }

    async fn a_page_that_a_list_names_is_fetched_only_where_programs_may(s) {
        let head = "<link rel='alternate' type='application/rss+xml' href='/feed'>";
        let page = || Page::html(format!("<html><head>{head}</head><body>Hi</body></html>"));
        for host in ["open", "closed"] {
            let site = s.farm.put(host, "/blog", page());
            s.farm.put(host, "/feed", Page::feed(rss(host, &[("1", host, "a", "")])));
            import(&s, &format!("<opml><body><outline text='{host}' type='link' htmlUrl='{site}'/></body></opml>")).await;
        }
        s.farm.put("closed", "/robots.txt", Page::html("User-agent: *\nDisallow: /blog"));
        let summary = s.poll().await;
        assert_eq!((summary.new, summary.failed), (1, 1));
        assert!(summary.troubles[0].1.contains("robots.txt of its site asks programs to"), "{:?}", summary.troubles);
        assert_eq!(s.titles().await, ["open"]);
        let mut asked: Vec<String> = s.farm.asked().into_iter().map(|asked| asked.host + &asked.path).collect();
        asked.sort();
        assert_eq!(asked, ["closed/robots.txt", "open/blog", "open/feed", "open/robots.txt"]);
        // Once it is a feed, nobody asks for the rules of pages.
        s.poll_after(crate::support::days(2)).await;
        let asked: Vec<String> = s.farm.asked().into_iter().map(|asked| asked.host + &asked.path).collect();
        assert_eq!(asked.iter().filter(|asked| asked.starts_with("open")).collect::<Vec<_>>(), ["open/feed"]);
    }

    async fn a_source_is_added_by_the_address_of_its_site(s) {
        let head = "<link rel='alternate' type='application/rss+xml' href='/feed'>";
        let site = s.farm.put("riverton", "/", Page::html(format!("<html><head>{head}</head><body>Hi</body></html>")));
        let posts = [("1", "Bins", "We move bins.", "20 Nov 2026 10:00:00 GMT")];
        s.farm.put("riverton", "/feed", Page::feed(rss("riverton", &posts)).version("\"1\""));
        let added = s.crawler().add_source(site.as_str()).await.unwrap();
        assert_eq!((added.how, added.posts, added.source.name.as_str()), (How::New, 1, "riverton"));
        assert_eq!(added.source.address, s.farm.address("riverton", "/feed"));
        // What was read on the way is there already, and is not asked for again.
        assert_eq!(s.titles().await, ["Bins"]);
        s.farm.asked();
        assert_eq!(s.poll().await.looked_at, 0);
        let again = s.crawler().add_source(added.source.address.as_str()).await.unwrap();
        assert_eq!((again.how, again.source.id), (How::AlreadyThere, added.source.id));
        assert!(s.farm.asked().is_empty());
        assert_eq!(s.poll_when_due(added.source.id).await, Outcome::Unchanged);
        assert_eq!(s.farm.asked()[0].header("if-none-match"), Some("\"1\""));
    }

    async fn a_source_that_was_removed_comes_back(s) {
        let feed = s.farm.put("riverton", "/feed", Page::feed(rss("riverton", &[("1", "Bins", "a", "")])));
        let id = s.crawler().add_source(feed.as_str()).await.unwrap().source.id;
        s.store.set_source_state(id, SourceState::Removed, None, crate::support::now()).await.unwrap();
        assert!(s.titles().await.is_empty());
        let back = s.crawler().add_source(feed.as_str()).await.unwrap();
        assert_eq!((back.how, back.source.id), (How::BroughtBack, id));
        assert_eq!(s.titles().await, ["Bins"]);
    }

    async fn what_cannot_be_added_says_why(s) {
        let nowhere = s.farm.put("riverton", "/", Page::html("<html><body>Hi</body></html>"));
        let said = s.crawler().add_source(nowhere.as_str()).await.unwrap_err().to_string();
        assert!(said.contains("tried") && said.contains("/feed/"), "{said}");
        for typed in ["", "mailto:ann@a.example", "http://"] {
            assert!(matches!(s.crawler().add_source(typed).await, Err(CouldNotAdd::Address(_))), "{typed}");
        }
        let private = s.crawler().add_source("http://10.0.0.1/feed").await.unwrap_err().to_string();
        assert!(private.contains("not on the public internet"), "{private}");
        assert!(s.store.sources().await.unwrap().is_empty());
    }

    async fn a_line_on_the_site_proves_control(s) {
        let feed = rss("riverton", &[("1", "Bins", "a", "")]);
        let feed = s.farm.put("riverton", "/feed", Page::feed(feed));
        let id = s.crawler().add_source(feed.as_str()).await.unwrap().source.id;
        let request = take_out(id);
        ask(&s, &request).await;
        assert!(s.store.ask_for_proof("secret", crate::support::now()).await.unwrap());
        s.poll().await;
        assert_eq!(state(&s).await, RequestState::InForce);
        // It is there now: in a comment of the feed.
        let proved = rss("riverton", &[]).replace("<channel>", "<channel><!-- watersmeet-proof-4711 -->");
        s.farm.put("riverton", "/feed", Page::feed(proved));
        s.poll_after(crate::support::hours(2)).await;
        assert_eq!(state(&s).await, RequestState::Proved);
        let left = s.crawler().add_source(feed.as_str()).await;
        assert!(matches!(left, Err(CouldNotAdd::Left { .. })), "{left:?}");
    }

    async fn what_a_visitor_may_write_on_a_page_proves_nothing(s) {
        let page = s.farm.put("riverton", "/", Page::html("<title>Riverton</title>"));
        let feed = rss("riverton", &[("1", "Bins", "a", "")]);
        let feed = feed.replace("https://riverton.example/<", &format!("{page}<"));
        let feed = s.farm.put("riverton", "/feed", Page::feed(feed));
        let id = s.crawler().add_source(feed.as_str()).await.unwrap().source.id;
        ask(&s, &take_out(id)).await;
        assert!(s.store.ask_for_proof("secret", crate::support::now()).await.unwrap());
        s.farm.put("riverton", "/", Page::html("<title>Riverton</title><body><p>Fine post! watersmeet-proof-4711</p>"));
        s.poll().await;
        assert_eq!(state(&s).await, RequestState::InForce);
        s.farm.put("riverton", "/", Page::html("<meta name=watersmeet content=watersmeet-proof-4711><body>"));
        s.poll_after(crate::support::hours(2)).await;
        assert_eq!(state(&s).await, RequestState::Proved);
    }
}

/// A request to take a source out.
fn take_out(source: SourceId) -> NewRequest {
    NewRequest {
        token: "secret".to_owned(),
        kind: RequestKind::TakeOut,
        source,
        post: None,
        wishes: Wishes::default(),
        message: None,
        asker: "somebody".to_owned(),
        network: "somewhere".to_owned(),
        proof_line: "watersmeet-proof-4711".to_owned(),
    }
}

/// Makes a request, far from any limit.
async fn ask(s: &Story, request: &NewRequest) {
    let now = crate::support::now();
    let limits = RequestLimits { since: now, household: 9, network: 9, all: 9, hides_of_source: 9, hides: 9 };
    s.store.add_request(request, &limits, now).await.unwrap();
}

/// Where that request stands.
async fn state(s: &Story) -> RequestState {
    s.store.request("secret").await.unwrap().unwrap().state
}

// On one engine: what could be slow here is the reading.
#[tokio::test]
async fn ten_thousand_outlines_go_in() {
    let s = Story::on_sqlite().await;
    let outlines: String = (0..10_000)
        .map(|n| format!("<outline text='T{n}'><outline text='S{n}' xmlUrl='https://town{n}.example/feed'/></outline>"))
        .collect();
    let report = import(&s, &format!("<opml><body>{outlines}</body></opml>")).await;
    assert_eq!(report.count(|fate| *fate == Fate::Added), 10_000);
    s.end().await;
}
