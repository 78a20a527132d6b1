"""Losses and advantages of TRL 1.16.0. They are methods of trainers: each is called on a stand-in that has the attributes it reads."""

import functools
import itertools
from collections import defaultdict
from types import SimpleNamespace

import numpy as np
import torch
from trl import DPOTrainer, GRPOTrainer, KTOTrainer, RLOOTrainer

import vectors
from vectors import gradient, tensor

LIB = "trl-1.16.0"


class Accelerator:
    """One process: nothing to gather."""

    device = torch.device("cpu")
    num_processes = 1
    process_index = 0

    def gather(self, value):
        return value

    gather_for_metrics = gather

    def reduce(self, value, reduction):
        return value

    def pad_across_processes(self, value, **_):
        return value


def trainer(**attributes):
    return SimpleNamespace(
        accelerator=Accelerator(),
        aux_loss_enabled=False,
        model=SimpleNamespace(training=True, is_gradient_checkpointing=False),
        _metrics=defaultdict(lambda: defaultdict(list)),
        **attributes,
    )


def grpo_loss(name, inputs, params):
    logps = tensor(inputs["per_token_logps"]).requires_grad_()
    mask = tensor(inputs["completion_mask"])
    entropies = tensor(inputs["entropies"]) if "entropies" in inputs else torch.zeros_like(logps)
    entropies.requires_grad_()
    k_pos, lambda_pos, k_neg, lambda_neg = params["vespo"]
    stand_in = trainer(
        _get_per_token_logps_and_entropies=lambda *_, **__: (logps, entropies, None),
        args=SimpleNamespace(
            use_bias_correction_kl=params.get("use_bias_correction_kl", False),
            delta=params["delta"],
            sapo_temperature_pos=params["sapo_temperature_pos"],
            sapo_temperature_neg=params["sapo_temperature_neg"],
            vespo_k_pos=k_pos,
            vespo_lambda_pos=lambda_pos,
            vespo_k_neg=k_neg,
            vespo_lambda_neg=lambda_neg,
            steps_per_generation=params.get("steps_per_generation", 1),
        ),
        loss_type=name,
        beta=params["beta"],
        epsilon_low=params["epsilon_low"],
        epsilon_high=params["epsilon_high"],
        importance_sampling_level=params["importance_sampling_level"],
        max_completion_length=params["max_completion_length"],
        off_policy_mask_threshold=params.get("off_policy_mask_threshold"),
        top_entropy_quantile=params.get("top_entropy_quantile", 1.0),
        entropy_coef=params.get("entropy_coef", 0.0),
        _entropy_bonus_enabled="entropy_coef" in params,
        use_adaptive_entropy=False,
        use_vllm="importance_sampling_ratio" in inputs,
        vllm_importance_sampling_correction=True,
        current_gradient_accumulation_steps=params.get("gradient_accumulation_steps", 1),
        get_off_policy_mask=GRPOTrainer.get_off_policy_mask,
        get_gamma_weights=GRPOTrainer.get_gamma_weights,
    )
    stand_in.accelerator.sync_gradients = False
    stand_in.get_high_entropy_mask = functools.partial(GRPOTrainer.get_high_entropy_mask, stand_in)
    samples, width = mask.shape
    batch = {
        "prompt_ids": torch.zeros(samples, 1),
        "prompt_mask": torch.ones(samples, 1),
        "completion_ids": torch.zeros(samples, width),
        "completion_mask": mask,
        "advantages": tensor(inputs["advantages"]),
        "num_items_in_batch": torch.tensor(params["num_items_in_batch"], dtype=torch.float64),
    }
    optional = ["old_per_token_logps", "ref_per_token_logps", "importance_sampling_ratio", "sampling_per_token_logps"]
    batch |= {key: tensor(inputs[key]) for key in [*optional, "tool_mask"] if key in inputs}
    loss = GRPOTrainer._compute_loss(stand_in, None, batch)
    outputs = {"loss": loss.item()}
    if "entropy_coef" in params:
        outputs["grad_entropy"] = torch.autograd.grad(loss, entropies, retain_graph=True)[0].tolist()
    return outputs | {"grad_log_prob": gradient(loss, logps)}


def rloo_loss(inputs, params):
    logps = tensor(inputs["per_token_logps"]).requires_grad_()
    mask = tensor(inputs["completion_mask"])
    stand_in = trainer(
        _get_per_token_logps_and_entropies=lambda *_, **__: (logps, torch.zeros_like(logps), None),
        epsilon_low=params["epsilon_low"],
        epsilon_high=params["epsilon_high"],
    )
    batch = {
        "prompt_ids": torch.zeros(mask.shape[0], 1),
        "prompt_mask": torch.ones(mask.shape[0], 1),
        "completion_ids": torch.zeros(mask.shape),
        "completion_mask": mask,
        "advantages": tensor(inputs["advantages"]),
        "old_logps": (tensor(inputs["old_per_token_logps"]) * mask).sum(1),
    }
    loss = RLOOTrainer._compute_loss(stand_in, None, batch)
    return {"loss": loss.item(), "grad_log_prob": gradient(loss, logps)}


def network(logps, squares=None):
    """A model that says the same whatever it is asked."""
    zeros = torch.zeros_like(logps)
    said = SimpleNamespace(
        log_probs=logps,
        entropy=zeros,
        mean_logits=zeros,
        is_top1=zeros.bool(),
        log_sum_sq_probs=zeros if squares is None else squares,
    )
    return lambda **_: said


def shifted(mask):
    """A prompt of one token before the completion."""
    return torch.cat([torch.zeros(mask.shape[0], 1, dtype=mask.dtype), mask], dim=1)


def dpo_loss(name, inputs, params):
    # The alpha divergence is coded for single precision only.
    real = torch.float32 if params["f_divergence"] == "alpha_divergence" else torch.float64
    mask = torch.tensor(inputs["completion_mask"])
    logps = torch.tensor(inputs["per_token_logps"], dtype=real).requires_grad_()
    reference = torch.tensor(inputs["ref_per_token_logps"], dtype=real)
    squares = torch.tensor(inputs["log_sum_sq_probs"], dtype=real) if "log_sum_sq_probs" in inputs else None
    completion_mask = shifted(mask)
    stand_in = trainer(
        args=SimpleNamespace(gradient_checkpointing_kwargs=None, discopop_tau=params["discopop_tau"]),
        ref_model=network(reference),
        ld_alpha=params["ld_alpha"],
        precompute_ref_logps=False,
        f_divergence_type=params["f_divergence"],
        f_alpha_divergence_coef=params.get("f_alpha_divergence_coef", 0.5),
        loss_types=params.get("loss_types", [name]),
        loss_weights=params.get("loss_weights", [1.0]),
        beta=params["beta"],
        label_smoothing=params["label_smoothing"],
        use_weighting=squares is not None,
        _total_train_tokens=0,
        _tp_size=1,
    )
    batch = {
        "input_ids": torch.zeros_like(completion_mask),
        "attention_mask": torch.ones_like(completion_mask),
        "completion_mask": completion_mask,
    }
    loss = DPOTrainer._compute_loss(stand_in, network(logps, squares), batch, False)
    return {"loss": loss.item(), "grad_log_prob": gradient(loss, logps)}


def kto_loss(name, inputs, params):
    mask = torch.tensor(inputs["completion_mask"])
    logps = tensor(inputs["per_token_logps"]).requires_grad_()
    reference = network(tensor(inputs["ref_per_token_logps"]))
    mismatched = {"policy": tensor(inputs["kl_logps"]), "reference": tensor(inputs["ref_kl_logps"])}
    model = network(logps)
    completion_mask = shifted(mask)
    stand_in = trainer(
        args=SimpleNamespace(gradient_checkpointing_kwargs=None),
        ref_model=reference,
        precompute_ref_logps=False,
        calculate_KL=name == "kto",
        loss_type=name,
        beta=params["beta"],
        desirable_weight=params["desirable_weight"],
        undesirable_weight=params["undesirable_weight"],
        _compute_kl_logps=lambda asked, _: mismatched["policy" if asked is model else "reference"],
        _total_train_tokens=0,
        _tp_size=1,
    )
    batch = {
        "input_ids": torch.zeros_like(completion_mask),
        "attention_mask": torch.ones_like(completion_mask),
        "completion_mask": completion_mask,
        "label": torch.tensor(inputs["label"]).bool(),
    }
    loss = KTOTrainer._compute_loss(stand_in, model, batch, False)
    return {"loss": loss.item(), "grad_log_prob": gradient(loss, logps)}


def advantages(kind, inputs, params):
    """Runs the trainer's whole scoring step with completions and rewards handed to it."""
    rewards = tensor([[float("nan") if reward is None else reward for reward in row] for row in inputs["rewards_per_func"]])
    completions = [[1] * length for length in inputs["lengths"]]
    prompts = [[2]] * len(completions)
    generated = {
        "grpo": (prompts, completions, None, completions, None, {}, None, None),
        "rloo": (prompts, completions, completions),
    }[kind]
    reference = object()
    zeros = [[0.0] * max(inputs["lengths"])] * len(completions)

    def said(model, *_, **__):
        name = "ref_per_token_logps" if model is reference else "old_per_token_logps"
        return tensor(inputs.get(name, zeros)), None, None

    stand_in = trainer(
        args=SimpleNamespace(
            per_device_train_batch_size=len(prompts),
            gradient_checkpointing_kwargs=None,
            steps_per_generation=1,
            gradient_accumulation_steps=1,
        ),
        _generate=lambda _: generated,
        _tokenizer=SimpleNamespace(pad_token_id=0),
        _get_per_token_logps_and_entropies=said,
        _calculate_rewards=lambda *_: rewards,
        _logs=defaultdict(list, rewards=defaultdict(list), extra=defaultdict(list)),
        _pending_extra_logs={},
        _pending_metrics={},
        _is_vlm=False,
        pad_to_multiple_of=None,
        mask_truncated_completions=False,
        environment_factories=None,
        environments=None,
        tools=None,
        use_vllm=False,
        vllm_importance_sampling_correction=False,
        num_iterations=1,
        beta=params.get("beta", 0.0),
        ref_model=reference,
        reward_funcs=[None] * rewards.shape[1],
        reward_func_names=[str(column) for column in range(rewards.shape[1])],
        reward_weights=torch.tensor(params["reward_weights"], dtype=torch.float64),
        num_generations=params["num_generations"],
        scale_rewards=params.get("scale_rewards"),
        multi_objective_aggregation=params.get("multi_objective_aggregation"),
        normalize_advantages=params.get("normalize_advantages"),
        reward_clip_range=params.get("reward_clip_range"),
    )
    owner = GRPOTrainer if kind == "grpo" else RLOOTrainer
    rows = [{"prompt": "p"} for _ in prompts]
    return {"advantages": owner._generate_and_score_completions(stand_in, rows)["advantages"].tolist()}


def evaluate(case):
    family, _, name = case["fn"].partition(":")
    inputs, params = case["inputs"], case["params"]
    call = {
        "grpo_loss": lambda: grpo_loss(name, inputs, params),
        "rloo_loss": lambda: rloo_loss(inputs, params),
        "dpo_loss": lambda: dpo_loss(name, inputs, params),
        "kto_loss": lambda: kto_loss(name, inputs, params),
        "adv": lambda: advantages(name, inputs, params),
    }
    return {"outputs": call[family]()}


POLICY_LOSSES = ["grpo", "bnpo", "dr_grpo", "dapo", "cispo", "sapo", "luspo", "vespo"]
DEFAULTS = {
    "importance_sampling_level": "token",
    "beta": 0.0,
    "delta": None,
    "epsilon_low": 0.2,
    "epsilon_high": 0.2,
    "max_completion_length": 10,
    "num_items_in_batch": 27.0,
    "sapo_temperature_pos": 1.0,
    "sapo_temperature_neg": 1.05,
    "vespo": [2.0, 3.0, 3.0, 2.0],
}


def policy_batch(distance, masks, samples=6, width=5):
    stream = vectors.random(f"trl {distance} {masks}")
    old = -0.05 - 2.5 * stream.random((samples, width))
    inputs = {
        "old_per_token_logps": vectors.rounded(old),
        "per_token_logps": vectors.rounded(old + distance * stream.normal(size=old.shape)),
        "ref_per_token_logps": vectors.rounded(old + 0.5 * stream.normal(size=old.shape)),
        "advantages": vectors.rounded(stream.normal(size=samples)),
        "completion_mask": vectors.mask(masks, samples, width),
    }
    return inputs, stream


def policy_cases():
    for distance, masks in [(0.3, "suffix"), (1.0, "interior"), (0.3, "empty")]:
        inputs, stream = policy_batch(distance, masks)
        shape = (6, 5)
        more = {
            # Single precision has all their digits: the quantile is taken in it.
            "entropies": (np.round(1024 * stream.random(shape)) / 1024).tolist(),
            # The trainer leaves 1 where nothing was sampled.
            "importance_sampling_ratio": vectors.rounded(
                1.0 + (2.0 * stream.random(shape) - 0.8) * inputs["completion_mask"]
            ),
        }
        scenario = {"scenario": f"{distance} {masks}"}
        for name in POLICY_LOSSES:
            settings = [
                {},
                {"importance_sampling_level": "sequence", "epsilon_low": 0.003, "epsilon_high": 0.004},
                {"beta": 0.1, "epsilon_high": 0.5, "num_items_in_batch": 40.0, "max_completion_length": 32},
                {"beta": 0.1, "use_bias_correction_kl": True, "importance_sampling_level": "token"},
                {"delta": 1.3, "epsilon_low": 0.1},
            ]
            if name == "cispo":
                settings = [setting | {"epsilon_high": 5.0 if place % 2 else 1.1} for place, setting in enumerate(settings)]
            if name == "sapo":
                settings.append({"sapo_temperature_pos": 2.0, "sapo_temperature_neg": 0.5})
            if name == "vespo":
                settings.append({"vespo": [1.0, 1.5, 2.5, 0.5]})
            for setting in settings:
                params = DEFAULTS | setting | scenario
                yield {"lib": LIB, "fn": f"grpo_loss:{name}", "inputs": inputs, "params": params}
            switched = [({}, ["importance_sampling_ratio"]), ({"top_entropy_quantile": 0.5}, ["entropies"])]
            for setting, columns in switched if name in ("grpo", "dapo", "vespo") else []:
                params = DEFAULTS | setting | scenario
                given = inputs | {column: more[column] for column in columns}
                yield {"lib": LIB, "fn": f"grpo_loss:{name}", "inputs": given, "params": params}
            if name == "bnpo":
                params = DEFAULTS | {"entropy_coef": 0.01} | scenario
                given = inputs | {"entropies": more["entropies"]}
                yield {"lib": LIB, "fn": f"grpo_loss:{name}", "inputs": given, "params": params}
        # A row without tokens adds a constant to this loss.
        for low, high in [(0.2, 0.2), (0.1, 0.6)] if masks != "empty" else []:
            params = {"epsilon_low": low, "epsilon_high": high} | scenario
            given = {key: value for key, value in inputs.items() if key != "ref_per_token_logps"}
            yield {"lib": LIB, "fn": "rloo_loss", "inputs": given, "params": params}


def more_policy_cases():
    """Masks and weights of other kinds, the entropy bonus of every loss, and parts of a batch."""
    for distance, masks in [(0.3, "suffix"), (1.0, "interior")]:
        inputs, stream = policy_batch(distance, masks)
        shape = (6, 5)
        entropies = (np.round(1024 * stream.random(shape)) / 1024).tolist()
        sampler = vectors.rounded(np.array(inputs["old_per_token_logps"]) + 0.3 * stream.normal(size=shape))
        per_sample = vectors.rounded(2.0 * stream.random((6, 1)))
        per_token = vectors.rounded(stream.normal(size=shape))
        tools = [[0.0 if token == 2 else 1.0 for token in range(5)]] * 6
        on_policy = {key: value for key, value in inputs.items() if key != "old_per_token_logps"}
        for name in POLICY_LOSSES:
            high = {"epsilon_high": 1.3} if name == "cispo" else {}
            points = [
                (inputs | {"sampling_per_token_logps": sampler}, {"off_policy_mask_threshold": 0.05}),
                (inputs, {"off_policy_mask_threshold": 0.1, "beta": 0.1}),
                (inputs | {"entropies": entropies}, {"entropy_coef": 0.01, "gradient_accumulation_steps": 4}),
                (inputs | {"entropies": entropies}, {"entropy_coef": 0.1, "top_entropy_quantile": 0.5}),
                (inputs, {"gradient_accumulation_steps": 4, "steps_per_generation": 2}),
                (inputs | {"tool_mask": tools}, {"beta": 0.1}),
                (inputs | {"advantages": per_token}, {"delta": 1.5}),
                (on_policy, {"beta": 0.1}),
            ]
            if name != "vespo":
                points.append((inputs | {"importance_sampling_ratio": per_sample}, {"importance_sampling_level": "sequence"}))
            for given, setting in points:
                params = DEFAULTS | high | setting | {"scenario": f"{distance} {masks}"}
                yield {"lib": LIB, "fn": f"grpo_loss:{name}", "inputs": given, "params": params}


PREFERENCE_LOSSES = [
    "sigmoid", "hinge", "ipo", "exo_pair", "nca_pair", "robust", "bco_pair", "sppo_hard", "aot", "aot_unpaired",
    "apo_zero", "apo_down", "discopop", "sft", "sigmoid_norm",
]  # fmt: skip


def preference_batch(name, pairs=4, width=5):
    stream = vectors.random(f"preference {name}")
    shape = (2 * pairs, width)
    mask = [[int(value) for value in row] for row in vectors.mask("suffix", *shape)]
    logps = -2.0 * stream.random(shape)
    inputs = {
        "per_token_logps": vectors.rounded(logps * mask),
        "ref_per_token_logps": vectors.rounded((logps + 0.7 * stream.normal(size=shape)) * mask),
        "completion_mask": mask,
    }
    return inputs, stream


def preference_cases():
    base = {"beta": 0.1, "label_smoothing": 0.0, "f_divergence": "reverse_kl", "ld_alpha": None, "discopop_tau": 0.05}
    base["layout"] = "rows 0..P-1 chosen, P..2P-1 rejected"
    for name in PREFERENCE_LOSSES:
        inputs, stream = preference_batch(name)
        squares = vectors.rounded(-0.5 * stream.random((8, 5)))
        settings = [{"beta": 0.3}, {"beta": 1.0, "label_smoothing": 0.2}, {"ld_alpha": 0.3}]
        if name in ("exo_pair", "robust", "aot", "aot_unpaired"):
            settings = [setting | {"label_smoothing": 0.05 + 0.1 * place} for place, setting in enumerate(settings)]
        if name == "discopop":
            settings.append({"beta": 0.5, "discopop_tau": 0.5})
        settings += [{"f_divergence": kind, "beta": 0.5} for kind in ("forward_kl", "js_divergence")]
        settings += [{"f_divergence": "alpha_divergence", "f_alpha_divergence_coef": a, "beta": 0.5} for a in (0.5, 2.0)]
        for setting in settings:
            params = base | setting
            if name == "exo_pair" and params["label_smoothing"] == 0.0:
                params["label_smoothing"] = 0.1
            yield {"lib": LIB, "fn": f"dpo_loss:{name}", "inputs": inputs, "params": params}
        weighted = inputs | {"log_sum_sq_probs": squares}
        if name in ("sigmoid", "ipo", "sppo_hard"):
            yield {"lib": LIB, "fn": f"dpo_loss:{name}", "inputs": weighted, "params": base}
    inputs, _ = preference_batch("mixture")
    params = base | {"loss_types": ["sigmoid", "bco_pair", "sft"], "loss_weights": [0.8, 0.2, 1.0]}
    yield {"lib": LIB, "fn": "dpo_loss:mixture", "inputs": inputs, "params": params}
    params = base | {"loss_types": ["robust", "sigmoid", "exo_pair"], "loss_weights": [0.5, 1.0, 0.25], "label_smoothing": 0.2}
    yield {"lib": LIB, "fn": "dpo_loss:mixture", "inputs": inputs, "params": params}
    for name, weights in itertools.product(["kto", "apo_zero_unpaired"], [(1.0, 1.0), (1.33, 0.5)]):
        for beta in [0.1, 0.7]:
            inputs, stream = preference_batch(f"kto {weights}")
            inputs["label"] = [1, 0, 0, 1, 1, 0, 1, 1]
            inputs["kl_logps"] = vectors.rounded(-5.0 * stream.random(8))
            inputs["ref_kl_logps"] = vectors.rounded(-5.0 * stream.random(8) - (0.5 if beta < 0.5 else -4.0))
            params = {"beta": beta, "desirable_weight": weights[0], "undesirable_weight": weights[1]}
            yield {"lib": LIB, "fn": f"kto_loss:{name}", "inputs": inputs, "params": params}


def advantage_cases():
    lengths = [5, 3, 1, 4, 5, 2, 2, 4]
    for kind in ["binary", "normal", "constant", "missing"]:
        stream = vectors.random(f"trl advantages {kind}")
        rewards = stream.normal(size=(8, 2))
        if kind == "binary":
            rewards = stream.integers(0, 2, (8, 2)).astype(float)
        if kind == "constant":
            rewards[:4] = [1.0, 0.5]
        rewards = vectors.rounded(rewards)
        if kind == "missing":
            rewards[1] = [None, None]
            rewards[2][0] = None
            rewards[4:7] = [[None, None]] * 3
        inputs = {"rewards_per_func": rewards, "lengths": lengths}
        for size, weights in [(4, [1.0, 1.0]), (2, [0.25, 2.0]), (8, [1.0, 0.0])]:
            scenario = {"reward_weights": weights, "num_generations": size, "scenario": kind}
            for scale in ["group", "batch", "none"]:
                params = {"scale_rewards": scale, "multi_objective_aggregation": "sum_then_normalize"} | scenario
                yield {"lib": LIB, "fn": "adv:grpo", "inputs": inputs, "params": params}
            params = {"scale_rewards": "group", "multi_objective_aggregation": "normalize_then_sum"} | scenario
            yield {"lib": LIB, "fn": "adv:grpo", "inputs": inputs, "params": params}
            for normalize in [False, True]:
                params = {"normalize_advantages": normalize} | scenario
                yield {"lib": LIB, "fn": "adv:rloo", "inputs": inputs, "params": params}
        logps = -2.0 * stream.random((8, 5))
        scored = inputs | {
            "old_per_token_logps": vectors.rounded(logps),
            "ref_per_token_logps": vectors.rounded(logps + 0.3 * stream.normal(size=logps.shape)),
        }
        params = {"normalize_advantages": False, "beta": 0.05, "reward_clip_range": [-0.5, 1.5]} | scenario
        yield {"lib": LIB, "fn": "adv:rloo", "inputs": scored, "params": params}


if __name__ == "__main__":
    vectors.write("../trl.jsonl", evaluate, itertools.chain(policy_cases(), preference_cases(), advantage_cases(), more_policy_cases()))
