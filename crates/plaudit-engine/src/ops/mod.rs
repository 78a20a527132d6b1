//! The differentiable operations of the decoder, one file each: forward, hand-written backward, finite-difference check.

mod attention;
mod embedding;
mod head_norm;
mod linear;
mod rms_norm;
mod rope;
mod swiglu;
#[cfg(test)]
mod testing;

pub(crate) use attention::Attention;
pub(crate) use embedding::Embedding;
pub(crate) use head_norm::HeadNorm;
pub(crate) use linear::Linear;
pub(crate) use rms_norm::{RmsNorm, normalise};
pub(crate) use rope::{Rope, Rotary};
pub(crate) use swiglu::{SwiGlu, swiglu_row};

use crate::kernel::{gemm::Output, math, vectorised};
use rayon::prelude::*;

/// Rows handled by one task of a loop over tokens: enough work to be worth a task, few enough to balance.
const ROWS_PER_TASK: usize = 32;

/// target (=, +=) value.
#[inline(always)]
fn write(target: &mut f32, value: f32, mode: Output) {
    match mode {
        Output::Set => *target = value,
        Output::Add => *target += value,
    }
}

/// target (=, +=) source, over all threads.
fn write_all(target: &mut [f32], source: &[f32], mode: Output) {
    const NUMBERS_PER_TASK: usize = 1 << 14;
    target.par_chunks_mut(NUMBERS_PER_TASK).zip(source.par_chunks(NUMBERS_PER_TASK)).for_each(|(target, source)| {
        match mode {
            Output::Set => target.copy_from_slice(source),
            Output::Add => vectorised(
                #[inline(always)]
                || math::add_to(target, source),
            ),
        }
    });
}
