package dev.mlops.architecture.offences.journal;

import java.util.List;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.stream.Stream;

final class Nightshift {

  Thread named(Runnable work) {
    return new Thread(work, "unheard");
  }

  Function<Runnable, Thread> reference() {
    return Thread::new;
  }

  ExecutorService pool() {
    return Executors.newCachedThreadPool();
  }

  Timer timer() {
    return new Timer("unheard");
  }

  CompletableFuture<Void> common(Runnable work) {
    return CompletableFuture.runAsync(work);
  }

  long parallel(Stream<String> names) {
    return names.parallel().count();
  }

  long parallel(List<String> names) {
    return names.parallelStream().count();
  }

  ExecutorService lawful(ThreadFactory factory) {
    return Executors.newCachedThreadPool(factory);
  }

  CompletableFuture<Void> lawful(Runnable work, Executor executor) {
    return CompletableFuture.runAsync(work, executor);
  }
}
