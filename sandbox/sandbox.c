/* sandbox: Landlock by its raw system calls (Debian 12's headers know only its first versions),
 * seccomp by libseccomp. */
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "sandbox/sandbox.h"

/* ---- Landlock ---- */

enum { LL_CREATE = 444, LL_ADD = 445, LL_RESTRICT = 446, LL_VERSION_FLAG = 1, LL_PATH_BENEATH = 1 };
enum {
  LL_EXECUTE = 1 << 0,
  LL_WRITE_FILE = 1 << 1,
  LL_READ_FILE = 1 << 2,
  LL_READ_DIR = 1 << 3,
  LL_REMOVE_DIR = 1 << 4,
  LL_REMOVE_FILE = 1 << 5,
  LL_MAKE_DIR = 1 << 7,
  LL_MAKE_REG = 1 << 8,
  LL_ALL_FIRST = (1 << 13) - 1,
  LL_REFER = 1 << 13,
  LL_TRUNCATE = 1 << 14,
  LL_IOCTL_DEV = 1 << 15
};
struct ll_rules {
  uint64_t fs, net, scoped;
};
struct ll_path {
  uint64_t allowed;
  int32_t parent_fd;
} __attribute__((packed));

int sandbox_landlock(void) {
  long version = syscall(LL_CREATE, NULL, 0, LL_VERSION_FLAG);
  return version > 0 ? (int)version : 0;
}

/* Every kind of access this kernel can refuse: what is not handled stays allowed. */
static uint64_t handled(int version) {
  uint64_t all = LL_ALL_FIRST;
  if (version >= 2) all |= LL_REFER;
  if (version >= 3) all |= LL_TRUNCATE;
  if (version >= 5) all |= LL_IOCTL_DEV;
  return all;
}

static bool allow(int ruleset, struct str path, uint64_t access, struct why *why) {
  char name[4096];
  struct stat st;
  if (path.n >= sizeof name) return why_say(why, "A folder's name is too long for the sandbox.");
  memcpy(name, path.p, path.n);
  name[path.n] = 0;
  int fd = open(name, O_PATH | O_CLOEXEC);
  if (fd < 0) return true; /* what is not there need not be reached */
  if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
    access &= LL_WRITE_FILE | LL_READ_FILE | LL_EXECUTE | LL_TRUNCATE;
  struct ll_path rule = {access, fd};
  bool good = syscall(LL_ADD, ruleset, LL_PATH_BENEATH, &rule, 0) == 0;
  close(fd);
  return good || why_say(why, "The sandbox could not name %s (%d).", name, errno);
}

static bool close_files(const struct sandbox *s, struct why *why) {
  int version = sandbox_landlock();
  if (version == 0) return true; /* best effort: seccomp stands alone */
  struct ll_rules rules = {.fs = handled(version)};
  int ruleset = (int)syscall(LL_CREATE, &rules, version >= 4 ? 16 : 8, 0);
  if (ruleset < 0) return why_say(why, "The sandbox could not be made (%d).", errno);
  const uint64_t read = (LL_READ_FILE | LL_READ_DIR) & rules.fs;
  const uint64_t write = (read | LL_WRITE_FILE | LL_REMOVE_FILE | LL_REMOVE_DIR | LL_MAKE_REG |
                          LL_MAKE_DIR | LL_REFER | LL_TRUNCATE) &
                         rules.fs;
  bool good = true;
  for (int i = 0; good && i < SANDBOX_PATHS_MAX && s->write[i].n; i++)
    good = allow(ruleset, s->write[i], write, why);
  for (int i = 0; good && i < SANDBOX_PATHS_MAX && s->read[i].n; i++)
    good = allow(ruleset, s->read[i], read, why);
  if (good && syscall(LL_RESTRICT, ruleset, 0) != 0)
    good = why_say(why, "The sandbox could not be entered (%d).", errno);
  close(ruleset);
  return good;
}

/* ---- seccomp ---- */

/* No process of ours ever needs these. */
static const int never[] = {SCMP_SYS(execve),
                            SCMP_SYS(execveat),
                            SCMP_SYS(ptrace),
                            SCMP_SYS(process_vm_readv),
                            SCMP_SYS(process_vm_writev),
                            SCMP_SYS(mount),
                            SCMP_SYS(umount2),
                            SCMP_SYS(pivot_root),
                            SCMP_SYS(chroot),
                            SCMP_SYS(setns),
                            SCMP_SYS(unshare),
                            SCMP_SYS(init_module),
                            SCMP_SYS(finit_module),
                            SCMP_SYS(delete_module),
                            SCMP_SYS(bpf),
                            SCMP_SYS(perf_event_open),
                            SCMP_SYS(keyctl),
                            SCMP_SYS(add_key),
                            SCMP_SYS(request_key),
                            SCMP_SYS(userfaultfd),
                            SCMP_SYS(kexec_load),
                            SCMP_SYS(kexec_file_load),
                            SCMP_SYS(reboot),
                            SCMP_SYS(swapon),
                            SCMP_SYS(swapoff),
                            SCMP_SYS(acct),
                            SCMP_SYS(quotactl),
                            SCMP_SYS(open_by_handle_at),
                            SCMP_SYS(name_to_handle_at),
                            SCMP_SYS(io_uring_setup),
                            SCMP_SYS(io_uring_enter),
                            SCMP_SYS(io_uring_register),
                            SCMP_SYS(kcmp),
                            SCMP_SYS(modify_ldt),
                            SCMP_SYS(personality),
                            SCMP_SYS(setuid),
                            SCMP_SYS(setgid),
                            SCMP_SYS(setreuid),
                            SCMP_SYS(setregid),
                            SCMP_SYS(setresuid),
                            SCMP_SYS(setresgid),
                            SCMP_SYS(setgroups),
                            SCMP_SYS(setfsuid),
                            SCMP_SYS(setfsgid),
                            SCMP_SYS(capset),
                            SCMP_SYS(sethostname),
                            SCMP_SYS(setdomainname),
                            SCMP_SYS(settimeofday),
                            SCMP_SYS(clock_settime),
                            SCMP_SYS(adjtimex),
                            SCMP_SYS(clock_adjtime),
                            SCMP_SYS(syslog),
                            SCMP_SYS(vhangup),
                            SCMP_SYS(mknod),
                            SCMP_SYS(mknodat),
                            SCMP_SYS(fanotify_init),
                            SCMP_SYS(move_mount),
                            SCMP_SYS(fsopen),
                            SCMP_SYS(fsmount),
                            SCMP_SYS(open_tree),
                            SCMP_SYS(pidfd_getfd),
                            SCMP_SYS(pidfd_send_signal)};
/* Nothing new from the file system. */
static const int files[] = {
    SCMP_SYS(open),      SCMP_SYS(openat),   SCMP_SYS(openat2),  SCMP_SYS(creat),
    SCMP_SYS(unlink),    SCMP_SYS(unlinkat), SCMP_SYS(rename),   SCMP_SYS(renameat),
    SCMP_SYS(renameat2), SCMP_SYS(link),     SCMP_SYS(linkat),   SCMP_SYS(symlink),
    SCMP_SYS(symlinkat), SCMP_SYS(mkdir),    SCMP_SYS(mkdirat),  SCMP_SYS(rmdir),
    SCMP_SYS(chmod),     SCMP_SYS(fchmodat), SCMP_SYS(chown),    SCMP_SYS(lchown),
    SCMP_SYS(fchownat),  SCMP_SYS(truncate), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
    SCMP_SYS(chdir)};
/* No new sockets, nobody new to speak to. */
static const int sockets[] = {SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect),
                              SCMP_SYS(bind), SCMP_SYS(listen)};
static const int processes[] = {SCMP_SYS(fork),   SCMP_SYS(vfork), SCMP_SYS(clone),
                                SCMP_SYS(clone3), SCMP_SYS(kill),  SCMP_SYS(tkill)};
static const int visitors[] = {SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(recvmsg),
                               SCMP_SYS(sendmsg), SCMP_SYS(memfd_create)};

static int deny(scmp_filter_ctx ctx, const int *call, size_t n) {
  int failed = 0;
  for (size_t i = 0; i < n; i++) {
    int r = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), call[i], 0);
    if (r != 0 && r != -EDOM) failed = r; /* -EDOM: this architecture has no such call */
  }
  return failed;
}

/* Sockets of these two families only (and of UNIX): what a database or another system on the
 * network is reached by. */
static int deny_odd_sockets(scmp_filter_ctx ctx) {
  int failed = 0;
  for (unsigned family = 0; family < AF_INET6; family++)
    if (family != AF_UNIX && family != AF_INET)
      failed |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 1,
                                 SCMP_A0(SCMP_CMP_EQ, family));
  return failed |
         seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 1,
                          SCMP_A0(SCMP_CMP_GT, AF_INET6)) |
         seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(listen), 0);
}

#define DENY(ctx, list) deny(ctx, list, countof(list))

static int rules_for(scmp_filter_ctx ctx, const struct sandbox *s) {
  int failed = DENY(ctx, never);
  failed |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
                             SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffu, TIOCSTI));
  switch (s->kind) {
    case SANDBOX_PARSER:
      failed |= DENY(ctx, visitors); /* and all that the front may not: */
      __attribute__((fallthrough));
    case SANDBOX_FRONT:
      return failed | DENY(ctx, files) | DENY(ctx, sockets) | DENY(ctx, processes);
    case SANDBOX_WORKER:
    case SANDBOX_WRITER:
      return failed | (s->database_socket ? deny_odd_sockets(ctx) : DENY(ctx, sockets));
    case SANDBOX_OUT:
      return failed | seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(listen), 0);
  }
  return failed;
}

static bool close_calls(const struct sandbox *s, struct why *why) {
  scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
  if (!ctx) return why_say(why, "The list of refused system calls could not be made.");
  int failed = rules_for(ctx, s);
  if (!failed) failed = seccomp_load(ctx);
  seccomp_release(ctx);
  return failed == 0 ||
         why_say(why, "The list of refused system calls could not be put in force (%d).", failed);
}

bool sandbox_enter(const struct sandbox *s, struct why *why) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return why_say(why, "This kernel has no sandbox (%d).", errno);
  return close_files(s, why) && close_calls(s, why);
}
