//! AdamW with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101), in one pass over the parameters.

use crate::error::EngineError;
use crate::kernel::{LINE, vectorised};
use crate::model::Model;
use prefetch_index::prefetch_index;
use rayon::prelude::*;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::ops::Range;
use std::path::Path;

/// The gradient of every parameter, summed over whatever was accumulated.
#[derive(Debug)]
pub struct Gradients {
    pub(crate) values: Vec<f32>,
}

/// How many numbers ahead memory is asked for: what is limited by memory must not wait for it on every page.
const AHEAD: usize = 1024;

/// Parameters per task: large enough to be worth a task, and fixed, so that sums have one order.
pub(crate) const CHUNK: usize = 1 << 14;

impl Gradients {
    /// Zero gradients for `model`.
    pub fn zeros(model: &Model) -> Self {
        Self { values: vec![0.0; model.parameters.len()] }
    }

    /// Sets all to zero.
    pub fn clear(&mut self) {
        self.values.par_chunks_mut(CHUNK).for_each(|chunk| chunk.fill(0.0));
    }

    /// The global 2-norm.
    pub fn norm(&self) -> f64 {
        // Chunk sums in f64, added in order.
        let sums: Vec<f64> = self
            .values
            .par_chunks(CHUNK)
            .map(|chunk| {
                vectorised(
                    #[inline(always)]
                    || {
                        let mut lanes = [0.0_f64; LINE];
                        let (whole, rest) = chunk.as_chunks::<LINE>();
                        for (index, values) in whole.iter().enumerate() {
                            prefetch_index(chunk, LINE * index + AHEAD);
                            for (lane, value) in lanes.iter_mut().zip(values) {
                                *lane += f64::from(*value) * f64::from(*value);
                            }
                        }
                        lanes.iter().sum::<f64>() + rest.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>()
                    },
                )
            })
            .collect();
        sums.iter().sum::<f64>().sqrt()
    }

    /// All gradients, in the order of the parameters.
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}

/// Settings of [`AdamW`]; the learning rate is given at each step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamWConfig {
    /// Decay rates of the two moments.
    pub betas: [f64; 2],
    /// Added to the root of the second moment.
    pub eps: f64,
    /// Decoupled decay of matrices, per unit of learning rate; norms and biases are not decayed.
    pub weight_decay: f64,
}

/// The optimiser: two moments per parameter and the number of steps taken.
#[derive(Debug)]
pub struct AdamW {
    config: AdamWConfig,
    steps: u64,
    first: Vec<f32>,
    second: Vec<f32>,
    /// Parameters that are not decayed: norms and biases.
    undecayed: Vec<Range<usize>>,
}

impl AdamW {
    /// A fresh optimiser for `model`.
    pub fn new(model: &Model, config: AdamWConfig) -> Self {
        let undecayed = model
            .layout
            .tensors
            .iter()
            .filter(|(spec, _)| spec.shape.len() == 1)
            .map(|(_, range)| range.clone())
            .collect();
        let len = model.parameters.len();
        Self { config, steps: 0, first: vec![0.0; len], second: vec![0.0; len], undecayed }
    }

    /// The number of steps taken.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Scales the gradient to a norm of at most `clip_norm` (0 leaves it alone) and takes one step, which uses the gradient
    /// up: it is zero afterwards. Returns the norm before clipping.
    ///
    /// With g the clipped gradient and t the step: m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2,
    /// w -= rate * (m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps) + decay * w).
    ///
    /// # Errors
    /// [`EngineError::NonFinite`] if the gradient is not finite; nothing changes then.
    pub fn step(
        &mut self,
        model: &mut Model,
        gradients: &mut Gradients,
        learning_rate: f64,
        clip_norm: f64,
    ) -> Result<f64, EngineError> {
        let norm = gradients.norm();
        if !norm.is_finite() {
            let at = gradients.values.iter().position(|value| !value.is_finite()).unwrap_or(0);
            let tensor = model.layout.tensors.iter().find(|(_, range)| range.contains(&at));
            return Err(EngineError::NonFinite {
                tensor: tensor.map_or_else(String::new, |(spec, _)| spec.name.clone()),
            });
        }
        model.packed.expire();
        self.update(&mut model.parameters, &mut gradients.values, norm, learning_rate, clip_norm);
        Ok(norm)
    }

    fn update(&mut self, parameters: &mut [f32], gradients: &mut [f32], norm: f64, learning_rate: f64, clip_norm: f64) {
        self.steps += 1;
        let scale = if clip_norm > 0.0 && norm > clip_norm { clip_norm / norm } else { 1.0 };
        let [beta1, beta2] = self.config.betas;
        let correction1 = 1.0 - beta1.powi(i32::try_from(self.steps).unwrap_or(i32::MAX));
        let correction2 = 1.0 - beta2.powi(i32::try_from(self.steps).unwrap_or(i32::MAX));
        let update = Update {
            scale: scale as f32,
            beta1: beta1 as f32,
            beta2: beta2 as f32,
            rest1: (1.0 - beta1) as f32,
            rest2: (1.0 - beta2) as f32,
            rate: (learning_rate / correction1) as f32,
            root_correction: (1.0 / correction2.sqrt()) as f32,
            eps: self.config.eps as f32,
            keep: (1.0 - learning_rate * self.config.weight_decay) as f32,
        };
        let undecayed = &self.undecayed;
        parameters
            .par_chunks_mut(CHUNK)
            .zip(gradients.par_chunks_mut(CHUNK))
            .zip(self.first.par_chunks_mut(CHUNK))
            .zip(self.second.par_chunks_mut(CHUNK))
            .enumerate()
            .for_each(|(index, (((weights, gradients), first), second))| {
                let start = index * CHUNK;
                // The chunk is cut where decay goes on and off.
                let mut at = 0;
                while at < weights.len() {
                    let position = start + at;
                    let next = undecayed.partition_point(|range| range.end <= position);
                    let (decay, until) = match undecayed.get(next) {
                        Some(range) if range.contains(&position) => (false, range.end),
                        Some(range) => (true, range.start),
                        None => (true, usize::MAX),
                    };
                    let end = weights.len().min(until.saturating_sub(start));
                    let keep = if decay { update.keep } else { 1.0 };
                    vectorised(
                        #[inline(always)]
                        || {
                            update.apply(
                                &mut weights[at..end],
                                &mut gradients[at..end],
                                &mut first[at..end],
                                &mut second[at..end],
                                keep,
                            );
                        },
                    );
                    at = end;
                }
            });
    }

    /// Writes the moments and the step count, exactly, and flushes the file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), EngineError> {
        let write = || -> std::io::Result<()> {
            let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
            file.write_all(MAGIC)?;
            file.write_all(&self.steps.to_le_bytes())?;
            file.write_all(&(self.first.len() as u64).to_le_bytes())?;
            for value in self.first.iter().chain(&self.second) {
                file.write_all(&value.to_le_bytes())?;
            }
            file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()
        };
        write().map_err(|error| state_error(path, &error.to_string()))
    }

    /// Reads what [`AdamW::save`] wrote.
    ///
    /// # Errors
    /// If the file cannot be read, is damaged, or belongs to a model of another size; nothing changes then.
    pub fn load(&mut self, path: &Path) -> Result<(), EngineError> {
        let fail = |reason: &str| state_error(path, reason);
        let mut file = BufReader::new(File::open(path).map_err(|error| fail(&error.to_string()))?);
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|error| fail(&error.to_string()))?;
        let header = MAGIC.len() + 16;
        if bytes.len() < header || !bytes.starts_with(MAGIC) {
            return Err(fail("is not optimiser state of this version"));
        }
        let number = |at: usize| {
            let mut word = [0_u8; 8];
            word.copy_from_slice(&bytes[at..at + 8]);
            u64::from_le_bytes(word)
        };
        let (steps, count) = (number(MAGIC.len()), number(MAGIC.len() + 8));
        if count != self.first.len() as u64 {
            return Err(fail(&format!("holds {count} parameters, the model has {}", self.first.len())));
        }
        let values = bytes[header..].as_chunks::<4>();
        if values.0.len() != 2 * self.first.len() || !values.1.is_empty() {
            return Err(fail("is truncated or has bytes too many"));
        }
        let moments = self.first.iter_mut().chain(&mut self.second);
        for (moment, value) in moments.zip(values.0) {
            *moment = f32::from_le_bytes(*value);
        }
        self.steps = steps;
        Ok(())
    }
}

/// The first bytes of the file, with its version.
const MAGIC: &[u8] = b"plaudit adamw 1\n";

fn state_error(path: &Path, reason: &str) -> EngineError {
    EngineError::OptimizerState { path: path.to_owned(), reason: reason.to_owned() }
}

/// The constants of one step.
struct Update {
    scale: f32,
    beta1: f32,
    beta2: f32,
    rest1: f32,
    rest2: f32,
    rate: f32,
    root_correction: f32,
    eps: f32,
    keep: f32,
}

impl Update {
    #[inline(always)]
    fn apply(&self, weights: &mut [f32], gradients: &mut [f32], first: &mut [f32], second: &mut [f32], keep: f32) {
        for start in (0..weights.len()).step_by(LINE) {
            let (line, ahead) = (start..weights.len().min(start + LINE), start + AHEAD);
            prefetch_index(&*weights, ahead);
            prefetch_index(&*gradients, ahead);
            prefetch_index(&*first, ahead);
            prefetch_index(&*second, ahead);
            let (weights, gradients) = (&mut weights[line.clone()], &mut gradients[line.clone()]);
            let (first, second) = (&mut first[line.clone()], &mut second[line]);
            for (((weight, gradient), m), v) in weights.iter_mut().zip(gradients).zip(first).zip(second) {
                let g = std::mem::take(gradient) * self.scale;
                *m = self.beta1 * *m + self.rest1 * g;
                *v = self.beta2 * *v + self.rest2 * g * g;
                *weight = *weight * keep - self.rate * *m / (v.sqrt() * self.root_correction + self.eps);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_pytorch() {
        let vectors: serde_json::Value = serde_json::from_str(include_str!("../tests/vectors/adamw.json")).unwrap();
        let numbers = |value: &serde_json::Value| -> Vec<f64> {
            ["decayed", "kept"]
                .iter()
                .flat_map(|part| value[part].as_array().unwrap().iter().map(|number| number.as_f64().unwrap()))
                .collect()
        };
        let number = |name: &str| vectors["hyperparameters"][name].as_f64().unwrap();
        let betas = [number("beta1"), number("beta2")];
        let config = AdamWConfig { betas, eps: number("epsilon"), weight_decay: number("weight_decay") };
        let narrow = |values: Vec<f64>| values.iter().map(|value| *value as f32).collect::<Vec<f32>>();
        let mut parameters = narrow(numbers(&vectors["initial"]));
        let (first, second) = (vec![0.0; 8], vec![0.0; 8]);
        let undecayed = std::iter::once(5..8).collect();
        let mut optimizer = AdamW { config, steps: 0, first, second, undecayed };
        for step in vectors["steps"].as_array().unwrap() {
            let mut gradients = Gradients { values: narrow(numbers(&step["gradient"])) };
            let norm = gradients.norm();
            assert!((norm - step["gradient_norm"].as_f64().unwrap()).abs() < 1e-6 * norm);
            let rate = step["learning_rate"].as_f64().unwrap();
            optimizer.update(&mut parameters, &mut gradients.values, norm, rate, number("max_norm"));
            assert_eq!(gradients.values, [0.0; 8], "the gradient is used up");
            for (ours, theirs) in parameters.iter().zip(numbers(&step["parameters"])) {
                // f32 here, f64 there: a few roundings of values near 1.
                assert!((f64::from(*ours) - theirs).abs() < 1e-6, "{ours} {theirs}");
            }
        }
    }
}
