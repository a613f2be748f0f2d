"""Makes significance.json with sacreBLEU 2.6.0: python3 make_significance.py (needs sacrebleu, numpy).

Three systems beside one set of references: their statistics per row, the rows that were drawn, the score of every
resample, and what sacreBLEU's own paired bootstrap makes of them; Student's t from its density, integrated.
"""

import json
import math
import pathlib
import random

import numpy as np
from sacrebleu.metrics import BLEU
from sacrebleu.significance import PairedTest, _bootstrap_resample, _compute_p_value, estimate_ci

random.seed(20261124)
ROWS, RESAMPLES = 60, 300
WORDS = "設定 を 開い て 保存 し まし た ファイル が 見つかり ませ ん 更新 でき ない 確認 ください 。 の は".split()


def spoilt(words, probability):
    return "".join(random.choice(WORDS) if random.random() < probability else word for word in words)


sentences = [[random.choice(WORDS) for _ in range(random.randint(4, 14))] for _ in range(ROWS)]
references = ["".join(words) for words in sentences]
systems = {
    "baseline": [spoilt(words, 0.30) for words in sentences],
    "better": [spoilt(words, 0.22) for words in sentences],
    "alike": [spoilt(words, 0.30) for words in sentences],
}
metric = BLEU(tokenize="char")
drawn = np.random.default_rng(7).choice(ROWS, size=(RESAMPLES, ROWS), replace=True)
statistics = {name: metric._extract_corpus_statistics(lines, [references]) for name, lines in systems.items()}
corpus = {name: metric._aggregate_and_compute(rows).score for name, rows in statistics.items()}
resampled = {
    name: np.array([metric._compute_score_from_stats(part.sum(0)).score for part in np.array(rows)[drawn]])
    for name, rows in statistics.items()
}


def on_given_rows(name):
    """The steps of sacreBLEU's paired test, on the rows drawn above."""
    differences = np.abs(resampled[name] - resampled["baseline"])
    p = _compute_p_value(differences - differences.mean(), abs(corpus[name] - corpus["baseline"]))
    mean, half = estimate_ci(resampled[name])
    signed = resampled[name] - resampled["baseline"]
    shifted = np.abs(signed - signed.mean())
    two_sided = (np.sum(shifted >= abs(corpus[name] - corpus["baseline"])) + 1) / (RESAMPLES + 1)
    return {"p": p, "half_width": half, "two_sided": float(two_sided)}


_, own = PairedTest(list(systems.items()), {"BLEU": metric}, [references], "bs", 1000)()
program = {
    name: {"score": result.score, "p": result.p_value, "half_width": result.ci}
    for name, result in zip(systems, own["BLEU"])
}


def t_two_sided(t, degrees):
    """P(|T| >= t) by Simpson's rule over the angle, where the integrand is smooth and the range finite."""
    start, end, steps = math.atan(t / math.sqrt(degrees)), math.pi / 2, 200_000
    width = (end - start) / steps
    values = np.maximum(np.cos(start + width * np.arange(steps + 1)), 0) ** (degrees - 1)
    total = values[0] + values[-1] + 4 * values[1:-1:2].sum() + 2 * values[2:-1:2].sum()
    front = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(math.pi)
    return 2 * front * total * width / 3


fixture = {
    "statistics": {name: [[int(value) for value in row] for row in rows] for name, rows in statistics.items()},
    "drawn": drawn.tolist(),
    "scores": corpus,
    "resampled": {name: scores.tolist() for name, scores in resampled.items()},
    "given": {name: on_given_rows(name) for name in ["better", "alike"]},
    "program": program,
    "t": [[t, degrees, t_two_sided(t, degrees)] for t in [0.01, 0.5, 1.7, 4.3, 31.0]
          for degrees in [1, 2, 2.5, 3.3, 7, 40]],
}
folder = pathlib.Path(__file__).parent
(folder / "significance.json").write_text(json.dumps(fixture, ensure_ascii=False, separators=(",", ":")) + "\n")
