package dev.mlops.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.AbstractClassesTransformer;
import com.tngtech.archunit.lang.ClassesTransformer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The classes under one root package, laid out as docs/architecture.md says.
 *
 * @param root the root package
 * @param crowd how many public types a package may have at most
 * @param classes the classes
 */
record House(String root, int crowd, JavaClasses classes) {

  /**
   * The real one: what the modules ship. Its fullest room has 22 doors, nested types included; that
   * may fall, not rise.
   */
  static final House OURS =
      new House(
          "dev.mlops",
          22,
          new ClassFileImporter()
              .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
              .importPackages("dev.mlops"));

  /** A house of the same plan in which every law is broken once. */
  static final House OFFENCES = of("dev.mlops.architecture.offences", 2);

  static House of(String root, int crowd) {
    return new House(root, crowd, new ClassFileImporter().importPackages(root));
  }

  String parent() {
    return root.substring(0, root.lastIndexOf('.'));
  }

  boolean owns(JavaClass type) {
    return isWithin(type, root);
  }

  /** Tells whether a class lies in a package of this house, given by its name below the root. */
  boolean isIn(JavaClass type, String name) {
    return isWithin(type, root + "." + name);
  }

  private static boolean isWithin(JavaClass type, String packageName) {
    return type.getPackageName().equals(packageName)
        || type.getPackageName().startsWith(packageName + ".");
  }

  /** Returns the packages that hold types, by name. */
  List<JavaPackage> packages() {
    if (!classes.containPackage(root)) {
      return List.of();
    }
    JavaPackage top = classes.getPackage(root);
    return Stream.concat(Stream.of(top), top.getSubpackagesInTree().stream())
        .filter(each -> each.getClasses().stream().anyMatch(House::isType))
        .sorted(Comparator.comparing(JavaPackage::getName))
        .toList();
  }

  ClassesTransformer<JavaPackage> packagesAsSubjects() {
    return new AbstractClassesTransformer<>("packages") {
      @Override
      public Iterable<JavaPackage> doTransform(JavaClasses ignored) {
        return packages();
      }
    };
  }

  /**
   * Returns the types of a package that others see, by name; the cases of a sealed type are one.
   */
  List<String> doors(JavaPackage room) {
    return room.getClasses().stream()
        .filter(House::isType)
        .filter(House::isSeen)
        .filter(type -> !isCase(type))
        .map(type -> type.getName().substring(room.getName().length() + 1))
        .sorted()
        .toList();
  }

  static boolean isSeen(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(House::isSeen).orElse(true);
  }

  /** A record in a sealed interface is one of its answers: who knows the interface knows it. */
  private static boolean isCase(JavaClass type) {
    return type.getEnclosingClass()
        .filter(outer -> outer.reflect().isSealed() && type.isAssignableTo(outer.getName()))
        .isPresent();
  }

  /** Tells whether no public type before this one, by full name, has its simple name. */
  boolean isFirstOfItsName(JavaClass type) {
    return !isSeen(type)
        || classes.stream()
            .filter(other -> other.isTopLevelClass() && isSeen(other) && isType(other))
            .filter(other -> other.getSimpleName().equals(type.getSimpleName()))
            .noneMatch(other -> other.getName().compareTo(type.getName()) < 0);
  }

  /** Tells whether a class is one of these, given by name below the root, or nested in it. */
  boolean isNamed(JavaClass type, String... names) {
    String topLevel = type.getName().replaceFirst("\\$.*", "");
    return Stream.of(names).anyMatch(name -> topLevel.equals(root + "." + name));
  }

  /** Tells whether one class's module may use the other's; packages off the plan may. */
  boolean isArrow(JavaClass from, JavaClass to) {
    return module(from).flatMap(one -> module(to).map(one::mayUse)).orElse(true);
  }

  static boolean isType(JavaClass type) {
    return !type.isArray() && !type.getSimpleName().equals("package-info");
  }

  /** Returns the module of a class by its package; empty when the plan doesn't know the package. */
  Optional<Module> module(JavaClass type) {
    String below = type.getPackageName().substring(root.length()).replaceFirst("^\\.", "");
    for (String room = below; ; room = room.substring(0, Math.max(0, room.lastIndexOf('.')))) {
      String name = room;
      Optional<Module> found =
          Stream.of(Module.values()).filter(each -> each.rooms().contains(name)).findFirst();
      if (found.isPresent() || !room.contains(".")) {
        return found;
      }
    }
  }
}
