#!/usr/bin/env python3
"""Makes conversations.json: conversations encoded as the training parameters say, with the ids of Debian's spm_encode.

Written from the description alone, without the program. A row's ancestors are put in front of it; every turn has its own
markers and is cut by itself; the whole keeps its right end, with the system text over the first positions.
"""
import itertools
import json
import pathlib
import subprocess

here = pathlib.Path(__file__).resolve().parent
model = here.parent / "Tokenization" / "plain.model"
EOS = 1

# id, parent, system, prompt, answer. Row 3 has no answer: what continues it continues row 1. Row 7's parent is nowhere.
# Rows 1 and 2 both continue row 0. Row 9 comes before the row it continues, and its conversation has no system text.
# The system text of row 4 is that of no first turn and never seen.
ROWS = [
    ("a", None, "You translate.", "Open the file.", "ファイルを開く。"),
    ("b", "a", None, "Save it.", "保存する。"),
    ("c", "a", "", "", "設定を保存しますか。"),
    ("d", "b", None, "And then?", None),
    ("e", "d", "Not mine.", "Close the file. " * 6, "閉じる。" * 9),
    ("f", "e", None, "a</s>b", "</s>"),
    (None, None, "日本語で答えてください。" * 4, "One more", "はい"),
    ("g", "nowhere", None, "鸞鳳 🎉", "é"),
    ("NA", None, "no answer here, yet the system text counts", "start", None),
    ("i", "j", None, "later", "後で"),
    ("j", None, None, "first", "最初"),
    ("k", "NA", None, "next", "次"),
]
KEYS = ("system_start", "start", "separator", "eos_system", "eos_prompt", "eos_answer", "mask", "only_last", "limit",
        "max_prompt", "max_answer", "max_joined")
MARKERS = ("### システム: ", "### 指示: ", " ### 応答: ")
OPTIONS = [
    dict(zip(KEYS, values))
    for values in itertools.chain(
        ((*MARKERS, *eos, mask, only_last, limit, 128, 128, 512)
         for eos in ((True, True, True), (False, True, False), (True, False, True))
         for mask, only_last, limit in itertools.product((True, False), (True, False), (True, False))),
        ((*markers, True, True, True, mask, False, False, *lengths)
         for markers in (MARKERS, ("", "", "")) for mask in (True, False)
         for lengths in ((10, 8, 512), (24, 16, 30), (40, 40, 13), (3, 2, 9), (128, 128, 60), (1, 1, 4))),
    )
]

ids_of = {}


def ids(text):
    if text not in ids_of:
        output = subprocess.run(
            ["spm_encode", f"--model={model}", "--output_format=id"], input=(text + "\n").encode(), check=True,
            capture_output=True).stdout
        ids_of[text] = [int(word) for word in output.split()]
    return ids_of[text]


numbers = {row[0]: number for number, row in enumerate(ROWS) if row[0] is not None}
parents = [numbers.get(row[1]) for row in ROWS]


def ancestry(number):
    """The rows from the first to this one, those without answer included."""
    return ([] if parents[number] is None else ancestry(parents[number])) + [number]


def sides(number, o):
    _, _, _, prompt, answer = ROWS[number]
    prompt_side = ids(o["start"] + prompt) + ([EOS] if o["eos_prompt"] else []) + ids(o["separator"])
    answer_side = ids(answer)
    end = [EOS] if o["eos_answer"] else []
    cut_prompt = prompt_side[-o["max_prompt"]:]
    cut_answer = answer_side[:max(0, o["max_answer"] - len(end))] + end
    return cut_prompt, cut_answer, len(prompt_side) + len(answer_side) + len(end)


def system_side(number, o):
    text = ROWS[ancestry(number)[0]][2]
    if not text:
        return [], 0
    whole = ids(o["system_start"] + text)
    end = [EOS] if o["eos_system"] else []
    return whole[:max(0, o["max_prompt"] - len(end))] + end, len(whole) + len(end)


def joined(system, rest, limit):
    """(token, learned) pairs: the right end, and the system text over the first positions of what was cut."""
    whole = system + rest
    if len(whole) <= limit:
        return whole
    kept = whole[-limit:]
    kept[:len(system)] = system
    return kept[:limit]


def sample(number, o):
    turns = [row for row in ancestry(number) if ROWS[row][4] is not None]
    everything = not o["mask"] and not o["only_last"]
    system, uncut = system_side(number, o)
    system = [(token, everything) for token in system]
    rest = []
    for turn in turns:
        prompt_side, answer_side, turn_uncut = sides(turn, o)
        uncut += turn_uncut
        is_last = turn == number
        rest += [(token, everything) for token in prompt_side]
        before_answer = list(rest)
        rest += [(token, is_last or not o["only_last"]) for token in answer_side]
    pairs = joined(system, rest, o["max_joined"])
    return {
        "row": number, "tokens": [token for token, _ in pairs],
        "targets": [place for place, (_, learned) in enumerate(pairs) if learned and place > 0],
        "prompt": [token for token, _ in joined(system, before_answer, o["max_joined"])], "uncut": uncut,
    }


def samples(o):
    rows = [number for number, row in enumerate(ROWS) if row[4] is not None]
    if o["limit"]:
        continued = {above for row in rows for above in ancestry(row)[:-1]}
        rows = [row for row in rows if row not in continued]
    return [sample(row, o) for row in rows]


document = {
    "rows": ROWS,
    "unknown_parents": [number for number, row in enumerate(ROWS) if row[1] is not None and row[1] not in numbers],
    "cases": [{"options": o, "samples": samples(o)} for o in OPTIONS],
}
(here / "conversations.json").write_text(json.dumps(document, ensure_ascii=True, separators=(",", ":")) + "\n")
