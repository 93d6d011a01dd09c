//! What stands at an address that may tell of a project: a list or a `publiccode.yml`, there or where platforms keep a
//! repository's files, or else a page.

use std::fmt;

use catalogue::{Format, Kind};
use model::{Address, Outcome};
use net::{Accept, Answer, Ask, Body, Validators};

use crate::discover::Tried;
use crate::look::{Looker, is_page, judge};
use crate::places;
use crate::robots::NotLetIn;

/// What was found at an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProjectAt {
    /// Something to be read like a file.
    File {
        /// Where it was found.
        address: Address,
        /// What is in it.
        bytes: Vec<u8>,
    },
    /// A page.
    Page {
        /// Where it is, after redirects.
        address: Address,
        /// Its markup.
        page: String,
        /// Where a `publiccode.yml` was looked for besides, and what came of it.
        tried: Vec<Tried>,
    },
}

/// Nothing was found that tells of a project.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoProject {
    /// What was tried, and what came of it; at least one.
    pub tried: Vec<Tried>,
}

impl fmt::Display for NoProject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tried.as_slice() {
            [only] => write!(out, "found no project: {} {}", only.address, only.result)?,
            tried => {
                out.write_str("found no project; tried")?;
                tried.iter().try_for_each(|one| write!(out, "\n  {} – {}", one.address, one.result))?;
            }
        }
        out.write_str("\nIf you have the file, save it and import that: “import FILE”")
    }
}

impl std::error::Error for NoProject {}

impl Looker {
    /// Looks what stands at an address. A file that the address names is asked for at once, as a person would; pages, and
    /// places that nobody named, only where the host's `robots.txt` allows it. At most six addresses are asked for, and none
    /// after a host that gives no answer, does not want us or asks us to wait.
    pub async fn project_at(&self, address: &Address) -> Result<ProjectAt, NoProject> {
        let mut tried = vec![];
        let of_repository = places::publiccode(address);
        for place in &of_repository {
            match self.fetched(place, names_a_file(address)).await {
                Ok((_, body)) if is_publiccode(&body) => {
                    return Ok(ProjectAt::File { address: place.clone(), bytes: body.bytes });
                }
                Ok(_) => tried.push(gave(place, "is no publiccode.yml".to_owned())),
                Err(No { result, ends }) => {
                    tried.push(gave(place, result));
                    if ends {
                        return Err(NoProject { tried });
                    }
                }
            }
        }
        let (there, body) = match self.fetched(address, names_a_file(address)).await {
            Ok(found) => found,
            Err(No { result, .. }) => {
                tried.push(gave(address, result));
                return Err(NoProject { tried });
            }
        };
        if !is_page(&body) || is_publiccode(&body) {
            return Ok(ProjectAt::File { address: there, bytes: body.bytes });
        }
        let page = String::from_utf8_lossy(&body.bytes).into_owned();
        if of_repository.is_empty() {
            for place in places::publiccode_below(&there, html::page_site_name(&page).as_deref()) {
                match self.fetched(&place, false).await {
                    Ok((_, body)) if is_publiccode(&body) => {
                        return Ok(ProjectAt::File { address: place, bytes: body.bytes });
                    }
                    Ok(_) => tried.push(gave(&place, "is no publiccode.yml".to_owned())),
                    Err(No { result, ends }) => {
                        tried.push(gave(&place, result));
                        if ends {
                            break;
                        }
                    }
                }
            }
        }
        Ok(ProjectAt::Page { address: there, page, tried })
    }

    async fn fetched(&self, address: &Address, is_named: bool) -> Result<(Address, Body), No> {
        if !is_named && let Err(why) = self.doors.may(&self.net, address, self.clock.now()).await {
            return Err(No { ends: !matches!(why, NotLetIn::Forbidden), result: why.to_string() });
        }
        let ask = Ask { address, validators: &Validators::default(), accept: Accept::Page };
        let reply = match self.net.ask(&ask).await {
            Ok(reply) => reply,
            Err(error) => return Err(No { result: format!("gives no answer: {error}"), ends: true }),
        };
        let (answer, there, seen) = judge(reply, self.clock.now());
        match answer {
            Answer::Body(body) => Ok((there, body)),
            other => {
                let outcome = other.outcome().unwrap_or(Outcome::OddStatus);
                let ends = matches!(outcome, Outcome::SlowDown | Outcome::ServerError | Outcome::Refused);
                Err(No { result: format!("answers {}", seen.status.unwrap_or_default()), ends })
            }
        }
    }
}

/// Why nothing came, and whether nothing else is to be asked.
struct No {
    result: String,
    ends: bool,
}

fn gave(address: &Address, result: String) -> Tried {
    Tried { address: address.clone(), result, answered: false }
}

fn is_publiccode(body: &Body) -> bool {
    catalogue::kind(&body.bytes) == Kind::Projects(Format::PublicCode)
}

/// Whether an address is a file's by its looks.
fn names_a_file(address: &Address) -> bool {
    const ENDINGS: [&str; 8] = [".yml", ".yaml", ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".opml"];
    let path = address.url().path().to_ascii_lowercase();
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}
