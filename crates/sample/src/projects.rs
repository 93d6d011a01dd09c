//! The sector's organisations and projects, as lists that are taken in like anybody's.

use crate::Sector;
use crate::post::day_at_work;
use crate::words::date_path;

/// The organisations behind the sources, and one without a source, as CSV.
const ORGANISATIONS: &str = include_str!("../organisations.csv");

/// Their projects as JSON lines; what stands in double braces is filled in.
const PROJECTS: &str = include_str!("../projects.jsonl");

impl Sector {
    /// The register of the sector's organisations.
    pub fn organisations(&self, port: u16) -> String {
        ORGANISATIONS.replace(".localhost/", &format!(".localhost:{port}/"))
    }

    /// The list of the sector's projects.
    pub fn projects(&self, port: u16) -> String {
        let mut list = String::with_capacity(PROJECTS.len());
        let mut rest = PROJECTS;
        while let Some((before, after)) = rest.split_once("{{") {
            let (asked, after) = after.split_once("}}").expect("tests read the whole list");
            list.push_str(before);
            list.push_str(&self.meant(asked, port).expect("tests read the whole list"));
            rest = after;
        }
        list + rest
    }

    /// What `post source/NN-slug` and `day -9` stand for.
    fn meant(&self, asked: &str, port: u16) -> Option<String> {
        let (what, which) = asked.split_once(' ')?;
        match what {
            "post" => self.address_of(self.post(which)?, port),
            "day" => Some(date_path(day_at_work(self.anchor(), which.parse().ok()?)).replace('/', "-")),
            _ => None,
        }
    }
}
