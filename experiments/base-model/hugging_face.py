"""The model directory's files for Hugging Face libraries: tokenizer.json, tokenizer_config.json, config.json."""
import json

import sentencepiece_tools as spm

POSITIONS = 256

CONFIG = {
    "architectures": ["GPT2LMHeadModel"],
    "model_type": "gpt2",
    "vocab_size": spm.VOCABULARY_SIZE,
    "n_positions": POSITIONS,
    "n_ctx": POSITIONS,
    "n_embd": 256,
    "n_layer": 6,
    "n_head": 8,
    "n_inner": None,
    "activation_function": "gelu_new",
    "layer_norm_epsilon": 1e-05,
    "initializer_range": 0.02,
    "scale_attn_weights": True,
    "scale_attn_by_inverse_layer_idx": False,
    "reorder_and_upcast_attn": False,
    "tie_word_embeddings": True,
    "embd_pdrop": 0.0,
    "attn_pdrop": 0.0,
    "resid_pdrop": 0.0,
    "bos_token_id": None,
    "eos_token_id": spm.EOS,
    "pad_token_id": spm.PAD,
    "use_cache": True,
    "torch_dtype": "float16",
}

TOKENIZER_CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "eos_token": "</s>",
    "pad_token": "<pad>",
    "unk_token": "<unk>",
    "model_max_length": POSITIONS,
    "model_input_names": ["input_ids", "attention_mask"],
    "padding_side": "left",
    "clean_up_tokenization_spaces": False,
}


def tokenizer(model):
    """The same unigram model as `tokenizer.json` describes it."""
    pieces = spm.pieces(model)
    # SentencePiece never finds these in a text. Here they would be, so they are made too dear to choose.
    never = -10000.0
    vocabulary = [
        [text, score if kind in (spm.NORMAL, spm.USER_DEFINED) else never] for text, score, kind in pieces]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": number, "content": pieces[number][0], "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False, "special": True}
            for number in (spm.PAD, spm.EOS, spm.UNK)
        ],
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"},
        "pre_tokenizer": None,
        "post_processor": None,
        "decoder": {
            "type": "Sequence",
            "decoders": [
                {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "},
                {"type": "ByteFallback"},
                {"type": "Fuse"},
            ],
        },
        "model": {"type": "Unigram", "unk_id": spm.UNK, "vocab": vocabulary, "byte_fallback": True},
    }


def write(folder, model):
    dump(folder / "tokenizer.json", tokenizer(model))
    dump(folder / "tokenizer_config.json", TOKENIZER_CONFIG)
    dump(folder / "config.json", CONFIG)


def dump(path, document):
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
