//! Deterministic limits: steps of work and sizes of numbers, never time.

use plaudit_core::Limit;

/// What is left to spend on one comparison. Every loop over input, terms or digits takes its steps from here, so that the same input ends
/// in the same verdict on an idle and on a loaded machine.
#[derive(Clone, Debug)]
pub struct Budget {
    steps: u64,
}

impl Budget {
    /// 2 to 6 ms of work on one core of 2020: a step takes 5 to 14 ns.
    pub const STEPS: u64 = 400_000;
    /// The most bits of an integer, numerator or denominator that is computed (literals may be longer).
    pub const BITS: usize = 1 << 16;
    /// The most terms of a polynomial.
    pub const TERMS: usize = 4096;

    /// A budget of [`Budget::STEPS`].
    pub fn new() -> Self {
        Self { steps: Self::STEPS }
    }

    /// A budget of its own size.
    pub fn of_steps(steps: u64) -> Self {
        Self { steps }
    }

    /// Takes steps: about one for a node visited, a term of a polynomial touched, or a product of 64-bit words.
    ///
    /// # Errors
    /// [`Limit::Steps`] where fewer are left; nothing is left then.
    pub fn take(&mut self, steps: u64) -> Result<(), Limit> {
        match self.steps.checked_sub(steps) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => {
                self.steps = 0;
                Err(Limit::Steps)
            }
        }
    }

    /// What is left.
    pub fn left(&self) -> u64 {
        self.steps
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new()
    }
}
