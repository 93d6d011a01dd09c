//! P15: names are judged by the addresses that they lead to, and cannot change their mind.

use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use model::{Address, Outcome};
use net::{Client, FetchError, Names, Settings};

use crate::server::{Server, answer, body, get, ok, settings};

fn knowing(names: Names) -> Client {
    Client::new(Settings { names, ..settings() }).unwrap()
}

fn ips(all: &[&str]) -> Vec<IpAddr> {
    all.iter().map(|ip| ip.parse().unwrap()).collect()
}

#[tokio::test]
async fn a_name_is_judged_by_its_addresses() {
    let client = knowing(Names::new(|host| {
        Some(match host {
            "inside.example" => ips(&["10.0.0.1"]),
            "metadata.example" => ips(&["169.254.169.254", "fd00:ec2::254"]),
            "mapped.example" => ips(&["::ffff:10.0.0.1"]),
            "v6.example" => ips(&["::1", "fe80::1"]),
            _ => Vec::new(),
        })
    }));
    for host in ["inside.example", "metadata.example", "mapped.example", "v6.example", "inside.example."] {
        let got = get(&client, &Address::parse(&format!("https://{host}/")).unwrap()).await;
        assert_eq!(got, Err(FetchError::Private { host: host.trim_end_matches('.').to_owned() }));
    }
    let got = get(&client, &Address::parse("https://nobody.example/").unwrap()).await;
    assert_eq!(got, Err(FetchError::UnknownHost { host: "nobody.example".to_owned() }));
}

#[tokio::test]
async fn of_several_addresses_only_the_open_ones_are_tried() {
    let server = Server::answering(|_| ok(&[], b"open")).await;
    let client = knowing(Names::new(|_| Some(ips(&["10.0.0.1", "::1", "127.0.0.1"]))));
    assert_eq!(body(get(&client, &server.at("/")).await), "open");
}

#[tokio::test]
async fn a_name_that_changes_between_two_hops_is_judged_anew() {
    let server = Server::answering(|_| answer("302 Found", &["Location: /again"], b"")).await;
    let asked = AtomicUsize::new(0);
    let client = knowing(Names::new(move |_| {
        Some(if asked.fetch_add(1, Ordering::SeqCst) == 0 { ips(&["127.0.0.1"]) } else { ips(&["10.0.0.1"]) })
    }));
    let got = get(&client, &server.at("/")).await;
    assert!(matches!(got, Err(FetchError::Private { .. })), "{got:?}");
    assert_eq!(server.paths(), ["/"]);
}

#[tokio::test]
async fn localhost_is_this_machine_and_judged_like_it() {
    let server = Server::answering(|seen| ok(&[], seen.header("host").unwrap().as_bytes())).await;
    let open = Client::new(Settings { names: Names::default(), ..settings() }).unwrap();
    let closed = Client::new(Settings { pause: Duration::ZERO, ..Settings::default() }).unwrap();
    for host in ["localhost", "blog.localhost", "BLOG.LocalHost", "localhost."] {
        let address = server.named(host, "/");
        let named = host.to_lowercase();
        assert_eq!(body(get(&open, &address).await), format!("{}:{}", named.trim_end_matches('.'), server.port));
        let got = get(&closed, &address).await;
        assert_eq!(got.unwrap_err().outcome(), Outcome::Private, "{host}");
    }
    assert_eq!(server.seen().len(), 4, "nothing is sent to a closed address");
}

#[tokio::test]
async fn what_cannot_be_reached_is_said_in_words() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let address = Address::parse(&format!("http://localhost:{free}/")).unwrap();
    let got = get(&Client::new(settings()).unwrap(), &address).await.unwrap_err();
    assert_eq!(got.to_string(), "could not reach localhost: it refuses connections");
    let got = get(&Client::new(settings()).unwrap(), &Address::parse("http://127.0.0.1:22/").unwrap()).await;
    assert_eq!(got.unwrap_err().to_string(), "port 22 of 127.0.0.1 is not one of those that we ask");
}
