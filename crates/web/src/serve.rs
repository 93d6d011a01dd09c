//! The site on a socket, until it is told to stop.

use std::future::Future;
use std::io;
use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;

/// Serves the site that [`site`](crate::site) made. Once `shutdown` is there no new visitor is let in,
/// and those who are being answered get their answer.
pub async fn serve(
    listener: TcpListener,
    site: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let visitors = site.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, visitors).with_graceful_shutdown(shutdown).await
}
