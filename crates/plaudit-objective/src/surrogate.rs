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

use crate::block::{BLOCK, Column, Places};
use crate::exponential::{bounded, exp, sum};
use crate::kl::k3;
use crate::ratio::RatioLevel;
use crate::sums::{CLIPS, Sums};
use crate::totals::unmasked;
use crate::{Aggregation, BatchTotals, KlConfig, Needs, Numerics, Objective, Scope, assert_columns, entropy_band};
use plaudit_core::{Derivatives, Loss, PolicyColumns, Real};
use pulp::{Simd, WithSimd};
use rayon::prelude::*;
use std::ops::Range;

/// Tokens after which a chunk of samples is full.
const CHUNK: usize = 1 << 15;
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

    fn context<R: Real>(&self, sample: &Sample<'_, R>) -> Self::Context;

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

/// A chunk of samples and room for its derivatives.
struct Chunk<'a, R> {
    samples: Range<usize>,
    /// Where its tokens begin.
    start: usize,
    logp: &'a mut [R],
    entropy: Option<&'a mut [R]>,
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
    let work = |chunk| {
        let block = Block::default();
        pulp::Arch::new().dispatch(Work { surrogate, columns, totals, band, chunk, block })
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

fn chunks<'a, R: Real>(columns: &PolicyColumns<'_, R>, out: &'a mut Derivatives<'_, R>) -> Vec<Chunk<'a, R>> {
    let (mut logp, mut entropy) = (&mut *out.logp, out.entropy.as_deref_mut());
    let (mut chunks, mut first, mut start) = (Vec::new(), 0, 0);
    for (index, range) in columns.samples.iter().enumerate() {
        let tokens = range.end - start;
        if tokens < CHUNK && index + 1 < columns.samples.len() {
            continue;
        }
        let (own, rest) = logp.split_at_mut(tokens);
        logp = rest;
        let own_entropy = entropy.take().map(|column| {
            let (own, rest) = column.split_at_mut(tokens);
            entropy = Some(rest);
            own
        });
        chunks.push(Chunk { samples: first..index + 1, start, logp: own, entropy: own_entropy });
        (first, start) = (index + 1, range.end);
    }
    chunks
}

/// Unmasked tokens of one sample, column by column.
struct Block {
    places: Places,
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
}

impl Default for Block {
    fn default() -> Self {
        let column = [0.0; BLOCK];
        Self {
            places: Places::default(),
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
        }
    }
}

struct Work<'a, R, S> {
    surrogate: &'a S,
    columns: &'a PolicyColumns<'a, R>,
    totals: &'a BatchTotals,
    band: [f64; 2],
    chunk: Chunk<'a, R>,
    block: Block,
}

impl<R: Real, S: Surrogate> WithSimd for Work<'_, R, S> {
    type Output = Sums;

    #[inline(always)]
    fn with_simd<V: Simd>(mut self, _: V) -> Sums {
        let mut sums = Sums::default();
        let offset = self.chunk.start;
        for index in self.chunk.samples.clone() {
            let range = self.columns.samples.range(index);
            let own = range.start - offset..range.end - offset;
            self.chunk.logp[own.clone()].fill(R::default());
            if let Some(entropy) = &mut self.chunk.entropy {
                entropy[own].fill(R::default());
            }
            let tokens = unmasked(&self.columns.mask[range.clone()]);
            if tokens > 0 {
                self.sample(Sample { columns: self.columns, index, range, tokens }, &mut sums);
            }
        }
        sums
    }
}

/// The ratio of a whole sequence.
#[derive(Clone, Copy)]
struct SequenceRatio {
    log_ratio: f64,
    ratio: f64,
    is_held: bool,
}

impl<R: Real, S: Surrogate> Work<'_, R, S> {
    #[inline(always)]
    fn sample(&mut self, sample: Sample<'_, R>, sums: &mut Sums) {
        let shared = self.surrogate.shared();
        let level = self.surrogate.level();
        let weight = shared.aggregation.token_weight_with(self.totals, sample.tokens, shared.numerics);
        let context = self.surrogate.context(&sample);
        let sequence = level
            .of_sequence(&sample, shared.numerics.sequence_bound)
            .map(|(log_ratio, is_held)| SequenceRatio { log_ratio, ratio: exp(log_ratio), is_held });
        let (mut loss, mut through, mut range) = (0.0, 0.0, sample.range.clone());
        while self.block.places.take(self.columns.mask, &mut range) {
            self.terms(context, sequence, sums);
            self.outer_factors(sums);
            self.penalties(weight, sequence, sums);
            let count = self.block.places.count;
            loss += sum(&self.block.loss[..count]);
            if sequence.is_some() {
                through += sum(&self.block.through[..count]);
            }
            self.store(weight, sums);
        }
        if let (Some(sequence), Some(share)) = (sequence, level.share(sample.tokens)) {
            let spread = if sequence.is_held { 0.0 } else { weight * through * share };
            self.spread(sample.range, spread, sums);
        }
        sums.value += weight * loss;
        sums.tokens += sample.tokens as f64;
    }

    /// The objective's terms, and the metrics of ratios and clips.
    #[inline(always)]
    fn terms(&mut self, context: S::Context, sequence: Option<SequenceRatio>, sums: &mut Sums) {
        let (block, columns) = (&mut self.block, self.columns);
        let count = block.places.count.min(BLOCK);
        let limit = self.surrogate.shared().numerics.log_ratio_limit();
        block.places.read(columns.logp, &mut block.logp);
        block.places.read(columns.old_logp, &mut block.old_logp);
        block.places.read(columns.advantage.unwrap_or_default(), &mut block.advantage);
        for token in 0..count {
            block.log_ratio[token] = block.logp[token] - block.old_logp[token];
            let log_ratio = bounded(block.log_ratio[token], limit);
            block.ratio[token] = exp(log_ratio);
            block.scratch[token] = k3(-log_ratio, block.ratio[token]);
        }
        sums.kl_old += sum(&block.scratch[..count]);
        for token in 0..count {
            let raw = block.log_ratio[token];
            let log_ratio = bounded(raw, limit);
            let own = SequenceRatio { log_ratio, ratio: block.ratio[token], is_held: log_ratio != raw };
            let SequenceRatio { log_ratio, ratio, is_held } = sequence.unwrap_or(own);
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
        for clip in 0..S::CLIPS.len() {
            sums.clips[clip] += sum(&block.clips[clip][..count]);
        }
        sums.add_ratios(&block.ratio[..count], &mut block.scratch);
    }

    /// The importance weights and the entropy band, which multiply the terms alone.
    #[inline(always)]
    fn outer_factors(&mut self, sums: &mut Sums) {
        let (block, columns) = (&mut self.block, self.columns);
        let count = block.places.count.min(BLOCK);
        if let (true, Some(weight)) = (S::IS_WEIGHTED, columns.weight) {
            block.places.read(weight, &mut block.scratch);
            for token in 0..count {
                block.loss[token] = times(block.scratch[token], block.loss[token]);
                block.slope[token] = times(block.scratch[token], block.slope[token]);
            }
        }
        let Some(entropy) = columns.entropy else { return };
        block.places.read(entropy, &mut block.scratch);
        sums.entropy += sum(&block.scratch[..count]);
        if self.surrogate.shared().has_band() {
            for token in 0..count {
                let factor = entropy_band::factor(self.band, block.scratch[token]);
                block.loss[token] = times(factor, block.loss[token]);
                block.slope[token] = times(factor, block.slope[token]);
            }
        }
    }

    /// Adds the KL and entropy terms, and keeps apart what goes through the ratio of a sequence.
    #[inline(always)]
    fn penalties(&mut self, weight: f64, sequence: Option<SequenceRatio>, sums: &mut Sums) {
        let shared = self.surrogate.shared();
        let spreads = sequence.is_some() && self.surrogate.level().share(1).is_some();
        let (block, columns) = (&mut self.block, self.columns);
        let count = block.places.count.min(BLOCK);
        if spreads {
            let (through, slope) = (&mut block.through[..count], &mut block.slope[..count]);
            if S::IS_DETACHED {
                through.fill(0.0);
            } else {
                through.copy_from_slice(slope);
                slope.fill(0.0);
            }
        }
        if let Some(ref_logp) = columns.ref_logp {
            // A coefficient of 0 must not turn an infinite estimate into NaN.
            let (kl, is_on) = (shared.kl, shared.kl.coefficient != 0.0);
            let limit = shared.numerics.log_ratio_limit();
            block.places.read(ref_logp, &mut block.scratch);
            for token in 0..count {
                let (mut value, mut slope) = kl.value_and_slope(block.logp[token], block.scratch[token]);
                if kl.ratio_weighted {
                    let ratio = block.ratio[token];
                    (value, slope) = (value * ratio, slope * ratio);
                    let is_held = sequence.map_or(block.log_ratio[token].abs() > limit, |sequence| sequence.is_held);
                    if spreads && is_on {
                        block.through[token] += kl.coefficient * value;
                    } else if !is_held {
                        slope += value;
                    }
                }
                block.scratch[token] = value;
                if is_on {
                    block.loss[token] += kl.coefficient * value;
                    block.slope[token] += kl.coefficient * slope;
                }
            }
            sums.kl_ref += sum(&block.scratch[..count]);
        }
        if let (true, Some(entropy)) = (shared.entropy_coefficient != 0.0, columns.entropy) {
            let derivative = self.chunk.entropy.as_deref_mut();
            let derivative = derivative.expect("room for dL/dentropy is needed where the coefficient is not 0");
            block.places.read(entropy, &mut block.scratch);
            for token in 0..count {
                let value = block.scratch[token];
                let factor = if shared.has_band() { entropy_band::factor(self.band, value) } else { 1.0 };
                let coefficient = shared.entropy_coefficient * factor;
                block.loss[token] -= coefficient * value;
                block.scratch[token] = -coefficient * weight;
            }
            block.places.write(&block.scratch, derivative, self.chunk.start);
        }
    }

    #[inline(always)]
    fn store(&mut self, weight: f64, sums: &mut Sums) {
        let block = &mut self.block;
        let count = block.places.count.min(BLOCK);
        for token in 0..count {
            block.scratch[token] = if block.slope[token] == 0.0 { 1.0 } else { 0.0 };
            block.slope[token] *= weight;
        }
        sums.zero_gradient += sum(&block.scratch[..count]);
        block.places.write(&block.slope, self.chunk.logp, self.chunk.start);
    }

    /// Adds the derivative through the sequence's ratio, the same for all of its tokens.
    #[inline(always)]
    fn spread(&mut self, range: Range<usize>, spread: f64, sums: &mut Sums) {
        if spread == 0.0 {
            return;
        }
        let own = range.start - self.chunk.start..range.end - self.chunk.start;
        let (mut before, mut after) = (0_u32, 0_u32);
        for (slope, is_in) in self.chunk.logp[own].iter_mut().zip(&self.columns.mask[range]) {
            let spread = if *is_in { spread } else { 0.0 };
            let total = slope.wide() + spread;
            before += u32::from(slope.wide() == 0.0);
            after += u32::from(total == 0.0);
            *slope = R::narrow(total);
        }
        sums.zero_gradient += f64::from(after) - f64::from(before);
    }
}
