package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Holds what is read as a time against a pattern and the JDK's calendar and clocks. */
class TimeTextTest {

  private static final Pattern ISO =
      Pattern.compile(
          "(\\d{4})-(\\d\\d)-(\\d\\d)(?:[Tt ](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d+))?)?"
              + "(Z|z|([+-])(\\d\\d)(?::?(\\d\\d)(?::(\\d\\d))?)?)?)?",
          Pattern.DOTALL);

  private static final List<String> TEXTS =
      List.of(
          "2001-06-30T23:59:58.123456Z",
          "2000-02-29 00:00:00+02:00",
          "1969-12-31t18:29:58,120000-0530",
          "0001-01-01T00:00-05:00:30",
          "9999-12-31",
          "1900-03-01 07:08:09");

  private static final String CHARACTERS = "0123456789-+:.,TtZz \0\n٣";

  /** Reads in UTC, or answers null. */
  private static @Nullable Instant twin(String text) {
    Matcher m = ISO.matcher(text);
    if (!m.matches()) {
      return null;
    }
    try {
      String fraction = m.group(7) == null ? "" : m.group(7);
      LocalDateTime local =
          LocalDateTime.of(number(m, 1), number(m, 2), number(m, 3), number(m, 4), number(m, 5))
              .plusSeconds(number(m, 6))
              .plusNanos(Long.parseLong((fraction + "000000").substring(0, 6)) * 1000);
      boolean fine = !fraction.matches("\\d{0,6}0*");
      int seconds = number(m, 10) * 3600 + number(m, 11) * 60 + number(m, 12);
      boolean valid =
          number(m, 6) < 60 && number(m, 10) <= 18 && number(m, 11) < 60 && number(m, 12) < 60;
      Instant read =
          local.toInstant(ZoneOffset.UTC).minusSeconds("-".equals(m.group(9)) ? -seconds : seconds);
      return valid && !fine ? read : null;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static int number(Matcher m, int group) {
    return m.group(group) == null ? 0 : Integer.parseInt(m.group(group));
  }

  private static @Nullable Instant read(String text, ZoneId zone, TextFormat.Overlap overlap) {
    TimeText times = new TimeText(new TextFormat(zone, overlap, null, '.'));
    String reason = times.parse(text.toCharArray(), 0, text.length());
    return reason == null ? Micros.instant(times.micros()) : null;
  }

  @Test
  void texts_changed_in_a_few_places_are_read_as_the_calendar_has_them() {
    int good = 0;
    for (int seed = 0; seed < 50_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder(TEXTS.get(random.nextInt(TEXTS.size())));
      for (int i = 0; i < random.nextInt(4); i++) {
        int place = random.nextInt(text.length());
        char other = CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
        switch (random.nextInt(4)) {
          case 0 -> text.deleteCharAt(place);
          case 1 -> text.insert(place, other);
          default -> text.setCharAt(place, other);
        }
      }
      boolean farAway = text.charAt(0) == '+' || text.charAt(0) == '-';
      Instant expected = farAway ? null : twin(text.toString());
      Instant read = read(text.toString(), ZoneOffset.UTC, TextFormat.Overlap.REFUSED);
      if (!farAway) {
        assertThat(read).as(text.toString()).isEqualTo(expected);
        good += read == null ? 0 : 1;
      }
    }
    assertThat(good).isGreaterThan(10_000);
  }

  /** A local time means every instant at which the zone's clocks show it. */
  @Test
  void local_times_around_each_change_of_clocks_are_the_instants_that_show_them() {
    for (String id :
        List.of("America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "Africa/Casablanca")) {
      ZoneId zone = ZoneId.of(id);
      ZoneOffsetTransition change =
          zone.getRules().nextTransition(Instant.parse("1990-01-01T00:00:00Z"));
      for (int i = 0; i < 40 && change != null; i++) {
        for (int minutes = -180; minutes <= 180; minutes += 15) {
          LocalDateTime local = change.getDateTimeBefore().plusMinutes(minutes);
          TreeSet<Instant> shown = new TreeSet<>();
          for (int offset = -12 * 60; offset <= 14 * 60; offset += 15) {
            Instant candidate = local.toInstant(ZoneOffset.ofTotalSeconds(offset * 60));
            if (candidate.atZone(zone).toLocalDateTime().equals(local)) {
              shown.add(candidate);
            }
          }
          String text = local.toString();
          assertThat(read(text, zone, TextFormat.Overlap.EARLIER))
              .isEqualTo(shown.isEmpty() ? null : shown.first());
          assertThat(read(text, zone, TextFormat.Overlap.LATER))
              .isEqualTo(shown.isEmpty() ? null : shown.last());
          assertThat(read(text, zone, TextFormat.Overlap.REFUSED))
              .isEqualTo(shown.size() == 1 ? shown.first() : null);
        }
        change = zone.getRules().nextTransition(change.getInstant());
      }
    }
  }
}
