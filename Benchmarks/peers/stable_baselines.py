"""Measures Stable-Baselines3's PPO on CartPole-v1, its environments in its own DummyVecEnv.

ppo              the common setting: 64 environments, 128 steps, 4 epochs, 4 minibatches, 64x64
cartpole-solved  RL Zoo's settings for CartPole-v1, until 100 episodes average 475
"""

from contract import Measurement

measurement = Measurement("Stable-Baselines3", "stable_baselines3", ["ppo", "cartpole-solved"])

import torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

torch.set_num_threads(measurement.threads)


class UntilSolved(BaseCallback):
    """Ends training when the last 100 episodes average 475."""

    solved = False

    def _on_step(self):
        episodes = self.model.ep_info_buffer
        mean = sum(episode["r"] for episode in episodes) / max(1, len(episodes))
        self.solved = len(episodes) == 100 and mean >= 475
        return not self.solved


def make(environments, **settings):
    """A PPO learner; actor and critic are separate, two layers of 64 with tanh, as by default."""
    cartpoles = make_vec_env("CartPole-v1", n_envs=environments, seed=measurement.seed)
    return PPO("MlpPolicy", cartpoles, seed=measurement.seed, device="cpu", **settings)


if measurement.benchmark == "ppo":
    rollout = 64 * 128
    learner = make(
        64, n_steps=128, n_epochs=4, batch_size=rollout // 4, learning_rate=2.5e-4, ent_coef=0.01
    )
    learn = lambda: learner.learn(rollout, reset_num_timesteps=False)
    measurement.report(measurement.repeat(learn, rollout))
else:
    learner = make(
        8,
        n_steps=32,
        n_epochs=20,
        batch_size=256,
        gae_lambda=0.8,
        gamma=0.98,
        ent_coef=0.0,
        learning_rate=lambda remaining: 1e-3 * remaining,
        clip_range=lambda remaining: 0.2 * remaining,
    )
    callback = UntilSolved()
    measurement.timed(lambda: learner.learn(100_000, callback=callback))
    measurement.report_solved(callback.solved, learner.num_timesteps)
