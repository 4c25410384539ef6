package dev.mlops.coordination;

/** Work that is done every interval by one of many processes. */
@FunctionalInterface
public interface Job {
  /**
   * Does the work once. If the process ends meanwhile, another begins it again; what must happen
   * only once is written by {@link Lease#write}.
   *
   * @param lease is held while the work goes on; renewed by itself
   * @throws Exception anything; the run then counts as failed, and the next one comes in its time
   */
  void run(Lease lease) throws Exception;
}
