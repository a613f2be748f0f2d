#!/usr/bin/env python3
"""Writes what `generate` of Transformers answers to 200 random prompts, greedily and with beams.

    python make_fixtures.py [tied] [untied-relu] [sample] [adapters] [sampling]

needs torch, transformers, peft and sentencepiece. Building and testing Kiseki needs neither this script nor Python.

One JSON file for each model: `tied.json` and `untied-relu.json` for the random models of ../LanguageModels, which
differ in layout, `sample.json` for the embedded model, and `adapters.json` for adapters on random models. (What is
drawn by chance is in `sampling.json`: logits, and what the warpers of Transformers make of them.) Each holds `prompts` (token ids) and `settings`; a setting holds what it was called with, and for every prompt the new tokens and
the margin: the smallest difference by which a decision was taken, in logits for greedy choices and in scores for beams.

A prompt of a random model has a text as well, for stop words: a token's text is its id in decimal, so that words span
tokens and tokens hold more than a word. The embedded model's text is SentencePiece's.
"""

import json
import pathlib
import random
import sys

import sentencepiece
import torch
import transformers
from peft import PeftModel
from transformers import AutoModelForCausalLM
from transformers.generation import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper
from transformers.generation.stopping_criteria import StoppingCriteria, StoppingCriteriaList

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE.parent / "LanguageModels"
SAMPLE = HERE.parent.parent.parent / "templates" / "sample" / "model"
NEW_TOKENS = 20
INFINITY = float("inf")


class StopWords(StoppingCriteria):
    """A row is done as soon as the text of its new tokens holds a word."""

    def __init__(self, words, text, prompt_length):
        self.words, self.text, self.prompt_length = words, text, prompt_length

    def __call__(self, input_ids, scores, **_):
        texts = [self.text(row[self.prompt_length :].tolist()) for row in input_ids]
        return torch.tensor([any(word in text for word in self.words) for text in texts])


def watch_beams(model, margins):
    """Notes by how much each decision of the next beam search is taken."""
    seen = {}
    # Those of the class: the model's own may be watched already.
    of_class = type(model)
    top = of_class._get_top_k_continuations.__get__(model)
    running = of_class._get_running_beams_for_next_iteration.__get__(model)
    finished = of_class._update_finished_beams.__get__(model)
    heuristic = of_class._check_early_stop_heuristic

    def watched_top(**given):
        ordered = given["accumulated_log_probs"][0].sort(descending=True).values
        seen["next"] = ordered[given["beams_to_keep"]].item() if len(ordered) > given["beams_to_keep"] else -INFINITY
        return top(**given)

    def watched_running(**given):
        count = given["num_beams"]
        scores = given["topk_log_probs"][0].tolist()
        hits = given["next_token_hits_stopping_criteria"][0].tolist()
        # Who goes on.
        going = [score for score, hit in zip(scores, hits) if not hit] + [seen["next"]]
        if len(going) > count:
            margins.append(going[count - 1] - going[count])
        # Who is complete: only the best `count` candidates may be.
        for rank, (score, hit) in enumerate(zip(scores, hits)):
            if hit:
                margins.append(score - scores[count] if rank < count else scores[count - 1] - score)
        return running(**given)

    def watched_finished(**given):
        result = finished(**given)
        done, count = given["next_token_hits_stopping_criteria"][0], given["num_beams"]
        new = given["topk_log_probs"][0] / (given["cur_len"] + 1 - given["decoder_prompt_len"])
        old = given["beam_scores"][0][given["is_sent_finished"][0]].tolist()
        every = sorted(old + [s for s, d in zip(new[:count].tolist(), done[:count].tolist()) if d], reverse=True)
        if len(every) > count:
            margins.append(every[count - 1] - every[count])
        seen["complete"] = every[:count]
        return result

    def watched_heuristic(**given):
        if bool(given["is_sent_finished"].all()):
            best = given["running_beam_scores"][0, 0].item() / (given["cur_len"] - given["decoder_prompt_len"])
            margins.append(abs(best - given["beam_scores"].min().item()))
        return heuristic(**given)

    model._get_top_k_continuations = watched_top
    model._get_running_beams_for_next_iteration = watched_running
    model._update_finished_beams = watched_finished
    model._check_early_stop_heuristic = watched_heuristic
    return seen


def generate(model, prompt, text, ends, beams=1, words=(), **settings):
    margins = []
    seen = watch_beams(model, margins) if beams > 1 else {}
    criteria = StoppingCriteriaList([StopWords(words, text, len(prompt))] if words else [])
    ids = torch.tensor([prompt])
    with torch.no_grad():
        result = model.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, num_beams=beams, length_penalty=1.0,
            early_stopping=False, max_new_tokens=NEW_TOKENS, eos_token_id=ends or None, pad_token_id=0,
            stopping_criteria=criteria, output_scores=True, return_dict_in_generate=True, use_cache=True, **settings,
        )  # fmt: skip
    if beams == 1:
        best = [scores[0].topk(2).values for scores in result.scores]
        margins += [(pair[0] - pair[1]).item() for pair in best]
    elif len(seen["complete"]) > 1:
        margins.append(seen["complete"][0] - seen["complete"][1])
    new = result.sequences[0, len(prompt) :].tolist()
    return new, min(margins)


def variants(ends, words):
    penalty = dict(repetition_penalty=1.2)
    return {
        "greedy": dict(),
        "greedy-penalty": dict(penalty),
        "greedy-ends-minimum": dict(ends=ends, min_new_tokens=5),
        "greedy-words-penalty": dict(ends=ends, words=words, **penalty),
        "beams-2": dict(beams=2, ends=ends),
        "beams-2-penalty-minimum": dict(beams=2, ends=ends, min_new_tokens=5, **penalty),
        "beams-2-words": dict(beams=2, ends=ends, words=words),
        "beams-4": dict(beams=4, ends=ends),
        "beams-4-one-end": dict(beams=4, ends=ends[:1]),
        "beams-4-penalty": dict(beams=4, **penalty),
        "beams-4-words-penalty-minimum": dict(beams=4, ends=ends, words=words, min_new_tokens=4, **penalty),
    }


def record(model, prompts, text, ends, words, names=None):
    settings = {}
    for name, setting in variants(ends, words).items():
        if names and name not in names:
            continue
        answers = [generate(model, prompt, text, **{"ends": [], **setting}) for prompt in prompts]
        settings[name] = {
            **setting,
            "answers": [tokens for tokens, _ in answers],
            "margins": [round(min(margin, 9.0), 7) for _, margin in answers],
        }
        lengths = [len(tokens) for tokens, _ in answers]
        print(name, "shorter", sum(n < NEW_TOKENS for n in lengths), "near", sum(m < 1e-4 for _, m in answers))
    return {"prompts": prompts, "settings": settings}


def write(name, value):
    value = {"made_with": {m.__name__: m.__version__ for m in (torch, transformers)}, "new_tokens": NEW_TOKENS, **value}
    (HERE / f"{name}.json").write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def decimal(ids):
    return "".join(str(token) for token in ids)


def frequent(model, prompts, count):
    """Ids that many greedy answers hold, so that ends of sequence come at different places."""
    counts = {}
    for prompt in prompts:
        for token in set(generate(model, prompt, decimal, [], repetition_penalty=1.3)[0]):
            counts[token] = counts.get(token, 0) + 1
    return sorted(counts, key=lambda token: (-counts[token], token))[2 : 2 + count]


def random_prompts(generator, vocabulary, count, longest):
    return [
        [generator.randrange(2, vocabulary) for _ in range(generator.randint(1, longest))] for _ in range(count)
    ]


def random_model(name, count, seed, words):
    model = AutoModelForCausalLM.from_pretrained(MODELS / name, attn_implementation="eager").eval()
    prompts = random_prompts(random.Random(seed), model.config.vocab_size, count, 30)
    return record(model, prompts, decimal, frequent(model, prompts[:20], 2), words)


def embedded_model():
    model = AutoModelForCausalLM.from_pretrained(SAMPLE, dtype=torch.float32).eval()
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(SAMPLE / "tokenizer.model"))
    prompts = random_prompts(random.Random(3), model.config.vocab_size, 60, 24)
    return record(model, prompts, pieces.decode, [1], ["ファイル", "の", "e", " %s"])


def adapters():
    values = {}
    for name, adapter in [("erf-gelu", "rslora"), ("options", "dora-all"), ("options", "embedding-dora")]:
        model = AutoModelForCausalLM.from_pretrained(MODELS / name, attn_implementation="eager")
        model = PeftModel.from_pretrained(model, MODELS / name / f"adapter-{adapter}").merge_and_unload().eval()
        prompts = random_prompts(random.Random(4), model.config.vocab_size, 20, 30)
        names = ["greedy-penalty", "beams-2", "beams-4-words-penalty-minimum"]
        ends = frequent(model, prompts, 1)
        values[f"{name}/{adapter}"] = record(model, prompts, decimal, ends, ["1", "22"], names)
    return {"adapters": values}


def sampling():
    generator = torch.Generator().manual_seed(5)
    cases = []
    for temperature, top_k, top_p in [
        (1.0, 0, 1.0), (0.3, 0, 1.0), (1.7, 7, 1.0), (1.0, 1, 1.0), (1.0, 0, 0.9), (0.7, 0, 0.5), (2.5, 0, 0.99),
        (0.8, 20, 0.8), (1.0, 5, 0.3), (1.0, 0, 0.01), (1.3, 500, 0.95), (0.1, 40, 0.95),
    ]:  # fmt: skip
        logits = torch.randn(1, 83, generator=generator) * 2
        scores = TemperatureLogitsWarper(temperature)(None, logits) if temperature != 1 else logits
        scores = TopKLogitsWarper(top_k)(None, scores) if top_k else scores
        scores = TopPLogitsWarper(top_p)(None, scores) if top_p < 1 else scores
        cases.append(
            {
                "temperature": temperature, "top_k": top_k, "top_p": top_p, "logits": logits[0].tolist(),
                "probabilities": scores.softmax(-1)[0].tolist(),
            }
        )  # fmt: skip
    return {"cases": cases}


FILES = {
    "tied": lambda: random_model("tied", 70, 1, ["77", "191", "5"]),
    "untied-relu": lambda: random_model("untied-relu", 70, 2, ["33", "818", "06"]),
    "sample": embedded_model,
    "adapters": adapters,
    "sampling": sampling,
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    for file in sys.argv[1:] or FILES:
        write(file, FILES[file]())
