"""Advantage estimators of verl 0.9.1, called as the trainer calls them."""

import itertools

import numpy as np
import torch
from verl.trainer.ppo import core_algos

import vectors
from vectors import tensor

LIB = "verl-0.9.1"
GROUPS = {
    "uneven": [0, 0, 0, 0, 1, 1, 1, 2],
    "interleaved": [0, 1, 0, 2, 1, 0, 2, 1],
    "pairs": [0, 0, 1, 1, 2, 2, 3, 3],
    "one": [0] * 8,
}


def evaluate(case):
    name, inputs, params = case["fn"].removeprefix("adv:"), case["inputs"], case["params"]
    rewards, response_mask = tensor(inputs["token_level_rewards"]), tensor(inputs["response_mask"])
    index = np.array(inputs["index"], dtype=object)
    arguments = {"token_level_rewards": rewards, "response_mask": response_mask}
    if name == "gae":
        arguments |= {"values": tensor(inputs["values"]), "gamma": params["gamma"], "lam": params["lam"]}
    elif name == "reinforce_plus_plus":
        arguments |= {"config": core_algos.AlgoConfig(gamma=params["gamma"])}
    elif name == "remax":
        arguments |= {"reward_baselines": tensor(inputs["reward_baselines"])}
    else:
        arguments |= {"index": index}
    for key in ("epsilon", "handle_zero_tail", "f_norm"):
        if key in params:
            arguments[key] = params[key]
    if "norm_adv_by_std_in_grpo" in params and name != "grpo_passk":
        arguments["norm_adv_by_std_in_grpo"] = params["norm_adv_by_std_in_grpo"]
    if name == "grpo_passk":
        arguments["config"] = core_algos.AlgoConfig(norm_adv_by_std_in_grpo=params["norm_adv_by_std_in_grpo"])
    for key in ("old_log_probs", "sum_pi_squared", "rollout_is_weights"):
        if key in inputs:
            arguments[key] = tensor(inputs[key])
    if "reward_components" in inputs:
        samples, width = response_mask.shape
        arguments["non_tensor_batch"] = {key: np.array(value) for key, value in inputs["reward_components"].items()}
        lengths = [vectors.last_token(row) + 1 for row in inputs["response_mask"]]
        attention = [[1.0] * (2 + length) + [0.0] * (width - length) for length in lengths]
        arguments["batch"] = {"prompts": torch.zeros(samples, 2), "attention_mask": torch.tensor(attention).long()}
        keys = {"gdpo_reward_keys": params["gdpo_reward_keys"], "gdpo_reward_weights": params["gdpo_reward_weights"]}
        arguments["config"] = keys
    advantages, returns = core_algos.ADV_ESTIMATOR_REGISTRY[name](**arguments)
    outputs = {"advantages": advantages.tolist()}
    if name in ("gae", "reinforce_plus_plus", "remax", "optimal_token_baseline", "tir_optimal_token_baseline"):
        outputs["returns"] = returns.tolist()
    return {"outputs": outputs}


def scores(kind, stream, index):
    if kind == "binary":
        return stream.integers(0, 2, len(index)).astype(float)
    if kind == "constant":
        return np.array([0.5 * group for group in index])
    if kind == "large":
        return 100.0 * stream.normal(size=len(index)) + 1000.0
    return stream.normal(size=len(index))


def batch(layout, rewards, masks, width=5):
    stream = vectors.random(f"credit {layout} {rewards} {masks}")
    index = GROUPS[layout]
    response_mask = vectors.mask(masks, len(index), width)
    if rewards == "dense":
        token_level = vectors.rounded(stream.normal(size=(len(index), width)))
    else:
        token_level = [[0.0] * width for _ in index]
        for row, score, shown in zip(token_level, scores(rewards, stream, index), response_mask):
            row[vectors.last_token(shown)] = round(float(score), 4)
    return {"token_level_rewards": token_level, "response_mask": response_mask, "index": index}, stream


BATCHES = [
    ("uneven", "binary", "suffix"),
    ("uneven", "normal", "interior"),
    ("uneven", "large", "suffix"),
    ("interleaved", "normal", "interior"),
    ("interleaved", "binary", "empty"),
    ("pairs", "dense", "interior"),
    ("pairs", "constant", "suffix"),
    ("one", "normal", "full"),
    ("one", "dense", "suffix"),
]


def cases():
    for layout, rewards, masks in BATCHES:
        inputs, stream = batch(layout, rewards, masks)
        shape = np.shape(inputs["response_mask"])
        scenario = {"scenario": f"{layout} {rewards} {masks}"}

        def case(name, params=None, **columns):
            return {"lib": LIB, "fn": f"adv:{name}", "inputs": inputs | columns, "params": (params or {}) | scenario}

        values = vectors.rounded(stream.normal(size=shape))
        for gamma, lam in [(1.0, 1.0), (0.97, 0.8), (0.9, 0.0), (1.0, 0.5)]:
            yield case("gae", {"gamma": gamma, "lam": lam}, values=values)
        for name, norm, epsilon in itertools.product(["grpo", "grpo_vectorized"], [True, False], [1e-6, 1e-4, 0.1]):
            if norm or epsilon == 0.1:
                yield case(name, {"norm_adv_by_std_in_grpo": norm, "epsilon": epsilon})
        if layout in ("pairs", "one"):
            for norm, epsilon in [(True, 1e-6), (True, 0.05), (False, 1e-6)]:
                yield case("grpo_passk", {"norm_adv_by_std_in_grpo": norm, "epsilon": epsilon})
        for name in ["reinforce_plus_plus_baseline", "rloo", "rloo_vectorized", "opo"]:
            yield case(name)
        for f_norm in [1.0, 2.5]:
            yield case("gpg", {"f_norm": f_norm})
        for gamma in [1.0, 0.95, 0.5]:
            yield case("reinforce_plus_plus", {"gamma": gamma})
        yield case("remax", reward_baselines=vectors.rounded(stream.normal(size=shape[0])))
        for norm in [True, False]:
            yield case("gdpo", {"norm_adv_by_std_in_grpo": norm, "epsilon": 1e-4})
        if masks != "empty":
            components = {
                "accuracy": vectors.rounded(stream.integers(0, 2, shape[0])),
                "format": vectors.rounded(stream.normal(size=shape[0])),
                "length": vectors.rounded(5.0 * stream.random(shape[0])),
            }
            for keys, weights in [(["accuracy", "format"], None), (list(components), [1.0, 0.5, -0.25])]:
                params = {"gdpo_reward_keys": keys, "gdpo_reward_weights": weights, "epsilon": 1e-6}
                chosen = {key: components[key] for key in keys}
                yield case("gdpo", params | {"norm_adv_by_std_in_grpo": True}, reward_components=chosen)
        # The squares of all probabilities, that of the token among them.
        logps = -0.05 - 3.0 * stream.random(shape)
        squares = np.exp(logps) ** 2 + stream.random(shape) * (1.0 - np.exp(logps)) ** 2
        columns = {"old_log_probs": vectors.rounded(logps), "sum_pi_squared": vectors.rounded(squares)}
        weights = vectors.rounded(2.0 * stream.random(shape))
        for name in ["optimal_token_baseline", "tir_optimal_token_baseline"]:
            yield case(name, {"epsilon": 1e-8, "handle_zero_tail": True}, **columns)
            yield case(name, {"epsilon": 1e-8, "handle_zero_tail": False}, **columns)
            yield case(name, {"epsilon": 1e-3, "handle_zero_tail": True}, **columns, rollout_is_weights=weights)


if __name__ == "__main__":
    vectors.write("../verl_credit.jsonl", evaluate, cases())
