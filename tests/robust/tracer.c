/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Runs a command and does something to it at one of its system calls: lists them, kills the process
 * that makes it, sends it a signal, or has the call fail. The calls that count are those from the
 * first one on that changes something (a member of struct pmm_effects; the lock of swapctl is
 * none): before it, nothing can be half-done.
 *
 *   tracer [-l LIST] [-k POINT] [-s POINT=SIGNAL] [-e POINT=ERRNO] [-h HOOK] COMMAND...
 *
 * A point is PROCESS:CALL:OCCURRENCE, as LIST has it in front of the effect that it is. HOOK is run
 * at each of them with the point as its argument, while the command stands still. The exit status
 * is the command's (128 + a signal); 124: it never came to the point, 123: it took too long.
 */

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	EXIT_TROUBLE = 125,
	EXIT_NOT_REACHED = 124,
	EXIT_LATE = 123,
	MOST_PROCESSES = 16,
	MOST_CALLS = 512,
	SECONDS = 60,
	OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
		  PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESECCOMP |
		  PTRACE_O_EXITKILL,
};

/* What may be met; another one is told by its number. */
static const struct call {
	unsigned long number;
	const char *name;
	const char *effect; /* the member of struct pmm_effects; NULL: it needs a closer look */
} calls[] = {
#ifdef SYS_open
	{SYS_open, "open", NULL},
	{SYS_poll, "poll", NULL},
	{SYS_fork, "fork", NULL},
	{SYS_vfork, "vfork", NULL},
	{SYS_pipe, "pipe", NULL},
	{SYS_access, "access", NULL},
	{SYS_readlink, "readlink", NULL},
#endif
	{SYS_openat, "openat", NULL},
	{SYS_openat2, "openat2", NULL},
	{SYS_fallocate, "fallocate", "fallocate"},
	{SYS_pwrite64, "pwrite64", "write_at"},
	{SYS_ftruncate, "ftruncate", "truncate"},
	{SYS_fchown, "fchown", "change_owner"},
	{SYS_fchmod, "fchmod", "change_mode"},
	{SYS_fsetxattr, "fsetxattr", "set_attribute"},
	{SYS_fremovexattr, "fremovexattr", "remove_attribute"},
	{SYS_fsync, "fsync", "sync"},
	{SYS_linkat, "linkat", "link_at"},
	{SYS_renameat, "renameat", "rename_at"},
	{SYS_unlinkat, "unlinkat", "unlink_at"},
	{SYS_swapon, "swapon", "swap_on"},
	{SYS_swapoff, "swapoff", "swap_off"},
	{SYS_process_madvise, "process_madvise", "read_ahead"},
	{SYS_ioctl, "ioctl", NULL},
	{SYS_read, "read", NULL},
	{SYS_pread64, "pread64", NULL},
	{SYS_write, "write", NULL},
	{SYS_writev, "writev", NULL},
	{SYS_close, "close", NULL},
	{SYS_close_range, "close_range", NULL},
	{SYS_fstat, "fstat", NULL},
	{SYS_newfstatat, "newfstatat", NULL},
	{SYS_statx, "statx", NULL},
	{SYS_statfs, "statfs", NULL},
	{SYS_fstatfs, "fstatfs", NULL},
	{SYS_lseek, "lseek", NULL},
	{SYS_getdents64, "getdents64", NULL},
	{SYS_readlinkat, "readlinkat", NULL},
	{SYS_faccessat, "faccessat", NULL},
	{SYS_faccessat2, "faccessat2", NULL},
	{SYS_fgetxattr, "fgetxattr", NULL},
	{SYS_flistxattr, "flistxattr", NULL},
	{SYS_fcntl, "fcntl", NULL},
	{SYS_flock, "flock", NULL},
	{SYS_fadvise64, "fadvise64", NULL},
	{SYS_mmap, "mmap", NULL},
	{SYS_munmap, "munmap", NULL},
	{SYS_mremap, "mremap", NULL},
	{SYS_mprotect, "mprotect", NULL},
	{SYS_brk, "brk", NULL},
	{SYS_clone, "clone", NULL},
	{SYS_clone3, "clone3", NULL},
	{SYS_wait4, "wait4", NULL},
	{SYS_waitid, "waitid", NULL},
	{SYS_pipe2, "pipe2", NULL},
	{SYS_ppoll, "ppoll", NULL},
	{SYS_pidfd_open, "pidfd_open", NULL},
	{SYS_clock_gettime, "clock_gettime", NULL},
	{SYS_clock_nanosleep, "clock_nanosleep", NULL},
	{SYS_nanosleep, "nanosleep", NULL},
	{SYS_getrandom, "getrandom", NULL},
	{SYS_prctl, "prctl", NULL},
	{SYS_kill, "kill", NULL},
	{SYS_rt_sigaction, "rt_sigaction", NULL},
	{SYS_rt_sigprocmask, "rt_sigprocmask", NULL},
	{SYS_exit_group, "exit_group", NULL},
};

struct process {
	pid_t pid;	      /* 0: it has ended */
	int64_t fail_with;    /* what the call that it is in shall return; 0: what it returns */
	unsigned long number; /* of the call that it is in */
	bool is_started;      /* its first stop was seen */
	bool is_stepped;      /* from call to call, not from filter to filter */
	unsigned seen[MOST_CALLS];
};

static struct {
	FILE *list;
	const char *hook;
	const char *point; /* where to do it; NULL: nowhere */
	int kill_with;	   /* a signal; 0: none */
	int fail_with;	   /* an errno; 0: none */
	bool is_reached;
	bool has_begun;	 /* the first effect was seen */
	bool is_running; /* the command, no more what started it */
	struct process processes[MOST_PROCESSES];
	int process_count;
	volatile sig_atomic_t is_late;
} run;

static void die(const char *what)
{
	fprintf(stderr, "tracer: %s: %s\n", what, strerror(errno));
	exit(EXIT_TROUBLE);
}

/* ---- the registers in which a call's number and result are ---- */

#if defined(__x86_64__)
static void set_register(pid_t pid, bool is_result, int64_t value)
{
	struct user_regs_struct registers;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &registers) < 0)
		return; /* it was killed meanwhile */
	if (is_result)
		registers.rax = (unsigned long long)value;
	else
		registers.orig_rax = (unsigned long long)value;
	ptrace(PTRACE_SETREGS, pid, NULL, &registers);
}
#elif defined(__aarch64__)
static void set_register(pid_t pid, bool is_result, int64_t value)
{
	struct user_regs_struct registers;
	struct iovec all = {&registers, sizeof(registers)};
	int number = (int)value;
	struct iovec call = {&number, sizeof(number)};

	if (!is_result) {
		ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &call);
		return;
	}
	if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &all) < 0)
		return;
	registers.regs[0] = (unsigned long long)value;
	ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &all);
}
#else
#error "tracer.c does not know the registers of this architecture"
#endif

/* ---- which call is it ---- */

static const struct call *call_find(unsigned long number)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (calls[i].number == number)
			return &calls[i];
	return NULL;
}

static bool is_lock(pid_t pid, uint64_t address)
{
	char name[64] = "";
	struct iovec here = {name, sizeof(name) - 1};
	struct iovec there = {(void *)(uintptr_t)address, sizeof(name) - 1};

	process_vm_readv(pid, &here, 1, &there, 1, 0);
	return !strcmp(name, "swapctl.lock");
}

/* The member of struct pmm_effects that makes this call, NULL: it changes nothing. */
static const char *effect_find(pid_t pid, const struct call *call, const uint64_t *args)
{
	if (!call || call->effect)
		return call ? call->effect : NULL;
	if (call->number == SYS_openat && args[2] & (O_CREAT | O_WRONLY | O_RDWR) &&
	    !is_lock(pid, args[1]))
		return "open_at";
	if (call->number == SYS_ioctl && (unsigned)args[1] == FS_IOC_SETFLAGS)
		return "set_flags";
	return NULL;
}

/* ---- what is done at one ---- */

static void run_hook(char *point)
{
	char *argv[] = {(char *)run.hook, point, NULL};
	pid_t pid;
	int status;

	if (posix_spawn(&pid, run.hook, NULL, NULL, argv, environ) != 0)
		die(run.hook);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("waitpid");
}

/* True: the process is dead. */
static bool act(struct process *process, char *point)
{
	if (run.hook)
		run_hook(point);
	if (!run.point || strcmp(run.point, point) != 0)
		return false;
	run.is_reached = true;
	if (run.kill_with)
		kill(process->pid, run.kill_with);
	if (run.fail_with) {
		process->fail_with = -run.fail_with;
		set_register(process->pid, false, -1);
	}
	return run.kill_with == SIGKILL;
}

static bool enter(struct process *process, unsigned long number, const uint64_t *args)
{
	const struct call *call = call_find(number);
	const char *effect = effect_find(process->pid, call, args);
	char point[64];
	unsigned occurrence;

	process->number = number;
	run.has_begun = run.has_begun || effect;
	if (!run.has_begun || process->number >= MOST_CALLS)
		return false;
	occurrence = ++process->seen[process->number];
	if (call)
		snprintf(point, sizeof(point), "%zd:%s:%u", process - run.processes, call->name,
			 occurrence);
	else
		snprintf(point, sizeof(point), "%zd:call%lu:%u", process - run.processes,
			 process->number, occurrence);
	if (run.list)
		fprintf(run.list, "%s %s %d\n", point, effect ? effect : "-", (int)args[0]);
	return act(process, point);
}

/* A call that was made to fail stays so until it ends. */
static void leave(struct process *process)
{
	if (process->fail_with)
		set_register(process->pid, true, process->fail_with);
	process->fail_with = 0;
}

/* ---- the processes ---- */

static struct process *process_find(pid_t pid)
{
	for (int i = 0; i < run.process_count; i++)
		if (run.processes[i].pid == pid)
			return &run.processes[i];
	if (run.process_count == MOST_PROCESSES) {
		errno = EMFILE;
		die("processes");
	}
	run.processes[run.process_count] = (struct process){.pid = pid};
	return &run.processes[run.process_count++];
}

/* To the next call, or, before the first effect, to the next that the filter lets us see. */
static void go_on(struct process *process, int signal_number)
{
	process->is_stepped = run.has_begun;
	if (ptrace(run.has_begun ? PTRACE_SYSCALL : PTRACE_CONT, process->pid, NULL,
		   (long)signal_number) < 0 &&
	    errno != ESRCH)
		die("PTRACE_CONT");
}

static void stop_at_call(struct process *process)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, process->pid, sizeof(info), &info) < 0)
		return; /* killed */
	if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		leave(process);
	else if (info.op == PTRACE_SYSCALL_INFO_ENTRY &&
		 enter(process, info.entry.nr, info.entry.args))
		return;
	/* Of one that is stepped, the entry was seen just before. */
	else if (info.op == PTRACE_SYSCALL_INFO_SECCOMP && !process->is_stepped && run.is_running &&
		 enter(process, info.seccomp.nr, info.seccomp.args))
		return;
	go_on(process, 0);
}

static void stop(struct process *process, int status)
{
	int signal_number = WSTOPSIG(status);
	unsigned long child;

	switch (status >> 16) {
	case PTRACE_EVENT_EXEC:
		run.is_running = true;
		break;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		if (ptrace(PTRACE_GETEVENTMSG, process->pid, NULL, &child) == 0)
			process_find((pid_t)child);
		break;
	case PTRACE_EVENT_SECCOMP:
		stop_at_call(process);
		return;
	default:
		if (signal_number == (SIGTRAP | 0x80)) {
			stop_at_call(process);
			return;
		}
		/* A new one begins with a stop that is ours, not its own. */
		if (!process->is_started && signal_number == SIGSTOP)
			signal_number = 0;
		process->is_started = true;
		go_on(process, signal_number);
		return;
	}
	go_on(process, 0);
}

static void take_alarm(int signal_number)
{
	(void)signal_number;
	run.is_late = 1;
	for (int i = 0; i < run.process_count; i++)
		if (run.processes[i].pid)
			kill(run.processes[i].pid, SIGKILL);
}

static int follow(void)
{
	int first = EXIT_TROUBLE, status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		struct process *process = pid > 0 ? process_find(pid) : NULL;

		if (pid > 0 && WIFSTOPPED(status)) {
			stop(process, status);
		} else if (pid > 0) {
			process->pid = 0;
			if (process == run.processes)
				first = WIFEXITED(status) ? WEXITSTATUS(status)
							  : 128 + WTERMSIG(status);
		}
	}
	return first;
}

/*
 * A filter of seccomp(2) stops the command at what may be an effect; all other calls run at full
 * speed until there was one, which is most of them.
 */
static void filter_calls(void)
{
	enum { MOST = 4 * sizeof(calls) / sizeof(*calls) };
	struct sock_filter filter[MOST];
	struct sock_fprog program = {.filter = filter};
	unsigned short n = 0;

	filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						   offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		unsigned long number = calls[i].number;

		if (!calls[i].effect && number != SYS_openat && number != SYS_ioctl)
			continue;
		filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							   (unsigned)number, 0, 1);
		filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
	}
	filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		die("PR_SET_SECCOMP");
}

static void start(char **command)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME) < 0 || raise(SIGSTOP) != 0)
			die("PTRACE_TRACEME");
		filter_calls();
		execvp(command[0], command);
		die(command[0]);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		die("waitpid");
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL, (long)OPTIONS) < 0)
		die("PTRACE_SETOPTIONS");
	process_find(pid)->is_started = true;
	go_on(process_find(pid), 0);
}

/* "POINT=NUMBER" */
static int take_number(char *argument)
{
	char *equals = strchr(argument, '=');

	if (!equals) {
		errno = EINVAL;
		die(argument);
	}
	*equals = '\0';
	return (int)strtol(equals + 1, NULL, 10);
}

static void take_options(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "+l:k:s:e:h:")) >= 0) {
		switch (option) {
		case 'l':
			run.list = fopen(optarg, "we");
			if (!run.list)
				die(optarg);
			break;
		case 'k':
			run.kill_with = SIGKILL;
			run.point = optarg;
			break;
		case 's':
			run.kill_with = take_number(optarg);
			run.point = optarg;
			break;
		case 'e':
			run.fail_with = take_number(optarg);
			run.point = optarg;
			break;
		case 'h':
			run.hook = optarg;
			break;
		default:
			exit(EXIT_TROUBLE);
		}
	}
}

int main(int argc, char **argv)
{
	const struct sigaction late = {.sa_handler = take_alarm};
	int status;

	take_options(argc, argv);
	if (optind == argc)
		exit(EXIT_TROUBLE);
	start(argv + optind);
	sigaction(SIGALRM, &late, NULL);
	if (!run.hook)
		alarm(SECONDS);
	status = follow();
	if (run.list && fclose(run.list) != 0)
		die("list");
	if (run.is_late)
		return EXIT_LATE;
	return run.point && !run.is_reached ? EXIT_NOT_REACHED : status;
}
