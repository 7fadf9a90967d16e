/*
 * sandbox.c - giving up what a server does not need
 *
 *   comes in:  a user, and paths with what may be done there
 *   goes out:  a process that may do that and no more; a line that says so
 *
 * The order matters: the user's name is looked up while files may be read, rights are given up
 * before the door is shut, and seccomp comes last, since it also refuses what the steps before it
 * need. It refuses with EPERM what is on a list, and does not kill: a library that asks in vain for
 * something it can do without goes on. New threads are had by clone(), whose flags can be seen;
 * clone3() is said not to exist, and glibc then takes the other.
 *
 * Under a sanitizer, its own work at the end (a second process that looks for leaks) stays allowed.
 */
#include "server/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <pwd.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* --- paths ------------------------------------------------------------------------------------ */

void sandbox_allow(struct sandbox *sandbox, const char *path, unsigned may)
{
    char *real = realpath(path, NULL);

    if (!real)
        return;
    if (sandbox->count == SANDBOX_PATHS) {
        free(real);
        return;
    }
    sandbox->paths[sandbox->count].path = real;
    sandbox->paths[sandbox->count++].may = may;
}

void sandbox_allow_parent(struct sandbox *sandbox, const char *path, unsigned may)
{
    char *copy = strdup(path);

    if (copy)
        sandbox_allow(sandbox, dirname(copy), may);
    free(copy);
}

void sandbox_free(struct sandbox *sandbox)
{
    while (sandbox->count > 0)
        free(sandbox->paths[--sandbox->count].path);
}

/* --- Landlock --------------------------------------------------------------------------------- */

enum {
    READING = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
    ADDING = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG,
    REMOVING = LANDLOCK_ACCESS_FS_REMOVE_FILE,
    OF_FILES = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE,
    EVERYTHING = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1, /* that its first version knew */
    CUTTING = 1 << 14,                                   /* its third: truncate() and O_TRUNC */
    DRIVING = 1 << 15,                                   /* its fifth: ioctl() of devices     */
};

/* A kernel knows the rights of its own version of Landlock only, and refuses to hear of others. */
static uint64_t known_rights(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    return EVERYTHING | (version >= 3 ? CUTTING : 0) | (version >= 5 ? DRIVING : 0);
}

static bool add_rule(int rules, const char *path, unsigned may)
{
    struct landlock_path_beneath_attr rule = {
        .allowed_access = (may & SANDBOX_READ ? READING : 0) | (may & SANDBOX_ADD ? ADDING : 0) |
                          (may & SANDBOX_REMOVE ? REMOVING : 0),
        .parent_fd = open(path, O_PATH | O_CLOEXEC),
    };
    struct stat st;
    bool ok = rule.parent_fd >= 0 && fstat(rule.parent_fd, &st) == 0;

    if (ok && !S_ISDIR(st.st_mode))
        rule.allowed_access &= OF_FILES;
    ok = ok && (!rule.allowed_access ||
                syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0);
    if (rule.parent_fd >= 0)
        close(rule.parent_fd);
    return ok;
}

static bool enter_landlock(const struct sandbox *sandbox)
{
    const struct landlock_ruleset_attr all = { .handled_access_fs = known_rights() };
    int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    bool ok = rules >= 0;

    for (size_t i = 0; ok && i < sandbox->count; i++)
        add_rule(rules, sandbox->paths[i].path, sandbox->paths[i].may);
    if (ok && SANITIZED)
        add_rule(rules, "/proc", SANDBOX_READ);
    ok = ok && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    if (rules >= 0)
        close(rules);
    return ok;
}

/* --- seccomp ---------------------------------------------------------------------------------- */

#if defined __x86_64__
#define MACHINE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define MACHINE AUDIT_ARCH_AARCH64
#elif defined __riscv && __riscv_xlen == 64
#define MACHINE AUDIT_ARCH_RISCV64
#endif

/* What a server of files and pages never asks of the kernel. */
static const int refused[] = {
    SYS_execve,
    SYS_execveat,
    SYS_socket,
    SYS_connect,
    SYS_bind,
    SYS_kill,
    SYS_tkill,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    SYS_pidfd_open,
    SYS_pidfd_getfd,
    SYS_pidfd_send_signal,
    SYS_process_vm_writev,
    SYS_mount,
    SYS_fsopen,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_fspick,
    SYS_move_mount,
    SYS_open_tree,
    SYS_mount_setattr,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_setns,
    SYS_unshare,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_reboot,
    SYS_userfaultfd,
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
    SYS_io_uring_setup,
    SYS_swapon,
    SYS_open_by_handle_at,
    SYS_name_to_handle_at,
    SYS_swapoff,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_adjtimex,
    SYS_clock_adjtime,
    SYS_acct,
    SYS_quotactl,
    SYS_mknodat,
    SYS_personality,
    SYS_setuid,
    SYS_setgid,
    SYS_setreuid,
    SYS_setregid,
    SYS_setresuid,
    SYS_setresgid,
    SYS_setgroups,
    SYS_setfsuid,
    SYS_setfsgid,
    SYS_truncate,
    SYS_fchmod,
    SYS_fchmodat,
    SYS_fchown,
    SYS_fchownat,
    SYS_setxattr,
    SYS_lsetxattr,
    SYS_fsetxattr,
    SYS_removexattr,
    SYS_lremovexattr,
    SYS_fremovexattr,
    SYS_symlinkat,
    SYS_linkat,
#ifdef SYS_fork
    SYS_fork,
    SYS_vfork,
    SYS_mknod,
    SYS_chmod,
    SYS_chown,
    SYS_lchown,
    SYS_symlink,
    SYS_link,
#endif
#if !SANITIZED
    SYS_ptrace,
    SYS_process_vm_readv,
#endif
};

enum { REFUSED = sizeof refused / sizeof *refused, FILTER_ROOM = 48 + 2 * REFUSED };

#ifdef MACHINE
struct filter {
    struct sock_filter code[FILTER_ROOM];
    unsigned short count;
};

#define LOAD(field)                                                                                \
    (struct sock_filter)                                                                           \
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, field))
#define WHEN(test, value, yes, no)                                                                 \
    (struct sock_filter) BPF_JUMP(BPF_JMP | test | BPF_K, (uint32_t)(value), yes, no)
#define ANSWER(what) (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, what)

static const uint32_t allowed = SECCOMP_RET_ALLOW, eperm = SECCOMP_RET_ERRNO | EPERM,
                      enosys = SECCOMP_RET_ERRNO | ENOSYS;

static void put(struct filter *f, struct sock_filter statement)
{
    f->code[f->count++] = statement;
}

static void refuse_other_machines(struct filter *f)
{
    put(f, LOAD(arch));
    put(f, WHEN(BPF_JEQ, MACHINE, 1, 0));
    put(f, ANSWER(eperm));
    put(f, LOAD(nr));
    put(f, WHEN(BPF_JGE, 0x40000000u, 0, 1)); /* the same calls under other numbers */
    put(f, ANSWER(eperm));
}

static void refuse_listed(struct filter *f)
{
    for (size_t i = 0; i < REFUSED; i++) {
        put(f, WHEN(BPF_JEQ, refused[i], 0, 1));
        put(f, ANSWER(eperm));
    }
}

/* A terminal obeys what is put into it, and with it whoever started us there. */
static void refuse_typing(struct filter *f)
{
    put(f, WHEN(BPF_JEQ, SYS_ioctl, 0, 5));
    put(f, LOAD(args[1]));
    put(f, WHEN(BPF_JEQ, TIOCSTI, 1, 0));
    put(f, WHEN(BPF_JEQ, TIOCLINUX, 0, 1));
    put(f, ANSWER(eperm));
    put(f, ANSWER(allowed));
}

/* A file that is opened for reading may not be cut short, which Landlock did not see at first. */
static void refuse_cutting(struct filter *f, int call, struct sock_filter load_flags)
{
    put(f, WHEN(BPF_JEQ, call, 0, 5));
    put(f, load_flags);
    put(f, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, O_TRUNC | O_ACCMODE));
    put(f, WHEN(BPF_JEQ, O_TRUNC | O_RDONLY, 0, 1));
    put(f, ANSWER(eperm));
    put(f, ANSWER(allowed));
}

/* Signals go to ourselves, as abort() sends them; what begins is a thread. */
static void refuse_processes(struct filter *f)
{
    put(f, WHEN(BPF_JEQ, SYS_tgkill, 0, 4));
    put(f, LOAD(args[0]));
    put(f, WHEN(BPF_JEQ, getpid(), 1, 0));
    put(f, ANSWER(eperm));
    put(f, ANSWER(allowed));
    put(f, WHEN(BPF_JEQ, SYS_clone3, 0, 1));
    put(f, ANSWER(enosys));
    put(f, WHEN(BPF_JEQ, SYS_clone, 0, 4));
    put(f, LOAD(args[0]));
    put(f, WHEN(BPF_JSET, CLONE_THREAD, 1, 0));
    put(f, ANSWER(eperm));
    put(f, ANSWER(allowed));
}

static bool enter_seccomp(void)
{
    struct filter f = { .count = 0 };

    refuse_other_machines(&f);
    refuse_listed(&f);
    refuse_typing(&f);
    refuse_cutting(&f, SYS_openat, LOAD(args[2]));
#ifdef SYS_open
    refuse_cutting(&f, SYS_open, LOAD(args[1]));
#endif
    if (!SANITIZED)
        refuse_processes(&f);
    put(&f, ANSWER(allowed));

    struct sock_fprog program = { .len = f.count, .filter = f.code };
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}
#else
static bool enter_seccomp(void)
{
    return false;
}
#endif

/* --- the user --------------------------------------------------------------------------------- */

static bool become(const char *name, struct error *err)
{
    const struct passwd *user = getpwnam(name);

    if (!user) {
        error_set(err, "there is no user '%s'", name);
        return error_hint(err, "--user takes a name that /etc/passwd knows: www-data, nobody");
    }
    if (geteuid() == user->pw_uid && getegid() == user->pw_gid)
        return true;
    if (initgroups(name, user->pw_gid) < 0 ||
        setresgid(user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
        setresuid(user->pw_uid, user->pw_uid, user->pw_uid) < 0 ||
        (user->pw_uid != 0 && setuid(0) == 0)) {
        error_errno(err, str_of(name), "cannot become this user");
        return error_hint(err, "only root can become somebody else");
    }
    return true;
}

static void say_paths(const struct sandbox *sandbox, unsigned may, const char *verb,
                      struct buf *said)
{
    size_t count = 0;

    for (size_t i = 0; i < sandbox->count; i++)
        count += (sandbox->paths[i].may & may) != 0;
    buf_addf(said, "; %s %zu path%s", verb, count, count == 1 ? "" : "s");
}

bool sandbox_enter(const struct sandbox *sandbox, struct buf *said, struct error *err)
{
    if (sandbox->user && !become(sandbox->user, err))
        return false;
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    bool files = enter_landlock(sandbox), calls = enter_seccomp();

    buf_addf(said, "as user %u", (unsigned)geteuid());
    if (files) {
        say_paths(sandbox, SANDBOX_READ, "reads", said);
        say_paths(sandbox, SANDBOX_ADD, "writes", said);
    } else {
        buf_lit(said, "; all files of that user (no Landlock here)");
    }
    buf_add(said, calls ? S("; starts no program and opens no socket")
                        : S("; all system calls (no seccomp here)"));
    return true;
}
