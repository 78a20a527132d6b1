"""Evaluates given cases again with the real package: `python regenerate.py CASES.jsonl > AGAIN.jsonl`.

Says on standard error, per function, how many cases there are and how far the outputs are from those in the file.
"""

import importlib
import json
import sys

import vectors


def main(path):
    report = {}
    for line in open(path):
        case = json.loads(line)
        if case["lib"].startswith("trl"):
            module = "trl_peer"
        else:
            module = "verl_credit" if case["fn"].startswith("adv:") else "verl_objective"
        try:
            found = importlib.import_module(module).evaluate(case)
        except ModuleNotFoundError:
            continue
        distance = max(vectors.difference(found["outputs"][name], case["outputs"][name]) for name in case["outputs"])
        count, largest = report.get(case["fn"], (0, 0.0))
        report[case["fn"]] = (count + 1, max(largest, distance))
        print(vectors.line({**case, **found}), end="")
    for name, (count, largest) in report.items():
        print(f"{count:4} {name:36} {largest:.1e}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1])
