//! Who is the same person in several sources: only on evidence, never by name alone.

use model::{AuthorId, link_key};

use crate::authors::{Author, name_key};
use crate::engine::{Columns, on};
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;
use crate::post::NewAuthor;

/// What says that two authors are one person.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Evidence {
    /// Both give the same page as theirs, and nobody of another name does.
    Page,
    /// Both give the same mail address, and nobody of another name does.
    Mail,
}

impl Evidence {
    /// Whether somebody of another name gives it too, and who gives it.
    const fn questions(self) -> (&'static str, &'static str) {
        match self {
            Self::Page => (
                "SELECT id FROM authors WHERE address_key = $1 AND name_key <> $2 LIMIT 1",
                "SELECT id FROM authors WHERE address_key = $1 ORDER BY id LIMIT $2",
            ),
            Self::Mail => (
                "SELECT id FROM authors WHERE mail_key = $1 AND name_key <> $2 LIMIT 1",
                "SELECT id FROM authors WHERE mail_key = $1 ORDER BY id LIMIT $2",
            ),
        }
    }
}

/// The key of an author's own page.
pub(crate) fn address_key(author: &NewAuthor) -> Option<String> {
    author.address.as_deref().and_then(link_key)
}

/// The most sources in which one person is looked for.
const MOST_SOURCES: i64 = 50;

impl Store {
    /// The same person in other sources that are shown: who signs by the same name, and gives the same page or the same
    /// mail address.
    ///
    /// What somebody of another name gives too is a team's or a site's, and says nothing.
    pub fn same_person<'a>(&'a self, author: &'a Author) -> Pending<'a, Vec<(Author, Evidence)>> {
        Box::pin(async move {
            const SQL: &str = "SELECT address_key, mail_key FROM authors WHERE id = $1";
            let given: Vec<(Option<String>, Option<String>)> = on!(Reader, self.reader(), |c| {
                let rows = sqlx::query(SQL).bind(author.id.get()).fetch_all(c).await?;
                let given = rows.iter().map(|row| Ok((row.maybe("address_key")?, row.maybe("mail_key")?)));
                given.collect::<sqlx::Result<_>>()?
            });
            let mut same: Vec<(AuthorId, Evidence)> = vec![];
            for (page, mail) in given {
                for (key, evidence) in [(page, Evidence::Page), (mail, Evidence::Mail)] {
                    let Some(key) = key else { continue };
                    let who = self.who_alone_gives(&key, &author.name, evidence).await?;
                    let new =
                        who.into_iter().filter(|id| *id != author.id && same.iter().all(|(known, _)| known != id));
                    let new: Vec<AuthorId> = new.collect();
                    same.extend(new.into_iter().map(|id| (id, evidence)));
                }
            }
            let ids: Vec<AuthorId> = same.iter().map(|(id, _)| *id).collect();
            let found = self.authors_with(&ids).await?.into_iter();
            let evidence =
                |author: &Author| same.iter().find(|(id, _)| *id == author.id).map(|(_, evidence)| *evidence);
            Ok(found.filter_map(|author| evidence(&author).map(|evidence| (author, evidence))).collect())
        })
    }

    /// Who gives this, if all of them have this name.
    async fn who_alone_gives(&self, key: &str, name: &str, evidence: Evidence) -> Result<Vec<AuthorId>> {
        let (others, who) = evidence.questions();
        let other: Option<i64> = on!(Reader, self.reader(), |c| {
            sqlx::query_scalar(others).bind(key).bind(name_key(name)).fetch_optional(c).await?
        });
        if other.is_some() {
            return Ok(vec![]);
        }
        let who: Vec<i64> = on!(Reader, self.reader(), |c| {
            sqlx::query_scalar(who).bind(key).bind(MOST_SOURCES).fetch_all(c).await?
        });
        Ok(who.into_iter().map(AuthorId::new).collect())
    }
}
