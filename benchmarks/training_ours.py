"""Our side of training.sh: runs `kiseki run` in a workspace and prints the same JSON line as the peer.

    python training_ours.py KISEKI WORKSPACE CONFIG NAME
"""

import json
import pathlib
import resource
import statistics
import subprocess
import sys

WARM_UP_STEPS = 2


def main():
    program, workspace, config, name = sys.argv[1:]
    run = subprocess.run(
        [program, "-C", workspace, "run", config, "-n", name], stdout=sys.stderr, stdin=subprocess.DEVNULL
    )
    if run.returncode != 0:
        sys.exit(f"kiseki run ended with exit code {run.returncode}")
    lines = (pathlib.Path(workspace) / "experiments" / name / "timings.jsonl").read_text().splitlines()
    # `tokens` and `seconds` are cumulative; a later line of the same step (an evaluation) adds nothing.
    steps = {line["step"]: line for line in map(json.loads, lines) if "seconds" in line}
    points = [(0, 0.0)] + [(line["tokens"], line["seconds"]) for _, line in sorted(steps.items()) if line["step"] > 0]
    pairs = list(zip(points, points[1:]))
    rates = [(b[0] - a[0]) / (b[1] - a[1]) for a, b in pairs if b[1] > a[1]]
    if len(rates) <= WARM_UP_STEPS:
        sys.exit(f"timings.jsonl has only {len(rates)} timed steps")
    print(
        json.dumps(
            {
                "tokens_per_second": round(statistics.median(rates[WARM_UP_STEPS:]), 1),
                "peak_mebibytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
                "tokens_per_step": statistics.median(b[0] - a[0] for a, b in pairs),
            }
        )
    )


if __name__ == "__main__":
    main()
