package dev.mlops.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Runs work on several threads at once, all starting together. */
public final class Together {
  private static final int SECONDS = 120;

  private Together() {}

  /**
   * Runs the same work on some threads and waits for all.
   *
   * @param threads how many, at least 1
   * @param work is given the number of its thread, from 0
   * @throws AssertionError if one of them throws, or does not end within two minutes
   */
  public static void run(int threads, IntConsumer work) {
    run(
        IntStream.range(0, threads)
            .<Runnable>mapToObj(thread -> () -> work.accept(thread))
            .toArray(Runnable[]::new));
  }

  /**
   * Runs each work on a thread of its own and waits for all.
   *
   * @param works at least one
   * @throws AssertionError if one of them throws, or does not end within two minutes
   */
  public static void run(Runnable... works) {
    ExecutorService threads = Executors.newFixedThreadPool(works.length);
    try {
      CyclicBarrier start = new CyclicBarrier(works.length);
      List<Future<?>> running = new ArrayList<>();
      for (Runnable work : works) {
        running.add(
            threads.submit(
                () -> {
                  await(start);
                  work.run();
                }));
      }
      running.forEach(Together::finish);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Waits a moment for the others; false if they do not come. */
  static boolean meet(CyclicBarrier barrier) {
    try {
      barrier.await(1, TimeUnit.SECONDS);
      return true;
    } catch (BrokenBarrierException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("the threads did not meet", e);
    }
  }

  private static void finish(Future<?> future) {
    try {
      future.get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("a thread failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("a thread did not end", e);
    }
  }
}
