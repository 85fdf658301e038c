//! Prose: the Markdown tree of a release with its text writer and its HTML writer.
