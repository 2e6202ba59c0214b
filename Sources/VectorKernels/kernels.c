// Compiles the kernels for each instruction set and chooses among them when the program starts.
#include "VectorKernels.h"

#include <stdlib.h>

#include "functions.h"

// FOR_EACH: a loop that carries nothing but sums from one step to the next; it vectorises even
// where an output is an input. FOR_STRIDED: one for which gathers would be slower than scalars.
#ifdef __clang__
#define FOR_EACH(i, count)                       \
  _Pragma("clang loop vectorize(assume_safety)") \
  for (size_t i = 0, i##_end = (count); i < i##_end; i++)
#define FOR_STRIDED(i, count)                              \
  _Pragma("clang loop vectorize(disable) unroll_count(4)") \
  for (size_t i = 0; i < (count); i++)
#define REORDER_SUMS _Pragma("clang fp reassociate(on)")
#else
#define FOR_EACH(i, count) \
  _Pragma("GCC ivdep") for (size_t i = 0, i##_end = (count); i < i##_end; i++)
#define FOR_STRIDED(i, count) for (size_t i = 0; i < (count); i++)
#define REORDER_SUMS
#endif

#define KERNELS(ENTRY)                                                                          \
  ENTRY(tanh) ENTRY(sigmoid) ENTRY(exp) ENTRY(log)                                              \
  ENTRY(add) ENTRY(subtract) ENTRY(multiply) ENTRY(divide) ENTRY(minimum) ENTRY(maximum)        \
  ENTRY(scale) ENTRY(add_scalar) ENTRY(add_scaled) ENTRY(sum) ENTRY(dot) ENTRY(add_rows)        \
  ENTRY(bias_activation) ENTRY(activation_backward) ENTRY(gru_forward) ENTRY(gru_backward)      \
  ENTRY(layer_norm_forward) ENTRY(layer_norm_backward) ENTRY(log_softmax)                       \
  ENTRY(softmax_of_sum) ENTRY(softmax_backward) ENTRY(adam) ENTRY(sine_cosine)                  \
  ENTRY(first_outside)

struct kernels {
#define POINTER(name) __typeof__(foal_##name) *name;
  KERNELS(POINTER)
};

// Narrow rows whose width is no multiple of a vector are joined, 16 to a row.
enum { JOINED_ROWS = 16, JOINED_FLOATS = 64 * JOINED_ROWS };

INLINE size_t rows_joined(size_t rows, size_t columns) {
  if (columns % 16 == 0 || columns > 64) return 1;
  return rows < JOINED_ROWS ? rows : JOINED_ROWS;
}

/// sum[c] += the sum of column c over joined rows.
INLINE void fold_rows(size_t rows, size_t columns, const float *joined, float *sum) {
  for (size_t row = 0; row < rows; row++) {
    for (size_t c = 0; c < columns; c++) sum[c] += joined[row * columns + c];
  }
}

INLINE float row_maximum(size_t columns, const float *x) {
  float lanes[16], most = -__builtin_inff();
  for (size_t i = 0; i < 16; i++) lanes[i] = most;
  size_t c = 0;
  for (; c + 16 <= columns; c += 16) {
    for (size_t i = 0; i < 16; i++) lanes[i] = x[c + i] > lanes[i] ? x[c + i] : lanes[i];
  }
  for (size_t i = 0; i < 16; i++) most = lanes[i] > most ? lanes[i] : most;
  for (; c < columns; c++) most = x[c] > most ? x[c] : most;
  return most;
}

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define SUFFIXED(name) JOIN(name, SUFFIX)
#define KERNEL_RETURNING(type, name) TARGET static type SUFFIXED(name)
#define KERNEL(name) KERNEL_RETURNING(void, name)

// SSE2 on x86-64, NEON on arm64.
#define SUFFIX baseline
#define TARGET
#include "body.inc.h"

#ifdef __x86_64__
#define SUFFIX avx2
#define TARGET __attribute__((target("avx2,fma")))
#include "body.inc.h"

#define SUFFIX avx512
#define TARGET __attribute__((target("avx2,fma,avx512f,avx512vl,avx512dq,avx512bw")))
#include "body.inc.h"
#endif

static const struct kernels *best = &kernels_baseline;
static _Thread_local const struct kernels *limited;
#define CHOSEN (limited ? limited : best)

static const struct kernels *choose(int limit) {
#ifdef __x86_64__
  __builtin_cpu_init();
  int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
  if (avx512 && limit >= 2) return &kernels_avx512;
  if (avx2 && limit >= 1) return &kernels_avx2;
#endif
  (void)limit;
  return &kernels_baseline;
}

__attribute__((constructor)) static void choose_at_start(void) {
  const char *limit = getenv("FOAL_INSTRUCTION_SET");
  if (limit == NULL) limit = "";
  best = choose(strcmp(limit, "baseline") == 0 ? 0 : strcmp(limit, "avx2") == 0 ? 1 : 2);
}

const char *foal_instruction_set(void) {
#ifdef __x86_64__
  if (best == &kernels_avx512) return "AVX-512";
  return best == &kernels_avx2 ? "AVX2" : "SSE2";
#elif defined(__aarch64__)
  return "NEON";
#else
  return "baseline";
#endif
}

void foal_limit_instruction_set(int limit) { limited = limit < 0 ? NULL : choose(limit); }

#define FORWARD(name, parameters, arguments) \
  void foal_##name parameters { CHOSEN->name arguments; }
#define FORWARD_MAP(name) FORWARD(name, (size_t count, const float *x, float *y), (count, x, y))
FORWARD_MAP(tanh) FORWARD_MAP(sigmoid) FORWARD_MAP(exp) FORWARD_MAP(log)

FORWARD(sine_cosine, (size_t count, const double *x, double *sine, double *cosine),
        (count, x, sine, cosine))
size_t foal_first_outside(size_t count, size_t period, const float *values, const float *low,
                          const float *high) {
  return CHOSEN->first_outside(count, period, values, low, high);
}

#define FORWARD_COMBINE(name) \
  FORWARD(name, (size_t count, const float *x, const float *y, float *z), (count, x, y, z))
FORWARD_COMBINE(add) FORWARD_COMBINE(subtract) FORWARD_COMBINE(multiply)
FORWARD_COMBINE(divide) FORWARD_COMBINE(minimum) FORWARD_COMBINE(maximum)
FORWARD_COMBINE(softmax_of_sum) FORWARD_COMBINE(softmax_backward)

#define FORWARD_WITH_SCALAR(name) \
  FORWARD(name, (size_t count, float s, const float *x, float *z), (count, s, x, z))
FORWARD_WITH_SCALAR(scale) FORWARD_WITH_SCALAR(add_scalar) FORWARD_WITH_SCALAR(add_scaled)

float foal_sum(size_t count, const float *x) { return CHOSEN->sum(count, x); }
float foal_dot(size_t count, const float *x, const float *y) { return CHOSEN->dot(count, x, y); }

FORWARD(add_rows, (size_t rows, size_t columns, const float *x, float *sum),
        (rows, columns, x, sum))
FORWARD(log_softmax, (size_t rows, size_t columns, const float *x, float *y),
        (rows, columns, x, y))
FORWARD(bias_activation,
        (size_t rows, size_t columns, int activation, const float *bias, float *y),
        (rows, columns, activation, bias, y))
FORWARD(activation_backward,
        (size_t rows, size_t columns, int activation, const float *y, const float *dy, float *dz,
         float *bias),
        (rows, columns, activation, y, dy, dz, bias))
FORWARD(gru_forward,
        (size_t rows, size_t width, const float *x, const float *hx, const float *h, float *gates,
         float *candidate, float *next),
        (rows, width, x, hx, h, gates, candidate, next))
FORWARD(gru_backward,
        (size_t rows, size_t width, const float *gates, const float *candidate, const float *h,
         const float *dnext, float *dx, float *dhx, float *dh),
        (rows, width, gates, candidate, h, dnext, dx, dhx, dh))
FORWARD(layer_norm_forward,
        (size_t rows, size_t columns, float epsilon, const float *x, const float *gain,
         const float *bias, float *normal, float *inverse, float *y),
        (rows, columns, epsilon, x, gain, bias, normal, inverse, y))
FORWARD(layer_norm_backward,
        (size_t rows, size_t columns, const float *normal, const float *inverse, const float *gain,
         const float *dy, float *dx, float *dgain, float *dbias),
        (rows, columns, normal, inverse, gain, dy, dx, dgain, dbias))
FORWARD(adam,
        (size_t count, const foal_adam_settings *settings, const float *g, float *m, float *v,
         float *w),
        (count, settings, g, m, v, w))
