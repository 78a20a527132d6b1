"""math-verify's side of the cases of verification."""

import json
import pathlib
import time

PAIRS = pathlib.Path(__file__).parent / "answers.jsonl"


def answers():
    """Parses every boxed reference and answer and compares the two. Without timeouts, which would only add to the time."""
    from math_verify import parse, verify

    pairs = [json.loads(line) for line in PAIRS.read_text().splitlines()]
    texts = [(f"\\boxed{{{pair['gold']}}}", f"The answer is \\boxed{{{pair['answer']}}}.", pair["equal"]) for pair in pairs]

    def run(_repetition):
        seconds, agreeing = [], 0
        for gold, answer, equal in texts:
            start = time.perf_counter()
            is_right = verify(parse(gold, parsing_timeout=None), parse(answer, parsing_timeout=None), timeout_seconds=None)
            seconds.append(time.perf_counter() - start)
            agreeing += is_right == equal
        seconds.sort()
        quantile = lambda share: seconds[int((len(seconds) - 1) * share)]
        return {
            "answers": len(pairs),
            "agreeing": agreeing,
            "median_seconds": quantile(0.5),
            "p999_seconds": quantile(0.999),
            "slowest_seconds": quantile(1.0),
        }

    return run
