//! One test binary, a file per promise.

mod house;
mod world;
