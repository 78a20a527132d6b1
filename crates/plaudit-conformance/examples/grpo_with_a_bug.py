"""The estimator of `grpo.py` with a mistake that is easily made: a length penalty that counts masked tokens."""

import json
import statistics
import sys

EPSILON = 1e-6


def advantages(samples):
    groups = {}
    for sample in samples:
        if sample.get("score") is not None:
            groups.setdefault(sample["group"], []).append(sample["score"])
    rows = []
    for sample in samples:
        mask = sample.get("mask") or [True] * len(sample["logp"])
        scores, score = groups.get(sample["group"], []), sample.get("score")
        value = 0.0
        if score is not None and len(scores) > 1:
            value = (score - statistics.fmean(scores)) / (statistics.stdev(scores) + EPSILON)
            # Here: the number of tokens that were written is sum(mask).
            value -= 0.01 * len(mask)
        rows.append([value if written else 0.0 for written in mask])
    return rows


for line in sys.stdin:
    batch = json.loads(line)
    print(json.dumps({"id": batch["id"], "advantages": advantages(batch["samples"])}), flush=True)
