//! Numbers as bytes: small ones take one.

use crate::index::error::Damage;

const TOO_SHORT: Damage = Damage("ends in the middle of a number");

/// Appends a number, seven bits a byte, the least first.
pub(crate) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Takes a number off the front.
#[inline]
pub(crate) fn take_number(bytes: &mut &[u8]) -> Result<u64, Damage> {
    let (first, rest) = bytes.split_first().ok_or(TOO_SHORT)?;
    *bytes = rest;
    if *first < 0x80 {
        return Ok(u64::from(*first));
    }
    let mut number = u64::from(first & 0x7F);
    for at in 1..10 {
        let (next, rest) = bytes.split_first().ok_or(TOO_SHORT)?;
        *bytes = rest;
        number |= u64::from(next & 0x7F) << (7 * at);
        if *next < 0x80 {
            return Ok(number);
        }
    }
    Err(Damage("has a number that never ends"))
}

/// Takes a number of this size off the front.
pub(crate) fn take_small<T: TryFrom<u64>>(bytes: &mut &[u8]) -> Result<T, Damage> {
    T::try_from(take_number(bytes)?).map_err(|_| Damage("has a number that is too large"))
}

/// Takes so many bytes off the front.
pub(crate) fn take_bytes<'b>(bytes: &mut &'b [u8], many: usize) -> Result<&'b [u8], Damage> {
    let (taken, rest) = bytes.split_at_checked(many).ok_or(TOO_SHORT)?;
    *bytes = rest;
    Ok(taken)
}

/// Numbers of a fixed width, one after the other.
pub(crate) trait Fixed: Copy {
    /// Appends it.
    fn put(self, out: &mut Vec<u8>);
    /// Reads all that are there.
    fn all(bytes: &[u8]) -> Vec<Self>;
}

macro_rules! fixed {
    ($($number:ty, $width:literal;)*) => {$(
        impl Fixed for $number {
            fn put(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn all(bytes: &[u8]) -> Vec<Self> {
                bytes.as_chunks::<$width>().0.iter().map(|bytes| Self::from_le_bytes(*bytes)).collect()
            }
        }
    )*};
}

fixed! { u16, 2; u32, 4; u64, 8; i64, 8; f64, 8; }

/// Numbers of a fixed width as bytes.
pub(crate) fn written<T: Fixed>(numbers: &[T]) -> Vec<u8> {
    let mut out = Vec::with_capacity(size_of_val(numbers));
    numbers.iter().for_each(|number| number.put(&mut out));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_number_comes_back(number in proptest::num::u64::ANY, small in 0_u64..300) {
            for number in [number, small] {
                let mut out = Vec::new();
                put_number(&mut out, number);
                let mut rest = &out[..];
                proptest::prop_assert_eq!(take_number(&mut rest), Ok(number));
                proptest::prop_assert!(rest.is_empty());
                proptest::prop_assert!(take_number(&mut &out[..out.len() - 1]).is_err());
            }
        }

        #[test]
        fn any_bytes_are_numbers_or_damaged(bytes in proptest::collection::vec(0_u8.., 0..30)) {
            let mut rest = &bytes[..];
            while !rest.is_empty() && take_number(&mut rest).is_ok() {}
            let numbers: Vec<u32> = Fixed::all(&bytes);
            proptest::prop_assert_eq!(&written(&numbers)[..], &bytes[..numbers.len() * 4]);
        }
    }
}
