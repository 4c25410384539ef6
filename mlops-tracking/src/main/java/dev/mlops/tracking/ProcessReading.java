package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process has used by now, as far as the system tells.
 *
 * @param nanos when, on a clock that only measures differences
 * @param processors how many the virtual machine may use
 * @param cpuNanos processor time of all threads since the process started
 * @param gcMillis time of collections since the process started; those of a collector that runs
 *     beside the program count too
 * @param heapBytes what objects take, those that nobody needs any more included
 * @param residentBytes what the whole process takes in the memory of the machine
 */
record ProcessReading(
    long nanos,
    int processors,
    OptionalLong cpuNanos,
    long gcMillis,
    long heapBytes,
    OptionalLong residentBytes) {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessReading.class);
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  static ProcessReading now() {
    return new ProcessReading(
        System.nanoTime(),
        Runtime.getRuntime().availableProcessors(),
        cpu(),
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionTime)
            .filter(time -> time >= 0)
            .sum(),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        Resident.IS_TOLD ? resident(STATUS) : OptionalLong.empty());
  }

  private static OptionalLong cpu() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? known(system.getProcessCpuTime())
        : OptionalLong.empty();
  }

  private static OptionalLong known(long time) {
    return time < 0 ? OptionalLong.empty() : OptionalLong.of(time);
  }

  /** Only Linux has such a file; what is missing elsewhere is said once in a process. */
  private static final class Resident {
    static final boolean IS_TOLD = isTold();

    private static boolean isTold() {
      boolean told = resident(STATUS).isPresent();
      if (!told) {
        LOG.info(
            "'{}' is not recorded: this system has no {}", SystemMetrics.RESIDENT_MEMORY, STATUS);
      }
      return told;
    }
  }

  static OptionalLong resident(Path status) {
    try (Stream<String> lines = Files.lines(status, US_ASCII)) {
      return lines
          .filter(line -> line.startsWith(RESIDENT) && line.endsWith(" kB"))
          .mapToLong(
              line ->
                  Long.parseLong(
                          line.substring(RESIDENT.length(), line.length() - " kB".length()).strip())
                      * 1024)
          .findFirst();
    } catch (IOException | RuntimeException untold) {
      return OptionalLong.empty();
    }
  }
}
