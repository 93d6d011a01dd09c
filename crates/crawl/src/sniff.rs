//! What some bytes are, if they are a picture: by their first bytes alone, whatever anybody says of their type.

use store::PictureKind;

/// A picture's kind, width and height in pixels. `None` for all that is no picture of the kinds that we keep.
///
/// SVG is none of them: it can hold scripts, styles and addresses.
pub(crate) fn sniff(bytes: &[u8]) -> Option<(PictureKind, u32, u32)> {
    let found = match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', _, _, _, _, b'I', b'H', b'D', b'R', rest @ ..] => {
            (PictureKind::Png, big(rest, 0)?, big(rest, 4)?)
        }
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', rest @ ..] => {
            (PictureKind::Gif, little(rest, 0, 2)?, little(rest, 2, 2)?)
        }
        [0xff, 0xd8, 0xff, ..] => {
            let (width, height) = jpeg(bytes)?;
            (PictureKind::Jpeg, width, height)
        }
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', rest @ ..] => {
            let (width, height) = webp(rest)?;
            (PictureKind::Webp, width, height)
        }
        [0, 0, 1, 0, rest @ ..] => {
            let (width, height) = ico(bytes, rest)?;
            (PictureKind::Ico, width, height)
        }
        _ => return None,
    };
    (found.1 > 0 && found.2 > 0).then_some(found)
}

fn big(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// A number of two or three bytes, the lowest first.
fn little(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    Some(bytes.get(at..at + length)?.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// ITU T.81: marker segments up to the frame header, which holds the size.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            // Fill bytes before a marker.
            0xff => at += 1,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let side = |from: usize| Some(u32::from(*bytes.get(from)?) << 8 | u32::from(*bytes.get(from + 1)?));
                return Some((side(at + 7)?, side(at + 5)?));
            }
            // Markers without a length never come before the frame.
            0x00..=0x01 | 0xd0..=0xd9 => return None,
            _ => {
                let length = usize::from(*bytes.get(at + 2)?) << 8 | usize::from(*bytes.get(at + 3)?);
                at += 2 + length.max(2);
            }
        }
    }
}

/// RFC 9649: the first chunk holds the size, in one of three ways.
fn webp(chunks: &[u8]) -> Option<(u32, u32)> {
    match chunks.get(..4)? {
        b"VP8X" => Some((little(chunks, 12, 3)? + 1, little(chunks, 15, 3)? + 1)),
        b"VP8 " if chunks.get(11..14)? == [0x9d, 0x01, 0x2a] => {
            Some((little(chunks, 14, 2)? & 0x3fff, little(chunks, 16, 2)? & 0x3fff))
        }
        b"VP8L" if *chunks.get(8)? == 0x2f => {
            let (low, high) = (little(chunks, 9, 2)?, little(chunks, 11, 2)?);
            Some(((low & 0x3fff) + 1, ((high << 2 | low >> 14) & 0x3fff) + 1))
        }
        _ => None,
    }
}

/// The largest picture of a Windows icon; each must lie within the file.
fn ico(file: &[u8], rest: &[u8]) -> Option<(u32, u32)> {
    let count = usize::try_from(little(rest, 0, 2)?).ok()?;
    let entries = rest.get(2..2 + count * 16)?;
    let whole = |side: u8| if side == 0 { 256 } else { u32::from(side) };
    let mut largest = None;
    for entry in entries.chunks(16) {
        let (low, high) = (little(entry, 8, 3)?, u32::from(entry[11]));
        let length = usize::try_from(high << 24 | low).ok()?;
        let start = usize::try_from(u32::from(entry[15]) << 24 | little(entry, 12, 3)?).ok()?;
        file.get(start..start.checked_add(length)?)?;
        largest = largest.max(Some((whole(entry[0]), whole(entry[1]))));
    }
    largest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hex(written: &str) -> Vec<u8> {
        let digits: Vec<u8> = written.bytes().filter(|digit| !digit.is_ascii_whitespace()).collect();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.chunks(2).map(byte).collect()
    }

    #[track_caller]
    fn check(written: &str, meant: Option<(PictureKind, u32, u32)>) {
        assert_eq!(sniff(&hex(written)), meant, "{written}");
    }

    const PNG: &str = "89504e470d0a1a0a 0000000d 49484452 00000320 00000258 08020000 00";
    const GIF: &str = "474946383961 2c01 c800 f70000";
    const JPEG: &str = "ffd8 ffe0 0010 4a46494600010101004800480000 ffff db 0004 0000 ffc2 0011 08 0258 0320 03";
    const EXTENDED: &str = "52494646 00000000 57454250 56503858 0a000000 10 000000 1f0300 570200";
    const LOSSY: &str = "52494646 00000000 57454250 56503820 00000000 300100 9d012a 2003 5802";
    const LOSSLESS: &str = "52494646 00000000 57454250 5650384c 00000000 2f 1fc39500";
    const ICO: &str = "0000 0100 0200 10100000 01002000 04000000 26000000 20200000 01002000 04000000 26000000 00000000";

    #[test]
    fn pictures_are_known_by_their_first_bytes() {
        check(PNG, Some((PictureKind::Png, 800, 600)));
        check(GIF, Some((PictureKind::Gif, 300, 200)));
        check(JPEG, Some((PictureKind::Jpeg, 800, 600)));
        check(EXTENDED, Some((PictureKind::Webp, 800, 600)));
        check(LOSSY, Some((PictureKind::Webp, 800, 600)));
        check(LOSSLESS, Some((PictureKind::Webp, 800, 600)));
        check(ICO, Some((PictureKind::Ico, 32, 32)));
    }

    #[test]
    fn nothing_else_is_a_picture() {
        let texts = [
            "<svg xmlns='http://www.w3.org/2000/svg'/>",
            "<!doctype html><p>",
            "GIF",
            "\u{feff}GIF89a",
            "%PDF-1.7",
            "",
        ];
        for text in texts {
            assert_eq!(sniff(text.as_bytes()), None, "{text}");
        }
        for whole in [PNG, GIF, JPEG, EXTENDED, LOSSY, LOSSLESS, ICO] {
            let bytes = hex(whole);
            for end in 0..bytes.len().min(10) {
                assert_eq!(sniff(&bytes[..end]), None, "{whole} cut at {end}");
            }
        }
        check("89504e470d0a1a0a 0000000d 49484452 00000000 00000258", None);
        check("ffd8 ffd9", None);
        check("0000 0100 0000", None);
        check("0000 0100 0100 10100000 01002000 ff000000 16000000", None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_at_without_a_panic(
            start in prop::sample::select(vec![PNG, GIF, JPEG, EXTENDED, LOSSY, LOSSLESS, ICO]),
            keep in 0..60_usize,
            rest in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let mut bytes = hex(start);
            bytes.truncate(keep);
            bytes.extend(rest);
            sniff(&bytes);
        }
    }
}
