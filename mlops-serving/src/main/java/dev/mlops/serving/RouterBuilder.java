package dev.mlops.serving;

import dev.mlops.Workspace;
import dev.mlops.error.Once;
import dev.mlops.predictions.ModelOutput;
import dev.mlops.predictions.PredictionSink;
import dev.mlops.predictions.ServedFeatures;
import dev.mlops.rollout.RolloutListener;
import dev.mlops.serving.Guard.LabelRule;
import dev.mlops.storage.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The options of a {@link DeploymentRouter}; each may be set once. Needed is {@link #live}, which
 * also settles the types of input and output. Not thread-safe.
 *
 * @param <I> what is asked
 * @param <O> what is answered
 */
public final class RouterBuilder<I, O> {

  private static final Duration KEEP = Duration.ofMinutes(30);

  private final Workspace workspace;
  private final String name;
  private @Nullable Candidate<I, O> live;
  private @Nullable String salt;
  private @Nullable Executor executor;
  private @Nullable Function<? super I, String> unitKey;
  private @Nullable Function<? super I, Audience> audience;
  private @Nullable Function<? super I, ? extends Map<String, ?>> features;
  private @Nullable Function<? super Map<String, Object>, ? extends I> fromFeatures;
  private @Nullable Function<? super I, ? extends ServedFeatures> servedFeatures;
  private @Nullable Function<? super I, String> entity;
  private @Nullable ToDoubleFunction<? super O> score;
  private @Nullable Function<? super O, ? extends ModelOutput> output;
  private @Nullable PredictionSink log;
  private @Nullable Predicate<? super O> valid;
  private @Nullable Limits limits;
  private final Map<String, Function<? super I, ? extends O>> otherwise = new LinkedHashMap<>();
  private @Nullable LabelRule wrong;
  private @Nullable BiFunction<String, String, Candidate<I, O>> models;
  private @Nullable Duration keepPrevious;
  private final List<RolloutListener> listeners = new ArrayList<>();
  private RouterTime time = RouterTime.system();

  RouterBuilder(Workspace workspace, String name) {
    this.workspace = Objects.requireNonNull(workspace, "workspace");
    this.name = Names.checked("router", name);
  }

  /**
   * Sets the model that answers at first.
   *
   * @param candidate the live model
   * @param <J> what is asked
   * @param <P> what is answered
   * @return this, now of the model's types
   * @throws IllegalStateException if a live model is already set
   */
  @SuppressWarnings("unchecked") // Nothing of the former types is set before this is called.
  public <J, P> RouterBuilder<J, P> live(Candidate<J, P> candidate) {
    Objects.requireNonNull(candidate, "candidate");
    Once.refuse("live", live);
    RouterBuilder<J, P> typed = (RouterBuilder<J, P>) this;
    typed.live = candidate;
    return typed;
  }

  /**
   * Sets what is routed as one: requests of the same key meet the same model for as long as a step
   * of a rollout lasts, and a key on the canary stays there while the share grows.
   *
   * @param unitKey reads the key, for instance a customer; without it, or where it gives null or an
   *     empty text or fails, each request is a unit
   * @return this
   * @throws IllegalStateException if a unit key is already set
   */
  public RouterBuilder<I, O> unitKey(Function<? super I, String> unitKey) {
    Objects.requireNonNull(unitKey, "unitKey");
    this.unitKey = Once.set("unitKey", this.unitKey, unitKey);
    return this;
  }

  /**
   * Sets who may meet the candidate of a rollout, for instance testers always and some customers
   * never. Those that are not drawn by the share are no evidence: they differ from the others by
   * more than the model that they meet.
   *
   * @param audience tells of an input; where it gives null or fails, the live model answers, and
   *     that is no evidence
   * @return this
   * @throws IllegalStateException if an audience is already set
   */
  public RouterBuilder<I, O> audience(Function<? super I, Audience> audience) {
    Objects.requireNonNull(audience, "audience");
    this.audience = Once.set("audience", this.audience, audience);
    return this;
  }

  /**
   * Sets what the prediction log keeps of an input.
   *
   * @param features reads numbers, texts and booleans by name; by default an input that is itself
   *     {@link ServedFeatures}, such as the feature store's {@code FeatureVector}, is logged as it
   *     is, and of others nothing is, which is told once and counted
   * @return this
   * @throws IllegalStateException if features are already set
   */
  public RouterBuilder<I, O> features(Function<? super I, ? extends Map<String, ?>> features) {
    Objects.requireNonNull(features, "features");
    Once.refuse("features", servedFeatures);
    this.features = Once.set("features", this.features, features);
    return this;
  }

  /**
   * Sets how an input is made of the features that the prediction log has of it: the way back of
   * {@link #features}. A {@link Canary#dryRun} needs it. With a {@link #unitKey}, the key must be
   * among the features, so that the input has it again.
   *
   * @param reader makes an input of a map with the values that were logged, by name; numbers are
   *     {@link Long} or {@link Double}, and what was null is missing
   * @return this
   * @throws IllegalStateException if it is already set
   */
  public RouterBuilder<I, O> fromFeatures(
      Function<? super Map<String, Object>, ? extends I> reader) {
    Objects.requireNonNull(reader, "reader");
    fromFeatures = Once.set("fromFeatures", fromFeatures, reader);
    return this;
  }

  /**
   * Sets where an input has the features that the feature store has made for it. They are logged
   * with their service, instant, position and request, so that what was served can be compared with
   * what a model is trained on.
   *
   * @param features reads the features, such as a {@code FeatureVector}; an input that is one
   *     itself needs no reader
   * @return this
   * @throws IllegalStateException if features are already set
   */
  public RouterBuilder<I, O> servedFeatures(
      Function<? super I, ? extends ServedFeatures> features) {
    Objects.requireNonNull(features, "features");
    Once.refuse("features", this.features);
    this.servedFeatures = Once.set("servedFeatures", this.servedFeatures, features);
    return this;
  }

  /**
   * Sets whom a prediction is about.
   *
   * @param entity reads the entity's key, which may be null; none by default
   * @return this
   * @throws IllegalStateException if an entity is already set
   */
  public RouterBuilder<I, O> entity(Function<? super I, String> entity) {
    Objects.requireNonNull(entity, "entity");
    this.entity = Once.set("entity", this.entity, entity);
    return this;
  }

  /**
   * Sets where predictions are logged.
   *
   * @param sink stays the caller's to close, after the router; by default the workspace's log
   * @return this
   * @throws IllegalStateException if a sink is already set
   */
  public RouterBuilder<I, O> log(PredictionSink sink) {
    Objects.requireNonNull(sink, "sink");
    this.log = Once.set("log", this.log, sink);
    return this;
  }

  /**
   * Sets what the prediction log keeps of an output besides its score.
   *
   * @param output reads scores by class, a text or a vector; nothing by default
   * @return this
   * @throws IllegalStateException if an output is already set
   */
  public RouterBuilder<I, O> output(Function<? super O, ? extends ModelOutput> output) {
    Objects.requireNonNull(output, "output");
    this.output = Once.set("output", this.output, output);
    return this;
  }

  /**
   * Sets the number that the prediction log keeps of an output, and that label guards judge.
   *
   * @param score reads the number; by default the output itself if it is a {@link Number}, or the
   *     only element of a {@code float[]} or {@code double[]}. Any other output is logged as NaN,
   *     which is told once and counted
   * @return this
   * @throws IllegalStateException if a score is already set
   */
  public RouterBuilder<I, O> score(ToDoubleFunction<? super O> score) {
    Objects.requireNonNull(score, "score");
    this.score = Once.set("score", this.score, score);
    return this;
  }

  /**
   * Sets which outputs a sound model gives, for {@link Guard#invalidOutputs}.
   *
   * @param valid tells; by default numbers and their arrays must be finite, and so must the score
   *     of other outputs. An output on which this throws is invalid; so is, without this, one on
   *     which {@link #score} throws
   * @return this
   * @throws IllegalStateException if it is already set
   */
  public RouterBuilder<I, O> valid(Predicate<? super O> valid) {
    Objects.requireNonNull(valid, "valid");
    this.valid = Once.set("valid", this.valid, valid);
    return this;
  }

  /**
   * Sets what is answered when the models fail, as {@link #otherwise(String, Function)} does under
   * the name {@code "default"}.
   *
   * @param otherwise answers in their place
   * @return this
   * @throws IllegalStateException if it is already set
   */
  public RouterBuilder<I, O> otherwise(Function<? super I, ? extends O> otherwise) {
    return otherwise("default", otherwise);
  }

  /**
   * Adds what is answered when the models fail: the candidate, the live one, and the one that was
   * live before. There may be several, which are asked in their order until one answers; each
   * answer has the name as its version. One that throws, or answers null, is counted and told once.
   * By default there is none; if nobody answers, the caller sees what the live model threw.
   *
   * @param name as whose version its answers are logged, such as {@code "rules"}; not blank, and
   *     neither {@code "live"} nor {@code "previous"}
   * @param otherwise answers in the models' place; it runs on the caller's thread without limits.
   *     If it asks this router, it is not asked again until that has been answered
   * @return this
   * @throws IllegalArgumentException if the name is blank, or has a meaning already
   * @throws IllegalStateException if there is one of this name
   */
  public RouterBuilder<I, O> otherwise(String name, Function<? super I, ? extends O> otherwise) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(otherwise, "otherwise");
    Names.checked("otherwise", name);
    if (name.equals(Fallbacks.LIVE) || name.equals(Fallbacks.PREVIOUS)) {
      throw new IllegalArgumentException(
          "'%s' names a model that answers instead of another; name this otherwise"
              .formatted(name));
    }
    Once.refuse("otherwise", name, this.otherwise.get(name));
    this.otherwise.put(name, otherwise);
    return this;
  }

  /**
   * Limits what each model may be asked at once, how long callers wait for it, and when it is left
   * alone. Each model has limits of its own, so that one that fails never slows another.
   *
   * @param limits for the live model, a candidate, and the model that was live before; none by
   *     default, which costs nothing
   * @return this
   * @throws IllegalStateException if limits are already set
   */
  public RouterBuilder<I, O> limits(Limits limits) {
    Objects.requireNonNull(limits, "limits");
    this.limits = Once.set("limits", this.limits, limits);
    return this;
  }

  /**
   * Sets when a prediction was wrong, for {@link Guard#labelErrors()}.
   *
   * @param wrong decides by the logged score and the label
   * @return this
   * @throws IllegalStateException if a rule is already set
   */
  public RouterBuilder<I, O> wrong(LabelRule wrong) {
    Objects.requireNonNull(wrong, "wrong");
    this.wrong = Once.set("wrong", this.wrong, wrong);
    return this;
  }

  /**
   * Sets how a version is opened by its name, for what the database knows and this process has not
   * loaded: the model that was promoted before a restart, the candidate of a rollout that is under
   * way, the model to go back to, or what another process has put into service.
   *
   * <pre>{@code
   * .models((name, version) -> Candidate.open(registry.get(name).get(version), OnnxPredictor::load))
   * }</pre>
   *
   * @param models opens a model by its name and version
   * @return this
   * @throws IllegalStateException if it is already set
   */
  public RouterBuilder<I, O> models(BiFunction<String, String, Candidate<I, O>> models) {
    Objects.requireNonNull(models, "models");
    this.models = Once.set("models", this.models, models);
    return this;
  }

  /**
   * Sets how long the model that was live before stays loaded, so that a rollback is done with the
   * next request. Until then a model that was handed over by {@link Candidate#closing} is open, and
   * one that is the caller's must be.
   *
   * @param time zero to close it at once, up to 36,500 days; half an hour by default
   * @return this
   * @throws IllegalArgumentException if the time is negative or too long
   * @throws IllegalStateException if it is already set
   */
  public RouterBuilder<I, O> keepPrevious(Duration time) {
    Objects.requireNonNull(time, "time");
    Duration checked = time.isZero() ? time : Canary.limit("keepPrevious", time);
    this.keepPrevious = Once.set("keepPrevious", this.keepPrevious, checked);
    return this;
  }

  /**
   * Sets what the choice of units depends on, beside the candidate and the moment at which its
   * rollout starts: a second attempt of a candidate picks other units.
   *
   * @param salt the router's name by default
   * @return this
   * @throws IllegalStateException if a salt is already set
   */
  public RouterBuilder<I, O> salt(String salt) {
    Objects.requireNonNull(salt, "salt");
    this.salt = Once.set("salt", this.salt, salt);
    return this;
  }

  /**
   * Sets who writes to the journal, so that no request waits for it.
   *
   * @param executor runs tasks; what it drops is written later, by the router's next entry or its
   *     closing; by default one thread of the router's own, which ends with it
   * @return this
   * @throws IllegalStateException if an executor is already set
   */
  public RouterBuilder<I, O> executor(Executor executor) {
    Objects.requireNonNull(executor, "executor");
    this.executor = Once.set("executor", this.executor, executor);
    return this;
  }

  /**
   * Adds a listener for the transitions of the router's rollouts; there may be several.
   *
   * @param listener is told of each, after its certificate is stored
   * @return this
   */
  public RouterBuilder<I, O> listener(RolloutListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /** Sets the time by which requests are measured and looked at. */
  RouterBuilder<I, O> time(RouterTime time) {
    this.time = time;
    return this;
  }

  /**
   * Opens the router. What is live is what the last change made it, as a promotion, also if this
   * process was not there: {@link #models} opens it. A live model that the application gives anew,
   * as it was another the last time, replaces it. A rollout that is under way goes on.
   *
   * @return a router that answers with the live model
   * @throws IllegalStateException if the live model is missing
   * @throws dev.mlops.error.ConflictException if a router of this name is open on the workspace, or
   *     it serves another model than the given one, which was promoted, and that can't be opened
   * @throws dev.mlops.error.StorageException if the database can't tell what is live
   */
  public DeploymentRouter<I, O> open() {
    if (live == null) {
      throw new IllegalStateException(
          "router '" + name + "' needs a live model; add .live(Candidate.of(...))");
    }
    RouterSetup<I, O> setup =
        new RouterSetup<>(
            name,
            salt == null ? name : salt,
            unitKey,
            audience,
            features,
            servedFeatures,
            fromFeatures,
            entity,
            score,
            output,
            valid,
            Collections.unmodifiableMap(new LinkedHashMap<>(otherwise)),
            limits,
            wrong,
            List.copyOf(listeners));
    OpenRouters.claim(workspace, name);
    try {
      return new DeploymentRouter<>(
          setup,
          workspace,
          log == null ? workspace.predictions() : log,
          new Deployments<>(workspace, name, live, models),
          executor,
          time,
          keepPrevious == null ? KEEP : keepPrevious);
    } catch (RuntimeException | Error e) {
      OpenRouters.release(workspace, name);
      throw e;
    }
  }
}
