//! Bytes looked at in blocks, for the loop that sees every letter of a post.

/// How many bytes are looked at together.
pub(crate) const AT_ONCE: usize = 32;

/// The length of the beginning of `bytes` in which no byte is `special`: all of it, or some whole blocks. Two spaces in a
/// row, one at the very end, and one before a line end are special too.
///
/// The test is made for every byte of a block; write it without a branch (`|` for `||`), so that the compiler can do
/// many at once.
#[inline]
pub(crate) fn plain_words_prefix(bytes: &[u8], special: impl Fn(u8) -> bool) -> usize {
    let mut length = 0;
    while length < bytes.len() {
        let block = &bytes[length..bytes.len().min(length + AT_ONCE)];
        let after = bytes.get(length + block.len()).copied().unwrap_or(b' ');
        let pairs = block.iter().zip(&block[1..]);
        let found = pairs.fold(false, |found, (byte, next)| found | ((*byte == b' ') & (*next == b' ')));
        let ends_in_space = (block[block.len() - 1] == b' ') & (after <= b' ');
        if found | ends_in_space | block.iter().fold(false, |found, byte| found | special(*byte)) {
            break;
        }
        length += block.len();
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_blocks_without_anything_special() {
        let text = "a ".repeat(50);
        let is_less = |byte| byte == b'<';
        assert_eq!(plain_words_prefix(b"<", is_less), 0);
        assert_eq!(plain_words_prefix(text.as_bytes(), is_less), 96);
        assert_eq!(plain_words_prefix(text.trim_end().as_bytes(), is_less), 99);
        assert_eq!(plain_words_prefix(format!("{}  b", "a".repeat(62)).as_bytes(), is_less), 32);
        assert_eq!(plain_words_prefix(format!("{} ", "a".repeat(31)).as_bytes(), is_less), 0);
        assert_eq!(plain_words_prefix(format!("{} \na", "a".repeat(31)).as_bytes(), is_less), 0);
        assert_eq!(plain_words_prefix(b"", is_less), 0);
    }
}
