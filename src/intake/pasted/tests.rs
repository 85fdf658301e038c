//! Pasted texts: a page around a release, and what is made of it.
