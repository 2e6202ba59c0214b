// The loops of every kernel. This file is included once for each instruction set, with KERNEL(name)
// giving a function its target attribute and a name of its own. The functions of one element, and
// how exact they are, stand in functions.h; the loops add no error of their own but the order of
// sums, which is fixed for an instruction set and a shape.

#define MAP(name, expression)                                     \
  KERNEL(name)(size_t count, const float *x, float *y) {          \
    FOR_EACH(i, count) y[i] = expression;                         \
  }
MAP(tanh, tanh_of(x[i]))
MAP(sigmoid, sigmoid_of(x[i]))
MAP(exp, exp_of(x[i]))
MAP(log, log_of(x[i]))

KERNEL(sine_cosine)(size_t count, const double *x, double *sine, double *cosine) {
  FOR_EACH(i, count) sine_cosine_of(x[i], sine + i, cosine + i);
}

KERNEL_RETURNING(size_t, first_outside)(size_t count, size_t period, const float *values,
                                        const float *low, const float *high) {
  for (size_t start = 0; start < count; start += period) {
    const float *value = values + start;
    size_t length = count - start < period ? count - start : period;
    uint32_t outside = 0;
    FOR_EACH(i, length) outside |= !(value[i] >= low[i]) | !(value[i] <= high[i]);
    if (outside) return start;
  }
  return count;
}

#define COMBINE(name, expression)                                                 \
  KERNEL(name)(size_t count, const float *x, const float *y, float *z) {          \
    FOR_EACH(i, count) z[i] = expression;                                         \
  }
COMBINE(add, x[i] + y[i])
COMBINE(subtract, x[i] - y[i])
COMBINE(multiply, x[i] * y[i])
COMBINE(divide, x[i] / y[i])
// NaN in either gives NaN.
COMBINE(minimum, (x[i] < y[i] || x[i] != x[i]) ? x[i] : y[i])
COMBINE(maximum, (x[i] > y[i] || x[i] != x[i]) ? x[i] : y[i])

#define WITH_SCALAR(name, expression)                                      \
  KERNEL(name)(size_t count, float s, const float *x, float *z) {          \
    FOR_EACH(i, count) z[i] = expression;                                  \
  }
WITH_SCALAR(scale, s * x[i])
WITH_SCALAR(add_scalar, s + x[i])
WITH_SCALAR(add_scaled, z[i] + s * x[i])

KERNEL_RETURNING(float, sum)(size_t count, const float *x) {
  REORDER_SUMS
  float total = 0;
  FOR_EACH(i, count) total += x[i];
  return total;
}

KERNEL_RETURNING(float, dot)(size_t count, const float *x, const float *y) {
  REORDER_SUMS
  float total = 0;
  FOR_EACH(i, count) total += x[i] * y[i];
  return total;
}

KERNEL(add_rows)(size_t rows, size_t columns, const float *x, float *sum) {
  float joined[JOINED_FLOATS];
  size_t together = rows_joined(rows, columns), width = together * columns, total = rows * columns;
  float *to = together > 1 ? joined : sum;
  if (together > 1) memset(joined, 0, width * sizeof(float));
  for (size_t start = 0; start < total; start += width) {
    size_t count = total - start < width ? total - start : width;
    FOR_EACH(c, count) to[c] += x[start + c];
  }
  if (together > 1) fold_rows(together, columns, joined, sum);
}

#define ACTIVATE(expression)                                      \
  for (size_t start = 0; start < total; start += width) {         \
    size_t count = total - start < width ? total - start : width; \
    float *row = y + start;                                       \
    FOR_EACH(c, count) {                                          \
      float z = row[c] + bias[c];                                 \
      row[c] = expression;                                        \
    }                                                             \
  }
KERNEL(bias_activation)
(size_t rows, size_t columns, int activation, const float *bias, float *y) {
  float joined[JOINED_FLOATS];
  size_t together = rows_joined(rows, columns), width = together * columns, total = rows * columns;
  if (together > 1) {
    for (size_t i = 0; i < width; i += columns) memcpy(joined + i, bias, columns * sizeof(float));
    bias = joined;
  }
  switch (activation) {
    case FOAL_TANH: ACTIVATE(tanh_of(z)) break;
    case FOAL_RELU: ACTIVATE(0 > z ? 0 : z) break;
    case FOAL_SIGMOID: ACTIVATE(sigmoid_of(z)) break;
    default: ACTIVATE(z) break;
  }
}

#define DERIVE(expression)                                        \
  for (size_t start = 0; start < total; start += width) {         \
    size_t count = total - start < width ? total - start : width; \
    const float *out = y + start, *above = dy + start;            \
    float *below = dz + start;                                    \
    FOR_EACH(c, count) {                                          \
      float a = out[c], d = above[c], value = expression;         \
      below[c] = value;                                           \
      sum[c] += value;                                            \
    }                                                             \
  }
KERNEL(activation_backward)
(size_t rows, size_t columns, int activation, const float *y, const float *dy, float *dz,
 float *bias) {
  float joined[JOINED_FLOATS];
  size_t together = rows_joined(rows, columns), width = together * columns, total = rows * columns;
  float *sum = together > 1 ? joined : bias;
  memset(bias, 0, columns * sizeof(float));
  memset(sum, 0, width * sizeof(float));
  switch (activation) {
    case FOAL_TANH: DERIVE(d * (1 - a * a)) break;
    case FOAL_RELU: DERIVE(a <= 0 ? 0 : d) break;
    case FOAL_SIGMOID: DERIVE(d * (a * (1 - a))) break;
    default: DERIVE(((void)a, d)) break;
  }
  if (together > 1) fold_rows(together, columns, joined, bias);
}

KERNEL(gru_forward)
(size_t rows, size_t width, const float *x, const float *hx, const float *h, float *gates,
 float *candidate, float *next) {
  for (size_t row = 0; row < rows; row++) {
    const float *xz = x + width, *xn = xz + width, *hz = hx + width, *hn = hz + width;
    float *zs = gates + width, *ns = zs + width;
    // Without a candidate the loop writes hn where n follows at once.
    float *kept = candidate ? candidate + row * width : ns;
    FOR_EACH(i, width) {
      float r = sigmoid_of(x[i] + hx[i]), z = sigmoid_of(xz[i] + hz[i]), before = hn[i];
      float n = tanh_of(xn[i] + r * before);
      kept[i] = before;
      gates[i] = r;
      zs[i] = z;
      ns[i] = n;
      next[i] = (1 - z) * n + z * h[i];
    }
    x += 3 * width, hx += 3 * width, gates += 3 * width, h += width, next += width;
  }
}

KERNEL(gru_backward)
(size_t rows, size_t width, const float *gates, const float *candidate, const float *h,
 const float *dnext, float *dx, float *dhx, float *dh) {
  for (size_t row = 0; row < rows; row++) {
    const float *zs = gates + width, *ns = zs + width;
    float *dxz = dx + width, *dxn = dxz + width, *dhz = dhx + width, *dhn = dhz + width;
    FOR_EACH(i, width) {
      float r = gates[i], z = zs[i], n = ns[i], d = dnext[i];
      float toN = d * (1 - z) * (1 - n * n);
      float toR = toN * candidate[i] * (r * (1 - r));
      float toZ = d * (h[i] - n) * (z * (1 - z));
      dx[i] = dhx[i] = toR;
      dxz[i] = dhz[i] = toZ;
      dxn[i] = toN;
      dhn[i] = toN * r;
      dh[i] = d * z;
    }
    gates += 3 * width, dx += 3 * width, dhx += 3 * width;
    candidate += width, h += width, dnext += width, dh += width;
  }
}

KERNEL(layer_norm_forward)
(size_t rows, size_t columns, float epsilon, const float *x, const float *gain, const float *bias,
 float *normal, float *inverse, float *y) {
  REORDER_SUMS
  for (size_t row = 0; row < rows; row++, x += columns, normal += columns, y += columns) {
    float total = 0, squares = 0;
    FOR_EACH(c, columns) total += x[c];
    float mean = total / (float)columns;
    FOR_EACH(c, columns) squares += (x[c] - mean) * (x[c] - mean);
    float factor = 1 / square_root(squares / (float)columns + epsilon);
    inverse[row] = factor;
    FOR_EACH(c, columns) {
      float value = (x[c] - mean) * factor;
      normal[c] = value;
      y[c] = value * gain[c] + bias[c];
    }
  }
}

KERNEL(layer_norm_backward)
(size_t rows, size_t columns, const float *normal, const float *inverse, const float *gain,
 const float *dy, float *dx, float *dgain, float *dbias) {
  REORDER_SUMS
  for (size_t row = 0; row < rows; row++, normal += columns, dy += columns, dx += columns) {
    float total = 0, along = 0;
    FOR_EACH(c, columns) {
      float d = dy[c] * gain[c];
      total += d;
      along += d * normal[c];
    }
    float mean = total / (float)columns, slope = along / (float)columns, factor = inverse[row];
    FOR_EACH(c, columns) {
      float d = dy[c], value = normal[c];
      dgain[c] += d * value;
      dbias[c] += d;
      dx[c] = factor * (d * gain[c] - mean - value * slope);
    }
  }
}

// Short rows, the common case, are transposed by blocks so that each lane has a row of its own.
KERNEL(log_softmax)(size_t rows, size_t columns, const float *x, float *y) {
  float turned[JOINED_FLOATS], most[JOINED_FLOATS], total[JOINED_FLOATS];
  size_t block = columns > 0 && columns <= 32 ? JOINED_FLOATS / columns : 1;
  for (size_t row = 0; row < rows; row += block, x += block * columns, y += block * columns) {
    if (block == 1) {
      REORDER_SUMS
      float sum = 0;
      most[0] = row_maximum(columns, x);
      FOR_EACH(c, columns) sum += exp_of(y[c] = x[c] - most[0]);
      total[0] = log_of(sum);
      FOR_EACH(c, columns) y[c] -= total[0];
      continue;
    }
    size_t count = rows - row < block ? rows - row : block;
    FOR_EACH(r, count) most[r] = -__builtin_inff(), total[r] = 0;
    for (size_t c = 0; c < columns; c++) {
      float *lane = turned + c * count;
      FOR_STRIDED(r, count) lane[r] = x[r * columns + c];
      FOR_EACH(r, count) most[r] = lane[r] > most[r] ? lane[r] : most[r];
    }
    for (size_t c = 0; c < columns; c++) {
      float *lane = turned + c * count;
      FOR_EACH(r, count) total[r] += exp_of(lane[r] -= most[r]);
    }
    FOR_EACH(r, count) total[r] = log_of(total[r]);
    for (size_t c = 0; c < columns; c++) {
      float *lane = turned + c * count;
      FOR_STRIDED(r, count) y[r * columns + c] = lane[r] - total[r];
    }
  }
}

KERNEL(softmax_of_sum)(size_t count, const float *x, const float *y, float *z) {
  REORDER_SUMS
  FOR_EACH(i, count) z[i] = x[i] + y[i];
  float most = row_maximum(count, z), total = 0;
  FOR_EACH(i, count) total += z[i] = exp_of(z[i] - most);
  float share = 1 / total;
  FOR_EACH(i, count) z[i] *= share;
}

KERNEL(softmax_backward)(size_t count, const float *y, const float *dy, float *dx) {
  REORDER_SUMS
  float mean = 0;
  FOR_EACH(i, count) mean += y[i] * dy[i];
  FOR_EACH(i, count) dx[i] = y[i] * (dy[i] - mean);
}

KERNEL(adam)
(size_t count, const foal_adam_settings *settings, const float *g, float *m, float *v, float *w) {
  foal_adam_settings s = *settings;
  FOR_EACH(i, count) {
    float d = g[i] * s.gradientScale;
    float first = s.beta1 * m[i] + (1 - s.beta1) * d;
    float second = s.beta2 * v[i] + (1 - s.beta2) * (d * d);
    float step = first * s.correction1 / (square_root(second * s.correction2) + s.epsilon);
    m[i] = first;
    v[i] = second;
    w[i] -= s.rate * (step + s.decay * w[i]);
  }
}

static const struct kernels SUFFIXED(kernels) = {
#define ENTRY(name) .name = SUFFIXED(name),
    KERNELS(ENTRY)
};

#undef SUFFIX
#undef TARGET
