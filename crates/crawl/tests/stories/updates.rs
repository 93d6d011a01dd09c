//! A post becomes an update of the project that it tells of, whichever came first.

use catalogue::Format;
use crawl::{take_in_organisations, take_in_projects};
use store::UpdateReason;

use crate::support::Story;
use crate::support::farm::{Page, rss};

const DAY: &str = "20 Nov 2026 10:00:00 GMT";

async fn take_in(s: &Story, organisations: &str, projects: &str) {
    let now = s.hands.clock().now();
    take_in_organisations(&s.store, organisations.as_bytes(), Format::JsonLines, now, &mut |_| {}).await.unwrap();
    take_in_projects(&s.store, projects.as_bytes(), Format::JsonLines, now, &mut |_| {}).await.unwrap();
}

/// The titles of a project's updates, and why each is one.
async fn updates(s: &Story, project: &str) -> Vec<(String, UpdateReason)> {
    let Some(project) = s.store.project_by_given_id(project).await.unwrap() else { return vec![] };
    let mut found: Vec<_> =
        s.store.updates_of(project.id, 9).await.unwrap().into_iter().map(|one| (one.card.title, one.why)).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

story! {
    async fn what_posts_told_before_the_first_project_came_is_found_when_it_comes(s) {
        let feed = rss("riverton", &[("1", "Damp homes repaired sooner: three weeks in", "a", DAY), ("2", "Bins", "b", DAY)]);
        s.list(&s.farm.put("riverton", "/feed", Page::feed(feed))).await;
        s.poll().await;
        s.errands().await;

        let riverton = r#"{"name":"Riverton Council","website":"http://riverton.localhost/"}"#;
        let project = r#"{"id":"p1","title":"Damp homes repaired sooner","summary":"s","organisation":"Riverton Council","url":"https://tern.example/damp"}"#;
        take_in(&s, riverton, project).await;
        s.errands().await;
        assert_eq!(updates(&s, "p1").await, [("Damp homes repaired sooner: three weeks in".to_owned(), UpdateReason::Name)]);

        // And a post that comes later, by a link from somebody else's source.
        let link = "&lt;a href='https://tern.example/damp'&gt;theirs&lt;/a&gt;";
        s.list(&s.farm.put("otter", "/feed", Page::feed(rss("otter", &[("9", "We went to look", link, DAY)])))).await;
        s.poll().await;
        s.errands().await;
        let found = updates(&s, "p1").await;
        assert_eq!(found[1..], [("We went to look".to_owned(), UpdateReason::Link)], "{found:?}");
    }
}

story! {
    async fn a_post_that_is_only_about_the_same_becomes_a_question_and_the_answer_lasts(s) {
        let about_damp = "We sat with three repair teams while tenants rang about black mould. Nobody could tell them when \
                          somebody would come, and half of the damp reports led to no repair at all.";
        let posts = [("1", "Three weeks of listening", about_damp, DAY), ("2", "Cake", "There was cake on Monday.", DAY)];
        s.list(&s.farm.put("riverton", "/feed", Page::feed(rss("riverton", &posts)))).await;
        // Somebody else's post about the same tells nothing of Riverton's project.
        s.list(&s.farm.put("otter", "/feed", Page::feed(rss("otter", &[("9", "Mould", about_damp, DAY)])))).await;
        s.poll().await;
        let riverton = r#"{"name":"Riverton Council","website":"http://riverton.localhost/"}"#;
        let projects = [
            r#"{"id":"p1","title":"Damp and mould reports","summary":"Tenants report damp and mould, and hear nothing until it has made somebody ill. A report should lead to a repair.","organisation":"Riverton Council"}"#,
            r#"{"id":"p2","title":"Missed bins","summary":"Residents report a missed bin by phone, and crews hear of it a week later.","organisation":"Riverton Council"}"#,
            r#"{"id":"p3","title":"Bus times","summary":"Times at stops are those of the timetable.","organisation":"Tarn Council"}"#,
        ];
        take_in(&s, riverton, &projects.join("\n")).await;
        s.errands().await;
        assert_eq!(updates(&s, "p1").await, [], "nothing is certain");
        let questions = s.store.update_questions(9).await.unwrap();
        let told: Vec<_> = questions.iter().map(|one| (one.post_title.as_str(), one.project_title.as_str())).collect();
        assert_eq!(told, [("Three weeks of listening", "Damp and mould reports")]);
        assert!(questions[0].reason.contains("“mould”"), "{}", questions[0].reason);

        let now = s.hands.clock().now();
        assert!(s.store.answer_update_question(questions[0].id, false, now).await.unwrap());
        // The project is told anew, so its owner's posts are looked at again.
        take_in(&s, riverton, &projects[0].replace("A report", "Each report")).await;
        s.errands().await;
        assert_eq!(s.store.waiting_update_questions().await.unwrap(), 0, "what was rejected is never asked again");
        assert_eq!(updates(&s, "p1").await, []);
        assert!(s.store.answer_update_question(questions[0].id, true, now).await.unwrap());
        s.errands().await;
        assert_eq!(updates(&s, "p1").await, [("Three weeks of listening".to_owned(), UpdateReason::Meaning)]);
    }
}
