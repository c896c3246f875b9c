// Counts calls of the allocator in this process, by standing in front of it.
#ifndef ALLOCATION_COUNT_H
#define ALLOCATION_COUNT_H

#include <stdint.h>

/// Calls of malloc, calloc, realloc and aligned forms since the process began.
uint64_t allocation_count(void);

#endif
