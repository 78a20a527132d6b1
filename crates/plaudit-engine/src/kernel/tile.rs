//! The register tile: a few rows of the left side against a panel of the right.

use super::LINE;
use super::matrix::Matrix;
use prefetch_index::prefetch_index;
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

/// How far ahead a panel that is read once is fetched, in numbers: 8 KiB. Left to itself, the processor finds out anew on every page what
/// is read next.
const FETCHED_AHEAD: usize = 2048;

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
        // Of the cache, in one row of a panel.
        let lines = width.div_ceil(LINE);
        for (index, panel) in self.panels.chunks_exact(width * self.panel_inner).enumerate() {
            let panel = &S::as_simd_f32s(panel).0.as_chunks::<2>().0[..inner];
            let first = index * width;
            let columns = self.at.1 + first..self.at.1 + self.columns.min(first + width);
            let end = (index + 1) * width * self.panel_inner;
            let near = &self.panels[(end - width * self.panel_inner + FETCHED_AHEAD).min(self.panels.len())..];
            let next = &self.panels[end..];
            let mut row = 0;
            while row < rows {
                let left = left.skip_rows(match LAYOUT {
                    TILES => row / TILE_ROWS * TILE_ROWS * inner + row % TILE_ROWS,
                    _ => row,
                });
                let target = Target { out: &mut *self.out, row: self.at.0 + row, columns: columns.clone(), mode };
                let left_over = rows - row;
                // A panel that is read once comes from memory as fast as it is used, so what follows in it is fetched. One that serves
                // several tiles gives time to fetch the next, line by line, so that there always are lines on their way.
                row += if rows <= tall && lines == 2 {
                    tile_of::<S, O, LAYOUT, 2>(simd, left, left_over, panel, near, target)
                } else if rows <= tall {
                    tile_of::<S, O, LAYOUT, 1>(simd, left, left_over, panel, near, target)
                } else if row < lines * tall {
                    let ahead = &next[next.len().min(row / tall * LINE * inner)..];
                    tile_of::<S, O, LAYOUT, 1>(simd, left, left_over, panel, ahead, target)
                } else {
                    tile_of::<S, O, LAYOUT, 0>(simd, left, left_over, panel, &[], target)
                };
            }
        }
    }
}

/// [`tile`] of as many of the rows left over as there are registers for.
#[inline(always)]
fn tile_of<S: Simd, O: Rows, const LAYOUT: u8, const LINES: usize>(
    simd: S,
    left: Matrix<'_>,
    left_over: usize,
    panel: &[[S::f32s; 2]],
    ahead: &[f32],
    target: Target<'_, O>,
) -> usize {
    let has_many = S::REGISTER_COUNT >= 32;
    if left_over >= 12 && has_many {
        tile::<S, O, 12, LAYOUT, LINES>(simd, left, panel, ahead, target)
    } else if left_over >= 6 && !has_many {
        tile::<S, O, 6, LAYOUT, LINES>(simd, left, panel, ahead, target)
    } else if left_over >= 8 && has_many {
        tile::<S, O, 8, LAYOUT, LINES>(simd, left, panel, ahead, target)
    } else if left_over >= 4 {
        tile::<S, O, 4, LAYOUT, LINES>(simd, left, panel, ahead, target)
    } else if left_over >= 2 {
        tile::<S, O, 2, LAYOUT, LINES>(simd, left, panel, ahead, target)
    } else {
        tile::<S, O, 1, LAYOUT, LINES>(simd, left, panel, ahead, target)
    }
}

/// Where a tile is written.
struct Target<'a, O> {
    out: &'a mut O,
    row: usize,
    columns: Range<usize>,
    mode: Output,
}

/// Repeats a block for every row of a tile, with the row as a constant: what lies in an array by rows is in registers from the start, and
/// the lengths of rows are known to agree, so none is checked in the loops. Left to a loop over rows, it depends on much else in the
/// function whether the compiler finds that out.
macro_rules! each_row {
    ($row:ident in 0..$count:ident $body:block) => { each_row!($row $count $body 0 1 2 3 4 5 6 7 8 9 10 11) };
    ($row:ident $count:ident $body:block $($index:literal)*) => {
        $({
            const $row: usize = $index;
            if $row < $count $body
        })*
    };
}

/// Adds the product of one value of the left side and one row of a panel.
#[inline(always)]
fn advance<S: Simd>(simd: S, sum: &mut [S::f32s; 2], right: &[S::f32s; 2], left: f32) {
    let left = simd.splat_f32s(left);
    *sum = [simd.mul_add_f32s(left, right[0], sum[0]), simd.mul_add_f32s(left, right[1], sum[1])];
}

/// Has `LINES` lines of the cache fetched with every row of a panel. What lies past the end of `ahead` is not read, so asking for it does
/// no harm.
#[inline(always)]
fn fetch<const LINES: usize>(ahead: &[f32], index: usize) {
    for line in 0..LINES {
        prefetch_index(ahead, LINE * (LINES * index + line));
    }
}

/// `COUNT` rows against one panel; returns `COUNT`. Fetches `LINES` lines of `ahead` with every row of the panel.
#[inline(always)]
fn tile<S: Simd, O: Rows, const COUNT: usize, const LAYOUT: u8, const LINES: usize>(
    simd: S,
    left: Matrix<'_>,
    panel: &[[S::f32s; 2]],
    ahead: &[f32],
    target: Target<'_, O>,
) -> usize {
    let inner = panel.len();
    let mut sums = [[simd.splat_f32s(0.0); 2]; COUNT];
    if let Output::Add = target.mode {
        // It is read at the end; fetched now, nothing waits for it then.
        for row in 0..COUNT {
            let out = &target.out.row(target.row + row)[target.columns.clone()];
            prefetch_index(out, 0);
            prefetch_index(out, LINE);
        }
    }
    match LAYOUT {
        ROWS => {
            let mut rows: [&[f32]; COUNT] = [&[]; COUNT];
            each_row!(ROW in 0..COUNT { rows[ROW] = &left.data[ROW * left.stride..][..inner]; });
            for (index, right) in panel.iter().enumerate() {
                fetch::<LINES>(ahead, index);
                each_row!(ROW in 0..COUNT { advance(simd, &mut sums[ROW], right, rows[ROW][index]); });
            }
        }
        TILES => {
            for (index, (left, right)) in left.data.as_chunks::<TILE_ROWS>().0[..inner].iter().zip(panel).enumerate() {
                fetch::<LINES>(ahead, index);
                each_row!(ROW in 0..COUNT { advance(simd, &mut sums[ROW], right, left[ROW]); });
            }
        }
        _ => {
            for (index, right) in panel.iter().enumerate() {
                fetch::<LINES>(ahead, index);
                let left = &left.data[index * left.stride..][..COUNT];
                each_row!(ROW in 0..COUNT { advance(simd, &mut sums[ROW], right, left[ROW]); });
            }
        }
    }
    let Target { out, row, columns, mode } = target;
    each_row!(ROW in 0..COUNT {
        let sum = &sums[ROW];
        let out = &mut out.row(row + ROW)[columns.clone()];
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
    });
    COUNT
}
