package dev.mlops.design;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.storage.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sets up a {@link ProjectDesign}; everything may be left out, and is then a gap of its review. Not
 * safe for use by many threads.
 */
public final class DesignBuilder {
  private static final int LONGEST_PROSE = 10_000;

  final String name;
  @Nullable Task task;
  @Nullable String question;
  @Nullable String decision;
  @Nullable String entity;
  @Nullable Duration horizon;
  @Nullable Duration labelDelay;
  @Nullable ValueModel value;
  @Nullable Alignment alignment;
  final List<String> users = new ArrayList<>();
  final List<Member> team = new ArrayList<>();
  final List<Target> targets = new ArrayList<>();
  final List<Requirement> requirements = new ArrayList<>();
  final List<DataNeed> data = new ArrayList<>();

  /** Who works in which phases. */
  record Member(Role role, String person, List<Phase> phases) {}

  /** Which target decides, and which others are to go along with it. */
  record Alignment(String primary, List<String> proxies, double leastCorrelation) {}

  DesignBuilder(String name) {
    this.name = Names.checked("design", name);
  }

  @CanIgnoreReturnValue
  static String prose(String what, String text) {
    Objects.requireNonNull(text, what);
    if (text.isBlank()) {
      throw new IllegalArgumentException(what + " must not be blank");
    }
    Names.flaw(text, LONGEST_PROSE)
        .ifPresent(
            flaw -> {
              throw new IllegalArgumentException(what + " " + flaw);
            });
    return text;
  }

  /**
   * Sets what the model predicts.
   *
   * @param task the task
   * @return this
   * @throws IllegalStateException if it is already set
   */
  @CanIgnoreReturnValue
  public DesignBuilder task(Task task) {
    this.task = Once.set("task", this.task, task);
    return this;
  }

  /**
   * Sets which question the model answers.
   *
   * @param question such as {@code Which customers will leave within 30 days?}
   * @return this
   * @throws IllegalStateException if it is already set
   * @throws IllegalArgumentException if it is blank or has more than 10,000 characters
   */
  @CanIgnoreReturnValue
  public DesignBuilder question(String question) {
    this.question = Once.set("question", this.question, prose("question", question));
    return this;
  }

  /**
   * Sets which decision follows from a prediction.
   *
   * @param decision what is done differently, and by whom
   * @return this
   * @throws IllegalStateException if it is already set
   * @throws IllegalArgumentException if it is blank or has more than 10,000 characters
   */
  @CanIgnoreReturnValue
  public DesignBuilder decision(String decision) {
    this.decision = Once.set("decision", this.decision, prose("decision", decision));
    return this;
  }

  /**
   * Sets what a prediction is about.
   *
   * @param entity such as {@code customer}
   * @return this
   * @throws IllegalStateException if it is already set
   * @throws IllegalArgumentException if it is no name
   */
  @CanIgnoreReturnValue
  public DesignBuilder entity(String entity) {
    this.entity = Once.set("entity", this.entity, Names.checked("entity", entity));
    return this;
  }

  /**
   * Adds those who use the predictions.
   *
   * @param users such as {@code call centre agents}
   * @return this
   * @throws IllegalArgumentException if one is no name
   */
  @CanIgnoreReturnValue
  public DesignBuilder users(String... users) {
    Elements.copy(users, "users").stream()
        .map(user -> Names.checked("user", user))
        .forEach(this.users::add);
    return this;
  }

  /**
   * Sets how far ahead a prediction looks.
   *
   * @param horizon the time from the prediction to what it speaks of; positive, whole milliseconds
   * @return this
   * @throws IllegalStateException if it is already set
   * @throws IllegalArgumentException if it is not positive
   */
  @CanIgnoreReturnValue
  public DesignBuilder horizon(Duration horizon) {
    this.horizon = Once.set("horizon", this.horizon, Durations.positive("horizon", horizon));
    return this;
  }

  /**
   * Sets how long after a prediction its label is known.
   *
   * @param delay the time by which nearly all labels are there; positive, whole milliseconds
   * @return this
   * @throws IllegalStateException if it is already set
   * @throws IllegalArgumentException if it is not positive
   */
  @CanIgnoreReturnValue
  public DesignBuilder labelDelay(Duration delay) {
    Objects.requireNonNull(delay, "delay");
    this.labelDelay = Once.set("labelDelay", labelDelay, Durations.positive("label_delay", delay));
    return this;
  }

  /**
   * Adds somebody who works on the project.
   *
   * @param role in which role
   * @param person a name, or that of a group
   * @param phases in which phases; all if none is given
   * @return this
   * @throws IllegalArgumentException if the person is no name
   * @throws IllegalStateException if this person already has this role
   */
  @CanIgnoreReturnValue
  public DesignBuilder member(Role role, String person, Phase... phases) {
    List<Phase> each = Elements.copy(phases, "phases");
    requireNonNull(role, "role");
    Names.checked("person", person);
    if (team.stream().anyMatch(member -> member.role == role && member.person.equals(person))) {
      throw new IllegalStateException(person + " is there twice as " + role);
    }
    List<Phase> given = each.stream().distinct().sorted().toList();
    team.add(new Member(role, person, given.isEmpty() ? List.of(Phase.values()) : given));
    return this;
  }

  /**
   * Sets what the model is worth.
   *
   * @param value the value in money or time
   * @return this
   * @throws IllegalStateException if it is already set
   */
  @CanIgnoreReturnValue
  public DesignBuilder value(ValueModel value) {
    this.value = Once.set("value", this.value, value);
    return this;
  }

  /**
   * Adds a target.
   *
   * @param target what a metric has to reach
   * @return this
   * @throws IllegalStateException if there is already one of this name
   */
  @CanIgnoreReturnValue
  public DesignBuilder target(Target target) {
    Objects.requireNonNull(target, "target");
    if (targets.stream().anyMatch(earlier -> earlier.id().equals(target.id()))) {
      throw new IllegalStateException(
          "the target '%s' is there twice; give one of them a name by named(...)"
              .formatted(target.id()));
    }
    targets.add(target);
    return this;
  }

  /**
   * Sets which target decides, and which ones are watched in its place because they are known
   * sooner.
   *
   * @param primary the name of the target that decides
   * @param leastCorrelation the least rank correlation with it that the others have to show over
   *     versions and slices, from 0 to 1; below it they mislead
   * @param proxies the names of the others
   * @return this
   * @throws IllegalStateException if it is already set
   * @throws IllegalArgumentException if the correlation is out of range
   */
  @CanIgnoreReturnValue
  public DesignBuilder alignment(String primary, double leastCorrelation, String... proxies) {
    List<String> each = Elements.copy(proxies, "proxies");
    requireNonNull(primary, "primary");
    if (!(leastCorrelation >= 0 && leastCorrelation <= 1)) {
      throw new IllegalArgumentException(
          "least_rank_correlation must lie between 0 and 1: " + Exactly.number(leastCorrelation));
    }
    this.alignment =
        Once.set("alignment", alignment, new Alignment(primary, each, leastCorrelation));
    return this;
  }

  /**
   * Adds what the business asks for.
   *
   * @param requirements the requirements
   * @return this
   * @throws IllegalStateException if one of them was said before
   */
  @CanIgnoreReturnValue
  public DesignBuilder require(Requirement... requirements) {
    for (Requirement requirement : Elements.copy(requirements, "requirements")) {
      if (this.requirements.stream().anyMatch(earlier -> earlier.key().equals(requirement.key()))) {
        throw new IllegalStateException(requirement.key() + " is there twice");
      }
      this.requirements.add(requirement);
    }
    return this;
  }

  /**
   * Adds a source of data.
   *
   * @param need the source, and how good it has to be
   * @return this
   * @throws IllegalStateException if there is already one of this name
   */
  @CanIgnoreReturnValue
  public DesignBuilder data(DataNeed need) {
    Objects.requireNonNull(need, "need");
    if (data.stream().anyMatch(earlier -> earlier.source().equals(need.source()))) {
      throw new IllegalStateException("the source '" + need.source() + "' is there twice");
    }
    data.add(need);
    return this;
  }

  /**
   * Makes the design.
   *
   * @return the design
   * @throws IllegalStateException if the alignment names a target that there is not; the message
   *     says which there are
   */
  public ProjectDesign build() {
    if (alignment != null) {
      requireTarget(alignment.primary);
      alignment.proxies.forEach(this::requireTarget);
    }
    return new ProjectDesign(this);
  }

  private void requireTarget(String id) {
    List<String> ids = targets.stream().map(Target::id).toList();
    if (!ids.contains(id)) {
      throw new IllegalStateException(
          "the alignment names the target '%s'%sthe targets are %s"
              .formatted(Words.shown(id), Words.didYouMean(id, ids), ids));
    }
  }
}
