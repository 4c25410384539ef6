package dev.mlops.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our house keeps its laws. */
class HouseTest {

  @ParameterizedTest
  @EnumSource
  void keeps(Law law) {
    law.of(House.OURS).check(House.OURS.classes());
  }

  @ParameterizedTest
  @EnumSource
  void is_scanned_with_every_module(Module module) {
    long found =
        House.OURS.classes().stream()
            .filter(House::isType)
            .filter(type -> House.OURS.module(type).filter(module::equals).isPresent())
            .count();
    assertThat(found).as("classes of %s", module).isGreaterThan(2);
  }

  @Test
  void is_scanned_whole() {
    assertThat(House.OURS.classes()).hasSizeGreaterThan(400);
    assertThat(House.OURS.packages()).hasSizeGreaterThan(15);
  }

  @ParameterizedTest
  @EnumSource
  void would_not_pass_by_a_scan_of_nothing(Law law) {
    House nothing = House.of("dev.mlops.nothing", 15);
    assertThatThrownBy(() -> law.of(nothing).check(nothing.classes()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("failed to check any classes");
  }
}
