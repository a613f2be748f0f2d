"""One trial of sweep.sh on the peer's side, as a person's script would do it: fine-tune, validate, generate, score.

    python sweep_peer.py MODEL TRAIN_CSV VALIDATION_CSV RANK LEARNING_RATE EPOCHS THREADS

PyTorch + Transformers + PEFT in float32, batches padded to their longest row, AdamW with a cosine schedule, greedy
answers for the validation rows, sacreBLEU over characters. Prints one JSON line.
"""

import csv
import json
import math
import sys

import peft
import sacrebleu
import sentencepiece
import torch
import transformers

BATCH, NEW_TOKENS, IGNORED = 16, 48, -100


def rows_of(path, pieces, end):
    rows = []
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            prompt = pieces.encode("### 指示:\n" + row["instruction"]) + [end] + pieces.encode("\n\n### 応答:\n")
            rows.append((prompt, pieces.encode(row["output"]) + [end], row["output"]))
    return rows


def batch_of(rows, end):
    width = max(len(prompt) + len(answer) for prompt, answer, _ in rows)
    tokens, labels, mask = [], [], []
    for prompt, answer, _ in rows:
        padding = width - len(prompt) - len(answer)
        tokens.append(prompt + answer + [end] * padding)
        labels.append([IGNORED] * len(prompt) + answer + [IGNORED] * padding)
        mask.append([1] * (width - padding) + [0] * padding)
    return {
        "input_ids": torch.tensor(tokens), "labels": torch.tensor(labels), "attention_mask": torch.tensor(mask)
    }


@torch.no_grad()
def evaluate(model, rows, pieces, end):
    model.eval()
    losses, answers = [], []
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        batch = batch_of(part, end)
        labels = int((batch["labels"] != IGNORED).sum())
        losses.append((model(**batch).loss.item() * labels, labels))
        width = max(len(prompt) for prompt, _, _ in part)
        tokens = torch.tensor([[end] * (width - len(prompt)) + prompt for prompt, _, _ in part])
        mask = torch.tensor([[0] * (width - len(prompt)) + [1] * len(prompt) for prompt, _, _ in part])
        made = model.generate(
            input_ids=tokens, attention_mask=mask, max_new_tokens=NEW_TOKENS, do_sample=False, eos_token_id=end,
            pad_token_id=end, use_cache=True,
        )
        for answer in made[:, width:].tolist():
            answers.append(pieces.decode(answer[: answer.index(end)] if end in answer else answer))
    loss = sum(total for total, _ in losses) / sum(count for _, count in losses)
    bleu = sacrebleu.corpus_bleu(answers, [[row[2] for row in rows]], tokenize="char").score
    return loss, bleu


def main():
    directory, train_path, validation_path, rank, rate, epochs, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    pieces = sentencepiece.SentencePieceProcessor(model_file=directory + "/tokenizer.model")
    end = pieces.eos_id()
    training, validation = rows_of(train_path, pieces, end), rows_of(validation_path, pieces, end)
    model = transformers.AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32)
    adapter = peft.LoraConfig(
        r=int(rank), lora_alpha=32, lora_dropout=0.05, target_modules=["c_attn", "c_proj", "c_fc"],
        fan_in_fan_out=True, task_type="CAUSAL_LM",
    )
    model = peft.get_peft_model(model, adapter)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=float(rate), weight_decay=0.0)
    total = int(epochs) * (len(training) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.5 * (1 + math.cos(math.pi * step / total)))
    for _ in range(int(epochs)):
        model.train()
        order = torch.randperm(len(training)).tolist()
        for start in range(0, len(order) - BATCH + 1, BATCH):
            optimizer.zero_grad()
            model(**batch_of([training[index] for index in order[start : start + BATCH]], end)).loss.backward()
            optimizer.step()
            schedule.step()
    loss, bleu = evaluate(model, validation, pieces, end)
    print(json.dumps({"rank": int(rank), "learning_rate": float(rate), "loss": round(loss, 4), "bleu": round(bleu, 2)}))


if __name__ == "__main__":
    main()
