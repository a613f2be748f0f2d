// Memory bandwidth: THREADS threads read an array far larger than the caches from end to end, on huge pages where the
// system grants them. Prints the fastest pass in GB/s.
//
//     bandwidth THREADS
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

enum { passes = 9, strands = 64, most_threads = 256 };

static const size_t count = (size_t)128 << 20;
static float *values;
static int threads;
static pthread_barrier_t barrier;
static double seconds[passes];
// Written so that the reading is not left out.
static volatile float sums[most_threads];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void *read_share(void *argument) {
  size_t worker = (size_t)argument;
  size_t share = count / (size_t)threads / strands * strands;
  const float *x = values + worker * share;
  for (int pass = 0; pass < passes; pass++) {
    pthread_barrier_wait(&barrier);
    double begun = now();
    float s[strands] = {0};
    for (size_t i = 0; i < share; i += strands)
      for (int l = 0; l < strands; l++) s[l] += x[i + (size_t)l];
    for (int l = 0; l < strands; l++) sums[worker] += s[l];
    pthread_barrier_wait(&barrier);
    if (worker == 0) seconds[pass] = now() - begun;
  }
  return NULL;
}

int main(int argc, char **argv) {
  threads = argc == 2 ? atoi(argv[1]) : 0;
  if (threads < 1 || threads > most_threads) return fprintf(stderr, "usage: bandwidth THREADS\n"), 2;
  size_t bytes = count * sizeof(float);
  values = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (values == MAP_FAILED) return perror("bandwidth: mmap"), 1;
  madvise(values, bytes, MADV_HUGEPAGE);
  for (size_t i = 0; i < count; i++) values[i] = 1.0f;
  pthread_barrier_init(&barrier, NULL, (unsigned)threads);
  pthread_t workers[most_threads];
  for (int i = 0; i < threads; i++)
    if (pthread_create(&workers[i], NULL, read_share, (void *)(size_t)i) != 0) return perror("bandwidth"), 1;
  for (int i = 0; i < threads; i++) pthread_join(workers[i], NULL);
  double fastest = seconds[0];
  for (int pass = 1; pass < passes; pass++) fastest = seconds[pass] < fastest ? seconds[pass] : fastest;
  printf("%.2f\n", 1e-9 * (double)bytes / fastest);
  return 0;
}
