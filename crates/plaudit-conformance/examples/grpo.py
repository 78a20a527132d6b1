"""Group-relative advantages in plain Python, as a program that `External` can start: the protocol is in `src/external.rs`."""

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
        # A lone or unscored sample has nothing to be compared with.
        value = 0.0
        if score is not None and len(scores) > 1:
            value = (score - statistics.fmean(scores)) / (statistics.stdev(scores) + EPSILON)
        rows.append([value if written else 0.0 for written in mask])
    return rows


for line in sys.stdin:
    batch = json.loads(line)
    print(json.dumps({"id": batch["id"], "advantages": advantages(batch["samples"])}), flush=True)
