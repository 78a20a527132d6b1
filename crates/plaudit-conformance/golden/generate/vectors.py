"""Shared by the generators. A case is {id, lib, fn, inputs, params}; evaluating it with the real package adds outputs.

Inputs are rounded to four decimals (they are arbitrary), outputs are written with all digits of a double.
"""

import json
import zlib

import numpy as np
import torch


def tensor(rows):
    return torch.tensor(rows, dtype=torch.float64)


def random(name):
    """A stream of its own for every name, so that a new case changes no other."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def rounded(array):
    return [rounded(row) for row in array] if np.ndim(array) > 1 else [round(float(value), 4) for value in array]


def gradient(loss, variable):
    return torch.autograd.grad(loss, variable, allow_unused=True)[0].tolist()


def mask(kind, samples, width):
    """`suffix`: samples end at different lengths; `interior`: holes where a tool answered; `full`; `empty`: a row with no token."""
    stream = random(f"mask {kind} {samples} {width}")
    lengths = [width - int(stream.integers(0, width - 1)) for _ in range(samples)]
    lengths[0] = width
    rows = [[1.0 if token < length else 0.0 for token in range(width)] for length in lengths]
    if kind == "full":
        rows = [[1.0] * width for _ in rows]
    if kind == "interior":
        for row in rows:
            for token in range(1, width - 1):
                if stream.random() < 0.3:
                    row[token] = 0.0
    if kind == "empty":
        rows[2] = [0.0] * width
    return rows


def last_token(row):
    return max((token for token, value in enumerate(row) if value > 0), default=0)


def line(case):
    return json.dumps(case, separators=(",", ":")) + "\n"


def write(path, evaluate, cases):
    counts = {}
    with open(path, "w") as file:
        for case in cases:
            name = case["fn"]
            counts[name] = counts.get(name, 0) + 1
            case = {"id": f"{case['lib']}/{name}/{counts[name]}", **case}
            file.write(line({**case, **evaluate(case)}))
    for name, count in counts.items():
        print(f"{count:4} {name}")


def difference(found, expected):
    """The largest deviation of two nested lists, relative where numbers are large."""
    if isinstance(expected, list):
        return max((difference(a, b) for a, b in zip(found, expected, strict=True)), default=0.0)
    if found == expected or (found != found and expected != expected):
        return 0.0
    return abs(found - expected) / max(1.0, abs(expected))
