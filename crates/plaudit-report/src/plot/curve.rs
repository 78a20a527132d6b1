//! Curves: smoothing, thinning and SVG paths. The drawing area is 1000 by 1000 units, stretched to whatever size the page gives it.

/// A point of a curve: position on the axis (0 to 1) and value. A value that is not finite is a gap.
pub(crate) type Point = (f64, f64);

/// The most points a curve is drawn with; a screen has no room for more.
const MOST_POINTS: usize = 600;

/// A straight line fitted around each point, over about a fifteenth of the curve: inside, where points are evenly spaced, a centred
/// moving average; at the ends it follows the trend instead of bending towards the last point. Gaps are left out and stay gaps.
pub(crate) fn smooth(points: &[Point]) -> Vec<Point> {
    let reach = points.len() / 30 + 2;
    let fitted = |index: usize| {
        let (position, value) = points[index];
        if !value.is_finite() {
            return (position, value);
        }
        let around = &points[index.saturating_sub(reach)..(index + reach + 1).min(points.len())];
        let (mut count, mut x, mut y, mut xx, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (other, value) in around.iter().filter(|point| point.1.is_finite()) {
            // Relative to the point, so that the fitted value is the line's intercept and nothing cancels.
            let offset = other - position;
            count += 1.0;
            x += offset;
            y += value;
            xx += offset * offset;
            xy += offset * value;
        }
        let determinant = count * xx - x * x;
        let flat = determinant <= 1e-12 * count * xx;
        (position, if flat { y / count } else { (xx * y - x * xy) / determinant })
    };
    (0..points.len()).map(fitted).collect()
}

/// At most [`MOST_POINTS`] points: of each stretch of the curve its lowest and its highest, so that no spike is lost.
pub(crate) fn thin(points: &[Point]) -> Vec<Point> {
    if points.len() <= MOST_POINTS {
        return points.to_vec();
    }
    let stretch = points.len().div_ceil(MOST_POINTS / 2);
    let mut thinned = Vec::with_capacity(MOST_POINTS);
    for chunk in points.chunks(stretch) {
        let finite = || (0..chunk.len()).filter(|index| chunk[*index].1.is_finite());
        let by_value = |a: &usize, b: &usize| chunk[*a].1.total_cmp(&chunk[*b].1);
        match (finite().min_by(by_value), finite().max_by(by_value)) {
            (Some(lowest), Some(highest)) => {
                thinned.push(chunk[lowest.min(highest)]);
                if lowest != highest {
                    thinned.push(chunk[lowest.max(highest)]);
                }
            }
            _ => thinned.push(chunk[0]),
        }
    }
    thinned
}

/// The SVG path through `(position, height)` points (height: 0 top, 1 bottom), broken at gaps. A point on its own becomes a line of no
/// length, which a round line cap draws as a dot.
pub(crate) fn path(points: impl Iterator<Item = Point>) -> String {
    let mut path = String::new();
    let mut pen_down = false;
    let mut alone = false;
    for (position, height) in points {
        if !(position.is_finite() && height.is_finite()) {
            if alone {
                path.push_str("h0");
            }
            (pen_down, alone) = (false, false);
            continue;
        }
        path.push(if pen_down { 'L' } else { 'M' });
        path.push_str(&coordinates(position, height));
        (pen_down, alone) = (true, !pen_down);
    }
    if alone {
        path.push_str("h0");
    }
    path
}

/// The closed SVG path between an upper and a lower edge; empty where there is no area.
pub(crate) fn area(upper: &[Point], lower: &[Point]) -> String {
    let finite = |point: &&Point| point.0.is_finite() && point.1.is_finite();
    let corners: Vec<String> = upper
        .iter()
        .filter(finite)
        .chain(lower.iter().filter(finite).rev())
        .map(|point| coordinates(point.0, point.1))
        .collect();
    if corners.len() < 3 { String::new() } else { format!("M{}Z", corners.join("L")) }
}

fn coordinates(position: f64, height: f64) -> String {
    // A tenth of a unit is a tenth of a pixel or so.
    let round = |value: f64| (value * 10_000.0).round() / 10.0;
    format!("{} {}", round(position), round(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_break_at_gaps_and_mark_single_points() {
        assert_eq!(path([(0.0, 1.0), (0.5, 0.25)].into_iter()), "M0 1000L500 250");
        assert_eq!(path([(0.0, 1.0), (0.5, f64::NAN), (1.0, 0.0)].into_iter()), "M0 1000h0M1000 0h0");
        assert_eq!(path(std::iter::empty()), "");
        assert_eq!(path([(0.0, f64::INFINITY)].into_iter()), "");
    }

    #[test]
    fn an_area_goes_there_and_back() {
        assert_eq!(area(&[(0.0, 0.1), (1.0, 0.2)], &[(0.0, 0.3), (1.0, 0.4)]), "M0 100L1000 200L1000 400L0 300Z");
        assert_eq!(area(&[(0.0, 0.1)], &[(0.0, 0.3)]), "");
    }

    #[test]
    fn smoothing_averages_and_keeps_trends_and_gaps() {
        let mut points: Vec<Point> = (0..90).map(|i| (f64::from(i), f64::from(i % 2))).collect();
        points[45].1 = f64::NAN;
        let smoothed = smooth(&points);
        assert!(smoothed[45].1.is_nan());
        // Of the eleven values 15..=25 six are 1, of 16..=26 five.
        assert!((smoothed[20].1 - 6.0 / 11.0).abs() < 1e-12 && (smoothed[21].1 - 5.0 / 11.0).abs() < 1e-12);
        let line: Vec<Point> = (0..40).map(|i| (f64::from(i), 3.0 - 0.5 * f64::from(i))).collect();
        assert!(smooth(&line).iter().zip(&line).all(|(a, b)| (a.1 - b.1).abs() < 1e-9));
        assert_eq!(smooth(&[(0.0, 3.0)]), [(0.0, 3.0)]);
        assert_eq!(smooth(&[]), []);
    }

    #[test]
    fn thinning_keeps_spikes_and_order() {
        let mut points: Vec<Point> = (0..10_000).map(|i| (f64::from(i), 0.0)).collect();
        points[7777].1 = 5.0;
        points[1234].1 = -5.0;
        let thinned = thin(&points);
        assert!(thinned.len() <= MOST_POINTS);
        assert!(thinned.contains(&(7777.0, 5.0)) && thinned.contains(&(1234.0, -5.0)));
        assert!(thinned.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(thin(&points[..10]), points[..10]);
    }
}
