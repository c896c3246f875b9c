// What the C library has beside what Swift's own module of it shows.
#include <malloc.h>
#include <sys/timex.h>
