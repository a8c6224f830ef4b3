/* fault.c: a VFS over the system's own, and SQLite's memory methods over its own. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include "db/fault.h"

static struct fault_plan plan;
static uint64_t writes, syncs, reads, bytes, requests;
static sqlite3_vfs *real_vfs, vfs;
static sqlite3_mem_methods real_memory;

void fault_set(struct fault_plan p) {
  plan = p;
  writes = syncs = reads = bytes = requests = 0;
}

static bool due(uint64_t *count, unsigned every) {
  return every != 0 && ++*count % every == 0;
}

/* ---- files: ours in front, the real one right behind it ---- */

struct faulty {
  sqlite3_file base;
  sqlite3_file *real;
};
static sqlite3_file *real_of(sqlite3_file *f) { return ((struct faulty *)(void *)f)->real; }
#define REAL(f, method, ...) real_of(f)->pMethods->method(real_of(f), ##__VA_ARGS__)

static int f_close(sqlite3_file *f) { return REAL(f, xClose); }
static int f_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at) {
  if (due(&reads, plan.read_every)) return SQLITE_IOERR_READ;
  return REAL(f, xRead, p, n, at);
}
static int f_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at) {
  if (due(&writes, plan.write_every)) return SQLITE_IOERR_WRITE;
  if (plan.room_bytes) {
    if (bytes + (uint64_t)n > plan.room_bytes) return SQLITE_FULL;
    bytes += (uint64_t)n;
  }
  return REAL(f, xWrite, p, n, at);
}
static int f_truncate(sqlite3_file *f, sqlite3_int64 n) { return REAL(f, xTruncate, n); }
static int f_sync(sqlite3_file *f, int flags) {
  if (due(&syncs, plan.sync_every)) return SQLITE_IOERR_FSYNC;
  return REAL(f, xSync, flags);
}
static int f_size(sqlite3_file *f, sqlite3_int64 *n) { return REAL(f, xFileSize, n); }
static int f_lock(sqlite3_file *f, int how) { return REAL(f, xLock, how); }
static int f_unlock(sqlite3_file *f, int how) { return REAL(f, xUnlock, how); }
static int f_reserved(sqlite3_file *f, int *out) { return REAL(f, xCheckReservedLock, out); }
static int f_control(sqlite3_file *f, int op, void *arg) { return REAL(f, xFileControl, op, arg); }
static int f_sector(sqlite3_file *f) { return REAL(f, xSectorSize); }
static int f_device(sqlite3_file *f) { return REAL(f, xDeviceCharacteristics); }
static int f_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out) {
  return REAL(f, xShmMap, page, size, extend, out);
}
static int f_shm_lock(sqlite3_file *f, int at, int n, int flags) {
  return REAL(f, xShmLock, at, n, flags);
}
static void f_shm_barrier(sqlite3_file *f) { REAL(f, xShmBarrier); }
static int f_shm_unmap(sqlite3_file *f, int remove) { return REAL(f, xShmUnmap, remove); }

/* Version 2: no memory-mapped reads, so that every read passes here. */
static const sqlite3_io_methods methods = {
    2,          f_close,       f_read,      f_write,   f_truncate, f_sync,   f_size,
    f_lock,     f_unlock,      f_reserved,  f_control, f_sector,   f_device, f_shm_map,
    f_shm_lock, f_shm_barrier, f_shm_unmap, NULL,      NULL,
};

static int v_open(sqlite3_vfs *v, const char *name, sqlite3_file *file, int flags, int *out) {
  struct faulty *f = (struct faulty *)(void *)file;
  (void)v;
  f->real = (sqlite3_file *)(void *)(f + 1);
  int code = real_vfs->xOpen(real_vfs, name, f->real, flags, out);
  f->base.pMethods = code == SQLITE_OK ? &methods : NULL;
  return code;
}

/* ---- memory ---- */

static void *m_malloc(int n) {
  return due(&requests, plan.memory_every) ? NULL : real_memory.xMalloc(n);
}
static void *m_realloc(void *p, int n) {
  return due(&requests, plan.memory_every) ? NULL : real_memory.xRealloc(p, n);
}

bool fault_install(void) {
  if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory) != SQLITE_OK) return false;
  sqlite3_mem_methods mine = real_memory;
  mine.xMalloc = m_malloc;
  mine.xRealloc = m_realloc;
  if (sqlite3_config(SQLITE_CONFIG_MALLOC, &mine) != SQLITE_OK) return false;
  real_vfs = sqlite3_vfs_find(NULL);
  if (!real_vfs) return false;
  vfs = *real_vfs;
  vfs.zName = "faulty";
  vfs.szOsFile = (int)sizeof(struct faulty) + real_vfs->szOsFile;
  vfs.xOpen = v_open;
  return sqlite3_vfs_register(&vfs, 1) == SQLITE_OK;
}
