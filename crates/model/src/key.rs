//! Keys: short marks by which things are known again without being kept.

use sha2::{Digest, Sha256};

/// The key of some bytes: 32 hex digits, the same for the same bytes for ever.
pub fn key_of_bytes(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let half = &Sha256::digest(bytes)[..16];
    half.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from(DIGITS[usize::from(half)])).collect()
}

/// The key of some texts in their order.
pub fn key(parts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut whole = Vec::new();
    for part in parts {
        whole.extend_from_slice(part.as_ref().as_bytes());
        whole.push(0);
    }
    key_of_bytes(&whole)
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
