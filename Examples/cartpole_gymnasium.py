#!/usr/bin/env python3
"""Balances Gymnasium's CartPole-v1 with the agent that `foal serve` serves.

    pip install gymnasium
    ./foal serve &
    python3 Examples/cartpole_gymnasium.py --episodes 100

Each episode is a session of its own: the agent's first try at a task that it has never met. The program
prints the mean return with a 95 % interval and ends with an error if the mean is below --least.
"""

import argparse
import pathlib
import random
import statistics
import sys

try:
    import gymnasium
except ModuleNotFoundError:
    sys.exit("cartpole_gymnasium: Gymnasium is missing: pip install gymnasium")

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Clients" / "python"))
from foal_client import FoalClient, FoalError  # noqa: E402


def play(client, environment, seed):
    """Plays an episode and returns what it earned."""
    observation, _ = environment.reset(seed=seed)
    earned, reward, terminated, truncated = 0.0, None, False, False
    with client.session(policy="cartpole", seed=seed) as session:
        while True:
            decision = session.act(observation, reward, terminated, truncated)
            if terminated or truncated:
                return earned
            observation, reward, terminated, truncated, _ = environment.step(decision.action)
            earned += reward


def interval(values, repetitions=10_000):
    """The 95 % interval of the mean, from means of values drawn again with replacement."""
    draws = random.Random(0)
    means = sorted(
        statistics.fmean(draws.choices(values, k=len(values))) for _ in range(repetitions))
    return means[int(0.025 * repetitions)], means[int(0.975 * repetitions) - 1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="where the server is")
    parser.add_argument("--token", help="what the server asks for off the machine's own address")
    parser.add_argument("--episodes", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0, help="of the first episode")
    parser.add_argument("--least", type=float, default=475, help="the mean that is asked for")
    options = parser.parse_args()
    if options.episodes < 1:
        parser.error("--episodes: expected 1 or more")

    environment = gymnasium.make("CartPole-v1")
    try:
        with FoalClient(options.url, token=options.token) as client:
            seeds = range(options.seed, options.seed + options.episodes)
            returns = [play(client, environment, seed) for seed in seeds]
    except (FoalError, ValueError) as error:
        sys.exit(f"cartpole_gymnasium: {error}")

    mean = statistics.fmean(returns)
    low, high = interval(returns)
    print(
        f"CartPole-v1: {len(returns)} first tries, mean {mean:.1f} (95 % interval {low:.1f} to "
        f"{high:.1f}), least {min(returns):.0f}")
    if mean < options.least:
        sys.exit(f"cartpole_gymnasium: the mean is below {options.least:g}")


if __name__ == "__main__":
    main()
