//! Texts as the store keeps them: compressed, by contexts that each thread uses again and again.

use std::cell::RefCell;

use zstd::bulk::{Compressor, Decompressor};

/// Fast, and within a few per cent of what slower levels reach on texts of this size.
const LEVEL: i32 = 1;

/// No text that we keep unpacks to more: whatever claims so is damaged.
const LARGEST_BYTES: u64 = 64 << 20;

/// A compressed text. Made where there is time to, so that the one writer of the database never waits for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Packed(Box<[u8]>);

thread_local! {
    static COMPRESSOR: RefCell<Compressor<'static>> =
        RefCell::new(Compressor::new(LEVEL).expect("a level that zstd has"));
    static DECOMPRESSOR: RefCell<Decompressor<'static>> =
        RefCell::new(Decompressor::new().expect("fails only without memory"));
}

impl Packed {
    /// Packs a text.
    pub fn new(text: &str) -> Self {
        let packed = COMPRESSOR.with_borrow_mut(|it| it.compress(text.as_bytes()));
        // Boxed, since the buffer that it comes in is large enough for a text that cannot be compressed.
        Self(packed.expect("the buffer is as large as can be").into_boxed_slice())
    }

    /// The text again; `None` if the bytes are damaged.
    pub fn unpack(&self) -> Option<String> {
        unpack(&self.0)
    }

    /// Bytes that were kept.
    pub(crate) fn from_store(bytes: Vec<u8>) -> Self {
        Self(bytes.into_boxed_slice())
    }

    /// The bytes that are kept.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The text in packed bytes; `None` if they are damaged.
pub(crate) fn unpack(bytes: &[u8]) -> Option<String> {
    let size = zstd::zstd_safe::get_frame_content_size(bytes).ok()??;
    if size > LARGEST_BYTES {
        return None;
    }
    let size = usize::try_from(size).ok()?;
    let text = DECOMPRESSOR.with_borrow_mut(|it| it.decompress(bytes, size)).ok()?;
    String::from_utf8(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_as_they_were() {
        for text in ["", "a", "Ann – 測試 \0 end", &"<p>Open forms, again.</p>".repeat(9_000)] {
            assert_eq!(Packed::new(text).unpack().as_deref(), Some(text));
        }
        let long = "<p>Open forms, again.</p>".repeat(100);
        assert!(Packed::new(&long).bytes().len() < long.len() / 10);
    }

    #[test]
    fn damaged_bytes_are_seen() {
        let packed = Packed::new(&"Riverton ".repeat(50));
        assert_eq!(unpack(&packed.bytes()[..packed.bytes().len() - 4]), None);
        assert_eq!(unpack(b"not packed"), None);
        assert_eq!(unpack(b""), None);
        // A frame that claims 2^60 bytes.
        assert_eq!(unpack(&[0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0, 0, 0, 0, 0, 0, 0, 0x10, 1, 0, 0]), None);
    }
}
