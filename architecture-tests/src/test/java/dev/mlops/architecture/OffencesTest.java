package dev.mlops.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each law finds the one offence planted against it, and no other. */
class OffencesTest {

  private static final Map<Law, String> PLANTED =
      Map.ofEntries(
          Map.entry(Law.PACKAGES_FORM_NO_CYCLE, "data.Tenant"),
          Map.entry(Law.MODULES_USE_ONLY_THOSE_BELOW, "drift.Upstairs"),
          Map.entry(Law.JUDGING_NEEDS_NO_ROUTER, "rollout.Accomplice"),
          Map.entry(
              Law.FEATURES_ARE_COMPUTED_WITHOUT_WORKSPACE_AND_CLOCK, "features.view.Timekeeper"),
          Map.entry(Law.INTERNAL_PACKAGES_STAY_WITHIN_THEIR_MODULE, "pipeline.Burglar"),
          Map.entry(Law.EVERY_ROOM_IS_ON_THE_PLAN, "annexe"),
          Map.entry(Law.DATABASE_DRIVERS_STAY_IN_STORAGE, "journal.Plumber"),
          Map.entry(Law.TIME_IS_PASSED_IN, "stats.Clockwatcher"),
          Map.entry(Law.CLOCKS_ARE_MADE_AT_THE_DOOR, "stats.Clockmaker"),
          Map.entry(Law.CHANCE_IS_SEEDED, "stats.Gambler"),
          Map.entry(Law.THREADS_ARE_NAMED_AND_HEARD, "journal.Nightshift"),
          Map.entry(Law.LIBRARIES_PRINT_NOTHING, "stats.Chatterbox"),
          Map.entry(Law.PUBLIC_CLASSES_ARE_FINAL, "data.Heirless"),
          Map.entry(Law.NAMES_SAY_WHAT_A_CLASS_IS, "data.RowManager"),
          Map.entry(Law.METHODS_ARE_NO_KEYWORDS_OF_KOTLIN_OR_SCALA, "data.Foreigner"),
          Map.entry(Law.OBJECTS_SAY_WHAT_THEY_ARE, "pipeline.Mute"),
          Map.entry(Law.PACKAGES_ARE_NO_DRAWERS, "data.util"),
          Map.entry(Law.PACKAGES_ARE_ANNOTATED, "explain"),
          Map.entry(Law.PACKAGES_HAVE_FEW_DOORS, "maturity"),
          Map.entry(Law.PUBLIC_TYPES_HAVE_NAMES_OF_THEIR_OWN, "rollout.Namesake"));

  @ParameterizedTest
  @EnumSource
  void are_found_and_nothing_else_is(Law law) {
    assertThat(findings(law))
        .isNotEmpty()
        .allSatisfy(finding -> assertThat(finding).contains("offences." + PLANTED.get(law)));
  }

  @Test
  void are_found_in_calls_and_in_references_to_methods() {
    assertThat(findings(Law.TIME_IS_PASSED_IN)).hasSize(5);
    assertThat(findings(Law.CLOCKS_ARE_MADE_AT_THE_DOOR)).hasSize(3);
    assertThat(findings(Law.CHANCE_IS_SEEDED)).hasSize(6);
    assertThat(findings(Law.LIBRARIES_PRINT_NOTHING)).hasSize(2);
    assertThat(findings(Law.THREADS_ARE_NAMED_AND_HEARD)).hasSize(7);
  }

  @Test
  void count_the_root_package_in_a_cycle() {
    assertThat(findings(Law.PACKAGES_FORM_NO_CYCLE))
        .singleElement()
        .asString()
        .contains("Slice offences ->", "Slice offences.data ->");
  }

  private static List<String> findings(Law law) {
    return law.of(House.OFFENCES)
        .evaluate(House.OFFENCES.classes())
        .getFailureReport()
        .getDetails();
  }
}
