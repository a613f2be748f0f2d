"""Makes bleu.jsonl with sacreBLEU 2.6.0: python3 make.py (needs sacrebleu).

The first line holds the corpus scores and signatures, every other line one pair with its statistics, its sentence
scores and, where they are not what str.split() gives, the 13a words of both sides.
"""

import json
import pathlib
import random

from sacrebleu.metrics import BLEU

random.seed(20240607)

PLACES = ["東京", "大阪府", "札幌市", "ロンドン", "サーバー室", "第3会議室", "ｶﾌｪ", "神奈川・横浜"]
THINGS = ["ファイル", "設定", "ネットワークの接続", "電池残量", "音声認識モデル", "「重要」な通知", "API キー", "ログ(詳細)"]
JAPANESE = [
    "{0}の{1}を更新できませんでした。詳細はログを確認してください。",
    "{1}が見つかりません。",
    "{0}で{1}を{2}回確認しました！",
    "この{1}を削除してもよろしいですか？　元には戻せません。",
    "{2}件の{1}が{0}に届いています…",
    "{1}:{2}.{3}%",
    "{0}は雨のち晴れ、最高気温は{2}.{3}℃の見込みです。",
    "{1}\n{0}\n合計{2},{3}円",
    "今日の{0}",
    "{1}を有効にするには、まず{0}の管理者に連絡する必要がある。",
]
ENGLISH = [
    "The quick brown fox jumps over the lazy dog.",
    "It costs $1,234.56 (or {2}.{3} EUR), doesn't it?",
    "Version 2.{2}.{3}-beta was released on 2024-0{3}-1{3}; see https://example.org/a_b?c=d&e=f#g.",
    "\"Well-known\" state-of-the-art methods -- like A/B tests -- fail...",
    "She said: 'I'm {2} years old, and .5 of that I've slept!'",
    "Tom &amp; Jerry &quot;live&quot; at 5 &lt; {2} &gt; 3 &amp;lt; &apos;",
    "<skipped>Could not <b>restart</b> the {3}rd node<skipped>, e.g. no. 7.",
    "A hyphen-\nated line, and 3-\n4, and 5-6, and x-7, and 7-x, 1--2.",
    "{2}% of $US in the U.S.A. are at 10.000,00 vs. 10,000.00 ; .,., 1.,2 ,3. a.b,c.4d,5.e",
    "e-mail me@example.org [or not] {{maybe}} ~tilde~ ^caret^ `tick` |pipe| \\back=slash+*",
    "Send {2}, {3}, and 1/2 of 3,4,5.",
    "The cat sat on the mat. The cat sat on the mat. The cat.",
    "naïve café — “quoted” ‘single’ « guillemets » ¿qué? 5–6 10−3 ½",
    "OK",
    "yes yes yes yes yes no",
    "١٢٣٫٤ ４.５，６ १,२.३ 3.٤",
]
ODD = [
    "", " ", "\n", "\t\r\n ", "\N{IDEOGRAPHIC SPACE}", ".", ",", "-", "--", "1-", "-1", "..", ".,", "...", "1.", ".1", "1.2", "&", "&amp;amp;",
    "&lt;skipped&gt;", "-&\n", "a\N{NO-BREAK SPACE}b", "a\N{ZERO WIDTH SPACE}b\N{WORD JOINER}c", "a\x1cb\x1dc\x1ed\x1fe\x85f\x0bg\x0ch",
    "a\N{EM SPACE}b\N{THIN SPACE}c\N{LINE SEPARATOR}d\N{PARAGRAPH SEPARATOR}e\N{OGHAM SPACE MARK}f", "\N{BOM}a b",
    "e\N{COMBINING ACUTE ACCENT} é", "é e\N{COMBINING ACUTE ACCENT}", "が か\N{COMBINING KATAKANA-HIRAGANA VOICED SOUND MARK}",
    "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET} go\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-5}!",
    "\N{REGIONAL INDICATOR SYMBOL LETTER J}\N{REGIONAL INDICATOR SYMBOL LETTER P}, 1\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}.",
    "a\rb", "a\r\nb", "x-\r\ny", "trailing  \t", "  leading", "\x00 nul \x7f", "한국어 문장입니다.", "中文句子，没有空格。", "\U0010ffff \ue000",
]


def fill(template):
    return template.format(
        random.choice(PLACES), random.choice(THINGS), random.randint(0, 120), random.randint(1, 9)
    )


def perturb(line):
    """A line with a few characters or words dropped, repeated, swapped or replaced."""
    parts = line.split(" ") if line.count(" ") > 3 and random.random() < 0.7 else list(line)
    joint = " " if len(parts) < len(line) else ""
    for _ in range(random.choice([0, 1, 1, 2, 3, 6])):
        if not parts:
            break
        place = random.randrange(len(parts))
        kind = random.randrange(5)
        if kind == 0:
            del parts[place]
        elif kind == 1:
            parts.insert(place, parts[place])
        elif kind == 2:
            parts.insert(place, random.choice([".", ",", "-", "5", "。", "a", "&", " ", "\n", "の", "!"]))
        elif kind == 3:
            parts[place:] = parts[place + 1 :] + parts[place : place + 1]
        else:
            parts = parts[: max(1, place)]
    return joint.join(parts)


def noise():
    letters = "ab1259.,,..--  \n&;\"'<>()/あ日é:$%"
    return "".join(random.choice(letters) for _ in range(random.randint(1, 30)))


pairs = []
for _ in range(210):
    line = fill(random.choice(JAPANESE))
    pairs.append((perturb(line), line))
for _ in range(190):
    line = fill(random.choice(ENGLISH))
    pairs.append((perturb(line), line))
for _ in range(40):
    line = fill(random.choice(JAPANESE)) + random.choice([" ", "", "\n"]) + fill(random.choice(ENGLISH))
    pairs.append((perturb(line), line))
for _ in range(70):
    line = noise()
    pairs.append((perturb(line), line))
for index, line in enumerate(ODD):
    pairs.append((line, line))
    pairs.append((line, ODD[(index * 7 + 3) % len(ODD)]))
for _ in range(20):
    pairs.append((fill(random.choice(ENGLISH)), fill(random.choice(JAPANESE + ENGLISH))))

NAMES = ["char", "13a"]
corpus = {name: BLEU(tokenize=name) for name in NAMES}
sentence = {name: BLEU(tokenize=name, effective_order=True) for name in NAMES}


def corpus_line(part):
    scores = {}
    for name in NAMES:
        score = corpus[name].corpus_score([p for p, _ in part], [[r for _, r in part]])
        scores[name] = {
            "score": score.score,
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
}

lines = [head]
for prediction, reference in pairs:
    line = {"pair": [prediction, reference]}
    for name in NAMES:
        metric = sentence[name]
        score = metric.sentence_score(prediction, [reference])
        line[name] = [score.score, score.sys_len, score.ref_len, *score.counts, *score.totals]
        if name == "13a" or prediction in ODD:
            line[f"{name} words"] = [
                " ".join(metric._preprocess_segment(text).split()) for text in (prediction, reference)
            ]
    lines.append(line)

folder = pathlib.Path(__file__).parent
text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
(folder / "bleu.jsonl").write_text(text, encoding="utf-8")
