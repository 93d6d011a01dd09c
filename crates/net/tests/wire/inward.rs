//! P15 from outside: however an address of this machine or its neighbours is written, the listener that stands there
//! is never reached.
//!
//! The listener is real, and its port is on the list of open ones, so that nothing but the judgement of the address
//! stands before it.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use model::{Address, Outcome};
use net::{Client, FetchError, Names, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::server::{answer, body, get};

/// Hosts that are this machine, a neighbour, a cloud's own service, or nobody, as an attacker writes them.
const INWARD: [&str; 104] = [
    // This machine.
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.000.000.001",
    "2130706433",
    "2130706433.",
    "0x7f000001",
    "0x7F.1",
    "0x7f.0x0.0x0.0x1",
    "0x7f.0.0x0.01",
    "0X7F000001",
    "017700000001",
    "0177.0.0.1",
    "0177.0x0.1",
    "00000000177.0.0.1",
    "127.0.0.0x1",
    "127.255.255.254",
    "127.127.127.127",
    "%31%32%37.0.0.1",
    "127%2E0%2E0%2E1",
    "%30%78%37%66.1",
    "１２７.0.0.1",
    "１２７．０．０．１",
    "127。0。0。1",
    "127｡0｡0｡1",
    "①②⑦.⓪.⓪.①",
    "𝟏𝟐𝟕.𝟎.𝟎.𝟏",
    "127.0.0.1%00",
    "user@127.0.0.1",
    "8.8.8.8@127.0.0.1",
    "riverton.example:80@127.0.0.1",
    "riverton.example%40@127.0.0.1",
    "0",
    "0.0.0.0",
    "0x0",
    "00",
    "0.0",
    "0.1.2.3",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[::0001]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::FFFF:7F00:0001]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]",
    "[64:ff9b:1:ffff::127.0.0.1]",
    "[2002:7f00:1::]",
    "[2002:7f00:0001::1]",
    "[2001:0:7f00:1::]",
    "[2001:0:1:2:3:4:80ff:fffe]",
    "[2001:67c:2e8::5efe:127.0.0.1]",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "ｌｏｃａｌｈｏｓｔ",
    "%6cocalhost",
    "blog.localhost",
    "127.0.0.1.localhost",
    // Neighbours, carriers and clouds.
    "10.0.0.1",
    "167772161",
    "0xa.1",
    "012.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.1",
    "0xc0a80001",
    "0300.0250.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "2852039166",
    "0xA9FEA9FE",
    "0251.0376.0251.0376",
    "[::ffff:169.254.169.254]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:a9fe:a9fe::]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fec0::1]",
    "[fc00::1]",
    "168.63.129.16",
    "metadata.google.internal",
    "metadata",
    "printer.local",
    "router.home.arpa",
    // What is nobody's, or everybody's.
    "192.0.2.1",
    "198.51.100.7",
    "203.0.113.9",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[2001:db8::1]",
    "[ff02::1]",
    "[100::1]",
];

/// A listener that counts its guests, on both loopback addresses and one port.
struct Secret {
    port: u16,
    guests: Arc<AtomicUsize>,
}

impl Secret {
    async fn keep() -> Self {
        let old = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = old.local_addr().unwrap().port();
        let guests = Arc::new(AtomicUsize::new(0));
        // A machine without the new addresses has nothing to reach there.
        let new = TcpListener::bind(("::1", port)).await.ok();
        for listener in [Some(old), new].into_iter().flatten() {
            let guests = guests.clone();
            tokio::spawn(async move {
                while let Ok((mut guest, _)) = listener.accept().await {
                    guests.fetch_add(1, Ordering::SeqCst);
                    let _ = guest.read(&mut [0; 4_096]).await;
                    let _ = guest.write_all(&answer("200 OK", &[], b"secret")).await;
                }
            });
        }
        Self { port, guests }
    }

    fn guests(&self) -> usize {
        self.guests.load(Ordering::SeqCst)
    }

    /// The address with the host as it is written, if it can be read as an address at all.
    fn at(&self, host: &str) -> Option<Address> {
        Address::parse(&format!("http://{host}:{}/", self.port)).ok()
    }

    /// Settings that let everybody in whose address is public.
    fn open(&self) -> Settings {
        Settings { ports: vec![self.port], pause: Duration::ZERO, ..Settings::default() }
    }
}

fn is_refused(got: &Result<net::Reply, FetchError>) -> bool {
    got.as_ref().is_err_and(|why| why.outcome() == Outcome::Private)
}

#[tokio::test]
async fn p15_no_spelling_of_an_address_leads_inside() {
    let secret = Secret::keep().await;
    let client = Client::new(secret.open()).unwrap();
    let mut read = 0;
    for host in INWARD {
        let Some(address) = secret.at(host) else { continue };
        read += 1;
        let got = get(&client, &address).await;
        assert!(is_refused(&got), "{host}: {got:?}");
    }
    assert_eq!(secret.guests(), 0);
    assert!(read >= 90, "only {read} of these can be read as addresses, so they prove little");
    // The listener is there: whoever opens the door reaches it by the same spellings.
    let open = Client::new(Settings { allow: vec!["127.0.0.0/8".parse().unwrap()], ..secret.open() }).unwrap();
    for host in ["127.1", "0x7f000001", "①②⑦.⓪.⓪.①", "[::ffff:127.0.0.1]", "localhost"] {
        assert_eq!(body(get(&open, &secret.at(host).unwrap()).await), "secret", "{host}");
    }
    assert_eq!(secret.guests(), 5);
}

#[tokio::test]
async fn p15_no_redirect_leads_inside() {
    let secret = Secret::keep().await;
    // The one who redirects stands on a neighbouring address, which alone is open.
    let outside = TcpListener::bind("127.0.0.2:0").await.unwrap();
    let port = outside.local_addr().unwrap().port();
    let to = Arc::new(std::sync::Mutex::new(String::new()));
    let location = to.clone();
    tokio::spawn(async move {
        while let Ok((mut guest, _)) = outside.accept().await {
            let _ = guest.read(&mut [0; 4_096]).await;
            let line = format!("Location: {}", location.lock().unwrap());
            // The place goes out as the bytes of its text, which may be any alphabet's.
            let head = format!("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n{line}\r\n\r\n");
            let _ = guest.write_all(head.as_bytes()).await;
        }
    });
    let settings = Settings { allow: vec!["127.0.0.2/32".parse().unwrap()], ..secret.open() };
    let client = Client::new(settings).unwrap();
    let start = Address::parse(&format!("http://127.0.0.2:{port}/")).unwrap();
    for host in INWARD {
        // With a range open the names of an inner network are looked up, which a test must not do.
        if ["metadata", "printer.local", "router.home.arpa", "metadata.google.internal"].contains(&host) {
            continue;
        }
        for written in [format!("http://{host}:{}/", secret.port), format!("//{host}:{}/", secret.port)] {
            to.lock().unwrap().clone_from(&written);
            let got = get(&client, &start).await;
            let bad = matches!(got, Err(FetchError::BadRedirect { .. }));
            assert!(is_refused(&got) || bad && secret.at(host).is_none(), "{written}: {got:?}");
        }
    }
    for written in ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "unix:/run/x", "jar:http://x!/"] {
        to.lock().unwrap().clone_from(&written.to_owned());
        assert!(matches!(get(&client, &start).await, Err(FetchError::BadRedirect { .. })), "{written}");
    }
    assert_eq!(secret.guests(), 0);
}

#[tokio::test]
async fn p15_no_name_leads_inside_whatever_dns_says() {
    let secret = Secret::keep().await;
    for inside in [
        "127.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "::7f00:1",
        "0.0.0.0",
        "::",
        "10.0.0.1",
        "169.254.169.254",
        "fd00:ec2::254",
        "fe80::1",
    ] {
        let ip: IpAddr = inside.parse().unwrap();
        let client = Client::new(Settings { names: Names::new(move |_| Some(vec![ip; 3])), ..secret.open() }).unwrap();
        for host in ["riverton.example", "127.0.0.1.nip.example", "metadata.google.internal"] {
            let got = get(&client, &secret.at(host).unwrap()).await;
            assert!(is_refused(&got), "{host} at {inside}: {got:?}");
        }
    }
    assert_eq!(secret.guests(), 0);
}

#[tokio::test]
async fn p15_a_name_cannot_change_its_mind_after_it_was_judged() {
    let secret = Secret::keep().await;
    let outside = TcpListener::bind(("127.0.0.2", secret.port)).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut guest, _)) = outside.accept().await {
            let _ = guest.read(&mut [0; 4_096]).await;
            let _ = guest.write_all(&answer("200 OK", &[], b"outside")).await;
        }
    });
    // Every second answer leads inside: whoever asked a second time before connecting would be caught.
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let names = Names::new(move |_| {
        let last = if count.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) { 2 } else { 1 };
        Some(vec![IpAddr::from([127, 0, 0, last])])
    });
    let settings = Settings { allow: vec!["127.0.0.2/32".parse().unwrap()], names, ..secret.open() };
    let client = Client::new(settings).unwrap();
    let address = secret.at("rebinding.example").unwrap();
    for round in 0..10 {
        let got = get(&client, &address).await;
        if round % 2 == 0 {
            assert_eq!(body(got), "outside")
        } else {
            assert!(is_refused(&got), "{got:?}")
        }
        assert_eq!(asked.load(Ordering::SeqCst), round + 1, "each hop asks once");
    }
    assert_eq!(secret.guests(), 0);
}

#[tokio::test]
async fn p15_ports_of_other_services_are_not_asked() {
    let secret = Secret::keep().await;
    let client = Client::new(Settings { ports: vec![80, 443], ..secret.open() }).unwrap();
    for port in
        [1, 21, 22, 23, 25, 53, 110, 143, 389, 445, 587, 1_433, 2_375, 3_306, 5_432, 6_379, 9_200, 11_211, 27_017]
    {
        let got = get(&client, &Address::parse(&format!("http://8.8.8.8:{port}/")).unwrap()).await;
        assert!(matches!(got, Err(FetchError::Port { .. })), "{port}: {got:?}");
    }
}
