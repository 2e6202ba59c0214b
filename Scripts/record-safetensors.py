"""Writes Tests/TensorsTests/Fixtures/reference.safetensors with the reference implementation.

Needs `pip install numpy safetensors`; run from the root of the package. The Swift test holds the
expected values as literals.
"""

import numpy
from safetensors.numpy import save_file

tensors = {
    "weight": numpy.array([[0.5, -1.25, 3e38], [1e-45, -0.0, 7]], "<f4"),
    "scalar": numpy.array(42, "<f4"),
    "empty": numpy.zeros((0, 4), "<f4"),
    "double": numpy.array([0.1, -1e300], "<f8"),
    "half": numpy.array([1.5, -(2**-24), 65504, numpy.inf, -0.0], "<f2"),
    "long": numpy.array([-(2**40), 3], "<i8"),
    "int": numpy.array([-7, 2**31 - 1], "<i4"),
    "byte": numpy.array([0, 128, 255], "u1"),
    "flag": numpy.array([False, True]),
    'quote"\n\u00e9': numpy.array([1], "<f4"),
}
save_file(
    tensors,
    "Tests/TensorsTests/Fixtures/reference.safetensors",
    {"writer": "reference", "note": 'a "b"\n\u00e9'},
)
