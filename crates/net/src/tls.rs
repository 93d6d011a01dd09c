//! Safe connections: whom we trust, and what is wrong when we do not.

use std::sync::{Arc, OnceLock};

use rustls::crypto::ring;
use rustls::{CertificateError, ClientConfig, Error, RootCertStore};
use tokio_rustls::TlsConnector;

/// Makes the connector when the first safe connection is wanted: reading every authority costs time and memory.
#[derive(Default)]
pub(crate) struct Tls(OnceLock<TlsConnector>);

impl Tls {
    pub(crate) fn connector(&self) -> &TlsConnector {
        self.0.get_or_init(|| trusting(authorities()))
    }

    #[cfg(test)]
    pub(crate) fn trusting(roots: RootCertStore) -> Self {
        Self(trusting(roots).into())
    }
}

fn trusting(roots: RootCertStore) -> TlsConnector {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring speaks the default versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    TlsConnector::from(Arc::new(config))
}

/// Mozilla's list, which is built in so that no system needs one, and the system's own, for an intranet's authority.
fn authorities() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

/// What is wrong, for somebody who may have to tell the owner of the site.
pub(crate) fn words(error: &Error) -> String {
    use CertificateError as Bad;
    let words = match error {
        Error::InvalidCertificate(Bad::Expired | Bad::ExpiredContext { .. }) => "its certificate has expired",
        Error::InvalidCertificate(Bad::NotValidYet | Bad::NotValidYetContext { .. }) => {
            "its certificate is not valid yet"
        }
        Error::InvalidCertificate(Bad::UnknownIssuer) => {
            "its certificate is from nobody we know: self-signed, or sent without the certificates between"
        }
        Error::InvalidCertificate(Bad::NotValidForName | Bad::NotValidForNameContext { .. }) => {
            "its certificate is for another name"
        }
        Error::InvalidCertificate(Bad::Revoked) => "its certificate has been revoked",
        Error::InvalidCertificate(Bad::BadSignature) => "the signature on its certificate is wrong",
        Error::InvalidCertificate(_) => return format!("its certificate is not usable ({error})"),
        Error::NoCertificatesPresented => "it shows no certificate",
        Error::InvalidMessage(_) | Error::InappropriateMessage { .. } => "it does not speak TLS on this port",
        Error::PeerIncompatible(_) => "it only speaks TLS that is too old to be safe",
        Error::AlertReceived(alert) => return format!("it refuses our TLS ({alert:?})"),
        other => return other.to_string(),
    };
    words.to_owned()
}
