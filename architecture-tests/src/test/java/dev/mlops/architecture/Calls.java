package dev.mlops.architecture;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaConstructor;
import java.time.Clock;
import java.util.Set;

/** Calls, and references to methods, that look up what ought to be passed in. */
final class Calls {

  private static final Set<String> CLOCKLESS =
      Set.of(
          "java.lang.System.currentTimeMillis",
          "java.util.Date.<init>",
          "java.util.Calendar.getInstance");

  private static final Set<String> SEEDLESS =
      Set.of(
          "java.lang.Math.random",
          "java.lang.StrictMath.random",
          "java.util.Random.<init>",
          "java.util.SplittableRandom.<init>",
          "java.util.concurrent.ThreadLocalRandom.current",
          "java.util.random.RandomGenerator.getDefault");

  private static final Set<String> THREADS =
      Set.of(
          "java.lang.Thread.<init>",
          "java.lang.Thread.startVirtualThread",
          "java.util.Timer.<init>",
          "java.util.concurrent.ForkJoinPool.<init>",
          "java.util.concurrent.ForkJoinPool.commonPool",
          "java.lang.ref.Cleaner.create");

  private Calls() {}

  /** A call that takes a clock, as {@code Instant.now(clock)} does, reads that and not the time. */
  static boolean readsTime(JavaAccess<?> access) {
    boolean isNow =
        access.getTargetOwner().getPackageName().equals("java.time")
            && access.getName().equals("now");
    return (isNow && !takes(access, Clock.class.getName()))
        || (CLOCKLESS.contains(name(access)) && parameters(access) == 0);
  }

  static boolean makesSystemClock(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    boolean isClock = owner.equals("java.time.Clock") || owner.equals("java.time.InstantSource");
    boolean isTicking =
        access.getName().startsWith("tick") && !takes(access, Clock.class.getName());
    return isClock && (access.getName().startsWith("system") || isTicking);
  }

  static boolean drawsUnseeded(JavaAccess<?> access) {
    boolean isSecure =
        access.getTargetOwner().getName().equals("java.security.SecureRandom")
            && access.getName().equals(JavaConstructor.CONSTRUCTOR_NAME);
    boolean isShuffle =
        name(access).equals("java.util.Collections.shuffle") && parameters(access) == 1;
    return isSecure || isShuffle || (SEEDLESS.contains(name(access)) && parameters(access) == 0);
  }

  /**
   * Threads, and what has threads nobody named: pools without a factory, timers, the common pool.
   */
  static boolean startsThread(JavaAccess<?> access) {
    boolean isExecutors =
        access.getTargetOwner().getName().equals("java.util.concurrent.Executors")
            && !takes(access, "java.util.concurrent.ThreadFactory");
    boolean isPool =
        name(access).matches("java.util.concurrent.(Scheduled)?ThreadPoolExecutor.<init>")
            && !takes(access, "java.util.concurrent.ThreadFactory");
    boolean isAsync =
        access.getTargetOwner().getName().equals("java.util.concurrent.CompletableFuture")
            && access.getName().endsWith("Async")
            && !takes(access, "java.util.concurrent.Executor");
    boolean isParallel =
        access.getName().equals("parallelStream")
            || (access.getName().equals("parallel")
                && access.getTargetOwner().getName().startsWith("java.util.stream."));
    return isExecutors || isPool || isAsync || isParallel || THREADS.contains(name(access));
  }

  private static String name(JavaAccess<?> access) {
    return access.getTargetOwner().getName() + "." + access.getName();
  }

  private static int parameters(JavaAccess<?> access) {
    return access.getTarget() instanceof CodeUnitAccessTarget target
        ? target.getRawParameterTypes().size()
        : -1;
  }

  private static boolean takes(JavaAccess<?> access, String parameter) {
    return access.getTarget() instanceof CodeUnitAccessTarget target
        && target.getRawParameterTypes().stream()
            .anyMatch(each -> each.getName().equals(parameter));
  }
}
