//! What a chart's read-out shows under the pointer, as JSON for the page's script: places from left to right, and the text of every curve
//! at each of them.

use super::axis::round;
use super::{Chart, Content, StepValue};
use crate::{Phase, format};
use serde::Serialize;
use std::collections::BTreeMap;

/// The most places the read-out stops at.
const MOST_STOPS: usize = 400;

#[derive(Serialize)]
struct ReadOut<'a> {
    /// Positions, 0 (left) to 1 (right).
    at: Vec<f64>,
    /// What to call each position.
    when: Vec<String>,
    series: Vec<Series<'a>>,
}

#[derive(Serialize)]
struct Series<'a> {
    label: &'a str,
    colour: &'a str,
    /// The value at each position, if there is one.
    values: Vec<Option<String>>,
}

/// One curve or layer.
struct Column<'a> {
    label: &'a str,
    colour: &'a str,
    points: &'a [StepValue],
    band: &'a [(f64, f64)],
}

pub(super) fn json(chart: &Chart) -> String {
    let columns: Vec<Column<'_>> = match &chart.content {
        Content::Lines(lines) => lines
            .iter()
            .map(|line| Column { label: &line.label, colour: line.colour, points: &line.points, band: &line.band })
            .collect(),
        // From top to bottom, as they lie.
        Content::Stack(layers) => layers
            .iter()
            .rev()
            .map(|layer| Column { label: &layer.label, colour: &layer.colour, points: &layer.points, band: &[] })
            .collect(),
    };
    let mut stops: Vec<(Phase, u64)> =
        columns.iter().flat_map(|column| column.points.iter().map(|point| (point.phase, point.step))).collect();
    stops.sort_unstable();
    stops.dedup();
    let every = stops.len().div_ceil(MOST_STOPS).max(1);
    let stops: Vec<(Phase, u64)> = stops.into_iter().step_by(every).collect();
    let read_out = ReadOut {
        at: stops.iter().map(|(phase, step)| round(chart.axis.position(*phase, *step).unwrap_or(0.0))).collect(),
        when: stops.iter().map(|(phase, step)| format!("{phase}, step {}", format::grouped(*step as f64))).collect(),
        series: columns
            .iter()
            .map(|column| {
                let texts = texts(chart, column);
                let values = stops.iter().map(|stop| texts.get(stop).cloned()).collect();
                Series { label: column.label, colour: column.colour, values }
            })
            .collect(),
    };
    serde_json::to_string(&read_out).expect("a read-out is text and finite numbers, which JSON can hold")
}

/// The text of each point: "41 % (37 to 45)".
fn texts(chart: &Chart, column: &Column<'_>) -> BTreeMap<(Phase, u64), String> {
    let text = |(index, point): (usize, &StepValue)| {
        let mut text = format::quantity(point.value, chart.unit);
        if let Some((low, high)) = column.band.get(index) {
            let (low, high) = (format::number(*low, chart.unit), format::number(*high, chart.unit));
            text.push_str(&format!(" ({low} to {high})"));
        }
        ((point.phase, point.step), text)
    };
    column.points.iter().enumerate().map(text).collect()
}
