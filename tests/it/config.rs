//! The settings file: what is shipped is what is the default, and a mistake is named without its value.
