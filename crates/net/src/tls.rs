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

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use model::Address;
    use rustls::ServerConfig;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::*;
    use crate::{Accept, Answer, Ask, Client, FetchError, Names, Settings, Validators};

    const AUTHORITY: &[u8] = include_bytes!("../tests/data/authority.der");
    const KEY: &[u8] = include_bytes!("../tests/data/key.der");
    const GOOD: &[u8] = include_bytes!("../tests/data/good.der");
    const EXPIRED: &[u8] = include_bytes!("../tests/data/expired.der");
    const EARLY: &[u8] = include_bytes!("../tests/data/early.der");

    /// A server on the loopback interface that shows this certificate.
    async fn showing(certificate: &'static [u8]) -> u16 {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(KEY));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(certificate)], key)
            .unwrap();
        let (acceptor, listener) =
            (TlsAcceptor::from(Arc::new(config)), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let _ = stream.read(&mut [0; 4_096]).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>").await;
                let _ = stream.shutdown().await;
            }
        });
        port
    }

    async fn ask(tls: Tls, host: &str, certificate: &'static [u8]) -> Result<Answer, FetchError> {
        let settings = Settings {
            allow: vec!["127.0.0.0/8".parse().unwrap()],
            names: Names::new(|_| Some(vec![IpAddr::from([127, 0, 0, 1])])),
            ..Settings::default()
        };
        let client = Client::with_tls(settings, tls).unwrap();
        let address = Address::parse(&format!("https://{host}:{}/", showing(certificate).await)).unwrap();
        let validators = Validators::default();
        let ask = Ask { address: &address, validators: &validators, accept: Accept::Feed };
        client.ask(&ask).await.map(|reply| reply.answer)
    }

    fn knowing_the_authority() -> Tls {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(AUTHORITY)).unwrap();
        Tls::trusting(roots)
    }

    #[track_caller]
    fn check(got: Result<Answer, FetchError>, meant: &str) {
        match got {
            Err(FetchError::BrokenTls { why, .. }) => assert_eq!(why, meant),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_good_certificate_is_trusted() {
        let got = ask(knowing_the_authority(), "riverton.example", GOOD).await;
        assert!(matches!(got, Ok(Answer::Body(body)) if body.bytes == b"<rss/>"));
    }

    #[tokio::test]
    async fn a_bad_certificate_is_said_to_be_in_words() {
        let known = knowing_the_authority;
        check(ask(known(), "riverton.example", EXPIRED).await, "its certificate has expired");
        check(ask(known(), "riverton.example", EARLY).await, "its certificate is not valid yet");
        check(ask(known(), "harbour.example", GOOD).await, "its certificate is for another name");
        check(ask(known(), "127.0.0.1", GOOD).await, "its certificate is for another name");
        let unknown = "its certificate is from nobody we know: self-signed, or sent without the certificates between";
        check(ask(Tls::default(), "riverton.example", GOOD).await, unknown);
    }

    #[test]
    fn the_public_authorities_are_built_in() {
        assert!(authorities().len() > 100);
    }
}
