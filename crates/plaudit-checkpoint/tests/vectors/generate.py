"""Writes what `transformers` makes of our tokenizers, chat templates and configs; see README.md."""

import argparse
import datetime
import json
import pathlib
import shutil
import tempfile

import safetensors.torch
import tokenizers
import torch
import transformers
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding
from transformers.utils import chat_template_utils

VERSIONS = {"torch": "2.15", "transformers": "5.23.0"}
HERE = pathlib.Path(__file__).parent

TEXTS = [
    "",
    "1 + 1 = 2",
    " leading and trailing \n\t ",
    "So 17 * 3 = 51.\n#### 51",
    "##### ### ####",
    "na\u00efve caf\u00e9, \u4e2d\u6587, \U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467, e\u0301",
    "\u0000\u0001\u007f\u0080\u00ad\u00ff",
    "\u0120\u010a <0x0A> \ufffd",
    "a<|endoftext|>b<|pad|> <|endoftext",
]

CONVERSATIONS = {
    "question": [("user", "  What is 2 < 3 & 'x'? ")],
    "with-system": [("system", "Be exact. "), ("user", "1 + 1?")],
    "several-turns": [
        ("system", "Be exact."),
        ("user", "1 + 1?"),
        ("assistant", "<think>\nOne and one.\n</think>\n\n2"),
        ("user", "And \"caf\u00e9\"\n+ \\1?"),
        ("assistant", "<think>Hm.</think>3"),
        ("user", "Sure?"),
    ],
    "wrong-order": [("user", "1 + 1?"), ("user", "2 + 2?")],
}
SWITCHES = [{}, {"enable_thinking": False}, {"enable_thinking": True, "date_string": "today"}]

BASE = {
    "vocab_size": 64, "hidden_size": 48, "intermediate_size": 20, "num_hidden_layers": 2, "num_attention_heads": 4,
}
CONFIGS = [
    {"model_type": "llama", **BASE},
    {"model_type": "qwen2", **BASE, "num_key_value_heads": 2},
    {"model_type": "qwen3", **BASE, "num_key_value_heads": 2},
    {"model_type": "llama", **BASE, "num_key_value_heads": None, "head_dim": None, "rope_theta": 500000.0, "attention_bias": True,
     "mlp_bias": True, "eos_token_id": [3, 5], "bos_token_id": None, "rms_norm_eps": 1e-5, "tie_word_embeddings": True},
    {"model_type": "llama", **BASE, "head_dim": 16, "max_position_embeddings": 4096, "rope_theta": 500000.0,
     "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                      "original_max_position_embeddings": 512}},
    {"model_type": "llama", **BASE, "rope_scaling": {"type": "linear", "factor": 2.5}},
    {"model_type": "qwen2", **BASE, "num_key_value_heads": 4, "rope_parameters": {"rope_type": "default", "rope_theta": 1000000.0},
     "use_sliding_window": False, "sliding_window": 128, "max_window_layers": 1},
    {"model_type": "qwen2", **BASE, "num_key_value_heads": 4, "max_position_embeddings": 4096,
     "rope_parameters": {"rope_type": "yarn", "rope_theta": 1000000.0, "factor": 4.0, "original_max_position_embeddings": 1024}},
    {"model_type": "qwen3", **BASE, "head_dim": 16, "num_key_value_heads": 1, "attention_bias": True, "rope_theta": 5000000,
     "rope_scaling": {"rope_type": "yarn", "factor": 2.0, "original_max_position_embeddings": 2048, "beta_fast": 16.0,
                      "mscale": 0.7, "mscale_all_dim": 0.3}},
]


def write(path, value):
    path.write_text(json.dumps(value, indent=1, ensure_ascii=True) + "\n")


def check_checkpoints(directory):
    """Opens what the example `write_checkpoints` wrote; every parameter must have the value that the example gave it."""
    for family in ("llama", "qwen2", "qwen3"):
        path = directory / family
        model, info = transformers.AutoModelForCausalLM.from_pretrained(path, output_loading_info=True)
        assert not any(info.values()), info
        assert model.config.model_type == family and model.dtype == torch.float32
        ids = transformers.AutoTokenizer.from_pretrained(path)("1 + 1 = 2", return_tensors="pt")
        with torch.no_grad():
            assert model(**ids).logits.isfinite().all()
            model.generate(**ids, max_new_tokens=2, do_sample=False)
        assert model.generation_config.eos_token_id == 256 and model.generation_config.pad_token_id == 257
        with safetensors.safe_open(path / "model.safetensors", "pt") as file:
            names = file.offset_keys()
        state, first = model.state_dict(), 0
        for name in names:
            count = state[name].numel()
            values = (7919 * torch.arange(first, first + count) % 2001 - 1000).float() / 2000
            assert torch.equal(state[name].flatten(), values), name
            first += count
        print(f"{family}: {len(names)} tensors, {first} parameters, all equal")


def fill(model):
    """Values that bfloat16 holds exactly, running over all parameters sorted by name."""
    first = 0
    for name, values in sorted(model.named_parameters()):
        count = values.numel()
        values.data.copy_(((torch.arange(first, first + count) % 255 - 127) / 128).reshape(values.shape))
        first += count


def write_checkpoint(path, tokenizer):
    """A model as version 5 saves it: bfloat16, several files with an index, more rows than tokens, a chat template."""
    shutil.rmtree(path, ignore_errors=True)
    config = transformers.Qwen3Config(
        vocab_size=304, hidden_size=8, intermediate_size=12, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1,
        head_dim=4, max_position_embeddings=512, tie_word_embeddings=True, bos_token_id=0, eos_token_id=1, pad_token_id=2,
        rope_parameters={"rope_type": "yarn", "rope_theta": 1000000.0, "factor": 4.0, "original_max_position_embeddings": 128})
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    fill(model)
    model.save_pretrained(path, max_shard_size="5KB")
    tokenizer.chat_template = (HERE / "templates" / "turns.jinja").read_text()
    tokenizer.save_pretrained(path)


def check_saved_again(original, path):
    """What the example made of the committed checkpoint must be the same model in f32, with the same tokenizer."""
    models = [transformers.AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32) for directory in (original, path)]
    configs = [model.config.to_dict() for model in models]
    for config in configs:
        # The rotary embedding is written out in full; the logits compare what it amounts to.
        for key in ("_name_or_path", "rope_parameters", "rope_theta"):
            config.pop(key, None)
    assert configs[0] == configs[1], configs
    ids = torch.arange(300).reshape(2, 150)
    with torch.no_grad():
        assert torch.equal(*(model(ids).logits for model in models))
    chats = [
        transformers.AutoTokenizer.from_pretrained(directory).apply_chat_template([{"role": "user", "content": TEXTS[5]}])
        for directory in (original, path)]
    assert chats[0] == chats[1]
    print("saved again: same config, logits and chat")


def byte_level_bpe():
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(tokenizers.Regex(r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+| ?\p{L}+|\s+(?!\S)|\s+"), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<|begin|>", "<|endoftext|>", "<|pad|>"])
    tokenizer.train_from_iterator(TEXTS[:6] * 3, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|begin|> $A", special_tokens=[("<|begin|>", tokenizer.token_to_id("<|begin|>"))])
    return tokenizer


def metaspace():
    tokenizer = tokenizers.Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    trainer = trainers.BpeTrainer(
        vocab_size=340, show_progress=False, special_tokens=["<unk>", "<|begin|>", "<|endoftext|>", "<|pad|>"]
        + [f"<0x{byte:02X}>" for byte in range(256)])
    tokenizer.train_from_iterator(TEXTS[1:5] * 3, trainer)
    # The trainer calls bytes special; they are ordinary tokens of the vocabulary.
    content = json.loads(tokenizer.to_str())
    content["added_tokens"] = [token for token in content["added_tokens"] if not token["content"].startswith("<0x")]
    return tokenizers.Tokenizer.from_str(json.dumps(content))


def write_tokenizers(output):
    for name, build in {"byte-level-bpe": byte_level_bpe, "metaspace": metaspace}.items():
        (output / name).mkdir(exist_ok=True)
        build().save(str(output / name / "tokenizer.json"), pretty=False)
        write(output / name / "tokenizer_config.json", {
            "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|begin|>",
            "eos_token": {"__type": "AddedToken", "content": "<|endoftext|>"}, "pad_token": "<|pad|>",
            "clean_up_tokenization_spaces": False})


def tokenizer_cases(directory):
    tokenizer = transformers.AutoTokenizer.from_pretrained(directory)
    cases = []
    for text in TEXTS:
        ids = tokenizer(text, add_special_tokens=False).input_ids
        cases.append({
            "text": text, "ids": ids, "with_special": tokenizer(text).input_ids,
            "decoded": tokenizer.decode(ids), "without_special": tokenizer.decode(ids, skip_special_tokens=True)})
    sequences = [list(range(first, min(first + 64, len(tokenizer)))) for first in range(0, len(tokenizer), 64)]
    decoded = [{"ids": ids, "text": tokenizer.decode(ids)} for ids in sequences]
    return {
        "eos_token_id": tokenizer.eos_token_id, "bos_token_id": tokenizer.bos_token_id,
        "pad_token_id": tokenizer.pad_token_id, "vocab_size": len(tokenizer), "texts": cases, "sequences": decoded}


class FixedDate(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2025, 3, 1)


def chat_cases(tokenizer):
    chat_template_utils.datetime = FixedDate
    cases = []
    for path in sorted((HERE / "templates").glob("*.jinja")):
        for name, turns in CONVERSATIONS.items():
            messages = [{"role": role, "content": content} for role, content in turns]
            for switches in SWITCHES:
                try:
                    rendered = tokenizer.apply_chat_template(
                        messages, chat_template=path.read_text(), tokenize=False, add_generation_prompt=True, **switches)
                    outcome = {"text": rendered}
                except Exception as error:
                    outcome = {"error": str(error)}
                cases.append({"template": path.name, "messages": messages, "variables": switches, **outcome})
    named = {name: text for name, text in tokenizer.special_tokens_map.items() if isinstance(text, str)}
    return {"named_tokens": named, "date": "2025-03-01", "cases": cases}


def config_cases():
    cases = []
    for given in CONFIGS:
        with tempfile.TemporaryDirectory() as directory:
            write(pathlib.Path(directory) / "config.json", given)
            config = transformers.AutoConfig.from_pretrained(directory)
            config.save_pretrained(directory)
            saved = json.loads((pathlib.Path(directory) / "config.json").read_text())
        head_dim = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        rotary = LlamaRotaryEmbedding(config)
        assert len(rotary.inv_freq) == head_dim // 2
        eos = config.eos_token_id
        cases.append({"config": given, "saved": saved, "expected": {
            "num_kv_heads": config.num_key_value_heads, "head_dim": head_dim, "rms_norm_eps": config.rms_norm_eps,
            "tie_word_embeddings": config.tie_word_embeddings, "max_position_embeddings": config.max_position_embeddings,
            "initializer_range": config.initializer_range, "bos_token_id": config.bos_token_id,
            "eos_token_ids": [] if eos is None else eos if isinstance(eos, list) else [eos],
            "inverse_frequencies": rotary.inv_freq.tolist(), "attention_factor": rotary.attention_scaling}})
    return cases


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoints", type=pathlib.Path, help="what the example write_checkpoints wrote")
    parser.add_argument("--output", type=pathlib.Path, default=HERE)
    arguments = parser.parse_args()
    for module in (torch, transformers):
        wanted = VERSIONS[module.__name__]
        if not module.__version__.startswith(wanted):
            raise SystemExit(f"{module.__name__} is {module.__version__}, the vectors need {wanted}")
    output = arguments.output
    output.mkdir(parents=True, exist_ok=True)

    check_checkpoints(arguments.checkpoints)
    check_saved_again(HERE / "saved", arguments.checkpoints / "saved-again")
    (output / "bytes").mkdir(exist_ok=True)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(arguments.checkpoints / "qwen3" / name, output / "bytes" / name)
    write_tokenizers(output)
    for name in ("bytes", "byte-level-bpe", "metaspace"):
        write(output / name / "expected.json", tokenizer_cases(output / name))
    tokenizer = transformers.AutoTokenizer.from_pretrained(output / "byte-level-bpe")
    write(output / "chats.json", chat_cases(tokenizer))
    write_checkpoint(output / "saved", tokenizer)
    write(output / "configs.json", config_cases())


if __name__ == "__main__":
    main()
