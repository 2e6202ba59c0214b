"""Measures PPO in JAX as PureJaxRL has it: environments, rollouts and updates in one program.

ppo              the common setting: 64 environments, 128 steps, 4 epochs, 4 minibatches, 64x64
ppo-wide         PufferLib's: 4,096 environments, 64 steps, 1 epoch, 8 minibatches, one layer of 128
cartpole-solved  PureJaxRL's settings, until the last 100 episodes average 475
"""

import sys
import time

from contract import Measurement

measurement = Measurement("JAX (as PureJaxRL)", "jax", ["ppo", "ppo-wide", "cartpole-solved"])

import jax
import jax.numpy as jnp

from pure_jax import Setting, start, update


def compiled(function, *arguments):
    """The compiled function and the seconds that it took."""
    clock = time.perf_counter()
    program = jax.jit(function).lower(*arguments).compile()
    return program, time.perf_counter() - clock


def throughput(setting):
    """Whole training, a few updates a call."""
    calls = max(1, 65_536 // setting.batch)
    learner = jax.jit(lambda key: start(setting, key))(jax.random.key(measurement.seed))

    def several(learner):
        learner, ended = jax.lax.scan(lambda l, _: update(setting, l), learner, None, calls)
        return learner, ended.sum() / (ended > 0).sum()

    program, compile_seconds = compiled(several, learner)

    def train():
        nonlocal learner
        learner, length = jax.block_until_ready(program(learner))
        print(f"episodes of {length:.0f}", file=sys.stderr)

    measurement.report(measurement.repeat(train, calls * setting.batch), compile_seconds)


def solve(setting):
    """Trains within one program until it is solved or the updates are over."""

    def unsolved(carry):
        _, latest, episodes, updates = carry
        solved = (episodes >= 100) & (latest.mean() >= 475)
        return ~solved & (updates < setting.updates)

    def another(carry):
        learner, latest, episodes, updates = carry
        learner, ended = update(setting, learner)
        ended = ended.reshape(-1)
        # Each episode that ended takes the place of the oldest of 100; the others fall outside.
        order = episodes + jnp.cumsum(ended > 0) - 1
        latest = latest.at[jnp.where(ended > 0, order % 100, 100)].set(ended, mode="drop")
        return learner, latest, episodes + (ended > 0).sum(), updates + 1

    def train(key):
        carry = (start(setting, key), jnp.zeros(100, int), 0, 0)
        return jax.lax.while_loop(unsolved, another, carry)[1:]

    key = jax.random.key(measurement.seed)
    program, compile_seconds = compiled(train, key)
    latest, episodes, updates = measurement.timed(lambda: jax.block_until_ready(program(key)))
    solved = bool(episodes >= 100 and latest.mean() >= 475)
    measurement.report_solved(solved, int(updates) * setting.batch, compile_seconds)


if measurement.benchmark == "ppo":
    throughput(Setting())
elif measurement.benchmark == "ppo-wide":
    throughput(Setting(4096, 64, epochs=1, minibatches=8, hidden=(128,), shared=True))
else:
    solve(Setting(environments=4, updates=500_000 // (4 * 128)))
