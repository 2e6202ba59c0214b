"""Measures Gymnasium's vectorised CartPole-v1 in NumPy: 1,024 at once, random actions."""

from contract import Measurement

measurement = Measurement("Gymnasium", "gymnasium", ["cartpole-steps"], most_threads=1)

import gymnasium
import numpy as np

COUNT, ROUNDS = 1024, 64
environments = gymnasium.make_vec(
    "CartPole-v1", num_envs=COUNT, vectorization_mode="vector_entry_point"
)
environments.reset(seed=measurement.seed)
random = np.random.default_rng(measurement.seed)
actions = random.integers(0, 2, (ROUNDS, COUNT))


def play():
    for action in actions:
        environments.step(action)


measurement.report(measurement.repeat(play, ROUNDS * COUNT))
