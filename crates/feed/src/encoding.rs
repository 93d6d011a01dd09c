//! Bytes → text: which encoding they are in, whatever is said about it.

mod pages;

use std::borrow::Cow;

use pages::Page;

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::complaint::{ComplaintKind, Complaints};

/// A text, and how it was found in its bytes.
pub(crate) struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub encoding: &'static str,
    pub complaints: Complaints,
}

/// Finds the encoding of some bytes and decodes them.
///
/// The order is: a byte order mark; what the server says; what the XML declaration says; UTF-8; what the bytes look
/// like. Bytes that are UTF-8 and not ASCII are UTF-8 whatever is said, since no other text looks so by accident.
pub(crate) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    let mut complaints = Complaints::default();
    let is_chunked = bytes.first().is_some_and(u8::is_ascii_hexdigit);
    let (text, encoding) = match is_chunked.then(|| without_chunks(bytes)).flatten() {
        Some(whole) => {
            complaints.add(ComplaintKind::JunkBefore, 0, "");
            let (text, encoding) = decode_raw(&whole, content_type, &mut complaints);
            (Cow::Owned(text.into_owned()), encoding)
        }
        None => decode_raw(bytes, content_type, &mut complaints),
    };
    let mut text = without_controls(text, &mut complaints);
    // Some decoders make room for three times as many bytes as there are.
    if let Cow::Owned(text) = &mut text {
        text.shrink_to_fit();
    }
    Decoded { text, encoding, complaints }
}

fn decode_raw<'a>(
    bytes: &'a [u8],
    content_type: Option<&str>,
    complaints: &mut Complaints,
) -> (Cow<'a, str>, &'static str) {
    if let Some((text, name)) = wide(bytes, complaints).or_else(|| ebcdic(bytes)) {
        return (Cow::Owned(text), name);
    }
    let bytes = match bytes.strip_prefix(b"\xff\xfe") {
        Some(rest) => {
            complaints.add(ComplaintKind::WrongEncoding, 0, "UTF-16LE");
            rest
        }
        None => bytes,
    };
    let (bytes, has_mark) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    let served = content_type.and_then(charset);
    let head = &bytes[..bytes.len().min(1024)];
    let declared = declared(head);
    let of_label = |label: &Option<String>| label.as_deref().and_then(encoding_of);
    for label in [&served, &declared] {
        let Some(name) = label else { continue };
        if of_label(label).is_none() && Page::named(name).is_none() {
            complaints.add(ComplaintKind::UnknownEncoding, 0, name);
        }
    }
    // UTF-16 in words, in bytes that are not: the declaration could not have been read.
    let is_wide = |encoding: &&'static Encoding| *encoding == UTF_16BE || *encoding == UTF_16LE;
    let known = |label: &Option<String>| of_label(label).filter(|encoding| !is_wide(encoding));
    let claimed = known(&served).or(known(&declared));
    let page = served.as_deref().and_then(Page::named).or(declared.as_deref().and_then(Page::named));
    if let Ok(text) = std::str::from_utf8(bytes) {
        let is_utf8 = claimed.is_none_or(|encoding| encoding == UTF_8);
        if is_utf8 || has_mark || !escapes(bytes, claimed) {
            let is_wrong = !is_utf8 && !text.is_ascii();
            if is_wrong {
                complaints.add(ComplaintKind::WrongEncoding, 0, claimed.map_or("", Encoding::name));
            }
            let name = claimed.filter(|_| !is_wrong).map_or("UTF-8", Encoding::name);
            return (Cow::Borrowed(text), name);
        }
    }
    if let Some(page) = page.filter(|page| claimed.is_none() && !page.is_ebcdic()) {
        return (Cow::Owned(page.decode(bytes)), page.name);
    }
    for encoding in [claimed, known(&declared)].into_iter().flatten() {
        if let Some(text) = decode_all(encoding, bytes) {
            return (Cow::Owned(text), encoding.name());
        }
    }
    let bad = valid_up_to(bytes);
    if has_mark || claimed.is_none_or(|encoding| encoding == UTF_8) && mostly_utf8(bytes) {
        complaints.add(ComplaintKind::BadBytes, bad, "UTF-8");
        return (mended(bytes), "UTF-8");
    }
    complaints.add(ComplaintKind::WrongEncoding, bad, claimed.map_or("", Encoding::name));
    let guessed = guess(bytes);
    (guessed.decode_without_bom_handling(bytes).0, guessed.name())
}

/// A text in this encoding; `None` where a byte does not fit. Room is made for what most need, not for the worst: that is
/// three times the bytes.
fn decode_all(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8 + 64);
    let mut rest = bytes;
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        rest = &rest[read..];
        match result {
            DecoderResult::InputEmpty => return Some(text),
            DecoderResult::OutputFull => text.reserve_exact(rest.len() + text.len() / 8 + 64),
            DecoderResult::Malformed(..) => return None,
        }
    }
}

/// Text in two or four bytes a character, which a mark, its first characters or the zeros in it give away.
fn wide(bytes: &[u8], complaints: &mut Complaints) -> Option<(String, &'static str)> {
    let (name, mark) = match bytes {
        [0, 0, 0xfe, 0xff, ..] => ("UTF-32BE", 4),
        [0xff, 0xfe, 0, 0, ..] => ("UTF-32LE", 4),
        [0, 0, 0, b'<', ..] => ("UTF-32BE", 0),
        [b'<', 0, 0, 0, ..] => ("UTF-32LE", 0),
        [0xfe, 0xff, rest @ ..] => (zeros(rest).unwrap_or("UTF-16BE"), 2),
        // A mark before text that is in single bytes.
        [0xff, 0xfe, rest @ ..] if is_narrow(rest) => return None,
        [0xff, 0xfe, rest @ ..] => (zeros(rest).unwrap_or("UTF-16LE"), 2),
        _ => (zeros(bytes)?, 0),
    };
    let is_other = matches!((bytes, name), ([0xfe, ..], "UTF-16LE") | ([0xff, ..], "UTF-16BE"));
    if is_other {
        complaints.add(ComplaintKind::WrongEncoding, 0, name);
    }
    let bytes = &bytes[mark..];
    let is_big = name.ends_with("BE");
    let (text, is_bad) = if name.starts_with("UTF-32") {
        let mut is_bad = !bytes.len().is_multiple_of(4);
        let letters = bytes.as_chunks::<4>().0.iter().map(|four| {
            let code = if is_big { u32::from_be_bytes(*four) } else { u32::from_le_bytes(*four) };
            char::from_u32(code).unwrap_or_else(|| {
                is_bad = true;
                char::REPLACEMENT_CHARACTER
            })
        });
        (letters.collect::<String>(), is_bad)
    } else {
        let encoding = if is_big { UTF_16BE } else { UTF_16LE };
        let (text, is_bad) = encoding.decode_without_bom_handling(bytes);
        (text.into_owned(), is_bad)
    };
    if is_bad {
        complaints.add(ComplaintKind::BadBytes, 0, name);
    }
    Some((text, name))
}

/// Whether some bytes are markup in single bytes: there is a tag in it, and not one zero.
fn is_narrow(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    let is_tag = |pair: &[u8]| pair[0] == b'<' && (pair[1].is_ascii_alphabetic() || matches!(pair[1], b'?' | b'!'));
    memchr::memchr(0, head).is_none() && head.windows(2).any(is_tag)
}

/// Which UTF-16 some bytes are in, as the zeros tell that markup has in every second byte.
fn zeros(bytes: &[u8]) -> Option<&'static str> {
    let pairs = bytes[..bytes.len().min(1024)].as_chunks::<2>().0;
    let count = |at: usize| pairs.iter().filter(|pair| pair[at] == 0).count();
    let (first, second) = (count(0), count(1));
    match pairs.len() {
        0 | 1 => None,
        many if first * 10 > many * 4 && second * 20 < many => Some("UTF-16BE"),
        many if second * 10 > many * 4 && first * 20 < many => Some("UTF-16LE"),
        _ => None,
    }
}

/// The body of a reply in chunks whose sizes were left in it; `None` where it is none.
fn without_chunks(bytes: &[u8]) -> Option<Vec<u8>> {
    /// The size that a line at the beginning tells, and how long the line is.
    fn size(bytes: &[u8]) -> Option<(usize, usize)> {
        let digits = bytes.iter().take(8).take_while(|byte| byte.is_ascii_hexdigit()).count();
        let line = bytes.iter().take(64).position(|byte| *byte == b'\n')? + 1;
        let is_alone = bytes[digits..line].iter().all(|byte| matches!(byte, b' ' | b'\r' | b'\n'));
        let digits = std::str::from_utf8(&bytes[..digits]).ok().filter(|_| is_alone)?;
        usize::from_str_radix(digits, 16).ok().map(|size| (size, line))
    }
    let (mut rest, mut whole) = (bytes, Vec::new());
    while let Some((length, line)) = size(rest) {
        let chunk = &rest[line..];
        let behind = chunk.get(length..).unwrap_or_default();
        if length == 0 || behind.is_empty() {
            whole.extend_from_slice(chunk);
            return Some(whole);
        }
        let end = [&b"\r\n"[..], b"\n"].into_iter().find(|end| behind.starts_with(end))?;
        whole.extend_from_slice(&chunk[..length]);
        rest = &behind[end.len()..];
    }
    whole.extend_from_slice(rest);
    (!whole.is_empty()).then_some(whole)
}

/// Text in EBCDIC, whose declaration can be read in any of its pages and says which one it is.
fn ebcdic(bytes: &[u8]) -> Option<(String, &'static str)> {
    if !bytes.starts_with(b"\x4c\x6f\xa7\x94") {
        return None;
    }
    let usual = Page::named("cp037")?;
    let head = usual.decode(&bytes[..bytes.len().min(256)]);
    let page = declared(head.as_bytes()).as_deref().and_then(Page::named).filter(|page| page.is_ebcdic());
    let page = page.unwrap_or(usual);
    Some((page.decode(bytes), page.name))
}

/// The charset that a content type names.
fn charset(content_type: &str) -> Option<String> {
    let named = content_type.split(';').skip(1).filter_map(|part| part.split_once('='));
    let (_, value) = { named }.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    let value = value.trim().trim_matches(['"', '\'']).trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// The encoding that the XML declaration names.
fn declared(head: &[u8]) -> Option<String> {
    let from = memchr::memmem::find(head, b"<?xml")?;
    let rest = &head[from..];
    let end = memchr::memchr(b'>', rest)?;
    let declaration = String::from_utf8_lossy(&rest[..end]);
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let value = value.trim_start_matches(['"', '\'']);
    let end =
        value.find(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | '?')).unwrap_or(value.len());
    (end > 0).then(|| value[..end].to_owned())
}

fn encoding_of(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().to_ascii_lowercase();
    let other = match label.as_str() {
        "utf_8" | "u8" | "utf" | "utf-8-sig" => "utf-8",
        "latin-1" | "latin_1" | "iso8859" | "8859" | "us_ascii" | "646" | "none" => "iso-8859-1",
        "gb2312-80" | "gb18030-2000" | "936" | "cp936" | "ms936" => "gb18030",
        "cp949" | "949" | "ms949" | "uhc" => "euc-kr",
        "cp932" | "932" | "mskanji" | "ms-kanji" => "shift_jis",
        "cp950" | "950" | "ms950" => "big5",
        "cp874" => "windows-874",
        "mac-roman" | "macroman" => "macintosh",
        "mac-cyrillic" | "maccyrillic" => "x-mac-cyrillic",
        label => label,
    };
    let plain = other.replace('_', "-");
    Encoding::for_label(other.as_bytes())
        .or_else(|| Encoding::for_label(plain.as_bytes()))
        .filter(|found| *found != encoding_rs::REPLACEMENT)
}

/// Whether ASCII bytes mean something else in an encoding (ISO-2022-JP has its letters behind escapes).
fn escapes(bytes: &[u8], encoding: Option<&'static Encoding>) -> bool {
    encoding == Some(encoding_rs::ISO_2022_JP) && memchr::memchr(0x1b, bytes).is_some()
}

fn valid_up_to(bytes: &[u8]) -> usize {
    std::str::from_utf8(bytes).err().map_or(bytes.len(), |error| error.valid_up_to())
}

/// Whether what is not ASCII is UTF-8 too often for an accident.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 0 && good * 2 >= bad
}

/// UTF-8 with strays: what does not fit is taken for Windows-1252, as it nearly always is.
fn mended(bytes: &[u8]) -> Cow<'_, str> {
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        }
    }
    Cow::Owned(text)
}

/// What bytes look like that nothing true is said of.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(1 << 16)], true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

/// A text without the characters that no XML may hold; C1 controls are taken for Windows-1252, which they are.
fn without_controls<'a>(text: Cow<'a, str>, complaints: &mut Complaints) -> Cow<'a, str> {
    let bytes = text.as_bytes();
    let has_c0 =
        bytes.iter().fold(false, |seen, byte| seen | (*byte < 0x20 && !matches!(*byte, b'\t' | b'\n' | b'\r')));
    let has_c1 = memchr::memmem::find_iter(bytes, b"\xc2").any(|at| bytes.get(at + 1).is_some_and(|next| *next < 0xa0));
    if !has_c0 && !has_c1 {
        return text;
    }
    let mut clean = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        match letter {
            '\t' | '\n' | '\r' => clean.push(letter),
            letter if letter < ' ' => complaints.add(ComplaintKind::ControlCharacter, at, ""),
            '\u{80}'..='\u{9f}' => clean.extend(crate::xml::entities::character(letter.into())),
            letter => clean.push(letter),
        }
    }
    Cow::Owned(clean)
}
