"""Measures recurrent PPO in JAX over XLand-MiniGrid, in the manner of that library's own baseline.

ppo-playroom  1,024 rooms of 9x9 with rules and a goal of their own, a view of 5x5, rollouts of 16
              steps, 1 epoch, 16 minibatches of whole sequences
"""

from contract import Measurement

measurement = Measurement("XLand-MiniGrid (JAX)", "xminigrid", ["ppo-playroom"])

import xland

xland.throughput(measurement, xland.convolved)
