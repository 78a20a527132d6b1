//! Transposition of a square of 16 x 16 numbers in registers.

/// Side of the square.
pub(super) const SIDE: usize = 16;

/// Row `index` of the square at the beginning of `matrix`, whose rows are `stride` apart.
#[inline(always)]
fn row(matrix: &[f32], stride: usize, index: usize) -> &[f32; SIDE] {
    matrix[index * stride..].first_chunk().expect("the square lies within the matrix")
}

/// target\[row, column\] = source\[column, row\] with AVX-512: 64 shuffles in place of 256 stores. To be called where this processor is
/// known to have it, or inlined where the compiler may use it: elsewhere it is correct but slow.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn copy(
    simd: pulp::x86::V4,
    target: &mut [f32],
    target_stride: usize,
    source: &[f32],
    source_stride: usize,
) {
    use pulp::cast;
    use std::arch::x86_64::__m512;
    let avx = simd.avx512f;
    let rows: [__m512; SIDE] = std::array::from_fn(
        #[inline(always)]
        |index| cast(*row(source, source_stride, index)),
    );
    // Pairs of rows, then fours: afterwards quarter L of fours[4 q + c] is column 4 L + c of rows 4 q to 4 q + 3.
    let pairs: [__m512; SIDE] = std::array::from_fn(
        #[inline(always)]
        |index| {
            let (a, b) = (rows[index / 2 * 2], rows[index / 2 * 2 + 1]);
            if index % 2 == 0 { avx._mm512_unpacklo_ps(a, b) } else { avx._mm512_unpackhi_ps(a, b) }
        },
    );
    let fours: [__m512; SIDE] = std::array::from_fn(
        #[inline(always)]
        |index| {
            let first = index / 4 * 4 + index % 4 / 2;
            let (a, b) = (cast(pairs[first]), cast(pairs[first + 2]));
            cast(if index % 2 == 0 { avx._mm512_unpacklo_pd(a, b) } else { avx._mm512_unpackhi_pd(a, b) })
        },
    );
    for column in 0..4 {
        let [a, b, c, d] = [fours[column], fours[column + 4], fours[column + 8], fours[column + 12]];
        let (upper, lower) = (avx._mm512_shuffle_f32x4::<0x44>(a, b), avx._mm512_shuffle_f32x4::<0x44>(c, d));
        let (upper_end, lower_end) = (avx._mm512_shuffle_f32x4::<0xee>(a, b), avx._mm512_shuffle_f32x4::<0xee>(c, d));
        let columns = [
            avx._mm512_shuffle_f32x4::<0x88>(upper, lower),
            avx._mm512_shuffle_f32x4::<0xdd>(upper, lower),
            avx._mm512_shuffle_f32x4::<0x88>(upper_end, lower_end),
            avx._mm512_shuffle_f32x4::<0xdd>(upper_end, lower_end),
        ];
        for (quarter, values) in columns.into_iter().enumerate() {
            let at = (4 * quarter + column) * target_stride;
            *target[at..].first_chunk_mut::<SIDE>().expect("the square lies within the target") = cast(values);
        }
    }
}
