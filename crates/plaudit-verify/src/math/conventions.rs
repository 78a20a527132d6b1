//! What notation leaves open.

/// The meaning of notation that leaves it open: a policy that forgives either meaning compares under one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conventions {
    /// Whether the base of `\log` without one is e; else it is 10.
    pub natural_logarithm: bool,
    /// Whether all variables stand for positive numbers, not for real ones of either sign.
    pub positive_variables: bool,
}
