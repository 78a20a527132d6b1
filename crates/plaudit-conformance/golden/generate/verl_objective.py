"""Policy and value losses and KL estimators of verl 0.9.1, with derivatives by autograd."""

import itertools

import torch
from verl.trainer.config.algorithm import RolloutCorrectionConfig
from verl.trainer.ppo import core_algos
from verl.workers.config import ActorConfig, PolicyLossConfig

import vectors
from vectors import gradient, tensor

LIB = "verl-0.9.1"
MODES = ["token-mean", "token-sum", "seq-mean-token-sum", "seq-mean-token-sum-norm", "seq-mean-token-mean"]
ACTOR = ["clip_ratio", "clip_ratio_low", "clip_ratio_high", "clip_ratio_c", "tau_pos", "tau_neg"]
POLICY = ["clip_cov_ratio", "clip_cov_lb", "clip_cov_ub", "kl_cov_ratio", "ppo_kl_coef", "dro_beta"]
BATCH = ["dp_size", "batch_num_tokens", "global_batch_size", "loss_scale_factor"]


def config(params):
    policy = {key: params[key] for key in POLICY if key in params}
    if "rollout_correction" in params:
        policy["rollout_correction"] = RolloutCorrectionConfig(**params["rollout_correction"])
    actor = {key: params[key] for key in ACTOR if key in params}
    made = ActorConfig(
        strategy="fsdp", rollout_n=1, ppo_micro_batch_size_per_gpu=1, policy_loss=PolicyLossConfig(**policy), **actor
    )
    # The config is frozen; the trainer fills this dictionary in place.
    made.global_batch_info.update({key: params[key] for key in BATCH if key in params})
    return made


def evaluate(case):
    name, inputs, params = case["fn"], case["inputs"], case["params"]
    columns = {key: tensor(value) for key, value in inputs.items()}
    mode = {"loss_agg_mode": params["loss_agg_mode"]} if "loss_agg_mode" in params else {}
    if name.startswith("kl:"):
        logprob = columns["logprob"].requires_grad_()
        value = core_algos.kl_penalty(logprob, columns["ref_logprob"], name.removeprefix("kl:"))
        return {"outputs": {"value": value.tolist(), "grad": gradient(value.sum(), logprob)}}
    if name == "value_loss":
        columns["vpreds"].requires_grad_()
        batch = {key: params[key] for key in BATCH if key in params}
        loss, clipped = core_algos.compute_value_loss(
            **columns, cliprange_value=params["cliprange_value"], **mode, **batch
        )
        outputs = {"loss": loss.item(), "clipfrac": clipped.item(), "grad": gradient(loss, columns["vpreds"])}
        return {"outputs": outputs}
    if name == "entropy_loss":
        loss = core_algos.compute_entropy_loss(**columns, **mode)
        return {"outputs": {"loss": loss.item()}}
    columns["log_prob"].requires_grad_()
    loss_function = core_algos.POLICY_LOSS_REGISTRY.get(name.removeprefix("loss:"))
    if name == "loss:reinforce":
        columns["rollout_log_prob"] = columns.pop("old_log_prob")
        loss_function = core_algos.compute_policy_loss_reinforce
    loss, metrics = loss_function(**columns, **mode, config=config(params))
    outputs = {"loss": loss.item(), "grad_log_prob": gradient(loss, columns["log_prob"])}
    return {"outputs": outputs, "metrics": metrics}


def batch(distance, advantages, masks, samples=6, width=5):
    """`distance` is the spread of the log-ratio."""
    stream = vectors.random(f"objective {distance} {advantages} {masks}")
    response_mask = vectors.mask(masks, samples, width)
    old = -0.05 - 2.5 * stream.random((samples, width))
    new = old + distance * stream.normal(size=(samples, width))
    if advantages == "sequence":
        values = stream.normal(size=(samples, 1)).repeat(width, axis=1)
    elif advantages == "zero":
        values = stream.normal(size=(samples, width)) * 0.0
    else:
        values = stream.normal(size=(samples, width))
    inputs = {
        "old_log_prob": vectors.rounded(old),
        "log_prob": vectors.rounded(new.clip(max=-0.001)),
        "advantages": vectors.rounded(values),
        "response_mask": response_mask,
    }
    return inputs, stream


BATCHES = [
    (0.1, "sequence", "suffix"),
    (0.5, "token", "interior"),
    (2.0, "sequence", "interior"),
    (12.0, "token", "suffix"),
    (0.5, "zero", "suffix"),
    (0.5, "sequence", "empty"),
]
SETTINGS = {
    "vanilla": [
        {"clip_ratio_low": 0.2, "clip_ratio_high": 0.2, "clip_ratio_c": 3.0},
        {"clip_ratio_low": 0.1, "clip_ratio_high": 0.4, "clip_ratio_c": 1.5},
        {"clip_ratio_low": 0.0, "clip_ratio_high": 0.28, "clip_ratio_c": 10.0},
    ],
    "gspo": [
        {"clip_ratio_low": 0.0003, "clip_ratio_high": 0.0004},
        {"clip_ratio_low": 0.2, "clip_ratio_high": 0.5},
    ],
    "sapo": [{"tau_pos": 1.0, "tau_neg": 1.05}, {"tau_pos": 0.5, "tau_neg": 3.0}],
    "gpg": [{}],
    "reinforce": [{}],
    "cispo": [
        {"clip_ratio_low": 1.0, "clip_ratio_high": 0.28},
        {"clip_ratio_low": 0.1, "clip_ratio_high": 3.0},
    ],
    "geo_mean": [
        {"clip_ratio_low": 0.4, "clip_ratio_high": 0.4},
        {"clip_ratio_low": 0.05, "clip_ratio_high": 0.2},
    ],
    "dppo_tv": [
        {"clip_ratio_low": 0.1, "clip_ratio_high": 0.15},
        {"clip_ratio_low": 0.02, "clip_ratio_high": 0.3, "clip_ratio_c": 1.5},
    ],
    "dppo_kl": [
        {"clip_ratio_low": 0.05, "clip_ratio_high": 0.05},
        {"clip_ratio_low": 0.3, "clip_ratio_high": 0.01, "clip_ratio_c": 1.2},
    ],
    "kl_cov": [{"kl_cov_ratio": 0.2, "ppo_kl_coef": 1.0}, {"kl_cov_ratio": 0.01, "ppo_kl_coef": 0.1}],
    # At a ratio of 1 every candidate is taken, and nothing is left to chance.
    "clip_cov": [{"clip_ratio": 0.2, "clip_cov_ratio": 1.0, "clip_cov_lb": 0.1, "clip_cov_ub": 5.0}],
    "dro": [{"dro_beta": 0.1}, {"dro_beta": 2.0}],
}
# These ignore the mode, or fix it.
ONE_MODE = {"sapo", "geo_mean"}


def cases():
    for place, (distance, advantages, masks) in enumerate(BATCHES):
        inputs, stream = batch(distance, advantages, masks)
        shape = (len(inputs["log_prob"]), len(inputs["log_prob"][0]))
        scenario = {"scenario": f"{distance} {advantages} {masks}"}
        weights = vectors.rounded(2.0 * stream.random(shape))
        for name, settings in SETTINGS.items():
            modes = MODES[:1] if name in ONE_MODE else MODES
            for number, setting in enumerate(settings):
                # All modes for one setting of a batch, and a mode in turn for the others.
                all_modes = number == place % len(settings) and advantages != "zero" and distance < 10.0
                chosen = modes if all_modes else [modes[(place + number) % len(modes)]]
                for mode in chosen:
                    params = {"loss_agg_mode": mode} | setting | scenario
                    yield {"lib": LIB, "fn": f"loss:{name}", "inputs": inputs, "params": params}
            params = {"loss_agg_mode": modes[place % len(modes)]} | settings[0] | scenario
            weighted = inputs | {"rollout_is_weights": weights}
            yield {"lib": LIB, "fn": f"loss:{name}", "inputs": weighted, "params": params}
        for mode in MODES:
            whole = {"batch_num_tokens": 50, "global_batch_size": 9, "loss_scale_factor": 32}
            params = {"loss_agg_mode": mode} | SETTINGS["vanilla"][1] | whole | scenario
            yield {"lib": LIB, "fn": "loss:vanilla", "inputs": inputs, "params": params}
        kinds = ["kl", "k1", "abs", "mse", "k2", "low_var_kl", "k3"]
        for kind in kinds + [f"{kind}+" for kind in kinds]:
            columns = {"logprob": inputs["log_prob"], "ref_logprob": inputs["old_log_prob"]}
            yield {"lib": LIB, "fn": f"kl:{kind}", "inputs": columns, "params": scenario}
        value, returns = (vectors.rounded(stream.normal(size=shape)) for _ in range(2))
        predicted = vectors.rounded(stream.normal(size=shape))
        columns = {"vpreds": predicted, "returns": returns, "values": value, "response_mask": inputs["response_mask"]}
        for mode, cliprange in itertools.islice(zip(MODES, itertools.cycle([0.05, 0.5])), place % 2, None, 2):
            params = {"cliprange_value": cliprange, "loss_agg_mode": mode} | scenario
            yield {"lib": LIB, "fn": "value_loss", "inputs": columns, "params": params}
        logits = [vectors.rounded(3.0 * stream.normal(size=(shape[1], 3))) for _ in range(shape[0])]
        for mode in MODES:
            columns = {"logits": logits, "response_mask": inputs["response_mask"]}
            yield {"lib": LIB, "fn": "entropy_loss", "inputs": columns, "params": {"loss_agg_mode": mode} | scenario}


RULES = [
    ("token_k1", "0.9_1.2"), ("token_k2", "0.1"), ("token_k3", 0.05), ("seq_sum_k1", "0.3_3.0"), ("seq_sum_k2", "0.4"),
    ("seq_sum_k3", "0.4"), ("seq_mean_k1", "1.3"), ("seq_mean_k2", "0.1"), ("seq_mean_k3", "0.1"), ("seq_max_k2", "0.5"),
    ("seq_max_k3", "0.5"), ("token_k3,seq_mean_k1", "0.5,0.5_2.0"),
]  # fmt: skip


def more_cases():
    """Workers, settings left out, draws, and the correction of rollouts."""
    for distance, advantages, masks in BATCHES[:2] + BATCHES[5:]:
        inputs, _ = batch(distance, advantages, masks)
        scenario = {"scenario": f"{distance} {advantages} {masks}"}
        for mode, name in itertools.product(MODES, ["vanilla", "geo_mean"]):
            workers = {"dp_size": 4, "batch_num_tokens": 50, "global_batch_size": 9}
            params = {"loss_agg_mode": mode} | workers | scenario
            yield {"lib": LIB, "fn": f"loss:{name}", "inputs": inputs, "params": params}
        for name, settings in SETTINGS.items():
            # The mode is the function's own; clip_ratio alone changes nothing.
            params = (settings[0] if name == "dro" else {"clip_ratio": 0.05}) | scenario
            if name != "clip_cov":
                yield {"lib": LIB, "fn": f"loss:{name}", "inputs": inputs, "params": params}
        params = {"clip_ratio": 0.05, "clip_ratio_low": None, "clip_ratio_high": None} | scenario
        yield {"lib": LIB, "fn": "loss:vanilla", "inputs": inputs, "params": params}
        for ratio, low in itertools.product([0.05, 0.2], [-1.0, 0.05]):
            params = {"clip_cov_ratio": ratio, "clip_cov_lb": low, "clip_cov_ub": 5.0, "loss_agg_mode": MODES[4]}
            yield {"lib": LIB, "fn": "loss:clip_cov", "inputs": inputs, "params": params | scenario}
        for place, (rule, threshold) in enumerate(RULES):
            correction = {"rollout_rs": rule, "rollout_rs_threshold": threshold}
            correction["loss_type"] = ["ppo_clip", "reinforce"][place % 2]
            correction["rollout_is"] = ["token", "sequence", None][place // 2 % 3]
            correction["rollout_is_threshold"] = [2.0, "0.5_1.5", "1.1"][place // 4]
            params = {"loss_agg_mode": MODES[place % 5], "rollout_correction": correction} | scenario
            yield {"lib": LIB, "fn": "loss:bypass_mode", "inputs": inputs, "params": params}
        for level, normalised in itertools.product(["token", "sequence"], [True, False]):
            correction = {"loss_type": "reinforce", "rollout_is": level, "rollout_is_batch_normalize": normalised}
            params = {"loss_agg_mode": MODES[0], "rollout_correction": correction} | scenario
            yield {"lib": LIB, "fn": "loss:bypass_mode", "inputs": inputs, "params": params}


if __name__ == "__main__":
    torch.manual_seed(0)
    vectors.write("../verl_objective.jsonl", evaluate, itertools.chain(cases(), more_cases()))
