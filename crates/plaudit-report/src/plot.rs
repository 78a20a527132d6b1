//! Charts as HTML: an SVG that stretches to whatever room there is, with its labels beside it as text, so that they stay readable at
//! any width. Colours are classes (`c1`, `verdict-wrong`) that the page's style sheet sets for light and dark.

mod axis;
mod curve;
mod read_out;

pub use axis::{Extent, StepAxis};

use crate::{Phase, Unit, format};
use axis::{ValueAxis, round};
use curve::Point;
use maud::{Markup, html};

/// A chart of one quantity over the steps.
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// One sentence on what to see.
    pub explanation: &'static str,
    /// What the vertical axis counts in.
    pub unit: Unit,
    /// The horizontal axis.
    pub axis: StepAxis,
    /// What the vertical axis has to show.
    pub extent: Extent,
    /// The curves or layers.
    pub content: Content,
    /// Whether the chart takes the whole width of the page.
    pub wide: bool,
}

/// What a chart shows.
pub enum Content {
    /// Curves over each other.
    Lines(Vec<Line>),
    /// Layers on top of each other, the first at the bottom.
    Stack(Vec<Layer>),
}

/// One curve.
pub struct Line {
    /// What the legend calls it.
    pub label: String,
    /// A class of the style sheet, `c1` to `c5`.
    pub colour: &'static str,
    /// How it is drawn.
    pub look: Look,
    /// Its values, phase by phase in the order of the steps.
    pub points: Vec<StepValue>,
    /// Lower and upper end of the interval at each point; empty without intervals.
    pub band: Vec<(f64, f64)>,
}

/// One layer of a stack.
pub struct Layer {
    /// What the legend calls it.
    pub label: String,
    /// A class of the style sheet.
    pub colour: String,
    /// The same steps in every layer of a stack.
    pub points: Vec<StepValue>,
}

/// What was measured at one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepValue {
    /// The phase.
    pub phase: Phase,
    /// The step in its phase.
    pub step: u64,
    /// The value; what is not finite is a gap.
    pub value: f64,
}

/// How a curve is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The values faint, their moving average strong: for noisy quantities.
    Smoothed,
    /// The values alone, faint: for a secondary curve.
    Faint,
    /// A dot at each value, while they are few: for precious ones.
    Dots,
}

/// Fewer values than this are drawn as they are.
const FEWEST_TO_SMOOTH: usize = 8;
/// More values than this are drawn without dots.
const MOST_DOTS: usize = 60;
/// The most steps an edge of a layer is drawn with.
const MOST_EDGE_POINTS: usize = 400;

impl Chart {
    /// The chart as HTML, or nothing where there is no finite value to show.
    pub fn render(&self) -> Option<Markup> {
        let values = ValueAxis::fit(self.all_values().into_iter(), self.extent, self.unit)?;
        let legend: Vec<(&str, &str)> = match &self.content {
            Content::Lines(lines) => lines.iter().map(|line| (line.label.as_str(), line.colour)).collect(),
            // From top to bottom, as they lie.
            Content::Stack(layers) => {
                layers.iter().rev().map(|layer| (layer.label.as_str(), layer.colour.as_str())).collect()
            }
        };
        let y_ticks = values.ticks();
        Some(html! {
            figure.chart.wide[self.wide] {
                figcaption {
                    h3 { (self.title) }
                    p { (format::unbroken(self.explanation)) }
                    @if legend.len() > 1 {
                        ul.legend { @for (label, colour) in &legend { li class=(colour) { (label) } } }
                    }
                }
                div.plot data-hover=(read_out::json(self)) {
                    div.y-axis { @for (position, label) in &y_ticks { span style={ "top:" (percent(*position)) } { (label) } } }
                    div.area {
                        svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" aria-label=(self.title) {
                            @for (position, _) in &y_ticks {
                                path.grid d=(curve::path([(0.0, *position), (1.0, *position)].into_iter())) {}
                            }
                            @match &self.content {
                                Content::Lines(lines) => @for line in lines { (self.line(line, &values)) },
                                Content::Stack(layers) => (self.stack(layers, &values)),
                            }
                            @for span in self.axis.spans().iter().skip(1) {
                                path.boundary d=(curve::path([(span.from, 0.0), (span.from, 1.0)].into_iter())) {}
                            }
                        }
                        @if self.axis.spans().len() > 1 {
                            @for span in self.axis.spans() {
                                span.phase style={ "left:" (percent(span.from)) ";width:" (percent(span.to - span.from)) } { (span.phase) }
                            }
                        }
                    }
                    div.x-axis {
                        @for (position, label) in self.axis.ticks() {
                            span.end[position > 0.99] style={ "left:" (percent(position)) } { (label) }
                        }
                    }
                }
            }
        })
    }

    fn all_values(&self) -> Vec<f64> {
        match &self.content {
            Content::Lines(lines) => {
                let ends = lines.iter().flat_map(|line| line.band.iter().flat_map(|(low, high)| [*low, *high]));
                let values = lines.iter().flat_map(|line| line.points.iter().map(|point| point.value));
                // An interval alone is nothing to show.
                if values.clone().any(f64::is_finite) { values.chain(ends).collect() } else { Vec::new() }
            }
            Content::Stack(layers) => totals(layers).into_iter().flatten().collect(),
        }
    }

    /// The points on the horizontal axis.
    fn place(&self, points: &[StepValue]) -> Vec<Point> {
        points.iter().filter_map(|p| Some((self.axis.position(p.phase, p.step)?, p.value))).collect()
    }

    fn line(&self, line: &Line, values: &ValueAxis) -> Markup {
        // Phase by phase: a moving average must not mix them, and thinning must not starve the shorter one.
        let curve = |prepare: fn(&[Point]) -> Vec<Point>| -> Vec<Point> {
            let phases = line.points.chunk_by(|a, b| a.phase == b.phase);
            let points = phases.flat_map(|points| curve::thin(&prepare(&self.place(points))));
            points.map(|(x, y)| (x, if y.is_finite() { values.position(y) } else { y })).collect()
        };
        let points = self.place(&line.points);
        let edge = |end: fn(&(f64, f64)) -> f64| -> Vec<Point> {
            let ends = points.iter().zip(&line.band);
            ends.filter(|(point, _)| point.1.is_finite())
                .map(|(point, band)| (point.0, values.position(end(band))))
                .collect()
        };
        let smoothed = line.look == Look::Smoothed && points.len() >= FEWEST_TO_SMOOTH;
        let raw = curve(<[Point]>::to_vec);
        html! {
            g class=(line.colour) {
                @if !line.band.is_empty() {
                    path.band d=(curve::area(&edge(|band| band.1), &edge(|band| band.0))) {}
                }
                @if smoothed {
                    path.line.faint d=(curve::path(raw.iter().copied())) {}
                    path.line d=(curve::path(curve(curve::smooth).into_iter())) {}
                } @else {
                    path.line.faint[line.look == Look::Faint] d=(curve::path(raw.iter().copied())) {}
                }
                @if line.look == Look::Dots && raw.len() <= MOST_DOTS {
                    @for point in &raw { path.dot d=(curve::path([*point].into_iter())) {} }
                }
            }
        }
    }

    fn stack(&self, layers: &[Layer], values: &ValueAxis) -> Markup {
        let heights = totals(layers);
        let edge = |level: usize| -> Vec<Point> {
            let first = layers.first().map_or(&[][..], |layer| &layer.points[..]);
            let points = first.iter().enumerate().map(|(index, point)| StepValue {
                value: if level == 0 { 0.0 } else { heights[level - 1][index] },
                ..*point
            });
            let placed = self.place(&points.collect::<Vec<_>>());
            // Thinning picks each edge's own extremes and would tear neighbouring layers apart; every n-th step does not.
            let every = placed.len().div_ceil(MOST_EDGE_POINTS).max(1);
            placed
                .into_iter()
                .step_by(every)
                .map(|(x, y)| (x, if y.is_finite() { values.position(y) } else { y }))
                .collect()
        };
        html! {
            @for (level, layer) in layers.iter().enumerate() {
                path class={ "layer " (layer.colour) } d=(curve::area(&edge(level + 1), &edge(level))) {}
            }
        }
    }
}

/// Per layer and step: the height of the layer's upper edge. A value that is not finite counts as nothing.
fn totals(layers: &[Layer]) -> Vec<Vec<f64>> {
    let mut heights = vec![0.0; layers.first().map_or(0, |layer| layer.points.len())];
    layers
        .iter()
        .map(|layer| {
            for (height, point) in heights.iter_mut().zip(&layer.points) {
                *height += if point.value.is_finite() { point.value } else { 0.0 };
            }
            heights.clone()
        })
        .collect()
}

/// A curve the size of a word, for a table; nothing where there are fewer than two finite values.
pub(crate) fn sparkline(values: &[f64]) -> Option<Markup> {
    let axis = ValueAxis::fit(values.iter().copied(), Extent::Data, Unit::Plain)?;
    if values.iter().filter(|value| value.is_finite()).count() < 2 {
        return None;
    }
    let last = (values.len() - 1) as f64;
    let points: Vec<Point> = values.iter().enumerate().map(|(index, value)| (index as f64 / last, *value)).collect();
    let smooth = curve::thin(&curve::smooth(&points));
    let path = curve::path(smooth.into_iter().map(|(x, y)| (x, if y.is_finite() { axis.position(y) } else { y })));
    Some(
        html! { svg.spark.c1 viewBox="0 -60 1000 1120" preserveAspectRatio="none" aria-hidden="true" { path.line d=(path) {} } },
    )
}

fn percent(position: f64) -> String {
    format!("{}%", round(position * 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(numbers: &[f64]) -> Vec<StepValue> {
        let value =
            |(index, value): (usize, &f64)| StepValue { phase: Phase::Rl, step: index as u64 + 1, value: *value };
        numbers.iter().enumerate().map(value).collect()
    }

    fn line_chart(numbers: &[f64], look: Look) -> Chart {
        let line = Line { label: "<b>".into(), colour: "c1", look, points: values(numbers), band: Vec::new() };
        Chart {
            title: "Loss & <more>".into(),
            explanation: "What it says.",
            unit: Unit::Plain,
            axis: StepAxis::new(&[(Phase::Rl, numbers.len() as u64)]),
            extent: Extent::FromZero,
            content: Content::Lines(vec![line]),
            wide: false,
        }
    }

    fn rendered(chart: &Chart) -> String {
        chart.render().unwrap().into_string()
    }

    #[test]
    fn nothing_to_show_is_no_chart() {
        assert!(line_chart(&[], Look::Dots).render().is_none());
        assert!(line_chart(&[f64::NAN, f64::INFINITY], Look::Smoothed).render().is_none());
        assert!(Chart { content: Content::Stack(vec![]), ..line_chart(&[], Look::Dots) }.render().is_none());
    }

    #[test]
    fn odd_numbers_leave_no_trace_in_the_picture() {
        for numbers in [
            vec![1.0],
            vec![f64::NAN, 0.0, f64::INFINITY],
            vec![1e308, -1e308, 2.0],
            vec![f64::NAN; 20].into_iter().chain([3.0]).collect(),
        ] {
            for look in [Look::Smoothed, Look::Faint, Look::Dots] {
                let svg = rendered(&line_chart(&numbers, look));
                let drawn = svg.split("<svg").nth(1).unwrap();
                assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{svg}");
            }
        }
    }

    #[test]
    fn a_single_value_is_a_dot() {
        assert!(rendered(&line_chart(&[0.5], Look::Smoothed)).contains("h0"));
    }

    #[test]
    fn noisy_curves_get_an_average_and_short_ones_do_not() {
        let count = |n: usize| rendered(&line_chart(&vec![0.5; n], Look::Smoothed)).matches("class=\"line").count();
        assert_eq!((count(7), count(8)), (1, 2));
    }

    #[test]
    fn text_is_escaped_everywhere() {
        let mut chart = line_chart(&[1.0, 2.0], Look::Dots);
        if let Content::Lines(lines) = &mut chart.content {
            lines.push(Line {
                label: "\"><script>".into(),
                colour: "c2",
                look: Look::Faint,
                points: values(&[1.0]),
                band: vec![],
            });
        }
        let html = rendered(&chart);
        assert!(!html.contains("<script") && !html.contains("<b>") && html.contains("&lt;script&gt;"), "{html}");
    }

    #[test]
    fn the_read_out_has_every_curve_at_every_step() {
        let mut chart = line_chart(&[1.0, 2.0], Look::Dots);
        if let Content::Lines(lines) = &mut chart.content {
            lines[0].band = vec![(0.5, 1.5), (1.5, 2.5)];
            lines.push(Line {
                label: "two".into(),
                colour: "c2",
                look: Look::Faint,
                points: values(&[3.0]),
                band: vec![],
            });
        }
        let read_out: serde_json::Value = serde_json::from_str(&read_out::json(&chart)).unwrap();
        assert_eq!(read_out["when"], serde_json::json!(["RL, step 1", "RL, step 2"]));
        assert_eq!(read_out["at"], serde_json::json!([0.5, 1.0]));
        assert_eq!(read_out["series"][0]["values"], serde_json::json!(["1 (0.5 to 1.5)", "2 (1.5 to 2.5)"]));
        assert_eq!(read_out["series"][1]["values"], serde_json::json!(["3", null]));
    }

    #[test]
    fn layers_add_up() {
        let layer =
            |label: &str, numbers: &[f64]| Layer { label: label.into(), colour: "c1".into(), points: values(numbers) };
        let layers = vec![layer("a", &[0.25, 0.5]), layer("b", &[0.75, f64::NAN])];
        assert_eq!(totals(&layers), [[0.25, 0.5], [1.0, 0.5]]);
        let chart = Chart {
            content: Content::Stack(layers),
            extent: Extent::Whole,
            unit: Unit::Share,
            ..line_chart(&[0.0; 2], Look::Dots)
        };
        let html = rendered(&chart);
        // The first layer from (0.5, 0.75 down) to (1, 0.5 down), back along the bottom.
        assert!(html.contains("M500 750L1000 500L1000 1000L500 1000Z"), "{html}");
    }

    #[test]
    fn sparklines_need_two_values() {
        assert!(sparkline(&[]).is_none() && sparkline(&[1.0]).is_none() && sparkline(&[f64::NAN, 1.0]).is_none());
        assert!(sparkline(&[1.0, f64::NAN, 2.0]).unwrap().into_string().contains("M0 "));
    }
}
