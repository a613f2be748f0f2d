"""Pairs of an answer and its reference to compare metrics on: Japanese, English, mixed, empty and hostile ones.

The same seed gives the same pairs. Real text comes from templates/sample/data.
"""

import csv
import pathlib
import random
import unicodedata

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


MORE_ODD = [
    "令和", "令和元年", "新元号は令和です。", "法令和解", "命令和音", "令和令和", "元号令和", "大令和 7年", "令\n和", "令　和",
    "\N{HEBREW LETTER SHIN}\N{HEBREW LETTER LAMED}\N{HEBREW LETTER VAV}\N{HEBREW LETTER FINAL MEM}, \N{HEBREW LETTER AYIN}!",
    "\N{RIGHT-TO-LEFT MARK}\N{ARABIC LETTER SEEN}\N{ARABIC LETTER LAM}\N{ARABIC COMMA} \N{ARABIC-INDIC DIGIT ONE}\N{ARABIC DECIMAL SEPARATOR}\N{ARABIC-INDIC DIGIT TWO}\N{ARABIC QUESTION MARK}",
    "\N{RIGHT-TO-LEFT OVERRIDE}abc\N{POP DIRECTIONAL FORMATTING}.", "1,234.5 1.234,5 1'234.5 1\N{NARROW NO-BREAK SPACE}234,5",
    "１，２３４．５ ￥１００ ㈱ ㍻ ㋿ Ⅷ ½ ² ₃", "€5 ₩5 5€ 5% 5‰ 5° §5 №5 a€b", "2×3=6, 6÷2=3; a≤b→c ∑√∞", "“a” «b» ‹c› 「d」『e』【f】〈g〉（h）",
    "\u2028x\u2029y\u200ez\u200f", "a\u0301\u0302\u0303b \u0e17\u0e35\u0e48 \u0928\u093f \u1100\u1161\u11a8",
    "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL} \N{KEYCAP TEN}\N{VARIATION SELECTOR-16} \U0001f3f4\U000e0067\U000e0062\U000e007f",
    "\x01\x02\x1b[31m\x7f\x80\x9f", "\U00020bb7野家 \u9fbc\u3400\u2a6d\u2a6e\u2001\u2000", "한국어 문장。 中文，句子！ 文A字1", "あ\x00い",
    "ｶﾞｷﾞｸﾞ ﾊﾟﾋﾟ ｡｢｣､", "ー〜～―—–‐‑-−", "……‥・·•", "すもももももももものうち", "東京都に住む人々", "ＡＢＣ株式会社のＷｅｂサイト", "🍣🍺を頼んだ😀。",
]


def real_rows():
    """Reference sentences, (Japanese, English) a row."""
    data = pathlib.Path(__file__).parents[3] / "templates/sample/data"
    rows = []
    for name in ["train", "validation", "test"]:
        with open(data / f"{name}.csv", encoding="utf-8", newline="") as file:
            rows += [(row["output"], row["english"]) for row in csv.DictReader(file)]
    return rows


def random_scalars(count):
    """Lines of any assigned character, digits and letters among them."""
    assigned = [
        chr(code) for code in range(0x110000)
        if not 0xD800 <= code < 0xE000 and unicodedata.category(chr(code)) not in ("Cn", "Co")
    ]
    for _ in range(count):
        yield "".join(random.choice(["1", "a", ""]) + random.choice(assigned) for _ in range(random.randint(1, 30)))


def every_scalar(length):
    """Every assigned character once, beside a digit, a letter or another."""
    assigned = [
        chr(code) for code in range(0x110000)
        if not 0xD800 <= code < 0xE000 and unicodedata.category(chr(code)) not in ("Cn", "Co")
    ]
    for start in range(0, len(assigned), length):
        yield "".join(random.choice(["1", "a", "", " "]) + letter for letter in assigned[start : start + length])


def synthetic(scale=1):
    """Perturbed sentences from templates, noise, and every odd line beside itself and beside another."""
    pairs = []
    for _ in range(210 * scale):
        line = fill(random.choice(JAPANESE))
        pairs.append((perturb(line), line))
    for _ in range(190 * scale):
        line = fill(random.choice(ENGLISH))
        pairs.append((perturb(line), line))
    for _ in range(40 * scale):
        line = fill(random.choice(JAPANESE)) + random.choice([" ", "", "\n"]) + fill(random.choice(ENGLISH))
        pairs.append((perturb(line), line))
    for _ in range(70 * scale):
        line = noise()
        pairs.append((perturb(line), line))
    for odd in [ODD, MORE_ODD]:
        for index, line in enumerate(odd):
            pairs.append((line, line))
            pairs.append((line, odd[(index * 7 + 3) % len(odd)]))
    for _ in range(20 * scale):
        pairs.append((fill(random.choice(ENGLISH)), fill(random.choice(JAPANESE + ENGLISH))))
    return pairs


def real(count):
    """Perturbed sentences of the sample data, Japanese and English in turn."""
    pairs = []
    for index, row in enumerate(random.choices(real_rows(), k=count)):
        line = row[index % 2]
        pairs.append((perturb(line), line))
    return pairs
