"""Times Plaudit against PyTorch, transformers, TRL, verl and math-verify on the same work and prints a Markdown table.

    python3 benchmarks/compare.py [--cases train-s,decode-s] [--rounds 5] [--threads 2] [--python PATH] [--output FILE]

Needs Python 3.11 and cargo, and Linux for the memory figures. Installs the peers of requirements.txt into benchmarks/.venv, unless
--python names an interpreter that has them. Each case is run in processes of its own, Plaudit's and the peer's in turn, because the speed
of a shared machine drifts: a figure is the median over rounds of the median within a process, and the range beside a ratio is that of the
rounds' own ratios. Raw numbers go to benchmarks/results/DATE-peers.json, after every case.
"""

import argparse
import datetime
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent

# Repetitions per process, enough for the peers' times to settle after the warm-up (training in PyTorch goes on getting faster for several
# steps); the quantity that is compared; the target of Plaudit's over the peer's.
CASES = {
    "train-s": {"repetitions": 7, "targets": {"seconds": ("<=", 0.8), "peak_mib": ("<=", 0.35)}},
    "train-m": {"repetitions": 7, "targets": {"seconds": ("<=", 0.8), "peak_mib": ("<=", 0.65)}},
    "decode-s": {"repetitions": 5, "targets": {"rate": (">=", 3.0)}},
    "decode-m": {"repetitions": 5, "targets": {"rate": (">=", 2.0)}},
    "grpo-s": {"repetitions": 3, "targets": {"seconds": ("<=", 0.5)}},
    "logp-wide": {"repetitions": 1, "targets": {"peak_mib": ("<=", 0.1)}},
    "credit-grpo": {"repetitions": 15, "targets": {"seconds": ("<=", 0.1), "extra_mib": ("<=", 0.5)}},
    "credit-grpo-vectorized": {"repetitions": 15, "targets": {"seconds": ("<=", 1.0), "extra_mib": ("<=", 0.5)}},
    "credit-rloo": {"repetitions": 15, "targets": {"seconds": ("<=", 0.1), "extra_mib": ("<=", 0.5)}},
    "credit-rloo-vectorized": {"repetitions": 15, "targets": {"seconds": ("<=", 1.0), "extra_mib": ("<=", 0.5)}},
    "credit-gae": {"repetitions": 15, "targets": {"seconds": ("<=", 0.1), "extra_mib": ("<=", 0.5)}},
    "credit-reinforce-plus-plus": {"repetitions": 15, "targets": {"seconds": ("<=", 0.1), "extra_mib": ("<=", 0.5)}},
    "loss-clip": {"repetitions": 15, "targets": {"seconds": ("<=", 1 / 3), "extra_mib": ("<=", 0.5)}},
    "loss-gspo": {"repetitions": 15, "targets": {"seconds": ("<=", 1 / 3), "extra_mib": ("<=", 0.5)}},
    "loss-cispo": {"repetitions": 15, "targets": {"seconds": ("<=", 1 / 3), "extra_mib": ("<=", 0.5)}},
    "trl-grpo": {"repetitions": 15, "targets": {"seconds": ("<=", 1 / 3), "extra_mib": ("<=", 0.5)}},
    "trl-bnpo": {"repetitions": 15, "targets": {"seconds": ("<=", 1 / 3), "extra_mib": ("<=", 0.5)}},
    "trl-dr-grpo": {"repetitions": 15, "targets": {"seconds": ("<=", 1 / 3), "extra_mib": ("<=", 0.5)}},
    "trl-dapo": {"repetitions": 15, "targets": {"seconds": ("<=", 1 / 3), "extra_mib": ("<=", 0.5)}},
    "trl-cispo": {"repetitions": 15, "targets": {"seconds": ("<=", 1 / 3), "extra_mib": ("<=", 0.5)}},
    "trl-sapo": {"repetitions": 15, "targets": {"seconds": ("<=", 1 / 3), "extra_mib": ("<=", 0.5)}},
    "verify-answers": {"repetitions": 2, "targets": {"rate": (">=", 100.0)}},
}
NAMES = {
    "train-s": "training step, S",
    "train-m": "training step, M",
    "decode-s": "decoding, S",
    "decode-m": "decoding, M",
    "grpo-s": "whole GRPO step, S",
    "logp-wide": "logp of [4096 x 152,000]",
    "credit-grpo": "advantages, GRPO",
    "credit-grpo-vectorized": "advantages, GRPO (vectorised)",
    "credit-rloo": "advantages, RLOO",
    "credit-rloo-vectorized": "advantages, RLOO (vectorised)",
    "credit-gae": "advantages, GAE, whitened",
    "credit-reinforce-plus-plus": "advantages, REINFORCE++, whitened",
    "loss-clip": "loss and gradient, PPO clip",
    "loss-gspo": "loss and gradient, GSPO",
    "loss-cispo": "loss and gradient, CISPO",
    "trl-grpo": "loss and gradient, GRPO",
    "trl-bnpo": "loss and gradient, BNPO",
    "trl-dr-grpo": "loss and gradient, Dr.GRPO",
    "trl-dapo": "loss and gradient, DAPO",
    "trl-cispo": "loss and gradient, CISPO",
    "trl-sapo": "loss and gradient, SAPO",
    "verify-answers": "pairs of answers",
}
# The cores that others may keep busy during a process for its times to count.
QUIET = 0.1
PEERS = {
    "train": "PyTorch",
    "decode": "`generate`",
    "grpo": "TRL",
    "logp": "log_softmax + gather",
    "credit": "verl",
    "loss": "verl",
    "trl": "TRL",
    "verify": "math-verify",
}


def peers_python(wanted):
    """An interpreter that has the peers: the wanted one, or that of the virtual environment, made where it is missing."""
    if wanted:
        return wanted
    folder = HERE / ".venv"
    python = folder / "bin" / "python"
    done = folder / "installed.txt"
    requirements = "".join(path.read_text() for path in sorted(HERE.glob("requirements*.txt")))
    if not done.exists() or done.read_text() != requirements:
        print("installing the peers into benchmarks/.venv; this takes about 6 GB of disk", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", HERE / "requirements.txt"], check=True)
        # verl asks for far more than its formulas need, and for versions that TRL does not go with.
        subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", "-r", HERE / "requirements-verl.txt"], check=True)
        done.write_text(requirements)
    return str(python)


def processor_seconds():
    """Seconds of processor time so far: of the whole machine, taken by other virtual machines included, and of the processes run here."""
    with open("/proc/stat") as stat:
        user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, stat.readline().split()[1:9])
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    whole = (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
    return whole, children.ru_utime + children.ru_stime


def run(command, threads):
    """Runs one process and returns the JSON object on its last line, with how many cores others kept busy in the meantime."""
    environment = dict(os.environ, RAYON_NUM_THREADS=str(threads), OMP_NUM_THREADS=str(threads), CUDA_VISIBLE_DEVICES="")
    (whole, own), began = processor_seconds(), time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr}")
    (whole_after, own_after), elapsed = processor_seconds(), time.monotonic() - began
    others = ((whole_after - whole) - (own_after - own)) / elapsed
    return {**json.loads(done.stdout.strip().splitlines()[-1]), "cores_used_by_others": round(max(others, 0.0), 3)}


def quantities(run):
    """What is compared of one process."""
    result = {"seconds": statistics.median(run["seconds"]), "peak_mib": run["peak_mib"]}
    if "imports_mib" in run:
        result["imports_mib"] = run["imports_mib"]
    if "inputs_mib" in run:
        result["extra_mib"] = run["peak_mib"] - run["inputs_mib"]
    note = run["note"] or {}
    if done := note.get("tokens") or note.get("answers"):
        result["rate"] = done / result["seconds"]
    return result


def figures(runs):
    """The median over processes of each quantity."""
    processes = [quantities(run) for run in runs]
    return {quantity: statistics.median(process[quantity] for process in processes) for quantity in processes[0]}


def show(quantity, value):
    if quantity == "seconds" and value < 0.1:
        return f"{1000 * value:.2f} ms"
    units = {"seconds": f"{value:.2f} s", "peak_mib": f"{value:,.0f} MiB", "rate": f"{value:,.0f}/s"}
    return units.get(quantity, f"{value:.1f} MiB")


def table(results):
    lines = ["| case | Plaudit | peer | ratio (rounds) | target | met |", "|---|---|---|---|---|---|"]
    for case, result in results.items():
        peer = PEERS[case.split("-")[0]]
        for quantity, (sign, target) in CASES[case]["targets"].items():
            ours, theirs = result["plaudit"][quantity], result["peer"][quantity]
            ratio = ours / theirs
            pairs = zip(result["runs"]["plaudit"], result["runs"]["peer"], strict=True)
            by_round = [quantities(own)[quantity] / quantities(other)[quantity] for own, other in pairs]
            met = ratio <= target if sign == "<=" else ratio >= target
            what = {"seconds": "time", "peak_mib": "peak memory", "extra_mib": "memory above inputs", "rate": "speed"}[quantity]
            lines.append(
                f"| {NAMES[case]}: {what} | {show(quantity, ours)} | {show(quantity, theirs)} ({peer}) | "
                f"{ratio:.3f} ({min(by_round):.3f} to {max(by_round):.3f}) | {sign} {target:.3g} | {'yes' if met else '**no**'} |"
            )
    return "\n".join(lines)


def without_imports(results):
    """Ratios of peak memory when what the peer's imports take is not counted; all of ours is."""
    lines = []
    for case, result in results.items():
        if "peak_mib" in CASES[case]["targets"]:
            imports, peak = result["peer"]["imports_mib"], result["peer"]["peak_mib"]
            ratio = result["plaudit"]["peak_mib"] / (peak - imports)
            lines.append(f"{NAMES[case]}: {ratio:.3f} ({show('peak_mib', imports)} of imports)")
    return lines


def disturbance(results):
    """The most cores that others kept busy during a process. PyTorch's threads spin while they wait for one another: a busy machine slows
    the peers more than Plaudit, and so flatters it."""
    return max(run["cores_used_by_others"] for result in results.values() for side in result["runs"].values() for run in side)


def processor():
    with open("/proc/cpuinfo") as info:
        return next((line.split(":")[1].strip() for line in info if line.startswith("model name")), "unknown")


def text(command):
    """What a command prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()


def peers_versions(python):
    """The versions of what requirements.txt names, as far as it is installed; of PyTorch its build too."""
    lines = [line for path in sorted(HERE.glob("requirements*.txt")) for line in path.read_text().splitlines()]
    names = [line.split("==")[0] for line in lines if "==" in line]
    program = (
        "import platform, sys, importlib.metadata as metadata\n"
        "print('python==' + platform.python_version())\n"
        "installed = {package.name.lower().replace('_', '-') for package in metadata.distributions()}\n"
        "names = [name for name in sys.argv[1:] if name.lower().replace('_', '-') in installed]\n"
        "for name in names: print(name + '==' + metadata.version(name))\n"
        "if 'torch' in names:\n"
        "    import torch\n"
        "    print('build of torch: ' + torch.__version__)"
    )
    return text([python, "-c", program, *names]).splitlines()


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
    binary = ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "release" / "plaudit-benchmarks"
    today = datetime.date.today().isoformat()
    whole = {
        "date": today,
        "processor": processor(),
        "cores": os.cpu_count(),
        "threads": options.threads,
        "rounds": options.rounds,
        "commit": text(["git", "rev-parse", "HEAD"]),
        "versions": [text(["rustc", "--version"]), *peers_versions(python)],
        "results": {},
    }
    results = whole["results"]
    output = options.output or HERE / "results" / f"{today}-peers.json"
    output.parent.mkdir(parents=True, exist_ok=True)
    for case in cases:
        repetitions = str(CASES[case]["repetitions"])
        runs = {"plaudit": [], "peer": []}
        for number in range(options.rounds):
            print(f"{case}: round {number + 1} of {options.rounds}", file=sys.stderr)
            runs["plaudit"].append(run([binary, case, repetitions], options.threads))
            runs["peer"].append(run([python, HERE / "peers.py", case, repetitions], options.threads))
        results[case] = {"plaudit": figures(runs["plaudit"]), "peer": figures(runs["peer"]), "runs": runs}
        output.write_text(json.dumps(whole, indent=1) + "\n")

    print(table(results))
    if remarks := without_imports(results):
        print("\nPeak memory without the peer's imports: " + "; ".join(remarks) + ".")
    others = disturbance(results)
    if others > QUIET:
        print(f"\nThe machine was not quiet: others kept up to {others:.2f} cores busy. These times flatter Plaudit; run again.")
    print(
        f"\n{today}, {whole['processor']}, {whole['cores']} cores, {options.threads} threads, {options.rounds} rounds; "
        f"raw numbers in {output}"
    )


if __name__ == "__main__":
    main()
