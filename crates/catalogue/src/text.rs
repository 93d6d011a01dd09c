//! Bytes → lines of text: UTF-8, UTF-16 with or without its mark, and what older spreadsheets write (Windows-1252).

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// A line without its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Line {
    /// Its number, from 1.
    pub(crate) number: u64,
    pub(crate) text: String,
    /// Whether it was longer than is read: the rest of it is passed over.
    pub(crate) is_cut: bool,
}

/// The lines of a file, one at a time.
pub(crate) struct Lines<R> {
    from: BufReader<R>,
    /// Decodes text in two bytes a character; `None` for all other text.
    wide: Option<Decoder>,
    /// UTF-8 that was decoded and not yet taken.
    ready: VecDeque<u8>,
    has_begun: bool,
    /// Whether the decoder was told of the end: it takes nothing more then.
    is_over: bool,
    number: u64,
    most: usize,
    /// Lines that were taken and given back.
    back: VecDeque<Line>,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(from: R, most: usize) -> Self {
        Self {
            from: BufReader::with_capacity(64 << 10, from),
            wide: None,
            ready: VecDeque::new(),
            has_begun: false,
            is_over: false,
            number: 0,
            most,
            back: VecDeque::new(),
        }
    }

    /// Gives lines back, to be taken again before all others.
    pub(crate) fn give_back(&mut self, lines: impl DoubleEndedIterator<Item = Line>) {
        lines.rev().for_each(|line| self.back.push_front(line));
    }

    /// The next line, whatever it ends with: a line feed, a carriage return, or both.
    pub(crate) fn take(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.back.pop_front() {
            return Ok(Some(line));
        }
        if !self.has_begun {
            self.begin()?;
        }
        let (mut bytes, mut is_cut, mut any) = (vec![], false, false);
        while let Some(byte) = self.byte()? {
            any = true;
            match byte {
                b'\n' => break,
                b'\r' => {
                    if self.peek()? == Some(b'\n') {
                        self.byte()?;
                    }
                    break;
                }
                byte if bytes.len() < self.most => bytes.push(byte),
                _ => is_cut = true,
            }
        }
        if !any {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some(Line { number: self.number, text: decoded(bytes), is_cut }))
    }

    /// Looks at the first bytes: a mark says what the text is written in, or the zeros in it do.
    fn begin(&mut self) -> io::Result<()> {
        self.has_begun = true;
        let head = self.from.fill_buf()?;
        let mark = match wide(head) {
            Some((encoding, mark)) => {
                self.wide = Some(encoding.new_decoder_without_bom_handling());
                mark
            }
            None if head.starts_with(b"\xef\xbb\xbf") => 3,
            None => 0,
        };
        self.from.consume(mark);
        Ok(())
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let next = self.peek()?;
        if next.is_some() {
            match &self.wide {
                Some(_) => drop(self.ready.pop_front()),
                None => self.from.consume(1),
            }
        }
        Ok(next)
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        let Some(decoder) = &mut self.wide else { return Ok(self.from.fill_buf()?.first().copied()) };
        while self.ready.is_empty() && !self.is_over {
            let raw = self.from.fill_buf()?;
            let (is_last, mut out) = (raw.is_empty(), [0; 4_096]);
            let (result, read, written, _) = decoder.decode_to_utf8(raw, &mut out, is_last);
            self.from.consume(read);
            self.ready.extend(&out[..written]);
            self.is_over = is_last && result == CoderResult::InputEmpty;
        }
        Ok(self.ready.front().copied())
    }
}

/// Text in two bytes a character, and how many bytes its mark takes.
pub(crate) fn wide(head: &[u8]) -> Option<(&'static encoding_rs::Encoding, usize)> {
    match head {
        [0xff, 0xfe, ..] => return Some((UTF_16LE, 2)),
        [0xfe, 0xff, ..] => return Some((UTF_16BE, 2)),
        _ => {}
    }
    let pairs: Vec<&[u8]> = head[..head.len().min(64)].chunks_exact(2).collect();
    let all = |is: fn(&[u8]) -> bool| pairs.len() >= 2 && pairs.iter().all(|pair| is(pair));
    if all(|pair| pair[0] != 0 && pair[1] == 0) {
        Some((UTF_16LE, 0))
    } else if all(|pair| pair[0] == 0 && pair[1] != 0) {
        Some((UTF_16BE, 0))
    } else {
        None
    }
}

/// A line of bytes as text. What is not UTF-8 is what spreadsheets write in the west: each line is looked at by itself,
/// since lists are put together from several.
pub(crate) fn decoded(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|other| WINDOWS_1252.decode_without_bom_handling(other.as_bytes()).0.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], lines: &[&str]) {
        let mut from = Lines::new(bytes, 10);
        let mut found = vec![];
        while let Some(line) = from.take().unwrap() {
            found.push(line.text);
        }
        assert_eq!(found, lines, "{bytes:?}");
    }

    fn wide(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn lines_in_any_encoding() {
        check(b"", &[]);
        check(b"a\nb", &["a", "b"]);
        check(b"a\r\nb\rc\n\nd\n", &["a", "b", "c", "", "d"]);
        check(b"\xef\xbb\xbfid\n", &["id"]);
        check(b"caf\xe9 \x96 x\ncaf\xc3\xa9", &["café – x", "café"]);
        check(&wide("id,ü\r\nb\n", true), &["id,ü", "b"]);
        check(&wide("\u{feff}id,ü\nb", false), &["id,ü", "b"]);
        check(&wide("\u{feff}id\u{10348}", true), &["id\u{10348}"]);
        check(b"\xff\xfea", &["\u{fffd}"]);
        check(b"0123456789abc\nd", &["0123456789", "d"]);
    }

    #[test]
    fn lines_that_were_given_back_come_again() {
        let mut from = Lines::new(&b"a\nb\nc"[..], 10);
        let (a, b) = (from.take().unwrap().unwrap(), from.take().unwrap().unwrap());
        from.give_back([a.clone(), b].into_iter());
        assert_eq!(from.take().unwrap().unwrap(), a);
        assert_eq!(from.take().unwrap().unwrap().number, 2);
        assert_eq!(from.take().unwrap().unwrap().number, 3);
    }
}
