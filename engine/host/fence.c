/* Without a library: The C library has no functions for Landlock, and the seccomp filter is a short
 * list. */
#include "host/fence.h"

#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- limits ---- */

/* Lower the limit; one that is lower already stays. */
static enum error_code limit(__rlimit_resource_t resource, uint64_t value, struct error *error)
{
    struct rlimit now;
    if (getrlimit(resource, &now) != 0)
        return error_system(error, "cannot read a limit of the process");
    if (now.rlim_max != RLIM_INFINITY && now.rlim_max <= value)
        return ERROR_NONE;
    const struct rlimit lower = {.rlim_cur = value, .rlim_max = value};
    return setrlimit(resource, &lower) == 0
               ? ERROR_NONE
               : error_system(error, "cannot lower a limit of the process");
}

/* AddressSanitizer reserves more address space than there is memory, and looks for leaks by tracing
 * the process. */
#if defined(__SANITIZE_ADDRESS__)
static const bool is_sanitized = true;
#else
static const bool is_sanitized = false;
#endif

static enum error_code lower_limits(const struct fence *fence, struct error *error)
{
    if (limit(RLIMIT_CORE, 0, error) ||
        (fence->address_space && !is_sanitized && limit(RLIMIT_AS, fence->address_space, error)) ||
        (fence->cpu_seconds && limit(RLIMIT_CPU, fence->cpu_seconds, error)))
        return error->code;
    if ((!is_sanitized && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return error_system(error, "cannot give up privileges");
    return ERROR_NONE;
}

/* ---- Landlock ---- */

/* What version 1 can forbid; reading is not among it: a sync reads configuration, scripts,
 * certificates and what names are resolved by. */
static const uint64_t changes =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

/* Inside of the folders: files and folders, no devices and no programs. */
static const uint64_t allowed_inside =
    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG;

static int open_ruleset(int version)
{
    /* From version 3 on, truncation is a separate right. */
    const uint64_t truncate = version >= 3 ? UINT64_C(1) << 14 : 0;
    const struct landlock_ruleset_attr attributes = {.handled_access_fs = changes | truncate};
    return (int)syscall(SYS_landlock_create_ruleset, &attributes,
                        sizeof attributes.handled_access_fs, 0U);
}

static bool allow(int ruleset, int version, const char *folder)
{
    const uint64_t truncate = version >= 3 ? UINT64_C(1) << 14 : 0;
    struct landlock_path_beneath_attr beneath = {.allowed_access = allowed_inside | truncate};
    beneath.parent_fd = open(folder, O_PATH | O_CLOEXEC);
    if (beneath.parent_fd < 0)
        return errno == ENOENT;
    const bool added =
        syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0U) == 0;
    close(beneath.parent_fd);
    return added;
}

/* The version in force; 0: none. */
static int enter_landlock(const struct fence *fence)
{
    const int version =
        (int)syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);
    const int ruleset = version > 0 ? open_ruleset(version) : -1;
    if (ruleset < 0)
        return 0;
    bool whole = allow(ruleset, version, "/dev");
    for (size_t i = 0; whole && i < fence->folder_count; i++)
        whole = allow(ruleset, version, fence->folders[i]);
    whole = whole && syscall(SYS_landlock_restrict_self, ruleset, 0U) == 0;
    close(ruleset);
    return whole ? version : 0;
}

/* ---- seccomp ---- */

#if defined(__x86_64__)
static const uint32_t architecture = AUDIT_ARCH_X86_64;
static const uint32_t foreign_calls = 0x40000000; /* of x32 */
#elif defined(__aarch64__)
static const uint32_t architecture = AUDIT_ARCH_AARCH64;
static const uint32_t foreign_calls = 0x40000000;
#else
static const uint32_t architecture = 0;
static const uint32_t foreign_calls = 0;
#endif

/* A sync never needs them, and attacks often begin with one. */
static const int refused[] = {
    SYS_execve,
    SYS_execveat,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_unshare,
    SYS_setns,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_io_uring_setup,
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
    SYS_init_module,
    SYS_finit_module,
    SYS_kexec_load,
    SYS_reboot,
    SYS_swapon,
    SYS_open_by_handle_at,
};
enum { REFUSED = sizeof refused / sizeof *refused };

static bool enter_seccomp(void)
{
    struct sock_filter filter[REFUSED + 8];
    size_t count = 0;
    if (architecture == 0 || is_sanitized)
        return false;
#define ADD(...) filter[count++] = (struct sock_filter)__VA_ARGS__
    ADD(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)));
    ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)architecture, 1, 0));
    ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
    ADD(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
    ADD(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, foreign_calls, REFUSED + 1, 0));
    for (size_t i = 0; i < REFUSED; i++)
        ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)refused[i], (unsigned char)(REFUSED - i),
                     0));
    ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
#undef ADD
    const struct sock_fprog program = {.len = (unsigned short)count, .filter = filter};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}

enum error_code fence_enter(const struct fence *fence, struct fence_state *state,
                            struct error *error)
{
    *state = (struct fence_state){0, false};
    if (lower_limits(fence, error))
        return error->code;
    if (fence->starts_processes)
        return ERROR_NONE;
    state->landlock = enter_landlock(fence);
    state->seccomp = enter_seccomp();
    return ERROR_NONE;
}
