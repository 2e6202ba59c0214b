"""Measures PufferLib: its own PPO trainer, and its cart-pole in C, with its own settings.

ppo-wide        4,096 environments x 64 steps, one epoch in minibatches of 32,768, one layer of 128
ppo-recurrent   the same with its LSTM of 128
cartpole-steps  the C environment alone, 1,024 at once, random actions drawn beforehand
"""

import os
import sys
import tempfile

from contract import Measurement

measurement = Measurement("PufferLib", "pufferlib", ["ppo-wide", "ppo-recurrent", "cartpole-steps"])

# Importing PufferLib writes a link into the current folder, its trainer checkpoints.
folder = tempfile.TemporaryDirectory()
os.chdir(folder.name)

import numpy as np
import torch
from pufferlib import pufferl
from pufferlib.ocean.cartpole.cartpole import Cartpole

NAME = "puffer_cartpole"
torch.set_num_threads(measurement.threads)
torch.manual_seed(measurement.seed)


def settings(recurrent):
    """What `puffer train puffer_cartpole` uses, on the CPU and in this process."""
    sys.argv = sys.argv[:1]  # PufferLib reads further settings from the command line.
    found = pufferl.load_config(NAME)
    found["vec"] = {"backend": "Serial", "num_envs": 1}
    found["train"].update(
        device="cpu", seed=measurement.seed, use_rnn=recurrent, total_timesteps=1_000_000_000
    )
    if not recurrent:
        found["rnn_name"] = None
    return found


def train(recurrent):
    """Rollouts and updates, without the dashboard that the trainer draws between them."""
    found = settings(recurrent)
    environments = pufferl.load_env(NAME, found)
    policy = pufferl.load_policy(found, environments)
    trainer = pufferl.PuffeRL(dict(found["train"], env=NAME), environments, policy)
    trainer.print_dashboard = lambda *_, **__: None
    expected = 4096 * 64
    assert trainer.segments * found["train"]["bptt_horizon"] == expected

    def update():
        trainer.evaluate()
        logs = trainer.train()
        length = (logs or {}).get("environment/episode_length", float("nan"))
        print(f"{trainer.global_step} steps, episodes of {length:.0f}", file=sys.stderr)

    steps = measurement.repeat(update, expected)
    trainer.utilization.stop()
    measurement.report(steps)


def step():
    """Steps 1,024 environments; episode statistics are gathered now and then, as in training."""
    count, rounds = 1024, 512
    environments = Cartpole(num_envs=count, report_interval=64, seed=measurement.seed)
    environments.reset(seed=measurement.seed)
    random = np.random.default_rng(measurement.seed)
    actions = random.integers(0, 2, (rounds, count)).astype(np.float32)

    def play():
        for action in actions:
            environments.step(action)

    measurement.report(measurement.repeat(play, rounds * count))


if measurement.benchmark == "cartpole-steps":
    step()
else:
    train(recurrent=measurement.benchmark == "ppo-recurrent")
