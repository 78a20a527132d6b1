"""The peers' side of the credit and loss cases of `compare.py`: verl's advantage estimators and policy losses, and TRL's GRPO loss, on
1,024 responses of 2,048 tokens in groups of 8, f32. `src/credit_cases.rs` has the same work.

Calling a case makes its inputs and returns a function that does the work on them, so that the memory of the inputs can be told apart.
"""

import types

import numpy
import torch

SAMPLES, TOKENS, GROUP = 1024, 2048, 8


def columns(*names):
    """Columns of random numbers, the same kind as `src/credit_cases.rs` has."""
    generator = torch.Generator().manual_seed(0)
    made = {}
    for name in names:
        column = torch.randn(SAMPLES, TOKENS, generator=generator)
        if name == "log_prob":
            column = column.mul_(0.5).sub_(2.0).requires_grad_()
        elif name == "old_log_prob":
            column = column.mul_(0.1).add_(made["log_prob"].detach())
        elif name == "token_level_rewards":
            outcome = (column[:, 0] > 0).float()
            column.zero_()[:, -1] = outcome
        made[name] = column
    return made


def mask():
    return torch.ones(SAMPLES, TOKENS)


def index():
    return numpy.repeat(numpy.arange(SAMPLES // GROUP), GROUP)


def step(work):
    """The work as a step of `peers.py`, which has nothing to print beside its time."""

    def run(_):
        work()

    return run


def advantage(name):
    """An estimator of verl 0.9.1 that compares the members of a group."""
    from verl.trainer.ppo import core_algos

    function = getattr(core_algos, name)
    inputs = columns("token_level_rewards") | {"response_mask": mask(), "index": index()}
    return step(lambda: function(**inputs))


def gae():
    from verl.trainer.ppo import core_algos

    inputs = columns("token_level_rewards", "values") | {"response_mask": mask(), "gamma": 1.0, "lam": 0.95}
    return step(lambda: core_algos.compute_gae_advantage_return(**inputs))


def reinforce_plus_plus():
    from verl.trainer.ppo import core_algos

    inputs = columns("token_level_rewards") | {"response_mask": mask(), "config": types.SimpleNamespace(gamma=1.0)}
    return step(lambda: core_algos.compute_reinforce_plus_plus_outcome_advantage(**inputs))


def loss(name):
    """A policy loss of verl 0.9.1 with its gradient."""
    from verl.trainer.ppo import core_algos
    from verl.workers.config import ActorConfig

    config = ActorConfig(
        strategy="fsdp", rollout_n=1, ppo_micro_batch_size_per_gpu=1, clip_ratio=0.2, clip_ratio_low=0.2, clip_ratio_high=0.2
    )
    inputs = columns("log_prob", "old_log_prob", "advantages") | {"response_mask": mask(), "config": config}
    function = getattr(core_algos, name)

    def work():
        inputs["log_prob"].grad = None
        value, _ = function(**inputs)
        value.backward()

    return step(work)


CASES = {
    "credit-grpo": lambda: advantage("compute_grpo_outcome_advantage"),
    "credit-grpo-vectorized": lambda: advantage("compute_grpo_vectorized_outcome_advantage"),
    "credit-rloo": lambda: advantage("compute_rloo_outcome_advantage"),
    "credit-rloo-vectorized": lambda: advantage("compute_rloo_vectorized_outcome_advantage"),
    "credit-gae": gae,
    "credit-reinforce-plus-plus": reinforce_plus_plus,
    "loss-clip": lambda: loss("compute_policy_loss_vanilla"),
    "loss-gspo": lambda: loss("compute_policy_loss_gspo"),
    "loss-cispo": lambda: loss("compute_policy_loss_cispo"),
}
