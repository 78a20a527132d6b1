//! The loops: warm start, reinforcement learning, run directory, resume.
