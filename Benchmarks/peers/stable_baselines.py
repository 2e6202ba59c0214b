"""Measures Stable-Baselines3's learners, their environments in its own DummyVecEnv.

ppo              CartPole-v1, the common setting: 64 environments, 128 steps, 4 epochs, 4 minibatches,
                 64x64
sac              Pendulum-v1, its defaults: 256x256, batches of 256, an update a step; counts updates
dqn              CartPole-v1, RL Zoo's settings: 256x256, batches of 64, 128 updates every 256 steps;
                 counts updates
cartpole-solved  RL Zoo's settings for CartPole-v1, until 100 episodes average 475
"""

from contract import Measurement

measurement = Measurement(
    "Stable-Baselines3", "stable_baselines3", ["ppo", "sac", "dqn", "cartpole-solved"]
)

import torch
from stable_baselines3 import DQN, PPO, SAC
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
elif measurement.benchmark == "sac":
    pendulum = make_vec_env("Pendulum-v1", n_envs=1, seed=measurement.seed)
    learner = SAC("MlpPolicy", pendulum, seed=measurement.seed, device="cpu")
    learner.learn(learner.learning_starts)
    learn = lambda: learner.learn(20, reset_num_timesteps=False)
    measurement.report(measurement.repeat(learn, 20))
elif measurement.benchmark == "dqn":
    learner = DQN(
        "MlpPolicy",
        make_vec_env("CartPole-v1", n_envs=1, seed=measurement.seed),
        learning_rate=1e-3,
        batch_size=64,
        buffer_size=100_000,
        learning_starts=1000,
        target_update_interval=10,
        train_freq=256,
        gradient_steps=128,
        policy_kwargs={"net_arch": [256, 256]},
        seed=measurement.seed,
        device="cpu",
    )
    learner.learn(1024)
    learn = lambda: learner.learn(256, reset_num_timesteps=False)
    measurement.report(measurement.repeat(learn, 128))
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
