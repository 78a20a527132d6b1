//! The nearest valid name to a mistyped one.

/// The most similar candidate, where one is close enough that a person may have meant it: one the beginning of the other, else a third of
/// its letters mistyped at most, swaps counting once. The first of equally near ones.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase().replace('-', "_");
    let distance = |candidate: &str| {
        let candidate = candidate.to_lowercase().replace('-', "_");
        let (short, long) = if name.len() < candidate.len() { (&name, &candidate) } else { (&candidate, &name) };
        let edits = strsim::osa_distance(&name, &candidate);
        let beginning = short.len() >= 3 && long.starts_with(short.as_str());
        (beginning || edits <= 1.max(long.chars().count() / 3)).then_some((!beginning, edits))
    };
    let near = candidates.into_iter().filter_map(|candidate| distance(candidate).map(|distance| (distance, candidate)));
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// " (did you mean `x`?)", where one of `candidates` is near enough to `name` to be meant; or nothing.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    hint(nearest(name, candidates))
}

/// " (did you mean `x`?)" or nothing.
pub(crate) fn hint(nearest: Option<&str>) -> String {
    nearest.map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_mistakes_are_recognised_and_strangers_are_not() {
        let keys = ["learning_rate", "betas", "eps", "weight_decay", "warmup_steps"];
        assert_eq!(nearest("lerning_rate", keys), Some("learning_rate"));
        assert_eq!(nearest("learning-rate", keys), Some("learning_rate"));
        assert_eq!(nearest("esp", keys), Some("eps"));
        assert_eq!(nearest("warmup", keys), Some("warmup_steps"));
        assert_eq!(nearest("grpo@verl", ["grpo@areal", "grpo@verl-0.9"]), Some("grpo@verl-0.9"));
        assert_eq!(nearest("momentum", keys), None);
        assert_eq!(nearest("x", []), None);
    }
}
