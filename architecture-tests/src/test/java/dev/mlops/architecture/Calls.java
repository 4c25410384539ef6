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
