//! The register tile: a few rows of the left side against a panel of the right.

use super::matrix::Matrix;
use pulp::{Simd, WithSimd};
use std::cell::Cell;
use std::ops::Range;

/// Rows of the tallest tile.
pub(super) const TILE_ROWS: usize = 12;

/// What happens to the previous content of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// Overwritten.
    Set,
    /// Added to.
    Add,
}

/// Rows that a product is written to.
pub(super) trait Rows {
    /// A row, from its first column on; it may go on beyond its last.
    fn row(&mut self, index: usize) -> &mut [f32];
}

/// Rows of `stride` elements, one after another.
pub(super) struct Strided<'a> {
    pub(super) data: &'a mut [f32],
    pub(super) stride: usize,
}

impl Rows for Strided<'_> {
    #[inline(always)]
    fn row(&mut self, index: usize) -> &mut [f32] {
        &mut self.data[index * self.stride..]
    }
}

/// Rows that lie anywhere: some columns of a matrix whose others belong to other threads.
impl Rows for Vec<&mut [f32]> {
    #[inline(always)]
    fn row(&mut self, index: usize) -> &mut [f32] {
        self[index]
    }
}

/// From how many panels on a transposed left side is copied into tiles first.
const PANELS_WORTH_REPACKING: usize = 4;

/// How the left side lies: by rows, by columns, or repacked into tiles.
const ROWS: u8 = 0;
const TRANSPOSED: u8 = 1;
const TILES: u8 = 2;

thread_local! {
    /// A thread's copy of some rows of a transposed left side.
    static LEFT: Cell<Vec<f32>> = const { Cell::new(Vec::new()) };
}

/// Some rows of the left side against some panels of the right.
pub(super) struct Block<'a, O> {
    pub(super) out: &'a mut O,
    /// The row and the column of `out` where the block begins.
    pub(super) at: (usize, usize),
    pub(super) rows: usize,
    pub(super) left: Matrix<'a>,
    /// Panels of `panel_inner` rows, of which the first `inner` are used.
    pub(super) panels: &'a [f32],
    pub(super) panel_inner: usize,
    pub(super) inner: usize,
    /// Columns of all the panels.
    pub(super) columns: usize,
    pub(super) mode: Output,
}

impl<O: Rows> WithSimd for Block<'_, O> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        if !self.left.transposed {
            self.run::<S, ROWS>(simd, self.left);
        } else if self.columns < PANELS_WORTH_REPACKING * 2 * S::F32_LANES {
            self.run::<S, TRANSPOSED>(simd, self.left);
        } else {
            // Taken out rather than borrowed: a closure would not be compiled for the vector unit.
            let mut tiles = LEFT.take();
            self.repack_left(&mut tiles);
            self.run::<S, TILES>(simd, Matrix::transposed(&tiles, TILE_ROWS));
            LEFT.set(tiles);
        }
    }
}

impl<O: Rows> Block<'_, O> {
    /// Copies the left side, which is transposed, into tiles of `[inner][TILE_ROWS]`: a tile then reads one stretch of memory instead of
    /// one cache line in each row of the matrix, for every panel.
    fn repack_left(&self, tiles: &mut Vec<f32>) {
        let len = TILE_ROWS * self.inner;
        // A tile of fewer rows may start within the last one and is read in steps of whole ones.
        tiles.resize(self.rows.div_ceil(TILE_ROWS) * len + TILE_ROWS, 0.0);
        for (index, source) in self.left.data.chunks(self.left.stride).take(self.inner).enumerate() {
            let (whole, rest) = source[..self.rows].as_chunks::<TILE_ROWS>();
            let at = index * TILE_ROWS;
            let mut tiles = tiles.chunks_exact_mut(len);
            for (source, tile) in whole.iter().zip(&mut tiles) {
                // Of a length known when compiled: a few instructions in place of a call.
                *tile[at..].first_chunk_mut().expect("a tile has room for every index") = *source;
            }
            if let (false, Some(tile)) = (rest.is_empty(), tiles.next()) {
                tile[at..][..rest.len()].copy_from_slice(rest);
            }
        }
    }

    #[inline(always)]
    fn run<S: Simd, const LAYOUT: u8>(&mut self, simd: S, left: Matrix<'_>) {
        let (rows, inner, mode) = (self.rows, self.inner, self.mode);
        let width = 2 * S::F32_LANES;
        // Rows of a tile: as many as leave registers for the panel and one broadcast value.
        let tall = if S::REGISTER_COUNT >= 32 { 12 } else { 6 };
        for (index, panel) in self.panels.chunks_exact(width * self.panel_inner).enumerate() {
            let panel = &S::as_simd_f32s(panel).0.as_chunks::<2>().0[..inner];
            let first = index * width;
            let columns = self.at.1 + first..self.at.1 + self.columns.min(first + width);
            let mut row = 0;
            while row < rows {
                let left = left.skip_rows(match LAYOUT {
                    TILES => row / TILE_ROWS * TILE_ROWS * inner + row % TILE_ROWS,
                    _ => row,
                });
                let target = Target { out: &mut *self.out, row: self.at.0 + row, columns: columns.clone(), mode };
                let left_over = rows - row;
                row += if left_over >= 12 && tall == 12 {
                    tile::<S, O, 12, LAYOUT>(simd, left, panel, target)
                } else if left_over >= 6 && tall == 6 {
                    tile::<S, O, 6, LAYOUT>(simd, left, panel, target)
                } else if left_over >= 8 && tall == 12 {
                    tile::<S, O, 8, LAYOUT>(simd, left, panel, target)
                } else if left_over >= 4 {
                    tile::<S, O, 4, LAYOUT>(simd, left, panel, target)
                } else if left_over >= 2 {
                    tile::<S, O, 2, LAYOUT>(simd, left, panel, target)
                } else {
                    tile::<S, O, 1, LAYOUT>(simd, left, panel, target)
                };
            }
        }
    }
}

/// Where a tile is written.
struct Target<'a, O> {
    out: &'a mut O,
    row: usize,
    columns: Range<usize>,
    mode: Output,
}

/// Adds the product of `COUNT` values of the left side and one row of a panel.
#[inline(always)]
fn advance<'a, S: Simd, const COUNT: usize>(
    simd: S,
    sums: &mut [[S::f32s; 2]; COUNT],
    right: &[S::f32s; 2],
    left: impl Iterator<Item = &'a f32>,
) {
    for (sum, value) in sums.iter_mut().zip(left) {
        let value = simd.splat_f32s(*value);
        sum[0] = simd.mul_add_f32s(value, right[0], sum[0]);
        sum[1] = simd.mul_add_f32s(value, right[1], sum[1]);
    }
}

/// `COUNT` rows against one panel; returns `COUNT`.
#[inline(always)]
fn tile<S: Simd, O: Rows, const COUNT: usize, const LAYOUT: u8>(
    simd: S,
    left: Matrix<'_>,
    panel: &[[S::f32s; 2]],
    target: Target<'_, O>,
) -> usize {
    let inner = panel.len();
    let mut sums = [[simd.splat_f32s(0.0); 2]; COUNT];
    match LAYOUT {
        ROWS => {
            let rows: [&[f32]; COUNT] = std::array::from_fn(|row| &left.data[row * left.stride..][..inner]);
            for (index, right) in panel.iter().enumerate() {
                advance(simd, &mut sums, right, rows.iter().map(|row| &row[index]));
            }
        }
        TILES => {
            for (left, right) in left.data.as_chunks::<TILE_ROWS>().0[..inner].iter().zip(panel) {
                advance(simd, &mut sums, right, left[..COUNT].iter());
            }
        }
        _ => {
            for (index, right) in panel.iter().enumerate() {
                advance(simd, &mut sums, right, left.data[index * left.stride..][..COUNT].iter());
            }
        }
    }
    let Target { out, row, columns, mode } = target;
    for (index, sum) in sums.iter().enumerate() {
        let out = &mut out.row(row + index)[columns.clone()];
        if out.len() == 2 * S::F32_LANES {
            let out = &mut S::as_mut_simd_f32s(out).0.as_chunks_mut::<2>().0[0];
            *out = match mode {
                Output::Set => *sum,
                Output::Add => [simd.add_f32s(out[0], sum[0]), simd.add_f32s(out[1], sum[1])],
            };
        } else {
            let (low, high) = out.split_at_mut(columns.len().min(S::F32_LANES));
            for (out, sum) in [low, high].into_iter().zip(sum) {
                let value = match mode {
                    Output::Set => *sum,
                    Output::Add => simd.add_f32s(simd.partial_load_f32s(out), *sum),
                };
                simd.partial_store_f32s(out, value);
            }
        }
    }
    COUNT
}
