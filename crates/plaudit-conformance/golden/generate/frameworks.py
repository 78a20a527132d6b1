"""Group-relative advantages and clipped losses of OpenRLHF, NeMo-RL, slime and AReaL: `python frameworks.py SOURCES`.

SOURCES holds the repositories as directories OpenRLHF, RL, slime and AReaL, at the commits of `requirements-frameworks.txt`. Their modules are
imported as they are. Third-party packages that are not installed (engines, launchers) are replaced by empty stand-ins; none of them
takes part in what is computed.
"""

import importlib
import importlib.abc
import importlib.machinery
import os
import sys
import types
from types import SimpleNamespace

os.environ["TORCHDYNAMO_DISABLE"] = "1"

import torch

import vectors
from vectors import gradient, tensor


class Anything(type):
    """Stands for any name of a package that is not there."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing

    def __call__(cls, *arguments, **_):
        # A decorator leaves what it decorates as it is.
        return arguments[0] if len(arguments) == 1 and callable(arguments[0]) else cls

    def __getitem__(cls, _):
        return cls

    def __or__(cls, _):
        return cls

    __ror__ = __or__

    def __iter__(cls):
        return iter(())


class Nothing(metaclass=Anything):
    pass


class StandIn(types.ModuleType):
    def __getattr__(self, name):
        if name == "__path__":
            return []
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing


ABSENT = [
    "aiofiles", "aiohttp", "colorlog", "deepspeed", "einops", "fastapi", "flash_attn", "flask", "httpx", "lark",
    "nemo_rl.data", "nemo_rl.distributed", "nemo_rl.models", "nemo_rl.utils", "numba", "openai", "peft", "pylatexenc",
    "pynvml", "sglang", "tenacity", "torchdata", "uvicorn", "uvloop", "vllm", "wandb", "werkzeug", "zmq",
]  # fmt: skip


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Makes stand-ins of the packages that are not needed."""

    def find_spec(self, name, path=None, target=None):
        if not any(name == absent or name.startswith(f"{absent}.") for absent in ABSENT):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return StandIn(spec.name)

    def exec_module(self, module):
        module.__path__ = []


def openrlhf_advantages(name, inputs, params):
    maker = importlib.import_module("openrlhf.trainer.ppo_utils.experience_maker").RemoteExperienceMaker
    mask = tensor(inputs["response_mask"])
    scores = torch.tensor(inputs["scores"], dtype=torch.float64)
    experience = SimpleNamespace(
        index=list(range(len(scores))),
        rewards=scores,
        kl=torch.zeros_like(mask),
        action_mask=mask,
        values=None,
        info={},
    )
    advantage = SimpleNamespace(estimator=name, gamma=1.0, lambd=1.0, no_std_norm=params.get("no_std_norm", False))
    args = SimpleNamespace(
        rollout=SimpleNamespace(n_samples_per_prompt=params["n_samples_per_prompt"]),
        algo=SimpleNamespace(advantage=advantage),
        reward=SimpleNamespace(
            clip_range=None, overlong_buffer_len=None, stop_properly_penalty_coef=None, overlong_penalty_factor=None
        ),
    )
    stand_in = SimpleNamespace(
        strategy=SimpleNamespace(args=args),
        kl_ctl=SimpleNamespace(value=0.0),
        advantage_estimator=name,
        get_cumulative_returns=lambda *a: maker.get_cumulative_returns(None, *a),
    )
    maker.compute_advantages_and_returns(stand_in, [experience])
    return {"advantages": experience.advantages.tolist()}


def openrlhf_loss(name, inputs, params):
    columns = {key: tensor(inputs[key]) for key in ("log_probs", "old_log_probs", "advantages", "action_mask")}
    columns["log_probs"].requires_grad_()
    loss = importlib.import_module("openrlhf.models.loss").PolicyLoss(
        clip_eps_low=params["clip_eps_low"],
        clip_eps_high=params["clip_eps_high"],
        dual_clip=params["dual_clip"],
        token_level_loss=params["token_level_loss"],
        policy_loss_type=name,
    )
    value = loss(**columns)[0]
    return {"loss": value.item(), "grad_log_prob": gradient(value, columns["log_probs"])}


def nemo_advantages(name, inputs, params):
    module = importlib.import_module("nemo_rl.algorithms.advantage_estimator")
    config = SimpleNamespace(**params)
    prompts = torch.tensor(inputs["index"]).unsqueeze(1)
    # It multiplies with a matrix in single precision.
    scores = torch.tensor(inputs["scores"], dtype=torch.float32)
    estimator = module.GRPOAdvantageEstimator(config, None)
    return {"advantages": estimator.compute_advantage(prompts, scores, tensor(inputs["response_mask"])).tolist()}


def slime_advantages(name, inputs, params):
    manager = importlib.import_module("slime.ray.rollout").RolloutManager
    owner = getattr(manager, "__ray_actor_class__", manager)
    args = SimpleNamespace(
        advantage_estimator=name,
        rewards_normalization=True,
        grpo_std_normalization=params["grpo_std_normalization"],
        n_samples_per_prompt=params["n_samples_per_prompt"],
        rollout_batch_size=len(inputs["scores"]) // params["n_samples_per_prompt"],
    )
    samples = [SimpleNamespace(get_reward_value=lambda _, score=score: score) for score in inputs["scores"]]
    stand_in = SimpleNamespace(args=args, custom_reward_post_process_func=None)
    return {"advantages": owner._post_process_rewards(stand_in, samples)[1]}


def slime_loss(name, inputs, params):
    module = importlib.import_module("slime.utils.ppo_utils")
    columns = {key: tensor(value) for key, value in inputs.items()}
    logps, mask = columns["log_probs"].requires_grad_(), columns["action_mask"]
    distance = columns["old_log_probs"] - logps
    if name == "cispo":
        losses, _ = module.compute_cispo_loss(
            distance, logps, columns["advantages"], params["eps_clip"], params["eps_clip_high"]
        )
    else:
        losses, _ = module.compute_policy_loss(
            distance, columns["advantages"], params["eps_clip"], params["eps_clip_high"], params["eps_clip_c"]
        )
    # The reduction is the default one of slime/backends/megatron_utils/cp_utils.py: the mean of each sample's mean.
    loss = ((losses * mask).sum(1) / mask.sum(1).clamp(min=1)).mean()
    return {"loss": loss.item(), "grad_log_prob": gradient(loss, logps)}


def areal_advantages(name, inputs, params):
    module = importlib.import_module("areal.utils.data")
    normalise = module.Normalization(SimpleNamespace(**params))
    scores = torch.tensor(inputs["scores"], dtype=torch.float64)
    return {"advantages": normalise(scores).tolist()}


def areal_loss(name, inputs, params):
    module = importlib.import_module("areal.utils.functional.functional")
    columns = {key: tensor(value) for key, value in inputs.items()}
    logps = columns["log_probs"].requires_grad_()
    loss, _ = module.ppo_actor_loss_fn(
        logprobs=logps,
        proximal_logprobs=columns["old_log_probs"],
        old_logprobs=columns["old_log_probs"],
        advantages=columns["advantages"],
        loss_mask=columns["action_mask"].bool(),
        **params,
    )
    return {"loss": loss.item(), "grad_log_prob": gradient(loss, logps)}


CALLS = {
    "openrlhf": (openrlhf_advantages, openrlhf_loss),
    "nemo": (nemo_advantages, None),
    "slime": (slime_advantages, slime_loss),
    "areal": (areal_advantages, areal_loss),
}


def evaluate(case):
    family, _, name = case["fn"].partition(":")
    call = CALLS[case["lib"].split("-")[0]][family == "loss"]
    return {"outputs": call(name, case["inputs"], case["params"])}


OPENRLHF, NEMO, SLIME, AREAL = "openrlhf-0.11.0-3c3be62", "nemo-rl-7ea279a", "slime-624b824", "areal-4aef98d"


def advantage_cases():
    for kind in ["binary", "normal", "constant"]:
        for size in [2, 4, 8]:
            stream = vectors.random(f"frameworks {kind} {size}")
            scores = stream.normal(size=8)
            if kind == "binary":
                scores = stream.integers(0, 2, 8).astype(float)
            if kind == "constant":
                scores[:size] = 0.5
            inputs = {
                "scores": vectors.rounded(scores),
                "index": [row // size for row in range(8)],
                "response_mask": vectors.mask("suffix", 8, 4),
            }
            for name in ["group_norm", "dr_grpo", "rloo"]:
                yield {"lib": OPENRLHF, "fn": f"adv:{name}", "inputs": inputs, "params": {"n_samples_per_prompt": size}}
            for leave, normalise in [(True, True), (True, False), (False, True), (False, False)]:
                params = {"use_leave_one_out_baseline": leave, "normalize_rewards": normalise}
                # Of two samples each has one other, and one number has no deviation.
                if size > 2 or not (leave and normalise):
                    yield {"lib": NEMO, "fn": "adv:grpo", "inputs": inputs, "params": params}
            for name, by_std in [("grpo", True), ("grpo", False), ("reinforce_plus_plus_baseline", True)]:
                params = {"grpo_std_normalization": by_std, "n_samples_per_prompt": size}
                yield {"lib": SLIME, "fn": f"adv:{name}", "inputs": inputs, "params": params}
            for mean, std, leave, unbiased in [
                ("group", "group", False, True),
                ("batch", "batch", False, True),
                ("group", "group", False, False),
                ("group", None, True, True),
                ("group", None, False, True),
            ]:
                params = {"mean_level": mean, "std_level": std, "mean_leave1out": leave, "std_unbiased": unbiased}
                params |= {"group_size": size, "eps": 1e-5}
                yield {"lib": AREAL, "fn": "adv:normalization", "inputs": inputs, "params": params}


def loss_cases():
    for distance, masks in [(0.3, "suffix"), (1.0, "interior")]:
        stream = vectors.random(f"frameworks loss {distance} {masks}")
        old = -0.05 - 2.5 * stream.random((6, 5))
        inputs = {
            "old_log_probs": vectors.rounded(old),
            "log_probs": vectors.rounded(old + distance * stream.normal(size=old.shape)),
            "advantages": vectors.rounded(stream.normal(size=(6, 1)).repeat(5, axis=1)),
            "action_mask": vectors.mask(masks, 6, 5),
        }
        for low, high, dual in [(0.2, 0.2, None), (0.1, 0.4, 3.0)]:
            for token_level in [True, False]:
                params = {"clip_eps_low": low, "clip_eps_high": high, "dual_clip": dual, "token_level_loss": token_level}
                yield {"lib": OPENRLHF, "fn": "loss:ppo", "inputs": inputs, "params": params}
            yield {"lib": OPENRLHF, "fn": "loss:gspo", "inputs": inputs, "params": params}
            params = {"eps_clip": low, "eps_clip_high": high, "eps_clip_c": dual}
            yield {"lib": SLIME, "fn": "loss:policy", "inputs": inputs, "params": params}
            yield {"lib": SLIME, "fn": "loss:cispo", "inputs": inputs, "params": params}
            params = {"eps_clip": low, "eps_clip_higher": high, "c_clip": dual}
            yield {"lib": AREAL, "fn": "loss:ppo_actor", "inputs": inputs, "params": params}


def cases():
    yield from advantage_cases()
    yield from loss_cases()


if __name__ == "__main__":
    for repository in ["OpenRLHF", "RL", "slime", "AReaL"]:
        sys.path.append(os.path.join(sys.argv[1], repository))
    sys.meta_path.insert(0, Finder())
    vectors.write("../frameworks.jsonl", evaluate, cases())
