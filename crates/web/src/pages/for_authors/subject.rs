//! Which source or post somebody means by a name or an address.

use model::{Address, PostId, PostState, SourceId};
use store::{SourceRecord, Store, StoreError};

use crate::newsroom::Newsroom;

/// What a request is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Subject {
    pub(super) source: SourceId,
    pub(super) post: Option<PostId>,
}

/// How many sources of one host are compared with an address. More live on a platform only, where an address
/// names one of them.
const MOST_COMPARED: u32 = 500;
/// How many are named where several fit.
const MOST_NAMED: usize = 4;

/// Finds it, or says why not. With `posts`, the address of a post is understood too.
pub(super) async fn find(
    newsroom: &Newsroom,
    written: &str,
    posts: bool,
) -> Result<Result<Subject, String>, StoreError> {
    if written.is_empty() {
        return Ok(Err(match posts {
            true => "Say what should go: its address, here or where it was published.".to_owned(),
            false => "Say which source: its name here, or its address.".to_owned(),
        }));
    }
    let store = newsroom.store();
    let path = written.strip_prefix(newsroom.origin()).unwrap_or(written);
    if posts && let Some(rest) = path.strip_prefix("/post/") {
        return of_post(store, rest.split('/').next().and_then(|id| id.parse().ok())).await;
    }
    let found = match path.strip_prefix("/source/") {
        Some(slug) => of_slug(store, slug.trim_end_matches('/')).await?,
        None => like(store, written).await?,
    };
    match found.as_slice() {
        [source] if source.state.is_shown() => return Ok(Ok(Subject { source: source.id, post: None })),
        [source] => {
            return Ok(Err(format!(
                "“{}” is not shown here at the moment, so there is nothing to change.",
                source.name
            )));
        }
        [] => {}
        several => {
            let names: Vec<&str> = several.iter().take(MOST_NAMED).map(|source| source.address.as_str()).collect();
            return Ok(Err(format!("Several sources fit that. Write the address of the one: {}.", names.join(", "))));
        }
    }
    if posts && let Some(id) = store.post_by_link(written).await? {
        return of_post(store, Some(id)).await;
    }
    Ok(Err("Nothing here has that name or that address. You can copy it from the page of the source or of the post."
        .to_owned()))
}

async fn of_post(store: &Store, id: Option<PostId>) -> Result<Result<Subject, String>, StoreError> {
    let post = match id {
        Some(id) => store.post(id).await?,
        None => None,
    };
    Ok(match post {
        Some(post) if post.state == PostState::Shown && post.card.source.state.is_shown() => {
            Ok(Subject { source: post.card.source.id, post: Some(post.card.id) })
        }
        Some(_) => Err("That post is not shown here at the moment, so there is nothing to take out.".to_owned()),
        None => Err("There is no post at that address.".to_owned()),
    })
}

async fn of_slug(store: &Store, slug: &str) -> Result<Vec<SourceRecord>, StoreError> {
    Ok(store.source_by_slug(slug).await?.map(|source| source.record).into_iter().collect())
}

/// The sources that a name or an address fits: those it names exactly, else those on the same site.
async fn like(store: &Store, written: &str) -> Result<Vec<SourceRecord>, StoreError> {
    let mut found = of_slug(store, written).await?;
    if found.is_empty() {
        // By its name also one that is not shown, so that this can be said.
        found = of_slug(store, &store::slug(written, "source")).await?;
        found.retain(|one| one.name.to_lowercase() == written.to_lowercase());
    }
    let mut add = |source: SourceRecord| {
        if found.iter().all(|known| known.id != source.id) {
            found.push(source);
        }
    };
    let called = store.sources_called(written, MOST_COMPARED).await?;
    called.into_iter().filter(|one| one.name.to_lowercase() == written.to_lowercase()).for_each(&mut add);
    let Ok(typed) = Address::typed(written) else { return Ok(found) };
    for spelling in spellings(&typed) {
        store.source_at(&spelling).await?.into_iter().for_each(&mut add);
    }
    let on_host = store.sources_on_host(typed.spoken_host(), MOST_COMPARED).await?;
    let is_named = |source: &&SourceRecord| {
        let site = source.site.as_deref().and_then(|site| Address::parse(site).ok());
        [Some(source.address.clone()), site].into_iter().flatten().any(|one| bare(&one) == bare(&typed))
    };
    on_host.iter().filter(is_named).cloned().for_each(&mut add);
    // Only the bare host means a site; a longer address on it may be one of its posts.
    if found.is_empty() && typed.url().path() == "/" {
        return Ok(on_host);
    }
    Ok(found)
}

/// An address without what does not tell sites apart.
fn bare(address: &Address) -> String {
    let rest = address.as_str().split_once("://").map_or("", |(_, rest)| rest);
    rest.trim_start_matches("www.").trim_end_matches('/').to_owned()
}

/// The same address in the ways that people write it.
fn spellings(address: &Address) -> Vec<Address> {
    let bare = bare(address);
    let mut spellings = Vec::new();
    for start in ["https://", "http://", "https://www.", "http://www."] {
        for end in ["", "/"] {
            spellings.extend(Address::parse(&format!("{start}{bare}{end}")));
        }
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_looked_for_in_every_spelling() {
        let typed = Address::typed("www.riverton.example/feed/").unwrap();
        let spellings: Vec<String> = spellings(&typed).into_iter().map(String::from).collect();
        for spelling in ["https://riverton.example/feed", "http://www.riverton.example/feed/"] {
            assert!(spellings.iter().any(|one| one == spelling), "{spelling} is not in {spellings:?}");
        }
    }
}
