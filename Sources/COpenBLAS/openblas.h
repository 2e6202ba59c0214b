// The functions of OpenBLAS that Foal calls, declared here so that a build needs the library
// but neither its headers' location nor pkg-config.
#pragma once

// CBLAS enumerations: row-major order is 101; no transposition 111, transposition 112.
void cblas_sgemm(int order, int transposeA, int transposeB, int m, int n, int k, float alpha,
                 const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);

void openblas_set_num_threads(int count);

// What the library says of itself, such as its version, and the processor whose kernels it uses.
char *openblas_get_config(void);
char *openblas_get_corename(void);
