// Counts the calling thread's allocations, so that tests can show that a loop makes none.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// Whether allocations can be counted on this system; elsewhere the count stays 0.
bool foal_counts_allocations(void);

// The number of allocations that the calling thread has made.
uint64_t foal_allocation_count(void);
