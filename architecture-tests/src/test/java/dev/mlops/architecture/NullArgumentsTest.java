package dev.mlops.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import dev.mlops.Workspace;
import dev.mlops.architecture.NullProbe.Answer;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.features.FeatureReader;
import dev.mlops.features.FeatureStore;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.Window;
import dev.mlops.monitoring.ModelMonitor;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.quality.DataQuality;
import dev.mlops.tracking.Run;
import dev.mlops.watch.WatchBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A null is refused by the name of its parameter, wherever a public method takes an object: not by
 * what it meets within, and not later.
 */
class NullArgumentsTest {

  /** These check what others were given, and name it as those were told to. */
  private static final List<String> FOR_OTHERS =
      List.of(
          "storage.Names.checked",
          "features.timeline.Spans.checkSpan",
          "error.Plural",
          "error.Elements",
          "error.NotFoundException.among",
          "rollout.Bound$Relative.requireRatio");

  /** Few enough to be read; the rest are refused for another argument before the null is seen. */
  private static final int LEAST_TRIED = 780;

  private static List<Class<?>> types() {
    List<Class<?>> types = new ArrayList<>();
    House.OURS.classes().stream()
        .filter(House::isType)
        .filter(House::isSeen)
        .filter(type -> !House.OURS.isIn(type, "testkit"))
        .map(JavaClass::reflect)
        .forEach(types::add);
    return types;
  }

  private static FeatureReader reader(Workspace workspace) {
    EventView view =
        EventView.of("v", Entity.of("user", "user"), EventSource.of("visits").eventTime("at"))
            .over(Window.hours(1))
            .count();
    FeatureService service = FeatureService.of("s", view);
    FeatureStore store = FeatureStore.open(workspace);
    store.register(service);
    return store.online(service);
  }

  private static NullProbe probe(Workspace workspace) {
    NullProbe probe = new NullProbe();
    FeatureReader reader = reader(workspace);
    Schema schema = Schema.of(Field.of("x", DataType.FLOAT64));
    probe.sample(Workspace.class, () -> workspace);
    probe.sample(PredictionLog.class, workspace::predictions);
    probe.sample(FeatureReader.class, () -> reader);
    probe.sample(Schema.class, () -> schema);
    probe.sample(Dataset.class, () -> Dataset.builder(schema).row(1.0).build());
    return probe;
  }

  @Test
  void are_refused_by_name() {
    List<Class<?>> types = types();
    try (Workspace workspace = Workspace.inMemory()) {
      NullProbe probe = probe(workspace);
      probe.discover(types);
      types.forEach(probe::probe);

      assertThat(probe.reached())
          .contains(
              ModelMonitor.class,
              WatchBuilder.class,
              DataQuality.Builder.class,
              FeatureReader.class,
              PredictionLog.class,
              Run.class);
      assertThat(probe.answers().values().stream().filter(Answer.NAMED::equals).count())
          .isGreaterThan(LEAST_TRIED);
      assertThat(offences(probe.answers())).isEmpty();
    }
  }

  /** What a record is made of by the library may be checked where it comes from. */
  private static Map<String, Answer> offences(Map<String, Answer> answers) {
    Map<String, Answer> offences = new TreeMap<>(answers);
    offences.keySet().removeIf(name -> FOR_OTHERS.stream().anyMatch(name::startsWith));
    offences
        .entrySet()
        .removeIf(
            each ->
                each.getValue() != Answer.UNNAMED
                    && (each.getValue() != Answer.TAKEN || each.getKey().contains(".new(")));
    return offences;
  }

  /** Refuses well, badly and not at all. */
  public static final class Careless {

    private Careless() {}

    public static String named(String text) {
      return java.util.Objects.requireNonNull(text, "text");
    }

    public static int unnamed(String text) {
      return text.length();
    }

    public static boolean misnamed(String text) {
      return java.util.Objects.requireNonNull(text, "other").isEmpty();
    }

    public static List<String> unnamedWithin(List<String> texts) {
      return List.copyOf(java.util.Objects.requireNonNull(texts, "texts"));
    }

    public static List<String> namedWithin(String... texts) {
      return dev.mlops.error.Elements.copy(texts, "texts");
    }

    public static String late(String text, Set<String> others) {
      return text + others.size();
    }
  }

  @Test
  void are_found_where_they_are_not() {
    NullProbe probe = new NullProbe();
    probe.probe(Careless.class);

    Map<String, Answer> found = new TreeMap<>();
    offences(probe.answers())
        .forEach((name, answer) -> found.put(name.substring(name.indexOf('.', 13) + 1), answer));
    assertThat(found)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "unnamed(String text)", Answer.UNNAMED,
                "misnamed(String text)", Answer.UNNAMED,
                "unnamedWithin(List texts) holding null", Answer.UNNAMED,
                "late(String text, Set)", Answer.TAKEN,
                "late(String, Set others)", Answer.UNNAMED,
                "late(String, Set others) holding null", Answer.TAKEN));
  }
}
