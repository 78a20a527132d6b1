//! The rule by which a group's scores became its advantages, read off the numbers: whatever the estimator, if the advantages are a
//! straight line in the scores, it has a centre and a scale.

use serde::Serialize;
use std::fmt;

/// How the advantages of a group follow from its scores.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Rule {
    /// advantage = (score - centre) / scale, for every member.
    Line {
        /// The score whose advantage is 0.
        centre: f64,
        /// The difference of scores that makes a difference of 1.
        scale: f64,
    },
    /// All scores are equal, and so are the advantages.
    Constant {
        /// The advantage of all of them.
        advantage: f64,
    },
    /// A single member has a score.
    Alone {
        /// Its advantage.
        advantage: f64,
    },
    /// Nobody has a score.
    Unscored,
    /// The advantages depend on more than the score.
    Other,
}

impl Rule {
    /// Reads the rule off `(score, advantage)` of the scored members.
    pub fn read(pairs: &[(f64, f64)]) -> Self {
        let Some(&(score, advantage)) = pairs.first() else { return Self::Unscored };
        if pairs.len() == 1 {
            return Self::Alone { advantage };
        }
        let size = |value: fn(&(f64, f64)) -> f64| pairs.iter().map(|pair| value(pair).abs()).fold(0.0, f64::max);
        let tolerance = 1e-9 * size(|pair| pair.1).max(f64::MIN_POSITIVE);
        let far = |a: &&(f64, f64), b: &&(f64, f64)| (a.0 - score).abs().total_cmp(&(b.0 - score).abs());
        let &(other, its) = pairs.iter().max_by(far).unwrap_or(&pairs[0]);
        if other == score {
            let is_same = pairs.iter().all(|pair| (pair.1 - advantage).abs() <= tolerance);
            return if is_same { Self::Constant { advantage } } else { Self::Other };
        }
        let slope = (its - advantage) / (other - score);
        let fits = |pair: &(f64, f64)| (advantage + slope * (pair.0 - score) - pair.1).abs() <= tolerance;
        if slope == 0.0 || !pairs.iter().all(fits) {
            return Self::Other;
        }
        Self::Line { centre: score - advantage / slope, scale: 1.0 / slope }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = plaudit_report::significant;
        match self {
            Self::Line { centre, scale } => {
                let centre = if centre.abs() < 1e-9 * scale.abs() { 0.0 } else { *centre };
                write!(f, "advantage = (score - {}) / {}", number(centre), number(*scale))
            }
            Self::Constant { advantage } => write!(f, "all scores are equal: advantage {}", number(*advantage)),
            Self::Alone { advantage } => write!(f, "the only score of its group: advantage {}", number(*advantage)),
            Self::Unscored => f.write_str("no member has a score"),
            Self::Other => f.write_str("the advantages depend on more than the scores"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn centres_and_scales_are_read_off() {
        // Scores 3, 1, 2 around 2, divided by 0.5.
        assert_eq!(Rule::read(&[(3.0, 2.0), (1.0, -2.0), (2.0, 0.0)]), Rule::Line { centre: 2.0, scale: 0.5 });
        assert_eq!(Rule::read(&[(1.0, 0.0), (1.0, 0.0)]), Rule::Constant { advantage: 0.0 });
        assert_eq!(Rule::read(&[(1.0, 0.5), (0.0, -0.5), (0.5, 0.2)]), Rule::Other);
        assert_eq!(Rule::read(&[(1.0, 0.0), (0.0, 0.0)]), Rule::Other);
        assert_eq!(Rule::read(&[(1.0, 1.0)]), Rule::Alone { advantage: 1.0 });
        assert_eq!(Rule::read(&[]), Rule::Unscored);
        assert_eq!(Rule::read(&[(3.0, 2.0), (1.0, -2.0)]).to_string(), "advantage = (score - 2) / 0.5");
    }
}
