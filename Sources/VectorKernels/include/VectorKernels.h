// Loops over numbers, each compiled for several instruction sets; the best one for the
// running processor is chosen once, at start. Every function is thread-safe and allocates nothing.
// Rows and columns are of row-major matrices. Outputs may alias inputs of the same shape.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Activations that are fused with other work.
enum { FOAL_IDENTITY = 0, FOAL_TANH = 1, FOAL_RELU = 2, FOAL_SIGMOID = 3 };

// y = f(x). Within 4 units in the last place; NaN stays NaN.
void foal_tanh(size_t count, const float *x, float *y);
void foal_sigmoid(size_t count, const float *x, float *y);
void foal_exp(size_t count, const float *x, float *y);
void foal_log(size_t count, const float *x, float *y);

// The sine and the cosine of |x| <= 1e6 (for larger x the result is meaningless), within two units in
// the last place, the same to the bit on every instruction set.
void foal_sine_cosine(size_t count, const double *x, double *sine, double *cosine);

// Where the first stretch of `period` values begins that has one outside low...high, or NaN; count if
// there is none. Every stretch has the same bounds; the last may be shorter.
size_t foal_first_outside(size_t count, size_t period, const float *values, const float *low,
                          const float *high);

// z = x op y; s is a scalar. The minimum and maximum of NaN and anything are NaN.
void foal_add(size_t count, const float *x, const float *y, float *z);
void foal_subtract(size_t count, const float *x, const float *y, float *z);
void foal_multiply(size_t count, const float *x, const float *y, float *z);
void foal_divide(size_t count, const float *x, const float *y, float *z);
void foal_minimum(size_t count, const float *x, const float *y, float *z);
void foal_maximum(size_t count, const float *x, const float *y, float *z);
void foal_scale(size_t count, float s, const float *x, float *z);      // z = s * x
void foal_add_scalar(size_t count, float s, const float *x, float *z); // z = s + x
void foal_add_scaled(size_t count, float s, const float *x, float *z); // z += s * x

// Sums, with several accumulators.
float foal_sum(size_t count, const float *x);
float foal_dot(size_t count, const float *x, const float *y);
void foal_add_rows(size_t rows, size_t columns, const float *x, float *sum); // sum[c] += x[r][c]

// y[r][c] = activation(y[r][c] + bias[c]).
void foal_bias_activation(size_t rows, size_t columns, int activation, const float *bias, float *y);

// Given y = activation(z) and dy: dz = dy * activation'(z), and bias[c] = sum over rows of dz.
void foal_activation_backward(size_t rows, size_t columns, int activation, const float *y,
                              const float *dy, float *dz, float *bias);

// One step of a GRU whose candidate is n = tanh(xn + r * hn); gates lie in the order r, z, n.
//   r = sigmoid(xr + hr)   z = sigmoid(xz + hz)   h' = (1 - z) * n + z * h
// x and hx, [rows, 3 * width], are the input's and the memory's projections with their biases.
// gates, [rows, 3 * width], takes r, z and n for the backward pass; it may be hx itself only if
// candidate, [rows, width], which takes hn, is given.
void foal_gru_forward(size_t rows, size_t width, const float *x, const float *hx, const float *h,
                      float *gates, float *candidate, float *next);

// The derivative of the step: from dnext to dx, dhx, [rows, 3 * width], and dh (the part that does
// not pass through hx), [rows, width].
void foal_gru_backward(size_t rows, size_t width, const float *gates, const float *candidate,
                       const float *h, const float *dnext, float *dx, float *dhx, float *dh);

// Each row to zero mean and unit variance: normal = (x - mean) * inverse, with
// inverse = 1 / sqrt(variance + epsilon), [rows]; y = normal * gain + bias.
void foal_layer_norm_forward(size_t rows, size_t columns, float epsilon, const float *x,
                             const float *gain, const float *bias, float *normal, float *inverse,
                             float *y);
// dx from dy; dgain and dbias, [columns], are added to.
void foal_layer_norm_backward(size_t rows, size_t columns, const float *normal,
                              const float *inverse, const float *gain, const float *dy, float *dx,
                              float *dgain, float *dbias);

// y[r] = log-softmax of x[r].
void foal_log_softmax(size_t rows, size_t columns, const float *x, float *y);

// z = softmax(x + y), over all elements.
void foal_softmax_of_sum(size_t count, const float *x, const float *y, float *z);
// Given y = softmax(x) and dy: dx = y * (dy - the sum of y * dy).
void foal_softmax_backward(size_t count, const float *y, const float *dy, float *dx);

// One step of Adam with decoupled weight decay over a flat vector; g is scaled by gradientScale.
//   m = b1 m + (1 - b1) g     v = b2 v + (1 - b2) g^2
//   w = w - rate * (m * correction1 / (sqrt(v * correction2) + epsilon) + decay * w)
typedef struct {
  float gradientScale, rate, beta1, beta2, epsilon, decay, correction1, correction2;
} foal_adam_settings;
void foal_adam(size_t count, const foal_adam_settings *settings, const float *g, float *m, float *v,
               float *w);

// The instruction set whose loops were chosen at start: "AVX-512", "AVX2", "SSE2", "NEON". The
// environment variable FOAL_INSTRUCTION_SET limits the choice: "baseline", "avx2" or "avx512". It is
// for counting instructions, which mean the same on two machines only if both run the same loops.
const char *foal_instruction_set(void);

// For tests: limits the calling thread to the baseline (0), AVX2 (1) or AVX-512 (2); -1 lifts it.
void foal_limit_instruction_set(int limit);
