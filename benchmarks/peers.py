"""The peers' side of `compare.py`: `python peers.py CASE REPETITIONS` runs one case with PyTorch, transformers or TRL in this process
and prints one line of JSON with the seconds of each repetition and the process's peak memory, as `plaudit-benchmarks` does, and the
part of that peak that imports alone reach.

The models, batches and amounts of work are those of `src/cases.rs`; the code is what a careful user would write: f32, eager mode, scaled
dot-product attention, fused AdamW, no gradients where none are needed.
"""

import json
import os
import sys
import tempfile
import time

THREADS = int(os.environ.get("OMP_NUM_THREADS", "2"))
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import peers_verify  # noqa: E402  (the environment has to be set first)


def peak_mib():
    """The largest resident memory of this process so far, imports included."""
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def reset_peak():
    """Lets the peak begin anew at what is resident now, which it returns."""
    with open("/proc/self/clear_refs", "w") as control:
        control.write("5")
    return peak_mib()


def import_peers(case):
    """Imports what the case needs before anything is made, so that the memory of imports can be told apart."""
    if case.startswith("verify-"):
        import math_verify  # noqa: F401

        return
    global torch, peers_credit
    import torch

    import peers_credit

    torch.set_num_threads(THREADS)
    if case.startswith(("credit-", "loss-")):
        from verl.trainer.ppo import core_algos  # noqa: F401
        from verl.workers.config import ActorConfig  # noqa: F401
    elif case.startswith("trl-"):
        from trl import GRPOTrainer  # noqa: F401
    elif case != "logp-wide":
        from transformers import LlamaForCausalLM  # noqa: F401
    if case == "grpo-s":
        from trl import GRPOTrainer  # noqa: F401


def shape(layers, hidden, heads, key_heads, inner, vocabulary):
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        intermediate_size=inner,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=key_heads,
        rms_norm_eps=1e-5,
        tie_word_embeddings=True,
        max_position_embeddings=8192,
        bos_token_id=None,
        eos_token_id=0,
        pad_token_id=0,
        attn_implementation="sdpa",
    )
    return LlamaForCausalLM(config).float()


def shape_s():
    return shape(4, 256, 4, 2, 704, 512)


def shape_m():
    return shape(12, 768, 12, 4, 2048, 32_000)


def train(model, sequences, length):
    """A next-token training step: forward, cross-entropy, backward, clipping, AdamW."""
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01, fused=True)
    vocabulary = model.config.vocab_size

    def step(_):
        tokens = torch.randint(1, vocabulary, (sequences, length))
        loss = model(input_ids=tokens, labels=tokens, use_cache=False).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return {"loss": loss.item()}

    return step


def decode(model, sequences, prompt, new):
    """Sampling `new` tokens after prompts of `prompt` tokens, with a key-value cache and no end token."""
    model.eval()
    vocabulary = model.config.vocab_size
    model.generation_config.eos_token_id = None

    def step(_):
        tokens = torch.randint(1, vocabulary, (sequences, prompt))
        with torch.inference_mode():
            out = model.generate(
                input_ids=tokens,
                attention_mask=torch.ones_like(tokens),
                do_sample=True,
                top_k=0,
                max_new_tokens=new,
                use_cache=True,
            )
        return {"tokens": sequences * (out.shape[1] - prompt)}

    return step


def logp(rows):
    """Log-probabilities of `rows` tokens under a vocabulary of 152,000, without a gradient."""
    torch.manual_seed(0)
    hidden, vocabulary = 896, 152_000
    weights = torch.randn(vocabulary, hidden) * 0.02
    states = torch.randn(rows, hidden)

    def step(_):
        tokens = torch.randint(1, vocabulary, (rows,))
        with torch.inference_mode():
            all_logp = torch.log_softmax(states @ weights.T, dim=-1)
            return {"mean_logp": all_logp.gather(1, tokens[:, None]).mean().item()}

    return step


def grpo(repetitions):
    """Whole steps of TRL's GRPOTrainer: 32 prompts x 8 completions, 16 + 64 tokens, one optimiser step, beta 0.

    f32 and no gradient checkpointing, both against TRL's defaults, which are slower here. Micro-batches of 64 were the fastest of 32, 64
    and 256. A step begins before TRL generates its completions and ends after the optimiser's step. Returns the seconds of each, the first
    (warm-up) left out, and the tokens of the last.
    """
    from datasets import Dataset
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    words = {f"t{index}": index for index in range(512)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="t1"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="t0", pad_token="t0", unk_token="t1")
    prompts = torch.randint(1, 512, ((repetitions + 1) * 32, 16))
    data = Dataset.from_list([{"prompt": " ".join(f"t{token}" for token in row)} for row in prompts.tolist()])

    note = {}

    def parity(completion_ids, **_):
        note["tokens"] = sum(len(tokens) for tokens in completion_ids)
        return [float(sum(tokens) % 2) for tokens in completion_ids]

    seconds, began = [], [0.0]

    class Clock(TrainerCallback):
        def on_step_begin(self, *_, **__):
            began[0] = time.perf_counter()

        def on_step_end(self, *_, **__):
            seconds.append(time.perf_counter() - began[0])

    with tempfile.TemporaryDirectory() as folder:
        settings = GRPOConfig(
            output_dir=folder,
            per_device_train_batch_size=64,
            gradient_accumulation_steps=4,
            num_generations=8,
            max_completion_length=64,
            temperature=1.0,
            beta=0.0,
            learning_rate=1e-4,
            max_steps=repetitions + 1,
            bf16=False,
            gradient_checkpointing=False,
            use_cpu=True,
            report_to="none",
            save_strategy="no",
            logging_strategy="no",
            disable_tqdm=True,
        )
        trainer = GRPOTrainer(
            model=shape_s(),
            reward_funcs=parity,
            args=settings,
            train_dataset=data,
            processing_class=tokenizer,
            callbacks=[Clock()],
        )
        trainer.train()
    return seconds[1:], note


CASES = {
    "train-s": lambda: train(shape_s(), 64, 128),
    "train-m": lambda: train(shape_m(), 2, 256),
    "decode-s": lambda: decode(shape_s(), 64, 16, 64),
    "decode-m": lambda: decode(shape_m(), 8, 16, 32),
    "logp-wide": lambda: logp(4096),
    "verify-answers": peers_verify.answers,
}


def main():
    case, repetitions = sys.argv[1], int(sys.argv[2])
    import_peers(case)
    imports_mib = peak_mib()
    note, measured = None, {}
    if case == "grpo-s":
        seconds, note = grpo(repetitions)
    else:
        if case not in CASES:
            step = peers_credit.CASES[case]()
            measured["inputs_mib"] = reset_peak()
        else:
            step = CASES[case]()
        seconds = []
        for repetition in range(repetitions + 1):
            began = time.perf_counter()
            note = step(repetition)
            # The first repetition warms up.
            if repetition > 0:
                seconds.append(time.perf_counter() - began)
    print(json.dumps({"case": case, "seconds": seconds, "peak_mib": peak_mib(), "imports_mib": imports_mib, "note": note, **measured}))


if __name__ == "__main__":
    main()
