//! Reads a run directory and draws its report.
