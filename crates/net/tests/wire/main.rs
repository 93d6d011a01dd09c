//! What goes over the wire, against real servers on the loopback interface.

mod forms;
mod inward;
mod limits;
mod manners;
mod private;
mod redirects;
mod robots;
mod safe;
mod server;
mod validators;
mod wishes;
