// Elementwise kernels.
