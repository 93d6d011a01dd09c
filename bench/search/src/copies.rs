//! A made set of articles, their copies and excerpts, and of what only resembles one another.

use crate::made::Made;

/// What a pair of texts is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// The whole, with one word in 20 to 80 changed.
    Edited,
    /// The whole, with a line of another's before and after it.
    Framed,
    /// Both.
    Syndicated,
    /// The first 45 to 75 words, as a feed cuts them.
    Excerpt,
    /// The first sentences, in a line of another's.
    FramedExcerpt,
    /// Two weeks of a series, with the same frame of a third to two thirds of the text, from two sources.
    Series,
    /// Two adverts of one template, with post, place, pay and days of their own.
    Advert,
    /// Two tellings of one event, with a shared quotation of a third to a half of the text.
    Event,
    /// The first sentences of an article quoted in a text of one's own.
    Quoted,
    /// Two articles about the same subject.
    Subject,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Edited,
        Self::Framed,
        Self::Syndicated,
        Self::Excerpt,
        Self::FramedExcerpt,
        Self::Series,
        Self::Advert,
        Self::Event,
        Self::Quoted,
        Self::Subject,
    ];

    /// Whether they are to be found to be the same.
    pub fn is_copy(self) -> bool {
        self < Self::Series
    }
}

/// Two texts of two sources.
#[derive(Clone, Debug)]
pub struct Pair {
    /// What they are.
    pub kind: Kind,
    /// The one that came first.
    pub one: String,
    /// The other.
    pub other: String,
    /// Other texts of either source.
    pub beside: Vec<String>,
}

/// Makes pairs, the same each time.
#[derive(Debug)]
pub struct Pairs {
    made: Made,
}

impl Pairs {
    /// Of what is made.
    pub fn of(made: Made) -> Self {
        Self { made }
    }

    /// A pair of a kind.
    pub fn pair(&mut self, kind: Kind) -> Pair {
        let beside = vec![];
        let article = self.sentences(70, 400);
        let (one, other, beside) = match kind {
            Kind::Edited => (article.clone(), self.edited(&article), beside),
            Kind::Framed => (article.clone(), self.framed(&article), beside),
            Kind::Syndicated => {
                let edited = self.edited(&article);
                (article, self.framed(&edited), beside)
            }
            Kind::Excerpt => (article.clone(), self.excerpt(&article), beside),
            Kind::FramedExcerpt => {
                let line = self.sentences(6, 6);
                let excerpt = self.excerpt(&article);
                (article, format!("{line}\n{excerpt}"), beside)
            }
            Kind::Series => {
                let (frame, end) = (self.sentences(60, 60), self.sentences(20, 20));
                let mut week = || format!("{frame}\n{}\n{end}", self.sentences(45, 160));
                (week(), week(), vec![week(), week()])
            }
            Kind::Advert => {
                let parts: Vec<String> = (0..8).map(|_| self.sentences(20, 40)).collect();
                let mut advert = || {
                    let filled: Vec<String> = parts.iter().map(|part| format!("{part} {}", self.filled_in())).collect();
                    filled.join("\n")
                };
                // Half of the sources have another advert of the template.
                let (one, other) = (advert(), advert());
                let third = advert();
                (one, other, if self.made.below(2) == 0 { vec![third] } else { vec![] })
            }
            Kind::Event => {
                let quotation = self.sentences(60, 60);
                let mut telling = || format!("{}\n“{quotation}”\n{}", self.sentences(40, 60), self.sentences(30, 60));
                (telling(), telling(), beside)
            }
            Kind::Quoted => {
                let article = self.sentences(150, 400);
                let quoted = self.excerpt(&article);
                let own = format!("{}\n“{quoted}”\n{}", self.sentences(12, 20), self.sentences(40, 80));
                (article, own, beside)
            }
            Kind::Subject => {
                let subject = self.made.below(4_000);
                (self.made.text(subject, 250, 30), self.made.text(subject, 250, 30), beside)
            }
        };
        Pair { kind, one, other, beside }
    }

    /// Sentences of between so many words.
    fn sentences(&mut self, fewest: usize, most: usize) -> String {
        let mut left = fewest + self.made.below(most + 1 - fewest);
        let mut sentences = vec![];
        while left > 0 {
            let words = (8 + self.made.below(14)).min(left);
            left -= words;
            let subject = self.made.below(4_000);
            let mut sentence = self.made.text(subject, words, 10).replace('.', "");
            sentence[..1].make_ascii_uppercase();
            sentences.push(format!("{}.", sentence.trim_end()));
        }
        sentences.join(" ")
    }

    /// One word in so many is another one, or gone, or followed by another one.
    fn edited(&mut self, text: &str) -> String {
        let one_in = 20 + self.made.below(61);
        let mut edited = vec![];
        for word in text.split_inclusive(' ') {
            match self.made.below(one_in * 3) {
                0 => {}
                1 => edited.push(self.made.text(0, 1, 0)),
                2 => edited.extend([word.to_owned(), self.made.text(0, 1, 0)]),
                _ => edited.push(word.to_owned()),
            }
        }
        edited.concat()
    }

    fn framed(&mut self, text: &str) -> String {
        let (before, after) = (self.sentences(8, 18), self.sentences(8, 18));
        format!("{before}\n{text}\n{after}")
    }

    fn excerpt(&mut self, text: &str) -> String {
        let words = 45 + self.made.below(31);
        text.split_inclusive(' ').take(words).collect::<String>() + "[…]"
    }

    /// What stands in a form that was filled in: names and numbers.
    fn filled_in(&mut self) -> String {
        let mut name = self.made.text(0, 1, 0);
        name[..1].make_ascii_uppercase();
        format!("in {} for {} from", name.trim_end(), 1_000 + self.made.below(90_000))
    }
}
