package dev.mlops.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;

/** The laws' own conditions, with what they say of an offender. */
final class Findings {

  private Findings() {}

  static <T> DescribedPredicate<T> such(String description, Predicate<T> predicate) {
    return DescribedPredicate.describe(description, predicate);
  }

  static ArchCondition<JavaPackage> forEach(String demand, Predicate<JavaPackage> isLawful) {
    return forEach(demand, isLawful, each -> "it does not");
  }

  static ArchCondition<JavaPackage> forEach(
      String demand, Predicate<JavaPackage> isLawful, Function<JavaPackage, String> found) {
    return new ArchCondition<>(demand) {
      @Override
      public void check(JavaPackage each, ConditionEvents events) {
        String finding = "package %s ought to %s; ".formatted(each.getName(), demand);
        events.add(
            new SimpleConditionEvent(each, isLawful.test(each), finding + found.apply(each)));
      }
    };
  }

  static ArchCondition<JavaClass> be(String demand, Predicate<JavaClass> isLawful) {
    return new ArchCondition<>("be " + demand) {
      @Override
      public void check(JavaClass each, ConditionEvents events) {
        String finding = "%s ought to be %s".formatted(each.getName(), demand);
        events.add(new SimpleConditionEvent(each, isLawful.test(each), finding));
      }
    };
  }

  static ArchCondition<JavaClass> dependOnlyWhere(
      String demand, BiPredicate<JavaClass, JavaClass> isLawful) {
    return new ArchCondition<>("depend only where " + demand) {
      @Override
      public void check(JavaClass from, ConditionEvents events) {
        for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
          boolean lawful = isLawful.test(from, dependency.getTargetClass());
          events.add(new SimpleConditionEvent(from, lawful, dependency.getDescription()));
        }
      }
    };
  }
}
