//! Signals: what scores a rollout, one file each.
