//! The bundled sector: complete, well written for each platform, and the same for the same anchor.

use sample::{Reply, Request, SOURCES, Sector};

fn sector() -> Sector {
    Sector::new("2026-11-23T09:00:00Z".parse().unwrap())
}

fn get(sector: &Sector, address: &str) -> Reply {
    let rest = address.strip_prefix("http://").unwrap_or_else(|| panic!("{address} is not absolute"));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    sector.reply(&Request { host, path: &format!("/{path}"), ..Request::default() })
}

#[test]
fn every_feed_and_post_is_there() {
    let sector = sector();
    for source in &SOURCES {
        let reply = get(&sector, &format!("http://{}:8001{}", source.host, source.feed_path()));
        println!("{} {} {} bytes", source.key, reply.status, reply.body.len());
    }
    for post in sector.posts() {
        let address = sector.address_of(post, 8001).unwrap();
        assert_eq!(get(&sector, &address).status, 200, "{address}");
    }
}
