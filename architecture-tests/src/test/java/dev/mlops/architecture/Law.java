package dev.mlops.architecture;

import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.all;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static dev.mlops.architecture.Findings.forEach;
import static dev.mlops.architecture.Findings.such;

import com.google.errorprone.annotations.CheckReturnValue;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.time.Clock;
import java.util.function.Function;
import org.jspecify.annotations.NullMarked;

/**
 * A law of the house.
 *
 * <p>Random UUIDs are not forbidden: names of temporary files and identities of predictions and
 * runs must differ between processes, which a seed would undo.
 */
@SuppressWarnings("ImmutableEnumChecker") // functions without state
enum Law {

  /** The root package counts as one of them. */
  PACKAGES_FORM_NO_CYCLE(
      house -> slices().matching(house.parent() + ".(**)").should().beFreeOfCycles()),

  MODULES_USE_ONLY_THOSE_BELOW(
      house ->
          classes()
              .should(
                  Findings.dependOnlyWhere(
                      "the arrows between the modules point that way",
                      (from, to) -> !house.owns(to) || house.isArrow(from, to)))),

  /** An auditor recomputes a verdict with the judging alone: no router, no model, no engine. */
  JUDGING_NEEDS_NO_ROUTER(
      house ->
          noClasses()
              .that(such("judge rollouts", type -> house.isIn(type, "rollout")))
              .should()
              .dependOnClassesThat(such("serve models", type -> house.isIn(type, "serving")))),

  /**
   * So one implementation serves a laptop, a cluster and the proof that both say the same. What a
   * name may be is no matter of a database alone.
   */
  FEATURES_ARE_COMPUTED_WITHOUT_WORKSPACE_AND_CLOCK(
      house ->
          noClasses()
              .that(
                  such(
                      "compute features",
                      type ->
                          house.isIn(type, "features.view")
                              || house.isIn(type, "features.timeline")))
              .should()
              .dependOnClassesThat(
                  such(
                      "hold a database, a journal or a clock",
                      type ->
                          house.isNamed(type, "Workspace")
                              || (house.isIn(type, "storage")
                                  && !house.isNamed(type, "storage.Names"))
                              || house.isIn(type, "journal")
                              || type.isEquivalentTo(Clock.class)))),

  INTERNAL_PACKAGES_STAY_WITHIN_THEIR_MODULE(
      house ->
          classes()
              .should(
                  Findings.dependOnlyWhere(
                      "the target is not internal to another module",
                      (from, to) ->
                          !isInternal(to) || house.module(from).equals(house.module(to))))),

  EVERY_ROOM_IS_ON_THE_PLAN(
      house ->
          all(house.packagesAsSubjects())
              .should(
                  forEach(
                      "belong to a module of docs/architecture.md",
                      each -> house.module(each.getClasses().iterator().next()).isPresent()))),

  /** The test kit makes real databases, and looks at what their drivers said. */
  DATABASE_DRIVERS_STAY_IN_STORAGE(
      house ->
          noClasses()
              .that(
                  such(
                      "lie outside storage",
                      type ->
                          !house.isIn(type, "storage")
                              && !house.isNamed(
                                  type,
                                  "testkit.TestDatabases",
                                  "testkit.DatabaseContract",
                                  "testkit.FaultyDataSource")))
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage("java.sql..", "javax.sql..")),

  TIME_IS_PASSED_IN(
      house -> noClasses().should(accessTargetWhere(such("reads the time", Calls::readsTime)))),

  /**
   * Where a default clock is made: the workspace, and the two doors that open without one. A router
   * makes one to compare, as it must know whether a clock is the system's.
   */
  CLOCKS_ARE_MADE_AT_THE_DOOR(
      house ->
          noClasses()
              .that(
                  such(
                      "open no door",
                      type ->
                          !house.isNamed(
                              type,
                              "Workspace",
                              "storage.ArtifactStore",
                              "quality.DataQuality",
                              "serving.WallTime")))
              .should(accessTargetWhere(such("makes a system clock", Calls::makesSystemClock)))),

  CHANCE_IS_SEEDED(
      house ->
          noClasses()
              .should(accessTargetWhere(such("draws without a seed", Calls::drawsUnseeded)))),

  /**
   * A thread that ends unheard takes along what relies on it. Only one class makes threads; the
   * test kit's end with their test, which sees what they throw.
   */
  THREADS_ARE_NAMED_AND_HEARD(
      house ->
          noClasses()
              .that(
                  such(
                      "make no threads for others",
                      type ->
                          !house.isNamed(type, "error.BackgroundThread")
                              && !house.isIn(type, "testkit")))
              .should(accessTargetWhere(such("starts a thread of its own", Calls::startsThread)))),

  LIBRARIES_PRINT_NOTHING(house -> noClasses().should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)),

  /** Exceptions may be subclassed, and so may the test kit's contracts. */
  PUBLIC_CLASSES_ARE_FINAL(
      house ->
          classes()
              .that()
              .arePublic()
              .and()
              .areNotInterfaces()
              .and()
              .areNotEnums()
              .and(such("are no exceptions", type -> !type.isAssignableTo(Throwable.class)))
              .and(such("are not sealed", type -> !type.reflect().isSealed()))
              .and(
                  such(
                      "are no contracts of the test kit",
                      type ->
                          !(house.isIn(type, "testkit")
                              && type.getSimpleName().endsWith("Contract"))))
              .should()
              .haveModifier(JavaModifier.FINAL)),

  NAMES_SAY_WHAT_A_CLASS_IS(
      house -> noClasses().should().haveNameMatching(".*(Impl|Util|Utils|Helper|Helpers|Manager)")),

  /** Callers in Kotlin and Scala would have to quote such a name. */
  METHODS_ARE_NO_KEYWORDS_OF_KOTLIN_OR_SCALA(
      house ->
          noMethods()
              .that()
              .arePublic()
              .and()
              .areDeclaredInClassesThat()
              .areNotPrivate()
              .should()
              .haveNameMatching(
                  "as|fun|in|is|object|typealias|typeof|val|when"
                      + "|def|export|forSome|given|implicit|lazy|match|override|sealed|then|trait|type|with")),

  /** In JShell, in a log and in a debugger, {@code Run@1b2c6ec2} tells nobody anything. */
  OBJECTS_SAY_WHAT_THEY_ARE(
      house ->
          classes()
              .that(
                  such(
                      "are held by users",
                      type -> house.owns(type) && Printing.isHeldByUsers(house, type)))
              .should(Findings.be("printed by its own toString", Printing::saysWhatItIs))),

  PACKAGES_ARE_NO_DRAWERS(
      house ->
          all(house.packagesAsSubjects())
              .should(
                  forEach(
                      "be named by subject",
                      each ->
                          !each.getName()
                              .matches(".*\\.(util|utils|common|impl|helper|helpers)(\\..*)?")))),

  PACKAGES_ARE_ANNOTATED(
      house ->
          all(house.packagesAsSubjects())
              .should(
                  forEach(
                      "be @NullMarked and @CheckReturnValue",
                      each ->
                          each.isAnnotatedWith(NullMarked.class)
                              && each.isAnnotatedWith(CheckReturnValue.class)))),

  PACKAGES_HAVE_FEW_DOORS(
      house ->
          all(house.packagesAsSubjects())
              .should(
                  forEach(
                      "have at most " + house.crowd() + " public types",
                      each -> house.doors(each).size() <= house.crowd(),
                      each -> house.doors(each).size() + ": " + house.doors(each)))),

  /** Somebody who imports both packages could use neither. */
  PUBLIC_TYPES_HAVE_NAMES_OF_THEIR_OWN(
      house ->
          classes()
              .that()
              .areTopLevelClasses()
              .and()
              .arePublic()
              .should(
                  Findings.be("the only public type of its simple name", house::isFirstOfItsName)));

  private final Function<House, ArchRule> rule;

  Law(Function<House, ArchRule> rule) {
    this.rule = rule;
  }

  /** Returns the law as it reads for a house. */
  ArchRule of(House house) {
    return rule.apply(house);
  }

  private static boolean isInternal(JavaClass type) {
    return (type.getPackageName() + ".").contains(".internal.");
  }
}
