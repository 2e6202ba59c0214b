"""Checks that TensorBoard reads what `foal runs export --format tensorboard` writes.

Needs `pip install tensorboard`; run from the root of the package, after a build:

    python3 Scripts/check-tensorboard.py

Trains for a moment, exports the run as JSON lines and as an event file, reads the event file with
TensorBoard's own reader, and compares every tag, step, time and value.
"""

import json
import pathlib
import struct
import subprocess
import sys
import tempfile

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

foal = pathlib.Path(__file__).resolve().parent.parent / "foal"


def run(*arguments, folder):
    return subprocess.run(
        [foal, *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def single(value):
    """The value in single precision, as event files hold it."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


with tempfile.TemporaryDirectory() as folder:
    run("train", "cartpole", "--steps", "50000", "--name", "checked", folder=folder)
    lines = run("runs", "export", "checked", "--format", "jsonl", folder=folder).splitlines()
    expected = [json.loads(line) for line in lines]
    exported = json.loads(
        run("runs", "export", "checked", "--format", "tensorboard", "--json", folder=folder)
    )
    start = json.loads(run("runs", "show", "checked", "--json", folder=folder))["run"]["startedAt"]
    # Keeps every value: the reader samples by default.
    accumulator = EventAccumulator(
        str(pathlib.Path(folder, exported["files"][0]).parent), size_guidance={"scalars": 0}
    )
    accumulator.Reload()

    tags = accumulator.Tags()["scalars"]
    if sorted(tags) != sorted({line["metric"] for line in expected}):
        sys.exit(f"TensorBoard reads the tags {tags}")
    count = 0
    for tag in tags:
        read = accumulator.Scalars(tag)
        written = [line for line in expected if line["metric"] == tag]
        if [(e.step, e.value) for e in read] != [(w["step"], single(w["value"])) for w in written]:
            sys.exit(f"TensorBoard reads other values of {tag}")
        # Times are seconds since 1970; the run's own begin with its start.
        offsets = {round(e.wall_time - w["wallSeconds"], 3) for e, w in zip(read, written)}
        if len(offsets) != 1:
            sys.exit(f"TensorBoard reads other times of {tag}: {offsets}")
        count += len(read)
    if count != len(expected) or count != exported["metrics"] or count == 0:
        sys.exit(f"TensorBoard reads {count} of {len(expected)} metrics")
    print(f"TensorBoard reads all {count} metrics of {len(tags)} tags, run started {start}")
