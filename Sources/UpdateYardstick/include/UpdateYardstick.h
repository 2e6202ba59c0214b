// How fast one PPO update can be: a bound written by hand, for Foal's own to be held against.
//
// One update is forward, loss gradient, backward, gradient norm and Adam for a network
// 8 -> W -> W -> (4 logits + 1 value) with tanh, on B samples and one thread. The loss is the
// clipped surrogate, half the squared value error and an entropy bonus of 0.01.
// Source of the loss: Schulman et al. (2017), arXiv:1707.06347.
//
// The W x W products are the BLAS's that Foal uses too. All else is fused into four passes over
// blocks of rows, small enough that a block's activations stay in the second-level cache, and
// compiled for several instruction sets, as Foal's own kernels are.
#pragma once

typedef struct foal_yardstick foal_yardstick;

// Makes a network and samples, the same ones for the same sizes. W is a multiple of 8. The caller
// frees it. The BLAS must use one thread; that is the caller's to see to.
foal_yardstick *foal_yardstick_make(int samples, int width);
void foal_yardstick_free(foal_yardstick *yardstick);

// Makes so many updates, each from what the last one left.
void foal_yardstick_update(foal_yardstick *yardstick, int count);

// Puts the weights and Adam's moments back to where they began.
void foal_yardstick_reset(foal_yardstick *yardstick);

// How far the gradient's norm, which is the derivative of the loss along the gradient, is from that
// derivative by finite differences, as a fraction of it. Small if the loop computes what it claims.
double foal_yardstick_gradient_error(foal_yardstick *yardstick);
