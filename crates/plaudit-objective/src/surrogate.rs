//! What all policy-gradient objectives have in common: everything but the formula of a token.
//!
//! ```text
//! L = sum_t w_t * ( weight_t * l_t + beta * KL_t - alpha * H_t )
//! ```
//!
//! w_t is the aggregation's weight, l_t the objective's term of a token ([`Surrogate::term`]), a function of the token's columns and of the
//! ratio to the policy that sampled; the ratio is of the token or of its whole sequence ([`RatioLevel`]). Unmasked tokens are widened to
//! f64 in blocks of fixed size, and every stage is a loop over a block that the compiler turns into vectors. Samples are shared out among
//! threads in chunks of fixed size, and sums are added up in the order of the batch: the number of threads changes no bit.

mod chunk;

use crate::block::{BLOCK, Column, Places};
use crate::exponential::bounded;
use crate::ratio::RatioLevel;
use crate::sums::{CLIPS, Sums};
use crate::{Aggregation, BatchTotals, KlConfig, Needs, Numerics, Objective, Scope, assert_columns, entropy_band};
use chunk::{Work, chunks};
use plaudit_core::{Derivatives, Loss, PolicyColumns, Real};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;
use std::ops::Range;

/// Tokens from which a batch is shared out among threads.
const PARALLEL: usize = 1 << 16;

/// The settings that all policy-gradient objectives share.
pub(crate) struct Shared<'a> {
    pub(crate) aggregation: Aggregation,
    pub(crate) kl: &'a KlConfig,
    pub(crate) entropy_coefficient: f64,
    pub(crate) entropy_band: [f64; 2],
    pub(crate) numerics: &'a Numerics,
}

/// Borrows them from the fields of the same names.
macro_rules! shared {
    () => {
        fn shared(&self) -> $crate::surrogate::Shared<'_> {
            $crate::surrogate::Shared {
                aggregation: self.aggregation,
                kl: &self.kl,
                entropy_coefficient: self.entropy_coefficient,
                entropy_band: self.entropy_band,
                numerics: &self.numerics,
            }
        }
    };
}
pub(crate) use shared;

/// One unmasked token.
#[derive(Clone, Copy)]
pub(crate) struct Token {
    /// Its place in the columns.
    pub(crate) index: usize,
    pub(crate) logp: f64,
    pub(crate) old_logp: f64,
    pub(crate) advantage: f64,
    /// Of the token or its sequence, bounded.
    pub(crate) log_ratio: f64,
    /// exp of it.
    pub(crate) ratio: f64,
    /// Whether the bound holds the log-ratio; the gradient through it is then 0.
    pub(crate) is_held: bool,
}

/// An objective's term of one token.
pub(crate) struct Term {
    pub(crate) loss: f64,
    /// d loss / d logp of the token itself; where the ratio is of the sequence and carries gradient: d loss / d log-ratio.
    pub(crate) slope: f64,
    /// What holds or limits the token, in the order of [`Surrogate::CLIPS`].
    pub(crate) clips: [bool; CLIPS],
}

impl Term {
    /// -factor * A * logp, where the factor carries no gradient.
    #[inline(always)]
    pub(crate) fn of_logp(factor: f64, token: Token, clips: [bool; CLIPS]) -> Self {
        let slope = -factor * token.advantage;
        Self { loss: times(slope, token.logp), slope, clips }
    }
}

/// The tokens of one sample, at least one of them unmasked.
pub(crate) struct Sample<'a, R> {
    pub(crate) columns: &'a PolicyColumns<'a, R>,
    /// Which of the columns' samples it is.
    pub(crate) index: usize,
    pub(crate) range: Range<usize>,
    /// The number of unmasked tokens.
    pub(crate) tokens: usize,
}

/// A policy-gradient objective: the formula of a token.
pub(crate) trait Surrogate: Sync {
    /// What the formula needs to know of the settings and of the token's sample.
    type Context: Copy;
    /// Names of what may hold or limit a token.
    const CLIPS: &'static [&'static str];
    /// Whether the ratio is a mere factor that carries no gradient.
    const IS_DETACHED: bool = false;
    /// Whether `weight` multiplies the term of each token; false where the formula has another place for it.
    const IS_WEIGHTED: bool = true;

    fn shared(&self) -> Shared<'_>;

    fn level(&self) -> RatioLevel {
        RatioLevel::Token
    }

    fn columns(&self) -> Needs {
        self.shared().needs()
    }

    /// What the formula needs to know of a sample beside its tokens; zeros where it needs nothing.
    #[inline(always)]
    fn of_sample<R: Real>(&self, _: &Sample<'_, R>) -> [f64; 2] {
        [0.0; 2]
    }

    fn context(&self, of_sample: [f64; 2]) -> Self::Context;

    /// Must be marked `#[inline(always)]`; without branches and other memory, a loop over it becomes vectors. NaN in any column has to
    /// reach the loss.
    fn term(context: Self::Context, token: Token) -> Term;
}

impl Shared<'_> {
    pub(crate) fn needs(&self) -> Needs {
        Needs {
            advantage: true,
            old: true,
            reference: self.kl.coefficient != 0.0,
            entropy: self.entropy_coefficient != 0.0 || self.has_band(),
            ..Needs::default()
        }
    }

    pub(crate) fn has_band(&self) -> bool {
        self.entropy_band != entropy_band::ALL
    }
}

impl<R: Real, S: Surrogate> Objective<R> for S {
    fn needs(&self) -> Needs {
        self.columns()
    }

    fn scope(&self) -> Scope {
        if self.shared().has_band() { Scope::Batch } else { Scope::Sample }
    }

    fn evaluate(&self, columns: &PolicyColumns<'_, R>, totals: &BatchTotals, out: &mut Derivatives<'_, R>) -> Loss {
        evaluate(self, columns, totals, out)
    }
}

/// A factor of 0 leaves a term out even where it is infinite; NaN stays.
#[inline(always)]
fn times(factor: f64, term: f64) -> f64 {
    if factor == 0.0 && !term.is_nan() { 0.0 } else { factor * term }
}

pub(crate) fn evaluate<R: Real, S: Surrogate>(
    surrogate: &S,
    columns: &PolicyColumns<'_, R>,
    totals: &BatchTotals,
    out: &mut Derivatives<'_, R>,
) -> Loss {
    assert_columns(surrogate.columns(), columns, out);
    let shared = surrogate.shared();
    let band = if shared.has_band() { entropy_band::thresholds(shared.entropy_band, columns) } else { [f64::NAN; 2] };
    let bonus_weight = shared.numerics.entropy_by_token.then(|| {
        let tokens = if shared.has_band() { entropy_band::tokens(band, columns) } else { totals.tokens as f64 };
        1.0 / tokens.max(1.0)
    });
    let arch = Arch::new();
    let work = |chunk| {
        let block = Block::default();
        arch.dispatch(Work { arch, formula: surrogate, columns, totals, band, bonus_weight, chunk, block })
    };
    let chunks = chunks(columns, out);
    let parts: Vec<Sums> = if columns.samples.total() >= PARALLEL {
        chunks.into_par_iter().map(work).collect()
    } else {
        chunks.into_iter().map(work).collect()
    };
    let sums = parts.iter().fold(Sums::default(), Sums::plus);
    sums.loss(S::CLIPS, columns.ref_logp.is_some(), columns.entropy.is_some())
}

/// The ratio of a whole sequence.
#[derive(Clone, Copy)]
struct SequenceRatio {
    log_ratio: f64,
    ratio: f64,
    is_held: bool,
}

/// Unmasked tokens of one sample, column by column. Every column begins with a cache line, which vectors as long as one never straddle.
#[repr(C, align(64))]
pub(crate) struct Block {
    logp: Column,
    old_logp: Column,
    advantage: Column,
    /// Of the tokens, unbounded.
    log_ratio: Column,
    ratio: Column,
    loss: Column,
    slope: Column,
    /// The part of the slope that goes through the ratio of the sequence.
    through: Column,
    /// Room for one more column.
    scratch: Column,
    clips: [Column; CLIPS],
    places: Places,
}

impl Default for Block {
    fn default() -> Self {
        let column = [0.0; BLOCK];
        Self {
            logp: column,
            old_logp: column,
            advantage: column,
            log_ratio: column,
            ratio: column,
            loss: column,
            slope: column,
            through: column,
            scratch: column,
            clips: [column; CLIPS],
            places: Places::default(),
        }
    }
}

/// A surrogate whose type is forgotten, so that all of them share one driver.
trait Formula<R>: Sync {
    fn shared(&self) -> Shared<'_>;
    fn level(&self) -> RatioLevel;
    /// The number of ways in which it holds a token.
    fn clips(&self) -> usize;
    fn is_detached(&self) -> bool;
    fn is_weighted(&self) -> bool;
    fn of_sample(&self, arch: Arch, sample: &Sample<'_, R>) -> [f64; 2];
    /// Writes the terms of a block: ratio, loss, slope and clips.
    fn terms(&self, arch: Arch, of_sample: [f64; 2], sequence: Option<SequenceRatio>, limit: f64, block: &mut Block);
}

impl<R: Real, S: Surrogate> Formula<R> for S {
    fn shared(&self) -> Shared<'_> {
        Surrogate::shared(self)
    }

    fn level(&self) -> RatioLevel {
        Surrogate::level(self)
    }

    fn clips(&self) -> usize {
        S::CLIPS.len()
    }

    fn is_detached(&self) -> bool {
        S::IS_DETACHED
    }

    fn is_weighted(&self) -> bool {
        S::IS_WEIGHTED
    }

    fn of_sample(&self, arch: Arch, sample: &Sample<'_, R>) -> [f64; 2] {
        arch.dispatch(
            #[inline(always)]
            || Surrogate::of_sample(self, sample),
        )
    }

    fn terms(&self, arch: Arch, of_sample: [f64; 2], sequence: Option<SequenceRatio>, limit: f64, block: &mut Block) {
        arch.dispatch(Terms { surrogate: self, of_sample, sequence, limit, block });
    }
}

/// The evaluation of an objective's terms for a block.
struct Terms<'a, S> {
    surrogate: &'a S,
    of_sample: [f64; 2],
    sequence: Option<SequenceRatio>,
    limit: f64,
    block: &'a mut Block,
}

impl<S: Surrogate> WithSimd for Terms<'_, S> {
    type Output = ();

    #[inline(always)]
    fn with_simd<V: Simd>(self, _: V) {
        let (block, context) = (self.block, self.surrogate.context(self.of_sample));
        for token in 0..block.places.count.min(BLOCK) {
            let raw = block.log_ratio[token];
            let log_ratio = bounded(raw, self.limit);
            let own = SequenceRatio { log_ratio, ratio: block.ratio[token], is_held: log_ratio != raw };
            let SequenceRatio { log_ratio, ratio, is_held } = self.sequence.unwrap_or(own);
            let term = S::term(
                context,
                Token {
                    index: block.places.of(token),
                    logp: block.logp[token],
                    old_logp: block.old_logp[token],
                    advantage: block.advantage[token],
                    log_ratio,
                    ratio,
                    is_held,
                },
            );
            block.ratio[token] = ratio;
            block.loss[token] = term.loss;
            block.slope[token] = term.slope;
            for clip in 0..S::CLIPS.len() {
                block.clips[clip][token] = if term.clips[clip] { 1.0 } else { 0.0 };
            }
        }
    }
}
