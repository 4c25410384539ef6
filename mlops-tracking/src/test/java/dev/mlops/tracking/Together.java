package dev.mlops.tracking;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Lets threads do the same thing at the same moment. */
final class Together {

  private Together() {}

  static void run(int threads, IntConsumer work) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CyclicBarrier start = new CyclicBarrier(threads);
      List<Future<Void>> all =
          pool.invokeAll(IntStream.range(0, threads).mapToObj(i -> task(start, work, i)).toList());
      for (Future<Void> one : all) {
        one.get();
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static Callable<Void> task(CyclicBarrier start, IntConsumer work, int number) {
    return () -> {
      start.await();
      work.accept(number);
      return null;
    };
  }
}
