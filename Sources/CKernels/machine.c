// What Swift's import of the C library leaves out.
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kernels.h"

size_t kiseki_core_count(void) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return (size_t)CPU_COUNT(&set);
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (size_t)count : 1;
}

// A line of the process's own status, in bytes; 0 where there is none.
static size_t status_bytes(const char *format) {
  FILE *status = fopen("/proc/self/status", "re");
  if (!status) return 0;
  char line[256];
  size_t kibibytes = 0;
  while (fgets(line, sizeof line, status) && sscanf(line, format, &kibibytes) != 1) {
  }
  fclose(status);
  return kibibytes * 1024;
}

size_t kiseki_peak_bytes(void) {
  // Of this program alone: the resource usage of a process begins with what its parent held when it started it.
  size_t mark = status_bytes("VmHWM: %zu kB");
  if (mark > 0) return mark;
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return (size_t)usage.ru_maxrss * 1024;
}

size_t kiseki_resident_bytes(void) { return status_bytes("VmRSS: %zu kB"); }
