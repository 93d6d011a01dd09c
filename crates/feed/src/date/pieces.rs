//! The pieces of a written date: numbers, words, and the signs between them.

/// A piece.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Piece<'a> {
    Number(&'a str),
    Word(&'a str),
    Sign(char),
    /// Where the time stood that was taken out.
    Clock,
}

impl<'a> Piece<'a> {
    pub fn is_sign(&self, sign: char) -> bool {
        *self == Piece::Sign(sign)
    }

    pub fn digits(&self) -> Option<&'a str> {
        match self {
            Piece::Number(digits) => Some(digits),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<i64> {
        self.digits()?.parse().ok()
    }

    pub fn word(&self) -> Option<&'a str> {
        match self {
            Piece::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// Cuts a text into pieces. White space and brackets only separate.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let is_digit = letter.is_ascii_digit();
        let belongs = |next: char| {
            if is_digit { next.is_ascii_digit() } else { next.is_alphabetic() || matches!(next, '\'' | '’') }
        };
        if !is_digit && !letter.is_alphabetic() {
            if !letter.is_whitespace() && !matches!(letter, '(' | ')' | '[' | ']' | '"') {
                pieces.push(Piece::Sign(if matches!(letter, '−' | '–') { '-' } else { letter }));
            }
            rest = &rest[letter.len_utf8()..];
            continue;
        }
        // The name of a place holds signs: Europe/London, America/Port-au-Prince.
        let mut length = rest.find(|next| !belongs(next)).unwrap_or(rest.len());
        if !is_digit
            && rest[length..].starts_with('/')
            && rest[length + 1..].starts_with(|next: char| next.is_alphabetic())
        {
            let place = |next: char| !(next.is_alphabetic() || matches!(next, '/' | '_' | '-'));
            length = rest.find(place).unwrap_or(rest.len());
        }
        let (piece, after) = rest.split_at(length);
        pieces.push(if is_digit { Piece::Number(piece) } else { Piece::Word(piece) });
        rest = after;
    }
    join_halves(&mut pieces);
    pieces
}

/// Makes one word of "a.m." and of "p.m.".
fn join_halves(pieces: &mut Vec<Piece<'_>>) {
    for at in 0..pieces.len() {
        let [Piece::Word(half), Piece::Sign('.'), Piece::Word(end), ..] = pieces[at..] else { continue };
        let whole = match half {
            "a" | "A" => "am",
            "p" | "P" => "pm",
            _ => continue,
        };
        if end.eq_ignore_ascii_case("m") {
            let has_point = pieces.get(at + 3).is_some_and(|piece| piece.is_sign('.'));
            pieces.splice(at..at + 3 + usize::from(has_point), [Piece::Word(whole)]);
            return;
        }
    }
}
