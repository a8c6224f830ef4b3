/* file: see file.h. Reasons come from errno in the system's words, after a plain start. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/base.h"

enum { PIECE_BYTES = 64 << 10, OUT_PENDING_BYTES = 256 << 10 };

static bool cannot(struct why *why, const char *what, const char *path) {
  return why_say(why, "Cannot %s %.200s: %s.", what, path, strerror(errno));
}

static ssize_t read_again(int fd, char *p, size_t n) {
  ssize_t got;
  do got = read(fd, p, n);
  while (got < 0 && errno == EINTR);
  return got;
}

static int open_read(const char *path, struct why *why) {
  bool is_stdin = strcmp(path, "-") == 0;
  int fd = is_stdin ? dup(0) : open(path, O_RDONLY | O_CLOEXEC);
  struct stat st;
  if (fd < 0) {
    cannot(why, "open", path);
  } else if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
    why_say(why, "%.200s is a folder. Name a file.", path);
    close(fd);
    fd = -1;
  }
  return fd;
}

bool file_read(struct arena *a, const char *path, size_t max_bytes, struct str *out,
               struct why *why) {
  int fd = open_read(path, why);
  if (fd < 0) return false;
  struct stat st;
  size_t expected = fstat(fd, &st) == 0 && st.st_size > 0 ? (size_t)st.st_size : 0;
  size_t cap = expected < max_bytes ? expected + 1 : PIECE_BYTES, n = 0;
  char *p = arena_alloc(a, 1, 1, cap);
  ssize_t got;
  while ((got = read_again(fd, p + n, cap - n)) > 0 && (n += (size_t)got) <= max_bytes) {
    if (n < cap) continue;
    p = arena_grow(a, p, cap, cap * 2);
    cap *= 2;
  }
  bool failed = got < 0;
  if (failed) cannot(why, "read", path);
  close(fd);
  if (failed) return false;
  if (n > max_bytes)
    return why_say(why, "%.200s is larger than %zu bytes, the most that is read here.", path,
                   max_bytes);
  *out = (struct str){p, n};
  return true;
}

bool file_map(const char *path, struct mapped *out, struct why *why) {
  int fd = open_read(path, why);
  struct stat st;
  if (fd < 0) return false;
  *out = (struct mapped){0};
  bool ok = fstat(fd, &st) == 0;
  if (ok && st.st_size > 0) {
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    ok = p != MAP_FAILED;
    if (ok) out->bytes = (struct str){p, (size_t)st.st_size};
  }
  if (!ok) cannot(why, "read", path);
  close(fd);
  return ok;
}

void file_unmap(struct mapped *m) {
  if (m->bytes.n) munmap((void *)(uintptr_t)m->bytes.p, m->bytes.n);
  *m = (struct mapped){0};
}

/* Makes a new file beside `path`, with the mode of the file it will replace, else 0600. */
bool file_out_open(struct file_out *f, const char *path, struct why *why) {
  *f = (struct file_out){.fd = -1};
  uint64_t random;
  secret_bytes(&random, sizeof random);
  f->path = strdup(path);
  f->pending = malloc(sizeof *f->pending);
  if (f->pending) *f->pending = buf_open(OUT_PENDING_BYTES);
  if (asprintf(&f->temporary, "%s.%016llx.part", path, (unsigned long long)random) < 0)
    f->temporary = NULL;
  if (!f->path || !f->pending || !f->temporary) {
    file_out_abandon(f);
    return why_say(why, "Cannot write %.200s: memory ran out.", path);
  }
  struct stat old;
  mode_t mode = stat(path, &old) == 0 ? old.st_mode & 0777 : 0600;
  f->fd = open(f->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (f->fd >= 0 && fchmod(f->fd, mode) == 0) return true;
  cannot(why, "write", path);
  file_out_abandon(f);
  return false;
}

static void write_through(struct file_out *f, struct str s) {
  while (s.n && !f->failed) {
    ssize_t put = write(f->fd, s.p, s.n);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      f->failed = true;
      f->error = errno;
      return;
    }
    s = str_slice(s, (size_t)put, s.n);
  }
}

static void flush(struct file_out *f) {
  write_through(f, buf_str(f->pending));
  buf_reset(f->pending);
}

void file_out_put(struct file_out *f, struct str s) {
  if (f->failed || f->fd < 0) return;
  f->written += s.n;
  if (f->pending->n + s.n > f->pending->max) flush(f);
  if (s.n >= f->pending->max) {
    write_through(f, s);
    return;
  }
  buf_put(f->pending, s);
  if (!f->pending->full) return;
  f->failed = true;
  f->error = ENOMEM;
}

/* Makes a rename durable: the folder's own list of names reaches the disk. */
static bool sync_folder_of(const char *path) {
  char folder[PATH_MAX];
  const char *slash = strrchr(path, '/');
  size_t n = slash ? (size_t)(slash - path) + (slash == path) : 1;
  if (n >= sizeof folder) return errno = ENAMETOOLONG, false;
  memcpy(folder, slash ? path : ".", n);
  folder[n] = 0;
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  bool ok = fsync(fd) == 0 || errno == EINVAL; /* some file systems sync folders by themselves */
  close(fd);
  return ok;
}

bool file_out_ready(struct file_out *f, struct why *why) {
  if (f->fd < 0) return why_say(why, "The file to write was never opened.");
  flush(f);
  if (f->failed) errno = f->error;
  if (!f->failed && fsync(f->fd) == 0) return true;
  cannot(why, "write", f->path);
  file_out_abandon(f);
  return false;
}

bool file_out_commit(struct file_out *f, struct why *why) {
  if (!file_out_ready(f, why)) return false;
  if (rename(f->temporary, f->path) != 0) {
    cannot(why, "write", f->path);
    file_out_abandon(f);
    return false;
  }
  bool ok = sync_folder_of(f->path);
  if (!ok) cannot(why, "make sure of", f->path);
  free(f->temporary);
  f->temporary = NULL; /* it is the file now: nothing to unlink */
  file_out_abandon(f);
  return ok;
}

void file_out_abandon(struct file_out *f) {
  if (f->fd >= 0) close(f->fd);
  if (f->fd >= 0 && f->temporary) unlink(f->temporary);
  if (f->pending) buf_free(f->pending);
  free(f->pending);
  free(f->path);
  free(f->temporary);
  *f = (struct file_out){.fd = -1};
}

bool file_write(const char *path, struct str content, struct why *why) {
  struct file_out f;
  if (!file_out_open(&f, path, why)) return false;
  file_out_put(&f, content);
  return file_out_commit(&f, why);
}

bool file_replace(const char *temporary, const char *path, struct why *why) {
  int fd = open(temporary, O_RDONLY | O_CLOEXEC);
  bool ok = fd >= 0 && fsync(fd) == 0 && rename(temporary, path) == 0 && sync_folder_of(path);
  if (!ok) cannot(why, "write", path);
  if (fd >= 0) close(fd);
  return ok;
}

bool file_exists(const char *path) { return access(path, F_OK) == 0; }

bool folder_make(const char *path, struct why *why) {
  char part[PATH_MAX];
  size_t n = strlen(path);
  if (n >= sizeof part) return errno = ENAMETOOLONG, cannot(why, "make the folder", path);
  memcpy(part, path, n + 1);
  for (size_t i = 1; i <= n; i++) {
    if (part[i] != '/' && part[i] != 0) continue;
    part[i] = 0;
    if (mkdir(part, 0700) != 0 && errno != EEXIST) return cannot(why, "make the folder", part);
    if (i < n) part[i] = '/';
  }
  struct stat st;
  if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) return true;
  return why_say(why, "%.200s is there already and is not a folder.", path);
}
