//! The command line of Plaudit.
fn main() {}
