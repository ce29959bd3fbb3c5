// Counts the SYNs of a capture of Ethernet and IPv4, with libpcap: the least that any reader of captures does. Prints
// the processor time that it took, in the kernel too.
//
//   pcapcount FILE.pcap
#include <pcap/pcap.h>
#include <stdio.h>
#include <time.h>

int main(int count, char **words) {
  char why[PCAP_ERRBUF_SIZE];
  if (count != 2) {
    fprintf(stderr, "usage: pcapcount FILE.pcap\n");
    return 2;
  }
  struct timespec from, to;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
  pcap_t *file = pcap_open_offline(words[1], why);
  if (!file) {
    fprintf(stderr, "pcapcount: %s\n", why);
    return 3;
  }
  struct pcap_pkthdr *header;
  const u_char *bytes;
  unsigned long packets = 0, syns = 0, size = 0;
  while (pcap_next_ex(file, &header, &bytes) == 1) {
    packets++;
    size += header->caplen + 16;
    if (header->caplen < 54 || bytes[12] != 8 || bytes[13] != 0 || bytes[23] != 6)
      continue;
    unsigned ip = (bytes[14] & 15) * 4;
    if (header->caplen >= 14 + ip + 14 && (bytes[14 + ip + 13] & 0x12) == 2)
      syns++;
  }
  pcap_close(file);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
  double seconds = (to.tv_sec - from.tv_sec) + (to.tv_nsec - from.tv_nsec) / 1e9;
  printf("%.3f s, %lu packets, %lu SYNs, %.0f MB/s, %.2f M packets/s\n", seconds, packets, syns, size / seconds / 1e6,
      packets / seconds / 1e6);
  return 0;
}
