//! Bytes looked at in blocks, for the two loops that see every letter of a post.

/// How many bytes are looked at together.
const BLOCK: usize = 32;

/// The length of the beginning of `bytes`, in whole blocks, in which no byte is `special`.
///
/// The test is made for every byte of a block without a branch, so that the compiler can do many at once.
#[inline]
pub(crate) fn plain_prefix(bytes: &[u8], special: impl Fn(u8) -> bool) -> usize {
    let mut length = 0;
    for block in bytes.chunks_exact(BLOCK) {
        if block.iter().fold(false, |found, byte| found | special(*byte)) {
            break;
        }
        length += BLOCK;
    }
    length
}

/// Like [`plain_prefix`], where two spaces in a row are special too.
#[inline]
pub(crate) fn plain_words_prefix(bytes: &[u8], special: impl Fn(u8) -> bool) -> usize {
    let mut length = 0;
    while let Some(block) = bytes.get(length..length + BLOCK + 1) {
        let pairs = block.iter().zip(&block[1..]);
        if pairs.fold(false, |found, (byte, next)| found | special(*byte) | ((*byte == b' ') & (*next == b' '))) {
            break;
        }
        length += BLOCK;
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_blocks_without_anything_special() {
        let text = "a ".repeat(50);
        assert_eq!(plain_prefix(text.as_bytes(), |byte| byte == b'<'), 96);
        assert_eq!(plain_prefix(format!("{text}<").repeat(2).as_bytes(), |byte| byte == b'<'), 96);
        assert_eq!(plain_prefix(b"<", |byte| byte == b'<'), 0);
        assert_eq!(plain_words_prefix(text.as_bytes(), |byte| byte == b'<'), 96);
        assert_eq!(plain_words_prefix(format!("{}  b", "a".repeat(62)).as_bytes(), |_| false), 32);
        assert_eq!(plain_words_prefix("a".repeat(32).as_bytes(), |_| false), 0);
    }
}
