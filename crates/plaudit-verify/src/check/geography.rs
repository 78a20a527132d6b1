//! Distances on the Earth, and rewards made from them.

use super::{CheckError, finite};

/// The mean radius of the Earth, in kilometres (IUGG).
pub const EARTH_RADIUS: f64 = 6371.0088;

/// The thresholds by which guesses of a place are usually graded, in kilometres: street, city, region, country, continent.
pub const THRESHOLDS: [f64; 5] = [1.0, 25.0, 200.0, 750.0, 2500.0];

/// The distance of two places `[latitude, longitude]` in degrees along a great circle, in kilometres, by the haversine formula; lower is
/// better. Latitudes are in [-90, 90], longitudes may be any turn.
///
/// # Errors
/// [`CheckError::Input`] for numbers that are not finite or latitudes beyond the poles.
///
/// ```
/// use plaudit_verify::check::geography::haversine;
/// // A quarter of a great circle is pi/2 radii.
/// assert!((haversine([0.0, 0.0], [0.0, 90.0]).unwrap() - 10007.557).abs() < 1e-3);
/// // Paris and London.
/// assert!((haversine([48.8566, 2.3522], [51.5074, -0.1278]).unwrap() - 343.556).abs() < 1e-2);
/// ```
pub fn haversine(a: [f64; 2], b: [f64; 2]) -> Result<f64, CheckError> {
    finite(a.into_iter().chain(b))?;
    if [a, b].iter().any(|[latitude, _]| latitude.abs() > 90.0) {
        return Err(CheckError::Input("a latitude is beyond the poles"));
    }
    let half_sine = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin().powi(2);
    let cosines = a[0].to_radians().cos() * b[0].to_radians().cos();
    let haversine = half_sine(a[0], b[0]) + cosines * half_sine(a[1], b[1]);
    Ok(2.0 * EARTH_RADIUS * haversine.clamp(0.0, 1.0).sqrt().asin())
}

/// exp(-distance / scale), in [0, 1]; higher is better, 1 for no distance. Distance and scale are in the same unit, the scale is above 0.
///
/// # Errors
/// [`CheckError::Input`] for a distance below 0, a scale that is not above it, or numbers that are not finite.
///
/// ```
/// use plaudit_verify::check::geography::exponential;
/// assert!((exponential(500.0, 1000.0).unwrap() - 0.606531).abs() < 1e-6);
/// ```
pub fn exponential(distance: f64, scale: f64) -> Result<f64, CheckError> {
    finite([distance, scale])?;
    match distance >= 0.0 && scale > 0.0 {
        true => Ok((-distance / scale).exp()),
        false => Err(CheckError::Input("a distance below 0, or a scale that is not above it")),
    }
}

/// The share of thresholds that the distance is within, in [0, 1]; higher is better. 1 without thresholds.
///
/// # Errors
/// [`CheckError::Input`] for a distance below 0 or numbers that are not finite.
///
/// ```
/// use plaudit_verify::check::geography::{THRESHOLDS, tiers};
/// // Within 750 and 2500 km.
/// assert_eq!(tiers(343.6, &THRESHOLDS), Ok(0.4));
/// ```
pub fn tiers(distance: f64, thresholds: &[f64]) -> Result<f64, CheckError> {
    finite(thresholds.iter().copied().chain([distance]))?;
    if distance < 0.0 {
        return Err(CheckError::Input("a distance below 0"));
    }
    let within = thresholds.iter().filter(|threshold| distance <= **threshold).count();
    Ok(if thresholds.is_empty() { 1.0 } else { within as f64 / thresholds.len() as f64 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn poles_and_turns() {
        let half = std::f64::consts::PI * EARTH_RADIUS;
        assert!((haversine([90.0, 17.0], [-90.0, -40.0]).unwrap() - half).abs() < 1e-6);
        assert!(haversine([90.0, 17.0], [90.0, -40.0]).unwrap() < 1e-6);
        assert!(haversine([10.0, 179.9], [10.0, -180.1]).unwrap() < 1e-6);
        assert!(matches!(haversine([90.1, 0.0], [0.0, 0.0]), Err(CheckError::Input(_))));
        assert!(matches!(exponential(-1.0, 1.0), Err(CheckError::Input(_))));
        assert!(matches!(exponential(1.0, 0.0), Err(CheckError::Input(_))));
        assert_eq!(tiers(0.5, &THRESHOLDS), Ok(1.0));
        assert_eq!(tiers(3000.0, &THRESHOLDS), Ok(0.0));
        assert_eq!(tiers(3000.0, &[]), Ok(1.0));
    }

    proptest! {
        #[test]
        fn a_distance_is_symmetric_and_a_metric(
            latitudes in prop::array::uniform3(-90.0..=90.0_f64), longitudes in prop::array::uniform3(-180.0..=180.0_f64),
        ) {
            let [a, b, c] = [0, 1, 2].map(|place| [latitudes[place], longitudes[place]]);
            let distance = |a, b| haversine(a, b).unwrap();
            prop_assert_eq!(distance(a, b), distance(b, a));
            prop_assert_eq!(distance(a, a), 0.0);
            prop_assert!((0.0..=20015.2).contains(&distance(a, b)));
            // Rounding near antipodes costs up to half the digits.
            prop_assert!(distance(a, c) <= distance(a, b) + distance(b, c) + 1e-3);
        }
    }
}
