//! Keys: short marks by which things are known again without being kept.

use sha2::{Digest, Sha256};

/// The key of some bytes: 32 hex digits, the same for the same bytes for ever.
pub fn key_of_bytes(bytes: &[u8]) -> String {
    written(Sha256::new_with_prefix(bytes))
}

/// The key of some texts in their order.
pub fn key(parts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut whole = Sha256::new();
    for part in parts {
        whole.update(part.as_ref());
        whole.update([0]);
    }
    written(whole)
}

fn written(hash: Sha256) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let half = &hash.finalize()[..16];
    half.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from(DIGITS[usize::from(half)])).collect()
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
