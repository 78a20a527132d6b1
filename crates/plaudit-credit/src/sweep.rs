//! Work on the tokens of a batch, piece by piece on all threads: a piece is a sample or a group, and writes its own stretch of the output.

use plaudit_core::{Advantages, Real, Segments};
use rayon::prelude::*;
use std::ops::Range;

/// Tokens of a share of the work, at least: fewer are not worth handing to another thread.
const SHARE: usize = 1 << 15;

/// Does `work` on every piece, given its number; returns what it says, in order.
pub(crate) fn map<T: Send>(pieces: &Segments, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let shares = shares(pieces).into_par_iter().map(|share| share.map(&work).collect::<Vec<T>>());
    shares.collect::<Vec<_>>().into_iter().flatten().collect()
}

/// Does `work` on every piece, given its number and its stretches of `out`, which it writes. Pieces do not see each other, so the number of
/// threads changes nothing; of several errors the first piece's is returned.
pub(crate) fn write<R: Real, E: Send>(
    pieces: &Segments,
    out: &mut Advantages<'_, R>,
    work: impl Fn(usize, &mut Advantages<'_, R>) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let mut rest = Advantages { advantage: out.advantage, returns: out.returns.as_deref_mut() };
    let shares: Vec<_> = shares(pieces)
        .into_iter()
        .map(|share| {
            let tokens = share.clone().map(|piece| pieces.range(piece).len()).sum();
            (share, front(&mut rest, tokens))
        })
        .collect();
    let outcomes = shares.into_par_iter().map(|(mut share, mut out)| {
        share.try_for_each(|piece| work(piece, &mut front(&mut out, pieces.range(piece).len())))
    });
    outcomes.collect::<Vec<_>>().into_iter().collect()
}

/// Runs of pieces of about equal size; the batch alone decides them.
fn shares(pieces: &Segments) -> Vec<Range<usize>> {
    let mut shares = Vec::new();
    let (mut start, mut tokens) = (0, 0);
    for (piece, range) in pieces.iter().enumerate() {
        tokens += range.len();
        if tokens >= SHARE || piece + 1 == pieces.len() {
            shares.push(start..piece + 1);
            (start, tokens) = (piece + 1, 0);
        }
    }
    shares
}

/// Cuts the first `tokens` tokens off.
fn front<'a, R>(rest: &mut Advantages<'a, R>, tokens: usize) -> Advantages<'a, R> {
    let cut = |column: &mut &'a mut [R]| column.split_off_mut(..tokens).expect("a column is as long as its pieces");
    Advantages { advantage: cut(&mut rest.advantage), returns: rest.returns.as_mut().map(cut) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_writes_its_own_stretch() {
        let pieces = Segments::from_lengths((0..200).map(|piece| piece * 7 % 1000));
        let mut advantage = vec![0.0; pieces.total()];
        let mut returns = vec![0.0; pieces.total()];
        let mut out = Advantages { advantage: &mut advantage, returns: Some(&mut returns) };
        let work = |piece: usize, out: &mut Advantages<'_, f64>| {
            out.advantage.fill(piece as f64);
            out.returns.as_mut().unwrap().fill(-(piece as f64));
            if piece < 150 { Ok(()) } else { Err(piece) }
        };
        assert_eq!(write(&pieces, &mut out, work), Err(150));
        for (piece, range) in pieces.iter().enumerate().take(150) {
            assert!(advantage[range.clone()].iter().all(|value| *value == piece as f64));
            assert!(returns[range].iter().all(|value| *value == -(piece as f64)));
        }
        assert!(shares(&pieces).len() > 1);
        assert_eq!(map(&pieces, |piece| piece), (0..200).collect::<Vec<_>>());
        assert_eq!(map(&Segments::default(), |piece| piece), [0; 0]);
    }
}
