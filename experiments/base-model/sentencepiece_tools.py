"""Debian's SentencePiece tools, and the pieces inside a model file."""
import struct
import subprocess

VOCABULARY_SIZE = 8000
PAD, EOS, UNK = 0, 1, 2
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)

TRAINING = [
    "--model_type=unigram", f"--vocab_size={VOCABULARY_SIZE}", "--byte_fallback=true",
    # The text is taken as it is: no folding of widths, no space in front, no space lost.
    "--normalization_rule_name=identity", "--add_dummy_prefix=false", "--remove_extra_whitespaces=false",
    # Numbers digit by digit, so that none is a piece of its own by chance.
    "--split_digits=true",
    f"--pad_id={PAD}", f"--eos_id={EOS}", f"--unk_id={UNK}", "--bos_id=-1",
    "--max_sentence_length=100000",
    # One thread, or the sums of the training would depend on how the work was cut.
    "--num_threads=1", "--minloglevel=2",
]


def train(folder, input_name, model_name):
    """Trains `model_name`.model in `folder`; names, not paths, because the model file records them."""
    subprocess.run(
        ["spm_train", f"--input={input_name}", f"--model_prefix={model_name}", *TRAINING], cwd=folder, check=True)
    (folder / f"{model_name}.vocab").unlink()


def encode(model, lines):
    """The ids of each line, which holds no newline."""
    lines = list(lines)
    assert not any("\n" in line for line in lines)
    output = subprocess.run(
        ["spm_encode", f"--model={model}", "--output_format=id"], input="".join(line + "\n" for line in lines).encode(),
        check=True, capture_output=True).stdout.decode()
    return [[int(word) for word in line.split()] for line in output.split("\n")[:len(lines)]]


def pieces(model):
    """(text, score, type) of every piece of a model file, in order."""
    return [piece(value) for number, value in fields(model.read_bytes()) if number == 1]


def piece(message):
    text, score, kind = "", 0.0, NORMAL
    for number, value in fields(message):
        if number == 1:
            text = value.decode()
        elif number == 2:
            score = struct.unpack("<f", value)[0]
        elif number == 3:
            kind = value
    return text, score, kind


def fields(message):
    """(number, value) of every field of a protocol-buffer message."""
    position = 0

    def number():
        nonlocal position
        result = shift = 0
        while True:
            byte = message[position]
            position += 1
            result |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return result

    while position < len(message):
        tag = number()
        if tag & 7 == 0:
            yield tag >> 3, number()
            continue
        size = {1: 8, 5: 4}.get(tag & 7) or number()
        yield tag >> 3, message[position:position + size]
        position += size
