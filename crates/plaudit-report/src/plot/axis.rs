//! Axes: from steps and values to positions between 0 and 1, and where the ticks go.

use crate::{Phase, Unit, format};

/// The horizontal axis: one stretch per phase, side by side, each counting its own steps from 0.
#[derive(Clone, Debug, PartialEq)]
pub struct StepAxis {
    spans: Vec<Span>,
}

/// The stretch of one phase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Span {
    pub(crate) phase: Phase,
    /// The phase's last step.
    last: u64,
    /// Where the stretch begins and ends, 0 to 1.
    pub(crate) from: f64,
    pub(crate) to: f64,
}

impl StepAxis {
    /// An axis of the given phases with their last steps. A phase is as wide as its share of the steps, but never so narrow that
    /// nothing can be seen in it.
    pub fn new(phases: &[(Phase, u64)]) -> Self {
        const NARROWEST: f64 = 0.2;
        let total: f64 = phases.iter().map(|(_, last)| *last as f64).sum();
        let widths: Vec<f64> = phases.iter().map(|(_, last)| (*last as f64 / total.max(1.0)).max(NARROWEST)).collect();
        let sum: f64 = widths.iter().sum();
        let mut from = 0.0;
        let spans = phases.iter().zip(widths).map(|((phase, last), width)| {
            let span = Span { phase: *phase, last: (*last).max(1), from, to: from + width / sum };
            from = span.to;
            span
        });
        Self { spans: spans.collect() }
    }

    /// The stretches, from left to right.
    pub(crate) fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The position of a step, 0 (left) to 1 (right); none where the axis does not show the phase.
    pub(crate) fn position(&self, phase: Phase, step: u64) -> Option<f64> {
        let span = self.spans.iter().find(|span| span.phase == phase)?;
        Some(span.from + (span.to - span.from) * step as f64 / span.last as f64)
    }

    /// Ticks as (position, label): whole steps, six to eight over the whole width, none so close to a border that labels would touch.
    pub(crate) fn ticks(&self) -> Vec<(f64, String)> {
        let mut ticks = Vec::new();
        // Stretches side by side need more ticks for each to have some.
        let wanted = if self.spans.len() > 1 { 8.0 } else { 6.0 };
        for (index, span) in self.spans.iter().enumerate() {
            let width = span.to - span.from;
            let step = nice_step(span.last as f64 / (wanted * width).max(1.5)).max(1.0).round() as u64;
            let is_last = index + 1 == self.spans.len();
            for value in (0..=span.last).step_by(step as usize) {
                let position = span.from + width * value as f64 / span.last as f64;
                if is_last || span.to - position > 0.06 {
                    let label = format::tick(value as f64, step as f64, Unit::Count);
                    // The first one says what is counted.
                    ticks.push((position, if ticks.is_empty() { format!("step {label}") } else { label }));
                }
            }
        }
        ticks
    }
}

/// What a vertical axis has to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// 0 to 1, whatever the data.
    Whole,
    /// From 0 to the largest value.
    FromZero,
    /// From the smallest to the largest value.
    Data,
}

/// The vertical axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ValueAxis {
    low: f64,
    high: f64,
    step: f64,
    unit: Unit,
}

impl ValueAxis {
    /// An axis that shows the finite ones of `values`; none where there are none.
    pub(crate) fn fit(values: impl Iterator<Item = f64>, extent: Extent, unit: Unit) -> Option<Self> {
        // Beyond this no difference of two values is safe from overflow, and no plot is readable anyway.
        let finite = values.filter(|value| value.abs() < 1e300);
        let (mut low, mut high) =
            finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (value.min(low), value.max(high)));
        if low > high {
            return None;
        }
        if extent == Extent::Whole {
            return Some(Self { low: 0.0, high: 1.0, step: 0.25, unit });
        }
        if extent == Extent::FromZero {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        let size = low.abs().max(high.abs());
        if high - low <= size * 1e-9 {
            // A constant: some room on both sides, and 0 at the bottom where that is what was asked for.
            let room = if size > 0.0 { size * 0.5 } else { 1.0 };
            high += room;
            low -= if extent == Extent::FromZero { 0.0 } else { room };
        }
        let step = nice_step((high - low) / 4.0);
        let mut high = (high / step - 1e-9).ceil() * step;
        if unit == Unit::Share && extent == Extent::FromZero {
            high = high.min(1.0);
        }
        Some(Self { low: (low / step + 1e-9).floor() * step, high, step, unit })
    }

    /// The position of a value, 0 (top) to 1 (bottom).
    pub(crate) fn position(&self, value: f64) -> f64 {
        ((self.high - value) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// Ticks as (position, label), from the bottom to the top.
    pub(crate) fn ticks(&self) -> Vec<(f64, String)> {
        let count = ((self.high - self.low) / self.step + 1e-9).floor().min(12.0) as u32;
        let values = (0..=count).map(|tick| self.low + f64::from(tick) * self.step);
        values.map(|value| (self.position(value), format::tick(value, self.step, self.unit))).collect()
    }
}

/// A position with the digits that a screen can show.
pub(super) fn round(position: f64) -> f64 {
    (position * 10_000.0).round() / 10_000.0
}

/// The least of 1, 2, 2.5 and 5 times a power of ten that is not below `rough` (positive).
fn nice_step(rough: f64) -> f64 {
    let power = 10_f64.powf(rough.max(f64::MIN_POSITIVE).log10().floor());
    let nice = [1.0, 2.0, 2.5, 5.0].into_iter().find(|multiple| multiple * power >= rough * (1.0 - 1e-9));
    nice.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(ticks: Vec<(f64, String)>) -> Vec<String> {
        ticks.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn values_get_round_ticks() {
        let fit = |values: &[f64], extent, unit| ValueAxis::fit(values.iter().copied(), extent, unit).unwrap();
        assert_eq!(labels(fit(&[0.3, 7.9], Extent::FromZero, Unit::Plain).ticks()), ["0", "2", "4", "6", "8"]);
        assert_eq!(labels(fit(&[0.5], Extent::Whole, Unit::Share).ticks()), ["0 %", "25 %", "50 %", "75 %", "100 %"]);
        assert_eq!(
            labels(fit(&[0.1, 0.97], Extent::FromZero, Unit::Share).ticks()),
            ["0 %", "25 %", "50 %", "75 %", "100 %"]
        );
        assert_eq!(
            labels(fit(&[-0.04, 0.03], Extent::Data, Unit::Plain).ticks()),
            ["−0.04", "−0.02", "0.00", "0.02", "0.04"].map(|l| l.replace("0.00", "0"))
        );
        assert_eq!(labels(fit(&[0.0], Extent::FromZero, Unit::Tokens).ticks()).first().unwrap(), "0");
    }

    #[test]
    fn nothing_finite_gives_no_axis() {
        assert_eq!(ValueAxis::fit([f64::NAN, f64::INFINITY].into_iter(), Extent::Data, Unit::Plain), None);
        assert_eq!(ValueAxis::fit(std::iter::empty(), Extent::Whole, Unit::Share), None);
    }

    #[test]
    fn phases_lie_side_by_side() {
        let axis = StepAxis::new(&[(Phase::WarmStart, 1000), (Phase::Rl, 50)]);
        let boundary = axis.position(Phase::WarmStart, 1000).unwrap();
        assert_eq!(axis.position(Phase::Rl, 0), Some(boundary));
        assert!((axis.position(Phase::Rl, 50).unwrap() - 1.0).abs() < 1e-12);
        assert!(1.0 - boundary > 0.15, "the short phase stays visible");
        let rl = StepAxis::new(&[(Phase::Rl, 150)]);
        assert_eq!(rl.position(Phase::WarmStart, 1), None);
        assert_eq!(labels(rl.ticks()), ["step 0", "25", "50", "75", "100", "125", "150"]);
        assert_eq!(labels(StepAxis::new(&[(Phase::Rl, 1)]).ticks()), ["step 0", "1"]);
        assert_eq!(labels(StepAxis::new(&[(Phase::Rl, 10_000)]).ticks()), ["step 0", "2k", "4k", "6k", "8k", "10k"]);
        assert!(StepAxis::new(&[]).ticks().is_empty());
    }

    proptest! {
        #[test]
        fn any_numbers_give_a_usable_axis(values in prop::collection::vec(any::<f64>(), 1..20), zero in any::<bool>()) {
            let extent = if zero { Extent::FromZero } else { Extent::Data };
            if let Some(axis) = ValueAxis::fit(values.iter().copied(), extent, Unit::Plain) {
                prop_assert!((1..=13).contains(&axis.ticks().len()), "{:?}", axis);
                for value in values.iter().filter(|value| value.abs() < 1e300) {
                    prop_assert!((0.0..=1.0).contains(&axis.position(*value)));
                }
                prop_assert!(axis.ticks().iter().all(|(position, _)| (0.0..=1.0).contains(position)));
            }
        }

        #[test]
        fn any_number_of_steps_gives_few_ticks(warm in 1_u64..1_000_000, rl in 1_u64..1_000_000) {
            let ticks = StepAxis::new(&[(Phase::WarmStart, warm), (Phase::Rl, rl)]).ticks();
            prop_assert!((2..=12).contains(&ticks.len()), "{}", ticks.len());
        }
    }
}
