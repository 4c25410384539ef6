package dev.mlops.tracking;

import dev.mlops.environment.Environment;
import dev.mlops.error.ConflictException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one recorder of a run was told beside its points and what of it waits to be stored: params,
 * tags, inputs, the note and the environment. Safe for use by many threads.
 */
final class RunTexts {

  static final long LIMIT = 64L << 20;

  private final String run;
  private final Function<String, IllegalStateException> ending;
  private final Map<String, String> params;
  private final Map<String, String> newParams = new TreeMap<>();
  private final Map<String, String> newTags = new TreeMap<>();
  private final Set<RunView.Input> newInputs = new LinkedHashSet<>();
  private @Nullable String newNote;
  private @Nullable Environment newEnvironment;
  private @Nullable Environment environment;
  private long characters;
  private long dropped;
  private boolean ended;

  /**
   * Begins with the params that the run has already.
   *
   * @param run its name, for messages
   * @param environment where it runs; null if that was not said
   * @param ending says why something cannot be done any more
   */
  RunTexts(
      String run,
      Map<String, String> params,
      @Nullable Environment environment,
      Function<String, IllegalStateException> ending) {
    this.run = run;
    this.ending = ending;
    this.environment = environment;
    this.params = new TreeMap<>(params);
  }

  /** Takes all params, or none if the run has one of them with another value. */
  synchronized void params(Map<String, String> wanted) {
    refuseIfEnded("record params");
    wanted.forEach(this::refuseIfChanged);
    wanted.forEach(
        (name, text) -> {
          if (!params.containsKey(name) && takes(name, text)) {
            params.put(name, text);
            newParams.put(name, text);
          }
        });
  }

  private void refuseIfChanged(String name, String text) {
    String before = params.get(name);
    if (before != null && !ParamTexts.same(before, text)) {
      throw new ConflictException(changed(run, name, before, text));
    }
  }

  static String changed(String run, String name, String before, String text) {
    return "param '"
        + name
        + "' of run '"
        + run
        + "' is '"
        + before
        + "' and cannot become '"
        + text
        + "'; use a tag for what changes";
  }

  synchronized void tag(String name, String text) {
    refuseIfEnded("set tag '" + name + "'");
    if (takes(name, text)) {
      newTags.put(name, text);
    }
  }

  synchronized void input(RunView.Input input) {
    refuseIfEnded("record an input");
    if (takes(input.role(), input.name())) {
      newInputs.add(input);
    }
  }

  synchronized void note(String text) {
    refuseIfEnded("write its note");
    if (takes("", text)) {
      newNote = text;
    }
  }

  synchronized void environment(Environment said) {
    refuseIfEnded("say its environment");
    newEnvironment = said;
    environment = said;
  }

  /** Returns where the run runs, as it was said last. */
  synchronized @Nullable Environment environment() {
    return environment;
  }

  /** From here on nothing is taken, as nobody would store it. */
  synchronized void end() {
    ended = true;
  }

  private void refuseIfEnded(String what) {
    if (ended) {
      throw ending.apply(what);
    }
  }

  /** What waits while the database is away has a limit; what is beyond it is counted. */
  private boolean takes(String name, String text) {
    long more = (long) name.length() + text.length();
    if (characters + more > LIMIT) {
      dropped++;
      return false;
    }
    characters += more;
    return true;
  }

  /** Returns how many texts were dropped since it was asked last. */
  synchronized long takeDropped() {
    long count = dropped;
    dropped = 0;
    return count;
  }

  synchronized boolean areWaiting() {
    return !newParams.isEmpty()
        || !newTags.isEmpty()
        || !newInputs.isEmpty()
        || newNote != null
        || newEnvironment != null;
  }

  /** Returns what waits. */
  synchronized Waiting waiting() {
    return new Waiting(
        new TreeMap<>(newParams),
        new TreeMap<>(newTags),
        new ArrayList<>(newInputs),
        newNote,
        newEnvironment,
        characters);
  }

  /** Forgets what was stored, unless it has got another value meanwhile. */
  synchronized void stored(Waiting batch) {
    batch.params().forEach(newParams::remove);
    batch.tags().forEach(newTags::remove);
    batch.inputs().forEach(newInputs::remove);
    newNote = left(batch.note(), newNote);
    newEnvironment = left(batch.environment(), newEnvironment);
    characters -= batch.characters();
  }

  private static <T> @Nullable T left(@Nullable T stored, @Nullable T now) {
    return Objects.equals(stored, now) ? null : now;
  }

  /**
   * Texts that wait to be stored.
   *
   * @param characters how many they are in all
   */
  record Waiting(
      Map<String, String> params,
      Map<String, String> tags,
      List<RunView.Input> inputs,
      @Nullable String note,
      @Nullable Environment environment,
      long characters) {

    boolean isEmpty() {
      return params.isEmpty()
          && tags.isEmpty()
          && inputs.isEmpty()
          && note == null
          && environment == null;
    }
  }

  @Override
  public synchronized String toString() {
    return "texts of run '" + run + "'";
  }
}
