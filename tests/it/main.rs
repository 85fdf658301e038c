//! One test binary, a file per promise.

mod house;
mod import;
mod lists;
mod opt_out;
mod world;
