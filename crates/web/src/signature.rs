//! Whether a hub signed what it sent: `X-Hub-Signature` (WebSub §8), compared in constant time.

use ring::hmac;

/// Whether `signed` (`sha256=…`) is the signature of `body` with `secret`. Nothing is signed with an empty secret.
pub(crate) fn is_right(signed: &str, secret: &str, body: &[u8]) -> bool {
    let Some((method, written)) = signed.trim().split_once('=') else { return false };
    let algorithm = match method.to_ascii_lowercase().as_str() {
        // Weak as a hash, not as a signature of this kind; and still the commonest among hubs.
        "sha1" => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        "sha256" => hmac::HMAC_SHA256,
        "sha384" => hmac::HMAC_SHA384,
        "sha512" => hmac::HMAC_SHA512,
        _ => return false,
    };
    let Some(tag) = bytes(written) else { return false };
    !secret.is_empty() && hmac::verify(&hmac::Key::new(algorithm, secret.as_bytes()), body, &tag).is_ok()
}

/// Hex digits as bytes.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    const LONGEST: usize = 2 * 64;
    if hex.len() > LONGEST || !hex.len().is_multiple_of(2) || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"what do ya want for nothing?";

    #[track_caller]
    fn check(signed: &str, right: bool) {
        assert_eq!(is_right(signed, "Jefe", BODY), right, "{signed}");
    }

    // The second case of RFC 2202 and RFC 4231.
    const SHA1: &str = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
    const SHA256: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const SHA384: &str =
        "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649";
    const SHA512: &str = "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd\
                          caeab1a34d4a6b4b636e070a38bce737";

    #[test]
    fn every_method_of_the_recommendation() {
        check(&format!("sha1={SHA1}"), true);
        check(&format!("sha256={SHA256}"), true);
        check(&format!("sha384={SHA384}"), true);
        check(&format!("sha512={SHA512}"), true);
        check(&format!("SHA256={}", SHA256.to_uppercase()), true);
    }

    #[test]
    fn what_is_not_signed_with_the_secret_is_wrong() {
        for wrong in ["", "sha256", "sha256=", "sha256=00", "md5=00", "=", SHA256, "sha256=é"] {
            check(wrong, false);
        }
        check(&format!("sha1={SHA256}"), false);
        check(&format!("sha256={}", &SHA256[..62]), false);
        check(&format!("sha256={}0", &SHA256[..63]), false);
        assert!(!is_right(&format!("sha256={SHA256}"), "jefe", BODY));
        assert!(!is_right(&format!("sha256={SHA256}"), "Jefe", b"something else"));
        assert!(!is_right("sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad", "", b""));
    }
}
