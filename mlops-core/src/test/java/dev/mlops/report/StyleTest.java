package dev.mlops.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class StyleTest {
  private static final double LEAST = 4.5;

  /** Relative luminance and contrast by WCAG 2.2. */
  private static double contrast(String one, String other) {
    double a = luminance(one);
    double b = luminance(other);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }

  private static double luminance(String colour) {
    int rgb = Integer.parseInt(colour.substring(1), 16);
    return 0.2126 * linear(rgb >> 16)
        + 0.7152 * linear(rgb >> 8 & 255)
        + 0.0722 * linear(rgb & 255);
  }

  private static double linear(int part) {
    double share = part / 255.0;
    return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
  }

  @Test
  void the_formula_is_that_of_the_standard() {
    assertThat(contrast("#ffffff", "#000000")).isEqualTo(21);
    assertThat(contrast("#777777", "#ffffff")).isBetween(4.47, 4.49);
  }

  @Test
  void all_text_and_all_lines_are_readable_in_light_and_dark() {
    String[] modes = Style.CHARTS.split("@media", 2);
    int checked = readable(modes[0], Style.LIGHT) + readable(modes[1], Style.DARK);
    assertThat(checked).isEqualTo(2 * (4 + 1 + Style.ON_LIGHT.size()));
  }

  private static int readable(String rules, String page) {
    Matcher colours = Pattern.compile("--(\\w+):(#\\w{6})").matcher(rules);
    int checked = 0;
    while (colours.find()) {
      String name = colours.group(1);
      if (!name.equals("page") && !name.equals("grid")) {
        double least = name.equals("axis") ? 3 : LEAST; // WCAG asks for 3 where there is no text
        assertThat(contrast(colours.group(2), page)).as(name + " on " + page).isGreaterThan(least);
        checked++;
      }
    }
    return checked;
  }

  @Test
  void no_two_lines_look_the_same() {
    Set<String> looks = new HashSet<>();
    for (int line = 0; line < LinePlot.LINES; line++) {
      assertThat(looks.add(Style.colour(line) + Style.dashes(line))).isTrue();
      assertThat(Style.dashes(line)).isNotEqualTo(Style.dashes(line + 1));
    }
  }
}
