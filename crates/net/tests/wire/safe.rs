//! Safe connections that fail, and why.

use net::FetchError;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::server::{client, get};

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_said_not_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let address = model::Address::parse(&format!("https://riverton.example:{port}/")).unwrap();
    let got = get(&client(), &address).await;
    let why = "it does not speak TLS on this port".to_owned();
    assert_eq!(got, Err(FetchError::BrokenTls { host: "riverton.example".to_owned(), why }));
}
