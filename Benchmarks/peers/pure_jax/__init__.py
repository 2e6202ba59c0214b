"""PPO on Gymnax's CartPole-v1 as one pure function of a learner, in the manner of PureJaxRL.

Sources: Schulman et al. (2017), arXiv:1707.06347; Lu et al. (2022), arXiv:2210.05639.
"""

from typing import NamedTuple

import gymnax
import jax
import jax.numpy as jnp
import optax


class Setting(NamedTuple):
    environments: int = 64
    horizon: int = 128
    epochs: int = 4
    minibatches: int = 4
    hidden: tuple = (64, 64)
    shared: bool = False  # One hidden part for actor and critic.
    updates: int = 0  # Over so many the learning rate falls to 0; 0: it stays.

    @property
    def batch(self):
        return self.environments * self.horizon


DISCOUNT, GAE_LAMBDA, CLIP, ENTROPY, VALUE = 0.99, 0.95, 0.2, 0.01, 0.5
environment, parameters = gymnax.make("CartPole-v1")


def layers(key, widths, scales):
    """Orthogonal weights, zero biases."""
    keys = jax.random.split(key, len(scales))
    orthogonal = jax.nn.initializers.orthogonal
    shapes = zip(keys, scales, widths, widths[1:])
    return [(orthogonal(scale)(key, (i, o)), jnp.zeros(o)) for key, scale, i, o in shapes]


def initial_weights(setting, key):
    shared, policy, value = jax.random.split(key, 3)
    widths, gain = (4, *setting.hidden), [2**0.5] * len(setting.hidden)
    if setting.shared:
        trunk, widths, rest = layers(shared, widths, gain), widths[-1:], []
    else:
        trunk, rest = [], gain
    return (
        trunk,
        layers(policy, (*widths, 2), [*rest, 0.01]),
        layers(value, (*widths, 1), [*rest, 1]),
    )


def evaluate(weights, observation):
    """Log-probabilities of the actions and the value of observations `[..., 4]`."""
    trunk, policy, value = weights

    def hidden(x, layers):
        for weight, bias in layers:
            x = jnp.tanh(x @ weight + bias)
        return x

    def head(x, layers):
        return hidden(x, layers[:-1]) @ layers[-1][0] + layers[-1][1]

    x = hidden(observation, trunk)
    return jax.nn.log_softmax(head(x, policy)), head(x, value)[..., 0]


def at(log_probabilities, action):
    return jnp.take_along_axis(log_probabilities, action[..., None], -1)[..., 0]


def optimizer(setting):
    def rate(count):
        done = count // (setting.epochs * setting.minibatches)
        return 2.5e-4 * (1 - done / setting.updates) if setting.updates else 2.5e-4

    return optax.chain(optax.clip_by_global_norm(0.5), optax.adam(rate, eps=1e-5))


def start(setting, key):
    """A learner: weights, the optimizer's moments, the environments at play, a key."""
    key, first, second = jax.random.split(key, 3)
    weights = initial_weights(setting, first)
    keys = jax.random.split(second, setting.environments)
    observation, state = jax.vmap(environment.reset, in_axes=(0, None))(keys, parameters)
    lengths = jnp.zeros(setting.environments, int)
    return weights, optimizer(setting).init(weights), (state, observation, lengths), key


def rollout(setting, weights, play, key):
    """Plays `horizon` steps; each part of the trajectory is `[T, B]`."""
    step = jax.vmap(environment.step, in_axes=(0, 0, 0, None))

    def act(play, key):
        state, observation, lengths = play
        choose, move = jax.random.split(key)
        log_probabilities, value = evaluate(weights, observation)
        action = jax.random.categorical(choose, log_probabilities)
        keys = jax.random.split(move, setting.environments)
        following, state, reward, terminated, truncated, _ = step(keys, state, action, parameters)
        done, lengths = terminated | truncated, lengths + 1
        seen = (observation, action, at(log_probabilities, action), value, reward, done)
        ended = jnp.where(done, lengths, 0)
        return (state, following, lengths - ended), (seen, ended)

    return jax.lax.scan(act, play, jax.random.split(key, setting.horizon))


def advantages(values, rewards, dones, last_value):
    """Generalized advantage estimation, backwards in time."""

    def back(carry, now):
        advantage, following = carry
        value, reward, done = now
        error = reward + DISCOUNT * following * (1 - done) - value
        advantage = error + DISCOUNT * GAE_LAMBDA * (1 - done) * advantage
        return (advantage, value), advantage

    first = (jnp.zeros_like(last_value), last_value)
    return jax.lax.scan(back, first, (values, rewards, dones), reverse=True, unroll=16)[1]


def loss(weights, samples):
    observation, action, old, old_value, advantage, target = samples
    log_probabilities, value = evaluate(weights, observation)
    ratio = jnp.exp(at(log_probabilities, action) - old)
    advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
    gain = jnp.minimum(ratio * advantage, jnp.clip(ratio, 1 - CLIP, 1 + CLIP) * advantage)
    near = old_value + jnp.clip(value - old_value, -CLIP, CLIP)
    error = 0.5 * jnp.maximum((value - target) ** 2, (near - target) ** 2)
    entropy = -(jnp.exp(log_probabilities) * log_probabilities).sum(-1)
    return -gain.mean() + VALUE * error.mean() - ENTROPY * entropy.mean()


def update(setting, learner):
    """One rollout and its epochs; also the lengths of the episodes that ended, `[T, B]`, else 0."""
    weights, moments, play, key = learner
    key, playing, shuffling = jax.random.split(key, 3)
    play, (trajectory, ended) = rollout(setting, weights, play, playing)
    observation, action, old, value, reward, done = trajectory
    advantage = advantages(value, reward, done, evaluate(weights, play[1])[1])
    samples = (observation, action, old, value, advantage, advantage + value)
    samples = jax.tree.map(lambda x: x.reshape(setting.batch, *x.shape[2:]), samples)

    def learn(carry, chosen):
        weights, moments = carry
        gradient = jax.grad(loss)(weights, jax.tree.map(lambda x: x[chosen], samples))
        change, moments = optimizer(setting).update(gradient, moments)
        return (optax.apply_updates(weights, change), moments), None

    def epoch(carry, key):
        order = jax.random.permutation(key, setting.batch)
        return jax.lax.scan(learn, carry, order.reshape(setting.minibatches, -1))

    keys = jax.random.split(shuffling, setting.epochs)
    (weights, moments), _ = jax.lax.scan(epoch, (weights, moments), keys)
    return (weights, moments, play, key), ended
