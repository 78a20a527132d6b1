"""Writes the golden vectors that the engine is tested against: random-weight models and what PyTorch computes with them.

Pinned versions, checked at start: python 3.11 or later, torch 2.15.0, transformers 5.23.0, safetensors 0.8.0.
README.md beside this file says how to run it and what each file holds.
"""

import argparse
import importlib.metadata
import json
import math
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

PINNED = {"torch": "2.15.0", "transformers": "5.23.0", "safetensors": "0.8.0"}

LLAMA = {"model_type": "llama", "rms_norm_eps": 1e-5, "bos_token_id": 0, "eos_token_id": 1}
QWEN2 = {"model_type": "qwen2", "rms_norm_eps": 1e-6, "eos_token_id": 1}
QWEN3 = {"model_type": "qwen3", "rms_norm_eps": 1e-6, "eos_token_id": [1, 2]}
SMALL = {
    "vocab_size": 97,
    "hidden_size": 32,
    "intermediate_size": 56,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
}
LLAMA3_ROPE = {
    "rope_type": "llama3",
    "rope_theta": 10000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
YARN_ROPE = {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0, "original_max_position_embeddings": 64}

# name: (config, dtype of the weights, number of weight files, whether config.json is rewritten in the style of version 4)
LOGITS = {
    "llama": (LLAMA | SMALL | {"rope_theta": 500000.0}, "float32", 1, False),
    "llama-tied-bias-llama3-rope": (
        LLAMA
        | SMALL
        | {
            "hidden_size": 40,
            "num_hidden_layers": 3,
            "num_key_value_heads": 1,
            "head_dim": 16,
            "tie_word_embeddings": True,
            "attention_bias": True,
            "mlp_bias": True,
            "rope_parameters": LLAMA3_ROPE,
        },
        "float32",
        1,
        True,
    ),
    "llama-linear-rope-bf16": (
        LLAMA | SMALL | {"rope_parameters": {"rope_type": "linear", "rope_theta": 10000.0, "factor": 2.5}},
        "bfloat16",
        1,
        False,
    ),
    "qwen2-tied": (QWEN2 | SMALL | {"tie_word_embeddings": True, "rope_theta": 1000000.0}, "float32", 1, False),
    "qwen2-yarn-rope-sharded": (QWEN2 | SMALL | {"rope_parameters": YARN_ROPE}, "float32", 2, False),
    "qwen2-f16": (QWEN2 | SMALL | {"num_key_value_heads": 4}, "float16", 1, False),
    "qwen3-tied": (
        QWEN3 | SMALL | {"head_dim": 16, "tie_word_embeddings": True, "rope_theta": 1000000.0},
        "float32",
        1,
        False,
    ),
    "qwen3-bias-bf16": (QWEN3 | SMALL | {"head_dim": 12, "attention_bias": True}, "bfloat16", 1, False),
}

TINY = {
    "vocab_size": 29,
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
}
GRADIENTS = {
    "llama-bias": LLAMA | TINY | {"attention_bias": True, "mlp_bias": True},
    "qwen2-tied": QWEN2 | TINY | {"tie_word_embeddings": True},
    "qwen3": QWEN3 | TINY | {"head_dim": 6},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=Path(__file__).parent, help="folder to write into (default: this one)")
    output = parser.parse_args().output
    for package, expected in PINNED.items():
        found = importlib.metadata.version(package).split("+")[0]
        if found != expected:
            raise SystemExit(f"{package} {expected} is needed, found {found}")
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    write_logits(fresh(output / "logits"))
    write_gradients(fresh(output / "gradients"))
    write_statistics(output, checkpoint="logits/llama/checkpoint")
    write_generation(output, checkpoint="logits/qwen3-tied/checkpoint")
    write_adamw(output)


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def random_model(config: dict, seed: int, dtype: torch.dtype = torch.float32) -> torch.nn.Module:
    """A model whose every parameter matters: logits spread over several units, norms away from 1, biases away from 0."""
    generator = torch.Generator().manual_seed(seed)
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(**config), attn_implementation="eager")
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if name.endswith("norm.weight"):
                value = 1.0 + 0.3 * noise
            elif name.endswith("bias"):
                value = 0.5 * noise
            elif name in ("model.embed_tokens.weight", "lm_head.weight"):
                value = noise * (2.5 / math.sqrt(parameter.shape[1]))
            else:
                value = noise * (1.5 / math.sqrt(parameter.shape[1]))
            parameter.copy_(value)
    return model.to(dtype).eval()


def save_checkpoint(model: torch.nn.Module, folder: Path, files: int = 1, version_4: bool = False) -> None:
    kilobytes = sum(parameter.numel() * parameter.element_size() for parameter in model.parameters()) // 1000
    model.save_pretrained(folder, max_shard_size=f"{kilobytes * 6 // 10}KB" if files == 2 else "1GB")
    assert len(list(folder.glob("*.safetensors"))) == files
    (folder / "generation_config.json").unlink()
    if version_4:
        path = folder / "config.json"
        config = json.loads(path.read_text())
        scaling = config.pop("rope_parameters")
        config["rope_theta"] = scaling.pop("rope_theta")
        config["rope_scaling"] = scaling
        config["torch_dtype"] = config.pop("dtype")
        path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def load(folder: Path, dtype: torch.dtype) -> torch.nn.Module:
    return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, attn_implementation="eager").eval()


def in_double(model: torch.nn.Module) -> torch.nn.Module:
    """The model in f64 throughout. The RMSNorm of `transformers` rounds to f32 inside; here it does not."""

    def forward(norm: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
        return norm.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + norm.variance_epsilon))

    model = model.double()
    for module in model.modules():
        if type(module).__name__.endswith("RMSNorm"):
            module.forward = forward.__get__(module)
    # Eager attention rounds its softmax to f32; this one does not.
    model.set_attn_implementation("sdpa")
    return model


def random_ids(length: int, vocabulary: int, generator: torch.Generator) -> torch.Tensor:
    return torch.randint(0, vocabulary, (length,), generator=generator)


def write_logits(folder: Path) -> None:
    for seed, (name, (config, dtype, files, version_4)) in enumerate(LOGITS.items(), start=1):
        checkpoint = folder / name / "checkpoint"
        save_checkpoint(random_model(config, seed, getattr(torch, dtype)), checkpoint, files, version_4)
        model, double = load(checkpoint, torch.float32), in_double(load(checkpoint, torch.float32))
        generator = torch.Generator().manual_seed(1000 + seed)
        tensors = {}
        for length_name, length, kept in [("short", 5, range(5)), ("medium", 33, [0, 16, 31, 32]), ("long", 150, [64, 127, 148, 149])]:
            ids = random_ids(length, config["vocab_size"], generator)
            with torch.no_grad():
                logits = model(ids[None]).logits[0]
                error = (double(ids[None]).logits[0] - logits).abs().max().item()
            # The tests allow 1e-4, which must be rounding and not a difference between formulas; and the logits must be
            # spread enough for 1e-4 to mean something.
            assert error < 3e-5, (name, error)
            assert logits.std() > 2.0, (name, logits.std())
            positions = torch.tensor(list(kept))
            tensors[f"{length_name}.ids"] = ids.int()
            tensors[f"{length_name}.positions"] = positions.int()
            tensors[f"{length_name}.logits"] = logits[positions].contiguous()
            tensors[f"{length_name}.logsumexp"] = logits.double().logsumexp(-1).float()
        save_file(tensors, folder / name / "expected.safetensors")


def packed_columns(model: torch.nn.Module, sequences: list[torch.Tensor]) -> torch.Tensor:
    """Log-probabilities [tokens, vocabulary]: row i is the distribution that token i was drawn from; the first token of
    each sequence has none, its row is uniform and takes no part."""
    rows = []
    for ids in sequences:
        logits = model(ids[None]).logits[0]
        rows += [torch.zeros_like(logits[:1]), logits[:-1]]
    return torch.cat(rows).log_softmax(-1)


def is_predicted(sequences: list[torch.Tensor]) -> torch.Tensor:
    return torch.cat([torch.arange(len(ids)) > 0 for ids in sequences])


def write_gradients(folder: Path) -> None:
    for seed, (name, config) in enumerate(GRADIENTS.items(), start=101):
        model = random_model(config, seed)
        save_checkpoint(model, folder / name / "checkpoint")
        generator = torch.Generator().manual_seed(1000 + seed)
        sequences = [random_ids(length, config["vocab_size"], generator) for length in (11, 7)]
        predicted = is_predicted(sequences)
        ids = torch.cat(sequences)
        logp_weight, entropy_weight = (
            torch.randn(len(ids), generator=generator).where(predicted, torch.tensor(0.0)) for _ in range(2)
        )
        # Dropout is off, yet only the training mode gives gradients everywhere.
        model = in_double(model).train()
        distribution = packed_columns(model, sequences)
        logp = distribution.gather(1, ids[:, None])[:, 0]
        entropy = -(distribution.exp() * distribution).sum(-1)
        loss = (logp_weight * logp).sum() + (entropy_weight * entropy).sum()
        loss.backward()
        tensors = {
            "ids": ids.int(),
            "lengths": torch.tensor([len(sequence) for sequence in sequences]).int(),
            "logp_weight": logp_weight,
            "entropy_weight": entropy_weight,
            "logp": logp.detach() * predicted,
            "entropy": entropy.detach() * predicted,
            "loss": loss.detach().reshape(1),
        }
        for parameter_name, parameter in model.named_parameters():
            assert parameter.grad.abs().max() > 1e-3, (name, parameter_name)
            tensors[f"gradient.{parameter_name}"] = parameter.grad
        save_file(tensors, folder / name / "expected.safetensors")


def half_likely_ids(model: torch.nn.Module, length: int, generator: torch.Generator) -> torch.Tensor:
    """A sequence whose odd positions hold one of the three most probable tokens, so that small ranks occur."""
    ids = random_ids(length, model.config.vocab_size, generator)
    for position in range(1, length, 2):
        with torch.no_grad():
            likely = model(ids[None, :position]).logits[0, -1].topk(3).indices
        ids[position] = likely[position // 2 % 3]
    return ids


def write_statistics(folder: Path, checkpoint: str) -> None:
    model = in_double(load(folder / checkpoint, torch.float32))
    vocabulary = model.config.vocab_size
    generator = torch.Generator().manual_seed(201)
    sequences = [half_likely_ids(model, length, generator) for length in (21, 12)]
    ids = torch.cat(sequences)
    predicted = is_predicted(sequences)
    named = torch.stack([random_ids(3, vocabulary, generator) for _ in ids])
    with torch.no_grad():
        distribution = packed_columns(model, sequences)
        hidden = [model(sequence[None], output_hidden_states=True).hidden_states for sequence in sequences]
        for sequence, states in zip(sequences, hidden):
            # The last hidden state of `transformers` has passed the final norm.
            assert torch.allclose(model.lm_head(states[-1])[0], model(sequence[None]).logits[0], atol=1e-12)
            assert torch.equal(model.model.embed_tokens(sequence), states[0][0])
            assert len(states) == model.config.num_hidden_layers + 1
    chosen = distribution.gather(1, ids[:, None])
    top = distribution.topk(5, dim=-1)
    tensors = {
        "ids": ids.int(),
        "lengths": torch.tensor([len(sequence) for sequence in sequences]).int(),
        "logp": chosen[:, 0],
        "entropy": -(distribution.exp() * distribution).sum(-1),
        "self_certainty": -math.log(vocabulary) - distribution.mean(-1),
        "rank": (distribution > chosen).sum(-1).int(),
        "top_ids": top.indices.int(),
        "top_logp": top.values,
        "named_ids": named.int(),
        "named_logp": distribution.gather(1, named),
    }
    for name, column in tensors.items():
        if name not in ("ids", "lengths", "named_ids"):
            column[~predicted] = 0
    for layer in (0, 1, len(hidden[0]) - 1):
        tensors[f"hidden.{layer}"] = torch.cat([states[layer][0] for states in hidden]).float()
    save_file(tensors, folder / "statistics.safetensors", metadata={"checkpoint": checkpoint})


def write_generation(folder: Path, checkpoint: str) -> None:
    model = load(folder / checkpoint, torch.float32)
    generator = torch.Generator().manual_seed(316)
    prompts = [random_ids(length, model.config.vocab_size, generator) for length in (4, 19)]
    continuations = []
    for prompt in prompts:
        output = model.generate(
            prompt[None],
            max_new_tokens=20,
            min_new_tokens=20,
            do_sample=False,
            output_logits=True,
            return_dict_in_generate=True,
            eos_token_id=None,
            pad_token_id=0,
        )
        for step in output.logits:
            best, second = step[0].topk(2).values
            assert best - second > 1e-2, "a near tie could be decided by rounding; choose another seed"
        continuations.append(output.sequences[0, len(prompt) :].tolist())
        assert len(set(continuations[-1])) > 8, "a loop of few tokens tests little; choose another seed"
    write_json(
        folder / "generation.json",
        {
            "checkpoint": checkpoint,
            "prompts": [prompt.tolist() for prompt in prompts],
            "continuations": continuations,
        },
    )


def write_adamw(folder: Path) -> None:
    generator = torch.Generator().manual_seed(401)
    draw = lambda *shape: torch.randn(*shape, generator=generator, dtype=torch.float64)  # noqa: E731
    hyperparameters = {"beta1": 0.9, "beta2": 0.95, "epsilon": 1e-8, "weight_decay": 0.1, "max_norm": 1.0}
    schedule = {"peak": 1e-2, "floor": 1e-3, "warmup_steps": 2, "total_steps": 5}
    decayed, kept = torch.nn.Parameter(draw(5)), torch.nn.Parameter(draw(3))
    groups = [{"params": [decayed], "weight_decay": hyperparameters["weight_decay"]}, {"params": [kept], "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(
        groups, lr=0.0, betas=(hyperparameters["beta1"], hyperparameters["beta2"]), eps=hyperparameters["epsilon"]
    )
    initial = {"decayed": decayed.tolist(), "kept": kept.tolist()}
    steps = []
    # Norms on both sides of max_norm.
    for step, scale in enumerate([3.0, 0.1, 1.0, 0.02, 0.5]):
        if step < schedule["warmup_steps"]:
            learning_rate = schedule["peak"] * (step + 1) / schedule["warmup_steps"]
        else:
            progress = (step - schedule["warmup_steps"]) / (schedule["total_steps"] - schedule["warmup_steps"])
            span = schedule["peak"] - schedule["floor"]
            learning_rate = schedule["floor"] + span * 0.5 * (1.0 + math.cos(math.pi * progress))
        for group in optimiser.param_groups:
            group["lr"] = learning_rate
        decayed.grad, kept.grad = scale * draw(5), scale * draw(3)
        record = {
            "learning_rate": learning_rate,
            "gradient": {"decayed": decayed.grad.tolist(), "kept": kept.grad.tolist()},
        }
        record["gradient_norm"] = torch.nn.utils.clip_grad_norm_([decayed, kept], hyperparameters["max_norm"]).item()
        optimiser.step()
        record["parameters"] = {"decayed": decayed.tolist(), "kept": kept.tolist()}
        steps.append(record)
    moments = {
        name: {"first": optimiser.state[parameter]["exp_avg"].tolist(), "second": optimiser.state[parameter]["exp_avg_sq"].tolist()}
        for name, parameter in [("decayed", decayed), ("kept", kept)]
    }
    write_json(
        folder / "adamw.json",
        {"hyperparameters": hyperparameters, "schedule": schedule, "initial": initial, "steps": steps, "final_moments": moments},
    )


def write_json(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content) + "\n")


if __name__ == "__main__":
    main()
