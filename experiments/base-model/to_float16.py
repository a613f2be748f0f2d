#!/usr/bin/env python3
"""Puts the trained base model in place as the sample, in 16-bit floating point.

    to_float16.py RUN_DIRECTORY

reads RUN_DIRECTORY/model/model.safetensors (float32, as full training leaves it) and writes
templates/sample/model/model.safetensors (float16, nearest, ties to even). Needs Python's standard library.
"""
import array
import json
import pathlib
import struct
import sys

SAMPLE = pathlib.Path(__file__).resolve().parent.parent.parent / "templates" / "sample" / "model"


def main():
    source = pathlib.Path(sys.argv[1]) / "model" / "model.safetensors"
    data = source.read_bytes()
    (size,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + size])
    metadata = header.pop("__metadata__", {})
    body = data[8 + size:]
    entries, parts, offset = {}, [], 0
    for name in sorted(header):
        tensor = header[name]
        assert tensor["dtype"] == "F32", name
        begin, end = tensor["data_offsets"]
        values = array.array("f", body[begin:end])
        parts.append(struct.pack(f"<{len(values)}e", *values))
        entries[name] = {
            "dtype": "F16", "shape": tensor["shape"], "data_offsets": [offset, offset + len(parts[-1])]}
        offset += len(parts[-1])
    text = json.dumps({"__metadata__": metadata, **entries}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    (SAMPLE / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))


main()
