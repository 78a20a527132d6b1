//! Normalisation: how much better a value is than the others of its cell, (x - centre) / (std + eps).
//!
//! ```text
//! y_i = (x_i - centre) / (std + eps)
//! ```
//!
//! x_i are the values of items (samples, steps, turns; any unit), cut into cells (the samples of a prompt, the turns of one index).
//! `centre` and `std` are statistics of the scored items of a cell, or of all scored items where the name says batch. Everything in which
//! published estimators differ is a setting of [`Normalisation`]; which items share a cell is the caller's.
//!
//! Of a cell of equal values the mean is that value and the deviation 0, exactly: no rounding error is ever divided by eps.

use crate::CreditError;
use plaudit_core::Segments;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is subtracted from a value: its baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Centre {
    /// The mean of the group, the sample itself included.
    GroupMean,
    /// The mean of the other members of the group, which leaves the policy gradient unbiased.
    LeaveOneOut,
    /// The mean of the batch.
    BatchMean,
    /// The mean of the group in which every member weighs as much as it has tokens: the baseline of least variance where
    /// gradients of tokens are uncorrelated (OPO).
    LengthWeighted,
    /// The score of the greedy completion to the same prompt (ReMax): read from the column `baseline`.
    Greedy,
    /// A running mean of earlier scores (see `RunningBaseline`): read from the column `baseline`.
    Running,
    /// No baseline.
    None,
}

/// What the centred value is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// No division: the advantage keeps the unit of the score.
    None,
    /// The standard deviation of the group's scores: every prompt counts alike, however rarely it is solved.
    GroupStd,
    /// The standard deviation of the batch's scores.
    BatchStd,
    /// The standard deviation of the scores of the other members of the group.
    LeaveOneOutStd,
    /// The share of the batch's scores that are not 0, at least one of them: a batch that is rarely solved weighs as much as another (GPG).
    NonzeroShare,
}

/// What the only scored member of a group gets, where the centre or the scale is a statistic of the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Singleton {
    /// Advantage 0: nothing is learnt from it.
    Zero,
    /// As if the group's mean were 0 and its standard deviation 1: the score, over (1 + eps) where it is divided by a deviation of the
    /// group (a sum that is rounded to single precision, as in verl).
    Raw,
}

/// What a centred value becomes where the deviation it should be divided by is that of equal values, 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Constant {
    /// Advantage 0.
    Zero,
    /// The centred value as it is.
    Undivided,
    /// The centred value divided by eps.
    Divided,
}

/// Centre, scale and the rules for cells that have none: one comparison of values within cells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Normalisation {
    /// The baseline that is subtracted from a value.
    pub centre: Centre,
    /// What the centred value is divided by.
    pub scale: Scale,
    /// Divisor of the variance is (count - ddof): 1 gives the unbiased estimate, 0 the population's.
    #[schemars(range(max = 1))]
    pub ddof: u8,
    /// Added to the standard deviation so that nearly equal values are not blown up. In units of the value.
    #[schemars(range(min = 0.0))]
    pub eps: f64,
    /// What the only scored item of a cell gets, which has nothing to be compared with.
    pub singleton: Singleton,
    /// What is divided by a standard deviation of 0.
    pub constant: Constant,
}

impl Default for Normalisation {
    fn default() -> Self {
        Self {
            centre: Centre::GroupMean,
            scale: Scale::GroupStd,
            ddof: 1,
            eps: 1e-6,
            singleton: Singleton::Zero,
            constant: Constant::Zero,
        }
    }
}

/// The items that are compared; columns of one value per item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Items<'a> {
    /// The values. Meaningless where `scored` is false.
    pub(crate) values: &'a [f64],
    /// Whether an item has a value. One without stays out of every statistic and gets 0.
    pub(crate) scored: &'a [bool],
    /// What an item weighs in [`Centre::LengthWeighted`]; read by it alone.
    pub(crate) weights: &'a [f64],
    /// The baseline of [`Centre::Greedy`] and [`Centre::Running`]; read by them alone.
    pub(crate) baseline: &'a [f64],
}

/// Items cut into cells.
#[derive(Clone, Debug)]
pub(crate) struct Cells {
    /// The items, those of a cell one after another in ascending order.
    items: Vec<usize>,
    bounds: Segments,
}

impl Cells {
    /// Consecutive items form a cell.
    pub(crate) fn runs(segments: &Segments) -> Self {
        Self { items: (0..segments.total()).collect(), bounds: segments.clone() }
    }

    /// Items of equal key form a cell; one key per item.
    pub(crate) fn named<K: Ord>(keys: &[K]) -> Self {
        let mut items: Vec<usize> = (0..keys.len()).collect();
        items.sort_by(|a, b| keys[*a].cmp(&keys[*b]));
        let bounds = Segments::from_lengths(items.chunk_by(|a, b| keys[*a] == keys[*b]).map(<[usize]>::len));
        Self { items, bounds }
    }

    /// The items of each cell.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[usize]> {
        self.bounds.iter().map(|range| &self.items[range])
    }
}

impl Normalisation {
    /// Writes one number per item into `out`; 0 where an item has no value.
    ///
    /// # Errors
    /// [`CreditError::ZeroDivisor`] where `constant` is [`Constant::Divided`], all values of a cell are equal and eps is 0;
    /// [`CreditError::TooFarApart`] where the deviation to divide by is infinite: everything would be 0.
    pub(crate) fn apply(&self, items: &Items<'_>, cells: &Cells, out: &mut [f64]) -> Result<(), CreditError> {
        out.fill(0.0);
        let batch = Batch::of(items, self.ddof);
        if self.scale == Scale::BatchStd && !batch.std.is_finite() {
            return Err(CreditError::TooFarApart);
        }
        for (index, cell) in cells.iter().enumerate() {
            let cell: Vec<usize> = cell.iter().copied().filter(|&item| items.scored[item]).collect();
            let moments = Moments::over(items.values, cell.iter().copied());
            if matches!(self.scale, Scale::GroupStd | Scale::LeaveOneOutStd) && !moments.squares.is_finite() {
                return Err(CreditError::TooFarApart);
            }
            let centre = match self.centre {
                Centre::LengthWeighted => weighted_mean(items, &cell, &moments),
                _ => moments.mean,
            };
            if self.uses_cell() && cell.len() == 1 && self.singleton == Singleton::Zero {
                continue;
            }
            for &item in &cell {
                let centred = self.centred(items, item, cell.len(), centre, &batch);
                let scaled = self.scaled(centred, items.values, item, &cell, &moments, &batch);
                out[item] = scaled.ok_or(CreditError::ZeroDivisor { cell: index })?;
            }
        }
        Ok(())
    }

    /// Whether the centre or the scale is a statistic of the cell, so that an item alone in its cell has none.
    pub(crate) fn uses_cell(&self) -> bool {
        matches!(self.centre, Centre::GroupMean | Centre::LeaveOneOut | Centre::LengthWeighted)
            || matches!(self.scale, Scale::GroupStd | Scale::LeaveOneOutStd)
    }

    /// Which items have been compared with something: all that are scored, but for those that [`Singleton::Zero`] gives 0.
    pub(crate) fn compared(&self, scored: &[bool], cells: &Cells) -> Vec<bool> {
        let mut compared = scored.to_vec();
        if self.uses_cell() && self.singleton == Singleton::Zero {
            for cell in cells.iter() {
                let mut members = cell.iter().filter(|item| scored[**item]);
                if let (Some(alone), None) = (members.next(), members.next()) {
                    compared[*alone] = false;
                }
            }
        }
        compared
    }

    fn centred(&self, items: &Items<'_>, item: usize, count: usize, centre: f64, batch: &Batch) -> f64 {
        let value = items.values[item];
        match self.centre {
            Centre::GroupMean | Centre::LeaveOneOut | Centre::LengthWeighted if count == 1 => value,
            Centre::GroupMean | Centre::LengthWeighted => value - centre,
            // x_i - (sum - x_i)/(n - 1) = n/(n - 1) * (x_i - mean), with less cancellation.
            Centre::LeaveOneOut => (value - centre) * count as f64 / (count - 1) as f64,
            Centre::BatchMean => value - batch.moments.mean,
            Centre::Greedy | Centre::Running => value - items.baseline[item],
            Centre::None => value,
        }
    }

    /// The centred value over the scale; none where that is 0.
    fn scaled(
        &self,
        centred: f64,
        values: &[f64],
        item: usize,
        cell: &[usize],
        moments: &Moments,
        batch: &Batch,
    ) -> Option<f64> {
        let std = match self.scale {
            Scale::None => return Some(centred),
            Scale::NonzeroShare => return Some(centred * batch.per_nonzero),
            // The 1 of verl is a single-precision number, and so is its sum with eps.
            Scale::GroupStd | Scale::LeaveOneOutStd if cell.len() == 1 => {
                return Some(centred / f64::from((1.0 + self.eps) as f32));
            }
            Scale::BatchStd => batch.std,
            Scale::GroupStd => moments.std(self.ddof),
            Scale::LeaveOneOutStd => moments.without(values, cell, item).std(self.ddof),
        };
        match self.constant {
            _ if std > 0.0 => Some(centred / (std + self.eps)),
            Constant::Zero => Some(0.0),
            Constant::Undivided => Some(centred),
            Constant::Divided => (self.eps > 0.0).then(|| centred / self.eps),
        }
    }
}

/// Statistics of all scored items.
struct Batch {
    moments: Moments,
    std: f64,
    /// Number of items over number of those that are not 0, at least one.
    per_nonzero: f64,
}

impl Batch {
    fn of(items: &Items<'_>, ddof: u8) -> Self {
        let scored = || (0..items.values.len()).filter(|&item| items.scored[item]);
        let moments = Moments::over(items.values, scored());
        let nonzero = scored().filter(|&item| items.values[item] != 0.0).count();
        // In verl a product of single-precision numbers: rounded as there, so that results agree to the last digits.
        let per_nonzero = f64::from(moments.count as f32 * (1.0 / nonzero.max(1) as f32));
        Self { std: moments.std(ddof), moments, per_nonzero }
    }
}

/// Number, mean and sum of squared deviations of some values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moments {
    count: usize,
    mean: f64,
    squares: f64,
}

impl Moments {
    pub(crate) fn over(values: &[f64], items: impl Iterator<Item = usize> + Clone) -> Self {
        let count = items.clone().count();
        let first = items.clone().next().map_or(0.0, |item| values[item]);
        // Asked exactly, because the mean of equal numbers may differ from them by rounding.
        if items.clone().all(|item| values[item] == first) {
            return Self { count, mean: first, squares: 0.0 };
        }
        let mean = items.clone().map(|item| values[item]).sum::<f64>() / count as f64;
        Self { count, mean, squares: items.map(|item| (values[item] - mean).powi(2)).sum() }
    }

    /// The moments of the rest of a cell.
    fn without(&self, values: &[f64], cell: &[usize], item: usize) -> Self {
        let rest = (self.count - 1) as f64;
        let deviation = values[item] - self.mean;
        let squares = self.squares - deviation.powi(2) * self.count as f64 / rest;
        // What is left of nearly everything is cancellation: at most two items of a cell can be so far off, and for them the rest is
        // summed.
        if squares < 1e-3 * self.squares {
            return Self::over(values, cell.iter().copied().filter(|&other| other != item));
        }
        Self { count: self.count - 1, mean: self.mean - deviation / rest, squares }
    }

    /// The standard deviation; 0 where there are too few values for one.
    pub(crate) fn std(&self, ddof: u8) -> f64 {
        (self.squares / self.count.saturating_sub(usize::from(ddof)).max(1) as f64).sqrt()
    }
}

/// The mean of a cell by weights; of a cell that weighs nothing the plain mean, which then reaches no token.
fn weighted_mean(items: &Items<'_>, cell: &[usize], moments: &Moments) -> f64 {
    let weight: f64 = cell.iter().map(|&item| items.weights[item]).sum();
    if weight == 0.0 || moments.squares == 0.0 {
        return moments.mean;
    }
    cell.iter().map(|&item| items.weights[item] * items.values[item]).sum::<f64>() / weight
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalised(rules: &Normalisation, values: &[f64], cells: &Cells) -> Result<Vec<f64>, CreditError> {
        let scored = vec![true; values.len()];
        let weights: Vec<f64> = (1..=values.len()).map(|item| item as f64).collect();
        let baseline = vec![0.25; values.len()];
        let mut out = vec![f64::NAN; values.len()];
        let items = Items { values, scored: &scored, weights: &weights, baseline: &baseline };
        rules.apply(&items, cells, &mut out).map(|()| out)
    }

    fn found(centre: Centre, scale: Scale, constant: Constant) -> Vec<f64> {
        // Cells [4, 1, 1] (mean 2, variance 3), [0, 2] (mean 1, variance 2) and [5] alone.
        let cells = Cells::runs(&Segments::from_lengths([3, 2, 1]));
        let rules =
            Normalisation { centre, scale, constant, eps: 0.0, singleton: Singleton::Raw, ..Normalisation::default() };
        normalised(&rules, &[4.0, 1.0, 1.0, 0.0, 2.0, 5.0], &cells).unwrap()
    }

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
        }
    }

    #[test]
    fn each_centre_by_hand() {
        let centred = |centre| found(centre, Scale::None, Constant::Zero);
        close(&centred(Centre::GroupMean), &[2.0, -1.0, -1.0, -1.0, 1.0, 5.0]);
        close(&centred(Centre::LeaveOneOut), &[3.0, -1.5, -1.5, -2.0, 2.0, 5.0]);
        // Mean 13/6.
        close(&centred(Centre::BatchMean)[..2], &[11.0 / 6.0, -7.0 / 6.0]);
        // Weights 1, 2, 3: (4 + 2 + 3)/6 = 1.5; weights 4, 5: 10/9.
        close(&centred(Centre::LengthWeighted)[..5], &[2.5, -0.5, -0.5, -10.0 / 9.0, 8.0 / 9.0]);
        close(&centred(Centre::Greedy), &[3.75, 0.75, 0.75, -0.25, 1.75, 4.75]);
        assert_eq!(centred(Centre::Greedy), centred(Centre::Running));
        close(&centred(Centre::None), &[4.0, 1.0, 1.0, 0.0, 2.0, 5.0]);
    }

    #[test]
    fn each_scale_by_hand() {
        let scaled = |scale| found(Centre::GroupMean, scale, Constant::Undivided);
        let (group, pair) = (3.0_f64.sqrt(), 2.0_f64.sqrt());
        close(&scaled(Scale::GroupStd), &[2.0 / group, -1.0 / group, -1.0 / group, -1.0 / pair, 1.0 / pair, 5.0]);
        // Squares around 13/6 sum to 47 - 169/6 = 113/6, over 5.
        let batch = (113.0_f64 / 30.0).sqrt();
        close(&scaled(Scale::BatchStd)[3..], &[-1.0 / batch, 1.0 / batch, 5.0 / batch]);
        // The others of the first are equal, of the second and third 4 and 1 (variance 4.5), of a pair a single value.
        let rest = 4.5_f64.sqrt();
        close(&scaled(Scale::LeaveOneOutStd), &[2.0, -1.0 / rest, -1.0 / rest, -1.0, 1.0, 5.0]);
        // Five of six values are not 0.
        let share = f64::from(6.0 * 0.2_f32);
        close(&scaled(Scale::NonzeroShare), &[2.0, -1.0, -1.0, -1.0, 1.0, 5.0].map(|centred| centred * share));
    }

    #[test]
    fn a_deviation_of_zero_follows_the_rule() {
        // The others of a 1 among 0.1s are equal, though 0.1 three times has a mean that is not 0.1 in floating point.
        let cells = Cells::runs(&Segments::from_lengths([4]));
        let with = |constant, eps| {
            let rules = Normalisation { scale: Scale::LeaveOneOutStd, constant, eps, ..Normalisation::default() };
            normalised(&rules, &[1.0, 0.1, 0.1, 0.1], &cells)
        };
        assert_eq!(with(Constant::Zero, 1e-6).unwrap()[0], 0.0);
        assert!((with(Constant::Undivided, 1e-6).unwrap()[0] - 0.675).abs() < 1e-12);
        assert!((with(Constant::Divided, 0.5).unwrap()[0] - 1.35).abs() < 1e-12);
        assert_eq!(with(Constant::Divided, 0.0), Err(CreditError::ZeroDivisor { cell: 0 }));
    }

    #[test]
    fn the_deviation_of_the_others_is_that_of_the_others() {
        let values = [0.3, -1.0, 2.0, 0.3, 1e6, 0.7];
        let cell: Vec<usize> = (0..values.len()).collect();
        let moments = Moments::over(&values, 0..values.len());
        for item in 0..values.len() {
            let rest = Moments::over(&values, (0..values.len()).filter(|&other| other != item));
            let quick = moments.without(&values, &cell, item);
            assert!((quick.std(1) / rest.std(1) - 1.0).abs() < 1e-12 && (quick.mean - rest.mean).abs() < 1e-9);
        }
    }

    #[test]
    fn cells_by_name_need_not_lie_together() {
        let rules = Normalisation { scale: Scale::None, ..Normalisation::default() };
        let cells = Cells::named(&["b", "a", "b", "c"]);
        close(&normalised(&rules, &[1.0, 5.0, 2.0, 3.0], &cells).unwrap(), &[-0.5, 0.0, 0.5, 0.0]);
        assert_eq!(cells.iter().collect::<Vec<_>>(), [&[1][..], &[0, 2], &[3]]);
    }

    #[test]
    fn a_deviation_out_of_range_is_an_error() {
        let cells = Cells::runs(&Segments::from_lengths([2]));
        let with = |scale| normalised(&Normalisation { scale, ..Normalisation::default() }, &[1e200, -1e200], &cells);
        for scale in [Scale::GroupStd, Scale::BatchStd, Scale::LeaveOneOutStd] {
            assert_eq!(with(scale), Err(CreditError::TooFarApart));
        }
        assert_eq!(with(Scale::None), Ok(vec![1e200, -1e200]));
    }

    #[test]
    fn a_cell_without_weight_keeps_its_mean() {
        let items = Items { values: &[1.0, 3.0], scored: &[true; 2], weights: &[0.0; 2], baseline: &[] };
        let rules = Normalisation { centre: Centre::LengthWeighted, scale: Scale::None, ..Normalisation::default() };
        let mut out = [f64::NAN; 2];
        rules.apply(&items, &Cells::runs(&Segments::from_lengths([2])), &mut out).unwrap();
        assert_eq!(out, [-1.0, 1.0]);
    }
}
