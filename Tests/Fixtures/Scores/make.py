"""Makes scores.jsonl with sacreBLEU 2.6.0: python3 make.py (needs sacrebleu[ja]).

The first line holds the corpus scores and signatures. Every other line is one pair, with its sentence scores, rounded to
ten digits behind the point: under BLEU's tokenizers with the lengths of both sides and the matching 1- to 4-grams, under
chrF++ with the matching n-grams of characters and words, which are chrF's too; for odd lines the words.
"""

import json
import pathlib
import random

from sacrebleu.metrics import BLEU, CHRF

from pairs import MORE_ODD, ODD, random_scalars, perturb, real, synthetic

random.seed(20240607)
pairs = synthetic() + real(60)
for line in random_scalars(20):
    pairs.append((perturb(line), line))

NAMES = ["13a", "intl", "char", "zh", "none", "ja-mecab"]
corpus = {name: BLEU(tokenize=name) for name in NAMES}
corpus |= {"chrf": CHRF(), "chrf++": CHRF(word_order=2)}
sentence = {name: BLEU(tokenize=name, effective_order=True) for name in NAMES}


def corpus_line(part):
    scores = {}
    for name, metric in corpus.items():
        score = metric.corpus_score([p for p, _ in part], [[r for _, r in part]])
        scores[name] = {"score": score.score}
        if name in NAMES:
            scores[name] |= {
                "precisions": score.precisions,
                "brevity_penalty": score.bp,
                "lengths": [score.sys_len, score.ref_len],
            }
    return scores


head = {
    "corpus": {f"{a}..<{b}": corpus_line(pairs[a:b]) for a, b in
               [(0, len(pairs)), (0, 210), (210, 400), (400, 510), (510, 514), (37, 38), (211, 215)]},
}
for name in NAMES:
    sentence[name].sentence_score("a", ["a"])
head["signatures"] = {
    name: [
        corpus[name].get_signature().format(), corpus[name].get_signature().format(short=True),
        sentence[name].get_signature().format(), sentence[name].get_signature().format(short=True),
    ]
    for name in NAMES
} | {name: [corpus[name].get_signature().format()] for name in ["chrf", "chrf++"]}

lines = [head]
for prediction, reference in pairs:
    line = {"pair": [prediction, reference]}
    for name, metric in sentence.items():
        score = metric.sentence_score(prediction, [reference])
        line[name] = [round(score.score, 10), score.sys_len, score.ref_len, *score.counts]
        if prediction in ODD + MORE_ODD:
            line[f"{name} words"] = [
                " ".join(metric._preprocess_segment(text).split()) for text in (prediction, reference)
            ]
    for name in ["chrf", "chrf++"]:
        line[name] = [round(corpus[name].sentence_score(prediction, [reference]).score, 10)]
    line["chrf++"] += corpus["chrf++"]._extract_corpus_statistics([prediction], [[reference]])[0][2::3]
    lines.append(line)

folder = pathlib.Path(__file__).parent
text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
(folder / "scores.jsonl").write_text(text, encoding="utf-8")
