"""Measures Gymnax's CartPole-v1: 1,024 at once in one compiled scan, random actions.

Observations, rewards and ends of the latest step are carried along, so that each is written.
"""

import time

from contract import Measurement

measurement = Measurement("Gymnax", "gymnax", ["cartpole-steps"])

import gymnax
import jax
import jax.numpy as jnp

COUNT, ROUNDS = 1024, 512
environment, parameters = gymnax.make("CartPole-v1")
reset = jax.vmap(environment.reset, in_axes=(0, None))
step = jax.vmap(environment.step, in_axes=(0, 0, 0, None))


def start(key):
    observation, state = reset(jax.random.split(key, COUNT), parameters)
    return state, observation, jnp.zeros(COUNT), jnp.zeros(COUNT, bool), jnp.zeros(COUNT, bool)


def play(carry, key, actions):
    """Plays one step for each row of actions, `[ROUNDS, COUNT]`."""

    def advance(carry, inputs):
        key, action = inputs
        observation, state, reward, terminated, truncated, _ = step(
            jax.random.split(key, COUNT), carry[0], action, parameters
        )
        return (state, observation, reward, terminated, truncated), None

    return jax.lax.scan(advance, carry, (jax.random.split(key, ROUNDS), actions))[0]


first, second, third = jax.random.split(jax.random.key(measurement.seed), 3)
carry = jax.jit(start)(first)
actions = jax.random.randint(second, (ROUNDS, COUNT), 0, 2)
clock = time.perf_counter()
compiled = jax.jit(play).lower(carry, third, actions).compile()
compile_seconds = time.perf_counter() - clock


def run():
    global carry, third
    third, key = jax.random.split(third)
    carry = jax.block_until_ready(compiled(carry, key, actions))


measurement.report(measurement.repeat(run, ROUNDS * COUNT), compile_seconds)
