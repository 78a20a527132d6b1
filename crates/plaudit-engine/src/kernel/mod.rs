//! The arithmetic everything else is built from: matrix products and vectorised loops, with the widest instructions the
//! processor has, chosen at run time.

pub(crate) mod gemm;
pub(crate) mod math;
mod matrix;
mod tile;
#[cfg(target_arch = "x86_64")]
mod transpose;

/// Numbers in a line of the cache, the least that is fetched from memory.
pub(crate) const LINE: usize = 16;

/// Runs `work` compiled for the widest vectors this processor has (AVX-512, AVX2 with FMA, NEON or plain). The closure
/// must be marked `#[inline(always)]`, or its loops are compiled for the baseline.
#[inline(always)]
pub(crate) fn vectorised<R>(work: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(work)
}
