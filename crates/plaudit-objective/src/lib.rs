//! Objectives: columns to a loss and its derivatives, one file each.
