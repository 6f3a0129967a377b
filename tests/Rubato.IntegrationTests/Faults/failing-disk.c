/* Loaded before the C library (LD_PRELOAD): makes calls on chosen files fail, as a disk or a file system does. Rules stand in the file that
   FAILING_DISK names, one a line, and hold while it stands there:
     CALL ERRNO PATH-PART     CALL: open opendir read write fsync rename; ERRNO: a number; 0 on read: the file ends here; 0 on write: half of it is written; PATH-PART: part of the path
   The .NET runtime reaches the disk through these functions. For tests only: each call reads the rules again. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

/* -1: it works; otherwise the error. System calls directly, so that nothing here comes back here. */
static int fault(const char *call, const char *path) {
  const char *rules = getenv("FAILING_DISK");
  if (rules == NULL || path == NULL) return -1;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, rules, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return -1;
  char text[4096];
  long size = syscall(SYS_read, fd, text, sizeof text - 1);
  syscall(SYS_close, fd);
  if (size <= 0) return -1;
  text[size] = 0;
  char *rest = text;
  for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
    char name[16], part[2048];
    int error;
    if (sscanf(line, "%15s %d %2047s", name, &error, part) == 3 && strcmp(name, call) == 0 && strstr(path, part) != NULL) return error;
  }
  return -1;
}

static int fault_of(const char *call, int fd) {
  if (getenv("FAILING_DISK") == NULL) return -1;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  long size = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
  if (size <= 0) return -1;
  path[size] = 0;
  return fault(call, path);
}

#define NEXT(name) static __typeof__(&name) next; if (next == NULL) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define FAIL(error, bad) do { int e = (error); if (e == 0) return 0; if (e > 0) { errno = e; return bad; } } while (0)

#define OPEN(name) int name(const char *path, int flags, ...) { \
    NEXT(name); va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
    int e = fault("open", path); if (e > 0) { errno = e; return -1; } return next(path, flags, mode); }
OPEN(open)
OPEN(open64)

DIR *opendir(const char *path) { NEXT(opendir); int e = fault("opendir", path); if (e > 0) { errno = e; return NULL; } return next(path); }

ssize_t read(int fd, void *to, size_t size) { NEXT(read); FAIL(fault_of("read", fd), -1); return next(fd, to, size); }
ssize_t pread(int fd, void *to, size_t size, off_t at) { NEXT(pread); FAIL(fault_of("read", fd), -1); return next(fd, to, size, at); }
ssize_t pread64(int fd, void *to, size_t size, off64_t at) { NEXT(pread64); FAIL(fault_of("read", fd), -1); return next(fd, to, size, at); }
ssize_t preadv(int fd, const struct iovec *to, int n, off_t at) { NEXT(preadv); FAIL(fault_of("read", fd), -1); return next(fd, to, n, at); }
ssize_t preadv64(int fd, const struct iovec *to, int n, off64_t at) { NEXT(preadv64); FAIL(fault_of("read", fd), -1); return next(fd, to, n, at); }

/* Half, and at least a byte: a caller that goes on until all is written comes to an end. */
#define HALF(size) (((size) + 1) / 2)
#define WRITE(call, half) do { int e = fault_of("write", fd); if (e > 0) { errno = e; return -1; } return e == 0 ? half : call; } while (0)

static ssize_t half_of(int fd, const struct iovec *from, int n, off64_t at) {
  for (int i = 0; i < n; i++) if (from[i].iov_len > 0) return syscall(SYS_pwrite64, fd, from[i].iov_base, HALF(from[i].iov_len), at);
  return 0;
}

ssize_t write(int fd, const void *from, size_t size) { NEXT(write); WRITE(next(fd, from, size), next(fd, from, HALF(size))); }
ssize_t pwrite(int fd, const void *from, size_t size, off_t at) { NEXT(pwrite); WRITE(next(fd, from, size, at), next(fd, from, HALF(size), at)); }
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) { NEXT(pwrite64); WRITE(next(fd, from, size, at), next(fd, from, HALF(size), at)); }
ssize_t pwritev(int fd, const struct iovec *from, int n, off_t at) { NEXT(pwritev); WRITE(next(fd, from, n, at), half_of(fd, from, n, at)); }
ssize_t pwritev64(int fd, const struct iovec *from, int n, off64_t at) { NEXT(pwritev64); WRITE(next(fd, from, n, at), half_of(fd, from, n, at)); }

int fsync(int fd) { NEXT(fsync); FAIL(fault_of("fsync", fd), -1); return next(fd); }
int rename(const char *from, const char *to) { NEXT(rename); FAIL(fault("rename", to), -1); return next(from, to); }
