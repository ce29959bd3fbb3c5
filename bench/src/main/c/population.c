/*
 * Fills a network namespace of its own with listeners and with connections, as it is told on standard input:
 *
 *   listeners N      exactly N listeners, every other one IPv6
 *   connections N    exactly N established connections, two sockets each
 *
 * Each line is answered with "ok", or with "error" and a reason. All of it ends with standard input.
 *
 * Sockets are held by child processes, as many as the descriptor limit asks for.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_PORT = 10000, MOST_LISTENERS = 20000, MOST_CONNECTIONS = 60000, MOST_CHILDREN = 64, LIFETIME_SECONDS = 600 };

typedef struct {
  pid_t pids[MOST_CHILDREN];
  int count;
} crowd;

static int descriptors; /* how many one process may use */

static void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  printf("error ");
  vprintf(format, arguments);
  printf("\n");
  va_end(arguments);
  exit(1);
}

static void loopback_up(void) {
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  int any = socket(AF_INET, SOCK_DGRAM, 0);
  if (any < 0 || ioctl(any, SIOCSIFFLAGS, &request) < 0) {
    fail("cannot bring lo up: %s", strerror(errno));
  }
  close(any);
}

static void listen_on(int port) {
  int fd = -1;
  int result = -1;
  if (port % 2 == 0) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    result = bind(fd, (struct sockaddr *)&address, sizeof address);
  } else {
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_loopback};
    fd = socket(AF_INET6, SOCK_STREAM, 0);
    result = bind(fd, (struct sockaddr *)&address, sizeof address);
  }
  if (fd < 0 || result < 0 || listen(fd, 128) < 0) {
    fail("cannot listen on port %d: %s", port, strerror(errno));
  }
}

/* Both ends of each connection live in this process. A reset at the end leaves no TIME_WAIT behind. */
static void connect_all(int child, int count) {
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(5000)};
  server.sin_addr.s_addr = htonl(0x7f000100 + child + 1); /* 127.0.1.x */
  struct linger reset = {.l_onoff = 1, .l_linger = 0};
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&server, sizeof server) < 0 || listen(listener, 128) < 0) {
    fail("cannot listen for connections: %s", strerror(errno));
  }
  for (int i = 0; i < count; i++) {
    int client = socket(AF_INET, SOCK_STREAM, 0);
    if (client < 0 || connect(client, (struct sockaddr *)&server, sizeof server) < 0) {
      fail("cannot make connection %d of %d: %s", i, count, strerror(errno));
    }
    int accepted = accept(listener, NULL, NULL);
    if (accepted < 0) {
      fail("cannot accept connection %d of %d: %s", i, count, strerror(errno));
    }
    setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    setsockopt(accepted, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  }
  close(listener); /* the number of listeners is not to change */
}

static void dismiss(crowd *who) {
  for (int i = 0; i < who->count; i++) {
    kill(who->pids[i], SIGKILL);
    waitpid(who->pids[i], NULL, 0);
  }
  who->count = 0;
}

/* Starts a child that makes its share and holds it; returns when it is made. */
static void hire(crowd *who, int connections, int from, int count) {
  int ready[2];
  if (who->count == MOST_CHILDREN || pipe(ready) < 0) {
    fail("cannot start a process more");
  }
  fflush(stdout);
  pid_t parent = getpid();
  pid_t pid = fork();
  if (pid < 0) {
    fail("cannot fork: %s", strerror(errno));
  }
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
      _exit(1);
    }
    close(ready[0]);
    close(STDIN_FILENO);
    if (connections) {
      connect_all(who->count, count);
    } else {
      for (int i = 0; i < count; i++) {
        listen_on(FIRST_PORT + from + i);
      }
    }
    if (write(ready[1], "", 1) != 1) {
      _exit(1);
    }
    close(ready[1]);
    for (;;) {
      pause();
    }
  }
  close(ready[1]);
  who->pids[who->count++] = pid;
  char byte;
  if (read(ready[0], &byte, 1) != 1) {
    exit(1); /* the child has told why */
  }
  close(ready[0]);
}

static void fill(crowd *who, int connections, int total) {
  int share = connections ? (descriptors - 100) / 2 : descriptors - 100;
  dismiss(who);
  for (int from = 0; from < total; from += share) {
    hire(who, connections, from, total - from < share ? total - from : share);
  }
}

int main(void) {
  static crowd listeners;
  static crowd connections;
  struct rlimit limit;
  char line[80];
  int number;

  signal(SIGINT, SIG_IGN); /* Ctrl-C is the caller's to act on: standard input ends then */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm(LIFETIME_SECONDS);
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  descriptors = limit.rlim_cur > 20000 ? 20000 : (int)limit.rlim_cur;
  if (descriptors < 1000) {
    fail("a process may open only %d files; raise the hard limit (ulimit -Hn) to 1000 or more", descriptors);
  }
  if (unshare(CLONE_NEWNET) < 0) {
    fail("cannot make a network namespace (%s); run as root", strerror(errno));
  }
  loopback_up();
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (sscanf(line, "listeners %d", &number) == 1 && number >= 0 && number <= MOST_LISTENERS) {
      fill(&listeners, 0, number);
    } else if (sscanf(line, "connections %d", &number) == 1 && number >= 0 && number <= MOST_CONNECTIONS) {
      fill(&connections, 1, number);
    } else {
      fail("cannot understand: %s", line);
    }
    printf("ok\n");
    fflush(stdout);
  }
  dismiss(&connections);
  dismiss(&listeners);
  return 0;
}
