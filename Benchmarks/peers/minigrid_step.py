"""Measures MiniGrid-Empty-8x8: one environment, random actions, reset when an episode ends."""

from contract import Measurement

measurement = Measurement("MiniGrid", "minigrid", ["minigrid-steps"], most_threads=1)

import gymnasium
import minigrid  # noqa: F401 (it registers the environment)
import numpy as np

ROUNDS = 4096
environment = gymnasium.make("MiniGrid-Empty-8x8-v0", disable_env_checker=True)
environment.reset(seed=measurement.seed)
random = np.random.default_rng(measurement.seed)
actions = random.integers(0, environment.action_space.n, ROUNDS).tolist()


def play():
    for action in actions:
        _, _, terminated, truncated, _ = environment.step(action)
        if terminated or truncated:
            environment.reset()


measurement.report(measurement.repeat(play, ROUNDS))
