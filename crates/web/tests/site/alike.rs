//! More like this: posts about the same as a post, as a project, as a problem in somebody's words.

use model::Project;
use store::NewProject;

use crate::kit::{Got, TestSite, post, words};

async fn site() -> TestSite {
    let site = TestSite::new().await;
    let riverton = site.source("Riverton Digital").await;
    let dale = site.source("Dale Council").await;
    site.publish(
        riverton,
        &[
            post("Damp and mould in council homes", 1)
                .saying("<p>Sensors in council homes warn of damp before mould grows.</p>"),
            post("Street trees on a map", 2).saying("<p>Every tree of the borough is on a map now.</p>"),
        ],
    )
    .await;
    let mould = "<p>Tenants report mould, and damp homes are mended sooner.</p>";
    site.publish(dale, &[post("Mould in damp homes", 30).saying(mould)]).await;
    let told = Project {
        title: "Homes without damp".into(),
        summary: Some("Tenants live with mould in damp council homes.".into()),
        ..Project::default()
    };
    let new = NewProject { known_by: "id:damp".into(), given_id: Some("damp".into()), told };
    site.store.put_projects(&[new], site.now()).await.unwrap();
    site.shelf.catch_up(|_| {}).await.unwrap();
    site
}

fn list(page: &Got, heading: &str) -> Vec<String> {
    let after = page.body.split(heading).nth(1).unwrap_or_default();
    let section = after.split("</section>").next().unwrap_or_default();
    section.split("<h3 class=\"name\">").skip(1).map(|one| words(one.split("</h3>").next().unwrap())).collect()
}

async fn page_of(site: &TestSite, title: &str) -> Got {
    let address = site.get("/").await.link(title).to_owned();
    site.get(&address).await
}

#[tokio::test]
async fn a_post_leads_to_those_about_the_same() {
    let site = site().await;
    let page = page_of(&site, "Damp and mould in council homes").await;
    assert_eq!(list(&page, "More like this"), ["Mould in damp homes"]);
    page.says("It says “Mould”, “damp”, “homes”").says("Dale Council");
    page_of(&site, "Street trees on a map").await.is_silent_on("More like this");
}

#[tokio::test]
async fn what_was_taken_out_is_like_nothing() {
    let site = site().await;
    let address = site.get("/").await.link("Mould in damp homes").to_owned();
    let gone = address.split('/').nth(2).unwrap().parse().unwrap();
    site.store.set_post_state(gone, model::PostState::Hidden, None, site.now()).await.unwrap();
    page_of(&site, "Damp and mould in council homes").await.is_silent_on("Mould in damp homes");
}

#[tokio::test]
async fn a_project_and_a_problem_lead_to_posts_to_read() {
    let site = site().await;
    for address in ["/projects/homes-without-damp", "/who-else?problem=mould+in+damp+council+homes"] {
        let page = site.get(address).await;
        let mut found = list(&page, "Posts to read");
        found.sort();
        assert_eq!(found, ["Damp and mould in council homes", "Mould in damp homes"], "{address}");
    }
    site.get("/who-else?problem=zzzzzz").await.is_silent_on("Posts to read");
}
