"""The peers' side of the credit and loss cases of `compare.py`: verl's advantage estimators and policy losses, and TRL's GRPO losses,
on 1,024 responses of 2,048 tokens in groups of 8, f32. `src/credit_cases.rs` has the same work.

Calling a case makes its inputs and returns a function that does the work on them, so that the memory of the inputs can be told apart.
"""

import collections
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


class Accelerator:
    """What TRL's loss asks of one process that has nobody to gather from."""

    num_processes = 1
    sync_gradients = False

    def gather(self, value):
        return value

    def reduce(self, value, reduction):
        return value


def trl_loss(name, **settings):
    """A GRPO loss of TRL 1.16.0 with its gradient: the method of the trainer, called on an object that has what it reads and a model that
    returns the given log-probabilities. The metrics it logs are part of it, as ours are."""
    from trl import GRPOTrainer

    inputs = columns("log_prob", "old_log_prob", "advantages")
    nothing = torch.zeros(SAMPLES, TOKENS)
    trainer = types.SimpleNamespace(
        accelerator=Accelerator(),
        model=types.SimpleNamespace(training=True),
        args=types.SimpleNamespace(
            use_bias_correction_kl=False, delta=None, sapo_temperature_pos=1.0, sapo_temperature_neg=1.05, steps_per_generation=1
        ),
        loss_type=name,
        beta=0.0,
        epsilon_low=0.2,
        epsilon_high=settings.get("epsilon_high", 0.2),
        importance_sampling_level="token",
        max_completion_length=TOKENS,
        off_policy_mask_threshold=None,
        top_entropy_quantile=1.0,
        entropy_coef=0.0,
        use_adaptive_entropy=False,
        use_vllm=False,
        vllm_importance_sampling_correction=False,
        current_gradient_accumulation_steps=1,
        aux_loss_enabled=False,
        _entropy_bonus_enabled=False,
        _metrics=collections.defaultdict(lambda: collections.defaultdict(list)),
        _get_per_token_logps_and_entropies=lambda *_, **__: (inputs["log_prob"], nothing, None),
    )
    batch = {
        "prompt_ids": torch.zeros(SAMPLES, 1),
        "prompt_mask": torch.ones(SAMPLES, 1),
        "completion_ids": nothing,
        "completion_mask": mask(),
        "advantages": inputs["advantages"][:, 0].clone(),
        "old_per_token_logps": inputs["old_log_prob"],
        "num_items_in_batch": torch.tensor(float(SAMPLES * TOKENS)),
    }

    def work():
        inputs["log_prob"].grad = None
        GRPOTrainer._compute_loss(trainer, None, batch).backward()

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
    "trl-grpo": lambda: trl_loss("grpo"),
    "trl-bnpo": lambda: trl_loss("bnpo"),
    "trl-dr-grpo": lambda: trl_loss("dr_grpo"),
    "trl-dapo": lambda: trl_loss("dapo"),
    "trl-cispo": lambda: trl_loss("cispo", epsilon_high=5.0),
    "trl-sapo": lambda: trl_loss("sapo"),
}
