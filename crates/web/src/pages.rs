//! One page, one file, named after its address.

pub(crate) mod about;
pub(crate) mod archive;
pub(crate) mod author;
pub(crate) mod for_authors;
pub(crate) mod healthz;
pub(crate) mod hub;
pub(crate) mod missing;
pub(crate) mod organisation;
pub(crate) mod organisations;
pub(crate) mod picture;
pub(crate) mod post;
pub(crate) mod project;
pub(crate) mod projects;
pub(crate) mod request;
pub(crate) mod river;
pub(crate) mod robots;
pub(crate) mod search;
pub(crate) mod source;
pub(crate) mod sources;
pub(crate) mod topic;
pub(crate) mod topics;
pub(crate) mod who_else;
