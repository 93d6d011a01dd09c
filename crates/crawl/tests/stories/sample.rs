//! The fictional sector, read through the whole path.

use crawl::Which;
use model::{Outcome, SourceState};

story! {
    async fn the_sample_is_read_whole(s) {
        let sector = sample::start(crate::support::now(), 0).await.unwrap();
        let report = s.crawler().import(sector.opml().as_bytes(), &|_, _| {}).await.unwrap();
        assert_eq!(report.refused().count(), 0, "{report:?}");
        let summary = s.poll().await;
        assert!(summary.new >= 110, "{summary:?}");
        // Only the one that is broken on purpose fails.
        assert_eq!(summary.failed, 1, "{summary:?}");
        let sources = s.store.sources().await.unwrap();
        let broken: Vec<_> = sources.iter().filter(|source| source.record.health().is_troubled()).collect();
        assert_eq!(broken.len(), 1);
        assert_eq!(broken[0].record.poll.last_answer, Some(Outcome::NotFound));
        assert!(sources.iter().all(|source| source.record.state == SourceState::Active));

        // The article that one source passes on from another is one post.
        let river = s.river().await;
        let mut titles: Vec<&str> = river.iter().map(|card| card.title.as_str()).collect();
        titles.sort_unstable();
        let twice: Vec<_> = titles.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
        let mut copies = 0;
        for card in &river {
            copies += s.store.post(card.id).await.unwrap().unwrap().also_at.len();
        }
        assert!(copies >= 1);

        // The Arabic and the Welsh post are known to be so.
        for tag in ["ar", "cy"] {
            let found = river.iter().any(|card| card.language.as_ref().is_some_and(|language| language.primary() == tag));
            assert!(found, "{tag}");
        }

        // Read again two days later, nothing is new.
        let before = s.titles().await;
        s.hands.advance(crate::support::days(2));
        let again = s.crawler().poll(Which::All, &|_| {}).await.unwrap();
        assert_eq!((again.new, again.revised), (0, 0), "{again:?}");
        assert_eq!(s.titles().await, before);
    }
}
