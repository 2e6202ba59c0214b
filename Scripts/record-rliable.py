"""Writes Tests/SchoolingTests/Fixtures/rliable.json with the reference implementation.

Needs `pip install rliable "pandas<3"`; run from the root of the package.
"""

import json

import numpy
from rliable import library, metrics

generator = numpy.random.RandomState(20210830)
centres = generator.uniform(-0.2, 1.4, size=(1, 16))
first = generator.normal(centres, 0.3, size=(10, 16))
second = generator.normal(centres - 0.1, 0.3, size=(7, 16))
# Rounding two tasks makes ties within and between the two matrices.
first[:, :2], second[:, :2] = first[:, :2].round(1), second[:, :2].round(1)

aggregates = {
    "mean": metrics.aggregate_mean,
    "median": metrics.aggregate_median,
    "interquartileMean": metrics.aggregate_iqm,
    "optimalityGap": metrics.aggregate_optimality_gap,
    "percentile20": lambda scores: numpy.percentile(scores, 20),
}
thresholds = numpy.linspace(-0.5, 2, 11)


def interval(function, data, repetitions):
    estimates, ends = library.get_interval_estimates(
        {"a": data},
        lambda *scores: numpy.array([function(*scores)]),
        reps=repetitions,
        random_state=numpy.random.RandomState(1),
    )
    return {
        "estimate": float(estimates["a"][0]),
        "low": float(ends["a"][0][0]),
        "high": float(ends["a"][1][0]),
    }


profiles, profile_ends = library.create_performance_profile({"a": first}, thresholds, reps=2000)
document = {
    "first": first.tolist(),
    "second": second.tolist(),
    "aggregates": {
        name: interval(function, first, 50_000) for name, function in aggregates.items()
    },
    "probabilityOfImprovement": interval(
        metrics.probability_of_improvement, (first, second), 5_000
    ),
    "thresholds": thresholds.tolist(),
    "profile": profiles["a"].tolist(),
    "profileLow": profile_ends["a"][0].tolist(),
    "profileHigh": profile_ends["a"][1].tolist(),
}
with open("Tests/SchoolingTests/Fixtures/rliable.json", "w") as file:
    json.dump(document, file, indent=1)
    file.write("\n")
