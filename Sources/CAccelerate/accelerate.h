// The one function of Accelerate that Foal calls. Declared here, because the framework's own header
// calls it deprecated unless every file of a program is compiled with a macro.
#pragma once

// CBLAS enumerations: row-major order is 101; no transposition 111, transposition 112.
void cblas_sgemm(int order, int transposeA, int transposeB, int m, int n, int k, float alpha,
                 const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
