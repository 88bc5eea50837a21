/* Preloaded into a broker by the check `faults`: a disk that fails or hangs, and a clock that is wrong, as files in the
 * folder $FAULTS say. Only files below $FAULTS_DATA have faults.
 *   fail-once   the next sync fails with EIO, and this file goes away
 *   hang        syncs wait while it is there
 *   read-only   opening for writing, writing, renaming and deleting fail with EROFS
 *   clock       the wall clock is off by so many seconds; monotonic time is not
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ({ static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name); real; })

static int told(const char *fault, char path[PATH_MAX]) {
  const char *folder = getenv("FAULTS");
  if (!folder) return 0;
  snprintf(path, PATH_MAX, "%s/%s", folder, fault);
  return syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
}

static int ours(const char *path) {
  const char *data = getenv("FAULTS_DATA");
  return data && strncmp(path, data, strlen(data)) == 0;
}

static int ours_fd(int fd) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return ours(path);
}

static int fails(int fd) {
  char path[PATH_MAX];
  if (told("fail-once", path) && ours_fd(fd) && syscall(SYS_unlink, path) == 0) return errno = EIO, 1;
  while (told("hang", path) && ours_fd(fd)) usleep(20000);
  return 0;
}

int fsync(int fd) { return fails(fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails(fd) ? -1 : REAL(fdatasync)(fd); }

static int read_only(const char *name) {
  char path[PATH_MAX];
  return ours(name) && told("read-only", path) ? (errno = EROFS, 1) : 0;
}

static int read_only_fd(int fd) {
  char path[PATH_MAX];
  return told("read-only", path) && ours_fd(fd) ? (errno = EROFS, 1) : 0;
}

ssize_t write(int fd, const void *bytes, size_t count) { return read_only_fd(fd) ? -1 : REAL(write)(fd, bytes, count); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  return read_only_fd(fd) ? -1 : REAL(pwrite64)(fd, bytes, count, at);
}
int rename(const char *from, const char *to) { return read_only(from) ? -1 : REAL(rename)(from, to); }
int unlink(const char *path) { return read_only(path) ? -1 : REAL(unlink)(path); }
int open64(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
  va_end(more);
  return (flags & O_ACCMODE) != O_RDONLY && read_only(path) ? -1 : REAL(open64)(path, flags, mode);
}

static long off(void) {
  static __thread long cached, until;
  struct timespec now;
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC_COARSE, &now);
  long tick = now.tv_sec * 10 + now.tv_nsec / 100000000;
  if (tick == until) return cached;
  char path[PATH_MAX], text[32];
  cached = 0;
  if (told("clock", path)) {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : syscall(SYS_read, fd, text, sizeof text - 1);
    if (fd >= 0) syscall(SYS_close, fd);
    text[length > 0 ? length : 0] = 0;
    cached = atol(text);
  }
  until = tick;
  return cached;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int failed = REAL(clock_gettime)(clock, time);
  if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += off();
  return failed;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  int failed = REAL(gettimeofday)(time, zone);
  if (!failed) time->tv_sec += off();
  return failed;
}
