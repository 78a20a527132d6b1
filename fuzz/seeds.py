"""Writes what the fuzz targets begin with, from the conformance corpus: `python3 fuzz/seeds.py`."""

import json
import pathlib

HERE = pathlib.Path(__file__).parent


def main():
    for target in ("read", "extract", "judge"):
        (HERE / "corpus" / target).mkdir(parents=True, exist_ok=True)
    for number, line in enumerate((HERE.parent / "corpus" / "math.jsonl").read_text().splitlines()):
        case = json.loads(line)
        answer = case.get("answer") or case.get("completion") or ""
        texts = {"read": case["gold"], "extract": answer, "judge": f"{case['gold']}\n{answer}"}
        for target, text in texts.items():
            if len(text) < 4096:
                (HERE / "corpus" / target / f"seed-{number}").write_text(text)


if __name__ == "__main__":
    main()
