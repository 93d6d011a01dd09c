//! Why there was no answer, in words for an editor.

use std::time::Duration;

use model::Outcome;

/// Why a request got no answer that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Its address, or one that it redirects to, is not public and not opened by [`Settings::allow`](crate::Settings).
    #[error("{host} is not on the public internet")]
    Private {
        /// The host that was judged.
        host: String,
    },
    /// A port that no web server would use.
    #[error("port {port} of {host} is not one of those that we ask")]
    Port {
        /// The host.
        host: String,
        /// The port.
        port: u16,
    },
    /// The name is not known.
    #[error("nobody knows a host named {host}")]
    UnknownHost {
        /// The name.
        host: String,
    },
    /// No connection, or one that broke.
    #[error("could not reach {host}: {why}")]
    Unreachable {
        /// The host.
        host: String,
        /// What happened.
        why: String,
    },
    /// The whole fetch took longer than we wait.
    #[error("{host} took longer than {} seconds", limit.as_secs_f32())]
    TimedOut {
        /// The host that we were waiting for.
        host: String,
        /// How long we wait.
        limit: Duration,
    },
    /// Its certificate or its TLS is broken.
    #[error("no safe connection to {host}: {why}")]
    BrokenTls {
        /// The host.
        host: String,
        /// What is wrong.
        why: String,
    },
    /// More than we take, packed or unpacked.
    #[error("the reply grew past {limit} bytes")]
    TooLarge {
        /// The limit that was passed.
        limit: u64,
    },
    /// Redirects in a ring, too many, or to what is not on the web.
    #[error("{host} redirects {why}")]
    BadRedirect {
        /// The host that sent us on.
        host: String,
        /// Where to: "in a ring", "more than 5 times".
        why: String,
    },
    /// Not HTTP, cut off, or packed wrongly.
    #[error("the reply of {host} cannot be read: {why}")]
    Unreadable {
        /// The host.
        host: String,
        /// What is wrong with it.
        why: String,
    },
}

impl FetchError {
    /// The outcome that the record keeps.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Private { .. } | Self::Port { .. } => Outcome::Private,
            Self::UnknownHost { .. } => Outcome::UnknownHost,
            Self::Unreachable { .. } => Outcome::Unreachable,
            Self::TimedOut { .. } => Outcome::TimedOut,
            Self::BrokenTls { .. } => Outcome::BrokenTls,
            Self::TooLarge { .. } => Outcome::TooLarge,
            Self::BadRedirect { .. } => Outcome::BadRedirect,
            Self::Unreadable { .. } => Outcome::Unreadable,
        }
    }
}

/// Why a client cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    /// The name that it would go by cannot stand in a request.
    #[error("“{agent}” cannot be a User-Agent: use letters, digits and “/”")]
    BadAgent {
        /// What was given.
        agent: String,
    },
}
