//! Undoes `Content-Encoding` as the bytes come in, and stops at a limit.

use std::io::{self, ErrorKind, Write};

use brotli_decompressor::{BrotliDecoderParameter, DecompressorWriter};
use flate2::write::{DeflateDecoder, GzDecoder, ZlibDecoder};
use zstd::stream::raw::{DParameter, Decoder as ZstdDecoder, InBuffer, Operation, OutBuffer};

/// What we say that we can undo, the dearest to undo last.
pub(crate) const ACCEPTED: &str = "gzip, zstd, br, deflate";

/// How a body is packed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Packing {
    /// What a `Content-Encoding` names; `None` for what we did not ask for.
    pub(crate) fn named(written: &str) -> Option<Self> {
        match written.trim().to_ascii_lowercase().as_str() {
            // An encoding of characters is not one of contents, but some servers name it here.
            "" | "identity" | "none" | "utf-8" | "utf8" => Some(Self::Plain),
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "deflate" => Some(Self::Deflate),
            "br" => Some(Self::Brotli),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    /// What the first bytes show it to be, where that differs from what was named: files kept packed and served
    /// without a word, and packing that was named but not done.
    fn seen(self, start: &[u8]) -> Self {
        match (self, start) {
            (Self::Plain, [0x1f, 0x8b, 0x08, ..]) => Self::Gzip,
            (Self::Gzip, [0x1f, ..]) => Self::Gzip,
            // RFC 8878 §3.1: the first byte of a frame's magic number, or of one to be skipped.
            (Self::Zstd, [0x28 | 0x50..=0x5f, ..]) => Self::Zstd,
            (Self::Gzip | Self::Zstd, _) => Self::Plain,
            _ => self,
        }
    }
}

/// Why unpacking stopped.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// There is more than we take.
    Full,
    /// It is not what it is named, or it is cut off.
    Broken(&'static str),
}

impl From<io::Error> for Stopped {
    fn from(why: io::Error) -> Self {
        match why.kind() {
            ErrorKind::StorageFull => Self::Full,
            ErrorKind::UnexpectedEof => CUT_OFF,
            _ => Self::Broken("its packing is damaged"),
        }
    }
}

const CUT_OFF: Stopped = Stopped::Broken("it is cut off");

/// The unpacked bytes, up to a limit.
struct Room {
    bytes: Vec<u8>,
    limit: usize,
}

impl Write for Room {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if more.len() > self.limit - self.bytes.len() {
            return Err(ErrorKind::StorageFull.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Takes packed bytes in pieces and gives the whole unpacked.
pub(crate) struct Unpacker(Stage);

enum Stage {
    /// Too few bytes have come to see what they are.
    Start {
        named: Packing,
        start: Vec<u8>,
        room: Room,
    },
    Plain(Room),
    Gzip(GzDecoder<Room>),
    /// After the last member of a gzip file. What follows it is padding.
    Over(Room),
    Zlib(ZlibDecoder<Room>),
    Deflate(DeflateDecoder<Room>),
    Brotli(Box<DecompressorWriter<Room>>),
    Zstd(Box<Zstd>),
}

/// How many bytes it takes to tell packings apart.
const TELLING: usize = 3;

impl Unpacker {
    /// `expected` bytes will come, as far as is known; at most `limit` are unpacked.
    pub(crate) fn new(named: Packing, expected: usize, limit: usize) -> Self {
        const MOST_AT_ONCE: usize = 256 << 10;
        let bytes = Vec::with_capacity(expected.min(limit).min(MOST_AT_ONCE));
        Self(Stage::Start { named, start: Vec::new(), room: Room { bytes, limit } })
    }

    pub(crate) fn take(self, more: &[u8]) -> Result<Self, Stopped> {
        Ok(Self(self.0.take(more)?))
    }

    /// The whole body, if this is its end.
    pub(crate) fn finish(self) -> Result<Vec<u8>, Stopped> {
        let room = match self.0 {
            Stage::Start { start, mut room, .. } if start.is_empty() => {
                room.bytes.clear();
                room
            }
            Stage::Start { named, start, room } => return Self(Stage::open(named, &start, room)?).finish(),
            Stage::Plain(room) | Stage::Over(room) => room,
            Stage::Gzip(decoder) => decoder.finish()?,
            Stage::Zlib(decoder) => decoder.finish()?,
            Stage::Deflate(decoder) => decoder.finish()?,
            Stage::Brotli(mut decoder) => {
                decoder.close()?;
                decoder.into_inner().map_err(|_| CUT_OFF)?
            }
            Stage::Zstd(decoder) if decoder.is_whole => decoder.room,
            Stage::Zstd(_) => return Err(CUT_OFF),
        };
        Ok(room.bytes)
    }
}

impl Stage {
    fn take(self, more: &[u8]) -> Result<Self, Stopped> {
        Ok(match self {
            Self::Start { named, mut start, room } => {
                start.extend_from_slice(more);
                if start.len() < TELLING {
                    return Ok(Self::Start { named, start, room });
                }
                Self::open(named, &start, room)?
            }
            Self::Plain(mut room) => {
                room.write_all(more)?;
                Self::Plain(room)
            }
            Self::Gzip(decoder) => gunzip(decoder, more)?,
            Self::Over(room) => Self::Over(room),
            Self::Zlib(mut decoder) => {
                write_until_end(&mut decoder, more)?;
                Self::Zlib(decoder)
            }
            Self::Deflate(mut decoder) => {
                write_until_end(&mut decoder, more)?;
                Self::Deflate(decoder)
            }
            Self::Brotli(mut decoder) => {
                decoder.write_all(more)?;
                Self::Brotli(decoder)
            }
            Self::Zstd(mut decoder) => {
                decoder.take(more)?;
                Self::Zstd(decoder)
            }
        })
    }

    /// The stage for bytes that start so, after those bytes.
    fn open(named: Packing, start: &[u8], room: Room) -> Result<Self, Stopped> {
        let stage = match named.seen(start) {
            Packing::Plain => Self::Plain(room),
            Packing::Gzip => Self::Gzip(GzDecoder::new(room)),
            // RFC 9110 §8.4.1.2 means zlib's format; some servers send what is inside it.
            Packing::Deflate if has_zlib_header(start) => Self::Zlib(ZlibDecoder::new(room)),
            Packing::Deflate => Self::Deflate(DeflateDecoder::new(room)),
            Packing::Brotli => {
                const BUFFER: usize = 16 << 10;
                let mut decoder = DecompressorWriter::new(room, BUFFER);
                // RFC 7932 ends at windows of 16 MiB; the larger ones would let a stranger choose our memory.
                decoder.set_parameter(BrotliDecoderParameter::BROTLI_DECODER_PARAM_LARGE_WINDOW, 0);
                Self::Brotli(Box::new(decoder))
            }
            Packing::Zstd => Self::Zstd(Box::new(Zstd::new(room)?)),
        };
        stage.take(start)
    }
}

/// RFC 1950 §2.2: the method is 8 and the first two bytes are a multiple of 31.
fn has_zlib_header(start: &[u8]) -> bool {
    matches!(start, [method, flags, ..] if method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0)
}

/// RFC 1952 §2.2: a file is members one after another.
fn gunzip(mut decoder: GzDecoder<Room>, mut more: &[u8]) -> Result<Stage, Stopped> {
    while !more.is_empty() {
        match decoder.write(more)? {
            0 => {
                let room = decoder.finish()?;
                if more[0] != 0x1f {
                    return Ok(Stage::Over(room));
                }
                decoder = GzDecoder::new(room);
            }
            taken => more = &more[taken..],
        }
    }
    Ok(Stage::Gzip(decoder))
}

/// Writes until all is taken or the packed stream has ended; what follows its end is padding.
fn write_until_end(decoder: &mut impl Write, mut more: &[u8]) -> io::Result<()> {
    while !more.is_empty() {
        match decoder.write(more)? {
            0 => return Ok(()),
            taken => more = &more[taken..],
        }
    }
    Ok(())
}

struct Zstd {
    decoder: ZstdDecoder<'static>,
    piece: Vec<u8>,
    room: Room,
    is_whole: bool,
}

impl Zstd {
    fn new(room: Room) -> Result<Self, Stopped> {
        let mut decoder = ZstdDecoder::new()?;
        // RFC 9659: on the web windows are 8 MiB at most.
        decoder.set_parameter(DParameter::WindowLogMax(23))?;
        Ok(Self { decoder, piece: vec![0; 32 << 10], room, is_whole: false })
    }

    fn take(&mut self, more: &[u8]) -> io::Result<()> {
        let mut packed = InBuffer::around(more);
        loop {
            let mut out = OutBuffer::around(self.piece.as_mut_slice());
            self.is_whole = self.decoder.run(&mut packed, &mut out)? == 0;
            let written = out.as_slice();
            let may_have_more = written.len() == out.capacity();
            self.room.write_all(written)?;
            if packed.pos() == more.len() && !may_have_more {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use proptest::prelude::*;

    use super::*;

    const TEXT: &[u8] = b"<rss><channel><title>What Riverton writes, and writes, and writes</title></channel></rss>";

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn deflate(text: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(text: &[u8]) -> Vec<u8> {
        zstd::encode_all(text, 3).unwrap()
    }

    fn brotli(text: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        let quick = brotli::enc::BrotliEncoderParams { quality: 2, lgwin: 16, ..Default::default() };
        brotli::BrotliCompress(&mut &text[..], &mut packed, &quick).unwrap();
        packed
    }

    fn unpack(named: &str, packed: &[u8], piece: usize, limit: usize) -> Result<Vec<u8>, Stopped> {
        let mut unpacker = Unpacker::new(Packing::named(named).unwrap(), 0, limit);
        for piece in packed.chunks(piece) {
            unpacker = unpacker.take(piece)?;
        }
        unpacker.finish()
    }

    #[track_caller]
    fn check(named: &str, packed: &[u8]) {
        for piece in [1, 2, 3, 7, 1 << 20] {
            assert_eq!(unpack(named, packed, piece, 1 << 20).as_deref(), Ok(TEXT), "{named} in pieces of {piece}");
        }
        assert_eq!(unpack(named, packed, 5, TEXT.len()).as_deref(), Ok(TEXT), "{named}, just fits");
        assert_eq!(unpack(named, packed, 5, TEXT.len() - 1), Err(Stopped::Full), "{named}, one too many");
    }

    #[test]
    fn bodies_are_unpacked_as_they_are_named() {
        check("", TEXT);
        check("identity", TEXT);
        check("gzip", &gzip(TEXT));
        check("X-GZIP", &gzip(TEXT));
        check("deflate", &zlib(TEXT));
        check("deflate", &deflate(TEXT));
        check("zstd", &zstd(TEXT));
        check("br", &brotli(TEXT));
    }

    #[test]
    fn bodies_are_unpacked_as_they_are() {
        check("", &gzip(TEXT));
        check("gzip", TEXT);
        check("zstd", TEXT);
        check("utf-8", TEXT);
        check("gzip", &[gzip(&TEXT[..20]), gzip(&TEXT[20..])].concat());
        check("zstd", &[zstd(&TEXT[..20]), zstd(&TEXT[20..])].concat());
        check("gzip", &[gzip(TEXT), b"\0\0\0\0".to_vec()].concat());
        for named in ["", "gzip", "deflate", "br", "zstd"] {
            assert_eq!(unpack(named, b"", 1, 10).as_deref(), Ok(&b""[..]), "an empty body, {named}");
        }
    }

    #[test]
    fn what_was_not_asked_for_is_not_guessed_at() {
        for named in ["compress", "gzip, br", "exi", "dcb"] {
            assert_eq!(Packing::named(named), None, "{named}");
        }
    }

    #[test]
    fn a_body_that_is_cut_off_anywhere_is_never_taken_for_whole() {
        for (named, packed) in
            [("gzip", gzip(TEXT)), ("deflate", zlib(TEXT)), ("zstd", zstd(TEXT)), ("br", brotli(TEXT))]
        {
            for end in 3..packed.len() {
                let got = unpack(named, &packed[..end], 1 << 20, 1 << 20);
                assert!(matches!(got, Err(Stopped::Broken(_))), "{named} cut at {end} gave {got:?}");
            }
        }
    }

    #[test]
    fn a_damaged_body_is_said_to_be() {
        let mut packed = gzip(TEXT);
        let end = packed.len();
        packed[end - 6] ^= 1;
        assert!(matches!(unpack("gzip", &packed, 9, 1 << 20), Err(Stopped::Broken(_))));
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let zeros = vec![0; 16 << 20];
        for (named, packed) in
            [("gzip", gzip(&zeros)), ("deflate", zlib(&zeros)), ("zstd", zstd(&zeros)), ("br", brotli(&zeros))]
        {
            assert_eq!(unpack(named, &packed, 1 << 16, 1 << 20), Err(Stopped::Full), "{named}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_stay_within_the_limit(
            named in proptest::sample::select(vec!["", "gzip", "deflate", "br", "zstd"]),
            bytes in proptest::collection::vec(any::<u8>(), 0..400),
            cut in 0..100_usize,
        ) {
            let packed = match named {
                "gzip" => [&gzip(TEXT)[..cut.min(60)], &bytes].concat(),
                "br" => [&brotli(TEXT)[..cut.min(40)], &bytes].concat(),
                _ => bytes,
            };
            if let Ok(got) = unpack(named, &packed, 13, 1_000) {
                prop_assert!(got.len() <= 1_000);
            }
        }

        #[test]
        fn what_is_packed_comes_out_the_same(text in proptest::collection::vec(any::<u8>(), 3..2_000), piece in 1..500_usize) {
            prop_assert_eq!(&unpack("gzip", &gzip(&text), piece, 1 << 20).unwrap(), &text);
            prop_assert_eq!(&unpack("deflate", &zlib(&text), piece, 1 << 20).unwrap(), &text);
            prop_assert_eq!(&unpack("zstd", &zstd(&text), piece, 1 << 20).unwrap(), &text);
            prop_assert_eq!(&unpack("br", &brotli(&text), piece, 1 << 20).unwrap(), &text);
        }
    }
}
