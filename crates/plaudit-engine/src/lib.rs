//! The embedded transformer.
mod kernel;
mod ops;
mod tape;
