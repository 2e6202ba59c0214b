"""Measures the recurrent PPO of `xland_ppo` with its convolutions as products of matrices, which is
much faster on a processor.

ppo-playroom  1,024 rooms of 9x9 with rules and a goal of their own, a view of 5x5, rollouts of 16
              steps, 1 epoch, 16 minibatches of whole sequences
"""

from contract import Measurement

measurement = Measurement("XLand-MiniGrid (JAX, products)", "xminigrid", ["ppo-playroom"])

import xland

xland.throughput(measurement, xland.multiplied)
