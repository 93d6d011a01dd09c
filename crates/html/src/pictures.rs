//! The pictures in clean markup: listed, and put where they are kept, or their words in their place.

use crate::clean::Picture;
use crate::gate::{LINK_REL, PICTURE_LOADING, SafeHtml};
use crate::lexer::{Lexer, Token};
use crate::print::{escape, print_pair};
use crate::reference::{Place, decode};
use crate::tidy::pixels;

/// Where a picture is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// Its address, an absolute one or a path.
    pub address: String,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

impl SafeHtml {
    /// The pictures, in order.
    pub fn pictures(&self) -> Vec<Picture> {
        let mut pictures = vec![];
        let mut lexer = Lexer::new(self.as_str());
        while let Some(token) = lexer.next() {
            if matches!(token, Token::Start { name: "img", .. }) {
                pictures.extend(picture(&lexer));
            }
        }
        pictures
    }

    /// The same with each picture loaded from where `kept` says, and its size said, so that the text does not jump.
    ///
    /// In place of a picture that is not kept stands its alternative text, with a link to it whose words `lead` makes of
    /// its address; within a link only the text, for that link leads somewhere already.
    ///
    /// ```
    /// use html::{Context, clean};
    /// let safe = clean("<p><img src='https://riverton.example/a.png' alt='Our bin lorry'></p>", &Context::default()).html;
    /// let shown = safe.with_pictures(|_| None, |_| "See it".to_owned());
    /// assert_eq!(
    ///     shown.as_str(),
    ///     "<p><span class=\"no-picture\">Our bin lorry <a href=\"https://riverton.example/a.png\" \
    ///      rel=\"nofollow ugc noopener\">See it</a></span></p>"
    /// );
    /// ```
    pub fn with_pictures(&self, kept: impl Fn(&str) -> Option<Kept>, lead: impl Fn(&str) -> String) -> Self {
        let markup = self.as_str();
        let mut lexer = Lexer::new(markup);
        let mut shown = String::with_capacity(markup.len());
        let (mut copied, mut start, mut is_in_link) = (0, 0, false);
        while let Some(token) = lexer.next() {
            match token {
                Token::Start { name: "a", .. } => is_in_link = true,
                Token::End { name: "a" } => is_in_link = false,
                Token::Start { name: "img", .. } => {
                    shown.push_str(&markup[copied..start]);
                    copied = lexer.position();
                    if let Some(picture) = picture(&lexer) {
                        match kept(&picture.address) {
                            Some(kept) => print_kept(&picture, &kept, &mut shown),
                            None => print_words(&picture, is_in_link, &lead, &mut shown),
                        }
                    }
                }
                _ => {}
            }
            start = lexer.position();
        }
        shown.push_str(&markup[copied..]);
        Self::made(shown)
    }
}

/// The picture whose tag was read last.
fn picture(lexer: &Lexer<'_>) -> Option<Picture> {
    let value = |wanted: &str| {
        let found = lexer.attributes().iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| decode(value, Place::Attribute).into_owned())
    };
    let side = |name| pixels(&value(name)?);
    let alternative = value("alt").unwrap_or_default();
    Some(Picture { address: value("src")?, alternative, width: side("width"), height: side("height") })
}

fn print_kept(picture: &Picture, kept: &Kept, html: &mut String) {
    // A size that the author chose stays, in the picture's own proportions.
    let (width, height) = match (picture.width, kept.width, kept.height) {
        (Some(chosen), width, height) if (1..width).contains(&chosen) && height > 0 => {
            (chosen, (u64::from(chosen) * u64::from(height)).div_ceil(u64::from(width)) as u32)
        }
        (_, width, height) => (width, height),
    };
    html.push_str("<img");
    print_pair("src", &kept.address, html);
    print_pair("alt", &picture.alternative, html);
    if width > 0 && height > 0 {
        print_pair("width", &width.to_string(), html);
        print_pair("height", &height.to_string(), html);
    }
    print_pair("loading", PICTURE_LOADING, html);
    html.push('>');
}

fn print_words(picture: &Picture, is_in_link: bool, lead: &impl Fn(&str) -> String, html: &mut String) {
    let words = lead(&picture.address);
    html.push_str("<span class=\"no-picture\">");
    escape(&picture.alternative, false, html);
    if is_in_link {
        // A link with nothing in it leads nobody anywhere.
        if picture.alternative.trim().is_empty() {
            escape(&words, false, html);
        }
    } else {
        if !picture.alternative.is_empty() {
            html.push(' ');
        }
        html.push_str("<a");
        print_pair("href", &picture.address, html);
        print_pair("rel", LINK_REL, html);
        html.push('>');
        escape(&words, false, html);
        html.push_str("</a>");
    }
    html.push_str("</span>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Context, clean};

    fn shown(markup: &str, kept: Option<(&str, u32, u32)>) -> String {
        let kept = kept.map(|(address, width, height)| Kept { address: address.to_owned(), width, height });
        let safe = clean(markup, &Context::default()).html;
        safe.with_pictures(|_| kept.clone(), |_| "Picture at a.example".to_owned()).as_str().to_owned()
    }

    #[track_caller]
    fn check(markup: &str, kept: Option<(&str, u32, u32)>, meant: &str) {
        assert_eq!(shown(markup, kept), meant, "{markup}");
    }

    const HERE: Option<(&str, u32, u32)> = Some(("/pictures/1f", 800, 600));

    #[test]
    fn a_picture_that_is_kept_is_loaded_from_there() {
        check(
            "<p>One <img src='https://a.example/b.png?c=1&amp;d=2' alt='A \"b\" &lt;c&gt;' srcset='x 2x' onload=y()> two</p>",
            HERE,
            "<p>One <img src=\"/pictures/1f\" alt=\"A &quot;b&quot; &lt;c&gt;\" width=\"800\" height=\"600\" loading=\"lazy\"> two</p>",
        );
        check(
            "<p><img src='https://a.example/b.png' alt='' width=400 height=17>",
            HERE,
            "<p><img src=\"/pictures/1f\" alt=\"\" width=\"400\" height=\"300\" loading=\"lazy\"></p>",
        );
        check(
            "<p><img src='https://a.example/b.png' alt='' width=4000>",
            HERE,
            "<p><img src=\"/pictures/1f\" alt=\"\" width=\"800\" height=\"600\" loading=\"lazy\"></p>",
        );
    }

    #[test]
    fn words_stand_where_there_is_none() {
        check(
            "<p><a href='https://a.example/'><img src='https://a.example/b.png' alt='A b'></a>",
            None,
            "<p><a href=\"https://a.example/\" rel=\"nofollow ugc noopener\"><span class=\"no-picture\">A b</span></a></p>",
        );
        check(
            "<p><a href='https://a.example/'><img src='https://a.example/b.png'></a><img src='https://a.example/c.png'>",
            None,
            "<p><a href=\"https://a.example/\" rel=\"nofollow ugc noopener\"><span class=\"no-picture\">a.example\
             </span></a><span class=\"no-picture\"><a href=\"https://a.example/c.png\" rel=\"nofollow ugc noopener\">\
             Picture at a.example</a></span></p>",
        );
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere_whatever_was_written() {
        for hostile in [
            "<img src='https://a.example/\"><img src=https://b.example/x>' alt='\"><img src=https://b.example/y>'>",
            "<img src=https://a.example/a alt=a><IMG SRC=https://a.example/b ALT=b><img\nsrc='https://a.example/c'>",
            "<p title='<img src=https://a.example/>'>&lt;img src=https://a.example/&gt;</p>",
            "<picture><source srcset=https://a.example/1><img src=https://a.example/2></picture>",
            "<svg><image href=https://a.example/1></svg><video poster=https://a.example/p src=https://a.example/v></video>",
        ] {
            for kept in [HERE, None] {
                let shown = shown(hostile, kept);
                let mut lexer = Lexer::new(&shown);
                while let Some(token) = lexer.next() {
                    let Token::Start { name, .. } = token else { continue };
                    let loads = lexer.attributes().iter().find(|(name, _)| *name == "src");
                    assert!(loads.is_none_or(|(_, src)| name == "img" && *src == "/pictures/1f"), "{shown}");
                    assert!(!matches!(name, "source" | "video" | "svg" | "image"), "{shown}");
                }
            }
        }
    }

    #[test]
    fn pictures_are_listed_as_cleaning_lists_them() {
        let cleaned = clean(
            "<p><img src='https://a.example/b?c&amp;d' alt='x &amp; y' width=20><img src=/no></p>",
            &Context::default(),
        );
        assert_eq!(cleaned.html.pictures(), cleaned.pictures);
        assert_eq!(cleaned.pictures.len(), 1);
    }
}
