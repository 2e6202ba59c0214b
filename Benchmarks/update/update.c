// How fast one PPO update can be: a bound written by hand, for Foal's own to be held against.
//
// One update is forward, loss gradient, backward, gradient norm and Adam for a network
// 8 -> W -> W -> (4 logits + 1 value) with tanh, on B samples and one thread. The loss is the
// clipped surrogate, half the squared value error and an entropy bonus of 0.01.
// Source of the loss: Schulman et al. (2017), arXiv:1707.06347.
//
//   ./build-and-run            prints one line of JSON for each size
//   ./build-and-run check      compares the gradient with finite differences instead
//
// The three W x W products are OpenBLAS's. All else is fused into four passes over blocks of rows,
// small enough that a block's activations stay in the second-level cache.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { inputs = 8, logits = 4, heads = logits + 1, lanes = 8, rowsInBlock = 256 };

static const float clipRange = 0.2f, entropyBonus = 0.01f, largestNorm = 0.5f;
static const float learningRate = 3e-4f, decay1 = 0.9f, decay2 = 0.999f, tiny = 1e-5f;

typedef float vec __attribute__((vector_size(4 * lanes)));

// The two functions of OpenBLAS that are called, and the values of their enumerations.
void cblas_sgemm(int order, int transposeA, int transposeB, int m, int n, int k, float alpha,
                 const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
void openblas_set_num_threads(int count);
enum { rowMajor = 101, plain = 111, transposed = 112 };

// Views of one flat vector. The head is stored [heads, W], the other layers [inputs, outputs].
typedef struct {
  float *flat, *w1, *b1, *w2, *b2, *w3, *b3;
} Parameters;

typedef struct {
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

static inline vec load(const float *from) {
  vec value;
  memcpy(&value, from, sizeof value);
  return value;
}

static inline void store(float *to, vec value) { memcpy(to, &value, sizeof value); }

static inline float total(vec v) {
  float sum = 0;
  for (int i = 0; i < lanes; i++) sum += v[i];
  return sum;
}

// tanh(x) = 1 - 2 / (exp(2x) + 1), with exp(2x) = 2^n 2^f, |f| <= 1/2, and 2^f from a polynomial.
// The largest absolute error is about 2e-7.
static inline float tanhOf(float x) {
  float t = 2.885390082f * fminf(fmaxf(x, -9.01f), 9.01f), n = rintf(t), f = t - n;
  float p = 1.3399e-3f + f * 1.5353362e-4f;
  p = 9.6184373e-3f + f * p;
  p = 5.5503324e-2f + f * p;
  p = 2.4022648e-1f + f * p;
  p = 6.9314720e-1f + f * p;
  p = 1.0f + f * p;
  union { float value; int bits; } power = {p};
  power.bits += (int)n << 23;
  return 1 - 2 / (power.value + 1);
}

// Rows of the first hidden layer: h1 = tanh(x w1 + b1).
static void forwardInput(Update *u, const float *x, int rows) {
  int width = u->width;
  const float *restrict w = u->weights.w1, *restrict b = u->weights.b1;
  for (int i = 0; i < rows; i++, x += inputs) {
    float *restrict h = u->hidden1 + i * width;
    for (int j = 0; j < width; j++) {
      float sum = b[j];
      for (int k = 0; k < inputs; k++) sum += x[k] * w[k * width + j];
      h[j] = tanhOf(sum);
    }
  }
}

// Rows of the second hidden layer and of the head: h2 = tanh(h1 w2 + b2), o = h2 w3ᵀ + b3.
static void forwardHead(Update *u, int rows) {
  int width = u->width;
  cblas_sgemm(rowMajor, plain, plain, rows, width, width, 1, u->hidden1, width, u->weights.w2,
              width, 0, u->hidden2, width);
  const float *restrict w = u->weights.w3, *restrict b = u->weights.b2;
  for (int i = 0; i < rows; i++) {
    float *restrict h = u->hidden2 + i * width;
    for (int j = 0; j < width; j++) h[j] = tanhOf(h[j] + b[j]);
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
static void lossGradient(Update *u, int start, int rows) {
  const float *advantages = u->advantages + start, *returns = u->returns + start;
  const float *old = u->oldLogProbabilities + start;
  const int *actions = u->actions + start;
  const float *restrict o = u->outputs;
  float *restrict d = u->outputDeltas;
  int block = u->block;
  float scale = 1.0f / u->samples, sum = 0, biases[heads] = {};
  for (int i = 0; i < rows; i++) {
    float a = o[i], b = o[block + i], c = o[2 * block + i], e = o[3 * block + i];
    float top = fmaxf(fmaxf(a, b), fmaxf(c, e));
    float pa = expf(a - top), pb = expf(b - top), pc = expf(c - top), pe = expf(e - top);
    float mass = pa + pb + pc + pe, shift = top + logf(mass), inverse = 1 / mass;
    pa *= inverse, pb *= inverse, pc *= inverse, pe *= inverse;
    a -= shift, b -= shift, c -= shift, e -= shift;  // log-probabilities from here on
    float entropy = -(pa * a + pb * b + pc * c + pe * e);
    int action = actions[i];
    float chosen = action == 0 ? a : action == 1 ? b : action == 2 ? c : e;
    float advantage = advantages[i], ratio = expf(chosen - old[i]);
    float clipped = fminf(fmaxf(ratio, 1 - clipRange), 1 + clipRange);
    float surrogate = fminf(ratio * advantage, clipped * advantage);
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
static void backward(Update *u, const float *x, int rows) {
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

static void computeGradient(Update *u) {
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
static void applyGradient(Update *u) {
  const float *restrict g = u->gradient.flat;
  float *restrict p = u->weights.flat, *restrict m = u->moment1, *restrict v = u->moment2;
  float squares = 0;
  for (int i = 0; i < u->count; i++) squares += g[i] * g[i];
  float scale = fminf(1, largestNorm / (sqrtf(squares) + 1e-6f));
  u->steps += 1;
  float correction1 = 1 / (1 - powf(decay1, u->steps));
  float correction2 = 1 / (1 - powf(decay2, u->steps));
  for (int i = 0; i < u->count; i++) {
    float slope = scale * g[i];
    m[i] += (1 - decay1) * (slope - m[i]);
    v[i] += (1 - decay2) * (slope * slope - v[i]);
    p[i] -= learningRate * correction1 * m[i] / (sqrtf(v[i] * correction2) + tiny);
  }
}

static float uniform(void) { return (float)rand() / (float)RAND_MAX - 0.5f; }

static float *floats(size_t count) {
  float *memory = aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64);
  if (!memory) exit(1);
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

static void resetWeights(Update *u) {
  srand(7);
  float reach = 2.0f / sqrtf(u->width);
  for (int i = 0; i < u->count; i++) u->weights.flat[i] = reach * uniform();
  memset(u->moment1, 0, u->count * sizeof(float));
  memset(u->moment2, 0, u->count * sizeof(float));
  u->steps = 0;
}

static Update makeUpdate(int samples, int width) {
  Update u = {.samples = samples, .width = width, .block = rowsInBlock};
  if (samples < rowsInBlock) u.block = samples;
  u.count = (inputs + width + heads + 2) * width + heads;
  u.weights = parameters(width, u.count);
  u.gradient = parameters(width, u.count);
  u.moment1 = floats(u.count), u.moment2 = floats(u.count);
  u.observations = floats(samples * inputs), u.advantages = floats(samples);
  u.returns = floats(samples), u.oldLogProbabilities = floats(samples);
  u.actions = (int *)floats(samples);
  u.hidden1 = floats(u.block * width), u.hidden2 = floats(u.block * width);
  u.delta1 = floats(u.block * width), u.delta2 = floats(u.block * width);
  u.outputs = floats(u.block * heads), u.outputDeltas = floats(u.block * heads);
  resetWeights(&u);
  for (int i = 0; i < samples * inputs; i++) u.observations[i] = 2 * uniform();
  for (int i = 0; i < samples; i++) {
    u.advantages[i] = 2 * uniform(), u.returns[i] = 2 * uniform();
    u.actions[i] = rand() % logits, u.oldLogProbabilities[i] = -1.4f + 0.5f * uniform();
  }
  return u;
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// The median over repetitions of some 10 ms each, every one from the same weights.
static void measure(int samples, int width) {
  enum { repetitions = 41 };
  double times[repetitions];
  Update u = makeUpdate(samples, width);
  int updates = 1 + (int)(4e8 / ((double)samples * width * (width + 16) * 6));
  for (int r = -3; r < repetitions; r++) {
    resetWeights(&u);
    double start = seconds();
    for (int i = 0; i < updates; i++) {
      computeGradient(&u);
      applyGradient(&u);
    }
    if (r >= 0) times[r] = (seconds() - start) / updates;
  }
  qsort(times, repetitions, sizeof(double), ascending);
  printf("{\"samples\":%d,\"width\":%d,\"microseconds\":%.1f}\n", samples, width,
         1e6 * times[repetitions / 2]);
  fflush(stdout);
}

// The derivative along the gradient is its norm: compares that with the loss at two nearby points.
static int check(int samples, int width) {
  Update u = makeUpdate(samples, width);
  computeGradient(&u);
  float *slope = floats(u.count), reach = 0.005f;
  double squares = 0, losses[2];
  for (int i = 0; i < u.count; i++) squares += u.gradient.flat[i] * u.gradient.flat[i];
  for (int i = 0; i < u.count; i++) slope[i] = u.gradient.flat[i] / sqrt(squares);
  for (int side = 0; side < 2; side++) {
    for (int i = 0; i < u.count; i++) u.weights.flat[i] += (side ? 2 : -1) * reach * slope[i];
    computeGradient(&u);
    losses[side] = u.loss;
  }
  double expected = (losses[1] - losses[0]) / (2 * reach), error = sqrt(squares) / expected - 1;
  printf("samples %d, width %d: gradient norm %.6f, by differences %.6f\n", samples, width,
         sqrt(squares), expected);
  return fabs(error) < 0.005 ? 0 : 1;
}

int main(int count, char **arguments) {
  static const int sizes[][2] = {{64, 64}, {512, 64}, {4096, 64}, {512, 256}};
  openblas_set_num_threads(1);
  int failures = 0, checking = count > 1 && !strcmp(arguments[1], "check");
  for (int i = 0; i < 4; i++) {
    if (checking) failures += check(sizes[i][0], sizes[i][1]);
    else measure(sizes[i][0], sizes[i][1]);
  }
  return failures > 0;
}
