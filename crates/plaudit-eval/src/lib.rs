//! Accuracy, pass@k and comparisons with intervals.
