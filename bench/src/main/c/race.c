/*
 * Runs several commands in turn, A B C A B C ..., and tells how long each took as a process.
 *
 *   race ROUNDS -- COMMAND [ARGUMENT...] -- COMMAND ...
 *
 * One line per command: best and median wall time in microseconds, median CPU time (user and system) in
 * microseconds, median and highest peak of the resident memory in KiB. Taking turns lets the noise of a busy machine
 * fall on all of them alike; one untimed run of each goes ahead. Standard output of the commands is thrown away.
 *
 * A command finds the CLOCK_MONOTONIC nanoseconds of its start in RACE_START.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_COMMANDS = 16, MOST_ROUNDS = 1000, MOST_SECONDS = 30 };

typedef struct {
  char **words;
  long wall[MOST_ROUNDS], cpu[MOST_ROUNDS], memory[MOST_ROUNDS];
} runner;

static runner runners[MOST_COMMANDS];

static long long nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static long micros(struct timeval time) { return time.tv_sec * 1000000L + time.tv_usec; }

static void run(runner *who, int round) {
  char stamp[32];
  int status;
  struct rusage usage;
  pid_t parent = getpid();
  long long start = nanos();
  snprintf(stamp, sizeof stamp, "%lld", start);
  setenv("RACE_START", stamp, 1);
  pid_t pid = vfork(); /* what is copied by fork would count as memory of the command */
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
      _exit(127);
    }
    alarm(MOST_SECONDS);
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    execvp(who->words[0], who->words);
    _exit(127);
  }
  if (pid < 0 || wait4(pid, &status, 0, &usage) < 0) {
    fprintf(stderr, "race: cannot run %s: %s\n", who->words[0], strerror(errno));
    exit(1);
  }
  /* 1 is a doctor's "there are findings". */
  if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) {
    fprintf(stderr, "race: %s ended with wait status %d\n", who->words[0], status);
    exit(1);
  }
  if (round >= 0) {
    who->wall[round] = (long)((nanos() - start) / 1000);
    who->cpu[round] = micros(usage.ru_utime) + micros(usage.ru_stime);
    who->memory[round] = usage.ru_maxrss;
  }
}

static int ascending(const void *a, const void *b) {
  long x = *(const long *)a;
  long y = *(const long *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  int count = 0;
  int rounds = argc > 1 ? atoi(argv[1]) : 0;
  for (int i = 2; i < argc; i++) {
    if (strcmp(argv[i], "--") == 0) {
      argv[i] = NULL;
      if (count < MOST_COMMANDS && i + 1 < argc) {
        runners[count++].words = &argv[i + 1];
      }
    }
  }
  if (rounds < 1 || rounds > MOST_ROUNDS || count == 0) {
    fprintf(stderr, "usage: race ROUNDS -- COMMAND [ARGUMENT...] -- COMMAND ...\n");
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int round = -1; round < rounds; round++) {
    for (int i = 0; i < count; i++) {
      run(&runners[i], round);
    }
  }
  for (int i = 0; i < count; i++) {
    runner *who = &runners[i];
    qsort(who->wall, rounds, sizeof(long), ascending);
    qsort(who->cpu, rounds, sizeof(long), ascending);
    qsort(who->memory, rounds, sizeof(long), ascending);
    printf("%ld %ld %ld %ld %ld\n", who->wall[0], who->wall[rounds / 2], who->cpu[rounds / 2], who->memory[rounds / 2],
           who->memory[rounds - 1]);
  }
  return 0;
}
