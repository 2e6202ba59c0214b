"""Writes Tests/RecordsTests/Fixtures/small.tfevents with TensorBoard's own writer.

Needs `pip install tensorboard`; run from the root of the package. The numbers are those of
Tests/RecordsTests/SmallRun.swift.
"""

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.summary.writer.record_writer import RecordWriter

start = 1_763_726_707.123
rows = [
    (0, 0.0, [("return", -12.5), ("loss/policy", 1e-9)]),
    (64, 0.25, [("return", 0.0), ('loss/policy/cartpole:17, "hard"', 0.1)]),
    (128, 0.5, [("return", 487.125), ("loss/policy", 3.0)]),
]

with open("Tests/RecordsTests/Fixtures/small.tfevents", "wb") as file:
    writer = RecordWriter(file)
    writer.write(Event(wall_time=start, file_version="brain.Event:2").SerializeToString())
    for step, seconds, values in rows:
        event = Event(wall_time=start + seconds, step=step)
        for tag, value in values:
            event.summary.value.add(tag=tag, simple_value=value)
        writer.write(event.SerializeToString())
    writer.flush()
