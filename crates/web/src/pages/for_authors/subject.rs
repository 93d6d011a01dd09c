//! Which source or post somebody means by a name or an address.

use model::{Address, PostId, PostState, SourceId};
use store::{Source, StoreError};

use crate::newsroom::Newsroom;
use crate::pages::sources::host;

/// What a request is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Subject {
    pub(super) source: SourceId,
    pub(super) post: Option<PostId>,
}

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
    let path = written.strip_prefix(newsroom.origin()).unwrap_or(written);
    if posts && let Some(rest) = path.strip_prefix("/post/") {
        return of_post(newsroom, rest.split('/').next().and_then(|id| id.parse().ok())).await;
    }
    let sources = newsroom.store().sources().await?;
    let slug = path.strip_prefix("/source/");
    let found = slug
        .map_or_else(|| like(&sources, written), |slug| sources.iter().filter(|one| one.record.slug == slug).collect());
    match found.as_slice() {
        [source] if source.record.state.is_shown() => return Ok(Ok(Subject { source: source.record.id, post: None })),
        [source] => {
            return Ok(Err(format!(
                "“{}” is not shown here at the moment, so there is nothing to change.",
                source.record.name
            )));
        }
        [] => {}
        several => {
            let names: Vec<&str> = several.iter().take(4).map(|source| source.record.address.as_str()).collect();
            return Ok(Err(format!("Several sources fit that. Write the address of the one: {}.", names.join(", "))));
        }
    }
    if posts && let Some(id) = newsroom.store().post_by_link(written).await? {
        return of_post(newsroom, Some(id)).await;
    }
    Ok(Err("Nothing here has that name or that address. You can copy it from the page of the source or of the post."
        .to_owned()))
}

async fn of_post(newsroom: &Newsroom, id: Option<PostId>) -> Result<Result<Subject, String>, StoreError> {
    let post = match id {
        Some(id) => newsroom.store().post(id).await?,
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

/// The sources that a name or an address fits: those it names exactly, else those on the same site.
fn like<'a>(sources: &'a [Source], written: &str) -> Vec<&'a Source> {
    let bare = |address: &Address| {
        let rest = address.as_str().split_once("://").map_or("", |(_, rest)| rest);
        rest.trim_start_matches("www.").trim_end_matches('/').to_owned()
    };
    let typed = Address::typed(written).ok();
    let exact: Vec<&Source> = sources
        .iter()
        .filter(|source| {
            let site = source.record.site.as_deref().and_then(|site| Address::parse(site).ok());
            let addresses = [Some(source.record.address.clone()), site];
            source.record.slug == written
                || source.record.name.to_lowercase() == written.to_lowercase()
                || typed
                    .as_ref()
                    .is_some_and(|typed| addresses.into_iter().flatten().any(|one| bare(&one) == bare(typed)))
        })
        .collect();
    if !exact.is_empty() {
        return exact;
    }
    // Only the bare host means a site; a longer address on it may be one of its posts.
    let bare_host = typed.filter(|typed| typed.url().path() == "/");
    sources
        .iter()
        .filter(|source| bare_host.as_ref().is_some_and(|typed| typed.spoken_host() == host(&source.record)))
        .collect()
}
