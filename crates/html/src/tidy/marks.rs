//! What goes by its mark: elements whose class or id says that they are no part of what the author wrote.
//!
//! To add a rule, add a line. A mark is one word of `class`, or the `id`; one that ends in `*` is a beginning.

use std::sync::LazyLock;

use crate::attribute::Name;
use crate::tree::{Id, Tree};

/// Marks of what goes, by what puts it there.
const GOES: &[(&str, &[&str])] = &[
    (
        "Jetpack and WordPress.com",
        &[
            "sharedaddy",
            "sd-sharing*",
            "sd-block",
            "sd-like*",
            "jp-relatedposts",
            "jp-carousel-wrap",
            "wpcnt",
            "post-flair",
            "jp-post-flair",
            "jetpack-likes-widget*",
            "wp-block-jetpack-sharing-button*",
            "wp-block-jetpack-subscriptions*",
            "wp-block-jetpack-related-posts",
            "wp-block-jetpack-like",
            "jetpack_subscription_widget",
            "wp-block-post-navigation-link",
        ],
    ),
    (
        "share bars",
        &[
            "addtoany_share_save_container",
            "addtoany_content",
            "addtoany_list",
            "a2a_kit",
            "addthis_toolbox",
            "addthis_inline_share_toolbox",
            "at-below-post",
            "at-above-post",
            "share-buttons",
            "share-bar",
            "sharebar",
            "share-links",
            "share-this",
            "sharethis-*",
            "st-share*",
            "social-share*",
            "social-sharing*",
            "socialshare",
            "social-links-share",
            "social-buttons",
            "social-media-share*",
            "ssba*",
            "shariff*",
            "heateor_sss*",
            "heateorsss*",
            "essb_*",
            "mashsb-*",
            "swp_social_panel*",
            "tweetmeme_button",
            "twitter-share*",
            "fb-like",
            "fb-share-button",
            "fb-root",
            "g-plusone",
            "pinit-button",
            "post-share*",
            "post-sharing*",
            "entry-share*",
            "article-share*",
            "wp-socializer",
            "novashare-*",
            "simplesocialbuttons*",
            "sfsi_*",
            "wabtn_container",
            "juiz_sps_*",
            "lightsocial_container",
            "nc_socialPanel*",
            "really_simple_share*",
            "printfriendly",
            "share",
        ],
    ),
    ("FeedBurner and feed services", &["feedflare", "feedpress*", "mf-viral", "rssflare"]),
    ("Substack", &["subscription-widget*", "subscribe-widget", "subscribe-footer", "image-link-expand", "post-ufi*"]),
    ("Medium", &["medium-feed-link"]),
    (
        "sign-up forms",
        &[
            "mc_embed_signup*",
            "mailpoet_form*",
            "newsletter-signup*",
            "newsletter-form*",
            "email-signup*",
            "convertkit-form*",
            "formkit-form",
            "ml-embedded",
            "subscribe-form*",
            "kg-signup-card",
            "gh-subscribe*",
        ],
    ),
    (
        "related posts and navigation",
        &[
            "yarpp*",
            "crp_related",
            "related-posts*",
            "relatedposts",
            "relpost-thumb-wrapper",
            "similar-posts",
            "wp-post-navigation",
            "post-navigation",
            "nav-links",
            "sexy-bookmarks",
            "outbrain-*",
            "OUTBRAIN",
            "taboola*",
            "zergnet*",
        ],
    ),
    (
        "counters and ratings",
        &[
            "gdrts-*",
            "kk-star-ratings",
            "post-views*",
            "post-ratings",
            "simplefavorite-button",
            "wp-postratings",
            "blogger-post-footer",
        ],
    ),
    (
        "words for screens without sight of the page around",
        &["screen-reader-text", "sr-only", "visually-hidden", "govuk-visually-hidden", "visuallyhidden"],
    ),
    (
        "editing and anchors of other pages",
        &[
            "mw-editsection",
            "headerlink",
            "anchorjs-link",
            "heading-anchor",
            "header-anchor",
            "anchor-link",
            "direct-link",
        ],
    ),
    (
        "advertisements",
        &["adsbygoogle", "ad-container", "advertisement", "wp-block-ad*", "google-auto-placed", "code-block-ad*"],
    ),
];

/// Marks of a block that is a figure in all but name, and of its caption.
const FIGURES: &[&str] = &["wp-caption", "image-figure", "captioned-image", "caption-wrapper"];
const CAPTIONS: &[&str] = &["wp-caption-text", "tr-caption", "image-caption", "caption-text", "gallery-caption"];

/// Marks of a line with a button.
const BUTTONS: &[&str] = &["button-wrapper", "kg-button-card", "wp-block-button"];

/// What an element's marks say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It goes, with all in it.
    Goes,
    /// It is a picture with its caption.
    Figure,
    /// It is a picture's caption.
    Caption,
    /// It is a button that a platform puts between paragraphs; what it says decides.
    Button,
}

/// What an element's class and id say of it.
pub(crate) fn of(tree: &Tree<'_>, id: Id) -> Option<Mark> {
    let mut found = None;
    for attribute in tree.attributes(id) {
        match attribute.name {
            Name::Class => found = found.or_else(|| attribute.value.split_ascii_whitespace().find_map(of_word)),
            Name::Id => found = found.or_else(|| of_word(&attribute.value)),
            Name::Hidden => return Some(Mark::Goes),
            Name::Style if hides(&attribute.value) => return Some(Mark::Goes),
            _ => {}
        }
    }
    found
}

/// All marks by their first letter.
static BY_LETTER: LazyLock<[Vec<(&str, Mark)>; 128]> = LazyLock::new(|| {
    let mut table = [const { Vec::new() }; 128];
    let goes = GOES.iter().flat_map(|(_, marks)| marks.iter().map(|mark| (*mark, Mark::Goes)));
    let figures = FIGURES.iter().map(|mark| (*mark, Mark::Figure));
    let buttons = BUTTONS.iter().map(|mark| (*mark, Mark::Button));
    let captions = CAPTIONS.iter().map(|mark| (*mark, Mark::Caption));
    for (mark, means) in goes.chain(figures).chain(captions).chain(buttons) {
        table[usize::from(mark.as_bytes()[0])].push((mark, means));
    }
    table
});

fn of_word(word: &str) -> Option<Mark> {
    let candidates = BY_LETTER.get(usize::from(*word.as_bytes().first()?))?;
    candidates.iter().find(|(mark, _)| matches(mark, word)).map(|(_, means)| *means)
}

fn matches(mark: &str, word: &str) -> bool {
    match mark.strip_suffix('*') {
        Some(beginning) => word.starts_with(beginning),
        None => mark == word,
    }
}

/// Whether a style takes the element out of sight.
fn hides(style: &str) -> bool {
    style.split(';').any(|declaration| {
        let Some((property, value)) = declaration.split_once(':') else { return false };
        let value = value.trim().trim_end_matches("!important").trim();
        let (property, is) = (property.trim(), |word: &str| value.eq_ignore_ascii_case(word));
        (property.eq_ignore_ascii_case("display") && is("none"))
            || (property.eq_ignore_ascii_case("visibility") && is("hidden"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_class_and_id() {
        for word in ["sharedaddy", "sd-sharing-enabled", "feedflare", "subscription-widget-wrap", "essb_links"] {
            assert_eq!(of_word(word), Some(Mark::Goes), "{word}");
        }
        assert_eq!(of_word("wp-caption"), Some(Mark::Figure));
        assert_eq!(of_word("wp-caption-text"), Some(Mark::Caption));
        for word in ["shared", "shareholders", "post", "content", "wp-block-image", ""] {
            assert_eq!(of_word(word), None, "{word}");
        }
    }

    #[test]
    fn styles_that_hide() {
        assert!(hides("color:red; DISPLAY : none !important"));
        assert!(hides("visibility:hidden"));
        assert!(!hides("display:block;background:url(none)"));
    }
}
