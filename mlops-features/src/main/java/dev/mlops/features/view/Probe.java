package dev.mlops.features.view;

import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.stats.SplitRandom;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks the code of a feature about made-up requests, always the same, so that other code under the
 * same name is noticed: code itself cannot be compared.
 *
 * <p>Answers count to ten digits, because the last ones of {@link Math} differ by platform.
 */
final class Probe {

  private static final int REQUESTS = 64;
  private static final SplitRandom CHANCE = SplitRandom.seeded(20_260_101);
  private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");
  private static final int SECONDS = (int) Duration.ofDays(20_000).toSeconds();
  private static final String[] TEXTS = {"", "a", "A-1", "42", "2026-01-01"};

  private Probe() {}

  /** Returns the digest of the answers; refuses code that answers one request in two ways. */
  static Digest answers(FeatureService service, Extra extra) {
    List<String> answers = asked(service, extra);
    if (!answers.equals(asked(service, extra))) {
      throw new InvalidInputException(
          "the code of feature '%s' of service '%s' answers the same request differently from one time to the next; it may depend on the context alone"
              .formatted(extra.field().name(), service.name()));
    }
    return Digest.of(String.join("\n", answers).getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> asked(FeatureService service, Extra extra) {
    List<Field> before = new ArrayList<>(service.fields());
    before.subList(before.indexOf(extra.field()), before.size()).clear();
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      MadeUp context = new MadeUp(service.requestFields(), before, CHANCE.split(i));
      answers.add(answer(service, extra, context));
    }
    return answers;
  }

  /** Code may fail on what nobody will ask; but what it asks for itself must be there. */
  private static String answer(FeatureService service, Extra extra, FeatureContext context) {
    try {
      double value = Objects.requireNonNull(extra.code()).apply(context);
      return String.format(Locale.ROOT, "%.9e", value);
    } catch (NotFoundException e) {
      throw new InvalidInputException(
          "the code of feature '%s' of service '%s' asks for what is not there: %s"
              .formatted(extra.field().name(), service.name(), e.getMessage()),
          e);
    } catch (RuntimeException e) {
      return e.getClass().getName();
    }
  }

  private static @Nullable Object value(Field field, Instant time, SplitRandom chance) {
    if (chance.nextInt(8) == 0) {
      return null;
    }
    double real = chance.nextGaussian() * Math.pow(10, chance.nextInt(5) - 1);
    return switch (field.dataType().kind()) {
      case BOOLEAN -> chance.nextInt(2) == 1;
      case INT64 -> (long) real;
      case FLOAT32 -> (float) real;
      case FLOAT64 -> real;
      case STRING -> TEXTS[chance.nextInt(TEXTS.length)];
      case INSTANT -> time.minusSeconds(chance.nextInt(1 << 22));
      case VECTOR -> vector(field.dataType().dimension(), chance);
    };
  }

  private static float[] vector(int dimension, SplitRandom chance) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) chance.nextGaussian();
    }
    return vector;
  }

  /** A request that nobody made; each value depends on its name and the request's chance alone. */
  private static final class MadeUp implements FeatureContext {

    private final List<Field> features;
    private final SplitRandom chance;
    private final Instant time;
    private final Row request;

    MadeUp(List<Field> request, List<Field> features, SplitRandom chance) {
      this.features = features;
      this.chance = chance;
      this.time = FIRST.plusSeconds(chance.split("time").nextInt(SECONDS));
      this.request =
          Row.of(
              Schema.of(request.stream().map(Field::orNull).toList()),
              request.stream().map(this::of).toArray());
    }

    @Override
    public Instant time() {
      return time;
    }

    @Override
    public Row request() {
      return request;
    }

    @Override
    public double feature(String name) {
      Field field = find(name);
      if (!ServicePlan.isNumeric(field)) {
        throw new NotFoundException(
            "feature '"
                + name
                + "' is "
                + field.dataType()
                + ", not a number; read it with value(...)");
      }
      Object value = of(field);
      if (value instanceof Boolean flag) {
        return flag ? 1 : 0;
      }
      return value == null ? Double.NaN : ((Number) value).doubleValue();
    }

    @Override
    public @Nullable Object value(String name) {
      return of(find(name));
    }

    private Field find(String name) {
      for (Field field : features) {
        if (field.name().equals(name)) {
          return field;
        }
      }
      throw new NotFoundException(
          "no feature '%s' stands before it; found: %s. Add it to the service first"
              .formatted(name, features.stream().map(Field::name).toList()));
    }

    private @Nullable Object of(Field field) {
      return Probe.value(field, time, chance.split(field.name()));
    }

    @Override
    public String toString() {
      return "made-up features at " + time;
    }
  }
}
