/*
 * The model of SimulatorRun on the event core of ns-3: one event for each segment, timer and end of service.
 *
 *   ns3queue SCHEDULER CONNECTIONS MILLISECONDS LIMIT WORKERS SERVICE_MICROSECONDS ONE_WAY_MICROSECONDS
 *
 * Prints events, seconds of CPU time, connections served, SYNs sent again.
 */
#include <ctime>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>
#include "ns3/core-module.h"

using namespace ns3;

static const int64_t AGAIN[] = {1, 2, 3, 4, 5, 7, 11, 19, 35, 67};
static const int MOST = sizeof AGAIN / sizeof *AGAIN - 1;

struct Connection {
  Time due;
  int sent = 0;
  bool answered = false, requested = false, waitedFor = false;
  EventId timer;
};

static std::vector<Connection> all;
static std::deque<Connection*> waiting;
static size_t limit;
static Time service, oneWay, width;
static long events, served, again;
static int busy, workers;

static void Syn(Connection*);
static void TimeOut(Connection* c) {
  events++;
  if (c->answered || c->sent == MOST) return;
  c->sent++;
  again++;
  Simulator::Schedule(oneWay, &Syn, c);
  c->timer = Simulator::Schedule(c->due + Seconds(AGAIN[c->sent]) - Simulator::Now(), &TimeOut, c);
}
static void Nothing(Connection*) { events++; }
static void Fin(Connection* c) {
  events++;
  Simulator::Schedule(oneWay, &Nothing, c);
}
static void Answer(Connection* c) {
  events++;
  served++;
  Simulator::Schedule(oneWay, &Fin, c);
}
static void Work();
static void Done(Connection* c) {
  events++;
  Simulator::Schedule(oneWay, &Answer, c);
  busy--;
  Work();
}
static void Work() {
  if (busy == workers || waiting.empty()) return;
  busy++;
  Connection* next = waiting.front();
  waiting.pop_front();
  next->waitedFor = true;
  if (next->requested) Simulator::Schedule(service, &Done, next);
}
static void Ack(Connection* c) {
  events++;
  if (waiting.size() > limit) return;
  waiting.push_back(c);
  Work();
}
static void Data(Connection* c) {
  events++;
  c->requested = true;
  Simulator::Schedule(oneWay, &Nothing, c);
  if (c->waitedFor) Simulator::Schedule(service, &Done, c);
}
static void SynAck(Connection* c) {
  events++;
  if (c->answered) return;
  c->answered = true;
  c->timer.Cancel();
  Simulator::Schedule(oneWay, &Ack, c);
  Simulator::Schedule(oneWay, &Data, c);
}
static void Syn(Connection* c) {
  events++;
  if (waiting.size() <= limit) Simulator::Schedule(oneWay, &SynAck, c);
}
static void Begin(size_t number) {
  events++;
  Connection* c = &all[number];
  c->due = Simulator::Now();
  Simulator::Schedule(oneWay, &Syn, c);
  c->timer = Simulator::Schedule(Seconds(AGAIN[0]), &TimeOut, c);
  if (number + 1 < all.size()) {
    Time due = NanoSeconds(width.GetNanoSeconds() * (int64_t)(number + 1) / (int64_t)(all.size() - 1));
    Simulator::Schedule(due - Simulator::Now(), &Begin, number + 1);
  }
}

int main(int argc, char** argv) {
  if (argc != 8) {
    fprintf(stderr, "usage: ns3queue SCHEDULER CONNECTIONS MILLISECONDS LIMIT WORKERS SERVICE_US ONE_WAY_US\n");
    return 2;
  }
  ObjectFactory scheduler;
  scheduler.SetTypeId(std::string("ns3::") + argv[1]);
  Simulator::SetScheduler(scheduler);
  all.resize(atol(argv[2]));
  width = MilliSeconds(atol(argv[3]));
  limit = atol(argv[4]);
  workers = atoi(argv[5]);
  service = MicroSeconds(atol(argv[6]));
  oneWay = MicroSeconds(atol(argv[7]));
  Simulator::Schedule(Seconds(0), &Begin, size_t{0});
  clock_t before = clock();
  Simulator::Run();
  printf("%ld %.3f %ld %ld\n", events, double(clock() - before) / CLOCKS_PER_SEC, served, again);
  Simulator::Destroy();
  return 0;
}
