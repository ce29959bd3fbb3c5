/*
 * The floor: lists the TCP listeners of the caller's network namespace with as little code as C needs, and says how
 * long each list took. Reads a number N per line, takes N samples and answers with N times in nanoseconds on one
 * line; the number of listeners of the last sample stands before them.
 *
 * A sample is what SockDiag.listeners does for INET and for INET6: the same request bytes, the same buffer size, and
 * of each row the address, port, inode, cookie, owner, depth, limit and drops.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER_BYTES = 32 * 1024, MOST_SAMPLES = 100000, TCP_STATE_LISTEN = 10 };

typedef struct {
  uint32_t address[4];
  uint64_t cookie;
  uint32_t inode, uid, depth, limit, drops;
  uint16_t port;
  uint8_t family, v6_only;
} row;

static row *rows;
static size_t row_count, row_room;
static char buffer[BUFFER_BYTES] __attribute__((aligned(8)));

static void fail(const char *what) {
  fprintf(stderr, "sample: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void parse(const struct nlmsghdr *header) {
  const struct inet_diag_msg *message = NLMSG_DATA(header);
  int left = (int)(header->nlmsg_len - NLMSG_LENGTH(sizeof *message));
  if (row_count == row_room) {
    row_room = row_room ? 2 * row_room : 64;
    rows = realloc(rows, row_room * sizeof *rows);
    if (rows == NULL) {
      fail("no memory");
    }
  }
  row *to = &rows[row_count++];
  memcpy(to->address, message->id.idiag_src, sizeof to->address);
  to->cookie = message->id.idiag_cookie[0] | (uint64_t)message->id.idiag_cookie[1] << 32;
  to->inode = message->idiag_inode;
  to->uid = message->idiag_uid;
  to->depth = message->idiag_rqueue;
  to->limit = message->idiag_wqueue;
  to->port = ntohs(message->id.idiag_sport);
  to->family = message->idiag_family;
  to->drops = 0;
  to->v6_only = 0;
  for (const struct rtattr *at = (const struct rtattr *)(message + 1); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
    if (at->rta_type == INET_DIAG_SKMEMINFO && RTA_PAYLOAD(at) > SK_MEMINFO_DROPS * sizeof(uint32_t)) {
      to->drops = ((const uint32_t *)RTA_DATA(at))[SK_MEMINFO_DROPS];
    } else if (at->rta_type == INET_DIAG_SKV6ONLY) {
      to->v6_only = *(const uint8_t *)RTA_DATA(at);
    }
  }
}

static void list(int fd, int family) {
  struct {
    struct nlmsghdr header;
    struct inet_diag_req_v2 body;
  } request = {
      .header = {.nlmsg_len = sizeof request, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
      .body = {.sdiag_family = (uint8_t)family,
               .sdiag_protocol = IPPROTO_TCP,
               .idiag_ext = 1 << (INET_DIAG_SKMEMINFO - 1),
               .idiag_states = 1 << TCP_STATE_LISTEN}};
  if (send(fd, &request, sizeof request, 0) < 0) {
    fail("send");
  }
  for (;;) {
    ssize_t length = recv(fd, buffer, sizeof buffer, 0);
    if (length < 0) {
      fail("recv");
    }
    for (const struct nlmsghdr *at = (const struct nlmsghdr *)buffer; NLMSG_OK(at, length); at = NLMSG_NEXT(at, length)) {
      if (at->nlmsg_type == NLMSG_DONE) {
        return;
      }
      if (at->nlmsg_type == NLMSG_ERROR) {
        errno = -((const struct nlmsgerr *)NLMSG_DATA(at))->error;
        fail("sock_diag");
      }
      parse(at);
    }
  }
}

static int64_t nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

int main(void) {
  static int64_t took[MOST_SAMPLES];
  int count;
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (fd < 0) {
    fail("socket");
  }
  while (scanf("%d", &count) == 1 && count > 0 && count <= MOST_SAMPLES) {
    for (int i = 0; i < count; i++) {
      int64_t start = nanos();
      row_count = 0;
      list(fd, AF_INET);
      list(fd, AF_INET6);
      took[i] = nanos() - start;
    }
    printf("%zu", row_count);
    for (int i = 0; i < count; i++) {
      printf(" %lld", (long long)took[i]);
    }
    printf("\n");
    fflush(stdout);
  }
  return 0;
}
