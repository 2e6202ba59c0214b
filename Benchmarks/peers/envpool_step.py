"""Measures EnvPool's CartPole-v1 in C++: 1,024 at once, stepped together, random actions."""

from contract import Measurement

measurement = Measurement("EnvPool", "envpool", ["cartpole-steps"])

import envpool
import numpy as np

COUNT, ROUNDS = 1024, 64
environments = envpool.make_gymnasium(
    "CartPole-v1", num_envs=COUNT, num_threads=measurement.threads, seed=measurement.seed
)
environments.reset()
random = np.random.default_rng(measurement.seed)
actions = random.integers(0, 2, (ROUNDS, COUNT)).astype(np.int32)


def play():
    for action in actions:
        environments.step(action)


measurement.report(measurement.repeat(play, ROUNDS * COUNT))
