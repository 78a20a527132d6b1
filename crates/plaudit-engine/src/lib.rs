//! The embedded transformer.
mod head;
mod kernel;
mod ops;
mod packing;
mod statistics;
mod tape;
