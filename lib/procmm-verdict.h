/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_VERDICT_H
#define PROCMM_VERDICT_H

/*
 * libprocmm, third part: does a scope thrash? A scope is the system, or a cgroup. The rules at the
 * top of <procmm.h> hold here too; formulas and states are explained in procmm(7).
 *
 *     sample, cgroups -> LOAD (cumulative, one scope, one instant)
 *     two loads       -> VERDICT of what lies between them (pmm_verdict_judge: one look)
 *     loads in a row  -> VERDICT with a sliding window and hysteresis (detector; verdicts: of all)
 *     verdict         -> EVIDENCE for machines, WORDS for people
 *
 * One report has two instants and takes pmm_verdict_judge(); what runs on feeds each instant to
 * pmm_verdicts_feed(). Nothing but pmm_loads_read() reads anything.
 */

#include <procmm.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- load: what happened in one scope up to an instant --------------------------------------- */

/* Counters only grow; each is PMM_ABSENT where the kernel does not say. Pages, if not said else. */
enum pmm_load_counter {
	PMM_LOAD_MEMORY_SOME_NS, /* PSI: time in which tasks waited */
	PMM_LOAD_MEMORY_FULL_NS,
	PMM_LOAD_IO_SOME_NS,
	PMM_LOAD_IO_FULL_NS,
	PMM_LOAD_USER_NS, /* processor time of programs, niced ones too, on all processors */
	PMM_LOAD_EVICTED, /* where the two kinds are not told apart, as is: */
	PMM_LOAD_EVICTED_ANON,
	PMM_LOAD_EVICTED_FILE,
	PMM_LOAD_EVICTED_PROACTIVE, /* of all: because somebody asked, not for lack of memory */
	PMM_LOAD_SCANNED,
	PMM_LOAD_SWAPPED_IN,
	PMM_LOAD_SWAPPED_OUT,
	PMM_LOAD_ZSWAPPED_IN,
	PMM_LOAD_ZSWAPPED_OUT,
	PMM_LOAD_DISK_SWAPPED_IN, /* not from zram; of a cgroup: those of the whole system */
	PMM_LOAD_REFAULTED_ANON,
	PMM_LOAD_REFAULTED_FILE,
	PMM_LOAD_ACTIVATED_FILE,
	PMM_LOAD_RESTORED,
	PMM_LOAD_MAJOR_FAULTS, /* faults */
	PMM_LOAD_READ_BYTES,   /* bytes that block devices have read, for paging or else */
	PMM_LOAD_ALLOCSTALLS,  /* stalls */
	PMM_LOAD_EVENTS_HIGH,  /* events: memory.high was exceeded, */
	PMM_LOAD_EVENTS_MAX,   /* memory.max was hit (version 1: failcnt), */
	PMM_LOAD_OOM_KILLS,    /* a process was killed */
	PMM_LOAD_SWAP_READS,   /* requests to the disks that swap is on, zram not among them, */
	PMM_LOAD_SWAP_READ_NS, /* and the time they took; both of a cgroup: the system's */
	PMM_LOAD_SYSTEM_REFAULTED_ANON, /* of a cgroup: refaults of the whole system, by then */
	PMM_LOAD_SYSTEM_REFAULTED_FILE,
	PMM_LOAD_COUNTERS, /* how many there are */
};

struct pmm_load {
	const char *path; /* of the cgroup, as in struct pmm_cgroup; NULL: the system. Borrowed */
	uint64_t boot_ns; /* when */
	uint64_t page_bytes;
	uint64_t counters[PMM_LOAD_COUNTERS];
	/*
	 * Bit 1 << COUNTER: a cgroup of version 1 does not say it, and this is the system's. It
	 * counts only while nearly all refaults of the system, of either kind, are this cgroup's,
	 * and then as an estimate.
	 */
	uint64_t borrowed;
	double memory_full_avg10_percent; /* PSI: the kernel's running averages */
	double io_full_avg10_percent;
	uint64_t current_bytes; /* memory it uses; the system: what is not available */
	/*
	 * The limit that binds first, its own or that of a cgroup above it: the one with the least
	 * room left. limit_path is that cgroup; absent, and NULL, if there is none. The system: all
	 * its memory, and NULL. Borrowed.
	 */
	uint64_t limit_bytes;
	uint64_t limit_current_bytes; /* what is used of that limit */
	const char *limit_path;
	int is_limit_high; /* 1: it is memory.high, which slows down; 0: memory.max */
	uint64_t swap_used_bytes;
	uint64_t swap_total_bytes;	 /* all areas; a cgroup's own limit, if that is less */
	uint64_t system_available_bytes; /* what the whole machine has left */
};

/* A load that knows nothing: everything is absent. Then fill in what is known. Pure. */
PMM_API void pmm_load_clear(struct pmm_load *ret_load);

/* The load of the system at the instant of a sample. Pure. */
PMM_API void pmm_load_of_sample(const struct pmm_sample *sample, struct pmm_load *ret_load);

struct pmm_loads;

enum {
	PMM_LOADS_MAXIMUM = 4096, /* cgroups that are read, parents first; more are left out */
};

/*
 * Read the loads of all cgroups, but for the root; _at gives them by path, a parent before its
 * children, NULL past the last. One that vanishes while it is read is left out. SYSTEM is the load
 * of the system, taken just before: what a cgroup does not say is borrowed from it. Of version 1,
 * pressure is that of the cgroup of version 2 which holds the same processes. Each cgroup costs
 * about as much as ten small files.
 * Reads: in each cgroup of version 2 memory.{stat,current,max,high,events,pressure},
 * memory.swap.{current,max}, io.{pressure,stat}, cpu.stat; of version 1 memory.stat, usage, limit,
 * failcnt and cgroup.procs.
 */
PMM_API int pmm_loads_read(struct pmm_root *root, const struct pmm_load *system,
			   struct pmm_loads **ret_loads);
PMM_API struct pmm_loads *pmm_loads_free(struct pmm_loads *loads);
PMM_API const struct pmm_load *pmm_loads_at(const struct pmm_loads *loads, size_t index);
PMM_API const struct pmm_load *pmm_loads_find(const struct pmm_loads *loads, const char *path);

/* How many cgroups were left out, being more than PMM_LOADS_MAXIMUM. */
PMM_API size_t pmm_loads_left_out(const struct pmm_loads *loads);

/* ---- thresholds ------------------------------------------------------------------------------ */

/* Each can be changed; what the defaults rest on is in procmm(7). */
struct pmm_thresholds {
	uint64_t window_ns;	      /* 10 s: what a verdict looks back on */
	uint64_t shortest_window_ns;  /* 3 s: less is unknown */
	uint64_t longest_interval_ns; /* 10 min: a longer one, as of a suspend, is void */
	uint64_t enter_ns;	      /* 5 s: how long a worse state must last to be entered */
	uint64_t leave_ns;	      /* 10 s: how long it must be better to be left */
	double leave_ratio;	      /* 0.5: of the entry's lost percent; below is better */
	double fall_ratio;  /* 0.85: while lost time falls below this part, none is entered */
	double reuse_ratio; /* 0.3: of the evicted pages, needed again */
	double came_back_pages_per_second; /* 10: evicted pages needed again */
	double evicted_pages_per_second;   /* 1000: evictions that are reclaim */
	double pressure_lost_percent;	   /* 1: of the time, lost to paging */
	double thrashing_lost_percent;	   /* 10 */
	double thrashing_useful_ratio;	   /* 0.5: of useful_percent; lost is that or more */
	double severe_lost_percent;	   /* 40 */
	double severe_useful_ratio;	   /* 5 */
	double file_activated_ratio;	   /* 0.05: of file refaults, made active at once */
	double file_faulted_ratio;	   /* 0.3: of file refaults, by major faults */
	double cold_swap_ratio;		   /* 0.25: of the swap, in use */
	double cgroup_share;		   /* 0.8: of the system's refaults, to borrow from it */
	double read_seconds; /* 0.01: that a read takes at most, if no longer one is measured */
};

PMM_API const struct pmm_thresholds *pmm_thresholds_default(void);

/* ---- verdict --------------------------------------------------------------------------------- */

/* From good to bad; unknown is neither. */
enum pmm_state {
	PMM_STATE_UNKNOWN,
	PMM_STATE_OK,	      /* swap may be full */
	PMM_STATE_RECLAIMING, /* memory is recycled, but nothing that is needed comes back */
	PMM_STATE_PRESSURE,   /* the working set is being cut; slower, still working */
	PMM_STATE_THRASHING,  /* paging takes as much as the work, or more */
	PMM_STATE_SEVERE,     /* thrashing, severe */
	PMM_STATES,	      /* how many there are */
};

enum pmm_confidence {
	PMM_CONFIDENCE_NONE, /* of unknown */
	PMM_CONFIDENCE_LOW,
	PMM_CONFIDENCE_MEDIUM,
	PMM_CONFIDENCE_HIGH,
};

/* Why a state is unknown, or confidence is not high; one bit each. */
enum pmm_doubt {
	PMM_DOUBT_SHORT_WINDOW = 1 << 0, /* the window is not whole yet */
	PMM_DOUBT_NO_PRESSURE = 1 << 1,	 /* the kernel keeps no PSI of it: lost is estimated */
	PMM_DOUBT_NO_EVICTIONS = 1 << 2, /* whether evicted pages come back is not known */
	PMM_DOUBT_UNSPLIT = 1 << 3,	 /* evictions of memory and files are not told apart */
	PMM_DOUBT_BORROWED = 1 << 4,	 /* some numbers of a cgroup are the system's */
	PMM_DOUBT_NO_USEFUL = 1 << 5,	 /* how much work is done is not known */
	PMM_DOUBT_RESET = 1 << 6,	 /* a counter went backwards: the window starts again */
	PMM_DOUBT_GAP = 1 << 7,		 /* no time passed, or too much: it starts again */
};

/* What is seen beside the state; one bit each. */
enum pmm_note {
	PMM_NOTE_COLD_SWAP = 1 << 0,	/* much swap in use, and hardly any is read: harmless */
	PMM_NOTE_READING_BACK = 1 << 1, /* pages return that were evicted long ago; none leave */
	PMM_NOTE_PROACTIVE = 1 << 2,	/* pages return that somebody asked the kernel to evict */
	PMM_NOTE_OOM_KILL = 1 << 3,	/* the OOM killer ended a process in the window */
};

/*
 * Rates and percents are of the window. Values that need what the kernel does not say are NAN. A
 * plain record: copy it as you like; the paths are borrowed from the loads that it was made of.
 */
struct pmm_verdict {
	const char *path; /* of the cgroup; NULL: the system */
	enum pmm_state state;
	enum pmm_confidence confidence;
	unsigned doubts, notes; /* bits of enum pmm_doubt, pmm_note */
	int is_estimate;	/* lost and reuse are estimated: say "~" and "likely" */
	uint64_t boot_ns;	/* of the end of the window */
	double window_seconds;
	double state_seconds; /* since the state was entered; NAN of one look */

	double lost_percent;	  /* L: of the time, lost to paging; at least that */
	double useful_percent;	  /* U: of ONE processor, user time; may be over 100 */
	double reuse_ratio;	  /* of the evicted pages, needed again; NAN: none evicted */
	double overlap_ratio;	  /* rho: of the waits, counted as memory pressure already */
	double paging_read_ratio; /* q: of what disks read, for paging; NAN: they read nothing */
	double paging_read_pages_per_second; /* what that is */
	double came_back_pages_per_second;   /* X */
	double evicted_pages_per_second;     /* S */
	double memory_some_percent, memory_full_percent;
	double io_some_percent, io_full_percent;
	double swapped_in_pages_per_second, swapped_out_pages_per_second; /* zswap included */
	double refaulted_anon_pages_per_second, refaulted_file_pages_per_second;
	double major_faults_per_second;
	double allocstalls_per_second;
	double swap_read_seconds; /* a read of a swap disk takes; NAN: none was read */

	uint64_t events_high, events_max, oom_kills; /* in the window; absent as in the load */
	/* As in the load, at the end of the window. */
	uint64_t current_bytes, limit_bytes, limit_current_bytes;
	const char *limit_path;
	int is_limit_high;
	int is_limit_binding; /* 1: it is full, and was hit in the window or keeps evicting */
	uint64_t swap_used_bytes, swap_total_bytes, system_available_bytes;
};

/*
 * One look: the verdict of what lies between two loads of one scope, however short. Under ten
 * seconds (window_ns) it is of low confidence, and then lost_percent is the lesser one of the look
 * and of the kernel's averages over 10 s. THRESHOLDS: NULL for the defaults. Pure.
 */
PMM_API void pmm_verdict_judge(const struct pmm_load *now, const struct pmm_load *before,
			       const struct pmm_thresholds *thresholds,
			       struct pmm_verdict *ret_verdict);

/* "unknown", "ok", "reclaiming", "pressure", "thrashing", "severe"; a constant. */
PMM_API const char *pmm_state_name(enum pmm_state state);
/* The state of a name; -ENOENT. */
PMM_API int pmm_state_find(const char *name, enum pmm_state *ret_state);
/* "none", "low", "medium", "high". */
PMM_API const char *pmm_confidence_name(enum pmm_confidence confidence);
/* Of one bit: "cold swap", "reading back"... */
PMM_API const char *pmm_note_name(enum pmm_note note);
/* Of one bit, a clause: "the kernel keeps no pressure stall information of it". */
PMM_API const char *pmm_doubt_text(enum pmm_doubt doubt);

/* ---- detector: verdicts in a row ------------------------------------------------------------- */

struct pmm_detector;

/*
 * A detector of one scope: a window that slides over the loads, and hysteresis. THRESHOLDS: NULL
 * for the defaults; copied. The loads' paths must live as long as they are its window.
 */
PMM_API int pmm_detector_open(const struct pmm_thresholds *thresholds,
			      struct pmm_detector **ret_detector);
PMM_API struct pmm_detector *pmm_detector_close(struct pmm_detector *detector);

/*
 * The next load, and the verdict by now. The first is unknown, and so is all until the window has
 * shortest_window_ns; then the state is that of the window, but a worse one is entered, and left,
 * only after the times in the thresholds. -ENOMEM; then the load is lost, and nothing else.
 */
PMM_API int pmm_detector_feed(struct pmm_detector *detector, const struct pmm_load *load,
			      struct pmm_verdict *ret_verdict);

struct pmm_verdicts;

/* Detectors of the system and of every cgroup. */
PMM_API int pmm_verdicts_open(const struct pmm_thresholds *thresholds,
			      struct pmm_verdicts **ret_verdicts);
PMM_API struct pmm_verdicts *pmm_verdicts_close(struct pmm_verdicts *verdicts);

/*
 * The next instant. CGROUPS may be NULL: then it is of the system alone. A cgroup that is not among
 * them is forgotten. Paths are copied, the loads may be freed. -ENOMEM; then some are forgotten.
 */
PMM_API int pmm_verdicts_feed(struct pmm_verdicts *verdicts, const struct pmm_load *system,
			      const struct pmm_loads *cgroups);

/*
 * The verdicts by now: 0 is the system, then the cgroups by path; NULL past the last. Borrowed
 * until the next feed.
 */
PMM_API const struct pmm_verdict *pmm_verdicts_at(const struct pmm_verdicts *verdicts,
						  size_t index);
PMM_API const struct pmm_verdict *pmm_verdicts_find(const struct pmm_verdicts *verdicts,
						    const char *path);
/*
 * The verdict to speak of: of the worst state, the scope that is the place of it: the cgroup whose
 * own limit binds, or else the system, or else the topmost cgroup. Before the first feed NULL.
 */
PMM_API const struct pmm_verdict *pmm_verdicts_worst(const struct pmm_verdicts *verdicts);

/*
 * The same choice among verdicts of one look each: the index into the array, whose first is the
 * system. Pure.
 */
PMM_API size_t pmm_verdict_worst(const struct pmm_verdict *verdicts, size_t count);

/* ---- evidence and words ---------------------------------------------------------------------- */

struct pmm_evidence {
	const char *key;   /* of JSON: "reuse_ratio"; a constant, as the title */
	const char *title; /* "of evicted pages were needed again" */
	double value;
	double limit; /* of the thresholds, reached where value >= limit; NAN: there is none */
};

/*
 * The numbers that led to the state, most telling first: 1, or 0 past the last. Absent ones are
 * left out. THRESHOLDS as before. Pure.
 */
PMM_API int pmm_verdict_evidence(const struct pmm_verdict *verdict,
				 const struct pmm_thresholds *thresholds, size_t index,
				 struct pmm_evidence *ret_evidence);

/* A process that suffers, or grows. */
struct pmm_suspect {
	const char *name;
	pid_t pid;
	double lost_percent; /* of a victim; NAN: not known */
	int is_estimate;     /* 1: by major faults; 0: by delay accounting */
	double major_faults_per_second;
	double growth_bytes_per_second; /* RSS and swap */
};

/* What the words need beside the verdict; all may be 0. Lists are worst first. */
struct pmm_scene {
	const struct pmm_suspect *victims;
	size_t victims_count;
	const struct pmm_suspect *growers;
	size_t growers_count;
	int has_zram;		    /* 1: a swap area is zram */
	int has_swap;		    /* 1: there is a swap area */
	double kswapd_percent;	    /* of one processor; NAN: not known */
	uint64_t kernel_free_bytes; /* MemFree; PMM_ABSENT */
};

/*
 * Fixed wording; a line each without its newline, and without what stands in front of it ("because
 * ..."); NULL where there is nothing to say. Names of cgroups and processes in them are the
 * kernel's bytes: escape the lines before they meet a terminal.
 */
struct pmm_words {
	char *sentence; /* "thrashing (severe) for 42 s in /a: at least 69 % of its time..." */
	char *because;
	char *limit;
	char *victims;
	char *growing;
	char **remedies; /* remedies_count of them */
	size_t remedies_count;
	char *caveat; /* what makes it less than sure: "a 2 s look; --check takes 10 s" */
};

/* SCENE may be NULL. Pure but for the memory; -ENOMEM. */
PMM_API int pmm_words_make(const struct pmm_verdict *verdict,
			   const struct pmm_thresholds *thresholds, const struct pmm_scene *scene,
			   struct pmm_words **ret_words);
PMM_API struct pmm_words *pmm_words_free(struct pmm_words *words);

#ifdef __cplusplus
}
#endif

#endif
