// The hand-written update; what it computes is said in its header.
#include "UpdateYardstick.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "VectorKernels.h"

enum { inputs = 8, logits = 4, heads = logits + 1, lanes = 8, rowsInBlock = 256 };

static const float clipRange = 0.2f, entropyBonus = 0.01f, largestNorm = 0.5f;
static const float learningRate = 3e-4f, decay1 = 0.9f, decay2 = 0.999f, tiny = 1e-5f;

// The one function of the BLAS that is called, and the values of its enumerations.
void cblas_sgemm(int order, int transposeA, int transposeB, int m, int n, int k, float alpha,
                 const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
enum { rowMajor = 101, plain = 111, transposed = 112 };

// Everything is compiled into each of the functions at the end, for its instruction set. Sums may
// be reordered; no output of a loop is an input of it in another place.
#define INLINE static inline __attribute__((always_inline))
#define FAST _Pragma("clang fp reassociate(on) contract(fast)")
#define FOR(i, count)                            \
  _Pragma("clang loop vectorize(assume_safety)") \
  for (int i = 0; i < (count); i++)

// Vectors are never passed, because everything is inlined: there is no convention to change.
#pragma clang diagnostic ignored "-Wpsabi"
typedef float vec __attribute__((vector_size(4 * lanes)));

// Views of one flat vector. The head is stored [heads, W], the other layers [inputs, outputs].
typedef struct {
  float *flat, *w1, *b1, *w2, *b2, *w3, *b3;
} Parameters;

typedef struct foal_yardstick {
  int samples, width, block, count;
  long steps;
  Parameters weights, gradient;
  float *moment1, *moment2;
  float *observations, *advantages, *returns, *oldLogProbabilities;
  int *actions;
  float *hidden1, *hidden2, *delta1, *delta2;  // [block, W]
  float *outputs, *outputDeltas;               // [heads, block], so that the loss runs over samples
  double loss;
} Update;

INLINE vec load(const float *from) {
  vec value;
  memcpy(&value, from, sizeof value);
  return value;
}

INLINE void store(float *to, vec value) { memcpy(to, &value, sizeof value); }

INLINE float total(vec v) {
  FAST
  float sum = 0;
  for (int i = 0; i < lanes; i++) sum += v[i];
  return sum;
}

INLINE int bitsOf(float x) {
  int bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

INLINE float floatOf(int bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

INLINE float least(float a, float b) { return a < b ? a : b; }
INLINE float most(float a, float b) { return a > b ? a : b; }

// 2^t = 2^n 2^f, |f| <= 1/2, and 2^f from a polynomial; t in -126...126. The largest relative error
// is about 2e-7.
INLINE float powerOfTwo(float t) {
  const float rounder = 12582912;  // 1.5 * 2^23: what is added to it is rounded to a whole number
  float n = (t + rounder) - rounder, f = t - n;
  float p = 1.3399e-3f + f * 1.5353362e-4f;
  p = 9.6184373e-3f + f * p;
  p = 5.5503324e-2f + f * p;
  p = 2.4022648e-1f + f * p;
  p = 6.9314720e-1f + f * p;
  p = 1.0f + f * p;
  return floatOf(bitsOf(p) + ((int)n << 23));
}

INLINE float expOf(float x) { return powerOfTwo(most(1.442695041f * x, -126)); }

// tanh(x) = 1 - 2 / (exp(2x) + 1).
INLINE float tanhOf(float x) {
  return 1 - 2 / (powerOfTwo(2.885390082f * least(most(x, -9.01f), 9.01f)) + 1);
}

// log(x) = k ln 2 + 2 atanh(s), x = 2^k (1 + f), s = f / (2 + f), |s| < 0.172.
INLINE float logOf(float x) {
  int k = (bitsOf(x) - bitsOf(0.70710678f)) >> 23;
  float f = floatOf(bitsOf(x) - (k << 23)) - 1, s = f / (2 + f), z = s * s;
  float series = 0.66666667f + z * (0.4f + z * (0.28571429f + z * 0.22222222f));
  return 0.69314718f * k + s * (2 + z * series);
}

// Rows of the first hidden layer: h1 = tanh(x w1 + b1).
INLINE void forwardInput(Update *u, const float *x, int rows) {
  int width = u->width;
  const float *w = u->weights.w1, *b = u->weights.b1;
  for (int i = 0; i < rows; i++, x += inputs) {
    float *h = u->hidden1 + i * width;
    FOR(j, width) {
      float sum = b[j];
      for (int k = 0; k < inputs; k++) sum += x[k] * w[k * width + j];
      h[j] = tanhOf(sum);
    }
  }
}

// Rows of the second hidden layer and of the head: h2 = tanh(h1 w2 + b2), o = h2 w3ᵀ + b3.
INLINE void forwardHead(Update *u, int rows) {
  int width = u->width;
  cblas_sgemm(rowMajor, plain, plain, rows, width, width, 1, u->hidden1, width, u->weights.w2,
              width, 0, u->hidden2, width);
  const float *w = u->weights.w3, *b = u->weights.b2;
  for (int i = 0; i < rows; i++) {
    float *h = u->hidden2 + i * width;
    FOR(j, width) h[j] = tanhOf(h[j] + b[j]);
    vec sums[heads] = {};
    for (int j = 0; j < width; j += lanes) {
      vec value = load(h + j);
      for (int k = 0; k < heads; k++) sums[k] += value * load(w + k * width + j);
    }
    for (int k = 0; k < heads; k++)
      u->outputs[k * u->block + i] = total(sums[k]) + u->weights.b3[k];
  }
}

// Adds the rows' loss to the sum and writes its derivative by the outputs.
INLINE void lossGradient(Update *u, int start, int rows) {
  FAST
  const float *advantages = u->advantages + start, *returns = u->returns + start;
  const float *old = u->oldLogProbabilities + start;
  const int *actions = u->actions + start;
  const float *o = u->outputs;
  float *d = u->outputDeltas;
  int block = u->block;
  float scale = 1.0f / u->samples, sum = 0, biases[heads] = {};
  FOR(i, rows) {
    float a = o[i], b = o[block + i], c = o[2 * block + i], e = o[3 * block + i];
    float top = most(most(a, b), most(c, e));
    float pa = expOf(a - top), pb = expOf(b - top), pc = expOf(c - top), pe = expOf(e - top);
    float mass = pa + pb + pc + pe, shift = top + logOf(mass), inverse = 1 / mass;
    pa *= inverse, pb *= inverse, pc *= inverse, pe *= inverse;
    a -= shift, b -= shift, c -= shift, e -= shift;  // log-probabilities from here on
    float entropy = -(pa * a + pb * b + pc * c + pe * e);
    int action = actions[i];
    float chosen = action == 0 ? a : action == 1 ? b : action == 2 ? c : e;
    float advantage = advantages[i], ratio = expOf(chosen - old[i]);
    float clipped = least(most(ratio, 1 - clipRange), 1 + clipRange);
    float surrogate = least(ratio * advantage, clipped * advantage);
    float slope = surrogate < ratio * advantage ? 0 : -ratio * advantage;
    float error = o[logits * block + i] - returns[i];
    sum += 0.5f * error * error - surrogate - entropyBonus * entropy;
    float da = slope * ((action == 0) - pa) + entropyBonus * pa * (a + entropy);
    float db = slope * ((action == 1) - pb) + entropyBonus * pb * (b + entropy);
    float dc = slope * ((action == 2) - pc) + entropyBonus * pc * (c + entropy);
    float de = slope * ((action == 3) - pe) + entropyBonus * pe * (e + entropy);
    d[i] = da * scale, d[block + i] = db * scale, d[2 * block + i] = dc * scale;
    d[3 * block + i] = de * scale, d[logits * block + i] = error * scale;
    biases[0] += da, biases[1] += db, biases[2] += dc, biases[3] += de, biases[4] += error;
  }
  for (int k = 0; k < heads; k++) u->gradient.b3[k] += biases[k] * scale;
  u->loss += sum * scale;
}

// Adds the rows' share of the gradient, from the head down to the input.
INLINE void backward(Update *u, const float *x, int rows) {
  int width = u->width, block = u->block;
  Parameters *g = &u->gradient;
  for (int j = 0; j < width; j += lanes) {
    vec w[heads], gw[heads], gb = load(g->b2 + j);
    for (int k = 0; k < heads; k++) {
      w[k] = load(u->weights.w3 + k * width + j);
      gw[k] = load(g->w3 + k * width + j);
    }
    for (int i = 0; i < rows; i++) {
      vec h = load(u->hidden2 + i * width + j), sum = {};
      for (int k = 0; k < heads; k++) {
        float d = u->outputDeltas[k * block + i];
        sum += d * w[k];
        gw[k] += d * h;
      }
      sum *= 1 - h * h;
      gb += sum;
      store(u->delta2 + i * width + j, sum);
    }
    store(g->b2 + j, gb);
    for (int k = 0; k < heads; k++) store(g->w3 + k * width + j, gw[k]);
  }
  cblas_sgemm(rowMajor, transposed, plain, width, width, rows, 1, u->hidden1, width, u->delta2,
              width, 1, g->w2, width);
  cblas_sgemm(rowMajor, plain, transposed, rows, width, width, 1, u->delta2, width,
              u->weights.w2, width, 0, u->delta1, width);
  for (int j = 0; j < width; j += lanes) {
    vec gw[inputs], gb = load(g->b1 + j);
    for (int k = 0; k < inputs; k++) gw[k] = load(g->w1 + k * width + j);
    for (int i = 0; i < rows; i++) {
      vec h = load(u->hidden1 + i * width + j);
      vec d = load(u->delta1 + i * width + j) * (1 - h * h);
      gb += d;
      for (int k = 0; k < inputs; k++) gw[k] += x[i * inputs + k] * d;
    }
    store(g->b1 + j, gb);
    for (int k = 0; k < inputs; k++) store(g->w1 + k * width + j, gw[k]);
  }
}

INLINE void computeGradient(Update *u) {
  memset(u->gradient.flat, 0, u->count * sizeof(float));
  u->loss = 0;
  for (int start = 0; start < u->samples; start += u->block) {
    int rows = u->samples - start < u->block ? u->samples - start : u->block;
    const float *x = u->observations + start * inputs;
    forwardInput(u, x, rows);
    forwardHead(u, rows);
    lossGradient(u, start, rows);
    backward(u, x, rows);
  }
}

// Cuts the gradient to the largest norm and takes one step of Adam.
INLINE void applyGradient(Update *u) {
  FAST
  const float *g = u->gradient.flat;
  float *p = u->weights.flat, *m = u->moment1, *v = u->moment2;
  float squares = 0;
  FOR(i, u->count) squares += g[i] * g[i];
  float scale = least(1, largestNorm / (sqrtf(squares) + 1e-6f));
  u->steps += 1;
  float correction1 = 1 / (1 - powf(decay1, u->steps));
  float correction2 = 1 / (1 - powf(decay2, u->steps));
  FOR(i, u->count) {
    float slope = scale * g[i];
    m[i] += (1 - decay1) * (slope - m[i]);
    v[i] += (1 - decay2) * (slope * slope - v[i]);
    p[i] -= learningRate * correction1 * m[i] / (__builtin_elementwise_sqrt(v[i] * correction2) + tiny);
  }
}

INLINE void updateTimes(Update *u, int count) {
  for (int i = 0; i < count; i++) {
    computeGradient(u);
    applyGradient(u);
  }
}

static void updateBaseline(Update *u, int count) { updateTimes(u, count); }

#ifdef __x86_64__
__attribute__((target("avx2,fma"))) static void updateAVX2(Update *u, int count) {
  updateTimes(u, count);
}

__attribute__((target("avx2,fma,avx512f,avx512vl,avx512dq,avx512bw"))) static void updateAVX512(
    Update *u, int count) {
  updateTimes(u, count);
}
#endif

void foal_yardstick_update(foal_yardstick *u, int count) {
#ifdef __x86_64__
  if (strcmp(foal_instruction_set(), "AVX-512") == 0) return updateAVX512(u, count);
  if (strcmp(foal_instruction_set(), "AVX2") == 0) return updateAVX2(u, count);
#endif
  updateBaseline(u, count);
}

// Values that are the same on every system, unlike those of rand: a linear congruence.
INLINE unsigned next(unsigned *random) { return (*random = *random * 1664525u + 1013904223u) >> 8; }
INLINE float uniform(unsigned *random) { return (float)next(random) / (1 << 24) - 0.5f; }

static float *floats(size_t count) {
  void *memory = NULL;
  if (posix_memalign(&memory, 64, count * sizeof(float))) abort();
  memset(memory, 0, count * sizeof(float));
  return memory;
}

static Parameters parameters(int width, int count) {
  Parameters p = {.flat = floats(count)};
  p.w1 = p.flat;
  p.w2 = p.w1 + inputs * width;
  p.w3 = p.w2 + width * width;
  p.b1 = p.w3 + heads * width;
  p.b2 = p.b1 + width;
  p.b3 = p.b2 + width;
  return p;
}

void foal_yardstick_reset(foal_yardstick *u) {
  unsigned random = 7;
  float reach = 2.0f / sqrtf(u->width);
  for (int i = 0; i < u->count; i++) u->weights.flat[i] = reach * uniform(&random);
  memset(u->moment1, 0, u->count * sizeof(float));
  memset(u->moment2, 0, u->count * sizeof(float));
  u->steps = 0;
}

foal_yardstick *foal_yardstick_make(int samples, int width) {
  Update *u = calloc(1, sizeof *u);
  if (!u) abort();
  u->samples = samples, u->width = width;
  u->block = samples < rowsInBlock ? samples : rowsInBlock;
  u->count = (inputs + width + heads + 2) * width + heads;
  u->weights = parameters(width, u->count);
  u->gradient = parameters(width, u->count);
  u->moment1 = floats(u->count), u->moment2 = floats(u->count);
  u->observations = floats(samples * inputs), u->advantages = floats(samples);
  u->returns = floats(samples), u->oldLogProbabilities = floats(samples);
  u->actions = (int *)floats(samples);
  u->hidden1 = floats(u->block * width), u->hidden2 = floats(u->block * width);
  u->delta1 = floats(u->block * width), u->delta2 = floats(u->block * width);
  u->outputs = floats(u->block * heads), u->outputDeltas = floats(u->block * heads);
  foal_yardstick_reset(u);
  unsigned random = 11;
  for (int i = 0; i < samples * inputs; i++) u->observations[i] = 2 * uniform(&random);
  for (int i = 0; i < samples; i++) {
    u->advantages[i] = 2 * uniform(&random), u->returns[i] = 2 * uniform(&random);
    u->actions[i] = next(&random) % logits;
    u->oldLogProbabilities[i] = -1.4f + 0.5f * uniform(&random);
  }
  return u;
}

void foal_yardstick_free(foal_yardstick *u) {
  float *owned[] = {u->weights.flat, u->gradient.flat, u->moment1, u->moment2, u->observations,
                    u->advantages, u->returns, u->oldLogProbabilities, (float *)u->actions,
                    u->hidden1, u->hidden2, u->delta1, u->delta2, u->outputs, u->outputDeltas};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) free(owned[i]);
  free(u);
}

double foal_yardstick_gradient_error(foal_yardstick *u) {
  foal_yardstick_reset(u);
  computeGradient(u);
  float *slope = floats(u->count), reach = 0.005f;
  double squares = 0, losses[2];
  for (int i = 0; i < u->count; i++) squares += u->gradient.flat[i] * u->gradient.flat[i];
  for (int i = 0; i < u->count; i++) slope[i] = u->gradient.flat[i] / sqrt(squares);
  for (int side = 0; side < 2; side++) {
    for (int i = 0; i < u->count; i++) u->weights.flat[i] += (side ? 2 : -1) * reach * slope[i];
    computeGradient(u);
    losses[side] = u->loss;
  }
  free(slope);
  foal_yardstick_reset(u);
  return fabs(sqrt(squares) / ((losses[1] - losses[0]) / (2 * reach)) - 1);
}
