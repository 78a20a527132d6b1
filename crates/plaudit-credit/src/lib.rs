//! Credit: scores to per-token advantages, one file each.
