//! Answers to verdicts: extraction and exact comparison. Pure, never executes text.
