"""Writes published_steps.jsonl: step credit as the released code of its papers computes it.

Usage: python published_steps.py MATCHTIR IGPO PRIME > published_steps.jsonl
with checkouts of github.com/quchangle1/MatchTIR@f614ce1, GuoqingWang1/IGPO@bff163b, PRIME-RL/PRIME@18ad596; torch 2.15.0, CPU, float64.
The functions are cut out of the files, so that nothing else of the repositories has to be importable.
"""

import ast
import json
import sys
from collections import defaultdict
from types import SimpleNamespace

import numpy as np
import torch

torch.set_default_dtype(torch.float64)


def functions(path, names, scope):
    """The last definition of each name."""
    found = {}
    for node in ast.parse(open(path).read()).body:
        if isinstance(node, ast.FunctionDef) and node.name in names:
            found.setdefault(node.name, []).append(node)
    for nodes in found.values():
        for node in nodes:
            node.decorator_list = []
            node.returns = None
            for argument in node.args.args:
                argument.annotation = None
    result = {}
    for name, nodes in found.items():
        result[name] = []
        for node in nodes:
            local = dict(scope)
            exec(compile(ast.Module(body=[node], type_ignores=[]), path, "exec"), local)
            result[name].append(local[name])
    return result


def masked_mean(values, mask):
    return (values * mask).sum() / mask.sum()


def masked_whiten(values, mask, shift_mean=True):
    mean = masked_mean(values, mask)
    var = masked_mean((values - mean) ** 2, mask)
    var = var * mask.sum() / (mask.sum() - 1)
    return (values - mean) * torch.rsqrt(var + 1e-8)


def episodes(generator, group_sizes, most_turns):
    """Episodes of 1 to most_turns turns of 1 to 3 tokens, each turn but the last followed by 1 or 2 tokens of the environment."""
    rows = []
    for group, size in enumerate(group_sizes):
        for _ in range(size):
            turns = []
            for _ in range(generator.integers(1, most_turns + 1)):
                score = round(float(generator.uniform(-1, 1)), 3)
                turns.append((int(generator.integers(1, 4)), score))
            rows.append({"group": group, "turns": turns, "gaps": [int(g) for g in generator.integers(1, 3, len(turns))]})
    return rows


def tensors(rows):
    mask, rewards = [], []
    for row in rows:
        row_mask, row_rewards = [], []
        for index, ((length, score), gap) in enumerate(zip(row["turns"], row["gaps"])):
            row_mask += [1.0] * length
            row_rewards += [0.0] * (length - 1) + [score]
            if index + 1 < len(row["turns"]):
                row_mask += [0.0] * gap
                row_rewards += [0.0] * gap
        mask.append(row_mask)
        rewards.append(row_rewards)
    width = max(len(row) for row in mask)
    pad = lambda row: row + [0.0] * (width - len(row))
    return torch.tensor([pad(row) for row in rewards]), torch.tensor([pad(row) for row in mask])


def samples(rows):
    """As rows of a Plaudit batch: the environment's tokens belong to the turn before them."""
    out = []
    for row in rows:
        steps, mask = [], []
        for index, ((length, score), gap) in enumerate(zip(row["turns"], row["gaps"])):
            gap = gap if index + 1 < len(row["turns"]) else 0
            steps.append({"tokens": length + gap, "score": score})
            mask += [True] * length + [False] * gap
        out.append({"group": row["group"], "mask": mask, "steps": steps})
    return out


def emit(name, rows, config, advantages):
    lengths = [len(row["mask"]) for row in rows]
    cut = [[float(value) for value in row[:length]] for row, length in zip(advantages, lengths)]
    print(json.dumps({"id": name, "samples": rows, "config": config, "advantages": cut}))


def match_tir(root):
    scope = {"torch": torch, "np": np, "defaultdict": defaultdict}
    path = f"{root}/Code/verl/trainer/ppo/core_algos.py"
    compute = functions(path, ["compute_grpo_outcome_advantage"], scope)["compute_grpo_outcome_advantage"][-1]
    rules = {"singleton": "raw"}
    config = {
        "kind": "steps",
        "outcome": {"weight": 0.5, "of": "step-sum", "compare": rules},
        "step": {"weight": 0.5, "scope": "index", "compare": rules, "accumulate": "before", "gamma": 0.9},
    }
    for case in range(6):
        rows = episodes(np.random.default_rng(case), [4, 3, 1], 4)
        rewards, mask = tensors(rows)
        found, _ = compute(rewards, mask, np.array([row["group"] for row in rows]))
        emit(f"matchtir-{case}", samples(rows), config, found)


def prime(root):
    whiten = SimpleNamespace(masked_whiten=masked_whiten)
    scope = {"torch": torch, "verl_F": whiten, "verl": SimpleNamespace(DataProto=None)}
    path = f"{root}/training/verl/trainer/ppo/core_algos.py"
    compute = functions(path, ["compute_rloo_returns"], scope)["compute_rloo_returns"][-1]
    for case in range(6):
        generator = np.random.default_rng(100 + case)
        count, width, gamma = 4, 7, [1.0, 0.9][case % 2]
        lengths = generator.integers(1, width + 1, 2 * count)
        scores = generator.integers(0, 2, 2 * count).astype(float)
        dense = np.round(generator.uniform(-0.3, 0.3, (2 * count, width)), 3)
        mask = torch.tensor([[1.0] * n + [0.0] * (width - n) for n in lengths])
        outcome = torch.zeros(2 * count, width)
        for row, length in enumerate(lengths):
            outcome[row, length - 1] = scores[row]
        batch = {
            "rm_scores": torch.tensor(dense) * mask,
            "gt_scores": outcome,
            "responses": torch.zeros(2 * count, width),
            "prompts": torch.zeros(2 * count, 1),
            "attention_mask": torch.cat([torch.ones(2 * count, 1), mask], 1).long(),
        }
        params = SimpleNamespace(reward_model_gamma=gamma, verifier_gamma=1.0)
        config = SimpleNamespace(algorithm=SimpleNamespace(adv_params=params))
        found, _ = compute(SimpleNamespace(batch=batch), mask, count, config)
        rows = [
            {"group": row // count, "score": scores[row], "mask": [True] * int(n), "rewards": dense[row, :n].tolist()}
            for row, n in enumerate(lengths)
        ]
        emit(f"prime-{case}", rows, {"kind": "implicit-process", "gamma": gamma}, found)


def igpo(root):
    """The last definition, which centres per token position: of one-token turns without an environment, turns are positions."""
    scope = {"torch": torch, "np": np, "defaultdict": defaultdict, "print": lambda *_: None}
    path = f"{root}/verl/trainer/ppo/core_algos.py"
    compute = functions(path, ["compute_grpo_outcome_advantage"], scope)["compute_grpo_outcome_advantage"][-1]
    rules = {"scale": "none"}
    step = {"scope": "index", "compare": rules, "accumulate": "before"}
    config = {"kind": "steps", "outcome": {"weight": 0.0}, "step": step}
    for case in range(4):
        generator = np.random.default_rng(200 + case)
        rewards = np.round(generator.uniform(-1, 1, (7, 4)), 3)
        groups = [0, 0, 0, 0, 1, 1, 1]
        found, _ = compute(torch.tensor(rewards), torch.ones(7, 4), np.array(groups))
        rows = [
            {"group": group, "mask": [True] * 4, "steps": [{"tokens": 1, "score": score} for score in row]}
            for group, row in zip(groups, rewards.tolist())
        ]
        emit(f"igpo-{case}", rows, config, found)


match_tir(sys.argv[1])
igpo(sys.argv[2])
prime(sys.argv[3])
