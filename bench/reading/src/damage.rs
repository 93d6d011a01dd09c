//! Damages feeds in the ways that real ones are damaged: the same seed, the same damage.

mod around;
mod bytes;
mod json;
mod tags;
mod words;

use model::Dice;

/// A feed to be damaged, and the dice that say where.
pub struct Patient<'a> {
    /// The sound feed.
    pub text: &'a str,
    dice: Dice,
}

/// A damaged feed.
pub struct Damaged {
    /// What is left.
    pub bytes: Vec<u8>,
    /// Everything of the sound feed from this byte on is gone.
    pub cut_at: Option<usize>,
}

/// A kind of damage: its name, and what does it. `None` where it has no place in the feed.
pub type Kind = (&'static str, fn(&Patient<'_>) -> Option<Damaged>);

/// All the kinds of damage that befall a feed in XML, or one in JSON.
pub fn kinds(is_json: bool) -> Vec<Kind> {
    if is_json {
        return json::KINDS.to_vec();
    }
    [words::KINDS, tags::KINDS, around::KINDS, bytes::KINDS].concat()
}

/// Damages a feed; `None` where this kind has no place in it.
pub fn damage(kind: &Kind, text: &str, seed: u64) -> Option<Damaged> {
    kind.1(&Patient { text, dice: Dice::loaded(seed) }).filter(|damaged| damaged.bytes != text.as_bytes())
}

impl From<String> for Damaged {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl From<Vec<u8>> for Damaged {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, cut_at: None }
    }
}

impl Patient<'_> {
    /// A number from 0 up to, not including, `below`.
    fn number(&self, below: usize) -> usize {
        self.dice.throw() as usize % below.max(1)
    }

    /// One of the places where something stands.
    fn place_of(&self, what: &str) -> Option<usize> {
        let places: Vec<usize> = self.text.match_indices(what).map(|(at, _)| at).collect();
        places.get(self.number(places.len())).copied()
    }

    /// A place between two characters.
    fn any_place(&self) -> usize {
        self.floor(self.number(self.text.len()))
    }

    /// The beginning of the character at a byte.
    fn floor(&self, mut at: usize) -> usize {
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// The name of the feed's entries.
    fn entry(&self) -> &'static str {
        if self.text.contains("<entry") { "entry" } else { "item" }
    }

    /// With one thing instead of another, everywhere; `None` where there is none of it.
    fn all(&self, what: &str, with: &str) -> Option<Damaged> {
        self.text.contains(what).then(|| self.text.replace(what, with).into())
    }

    /// With one thing instead of another, in one place.
    fn one(&self, what: &str, with: &str) -> Option<Damaged> {
        let at = self.place_of(what)?;
        Some(format!("{}{with}{}", &self.text[..at], &self.text[at + what.len()..]).into())
    }

    /// With something put behind one thing, in several places.
    fn behind(&self, what: &str, more: &str, times: usize) -> Option<Damaged> {
        let places: Vec<usize> = self.text.match_indices(what).map(|(at, _)| at + what.len()).collect();
        if places.is_empty() {
            return None;
        }
        let mut chosen: Vec<usize> = (0..times).map(|_| places[self.number(places.len())]).collect();
        chosen.sort_unstable();
        chosen.dedup();
        let mut out = String::with_capacity(self.text.len() + times * more.len());
        let mut from = 0;
        for at in chosen {
            out.push_str(&self.text[from..at]);
            out.push_str(more);
            from = at;
        }
        out.push_str(&self.text[from..]);
        Some(out.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel><title>Café</title>\n<item><title>One &amp; two</title><link>https://a.example/1</link><description><![CDATA[<p class=\"x\">One</p>]]></description></item>\n<item><title>Three</title><link>https://a.example/2</link><guid isPermaLink=\"false\">2</guid><description>&lt;p&gt;Four&lt;/p&gt;</description></item>\n</channel></rss>";

    #[test]
    fn every_kind_does_harm_and_the_same_each_time() {
        for kind in kinds(false) {
            let once = damage(&kind, SOUND, 7).unwrap_or_else(|| panic!("{} finds no place", kind.0));
            assert_eq!(Some(once.bytes), damage(&kind, SOUND, 7).map(|again| again.bytes), "{}", kind.0);
        }
        for kind in kinds(true) {
            let sound = "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":\"1\",\"content_html\":\"<p>é\\n\"},{\"id\":\"2\"}]}";
            assert!(damage(&kind, sound, 7).is_some(), "{} finds no place", kind.0);
        }
    }
}
