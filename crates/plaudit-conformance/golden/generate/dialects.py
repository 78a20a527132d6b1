"""What each system computes by its own defaults: `python dialects.py SOURCES`, in an environment with both verl and TRL; SOURCES as for
`frameworks.py`.

A case names the dialect that it pins. Its settings are those that the system's configuration has when nothing is set (read from its
dataclasses and argument parsers, not from here), but for the flags that the dialect stands for: FLAGS.
"""

import ast
import os
import sys

import frameworks
import trl_peer
import vectors
import verl_credit
import verl_objective
from trl import GRPOConfig, RLOOConfig
from verl.trainer.config import AlgoConfig

PAIRS = ["suffix", "interior"]
# dialect: estimator, its flags, loss, its flags.
FLAGS = {
    "grpo@verl-0.9": ("grpo", {}, "vanilla", {}),
    "dr-grpo@verl-0.9": (
        "grpo",
        {"norm_adv_by_std_in_grpo": False},
        "vanilla",
        {"loss_agg_mode": "seq-mean-token-sum-norm"},
    ),
    "dapo@verl-0.9": ("grpo", {}, "vanilla", {"clip_ratio_high": 0.28}),
    "rloo@verl-0.9": ("rloo", {}, "vanilla", {}),
    "reinforce++@verl-0.9": ("reinforce_plus_plus", {}, "vanilla", {}),
    "reinforce++-baseline@verl-0.9": ("reinforce_plus_plus_baseline", {}, "vanilla", {}),
    "remax@verl-0.9": ("remax", {}, "vanilla", {}),
    "opo@verl-0.9": ("opo", {}, "vanilla", {}),
    "gpg@verl-0.9": ("gpg", {}, "gpg", {}),
    "gdpo@verl-0.9": ("gdpo", {}, "vanilla", {}),
    "pass-at-k@verl-0.9": ("grpo_passk", {}, "vanilla", {}),
    "ppo@verl-0.9": ("gae", {}, "vanilla", {}),
    "otb@verl-0.9": ("optimal_token_baseline", {}, "vanilla", {}),
    "gspo@verl-0.9": (
        "grpo",
        {},
        "gspo",
        {"clip_ratio_low": 3e-4, "clip_ratio_high": 4e-4, "loss_agg_mode": "seq-mean-token-mean"},
    ),
    "cispo@verl-0.9": ("grpo", {}, "cispo", {"clip_ratio_low": 1.0, "clip_ratio_high": 0.28}),
    "sapo@verl-0.9": ("grpo", {}, "sapo", {}),
    "gmpo@verl-0.9": ("grpo", {}, "geo_mean", {"clip_ratio_low": 0.4, "clip_ratio_high": 0.4}),
    "dppo@verl-0.9": ("grpo", {}, "dppo_tv", {}),
    "kl-cov@verl-0.9": ("grpo", {}, "kl_cov", {}),
    "dro@verl-0.9": ("grpo", {}, "dro", {"dro_beta": 0.1}),
    "grpo@trl-1.16": ("grpo", {}, "grpo", {}),
    "dapo@trl-1.16": ("grpo", {}, "dapo", {}),
    "bnpo@trl-1.16": ("grpo", {}, "bnpo", {}),
    "dr-grpo@trl-1.16": ("grpo", {"scale_rewards": "none"}, "dr_grpo", {}),
    "gspo@trl-1.16": (
        "grpo",
        {},
        "grpo",
        {"importance_sampling_level": "sequence", "epsilon_low": 3e-4, "epsilon_high": 4e-4},
    ),
    "luspo@trl-1.16": ("grpo", {}, "luspo", {"importance_sampling_level": "sequence"}),
    "cispo@trl-1.16": ("grpo", {}, "cispo", {"epsilon_high": 5.0}),
    "sapo@trl-1.16": ("grpo", {}, "sapo", {}),
    "vespo@trl-1.16": ("grpo", {}, "vespo", {}),
    "gdpo@trl-1.16": ("grpo", {"multi_objective_aggregation": "normalize_then_sum"}, "dapo", {}),
    "rloo@trl-1.16": ("rloo", {}, "rloo", {}),
    "grpo@openrlhf-0.11": ("group_norm", {}, "ppo", {}),
    "dr-grpo@openrlhf-0.11": ("dr_grpo", {}, "ppo", {}),
    "rloo@openrlhf-0.11": ("rloo", {}, "ppo", {}),
    "gspo@openrlhf-0.11": ("group_norm", {}, "gspo", {}),
    "grpo@nemo-rl": ("grpo", {}, None, {}),
    "grpo@slime": ("grpo", {}, "policy", {}),
    "dr-grpo@slime": ("grpo", {"grpo_std_normalization": False}, "policy", {}),
    "cispo@slime": ("grpo", {}, "cispo", {"eps_clip": 1.0, "eps_clip_high": 0.28}),
    "grpo@areal": ("normalization", {"mean_level": "group", "std_level": "group"}, "ppo_actor", {}),
}


def source(*path):
    return ast.parse(open(os.path.join(sys.argv[1], *path)).read())


def argument(tree, flag):
    """The default of a command-line flag."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and call.args and getattr(call.args[0], "value", None) == flag:
            return next(ast.literal_eval(key.value) for key in call.keywords if key.arg == "default")
    raise KeyError(flag)


def field(tree, owner, name):
    """The default of a dataclass's field."""
    owner = next(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == owner)
    line = next(node for node in owner.body if isinstance(node, ast.AnnAssign) and node.target.id == name)
    return next(ast.literal_eval(key.value) for key in line.value.keywords if key.arg == "default")


def default(config, name):
    return config.__dataclass_fields__[name].default


def verl(name, estimator, flags, loss, loss_flags):
    algorithm, actor = AlgoConfig(), verl_objective.config({})
    layout = "pairs" if estimator == "grpo_passk" else "uneven"
    for masks in PAIRS:
        inputs, stream = verl_credit.batch(layout, "normal", masks)
        shape = (len(inputs["index"]), len(inputs["response_mask"][0]))
        if estimator == "gae":
            inputs["values"] = vectors.rounded(stream.normal(size=shape))
        if estimator == "remax":
            inputs["reward_baselines"] = vectors.rounded(stream.normal(size=shape[0]))
        if estimator == "optimal_token_baseline":
            inputs["old_log_probs"] = vectors.rounded(-0.05 - 3.0 * stream.random(shape))
            inputs["sum_pi_squared"] = vectors.rounded(stream.random(shape))
        params = flags
        if estimator in ("grpo", "grpo_passk", "gdpo"):
            params = {"norm_adv_by_std_in_grpo": algorithm.norm_adv_by_std_in_grpo} | flags
        if estimator in ("gae", "reinforce_plus_plus"):
            params = {"gamma": algorithm.gamma, "lam": algorithm.lam}
        yield {"lib": verl_credit.LIB, "fn": f"adv:{estimator}", "dialect": name, "inputs": inputs, "params": params}
        inputs, _ = verl_objective.batch(0.5, "sequence", masks)
        params = {"loss_agg_mode": actor.loss_agg_mode} | loss_flags
        yield {"lib": verl_objective.LIB, "fn": f"loss:{loss}", "dialect": name, "inputs": inputs, "params": params}


def trl(name, estimator, flags, loss, loss_flags):
    config = RLOOConfig if estimator == "rloo" else GRPOConfig
    epsilon = default(config, "epsilon")
    for masks in PAIRS:
        stream = vectors.random(f"dialect {name} {masks}")
        inputs = {"rewards_per_func": vectors.rounded(stream.normal(size=(8, 2))), "lengths": [5, 3, 1, 4, 5, 2, 2, 4]}
        params = {"reward_weights": [1.0, 1.0], "num_generations": 4}
        if estimator == "rloo":
            params |= {key: default(config, key) for key in ["normalize_advantages", "reward_clip_range"]}
        else:
            params |= {key: default(config, key) for key in ["scale_rewards", "multi_objective_aggregation"]} | flags
        yield {"lib": trl_peer.LIB, "fn": f"adv:{estimator}", "dialect": name, "inputs": inputs, "params": params}
        inputs, _ = trl_peer.policy_batch(0.3, masks)
        tokens = float(sum(sum(row) for row in inputs["completion_mask"]))
        params = {"epsilon_low": epsilon, "epsilon_high": default(config, "epsilon_high") or epsilon}
        if loss != "rloo":
            kept = ["importance_sampling_level", "beta", "delta", "sapo_temperature_pos", "sapo_temperature_neg"]
            params |= {key: default(config, key) for key in [*kept, "max_completion_length"]}
            params["num_items_in_batch"] = tokens
            params["vespo"] = [default(config, f"vespo_{key}") for key in ["k_pos", "lambda_pos", "k_neg", "lambda_neg"]]
        fn = "rloo_loss" if loss == "rloo" else f"grpo_loss:{loss}"
        yield {"lib": trl_peer.LIB, "fn": fn, "dialect": name, "inputs": inputs, "params": params | loss_flags}


def others(name, estimator, flags, loss, loss_flags):
    size = 4
    if "openrlhf" in name:
        lib, tree = frameworks.OPENRLHF, source("OpenRLHF", "openrlhf", "cli", "train_ppo_ray.py")
        clip = argument(tree, "--actor.eps_clip")
        low, high = argument(tree, "--actor.eps_clip_low_high") or (clip, clip)
        params = {"clip_eps_low": low, "clip_eps_high": high, "dual_clip": argument(tree, "--actor.dual_clip")}
        # Its trainer does not set the argument of the loss.
        params["token_level_loss"] = True
        credit = {"n_samples_per_prompt": size}
    elif "slime" in name:
        lib, tree = frameworks.SLIME, source("slime", "slime", "utils", "arguments.py")
        clip = argument(tree, "--eps-clip")
        params = {"eps_clip": clip, "eps_clip_high": argument(tree, "--eps-clip-high") or clip}
        params["eps_clip_c"] = argument(tree, "--eps-clip-c")
        # On unless --disable-grpo-std-normalization is given.
        credit = {"n_samples_per_prompt": size, "grpo_std_normalization": True}
    elif "areal" in name:
        lib, tree = frameworks.AREAL, source("AReaL", "areal", "api", "cli_args.py")
        params = {key: field(tree, "PPOActorConfig", key) for key in ["eps_clip", "c_clip"]}
        params["eps_clip_higher"] = field(tree, "PPOActorConfig", "eps_clip_higher")
        credit = {key: field(tree, "NormConfig", key) for key in ["mean_leave1out", "std_unbiased", "eps"]}
        credit["group_size"] = size
    else:
        lib, params = frameworks.NEMO, {}
        # examples/configs/grpo_math_1B.yaml.
        credit = {"use_leave_one_out_baseline": True, "normalize_rewards": True}
    for masks in PAIRS:
        stream = vectors.random(f"dialect {name} {masks}")
        inputs = {
            "scores": vectors.rounded(stream.normal(size=8)),
            "index": [row // size for row in range(8)],
            "response_mask": vectors.mask(masks, 8, 4),
        }
        yield {"lib": lib, "fn": f"adv:{estimator}", "dialect": name, "inputs": inputs, "params": credit | flags}
        if loss is not None:
            old = -0.05 - 2.5 * stream.random((6, 5))
            inputs = {
                "old_log_probs": vectors.rounded(old),
                "log_probs": vectors.rounded(old + 0.5 * stream.normal(size=old.shape)),
                "advantages": vectors.rounded(stream.normal(size=(6, 1)).repeat(5, axis=1)),
                "action_mask": vectors.mask(masks, 6, 5),
            }
            yield {"lib": lib, "fn": f"loss:{loss}", "dialect": name, "inputs": inputs, "params": params | loss_flags}


def evaluate(case):
    if case["lib"].startswith("verl"):
        return (verl_credit if case["fn"].startswith("adv:") else verl_objective).evaluate(case)
    return (trl_peer if case["lib"].startswith("trl") else frameworks).evaluate(case)


def cases():
    for name, flags in FLAGS.items():
        system = verl if "@verl" in name else trl if "@trl" in name else others
        yield from system(name, *flags)


if __name__ == "__main__":
    for repository in ["OpenRLHF", "RL", "slime", "AReaL"]:
        sys.path.append(os.path.join(sys.argv[1], repository))
    sys.meta_path.insert(0, frameworks.Finder())
    vectors.write("../dialects.jsonl", evaluate, cases())
