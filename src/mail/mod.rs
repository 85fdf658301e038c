//! Post: a release into a message, a message to a server, and what the server said.

pub mod render;
