"""Times Plaudit against PyTorch, transformers and TRL on the same work and prints a Markdown table.

    python3 benchmarks/compare.py [--cases train-s,decode-s] [--rounds 5] [--threads 2] [--python PATH] [--output FILE]

Needs Python 3.11 and cargo, and Linux for the memory figures. Installs the peers of requirements.txt into benchmarks/.venv, unless
--python names an interpreter that has them. Each case is run in processes of its own, Plaudit's and the peer's in turn, because the speed
of a shared machine drifts: a figure is the median over rounds of the median within a process. Raw numbers go to
benchmarks/results/DATE-peers.json.
"""

import argparse
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent

# Repetitions per process; the quantity that is compared; the target of Plaudit's over the peer's.
CASES = {
    "train-s": {"repetitions": 3, "targets": {"seconds": ("<=", 0.8), "peak_mib": ("<=", 0.35)}},
    "train-m": {"repetitions": 3, "targets": {"seconds": ("<=", 0.8), "peak_mib": ("<=", 0.65)}},
    "decode-s": {"repetitions": 3, "targets": {"rate": (">=", 3.0)}},
    "decode-m": {"repetitions": 3, "targets": {"rate": (">=", 2.0)}},
    "grpo-s": {"repetitions": 2, "targets": {"seconds": ("<=", 0.5)}},
    "logp-wide": {"repetitions": 1, "targets": {"peak_mib": ("<=", 0.1)}},
}
NAMES = {
    "train-s": "training step, S",
    "train-m": "training step, M",
    "decode-s": "decoding, S",
    "decode-m": "decoding, M",
    "grpo-s": "whole GRPO step, S",
    "logp-wide": "logp of [4096 x 152,000]",
}
PEERS = {"train": "PyTorch", "decode": "`generate`", "grpo": "TRL", "logp": "log_softmax + gather"}


def peers_python(wanted):
    """An interpreter that has the peers: the wanted one, or that of the virtual environment, made where it is missing."""
    if wanted:
        return wanted
    folder = HERE / ".venv"
    python = folder / "bin" / "python"
    done = folder / "installed.txt"
    requirements = (HERE / "requirements.txt").read_text()
    if not done.exists() or done.read_text() != requirements:
        print("installing the peers into benchmarks/.venv; this downloads about 1 GB", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", HERE / "requirements.txt"], check=True)
        done.write_text(requirements)
    return str(python)


def run(command, threads):
    """Runs one process and returns the JSON object on its last line."""
    environment = dict(os.environ, RAYON_NUM_THREADS=str(threads), OMP_NUM_THREADS=str(threads), CUDA_VISIBLE_DEVICES="")
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def figures(runs):
    """The median over processes of each quantity."""
    seconds = [statistics.median(run["seconds"]) for run in runs]
    result = {"seconds": statistics.median(seconds), "peak_mib": statistics.median(run["peak_mib"] for run in runs)}
    tokens = (runs[0].get("note") or {}).get("tokens")
    if tokens:
        result["rate"] = statistics.median(tokens / value for value in seconds)
    return result


def show(quantity, value):
    return {"seconds": f"{value:.2f} s", "peak_mib": f"{value:,.0f} MiB", "rate": f"{value:,.0f} tokens/s"}[quantity]


def table(results):
    lines = ["| | Plaudit | peer | ratio | target |", "|---|---|---|---|---|"]
    for case, result in results.items():
        peer = PEERS[case.split("-")[0]]
        for quantity, (sign, target) in CASES[case]["targets"].items():
            ours, theirs = result["plaudit"][quantity], result["peer"][quantity]
            ratio = ours / theirs
            met = ratio <= target if sign == "<=" else ratio >= target
            what = {"seconds": "time", "peak_mib": "peak memory", "rate": "speed"}[quantity]
            lines.append(
                f"| {NAMES[case]}: {what} | {show(quantity, ours)} | {show(quantity, theirs)} ({peer}) | "
                f"{ratio:.2f} | {sign} {target}{'' if met else ', **not met**'} |"
            )
    return "\n".join(lines)


def processor():
    with open("/proc/cpuinfo") as info:
        return next((line.split(":")[1].strip() for line in info if line.startswith("model name")), "unknown")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cases", default=",".join(CASES), help="cases, separated by commas")
    parser.add_argument("--rounds", type=int, default=5, help="processes of each side per case")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--python", help="an interpreter that has the peers already")
    parser.add_argument("--output", type=pathlib.Path, help="where the raw numbers go")
    options = parser.parse_args()
    cases = options.cases.split(",")
    unknown = [case for case in cases if case not in CASES]
    if unknown:
        parser.error(f"unknown case {unknown[0]}; there are {', '.join(CASES)}")

    python = peers_python(options.python)
    subprocess.run(["cargo", "build", "--release", "-q", "-p", "plaudit-benchmarks"], check=True, cwd=ROOT)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    binary = target / "release" / "plaudit-benchmarks"
    results = {}
    for case in cases:
        repetitions = str(CASES[case]["repetitions"])
        runs = {"plaudit": [], "peer": []}
        for number in range(options.rounds):
            print(f"{case}: round {number + 1} of {options.rounds}", file=sys.stderr)
            runs["plaudit"].append(run([binary, case, repetitions], options.threads))
            runs["peer"].append(run([python, HERE / "peers.py", case, repetitions], options.threads))
        results[case] = {"plaudit": figures(runs["plaudit"]), "peer": figures(runs["peer"]), "runs": runs}

    versions = subprocess.run([python, "-m", "pip", "freeze"], capture_output=True, text=True, check=True).stdout
    wanted = ("torch==", "transformers==", "trl==", "numpy==")
    today = datetime.date.today().isoformat()
    whole = {
        "date": today,
        "processor": processor(),
        "threads": options.threads,
        "rounds": options.rounds,
        "versions": [line for line in versions.splitlines() if line.startswith(wanted)],
        "results": results,
    }
    output = options.output or HERE / "results" / f"{today}-peers.json"
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(whole, indent=1) + "\n")
    print(table(results))
    print(f"\n{whole['date']}, {whole['processor']}, {options.threads} threads, {options.rounds} rounds; raw numbers in {output}")


if __name__ == "__main__":
    main()
