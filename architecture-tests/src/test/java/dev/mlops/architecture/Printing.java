package dev.mlops.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.Set;

/** What a shell, a log or a debugger shows of an object. */
final class Printing {

  /** Parts of the engine, and what Flyway makes: nobody holds one at a prompt. */
  private static final Set<String> UNSEEN =
      Set.of("features.timeline", "storage.MigrationLogs", "testkit");

  private Printing() {}

  /**
   * Tells whether a user can hold an object of this class: it is public, or what a public interface
   * of ours stands for, and has methods to call. Records and enums print themselves; what is still
   * being built is not printed, but built.
   */
  static boolean isHeldByUsers(House house, JavaClass type) {
    return !type.isInterface()
        && !type.isEnum()
        && !type.isRecord()
        && !type.isAnonymousClass()
        && !type.getModifiers().contains(JavaModifier.ABSTRACT)
        && !type.isAssignableTo(Throwable.class)
        && !type.getSimpleName().matches(".*(Builder|Options|Reader|Recorder|Expectations|Canary)")
        && UNSEEN.stream().noneMatch(each -> type.getName().startsWith(house.root() + "." + each))
        && (House.isSeen(type) || standsForAnInterface(house, type))
        && type.getMethods().stream().anyMatch(Printing::isForUsers);
  }

  private static boolean standsForAnInterface(House house, JavaClass type) {
    return type.getAllRawInterfaces().stream()
        .filter(house::owns)
        .filter(House::isSeen)
        .anyMatch(each -> each.getMethods().size() > 1);
  }

  private static boolean isForUsers(JavaMethod method) {
    return method.getModifiers().contains(JavaModifier.PUBLIC)
        && !method.getModifiers().contains(JavaModifier.STATIC)
        && !method.getModifiers().contains(JavaModifier.SYNTHETIC);
  }

  /** Tells whether an object's line is more than its class and a number. */
  static boolean saysWhatItIs(JavaClass type) {
    return type.tryGetMethod("toString").isPresent()
        || type.getAllRawSuperclasses().stream()
            .filter(each -> !each.isEquivalentTo(Object.class))
            .anyMatch(each -> each.tryGetMethod("toString").isPresent());
  }
}
