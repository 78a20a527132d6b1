"""Writes `scores.jsonl`: what sacrebleu, scikit-learn and scipy compute, which the checks of plaudit-verify are tested against.

    pip install sacrebleu==2.6.0 scikit-learn==1.9.1 scipy==1.17.1 numpy==2.4.6
    python generate.py

The versions are checked at start. The texts are written or drawn here from a fixed seed, so that a second run writes the same file.
"""

import importlib.metadata
import json
import random
from pathlib import Path

from sacrebleu.metrics import BLEU, CHRF
from scipy.stats import kendalltau
from sklearn.metrics import average_precision_score, ndcg_score

PINNED = {"sacrebleu": "2.6.0", "scikit-learn": "1.9.1", "scipy": "1.17.1", "numpy": "2.4.6"}

SENTENCES = [
    ("the cat is on the mat", ["the cat sat on the mat"]),
    ("the cat is on the mat", ["there is a cat on the mat", "the cat sat on the mat today"]),
    ("Hello, world! It's 1,000.5 (or 2-3)...", ["Hello world! It is 1,000.50 (or 2 - 3)."]),
    ("a b", ["a b c d"]),
    ("a b c d e f g", ["a b c d"]),
    ("It costs $5 &amp; more; see \"x_y\" @ 10:30.", ["It costs $ 5 & more, see 'x_y' at 10:30!"]),
    ("Das ist ein Test.", ["Dies ist ein kleiner Test."]),
    ("Größe und Maß über 3,5-mal", ["größe und Maß: über 3,5 mal"]),
    ("well-\nknown e.g. this...", ["well-known, e.g., this"]),
    ("completely different words", ["nothing in common here at all"]),
    ("The THE the", ["the"]),
    ("(hi) there 'you'.", ["hi there, you"]),
    ("1.. 2,, .5 ,x 3.x 4-5 -6", ["1. . 2 , .5 , x 3 . x 4 - 5"]),
    ("猫坐在垫子上", ["猫在垫子上坐着"]),
    ("", ["a b"]),
]


def drawn(stream):
    """A sentence and one to three references of words that repeat."""
    words = ["the", "cat", "sat", "on", "a", "mat,", "dog.", "(ran)", "3.5", "The"]
    line = lambda: " ".join(stream.choice(words) for _ in range(stream.randint(1, 14)))
    return line(), [line() for _ in range(stream.randint(1, 3))]


def bleu_rows(sentences):
    smoothings = [("exponential", "exp", None), ("none", "none", None), ("floor", "floor", 0.1)]
    for index, (hypothesis, references) in enumerate(sentences):
        ours, theirs, value = smoothings[index % 3]
        for effective in (False, True):
            options = {"lowercase": index % 2 == 1, "tokenize": "none" if index % 5 == 4 else "13a"}
            metric = BLEU(smooth_method=theirs, smooth_value=value, effective_order=effective, **options)
            yield {
                "check": "bleu",
                "hypotheses": [hypothesis],
                "references": [references],
                "smoothing": ours,
                "effective_order": effective,
                "lowercase": options["lowercase"],
                "tokenize_13a": options["tokenize"] == "13a",
                "score": metric.sentence_score(hypothesis, references).score / 100,
            }
    # A corpus: one reference for each sentence.
    hypotheses, references = [row[0] for row in sentences], [row[1][0] for row in sentences]
    yield {
        "check": "bleu",
        "hypotheses": hypotheses,
        "references": [[reference] for reference in references],
        "smoothing": "exponential",
        "effective_order": False,
        "lowercase": False,
        "tokenize_13a": True,
        "score": BLEU().corpus_score(hypotheses, [references]).score / 100,
    }


def chrf_rows(sentences):
    for index, (hypothesis, references) in enumerate(sentences):
        for word_order in (0, 2):
            beta, lowercase = (2, False) if index % 3 else (1, True)
            metric = CHRF(word_order=word_order, beta=beta, lowercase=lowercase)
            yield {
                "check": "chrf",
                "hypothesis": hypothesis,
                "references": references,
                "word_order": word_order,
                "beta": beta,
                "lowercase": lowercase,
                "score": metric.sentence_score(hypothesis, references).score / 100,
            }


def ranking_rows(stream):
    for _ in range(12):
        count = stream.randint(2, 9)
        grades = [stream.randint(0, 4) for _ in range(count)]
        grades[stream.randrange(count)] = 3
        scores = stream.sample(range(100), count)
        k = stream.choice([None, 1, 2, 3, 5])
        for gain in ("linear", "exponential"):
            worth = [grade if gain == "linear" else 2**grade - 1 for grade in grades]
            yield {
                "check": "ndcg",
                "grades": grades,
                "scores": scores,
                "gain": gain,
                "k": k,
                "score": float(ndcg_score([worth], [scores], k=k)),
            }
        relevant = [grade >= 3 for grade in grades]
        yield {
            "check": "average-precision",
            "relevant": relevant,
            "scores": scores,
            "score": float(average_precision_score(relevant, scores)),
        }


def kendall_rows(stream):
    for index in range(16):
        count = stream.randint(2, 12)
        values = lambda: [stream.randint(0, 3 if index % 2 else 50) for _ in range(count)]
        a, b = values(), values()
        tau = float(kendalltau(a, b, variant="b").statistic)
        yield {"check": "kendall", "a": a, "b": b, "tau_b": None if tau != tau else tau}


def main():
    for package, version in PINNED.items():
        found = importlib.metadata.version(package)
        assert found == version, f"{package} is {found}, not {version}"
    stream = random.Random(7)
    sentences = SENTENCES + [drawn(stream) for _ in range(9)]
    rows = [*bleu_rows(sentences), *chrf_rows(sentences), *ranking_rows(stream), *kendall_rows(stream)]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    Path(__file__).with_name("scores.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
