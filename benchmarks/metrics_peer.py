"""Sets our scores beside sacreBLEU's: metrics_peer.py OURS SCRATCH ROUNDS

Agreement on Japanese, English, mixed, empty and hostile pairs, every assigned Unicode character among them; then speed on
10,000 pairs of ordinary sentences, the fastest of the rounds on either side.
"""

import json
import pathlib
import random
import subprocess
import sys
import time

from sacrebleu.metrics import BLEU, CHRF

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Tests/Fixtures/Scores"))
from pairs import every_scalar, perturb, random_scalars, real, synthetic  # noqa: E402

ours, scratch, rounds = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
TOKENIZERS = ["13a", "intl", "char", "zh", "none", "ja-mecab"]


def scored_by_us(pairs, rounds):
    (scratch / "pairs.json").write_text(json.dumps(pairs), encoding="utf-8")
    subprocess.run([ours, str(scratch / "pairs.json"), str(scratch / "ours.json"), str(rounds)], check=True)
    return json.loads((scratch / "ours.json").read_text(encoding="utf-8"))


def metrics(effective_order):
    found = {name: BLEU(tokenize=name, effective_order=effective_order) for name in TOKENIZERS}
    return found | {"chrf": CHRF(), "chrf++": CHRF(word_order=2)}


random.seed(5)
pairs = synthetic(2) + real(900)
for line in [*random_scalars(300), *every_scalar(400)]:
    pairs.append((perturb(line), line))
for line in [line for _, line in real(100)]:
    line = random.choice(["令和", "号令和", "令和令和"]) + random.choice(["元年", " ", "　", "は"]) + line
    pairs.append((perturb(line), line))
result = scored_by_us(pairs, 1)
corpora, sentences = metrics(False), metrics(True)
hypotheses, references = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
print(f"largest difference from sacreBLEU on {len(pairs)} pairs: corpus, mean of sentences, any sentence")
failed = False
for name, metric in corpora.items():
    own = result[name]
    corpus = abs(metric.corpus_score(hypotheses, [references]).score - own["corpus"])
    rows = [sentences[name].sentence_score(p, [r]).score for p, r in pairs]
    mean = abs(sum(rows) / len(rows) - own["mean"]) if "mean" in own else 0.0
    row = max(abs(theirs - ours) for theirs, ours in zip(rows, own["rows"]))
    signature = metric.get_signature().format() == own["signature"]
    failed |= max(corpus, mean, row) > 1e-9 or not signature
    print(f"  {name:9} {corpus:8.1e} {mean:8.1e} {row:8.1e}  signature {'equal' if signature else 'DIFFERS'}")

random.seed(6)
pairs = real(10_000)
hypotheses, references = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
result = scored_by_us(pairs, rounds)
print(f"seconds for {len(pairs)} pairs: ours, sacreBLEU, how many times faster")
for name in corpora:
    best = float("inf")
    for _ in range(rounds):
        # New objects: those that were used remember what they have cut.
        metric = metrics(False)[name]
        start = time.perf_counter()
        metric.corpus_score(hypotheses, [references])
        best = min(best, time.perf_counter() - start)
    print(f"  {name:9} {result[name]['seconds']:7.3f} {best:7.3f}  {best / result[name]['seconds']:5.1f}x")
sys.exit(failed)
