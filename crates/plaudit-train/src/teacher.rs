//! The policy as its own teacher: the same tokens scored by the same weights, which read help with the prompt.

use crate::TrainError;
use crate::columns::Labels;
use crate::rollout::Judged;
use crate::trainer::Trainer;
use plaudit_core::{Rollouts, Segments};
use plaudit_engine::{Continuations, Request};
use plaudit_recipe::Teacher;
use plaudit_task::Problem;

/// What a teacher says about a batch.
pub(crate) struct Taught {
    /// Per token: log-probability under the teacher; NaN where there was no help.
    pub(crate) logp: Vec<f32>,
    /// Per sample: whether there was help.
    pub(crate) is_helped: Vec<bool>,
}

impl Trainer<'_, '_> {
    /// Scores every sample that can be helped under the policy as it is now, reading help with the prompt.
    pub(crate) fn teach(
        &mut self,
        teacher: &Teacher,
        problems: &[Problem],
        rollouts: &Rollouts,
        judged: &Judged,
        labels: &Labels,
    ) -> Result<Taught, TrainError> {
        let groups = rollouts.groups();
        let mut texts = Vec::new();
        let mut helped = Vec::new();
        for (problem, group) in problems.iter().zip(groups.iter()) {
            for sample in group.clone() {
                if let Some(help) = help(teacher, problem, sample, group.clone(), judged, labels) {
                    let prompt = format!("{}{}", self.recipe.policy.prefix(), problem.prompt);
                    texts.push(read(teacher, &prompt, &help));
                    helped.push(sample);
                }
            }
        }
        let (prompt_tokens, prompts) = self.policy.encode_texts(&texts, self.recipe.sample.max_tokens)?;
        let samples = Segments::from_lengths(helped.iter().map(|sample| rollouts.samples.range(*sample).len()));
        let tokens: Vec<u32> = helped.iter().flat_map(|sample| rollouts.completion(*sample)).copied().collect();
        let prompt_of: Vec<u32> = (0..helped.len() as u32).collect();
        let batch = Continuations {
            prompt_tokens: &prompt_tokens,
            prompts: &prompts,
            prompt_of: &prompt_of,
            tokens: &tokens,
            samples: &samples,
        };
        let request = Request { temperature: self.recipe.sample.temperature as f32, ..Request::default() };
        let scored = self.policy.model.score(batch, &request)?.logp;
        let mut logp = vec![f32::NAN; rollouts.tokens.len()];
        let mut is_helped = vec![false; rollouts.len()];
        for (sample, range) in helped.into_iter().zip(samples.iter()) {
            logp[rollouts.samples.range(sample)].copy_from_slice(&scored[range]);
            is_helped[sample] = true;
        }
        Ok(Taught { logp, is_helped })
    }
}

/// What helps with sample `sample` of `group`: the next right completion of another sample, else what is wrong with its own.
fn help(
    teacher: &Teacher,
    problem: &Problem,
    sample: usize,
    group: std::ops::Range<usize>,
    judged: &Judged,
    labels: &Labels,
) -> Option<String> {
    let is_right = |sample: &usize| labels.label[*sample] == 1.0;
    let mut others = (sample + 1..group.end).chain(group.start..sample);
    match others.find(is_right) {
        Some(sibling) => Some(judged.completions[sibling].clone()),
        None if teacher.feedback && !is_right(&sample) => feedback(problem, &judged.completions[sample]),
        None => None,
    }
}

/// The first line of the worked solution that `attempt` does not have in its place, as feedback; nothing where it has all of them.
pub(crate) fn feedback(problem: &Problem, attempt: &str) -> Option<String> {
    let solution = problem.solution();
    let mut written = attempt.lines();
    let line = solution.lines().find(|line| written.next() != Some(line))?;
    Some(hint(line))
}

/// A line of a solution, told as what should have been written.
pub(crate) fn hint(line: &str) -> String {
    format!("! {line}")
}

/// What the teacher reads in place of `prompt`.
pub(crate) fn read(teacher: &Teacher, prompt: &str, help: &str) -> String {
    // Cut at one placeholder before the other is filled: a prompt or a completion may hold either.
    let parts: Vec<String> = teacher.context.split("{help}").map(|part| part.replace("{prompt}", prompt)).collect();
    parts.join(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feedback_is_the_first_line_that_differs() {
        let problem = Problem::new("7+3*12=?\n".into(), "43".into(), vec!["7+36".into(), "43".into()], 2);
        assert_eq!(feedback(&problem, "7+36\n44\n#### 44").as_deref(), Some("! 43"));
        assert_eq!(feedback(&problem, "#### 44").as_deref(), Some("! 7+36"));
        assert_eq!(feedback(&problem, "7+36").as_deref(), Some("! 43"));
        assert_eq!(feedback(&problem, "7+36\n43\n#### 43"), None);
        let teacher = Teacher { context: "{prompt}{help}\n{prompt}".into(), feedback: true };
        assert_eq!(read(&teacher, "{help}?\n", "{prompt}"), "{help}?\n{prompt}\n{help}?\n");
    }
}
