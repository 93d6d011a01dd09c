//! Organisations and projects: known again, placed with each other, found and counted.

use model::{Address, Day, Offer, Organisation, OrganisationId, Phase, PhaseStart, Project, ProjectId};

use super::world::{START, World, minute, new_source, stories};
use crate::*;

fn riverton() -> Organisation {
    Organisation {
        name: "Riverton Borough Council".into(),
        short: Some("Riverton".into()),
        code: Some("RIV".into()),
        kind: Some("Unitary authority".into()),
        region: Some("North".into()),
        website: Some(Address::typed("https://www.riverton.example/").unwrap()),
        ..Organisation::default()
    }
}

pub(super) fn project(id: &str, title: &str, organisation: &str) -> NewProject {
    NewProject {
        known_by: format!("id:{id}"),
        given_id: Some(id.to_owned()),
        told: Project {
            title: title.into(),
            organisation: Some(organisation.into()).filter(|name: &String| !name.is_empty()),
            ..Project::default()
        },
    }
}

async fn register(world: &World, all: &[Organisation]) -> Vec<Put<OrganisationId>> {
    world.store.put_organisations(all, minute(1)).await.unwrap()
}

async fn titles(world: &World, filter: &ProjectFilter) -> Vec<String> {
    let list = world.store.project_list(filter, None, 100).await.unwrap();
    list.into_iter().map(|one| one.told.title).collect()
}

stories! {
    async fn organisations_are_known_again(world) {
        let store = &world.store;
        let old = Organisation { name: "Old Riverton".into(), successors: vec!["RIV".into()], ..Organisation::default() };
        let put = register(world, &[riverton(), old.clone()]).await;
        assert!(put.iter().all(|put| matches!(put, Put::New(_))), "{put:?}");
        assert!(register(world, &[riverton(), old]).await.iter().all(|put| matches!(put, Put::Same(_))));
        let moved = Organisation { population: Some(9), ..riverton() };
        assert!(matches!(register(world, &[moved]).await[..], [Put::Changed(_)]));
        let stranger = Organisation {
            name: "Somewhere Else Council".into(),
            website: Some(Address::parse("https://elsewhere.example/").unwrap()),
            code: riverton().code,
            ..Organisation::default()
        };
        assert!(matches!(register(world, &[stranger]).await[..], [Put::Other(_)]), "one code, two bodies");
        let found = store.organisation_by_slug("riverton").await.unwrap().unwrap();
        assert_eq!((found.told.population, found.projects, found.sources), (Some(9), 0, 0));
        for name in ["Riverton", "the RIVERTON borough council", "Riverton Council"] {
            assert_eq!(store.organisation_named(name).await.unwrap(), Some(found.id), "{name}");
        }
        assert_eq!(store.organisation_named("Rivertown").await.unwrap(), None);
        let filter = OrganisationFilter::default();
        let list = store.organisation_list(&filter, None, 10).await.unwrap();
        assert_eq!(list.iter().map(|one| one.told.said()).collect::<Vec<_>>(), ["Riverton"], "what is no more is not in it");
        assert_eq!(store.organisation_list(&filter, Some(&list[0]), 10).await.unwrap().len(), 0);
        assert_eq!(store.count_organisations(&filter).await.unwrap(), 1);
        let named = OrganisationFilter { name: Some("Iver".into()), ..filter.clone() };
        assert_eq!(store.count_organisations(&named).await.unwrap(), 1);
        let here = OrganisationFilter { is_here: true, ..filter.clone() };
        assert_eq!(store.count_organisations(&here).await.unwrap(), 0);
        let kinds = store.organisation_counts(&filter, OrganisationField::Kind).await.unwrap();
        assert_eq!(kinds, [("Unitary authority".to_owned(), 1)]);
        assert_eq!(store.organisations_with_codes(&["NONE".into(), "RIV".into()]).await.unwrap().len(), 1);
    }

    async fn a_site_is_that_of_the_organisation_with_its_domain(world) {
        register(world, &[riverton()]).await;
        let at = async |host: &'static str| {
            let found = world.store.organisations_at(host).await.unwrap();
            found.into_iter().map(|one| one.told.name).collect::<Vec<_>>()
        };
        assert_eq!(at("www.riverton.example").await, ["Riverton Borough Council"]);
        assert_eq!(at("damp.riverton.example").await, ["Riverton Borough Council"]);
        assert!(at("example").await.is_empty() && at("notriverton.example").await.is_empty() && at("").await.is_empty());
    }

    async fn sources_belong_by_their_domain_until_an_editor_says_so(world) {
        let store = &world.store;
        let before = world.source("blog.riverton.example").await;
        register(world, &[riverton()]).await;
        let after = world.source("riverton.example").await;
        let other = world.source("notriverton.example").await;
        let owners = async |source| store.organisations_of_source(source).await.unwrap().len();
        assert_eq!((owners(before).await, owners(after).await, owners(other).await), (1, 1, 0));
        let id = store.organisation_named("Riverton").await.unwrap();
        assert_eq!(store.sources_of_organisation(id.unwrap(), 10).await.unwrap().len(), 2);
        store.set_source_organisation(other, id, minute(2)).await.unwrap();
        store.set_source_organisation(after, None, minute(2)).await.unwrap();
        register(world, &[Organisation { population: Some(3), ..riverton() }]).await;
        assert_eq!((owners(before).await, owners(after).await, owners(other).await), (1, 0, 1));
        // Anybody can name the organisation's site as their own.
        let mut new = new_source("evil.example");
        new.claims.site = Some("https://www.riverton.example/".to_owned());
        let added = store.add_sources(&[new], minute(2)).await.unwrap();
        let [Added::New(evil)] = added[..] else { panic!("{added:?}") };
        assert_eq!(owners(evil).await, 0);
        let elsewhere = Address::typed("https://tarn.example/").unwrap();
        register(world, &[Organisation { website: Some(elsewhere), ..riverton() }]).await;
        assert_eq!((owners(before).await, owners(other).await), (0, 1));
    }

    async fn a_project_keeps_what_it_said_before(world) {
        let store = &world.store;
        let first = project("7", "Damp homes", "Riverton");
        let put = store.put_projects(std::slice::from_ref(&first), minute(1)).await.unwrap();
        let [Put::New(id)] = put[..] else { panic!("{put:?}") };
        assert_eq!(store.put_projects(std::slice::from_ref(&first), minute(2)).await.unwrap(), [Put::Same(id)]);
        let told = Project { phase: Some(Phase::Alpha), ..first.told.clone() };
        let second = NewProject { told, ..first.clone() };
        assert_eq!(store.put_projects(&[second], minute(3)).await.unwrap(), [Put::Changed(id)]);
        let found = store.project_by_given_id("7").await.unwrap().unwrap();
        assert_eq!((found.slug.as_str(), found.told.phase, found.sign), ("damp-homes", Some(Phase::Alpha), minute(1)));
        assert_eq!((found.first_seen, found.changed_at), (minute(1), minute(3)));
        let changes = store.project_changes(id, 10).await.unwrap();
        assert_eq!((changes.len(), changes[0].at, changes[0].differences[0].after.as_deref()), (1, minute(3), Some("alpha")));
        assert_eq!(world.changes(0).await.iter().filter(|change| change.starts_with("project")).count(), 2);
        assert_eq!(store.projects_revision().await.unwrap().at, minute(3));
        assert_eq!(store.project_by_slug("damp-homes").await.unwrap().map(|one| one.id), Some(id));
        assert_eq!(store.project_by_slug("nothing").await.unwrap(), None);
        assert_eq!(store.projects(&[id, ProjectId::new(99)]).await.unwrap(), [found]);
        assert_eq!(store.projects(&[]).await.unwrap(), []);
    }

    async fn a_project_is_placed_when_its_organisation_becomes_known(world) {
        let store = &world.store;
        let all = [project("1", "Damp", "Riverton Council"), project("2", "Bins", "Somebody"), project("3", "Roads", "")];
        store.put_projects(&all, minute(1)).await.unwrap();
        assert_eq!(store.project_by_given_id("1").await.unwrap().unwrap().organisation, None);
        register(world, &[riverton()]).await;
        let placed = store.project_by_given_id("1").await.unwrap().unwrap();
        assert_eq!(placed.owner_name(), Some("Riverton Borough Council"));
        assert_eq!(placed.organisation.unwrap().region.as_deref(), Some("North"));
        let other = store.project_by_given_id("2").await.unwrap().unwrap();
        assert_eq!((other.owner_name(), &other.organisation), (Some("Somebody"), &None));
        assert_eq!(store.organisation_by_slug("riverton").await.unwrap().unwrap().projects, 1);
        let here = OrganisationFilter { is_here: true, ..OrganisationFilter::default() };
        assert_eq!(store.count_organisations(&here).await.unwrap(), 1);
    }

    async fn posts_become_updates_once_and_are_a_sign_of_life(world) {
        let store = &world.store;
        register(world, &[riverton()]).await;
        let source = world.source("riverton.example").await;
        let mut damp = project("1", "Damp homes", "Riverton");
        damp.told.url = Some("https://riverton.example/damp-homes".into());
        let put = store.put_projects(&[damp, project("2", "Bins", "Tarn")], minute(1)).await.unwrap();
        let [Put::New(damp), Put::New(bins)] = put[..] else { panic!("{put:?}") };
        let posts = vec![super::world::post("One", minute(5)), super::world::post("Two", minute(9))];
        world.add(source, posts, minute(10)).await;
        let (one, two) = (world.find(source, "One").await.id, world.find(source, "Two").await.id);
        assert_eq!(store.posts_about(damp, 10).await.unwrap(), [one, two]);
        assert_eq!(store.posts_about(bins, 10).await.unwrap(), []);
        let subjects = store.subjects_of_source(source, 10).await.unwrap();
        assert_eq!(subjects, [Subject { id: damp, title: "Damp homes".into() }]);
        let key = model::link_key("http://www.riverton.example/damp-homes/").unwrap();
        assert_eq!(store.projects_at(std::slice::from_ref(&key)).await.unwrap(), [(key, damp)]);
        let update = |post, why| NewUpdate { project: damp, post, why };
        let updates = [update(one, UpdateReason::Link), update(two, UpdateReason::Name)];
        assert_eq!(store.put_updates(&updates, minute(10)).await.unwrap(), 2);
        assert_eq!(store.put_updates(&updates, minute(11)).await.unwrap(), 0);
        let found = store.updates_of(damp, 10).await.unwrap();
        let found: Vec<_> = found.iter().map(|update| (update.card.title.as_str(), update.why)).collect();
        assert_eq!(found, [("Two", UpdateReason::Name), ("One", UpdateReason::Link)]);
        assert_eq!(store.project_by_given_id("1").await.unwrap().unwrap().sign, minute(9));
        store.set_post_state(two, model::PostState::Hidden, None, minute(12)).await.unwrap();
        assert_eq!(store.updates_of(damp, 10).await.unwrap().len(), 1, "what is hidden tells of nothing");
    }

    async fn an_editor_says_whether_a_post_tells_of_a_project_and_that_lasts(world) {
        let store = &world.store;
        register(world, &[riverton()]).await;
        let source = world.source("riverton.example").await;
        let put = store.put_projects(&[project("1", "Damp homes", "Riverton")], minute(1)).await.unwrap();
        let [Put::New(damp)] = put[..] else { panic!("{put:?}") };
        let posts = ["One", "Two", "Three"].map(|title| super::world::post(title, minute(5))).to_vec();
        world.add(source, posts, minute(10)).await;
        let (one, two, three) = (
            world.find(source, "One").await.id,
            world.find(source, "Two").await.id,
            world.find(source, "Three").await.id,
        );
        let ask = |post| NewUpdateQuestion { project: damp, post, reason: "Both say “damp”".into() };
        let update = |post, why| NewUpdate { project: damp, post, why };
        assert_eq!(store.put_updates(&[update(three, UpdateReason::Name)], minute(10)).await.unwrap(), 1);
        let all = [ask(one), ask(two), ask(three)];
        assert_eq!(store.ask_about_updates(&all, minute(11)).await.unwrap(), 2, "what is known is not asked");
        assert_eq!(store.ask_about_updates(&all, minute(12)).await.unwrap(), 0, "nothing is asked twice");
        assert_eq!(store.waiting_update_questions().await.unwrap(), 2);
        let questions = store.update_questions(10).await.unwrap();
        let told: Vec<_> = questions.iter().map(|one| (one.post_title.as_str(), one.state)).collect();
        assert_eq!(told, [("Two", AnswerState::Waiting), ("One", AnswerState::Waiting)]);
        assert_eq!((questions[0].project_title.as_str(), questions[0].source.is_empty()), ("Damp homes", false));
        let (about_one, about_two) = (questions[1].id, questions[0].id);

        assert!(store.answer_update_question(about_one, true, minute(13)).await.unwrap());
        assert!(!store.answer_update_question(about_one, true, minute(14)).await.unwrap());
        assert!(store.answer_update_question(about_two, false, minute(15)).await.unwrap());
        let titles = async || {
            let found = store.updates_of(damp, 10).await.unwrap();
            found.into_iter().map(|update| (update.card.title, update.why)).collect::<Vec<_>>()
        };
        let (named, meant) = (("Three".to_owned(), UpdateReason::Name), ("One".to_owned(), UpdateReason::Meaning));
        assert_eq!(titles().await, [named.clone(), meant]);
        assert_eq!(store.waiting_update_questions().await.unwrap(), 0);
        // What was rejected is never asked again, and no later finding goes over it.
        assert_eq!(store.ask_about_updates(&all, minute(16)).await.unwrap(), 0);
        assert_eq!(store.put_updates(&[update(two, UpdateReason::Link)], minute(16)).await.unwrap(), 0);
        // Each answer takes the other back.
        assert!(store.answer_update_question(about_one, false, minute(17)).await.unwrap());
        assert_eq!(titles().await, std::slice::from_ref(&named));
        assert!(store.answer_update_question(about_two, true, minute(18)).await.unwrap());
        assert_eq!(titles().await, [named, ("Two".to_owned(), UpdateReason::Meaning)]);
        let question = store.update_question(about_two).await.unwrap().unwrap();
        assert_eq!((question.state, question.settled), (AnswerState::Accepted, Some(minute(18))));
        assert!(!store.answer_update_question(model::UpdateQuestionId::new(99), true, minute(19)).await.unwrap());
        assert_eq!(store.update_question(model::UpdateQuestionId::new(99)).await.unwrap(), None);
    }

    async fn what_becomes_certain_is_asked_no_more(world) {
        let store = &world.store;
        let source = world.source("riverton.example").await;
        let put = store.put_projects(&[project("1", "Damp homes", "")], minute(1)).await.unwrap();
        let [Put::New(damp)] = put[..] else { panic!("{put:?}") };
        world.add(source, vec![super::world::post("One", minute(5)), super::world::post("Two", minute(6))], minute(10)).await;
        let (one, two) = (world.find(source, "One").await.id, world.find(source, "Two").await.id);
        let ask = |post| NewUpdateQuestion { project: damp, post, reason: "r".into() };
        store.ask_about_updates(&[ask(one), ask(two)], minute(11)).await.unwrap();
        let certain = NewUpdate { project: damp, post: one, why: UpdateReason::Link };
        assert_eq!(store.put_updates(&[certain], minute(12)).await.unwrap(), 1);
        assert_eq!(store.waiting_update_questions().await.unwrap(), 1);
        store.set_post_state(two, model::PostState::Hidden, None, minute(13)).await.unwrap();
        assert_eq!((store.waiting_update_questions().await.unwrap(), store.update_questions(9).await.unwrap().len()), (0, 0));
    }

    async fn the_pipeline_is_found_by_any_filter_and_counted(world) {
        let store = &world.store;
        register(world, &[riverton()]).await;
        let day = |day: &str| Day::heard(day).unwrap();
        let mut all = [project("1", "Damp homes", "Riverton"), project("2", "Bins", "Tarn"), project("3", "Roads & paths", "")];
        all[0].told.phase = Some(Phase::Beta);
        all[0].told.offers = vec![Offer::Talk, Offer::Share];
        all[0].told.service = Some("Repairs".into());
        all[0].told.phases = vec![
            PhaseStart { phase: Phase::Alpha, from: day("2025-01-01") },
            PhaseStart { phase: Phase::Live, from: day("2027-01-01") },
        ];
        all[1].told.phase = Some(Phase::Alpha);
        all[1].told.seeks = vec![Offer::Join];
        all[1].told.confirmed = Some(day("2026-09-01"));
        store.put_projects(&all, START).await.unwrap();
        let none = ProjectFilter::default();
        assert_eq!(titles(world, &none).await, ["Roads & paths", "Bins", "Damp homes"], "the latest sign of life first");
        let first = store.project_list(&none, None, 1).await.unwrap().remove(0);
        let after = ProjectCursor { sign: first.sign, id: first.id };
        assert_eq!(store.project_list(&none, Some(after), 9).await.unwrap().len(), 2);
        let id = store.organisation_named("Riverton").await.unwrap();
        let (start, end) = (day("2026-10-01").start(), day("2027-03-01").start());
        for (filter, found) in [
            (ProjectFilter { phase: Some(Phase::Beta), ..none.clone() }, "Damp homes"),
            (ProjectFilter { without_phase: true, ..none.clone() }, "Roads & paths"),
            (ProjectFilter { organisation: id, ..none.clone() }, "Damp homes"),
            (ProjectFilter { region: Some("North".into()), ..none.clone() }, "Damp homes"),
            (ProjectFilter { kind: Some("Unitary authority".into()), ..none.clone() }, "Damp homes"),
            (ProjectFilter { service: Some("Repairs".into()), ..none.clone() }, "Damp homes"),
            (ProjectFilter { offers: Some(Offer::Share), ..none.clone() }, "Damp homes"),
            (ProjectFilter { seeks: Some(Offer::Join), ..none.clone() }, "Bins"),
            (ProjectFilter { title: Some("roads & PATH".into()), ..none.clone() }, "Roads & paths"),
            (ProjectFilter { among: Some(vec![ProjectId::new(3), ProjectId::new(1)]), ..none.clone() }, "Roads & paths, Damp homes"),
            (ProjectFilter { among: Some(vec![]), ..none.clone() }, ""),
            (ProjectFilter { turn: Some(Turning::Finishing(start, end)), ..none.clone() }, "Damp homes"),
            (ProjectFilter { turn: Some(Turning::Starting(start, end)), ..none.clone() }, ""),
            (ProjectFilter { turn: Some(Turning::Quiet(day("2026-02-01").start())), ..none.clone() }, "Damp homes"),
            (ProjectFilter { from: Some(day("2028-01-01").start()), ..none.clone() }, "Roads & paths, Bins"),
            (ProjectFilter { to: Some(day("2026-01-01").start()), ..none.clone() }, "Damp homes"),
        ] {
            assert_eq!(titles(world, &filter).await.join(", "), found, "{filter:?}");
            let expected = titles(world, &filter).await.len() as u64;
            assert_eq!(store.count_projects(&filter).await.unwrap(), expected, "{filter:?}");
            assert_eq!(store.project_ids(&filter, 9).await.unwrap().len() as u64, expected, "{filter:?}");
        }
        for (field, counts) in [
            (ProjectField::Phase, "alpha 1, beta 1"),
            (ProjectField::Organisation, "riverton 1"),
            (ProjectField::Kind, "Unitary authority 1"),
            (ProjectField::Region, "North 1"),
            (ProjectField::Service, "Repairs 1"),
            (ProjectField::Offers, "share 1, talk 1"),
            (ProjectField::Seeks, "join 1"),
        ] {
            let found = store.project_counts(&none, field, 10).await.unwrap();
            let found: Vec<String> = found.into_iter().map(|(value, many)| format!("{value} {many}")).collect();
            assert_eq!(found.join(", "), counts, "{field:?}");
        }
        assert_eq!(store.project_by_slug("bins").await.unwrap().unwrap().id, ProjectId::new(2));
    }
}
