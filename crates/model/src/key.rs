//! Keys: short marks by which things are known again without being kept.

use ring::digest::{Context, Digest, SHA256, digest};

/// The key of some bytes: 32 hex digits, the same for the same bytes for ever.
pub fn key_of_bytes(bytes: &[u8]) -> String {
    written(&digest(&SHA256, bytes))
}

/// The key of some texts in their order.
pub fn key(parts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut whole = Context::new(&SHA256);
    for part in parts {
        whole.update(part.as_ref().as_bytes());
        whole.update(&[0]);
    }
    written(&whole.finish())
}

fn written(hash: &Digest) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut key = String::with_capacity(32);
    for byte in &hash.as_ref()[..16] {
        key.push(char::from(DIGITS[usize::from(byte >> 4)]));
        key.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_text_ends_counts() {
        assert_eq!(key(["a", "b"]), key_of_bytes(b"a\0b\0"));
        assert_ne!(key(["ab"]), key(["a", "b"]));
        assert_eq!(key_of_bytes(b""), "e3b0c44298fc1c149afbf4c8996fb924");
    }
}
