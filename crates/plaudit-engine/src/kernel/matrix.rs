//! Matrices in flat slices, and the right side of a product cut into panels.

#[cfg(target_arch = "x86_64")]
use super::transpose::{self, SIDE};
use pulp::{Simd, WithSimd};
use rayon::prelude::*;
use std::ops::Range;

/// A read-only matrix in a flat slice. Element (row, column) lies at `row * stride + column`, or at
/// `column * stride + row` when `transposed`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matrix<'a> {
    pub(super) data: &'a [f32],
    pub(super) stride: usize,
    pub(super) transposed: bool,
}

impl<'a> Matrix<'a> {
    /// Rows of `stride` elements, one after another.
    pub(crate) fn rows(data: &'a [f32], stride: usize) -> Self {
        Self { data, stride, transposed: false }
    }

    /// The transpose of the matrix whose rows of `stride` elements lie one after another.
    pub(crate) fn transposed(data: &'a [f32], stride: usize) -> Self {
        Self { data, stride, transposed: true }
    }

    /// The matrix without its first `count` rows.
    pub(super) fn skip_rows(self, count: usize) -> Self {
        let start = if self.transposed { count } else { count * self.stride };
        Self { data: &self.data[start..], ..self }
    }

    /// The matrix without its first `count` columns.
    pub(super) fn skip_columns(self, count: usize) -> Self {
        let start = if self.transposed { count * self.stride } else { count };
        Self { data: &self.data[start..], ..self }
    }
}

/// The right side of a product, cut into panels of [`panel_width`] columns: `[panel][inner][column]`, the last panel
/// padded with zeros. Packing costs one pass; weights used many times are packed once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packed {
    pub(super) inner: usize,
    pub(super) columns: usize,
    data: Vec<f32>,
}

/// Columns of a panel: two vectors of this processor.
pub(crate) fn panel_width() -> usize {
    struct Width;
    impl WithSimd for Width {
        type Output = usize;
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> usize {
            2 * S::F32_LANES
        }
    }
    pulp::Arch::new().dispatch(Width)
}

impl Packed {
    /// Packs `matrix` of shape `[inner, columns]`, reusing the buffer.
    pub(crate) fn pack(&mut self, matrix: Matrix<'_>, inner: usize, columns: usize, parallel: bool) {
        debug_assert!(inner > 0, "a product over nothing");
        let width = panel_width();
        self.inner = inner;
        self.columns = columns;
        self.data.resize(columns.div_ceil(width) * width * inner, 0.0);
        let group = width * inner * PANELS_PER_TASK;
        let pack = |(index, panels): (usize, &mut [f32])| {
            pulp::Arch::new().dispatch(Panels {
                panels,
                inner,
                matrix,
                first: index * PANELS_PER_TASK * width,
                columns,
            });
        };
        if parallel && inner * columns > 1 << 14 {
            self.data.par_chunks_mut(group).enumerate().for_each(pack);
        } else {
            self.data.chunks_mut(group).enumerate().for_each(pack);
        }
    }

    /// The numbers of some panels.
    pub(super) fn panels(&self, panels: Range<usize>) -> &[f32] {
        let len = panel_width() * self.inner;
        &self.data[panels.start * len..panels.end * len]
    }
}

/// Panels that one task packs together: each row of the matrix is then read for a while, as memory likes it.
const PANELS_PER_TASK: usize = 4;

/// The copying of a matrix, from column `first` on, into some panels.
struct Panels<'a> {
    panels: &'a mut [f32],
    inner: usize,
    matrix: Matrix<'a>,
    first: usize,
    /// Of the whole matrix.
    columns: usize,
}

impl WithSimd for Panels<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let width = 2 * S::F32_LANES;
        let len = width * self.inner;
        let Matrix { data, stride, transposed } = self.matrix;
        if transposed {
            for (index, panel) in self.panels.chunks_exact_mut(len).enumerate() {
                let first = self.first + index * width;
                pack_transposed::<S>(panel, &data[first * stride..], stride, width.min(self.columns - first));
            }
            return;
        }
        for (row, source) in data.chunks(stride).take(self.inner).enumerate() {
            let source = &source[self.first..self.columns];
            for (panel, source) in self.panels.chunks_exact_mut(len).zip(source.chunks(width)) {
                let target = &mut panel[row * width..][..width];
                if source.len() == width {
                    // Vectors of a length known when compiled, in place of a call.
                    S::as_mut_simd_f32s(target).0.as_chunks_mut::<2>().0[0] =
                        S::as_simd_f32s(source).0.as_chunks::<2>().0[0];
                } else {
                    let (used, rest) = target.split_at_mut(source.len());
                    used.copy_from_slice(source);
                    rest.fill(0.0);
                }
            }
        }
    }
}

/// Turns the first `used` rows of `source` into the columns of a panel.
#[inline(always)]
fn pack_transposed<S: Simd>(panel: &mut [f32], source: &[f32], stride: usize, used: usize) {
    let width = 2 * S::F32_LANES;
    let inner = panel.len() / width;
    let mut start = 0;
    #[cfg(target_arch = "x86_64")]
    if let (32, 32, Some(simd)) = (width, used, pulp::x86::V4::try_new()) {
        while start + SIDE <= inner {
            for column in (0..width).step_by(SIDE) {
                let source = &source[column * stride + start..];
                transpose::copy(simd, &mut panel[start * width + column..], width, source, stride);
            }
            start += SIDE;
        }
    }
    for (row, values) in panel.chunks_exact_mut(width).enumerate().skip(start) {
        for (column, value) in values[..used].iter_mut().enumerate() {
            *value = source[column * stride + row];
        }
        values[used..].fill(0.0);
    }
}
