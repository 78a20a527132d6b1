//! Learning from a batch: forward, the caller's objective, backward, part by part, in lanes.

use crate::error::EngineError;
use crate::head::HeadBuffers;
use crate::kernel::math;
use crate::model::{Model, gather};
use crate::optimizer::{CHUNK, Gradients};
use crate::packed_weights::{PackedWeights, Side};
use crate::packing::{self, Continuations};
use crate::statistics::{Request, Statistics};
use crate::tape::{Backward, Buffers, Context};
use rayon::prelude::*;
use std::ops::Range;

/// A part of a batch, handed to an objective between forward and backward. Parts are whole samples, and come in order.
#[derive(Debug)]
pub struct Part<'a> {
    /// The samples, in the batch.
    pub samples: Range<usize>,
    /// Their tokens, in the batch's flat columns.
    pub tokens: Range<usize>,
    /// Statistics of those tokens.
    pub statistics: &'a Statistics,
    /// To be filled with dL/dlogp, one per token of the part; comes as zeros.
    pub logp_gradient: &'a mut [f32],
    /// To be filled with dL/dentropy; there if the request asked for the entropy.
    pub entropy_gradient: Option<&'a mut [f32]>,
}

/// Bytes of parameters up to which a model learns in [`LANES`], each with a gradient of its own, and has its weights packed once for all
/// parts of a batch. A larger one has one lane, packs on the way, keeps nothing that is cheap to compute again, and what
/// generation had packed makes room for gradients.
const SMALL_BYTES: usize = 64 << 20;

/// Parts of a small model that are learnt side by side: a thread that goes through a part alone finds in its caches what it wrote there
/// last. The number is fixed, for it decides the order in which gradients are summed; more threads share the work of a lane.
const LANES: usize = 2;

/// Bytes of activations that the part of a lane may take, and rows it has at least and at most: weights are not to be fetched for few
/// rows, activations are to stay in the caches.
const LANE_BYTES: usize = 16 << 20;
const LANE_ROWS: Range<usize> = 256..1024;

/// Rows of a part of a large model, whose weights cost more to fetch.
const LARGE_ROWS: usize = 512;

/// What learning keeps from one batch to the next.
#[derive(Debug, Default)]
pub(crate) struct Learner {
    lanes: Vec<Lane>,
    /// Gradients of the lanes after the first, which adds to the caller's.
    gradients: Vec<Vec<f32>>,
}

impl Learner {
    fn new(model: &Model, lanes: usize, backward: Backward) -> Self {
        let graph = &model.graph;
        let lane = || Lane { buffers: graph.tape.plan(graph.output(), backward, &[]), ..Lane::default() };
        let gradients = vec![vec![0.0; model.parameters.len()]; lanes - 1];
        Self { lanes: std::iter::repeat_with(lane).take(lanes).collect(), gradients }
    }

    /// Adds the batch's gradient to `gradients`.
    fn run(
        &mut self,
        shared: Shared<'_>,
        parts: &[packing::Part],
        gradients: &mut Gradients,
        objective: &mut dyn FnMut(Part<'_>),
    ) {
        for own in &mut self.gradients {
            own.par_chunks_mut(CHUNK).for_each(|chunk| chunk.fill(0.0));
        }
        for parts in parts.chunks(self.lanes.len()) {
            let lanes = self.lanes.par_iter_mut().zip(parts).with_max_len(1);
            lanes.for_each(|(lane, part)| lane.forward(shared, part));
            for (lane, part) in self.lanes.iter_mut().zip(parts) {
                lane.evaluate(shared, part, objective);
            }
            let sums: Vec<&mut [f32]> =
                [&mut gradients.values].into_iter().chain(&mut self.gradients).map(Vec::as_mut_slice).collect();
            let lanes = self.lanes.par_iter_mut().zip(parts).zip(sums).with_max_len(1);
            lanes.for_each(|((lane, part), gradients)| lane.backward(shared, part, gradients));
        }
        for own in &self.gradients {
            gradients
                .values
                .par_chunks_mut(CHUNK)
                .zip(own.par_chunks(CHUNK))
                .for_each(|(total, own)| math::add_to(total, own));
        }
    }
}

/// The buffers of one part at a time.
#[derive(Debug, Default)]
struct Lane {
    buffers: Buffers,
    head: HeadBuffers,
    /// Hidden states that predict a token, and their gradients: `[tokens, hidden size]`.
    predictors: Vec<f32>,
    predictor_gradients: Vec<f32>,
    statistics: Statistics,
    /// dL/dlogp and dL/dentropy, `[tokens]`; the latter is empty if the entropy was not asked for.
    logp_gradient: Vec<f32>,
    entropy_gradient: Vec<f32>,
}

/// What the lanes read.
#[derive(Clone, Copy)]
struct Shared<'a> {
    model: &'a Model,
    batch: Continuations<'a>,
    request: &'a Request,
}

impl<'a> Shared<'a> {
    fn context(&self, part: &'a packing::Part) -> Context<'a> {
        let model = self.model;
        Context { parameters: &model.parameters, packed: &model.packed, packing: &part.packing, rotary: &model.rotary }
    }

    fn targets(&self, part: &packing::Part) -> &'a [u32] {
        &self.batch.tokens[self.batch.columns(&part.samples)]
    }
}

impl Lane {
    /// Fills the statistics of a part.
    fn forward(&mut self, shared: Shared<'_>, part: &packing::Part) {
        let Shared { model, request, .. } = shared;
        let graph = &model.graph;
        graph.tape.forward(&shared.context(part), &mut self.buffers);
        gather(&mut self.predictors, graph.final_hidden(&self.buffers), &part.predictors, model.config().hidden_size);
        let targets = shared.targets(part);
        let (statistics, head) = (&mut self.statistics, &mut self.head);
        graph.head.forward(&model.parameters, &self.predictors, targets, request, statistics, head, true);
    }

    /// Lets the objective fill the derivatives.
    fn evaluate(&mut self, shared: Shared<'_>, part: &packing::Part, objective: &mut dyn FnMut(Part<'_>)) {
        let (tokens, with_entropy) = (shared.batch.columns(&part.samples), shared.request.entropy);
        self.logp_gradient.clear();
        self.logp_gradient.resize(tokens.len(), 0.0);
        self.entropy_gradient.clear();
        self.entropy_gradient.resize(if with_entropy { tokens.len() } else { 0 }, 0.0);
        objective(Part {
            samples: part.samples.clone(),
            tokens,
            statistics: &self.statistics,
            logp_gradient: &mut self.logp_gradient,
            entropy_gradient: with_entropy.then_some(&mut self.entropy_gradient),
        });
    }

    /// Adds the part's share to `gradients`.
    fn backward(&mut self, shared: Shared<'_>, part: &packing::Part, gradients: &mut [f32]) {
        if self.logp_gradient.iter().chain(&self.entropy_gradient).all(|gradient| *gradient == 0.0) {
            return;
        }
        let Shared { model, request, .. } = shared;
        let width = model.config().hidden_size;
        self.predictor_gradients.resize(self.predictors.len(), 0.0);
        model.graph.head.backward(
            &model.parameters,
            gradients,
            &self.predictors,
            shared.targets(part),
            request,
            &self.logp_gradient,
            request.entropy.then_some(&self.entropy_gradient),
            &mut self.predictor_gradients,
            &mut self.head,
        );
        let output_gradient = self.buffers.output_gradient();
        output_gradient.fill(0.0);
        for (row, gradient) in part.predictors.iter().zip(self.predictor_gradients.chunks_exact(width)) {
            math::add_to(&mut output_gradient[row * width..][..width], gradient);
        }
        model.graph.tape.backward(&shared.context(part), gradients, &mut self.buffers);
    }
}

impl Model {
    /// Runs the batch forward, lets `objective` turn each part's statistics into derivatives of the loss, and adds the
    /// gradient of all parameters to `gradients`. Parts with no derivative but zero are not run backward.
    ///
    /// # Errors
    /// If a prompt is empty, a token unknown, a text too long, or the model does not have a statistic.
    pub fn accumulate(
        &mut self,
        batch: Continuations<'_>,
        request: &Request,
        gradients: &mut Gradients,
        objective: &mut dyn FnMut(Part<'_>),
    ) -> Result<(), EngineError> {
        self.check(batch)?;
        self.check_request(request)?;
        let is_small = 4 * self.parameters.len() <= SMALL_BYTES;
        let mut learner = std::mem::take(&mut self.learner);
        if learner.lanes.is_empty() {
            let (lanes, backward) = if is_small { (LANES, Backward::Fast) } else { (1, Backward::Thrifty) };
            learner = Learner::new(self, lanes, backward);
        }
        let rows = if is_small {
            self.packed.update(Side::Forward, &self.graph, &self.parameters);
            self.packed.update(Side::Backward, &self.graph, &self.parameters);
            learner.lanes[0].buffers.rows_in(LANE_BYTES).clamp(LANE_ROWS.start, LANE_ROWS.end)
        } else {
            self.packed = PackedWeights::default();
            LARGE_ROWS
        };
        let parts = batch.parts(rows);
        self.rotary.cover(parts.iter().map(|part| part.packing.longest()).max().unwrap_or(0));
        learner.run(Shared { model: self, batch, request }, &parts, gradients, objective);
        self.learner = learner;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets::preset;
    use plaudit_core::Segments;

    /// The gradient of a loss over five samples, each a part of its own.
    fn gradient(lanes: usize, backward: Backward) -> (Vec<f32>, usize) {
        let mut model = Model::random(preset("nano").unwrap(), 0);
        let mut learner = Learner::new(&model, lanes, backward);
        let (prompts, samples) = (Segments::from_lengths([3, 2]), Segments::from_lengths([4, 1, 7, 2, 3]));
        let tokens: Vec<u32> = (1..18).collect();
        let batch = Continuations {
            prompt_tokens: &tokens[..5],
            prompts: &prompts,
            prompt_of: &[0, 0, 1, 1, 1],
            tokens: &tokens,
            samples: &samples,
        };
        let mut gradients = Gradients::zeros(&model);
        let (parts, mut seen) = (batch.parts(1), Vec::new());
        model.rotary.cover(10);
        let shared = Shared { model: &model, batch, request: &Request::default() };
        // Twice, to see that nothing is left from the batch before.
        for _ in 0..2 {
            learner.run(shared, &parts, &mut gradients, &mut |part| {
                seen.extend(part.samples);
                part.logp_gradient.fill(-0.1);
            });
        }
        assert_eq!(seen, [0, 1, 2, 3, 4, 0, 1, 2, 3, 4], "parts come in order");
        (gradients.values, learner.lanes[0].buffers.rows_in(1 << 20))
    }

    #[test]
    fn what_is_computed_again_gives_the_same_gradient() {
        let ((fast, fast_rows), (thrifty, thrifty_rows)) =
            (gradient(1, Backward::Fast), gradient(1, Backward::Thrifty));
        assert!(fast.iter().any(|value| *value != 0.0));
        assert_eq!(fast, thrifty);
        assert!(fast_rows < thrifty_rows, "{fast_rows:?} {thrifty_rows:?}");
    }

    #[test]
    fn lanes_add_up_to_one() {
        let (one, several) = (gradient(1, Backward::Fast).0, gradient(LANES, Backward::Fast).0);
        let scale = one.iter().fold(0.0_f32, |top, value| top.max(value.abs()));
        for (one, several) in one.iter().zip(&several) {
            // The same ten shares in another order: a few roundings of the largest.
            assert!((one - several).abs() < 1e-6 * scale, "{one} {several}");
        }
    }
}
