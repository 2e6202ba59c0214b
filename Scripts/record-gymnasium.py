"""Records how Gymnasium's classic-control environments move, for the environment tests.

    pip install gymnasium==1.4.0
    python Scripts/record-gymnasium.py Tests/EnvironmentsTests/Fixtures

Writes one file an environment: rows of little-endian float64, each

    kind, action, reward, state...

where kind is 0 for a reset (action and reward are 0), 1 for a step after which the episode goes
on, 2 for a step that terminated it and 3 for a step that reached the step limit. The state is the
environment's own, in the precision in which it keeps it. There are 10,000 steps a file. Every
other episode is played at random; the others follow a rule of thumb four times out of five, so
that goals, walls and speed limits are met too.
"""

import pathlib
import sys

import gymnasium
import numpy as np

STEPS = 10_000


def pumped(velocity):
    """Pushes along the velocity: 0 or 2 of three actions."""
    return 2 if velocity > 0 else 0


RULES = {
    "CartPole-v1": lambda s: int(s[2] + 0.5 * s[3] > 0),
    "Acrobot-v1": lambda s: pumped(s[3]),
    "MountainCar-v0": lambda s: pumped(s[1]),
    "MountainCarContinuous-v0": lambda s: np.array([1 if s[1] > 0 else -1], np.float32),
    "Pendulum-v1": lambda s: np.array([2 if s[1] > 0 else -2], np.float32),
}


def record(name, folder):
    environment = gymnasium.make(name)
    environment.action_space.seed(1)
    random = np.random.default_rng(2)
    rows = []
    steps = episode = 0
    while steps < STEPS:
        environment.reset(seed=episode)
        rows.append([0, 0, 0, *map(float, environment.unwrapped.state)])
        ended = False
        while steps < STEPS and not ended:
            action = environment.action_space.sample()
            if episode % 2 == 1 and random.uniform() < 0.8:
                action = RULES[name](environment.unwrapped.state)
            _, reward, terminated, truncated, _ = environment.step(action)
            kind = 2 if terminated else 3 if truncated else 1
            number = float(np.asarray(action).reshape(-1)[0])
            rows.append([kind, number, float(reward), *map(float, environment.unwrapped.state)])
            ended = terminated or truncated
            steps += 1
        episode += 1
    path = folder / f"{name}.f64"
    path.write_bytes(np.array(rows, "<f8").tobytes())
    print(f"{path}: {steps} steps, {episode} episodes")


if __name__ == "__main__":
    for identifier in RULES:
        record(identifier, pathlib.Path(sys.argv[1]))
