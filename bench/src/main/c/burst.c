/*
 * The floor of a burst: how densely C can send SYNs over sockets that are made before.
 *
 *   burst PORT CONNECTIONS THREADS
 *
 * Each thread makes its non-blocking sockets, waits for the others, and then does nothing but connect(2) to 127.0.0.1
 * in a loop. Prints the time from the first call to the last of all threads in microseconds, then resets them all.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_THREADS = 64 };

typedef struct {
  int first, count;
  long long begin, end;
} share;

static int *descriptors;
static struct sockaddr_in target;
static pthread_barrier_t start;

static long long nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void give_up(const char *what) {
  fprintf(stderr, "burst: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void *fire(void *argument) {
  share *own = argument;
  for (int i = 0; i < own->count; i++) {
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
      give_up("socket");
    }
    descriptors[own->first + i] = descriptor;
  }
  pthread_barrier_wait(&start);
  own->begin = nanos();
  for (int i = 0; i < own->count; i++) {
    own->end = nanos();
    if (connect(descriptors[own->first + i], (struct sockaddr *)&target, sizeof target) < 0 && errno != EINPROGRESS) {
      give_up("connect");
    }
  }
  return NULL;
}

int main(int argc, char **argv) {
  int port = argc == 4 ? atoi(argv[1]) : 0;
  int connections = argc == 4 ? atoi(argv[2]) : 0;
  int threads = argc == 4 ? atoi(argv[3]) : 0;
  if (port < 1 || connections < 1 || threads < 1 || threads > MOST_THREADS) {
    fprintf(stderr, "usage: burst PORT CONNECTIONS THREADS\n");
    return 2;
  }
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  target.sin_family = AF_INET;
  target.sin_port = htons(port);
  target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  descriptors = calloc(connections, sizeof *descriptors);
  share shares[MOST_THREADS];
  pthread_t workers[MOST_THREADS];
  pthread_barrier_init(&start, NULL, threads);
  for (int i = 0; i < threads; i++) {
    shares[i].first = (int)((long long)connections * i / threads);
    shares[i].count = (int)((long long)connections * (i + 1) / threads) - shares[i].first;
    if (pthread_create(&workers[i], NULL, fire, &shares[i]) != 0) {
      give_up("pthread_create");
    }
  }
  long long first = 0, last = 0;
  for (int i = 0; i < threads; i++) {
    pthread_join(workers[i], NULL);
    first = i == 0 || shares[i].begin < first ? shares[i].begin : first;
    last = shares[i].end > last ? shares[i].end : last;
  }
  printf("%lld\n", (last - first) / 1000);
  struct linger reset = {1, 0};
  for (int i = 0; i < connections; i++) {
    setsockopt(descriptors[i], SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(descriptors[i]);
  }
  return 0;
}
