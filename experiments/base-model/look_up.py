#!/usr/bin/env python3
"""The baseline that learns nothing: answers with the Japanese of the most similar English string known.

    look_up.py validation|test

Known are the demo's training rows and the base model's pairs (inputs/train.csv, from rebuild_inputs.py). One JSON object
a line on standard output: prompt, reference, prediction, similarity.
"""
import argparse
import csv
import json

from near_duplicates import Index
from rebuild_inputs import ENGLISH_GRAM, INPUTS, SAMPLE


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def known_pairs():
    pairs = {
        prompt.removesuffix("\n"): answer
        for prompt, answer in rows(INPUTS / "train.csv") if prompt and prompt.removesuffix("\n") != answer}
    pairs |= {english: answer for _, answer, english in rows(SAMPLE / "data" / "train.csv")}
    return list(pairs.items())


def main():
    parser = argparse.ArgumentParser(description="Answers with the Japanese of the most similar English string known.")
    parser.add_argument("rows", choices=["validation", "test"], help="the rows to answer")
    arguments = parser.parse_args()
    known = known_pairs()
    index = Index([english for english, _ in known], ENGLISH_GRAM)
    for prompt, reference, english in rows(SAMPLE / "data" / f"{arguments.rows}.csv"):
        similarity, number = index.nearest(english)
        prediction = "" if number is None else known[number][1]
        print(json.dumps(
            {"prompt": prompt, "reference": reference, "prediction": prediction, "similarity": round(similarity, 4)},
            ensure_ascii=False))


if __name__ == "__main__":
    main()
