#!/usr/bin/env python3
"""Makes layout.json: what huggingface_hub leaves in its cache after it fetched three revisions of a model.

The model lives on a server that this script starts and that answers as the hub does; the test's server holds the same
files. Needs: pip install huggingface_hub. With `serve PORT FOLDER ID` it only serves a folder with branches, by hand:
FOLDER/<branch>/<file>.
"""

import hashlib
import http.server
import json
import os
import pathlib
import sys
import tempfile
import threading
import urllib.parse

MODEL = "someone/tiny-model"
# The same text stands in the test that reads layout.json.
BRANCHES = {
    "main": {"config.json": b'{"model_type": "gpt2"}\n', "spiece.model": b"pieces", "model.safetensors": b"weights of main"},
    "v1": {"config.json": b'{"model_type": "gpt2"}\n', "spiece.model": b"pieces", "model.safetensors": b"weights of v1"},
    "refs/pr/1": {"config.json": b'{"model_type": "gpt2", "n": 1}\n', "spiece.model": b"pieces", "model.safetensors": b"weights of v1"},
}
LARGE = (".safetensors", ".model", ".bin")


def commit(files):
    state = hashlib.sha1()
    for name in sorted(files):
        state.update(name.encode() + b"\0" + files[name] + b"\0")
    return state.hexdigest()


def blob(name, content):
    git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    entry = {"rfilename": name, "size": len(content), "blobId": git}
    if name.endswith(LARGE):
        entry["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
    return entry


def etag(entry):
    return entry["lfs"]["sha256"] if "lfs" in entry else entry["blobId"]


class Hub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model, branches = MODEL, BRANCHES

    def log_message(self, *_):
        pass

    def answer(self, status, headers, body=b""):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status, code):
        self.answer(status, {"X-Error-Code": code, "X-Error-Message": code})

    def do_HEAD(self):
        self.do_GET()

    def files_of(self, revision):
        if revision in self.branches:
            return self.branches[revision]
        return next((files for files in self.branches.values() if commit(files) == revision), None)

    def do_GET(self):
        path = urllib.parse.unquote(urllib.parse.urlparse(self.path).path)
        api, file = f"/api/models/{self.model}", f"/{self.model}/resolve/"
        if path.startswith("/large/"):
            content = next(
                c for files in self.branches.values() for c in files.values()
                if hashlib.sha256(c).hexdigest() == path.removeprefix("/large/"))
            start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
            return self.answer(206 if start else 200, {}, content[start:])
        if path == api or path.startswith(api + "/revision/"):
            revision = path.removeprefix(api).removeprefix("/revision/") or "main"
            files = self.files_of(revision)
            if files is None:
                return self.refuse(404, "RevisionNotFound")
            listing = {"id": self.model, "sha": commit(files), "siblings": [blob(n, c) for n, c in sorted(files.items())]}
            return self.answer(200, {"Content-Type": "application/json"}, json.dumps(listing).encode())
        if path.startswith(file):
            rest = path.removeprefix(file)
            revision = next((r for r in [*self.branches, *map(commit, self.branches.values())] if rest.startswith(r + "/")), None)
            files = self.files_of(revision) if revision else None
            if files is None:
                return self.refuse(404, "RevisionNotFound")
            name = rest.removeprefix(revision + "/")
            if name not in files:
                return self.refuse(404, "EntryNotFound")
            entry = blob(name, files[name])
            headers = {"X-Repo-Commit": commit(files), "ETag": f'"{etag(entry)}"'}
            if "lfs" in entry:
                headers |= {"X-Linked-Etag": f'"{etag(entry)}"', "X-Linked-Size": str(entry["size"]),
                            # As the hub does: large files come from another server.
                            "Location": f"http://localhost:{self.server.server_port}/large/" + etag(entry)}
                return self.answer(302, headers)
            return self.answer(200, headers, files[name])
        self.refuse(401, "RepoNotFound")


def layout(cache):
    entries = {}
    for path in sorted(pathlib.Path(cache).rglob("*")):
        name = str(path.relative_to(cache))
        if path.is_symlink():
            entries[name] = "link " + os.readlink(path)
        elif path.is_file() and not name.startswith((".locks/", "CACHEDIR.TAG")) and "/trees/" not in name:
            entries[name] = "file " + path.read_text()
    return entries


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as cache:
        os.environ |= {"HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}", "HF_HUB_CACHE": cache, "HF_TOKEN": ""}
        import huggingface_hub

        for revision in [*BRANCHES, commit(BRANCHES["v1"])]:
            for name in ["config.json", "spiece.model", "model.safetensors"]:
                huggingface_hub.hf_hub_download(MODEL, name, revision=revision)
        result = {"made with": "huggingface_hub " + huggingface_hub.__version__, "layout": layout(cache)}
    path = pathlib.Path(__file__).with_name("layout.json")
    path.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        port, folder, Hub.model = int(sys.argv[2]), pathlib.Path(sys.argv[3]), sys.argv[4]
        Hub.branches = {
            b: {f.name: f.read_bytes() for f in (folder / b).iterdir()} for b in os.listdir(folder)}
        http.server.ThreadingHTTPServer(("127.0.0.1", port), Hub).serve_forever()
    else:
        main()
