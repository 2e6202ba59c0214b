// Compiles the kernels for each instruction set and chooses among them when the program starts.
#include "VectorKernels.h"

#include "functions.h"

#ifdef __clang__
#define FOR_EACH(i, count)                       \
  _Pragma("clang loop vectorize(assume_safety)") \
  for (size_t i = 0, i##_end = (count); i < i##_end; i++)
#define REORDER_SUMS _Pragma("clang fp reassociate(on)")
#else
#define FOR_EACH(i, count) \
  _Pragma("GCC ivdep")     \
  for (size_t i = 0, i##_end = (count); i < i##_end; i++)
#define REORDER_SUMS
#endif

#define KERNELS(ENTRY)                                                                          \
  ENTRY(tanh) ENTRY(sigmoid) ENTRY(exp) ENTRY(log)                                              \
  ENTRY(add) ENTRY(subtract) ENTRY(multiply) ENTRY(divide) ENTRY(minimum) ENTRY(maximum)        \
  ENTRY(scale) ENTRY(add_scalar) ENTRY(add_scaled) ENTRY(sum) ENTRY(dot) ENTRY(add_rows)        \
  ENTRY(bias_activation) ENTRY(activation_backward) ENTRY(gru_forward) ENTRY(gru_backward)      \
  ENTRY(layer_norm_forward) ENTRY(layer_norm_backward) ENTRY(log_softmax) ENTRY(adam)

struct kernels {
#define ENTRY(name) __typeof__(foal_##name) *name;
  KERNELS(ENTRY)
#undef ENTRY
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
  size_t c = 0;
  if (columns >= 64) {
    memcpy(lanes, x, sizeof lanes);
    for (c = 16; c + 16 <= columns; c += 16) {
      for (size_t i = 0; i < 16; i++) lanes[i] = x[c + i] > lanes[i] ? x[c + i] : lanes[i];
    }
    for (size_t i = 0; i < 16; i++) most = lanes[i] > most ? lanes[i] : most;
  }
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
#undef SUFFIX
#undef TARGET

#ifdef __x86_64__
#define SUFFIX avx2
#define TARGET __attribute__((target("avx2,fma")))
#include "body.inc.h"
#undef SUFFIX
#undef TARGET

#define SUFFIX avx512
#define TARGET __attribute__((target("avx2,fma,avx512f,avx512vl,avx512dq,avx512bw")))
#include "body.inc.h"
#undef SUFFIX
#undef TARGET
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

__attribute__((constructor)) static void choose_at_start(void) { best = choose(2); }

void foal_limit_instruction_set(int limit) { limited = limit < 0 ? NULL : choose(limit); }

#define MAP(name)                                             \
  void foal_##name(size_t count, const float *x, float *y) {  \
    CHOSEN->name(count, x, y);                                \
  }
MAP(tanh) MAP(sigmoid) MAP(exp) MAP(log)

#define COMBINE(name)                                                         \
  void foal_##name(size_t count, const float *x, const float *y, float *z) {  \
    CHOSEN->name(count, x, y, z);                                             \
  }
COMBINE(add) COMBINE(subtract) COMBINE(multiply) COMBINE(divide) COMBINE(minimum) COMBINE(maximum)

#define WITH_SCALAR(name)                                              \
  void foal_##name(size_t count, float s, const float *x, float *z) {  \
    CHOSEN->name(count, s, x, z);                                      \
  }
WITH_SCALAR(scale) WITH_SCALAR(add_scalar) WITH_SCALAR(add_scaled)

float foal_sum(size_t count, const float *x) { return CHOSEN->sum(count, x); }

float foal_dot(size_t count, const float *x, const float *y) { return CHOSEN->dot(count, x, y); }

void foal_add_rows(size_t rows, size_t columns, const float *x, float *sum) {
  CHOSEN->add_rows(rows, columns, x, sum);
}

void foal_bias_activation(size_t rows, size_t columns, int activation, const float *bias, float *y) {
  CHOSEN->bias_activation(rows, columns, activation, bias, y);
}

void foal_activation_backward(size_t rows, size_t columns, int activation, const float *y,
                              const float *dy, float *dz, float *bias) {
  CHOSEN->activation_backward(rows, columns, activation, y, dy, dz, bias);
}

void foal_gru_forward(size_t rows, size_t width, const float *x, const float *hx, const float *h,
                      float *gates, float *candidate, float *next) {
  CHOSEN->gru_forward(rows, width, x, hx, h, gates, candidate, next);
}

void foal_gru_backward(size_t rows, size_t width, const float *gates, const float *candidate,
                       const float *h, const float *dnext, float *dx, float *dhx, float *dh) {
  CHOSEN->gru_backward(rows, width, gates, candidate, h, dnext, dx, dhx, dh);
}

void foal_layer_norm_forward(size_t rows, size_t columns, float epsilon, const float *x,
                             const float *gain, const float *bias, float *normal, float *inverse,
                             float *y) {
  CHOSEN->layer_norm_forward(rows, columns, epsilon, x, gain, bias, normal, inverse, y);
}

void foal_layer_norm_backward(size_t rows, size_t columns, const float *normal,
                              const float *inverse, const float *gain, const float *dy, float *dx,
                              float *dgain, float *dbias) {
  CHOSEN->layer_norm_backward(rows, columns, normal, inverse, gain, dy, dx, dgain, dbias);
}

void foal_log_softmax(size_t rows, size_t columns, const float *x, float *y) {
  CHOSEN->log_softmax(rows, columns, x, y);
}

void foal_adam(size_t count, const foal_adam_settings *settings, const float *g, float *m, float *v,
               float *w) {
  CHOSEN->adam(count, settings, g, m, v, w);
}
