//! What the store's doors give back: an answer that is still to come.

use std::pin::Pin;

use crate::error::Result;

/// An answer of the store's that is still to come.
///
/// One allocation for each: the body of an `async fn` is compiled again in every crate that awaits it, and with it the
/// drivers of both databases; what stands behind a pointer is compiled once, here.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;
