"""Verifiers over the corpus: `python peers.py PEER... --out results.json`, then `python peers.py --table results.json`.

Each peer runs in a child process of its own, without a network where `unshare` may take it away, in an empty folder, with a limit on memory.
A case that takes longer than TIMEOUT is a hang: the child is killed with all its children, and a new one goes on with the next case. Peers
need the packages of requirements.txt (verl's: requirements-verl.txt, in an environment of its own). `plaudit` stands for the command line of
that name, or the program that --plaudit names.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import re
import resource
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
TIMEOUT = 10.0  # seconds a case may take
START = 120.0  # seconds that imports may take
MEMORY = 6 << 30  # bytes of address space
CANARY = "executed-by-grader"  # a file that one case of the family `injection` makes if its text is executed


def in_mathematics(text):
    """A bare answer as mathematics within a text, unless it says so itself."""
    return text if re.search(r"(?<!\\)\$|\\[(\[]|\\boxed", text) else f"${text}$"


def boxed(text):
    return f"\\boxed{{{text}}}"


def math_verify():
    from math_verify import parse, verify

    def grade(gold, answer):
        return verify(parse(in_mathematics(gold)), parse(in_mathematics(answer)))

    def grade_completion(gold, completion):
        return verify(parse(in_mathematics(gold)), parse(completion))

    return grade, grade_completion


def trl():
    from trl.rewards import accuracy_reward

    def grade(gold, answer):
        message = [{"role": "assistant", "content": boxed(answer)}]
        (reward,) = accuracy_reward([message], [in_mathematics(gold)])
        if reward is None:
            raise ValueError("the gold answer does not parse")
        return reward == 1.0

    return grade, None


def of_lm_eval(task):
    """The module `utils` of a task, without importing all of lm_eval."""
    package = importlib.util.find_spec("lm_eval").submodule_search_locations[0]
    spec = importlib.util.spec_from_file_location(task, pathlib.Path(package, "tasks", task, "utils.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def hendrycks():
    return of_lm_eval("hendrycks_math").is_equiv, None


def minerva():
    utils = of_lm_eval("minerva_math")
    normal = utils.normalize_final_answer
    return lambda gold, answer: utils.is_equiv(normal(answer), normal(gold)), None


def mathruler():
    from mathruler.grader import grade_answer

    return lambda gold, answer: grade_answer(answer, gold), None


def prime():
    from verl.utils.reward_score.prime_math import compute_score

    def grade_completion(gold, completion):
        return compute_score(completion, gold)[0]

    return lambda gold, answer: grade_completion(gold, boxed(answer)), grade_completion


def dapo():
    from verl.utils.reward_score.math_dapo import compute_score

    return lambda gold, answer: compute_score(f"Answer: {answer}", gold)["acc"], None


def sympy_baseline():
    from sympy import simplify
    from sympy.parsing.latex import parse_latex

    return lambda gold, answer: simplify(parse_latex(gold) - parse_latex(answer)) == 0, None


# What makes a peer's functions, and the policy whose verdicts it is held to.
PEERS = {
    "math-verify": (math_verify, "math-verify-0.9"),
    "trl": (trl, "math-verify-0.9"),
    "lm-eval-hendrycks": (hendrycks, "hendrycks"),
    "lm-eval-minerva": (minerva, "minerva"),
    "mathruler": (mathruler, "minerva"),
    "verl-prime": (prime, "qwen"),
    "verl-dapo": (dapo, "minerva"),
    "sympy": (sympy_baseline, "default"),
}
PRESETS = ("math-verify-0.9", "hendrycks", "minerva", "qwen")
PLAUDIT = {"plaudit": "default"} | {f"plaudit-{preset}": preset for preset in PRESETS}


def cases():
    with open(HERE / "math.jsonl", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def label(case, policy):
    verdict = case["verdict"]
    return verdict.get(policy, verdict["default"] if policy in PRESETS else None)


def child(peer):
    """Answers one line of JSON with one, on what was standard output; what the peer prints goes nowhere."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    replies = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    grade, grade_completion = PEERS[peer][0]()
    grade("2", "2")
    print(json.dumps({"completions": grade_completion is not None}), file=replies, flush=True)
    for line in sys.stdin:
        case = json.loads(line)
        start = time.perf_counter()
        try:
            function = grade if "answer" in case else grade_completion
            reply = {"equal": bool(function(case["gold"], case.get("answer", case.get("completion"))))}
        except BaseException as error:  # a peer may raise anything, SystemExit too
            reply = {"error": type(error).__name__}
        reply["seconds"] = time.perf_counter() - start
        print(json.dumps(reply), file=replies, flush=True)


class Child:
    """A peer's process."""

    def __init__(self, peer, folder):
        command = [sys.executable, str(HERE / "peers.py"), "--child", peer]
        self.has_network = True
        unshare = shutil.which("unshare")
        if unshare and subprocess.run([unshare, "--net", "--map-root-user", "true"], capture_output=True).returncode == 0:
            command = [unshare, "--net", "--map-root-user", *command]
            self.has_network = False
        environment = dict(os.environ, HF_HUB_OFFLINE="1", PYTHONHASHSEED="0")
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=folder, env=environment, start_new_session=True
        )
        self.buffer = b""
        hello = self.reply(START)
        if hello is None:
            sys.exit(f"{peer} does not start: are its requirements installed?")
        self.has_completions = hello["completions"]

    def reply(self, seconds):
        """The next line; None where it does not come in time, or the process has ended."""
        end = time.monotonic() + seconds
        while b"\n" not in self.buffer:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            part = os.read(self.process.stdout.fileno(), 1 << 16) if ready else b""
            if not part:
                return None
            self.buffer += part
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)

    def ask(self, case):
        try:
            self.process.stdin.write(json.dumps(case).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return None
        return self.reply(TIMEOUT)

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()


def is_asked(case, policy, has_completions):
    """Whether a peer is held to a case: completions without an extraction of their own, and labels that its policy has."""
    if "completion" in case and (not has_completions or "extraction" in case):
        return False
    return label(case, policy) in ("equal", "different", "not-equal")


def run(peer):
    """What a peer says to each case (`equal`, `different`, `none` for an error or a refusal, `hang`), and how long it took."""
    policy = PEERS[peer][1]
    rows, executed = {}, []
    with tempfile.TemporaryDirectory() as folder:
        process = Child(peer, folder)
        for case in cases():
            if not is_asked(case, policy, process.has_completions):
                continue
            start = time.monotonic()
            reply = process.ask(case)
            seconds = time.monotonic() - start if reply is None else reply["seconds"]
            if reply is None:
                # A process that died by itself, out of memory or on an overflow of its stack, did not hang.
                says = "hang" if process.process.poll() is None else "none"
                process.stop()
                process = Child(peer, folder)
            else:
                says = "none" if "error" in reply else "equal" if reply["equal"] else "different"
            rows[case["id"]] = [says, float(f"{seconds:.3g}")]
            canary = pathlib.Path(folder, CANARY)
            if canary.exists():
                canary.unlink()
                executed.append(case["id"])
        process.stop()
    return {"policy": policy, "network": process.has_network, "executed": executed, "rows": rows}


def run_plaudit(program, policy):
    """As `run`. The command line reads a file of rows; how long each took is known as a median and a late quantile only."""

    def says(line):
        # An answer that is absent or cannot be read is as wrong as another one, as it is for the peers.
        is_wrong = line.get("verdict") == "wrong" or line.get("part") in ("missing", "answer")
        return "equal" if line.get("verdict") == "correct" else "different" if is_wrong else "none"

    preset = "plaudit" if policy == "default" else policy
    groups = {}
    for case in cases():
        if "answer" in case and label(case, policy) in ("equal", "different", "not-equal"):
            groups.setdefault("whole", []).append(case)
        elif "completion" in case and policy == "default":
            groups.setdefault(case.get("extraction", "anywhere"), []).append(case)
    result = {"policy": policy, "network": True, "executed": [], "rows": {}}
    with tempfile.TemporaryDirectory() as folder:
        rows, out = pathlib.Path(folder, "rows.jsonl"), pathlib.Path(folder, "out.jsonl")
        for extraction, group in groups.items():
            texts = [{"gold": case["gold"], "answer": case.get("answer", case.get("completion"))} for case in group]
            rows.write_text("".join(json.dumps(row) + "\n" for row in texts))
            command = [program, "verify", "--in", rows, "--out", out, "--extraction", extraction, "--policy", preset]
            done = subprocess.run([*command, "--threads", "1", "--json"], capture_output=True, check=True)
            summary = json.loads(done.stdout)
            if extraction == "whole":
                times = summary["microseconds_per_row"]
                result["seconds"] = [times["median"] / 1e6, times["p99.9"] / 1e6]
            for case, line in zip(group, out.read_text().splitlines(), strict=True):
                result["rows"][case["id"]] = [says(json.loads(line)), None]
    return result


OUTCOMES = ("right", "false equal", "false different", "no verdict", "hang")


def outcome(says, wanted):
    """What an answer is, against a label."""
    if says == "hang":
        return "hang"
    if wanted == "equal":
        return {"equal": "right", "different": "false different"}.get(says, "no verdict")
    if wanted == "not-equal":
        return "false equal" if says == "equal" else "right"
    return {"equal": "false equal", "different": "right"}.get(says, "no verdict")


def outcomes(result):
    """How each case that a result has ended, by id."""
    wanted = {case["id"]: label(case, result["policy"]) for case in cases()}
    is_kept = {"equal", "different", "not-equal"}
    return {id: outcome(says, wanted[id]) for id, (says, _) in result["rows"].items() if wanted.get(id) in is_kept}


def milliseconds(seconds):
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.1f} s"


def times(result):
    """The median time of a case and the 99th percentile, in seconds; of Plaudit's, the 99.9th."""
    if "seconds" in result:
        return result["seconds"]
    seconds = sorted(seconds for _, seconds in result["rows"].values())
    return statistics.median(seconds), seconds[len(seconds) * 99 // 100]


def table(results):
    lines = ["| verifier | policy | cases | " + " | ".join(OUTCOMES) + " | executes text | median | p99 |"]
    lines.append("|" + "---|" * (len(OUTCOMES) + 6))
    ended = {name: outcomes(result) for name, result in results.items()}
    for name, result in results.items():
        counts = [list(ended[name].values()).count(outcome) for outcome in OUTCOMES]
        cells = [name, result["policy"], len(ended[name]), *counts, "yes" if result["executed"] else "no"]
        lines.append("| " + " | ".join(map(str, [*cells, *map(milliseconds, times(result))])) + " |")
    lines += ["", "Right, by family:", "", "| family | " + " | ".join(results) + " |", "|" + "---|" * (len(results) + 1)]
    for family in dict.fromkeys(case["family"] for case in cases()):
        cells = [family]
        for name in results:
            found = [outcome for id, outcome in ended[name].items() if id.split("/")[0] == family]
            cells.append(f"{found.count('right')}/{len(found)}" if found else "-")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    names = [*PEERS, *PLAUDIT]
    parser.add_argument("peers", nargs="*", choices=[*names, []], metavar="PEER", help=f"which to run: {', '.join(names)}")
    parser.add_argument("--plaudit", default="plaudit", metavar="PROGRAM", help="Plaudit's command line")
    parser.add_argument("--out", type=pathlib.Path, help="results as JSON; what is there of other peers is kept")
    parser.add_argument("--table", type=pathlib.Path, help="prints the Markdown tables of results")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        return child(arguments.child)
    if arguments.table:
        return print(table(json.loads(arguments.table.read_text())))
    if not arguments.peers or not arguments.out:
        parser.error("name peers and --out, or --table")
    for peer in arguments.peers:
        result = run_plaudit(arguments.plaudit, PLAUDIT[peer]) if peer in PLAUDIT else run(peer)
        results = json.loads(arguments.out.read_text()) if arguments.out.exists() else {}
        results[peer] = result
        arguments.out.write_text(json.dumps(results, separators=(",", ":")) + "\n")
        ended = list(outcomes(result).values())
        print(peer, {outcome: ended.count(outcome) for outcome in OUTCOMES}, "executed:", result["executed"])


if __name__ == "__main__":
    main()
