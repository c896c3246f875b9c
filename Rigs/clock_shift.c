/* Shifts the wall clock of one program while it runs, and no other clock: loaded by LD_PRELOAD.

   RIG_CLOCK names a file of two int64. The first is the shift in nanoseconds; whoever changes it there
   makes the clock jump. The second is 1 where a time server is said to keep the clock right. Waits that
   end at a wall time are handed on in the time of the kernel. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#define BILLION 1000000000LL

static volatile int64_t *place;

__attribute__((constructor)) static void open_place(void) {
    const char *path = getenv("RIG_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *mapped = mmap(NULL, 2 * sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (mapped != MAP_FAILED) place = mapped;
}

static int64_t shift(void) { return place ? *place : 0; }

static struct timespec moved(struct timespec time, int64_t by) {
    int64_t whole = (int64_t)time.tv_sec * BILLION + time.tv_nsec + by;
    struct timespec result = {whole / BILLION, whole % BILLION};
    return result;
}

/* Clocks that count from the boot are small; a wall time is not, even ten years ago. */
static struct timespec of_kernel(const struct timespec *time) {
    return time->tv_sec > BILLION ? moved(*time, -shift()) : *time;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        *time = moved(*time, shift());
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *place_of_result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (place_of_result) *place_of_result = now.tv_sec;
    return now.tv_sec;
}

int adjtimex(struct timex *facts) {
    int result = (int)syscall(SYS_adjtimex, facts);
    if (!place) return result;
    facts->status = place[1] ? facts->status & ~STA_UNSYNC : facts->status | STA_UNSYNC;
    return place[1] ? TIME_OK : TIME_ERROR;
}

static void *next(const char *name) {
    /* Without its version the first and long unused form of a condition would be found. */
    void *found = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
    return found ? found : dlsym(RTLD_NEXT, name);
}

int pthread_cond_timedwait(
    pthread_cond_t *restrict condition, pthread_mutex_t *restrict lock,
    const struct timespec *restrict end) {
    static int (*real)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    if (!real) real = next("pthread_cond_timedwait");
    struct timespec at = of_kernel(end);
    return real(condition, lock, &at);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict end) {
    static int (*real)(sem_t *, const struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "sem_timedwait");
    struct timespec at = of_kernel(end);
    return real(semaphore, &at);
}
