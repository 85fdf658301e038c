//! The command line keeps its word: streams, exit codes, help, pipes.
