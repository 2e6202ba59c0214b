// The transcendental functions of one float, free of branches and table look-ups so that a loop
// over them vectorises. All constants are those of the Taylor series; nothing is fitted.
//
// exp    x = k ln 2 + r, |r| <= ln 2 / 2. k is rounded by adding 1.5 * 2^23; ln 2 is split in two,
//        the first part short enough for k times it to be exact. expm1(r) is the series to r^7,
//        whose remainder is below r^8 / 8! = 5.2e-9, an eighth of a unit in the last place of
//        exp(r). exp(x) = 2^k (1 + expm1(r)), with 2^k in two factors for denormal results.
// tanh   e = expm1(2|x|) = 2^k expm1(r) + (2^k - 1), tanh |x| = e / (e + 2): no cancellation near
//        zero. At 9.1 it is already 1 in float, so larger |x| are clamped.
// sigmoid  e = exp(-|x|), then 1 / (1 + e) or e / (1 + e): never 1 minus something near 1.
// log    x = 2^k m, sqrt(1/2) <= m < sqrt(2), f = m - 1, s = f / (2 + f), |s| < 0.172;
//        log m = 2 atanh(s) = f - s (f - R), R = 2 s^2 (1/3 + s^2/5 + s^4/7 + s^6/9); what is left
//        out is below s^10 / 11 = 2.1e-9 of the result.
// sine, cosine (double)  x = k pi/2 + r, |r| <= pi/4, with pi/2 split in three and k < 2^20, so that
//        the products are exact but the last; the series are summed to r^15 and r^16. Multiplication
//        and addition are never fused: the result is the same on every instruction set.
#pragma once

#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

static const float ln2_high = 0x1.62e4p-1f, ln2_low = 0x1.7f7d1cf8p-20f;

INLINE uint32_t bits_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

INLINE float float_of(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/// 2^k for -126 <= k <= 127.
INLINE float power_of_two(int32_t k) { return float_of((uint32_t)(k + 127) << 23); }

/// expm1(r) of the reduced argument, and k.
INLINE float reduced_expm1(float x, int32_t *k) {
  const float magic = 0x1.8p23f;
  float shifted = x * 0x1.715476p0f + magic;
  float n = shifted - magic;
  *k = (int32_t)(bits_of(shifted) - bits_of(magic));
  float r = x - n * ln2_high - n * ln2_low;
  float q = 1.0f / 5040;
  q = q * r + 1.0f / 720;
  q = q * r + 1.0f / 120;
  q = q * r + 1.0f / 24;
  q = q * r + 1.0f / 6;
  q = q * r + 1.0f / 2;
  return r * r * q + r;
}

INLINE float exp_of(float x) {
  // Comparisons are written so that NaN passes through.
  x = x > 89.0f ? 89.0f : x;
  x = x < -104.0f ? -104.0f : x;
  int32_t k;
  float p = reduced_expm1(x, &k);
  int32_t half = k >> 1;
  return (1 + p) * power_of_two(half) * power_of_two(k - half);
}

INLINE float tanh_of(float x) {
  float a = __builtin_fabsf(x);
  a = a > 9.1f ? 9.1f : a;
  int32_t k;
  float p = reduced_expm1(2 * a, &k);
  float scale = power_of_two(k);
  float e = scale * p + (scale - 1);
  return __builtin_copysignf(e / (e + 2), x);
}

INLINE float sigmoid_of(float x) {
  float e = exp_of(-__builtin_fabsf(x));
  return (x < 0 ? e : 1) / (1 + e);
}

INLINE float log_of(float x) {
  int denormal = x < 0x1p-126f;
  uint32_t root = bits_of(0x1.6a09e6p-1f);
  uint32_t bits = bits_of(denormal ? x * 0x1p23f : x) - root;
  float k = (float)(((int32_t)bits >> 23) - (denormal ? 23 : 0));
  float f = float_of((bits & 0x7fffff) + root) - 1;
  float s = f / (2 + f);
  float z = s * s;
  float series = z * (2.0f / 3 + z * (2.0f / 5 + z * (2.0f / 7 + z * (2.0f / 9))));
  float y = k * ln2_high + (f - (s * (f - series) - k * ln2_low));
  y = x < __builtin_inff() ? y : x;
  return x > 0 ? y : x == 0 ? -__builtin_inff() : __builtin_nanf("");
}

/// The square root, without the error number that keeps sqrtf from vectorising.
INLINE float square_root(float x) {
#if __has_builtin(__builtin_elementwise_sqrt)
  return __builtin_elementwise_sqrt(x);
#else
  return __builtin_sqrtf(x);
#endif
}

/// The sine and the cosine of |x| <= 1e6; larger ones are the caller's to refuse.
INLINE void sine_cosine_of(double x, double *sine, double *cosine) {
#ifdef __clang__
#pragma clang fp contract(off)
#endif
  const double magic = 0x1.8p52;
  double shifted = x * 0x1.45f306dc9c883p-1 + magic;
  double k = shifted - magic;
  double r = x - k * 0x1.921fb544p0;
  r = r - k * 0x1.0b4611a6p-34;
  r = r - k * 0x1.3198a2e037073p-69;
  double z = r * r;
  double s = z * (-1.0 / 1307674368000);
  s = z * (1.0 / 6227020800 + s);
  s = z * (-1.0 / 39916800 + s);
  s = z * (1.0 / 362880 + s);
  s = z * (-1.0 / 5040 + s);
  s = z * (1.0 / 120 + s);
  s = z * (-1.0 / 6 + s);
  s = r + r * s;
  double c = z * (1.0 / 20922789888000);
  c = z * (-1.0 / 87178291200 + c);
  c = z * (1.0 / 479001600 + c);
  c = z * (-1.0 / 3628800 + c);
  c = z * (1.0 / 40320 + c);
  c = z * (-1.0 / 720 + c);
  c = z * (1.0 / 24 + c);
  c = 1 - z * (0.5 - c);
  // k mod 4 stands in the lowest bits: odd swaps sine and cosine, the second bit turns the sign.
  uint64_t quadrant, s_bits, c_bits;
  memcpy(&quadrant, &shifted, 8);
  memcpy(&s_bits, &s, 8);
  memcpy(&c_bits, &c, 8);
  uint64_t swap = 0 - (quadrant & 1);
  uint64_t sine_bits = ((s_bits & ~swap) | (c_bits & swap)) ^ ((quadrant & 2) << 62);
  uint64_t cosine_bits = ((c_bits & ~swap) | (s_bits & swap)) ^ (((quadrant + 1) & 2) << 62);
  memcpy(sine, &sine_bits, 8);
  memcpy(cosine, &cosine_bits, 8);
}
