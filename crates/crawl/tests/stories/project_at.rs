//! What stands at an address that may tell of a project, against real sites on the loopback interface.

use crawl::look::Looker;
use crawl::project_at::{NoProject, ProjectAt};

use crate::support::farm::{Farm, Page};
use crate::support::{client, clock};

const CODE: &str = "publiccodeYmlVersion: '0.4'\nname: Damp\nurl: https://code.example/damp\n";

async fn site() -> (Farm, Looker) {
    (Farm::start().await, Looker::new(client(), clock(), 2))
}

#[track_caller]
fn is_file(found: Result<ProjectAt, NoProject>, farm: &Farm, path: &str) {
    let ProjectAt::File { address, bytes } = found.unwrap() else { panic!("no file at {path}") };
    assert_eq!((address, bytes.as_slice()), (farm.address("riverton", path), CODE.as_bytes()));
}

#[tokio::test]
async fn a_file_that_is_named_is_asked_for_at_once() {
    let (farm, looker) = site().await;
    farm.put("riverton", "/robots.txt", Page::text("User-agent: *\nDisallow: /\n"));
    let address = farm.put("riverton", "/damp/publiccode.yml", Page::text(CODE));
    is_file(looker.project_at(&address).await, &farm, "/damp/publiccode.yml");
    assert_eq!(farm.asked_paths(), ["/damp/publiccode.yml"]);
}

#[tokio::test]
async fn beside_a_page_and_in_a_repository() {
    let (farm, looker) = site().await;
    let page = farm.put("riverton", "/damp", Page::html("<!doctype html><title>Damp</title>"));
    farm.put("riverton", "/damp/publiccode.yml", Page::text(CODE));
    is_file(looker.project_at(&page).await, &farm, "/damp/publiccode.yml");
    assert_eq!(farm.asked_paths(), ["/robots.txt", "/damp", "/damp/publiccode.yml"]);

    let gitlab = "<!doctype html><meta property='og:site_name' content='GitLab'>";
    let page = farm.put("riverton", "/team/damp/-/tree/main", Page::html(gitlab));
    farm.put("riverton", "/team/damp/-/raw/HEAD/publiccode.yml", Page::text(CODE));
    is_file(looker.project_at(&page).await, &farm, "/team/damp/-/raw/HEAD/publiccode.yml");
}

#[tokio::test]
async fn a_page_without_such_a_file_is_a_page() {
    let (farm, looker) = site().await;
    let page = farm.put("riverton", "/damp", Page::html("<!doctype html><h1>Damp</h1>"));
    let Ok(ProjectAt::Page { page, tried, .. }) = looker.project_at(&page).await else { panic!("no page") };
    assert_eq!(page, "<!doctype html><h1>Damp</h1>");
    assert_eq!(tried.iter().map(|one| one.result.as_str()).collect::<Vec<_>>(), ["answers 404"]);
    assert_eq!(farm.asked_paths(), ["/robots.txt", "/damp", "/damp/publiccode.yml"]);
}

#[tokio::test]
async fn who_does_not_want_us_is_left_alone() {
    let (farm, looker) = site().await;
    farm.put("riverton", "/robots.txt", Page::text("User-agent: *\nDisallow: /damp\n"));
    let page = farm.put("riverton", "/damp", Page::html("<h1>Damp</h1>"));
    let why = looker.project_at(&page).await.unwrap_err().to_string();
    assert!(why.contains("robots.txt of its site asks programs to") && why.contains("import FILE"), "{why}");
    assert_eq!(farm.asked_paths(), ["/robots.txt"]);
    for (status, said) in [(404, "answers 404"), (403, "answers 403"), (503, "answers 503"), (204, "answers 204")] {
        let page = farm.put("riverton", "/other", Page::status(status));
        let why = looker.project_at(&page).await.unwrap_err().to_string();
        assert!(why.contains(said), "{why}");
        assert_eq!(farm.asked_paths(), ["/other"]);
    }
}
