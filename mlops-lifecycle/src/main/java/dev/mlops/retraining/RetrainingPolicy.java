package dev.mlops.retraining;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.design.Metric;
import dev.mlops.design.Task;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.error.Plural;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Event;
import dev.mlops.retraining.Decision.Guard;
import dev.mlops.storage.Names;
import dev.mlops.storage.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a model is to be trained again: for a confirmed loss, on good and new data, and not too
 * often.
 *
 * <p>A policy is a definition, immutable and thread-safe. Each decision, also a "no", becomes an
 * event {@code retraining.decided} in the journal, with the policy, its trigger and all the
 * evidence as details, in the same transaction that remembers a "yes".
 */
public final class RetrainingPolicy {

  private final String name;
  private final Trigger trigger;
  private final Duration cooldown;
  private final long newLabels;

  private RetrainingPolicy(String name, Trigger trigger, Duration cooldown, long newLabels) {
    this.name = name;
    this.trigger = trigger;
    this.cooldown = cooldown;
    this.newLabels = newLabels;
  }

  /**
   * Begins a policy.
   *
   * @param name its name, such as the model's; the cooldown runs by project and name
   * @return the builder
   * @throws IllegalArgumentException if the name is blank, has more than 250 characters, or one
   *     that no database keeps
   */
  public static Builder builder(String name) {
    Objects.requireNonNull(name, "name");
    return new Builder(Names.checked("policy", name));
  }

  /**
   * Decides, writes the decision into the journal, and remembers a {@link Decision.Retrain} for the
   * cooldown.
   *
   * <p>Decisions of one policy in one project wait for each other, in all processes.
   *
   * @param workspace where to remember and to write; its clock says what time it is
   * @param evidence what to go by
   * @return the decision, with its event
   */
  public Decision decide(Workspace workspace, Evidence evidence) {
    Objects.requireNonNull(workspace, "workspace");
    Objects.requireNonNull(evidence, "evidence");
    LastTraining memory = new LastTraining(workspace, name);
    memory.ensure();
    return workspace
        .database()
        .transaction(
            session -> {
              Judgement judgement =
                  judge(evidence, workspace.clock().instant(), memory.lock(session));
              if (judgement.outcome() == Judgement.Outcome.RETRAIN) {
                memory.update(session, evidence.data().orElse(null));
              }
              return judgement.decision(
                  evidence, Optional.of(append(workspace, session, evidence, judgement)));
            });
  }

  /**
   * Decides without a trace: nothing is written, and no cooldown begins.
   *
   * @param workspace where earlier decisions are remembered
   * @param evidence what to go by
   * @return the decision, without an event
   */
  public Decision preview(Workspace workspace, Evidence evidence) {
    Objects.requireNonNull(workspace, "workspace");
    Objects.requireNonNull(evidence, "evidence");
    LastTraining memory = new LastTraining(workspace, name);
    return judge(evidence, workspace.clock().instant(), memory.read())
        .decision(evidence, Optional.empty());
  }

  private Event append(
      Workspace workspace, Session session, Evidence evidence, Judgement judgement) {
    Entry entry =
        Entry.of("retraining.decided")
            .about("policy", name)
            .actor(Actor.trigger("retraining policy " + name))
            .outcome(judgement.outcome().text())
            .detail("policy", name)
            .detail("trigger", trigger.toString())
            .detail("cooldown", cooldown.toString())
            .detail("leastNewLabels", String.valueOf(newLabels))
            .detail("reason", judgement.reason());
    for (Map.Entry<String, String> detail : evidence.details().entrySet()) {
      entry = entry.detail("evidence." + detail.getKey(), detail.getValue());
    }
    Optional<Digest> data = evidence.data();
    return workspace
        .journal()
        .append(session, data.isPresent() ? entry.subject("data", data.get()) : entry);
  }

  private Judgement judge(Evidence evidence, Instant now, LastTraining.Memory last) {
    Finding finding = trigger.examine(evidence, now);
    if (finding.state() == Finding.State.UNKNOWN) {
      return Judgement.of(
          Judgement.Outcome.NOT_ENOUGH_EVIDENCE, "not enough evidence: " + finding.reason());
    }
    if (finding.state() == Finding.State.QUIET) {
      return Judgement.of(Judgement.Outcome.KEEP, "no reason to retrain: " + finding.reason());
    }
    String reason = "there is a reason to retrain: " + finding.reason();
    return obstacle(evidence, now, last)
        .map(obstacle -> obstacle.because(reason))
        .orElseGet(() -> Judgement.of(Judgement.Outcome.RETRAIN, reason + evidence.notLookedAt()));
  }

  private Optional<Judgement> obstacle(Evidence evidence, Instant now, LastTraining.Memory last) {
    if (evidence.isBlockedByGate()) {
      String sentence = evidence.gate().orElseThrow().sentence();
      return Judgement.blocked(Guard.DATA_GATE, "the data may not train: " + sentence);
    }
    if (evidence.data().isPresent() && evidence.data().equals(last.data())) {
      return Judgement.blocked(
          Guard.NO_NEW_DATA,
          "the data is that of the last training, " + evidence.data().orElseThrow().brief());
    }
    if (evidence.newLabels().orElse(0) < newLabels) {
      return Judgement.blocked(
          Guard.FEW_LABELS, "%s, and it takes %d".formatted(labels(evidence), newLabels));
    }
    return last.time()
        .map(time -> time.plus(cooldown))
        .filter(now::isBefore)
        .flatMap(end -> Judgement.blocked(Guard.COOLDOWN, "the cooldown lasts until " + end));
  }

  private static String labels(Evidence evidence) {
    return evidence.newLabels().isPresent()
        ? "the data has " + evidence.newLabels().getAsLong() + " new labels"
        : "nobody said how many labels are new";
  }

  @Override
  public String toString() {
    return "retraining policy '"
        + name
        + "': "
        + trigger
        + ", cooldown "
        + Exactly.duration(cooldown)
        + (newLabels == 0 ? "" : ", at least " + Plural.of(newLabels, "new label"));
  }

  /** Makes a policy; each option may be set once. */
  public static final class Builder {

    private final String name;
    private @Nullable Task task;
    private @Nullable Trigger trigger;
    private @Nullable Duration cooldown;
    private @Nullable Long newLabels;

    private Builder(String name) {
      this.name = name;
    }

    /**
     * Says what the model predicts, so that a metric of another task is refused.
     *
     * @param task default: any, and no metric is refused
     * @return this builder
     * @throws IllegalStateException if set before
     */
    public Builder task(Task task) {
      Objects.requireNonNull(task, "task");
      Once.refuse("task", this.task);
      this.task = task;
      return this;
    }

    /**
     * Sets what is a reason to retrain.
     *
     * @param trigger the reason, or several combined by {@link Trigger#or} and {@link Trigger#and};
     *     required
     * @return this builder
     * @throws IllegalStateException if set before
     */
    public Builder triggeredBy(Trigger trigger) {
      Once.refuse("when", this.trigger);
      Objects.requireNonNull(trigger, "trigger");
      this.trigger = trigger;
      return this;
    }

    /**
     * Sets how long to wait after a {@link Decision.Retrain}.
     *
     * @param cooldown default: a day
     * @return this builder
     * @throws IllegalStateException if set before
     * @throws IllegalArgumentException if negative
     */
    public Builder cooldown(Duration cooldown) {
      Once.refuse("cooldown", this.cooldown);
      if (Objects.requireNonNull(cooldown, "cooldown").isNegative()) {
        throw new IllegalArgumentException(
            "cooldown must not be negative: " + Exactly.duration(cooldown));
      }
      this.cooldown = cooldown;
      return this;
    }

    /**
     * Sets how many labelled rows the model in use must not have seen yet.
     *
     * @param atLeast default: 0
     * @return this builder
     * @throws IllegalStateException if set before
     * @throws IllegalArgumentException if negative
     */
    public Builder newLabels(long atLeast) {
      Once.refuse("newLabels", newLabels);
      if (atLeast < 0) {
        throw new IllegalArgumentException("newLabels must not be negative: " + atLeast);
      }
      this.newLabels = atLeast;
      return this;
    }

    /**
     * Makes the policy.
     *
     * @return the policy
     * @throws IllegalStateException if there is no trigger
     * @throws IllegalArgumentException if it would retrain for drift alone, or a metric is of
     *     another task
     */
    public RetrainingPolicy build() {
      if (trigger == null) {
        throw new IllegalStateException(
            "policy '" + name + "' has no trigger; say triggeredBy(Trigger.performanceBelow(...))");
      }
      if (trigger.isDriftAlone()) {
        throw new IllegalArgumentException(
            "drift alone is no reason to retrain, but policy '%s' has: %s. Combine it: %s"
                .formatted(name, trigger, "Trigger.drift().and(Trigger.performanceBelow(...))"));
      }
      if (task != null) {
        trigger.metrics().forEach(metric -> requireOf(task, metric));
      }
      return new RetrainingPolicy(
          name,
          trigger,
          cooldown == null ? Duration.ofDays(1) : cooldown,
          newLabels == null ? 0 : newLabels);
    }

    private void requireOf(Task task, Metric metric) {
      if (!metric.belongsTo(task)) {
        throw new IllegalArgumentException(
            "policy '%s' goes by %s, which a model whose task is %s does not have; there are %s"
                .formatted(name, metric, task, task.metrics()));
      }
    }
  }
}
