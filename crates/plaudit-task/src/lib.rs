//! Prompts with exact oracles, worked solutions, and datasets.
