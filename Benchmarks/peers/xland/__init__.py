"""Recurrent PPO in JAX over XLand-MiniGrid, in the manner of that library's own baseline.

Tiles and colours are embedded and convolved; with them and the last action and reward, a GRU; actor
and critic have a layer of their own. Whole rollouts and updates are one compiled program.
"""

import random
import sys
import time

import jax
import jax.numpy as jnp
import numpy
import optax
import xminigrid
from xminigrid.core import goals, rules
from xminigrid.core.constants import NUM_COLORS, NUM_TILES, Colors, Tiles
from xminigrid.types import RuleSet
from xminigrid.wrappers import GymAutoResetWrapper

DISCOUNT, GAE_LAMBDA, CLIP, ENTROPY, VALUE = 0.99, 0.95, 0.2, 0.01, 0.5
ROOMS, STEPS, MINIBATCHES, UPDATES_A_CALL = 1024, 16, 16, 4
EMBEDDING, CHANNELS, MEMORY, HEAD = 16, (16, 32, 64), 84, 64
MOST_RULES, MOST_OBJECTS = 3, 6


def draw_ruleset(draw):
    """A goal, up to two rules that lead to it, up to one that leads nowhere, and the objects."""
    kinds = [
        (shape, color)
        for shape in (Tiles.BALL, Tiles.SQUARE, Tiles.PYRAMID, Tiles.KEY)
        for color in range(Colors.RED, Colors.GREY + 1)
    ]
    draw.shuffle(kinds)

    def tile():
        return jnp.array(kinds.pop(), dtype=jnp.uint8)

    def rule(product):
        """A rule that makes a product, and what it needs."""
        kind, first = draw.randrange(3), tile()
        if kind == 2:
            second = tile()
            made = rules.TileNearRule(tile_a=first, tile_b=second, prod_tile=product)
            return made.encode(), [first, second]
        form = (rules.AgentHoldRule, rules.AgentNearRule)[kind]
        return form(tile=first, prod_tile=product).encode(), [first]

    kind, wanted = draw.randrange(3), tile()
    needed, chosen = [wanted], []
    if kind == 2:
        other = tile()
        goal, needed = goals.TileNearGoal(tile_a=wanted, tile_b=other), [wanted, other]
    else:
        goal = (goals.AgentHoldGoal, goals.AgentNearGoal)[kind](tile=wanted)
    for _ in range(draw.randrange(3)):
        made, inputs = rule(needed[0])
        chosen.append(made)
        needed = inputs + needed[1:]
    if draw.randrange(2):
        made, inputs = rule(tile())
        chosen.append(made)
        needed += inputs[:1]
    objects = (needed + [tile() for _ in range(3)])[:MOST_OBJECTS]
    chosen += [rules.EmptyRule().encode()] * (MOST_RULES - len(chosen))
    objects += [jnp.zeros(2, jnp.uint8)] * (MOST_OBJECTS - len(objects))
    return [numpy.stack(part) for part in (goal.encode()[None], chosen, objects)]


def rooms(seed):
    """The environment and the parameters of all rooms."""
    draw = random.Random(seed)
    goal, chosen, objects = (
        jnp.stack(part) for part in zip(*(draw_ruleset(draw) for _ in range(ROOMS)))
    )
    environment, parameters = xminigrid.make("XLand-MiniGrid-R1-9x9")
    ruleset = RuleSet(goal=goal[:, 0], rules=chosen, init_tiles=objects)
    return GymAutoResetWrapper(environment), parameters.replace(ruleset=ruleset, view_size=5)


def initial_weights(key, actions):
    def layer(inputs, outputs, gain=2**0.5):
        nonlocal key
        key, mine = jax.random.split(key)
        weight = jax.nn.initializers.orthogonal(gain)(mine, (inputs, outputs))
        return weight, jnp.zeros(outputs)

    widths = (2 * EMBEDDING, *CHANNELS)
    # Three convolutions by 2x2 leave 2x2 of the 5x5 cells.
    inputs = 4 * CHANNELS[-1] + EMBEDDING + 1
    return {
        "tiles": layer(NUM_TILES, EMBEDDING)[0],
        "colors": layer(NUM_COLORS, EMBEDDING)[0],
        "actions": layer(actions, EMBEDDING)[0],
        "convolutions": [layer(4 * a, b) for a, b in zip(widths, widths[1:])],
        "input": layer(inputs, 3 * MEMORY, 1),
        "memory": layer(MEMORY, 3 * MEMORY, 1),
        "actor": [layer(MEMORY, HEAD, 2), layer(HEAD, actions, 0.01)],
        "critic": [layer(MEMORY, HEAD, 2), layer(HEAD, 1, 1)],
    }


def convolved(x, weight):
    """A convolution by 2x2, as JAX has it and the library's baseline uses it."""
    kernel = weight.reshape(2, 2, x.shape[-1], -1)
    return jax.lax.conv_general_dilated(
        x, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


def multiplied(x, weight):
    """The same as one product of matrices."""
    patches = [x[:, :-1, :-1], x[:, :-1, 1:], x[:, 1:, :-1], x[:, 1:, 1:]]
    return jnp.concatenate(patches, -1) @ weight


def encode(convolve, weights, seen):
    """What is seen, `[N, 5, 5, 2]`, last actions `[N]` and rewards `[N]` as features."""
    view, action, reward = seen

    x = jnp.concatenate([weights["tiles"][view[..., 0]], weights["colors"][view[..., 1]]], -1)
    for weight, bias in weights["convolutions"]:
        x = jax.nn.relu(convolve(x, weight) + bias)
    x = x.reshape(len(x), -1)
    return jnp.concatenate([x, weights["actions"][action], reward[:, None]], -1)


def evaluate(convolve, weights, seen, memory):
    """Log-probabilities, values and memories of sequences, `[T, B, ...]`."""
    steps, count = seen[1].shape
    flat = jax.tree.map(lambda x: x.reshape(steps * count, *x.shape[2:]), seen)
    weight, bias = weights["input"]
    inputs = (encode(convolve, weights, flat) @ weight + bias).reshape(steps, count, -1)
    recurrent, offset = weights["memory"]

    def recall(memory, x):
        xr, xz, xn = jnp.split(x, 3, -1)
        hr, hz, hn = jnp.split(memory @ recurrent + offset, 3, -1)
        update = jax.nn.sigmoid(xz + hz)
        candidate = jnp.tanh(xn + jax.nn.sigmoid(xr + hr) * hn)
        memory = (1 - update) * candidate + update * memory
        return memory, memory

    last, memories = jax.lax.scan(recall, memory, inputs)

    def head(layers):
        (first, first_bias), (second, second_bias) = layers
        return jnp.tanh(memories @ first + first_bias) @ second + second_bias

    return jax.nn.log_softmax(head(weights["actor"])), head(weights["critic"])[..., 0], last


def at(logarithms, action):
    return jnp.take_along_axis(logarithms, action[..., None], -1)[..., 0]


def advantages(rewards, values, last_value):
    """Generalized advantage estimation over steps that never end, backwards in time."""

    def back(carry, now):
        advantage, following = carry
        reward, value = now
        error = reward + DISCOUNT * following - value
        advantage = error + DISCOUNT * GAE_LAMBDA * advantage
        return (advantage, value), advantage

    first = (jnp.zeros_like(last_value), last_value)
    return jax.lax.scan(back, first, (rewards, values), reverse=True, unroll=STEPS)[1]


def loss(weights, convolve, batch):
    seen, memory, action, old, advantage, target = batch
    logarithms, value, _ = evaluate(convolve, weights, seen, memory)
    ratio = jnp.exp(at(logarithms, action) - old)
    advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
    gain = jnp.minimum(ratio * advantage, jnp.clip(ratio, 1 - CLIP, 1 + CLIP) * advantage)
    entropy = -(jnp.exp(logarithms) * logarithms).sum(-1)
    error = 0.5 * (value - target) ** 2
    return -gain.mean() + VALUE * error.mean() - ENTROPY * entropy.mean()


optimizer = optax.chain(optax.clip_by_global_norm(0.5), optax.adam(1e-3, eps=1e-5))


def rollout(convolve, environment, parameters, weights, play, key):
    """Plays in all rooms; what was seen and done is `[T, B, ...]`."""

    def act(play, key):
        timestep, action, memory = play
        seen = (timestep.observation, action, timestep.reward)
        once = jax.tree.map(lambda x: x[None], seen)
        logarithms, value, memory = evaluate(convolve, weights, once, memory)
        action = jax.random.categorical(key, logarithms[0])
        timestep = jax.vmap(environment.step)(parameters, timestep, action)
        done = (seen, action, at(logarithms[0], action), value[0], timestep.reward)
        return (timestep, action, memory), done

    return jax.lax.scan(act, play, jax.random.split(key, STEPS))


def update(convolve, environment, parameters, learner):
    """One rollout and its minibatches; the memory, and with it the return, spans episodes."""
    weights, moments, play, key = learner
    key, playing, shuffling = jax.random.split(key, 3)
    start = play[2]
    play, (seen, action, old, value, reward) = rollout(
        convolve, environment, parameters, weights, play, playing
    )
    timestep, last, memory = play
    following = jax.tree.map(lambda x: x[None], (timestep.observation, last, timestep.reward))
    next_value = evaluate(convolve, weights, following, memory)[1][0]
    advantage = advantages(reward, value, next_value)
    batch = (seen, action, old, advantage, advantage + value)

    def learn(carry, chosen):
        weights, moments = carry
        seen, *rest = jax.tree.map(lambda x: x[:, chosen], batch)
        gradient = jax.grad(loss)(weights, convolve, (seen, start[chosen], *rest))
        change, moments = optimizer.update(gradient, moments)
        return (optax.apply_updates(weights, change), moments), None

    order = jax.random.permutation(shuffling, ROOMS).reshape(MINIBATCHES, -1)
    (weights, moments), _ = jax.lax.scan(learn, (weights, moments), order)
    return (weights, moments, play, key), reward.sum()


def throughput(measurement, convolve):
    """Whole training, a few updates a call."""
    environment, parameters = rooms(measurement.seed)
    key, first, second = jax.random.split(jax.random.key(measurement.seed), 3)
    weights = initial_weights(first, environment.num_actions(parameters))
    print(f"{sum(x.size for x in jax.tree.leaves(weights))} weights", file=sys.stderr)
    timestep = jax.vmap(environment.reset)(parameters, jax.random.split(second, ROOMS))
    play = (timestep, jnp.zeros(ROOMS, int), jnp.zeros((ROOMS, MEMORY)))
    learner = (weights, optimizer.init(weights), play, key)

    def again(learner, _):
        return update(convolve, environment, parameters, learner)

    def several(learner):
        return jax.lax.scan(again, learner, None, UPDATES_A_CALL)

    clock = time.perf_counter()
    program = jax.jit(several).lower(learner).compile()
    compile_seconds = time.perf_counter() - clock

    def train():
        nonlocal learner
        learner, rewards = jax.block_until_ready(program(learner))
        print(f"rewards of {rewards.sum():.1f}", file=sys.stderr)

    steps = measurement.repeat(train, UPDATES_A_CALL * ROOMS * STEPS)
    measurement.report(steps, compile_seconds)
