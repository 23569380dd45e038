#pragma once
#define _MARTINET_CSYSTEM
#include <errno.h>
#include <linux/falloc.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// Names the calling thread, as `ps -L` and `top -H` show it (15 characters at most).
static inline void csystem_name_thread(const char *name) { prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0); }

// Microseconds of CPU time that the calling thread has used.
static inline int64_t csystem_thread_cpu_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

// The process's environment: a mutable global, which Swift does not import.
extern char **environ;
static inline char *const *csystem_environment(void) { return environ; }

// Copies bytes of a file from `*offset` on to the end of what was written to another, inside the kernel. Swift does not
// see the C library's function, which hides behind _GNU_SOURCE. The result is the number of bytes; -1: see errno.
static inline int64_t csystem_copy_file_range(int from, int64_t *offset, int to, size_t count) {
  return syscall(SYS_copy_file_range, from, offset, to, NULL, count, 0);
}

// Lets all threads share one arena of the C library's allocator. A record's memory is taken on one thread and given back
// on another; with an arena per thread that costs a third more CPU and twice the memory here.
static inline void csystem_share_malloc_arena(void) { mallopt(M_ARENA_MAX, 1); }

// Gives a range of a file's room back to the file system; it reads as zeros then. -1: it can't.
static inline int csystem_punch_hole(int fd, int64_t offset, int64_t length) {
  return (int)syscall(SYS_fallocate, fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
}
