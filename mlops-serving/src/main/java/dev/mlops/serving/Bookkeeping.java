package dev.mlops.serving;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what a router does, and what of its own records went wrong: each kind of that is told once
 * in the log, and never to the caller.
 */
final class Bookkeeping {

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentRouter.class);

  private final LongAdder canary = new LongAdder();
  private final LongAdder fallbacks = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder interrupted = new LongAdder();
  private final LongAdder withoutKey = new LongAdder();
  private final LongAdder withoutScore = new LongAdder();
  private final LongAdder withoutFeatures = new LongAdder();
  private final LongAdder notLogged = new LongAdder();
  private final LongAdder labels = new LongAdder();
  private final LongAdder judgedLabels = new LongAdder();
  private final LongAdder unmatchedLabels = new LongAdder();
  private final LongAdder unknownLabels = new LongAdder();
  private final LongAdder forgotten = new LongAdder();
  private final LongAdder shadowed = new LongAdder();
  private final LongAdder shadowDropped = new LongAdder();
  private final LongAdder broken = new LongAdder();
  private final Map<String, LongAdder> fallbacksBy = new ConcurrentHashMap<>();
  private final LimitCounters limits;
  private final Set<String> told = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean toldOfKey = new AtomicBoolean();
  private final AtomicBoolean toldOfScore = new AtomicBoolean();
  private final AtomicBoolean toldOfFeatures = new AtomicBoolean();
  private final AtomicBoolean toldOfOrigin = new AtomicBoolean();
  private final AtomicBoolean toldOfDrops = new AtomicBoolean();
  private final String router;

  /** Of something that no request meets. */
  Bookkeeping(String router) {
    this(router, LimitCounters.BreakerListener.NONE);
  }

  Bookkeeping(String router, LimitCounters.BreakerListener listener) {
    this.router = router;
    this.limits = new LimitCounters(router, listener);
  }

  /** Says what monitors will find of the router's predictions. */
  void opened(String logging, boolean isReadable) {
    LOG.info(logging);
    if (!isReadable) {
      LOG.warn(
          "router '{}' logs to a sink that cannot be read, so monitors, proofs and labels of this workspace find none"
              + " of its predictions unless they are given a source that has them",
          router);
    }
  }

  void count(boolean canary, boolean interrupted, Prediction.Outcome outcome) {
    if (canary) {
      this.canary.increment();
    }
    if (interrupted) {
      this.interrupted.increment();
    }
    if (outcome == Prediction.Outcome.FALLBACK) {
      fallbacks.increment();
    } else if (outcome == Prediction.Outcome.ERROR) {
      failures.increment();
    }
  }

  void labels(int given, LabelCounters.Joined joined) {
    labels.add(given);
    judgedLabels.add(joined.judged());
    unmatchedLabels.add(joined.unmatched());
    unknownLabels.add(joined.unknown());
    if (joined.unknown() > 0 && told.add("label")) {
      LOG.warn(
          "router '{}': {} of {} labels are of predictions that it never gave out, by ids that are misspelt, of another"
              + " router, or of an earlier rollout; the prediction log keeps them, no guard judges them; more of them"
              + " are only counted",
          router,
          joined.unknown(),
          given);
    }
  }

  LimitCounters limits() {
    return limits;
  }

  /** An answer came from somebody else than the assigned model. */
  void fallback(String by) {
    fallbacksBy.computeIfAbsent(by, unused -> new LongAdder()).increment();
  }

  /** A rollout goes on without this process, which keeps to the live model. */
  void notResumed(String candidate, String state) {
    if (told.add("resume " + candidate)) {
      LOG.warn(
          "router '{}': a rollout of {} is under way, {}, and this process can't take part in it: give the router"
              + " .models(...) and, for labels, .wrong(...), or start it again with the same plan; until then all requests"
              + " of this process meet the live model",
          router,
          candidate,
          state);
    }
  }

  /** Another process has changed what is live, and this one keeps to what it has. */
  void notFollowed(String live) {
    if (told.add("live " + live)) {
      LOG.warn(
          "router '{}': another process has made {} the live model, and this one can't open it: give the router"
              + " .models(...)",
          router,
          live);
    }
  }

  /** The database can't say what other processes have done; it is asked again. */
  void away(Throwable failure) {
    if (told.add("away")) {
      LOG.warn(
          "router '{}': what other processes have done to it can't be read now; it is tried again each second",
          router,
          failure);
    }
  }

  void back() {
    told.remove("away");
  }

  void shadowed() {
    shadowed.increment();
  }

  /** A request of the shadow's sample was not mirrored, as there was no room. */
  void shadowDropped() {
    shadowDropped.increment();
    if (isFirst(toldOfDrops)) {
      LOG.info(
          "router '{}': the shadow can't keep up, or the live model is busy, so requests are left out of it; they are"
              + " only counted",
          router);
    }
  }

  /** No thread is left to ask the candidate. */
  void shadowHangs(String candidate) {
    if (told.add("hangs " + candidate)) {
      LOG.warn(
          "router '{}': the shadow of {} has stopped, as the candidate hangs on every thread that asks it; roll it back",
          router,
          candidate);
    }
  }

  void notLogged() {
    notLogged.increment();
  }

  void forgotten() {
    forgotten.increment();
  }

  void withoutKey() {
    withoutKey.increment();
    if (isFirst(toldOfKey)) {
      LOG.warn(
          "router '{}': the unit key of a request is null or empty, so it is assigned by itself; more of them are only counted",
          router);
    }
  }

  void withoutScore(Object answer) {
    withoutScore.increment();
    if (isFirst(toldOfScore)) {
      LOG.warn(
          "router '{}' logs no score: an answer is {}, and nothing scores it; add .score(...). More of them are only counted",
          router,
          described(answer));
    }
  }

  void withoutFeatures(@Nullable Object input) {
    withoutFeatures.increment();
    if (isFirst(toldOfFeatures)) {
      LOG.warn(
          "router '{}' logs no features: an input is {}, and nothing reads its features, so no monitor can look at"
              + " them; add .features(...) or .servedFeatures(...). More of them are only counted",
          router,
          described(input));
    }
  }

  /** The features are there with all that a proof needs, and a reader leaves half of it out. */
  void withoutOrigin() {
    if (isFirst(toldOfOrigin)) {
      LOG.warn(
          "router '{}': inputs say where their features come from, and .features(...) logs their values alone, so"
              + " nobody can compare what was served with what is trained on; leave .features(...) out",
          router);
    }
  }

  /** For what each request may tell: without a search. */
  private static boolean isFirst(AtomicBoolean told) {
    return !told.get() && told.compareAndSet(false, true);
  }

  boolean hasAnswersWithoutScore() {
    return withoutScore.sum() > 0;
  }

  /** Takes in the failure of a function that was to answer in a model's place. */
  void fallbackBroken(String name, @Nullable Throwable failure) {
    broken.increment();
    if (told.add("the fallback '" + name + "'")) {
      LOG.warn(
          "router '{}': the fallback '{}' failed, so the next one is asked, and after the last the caller sees why the model did not answer; further failures are only counted",
          router,
          name,
          failure);
    }
  }

  /** Of two models with one name and version no verdict or log could say which is meant. */
  void candidateNamedAsLive(Candidate<?, ?> candidate) {
    LOG.warn(
        "router '{}': the candidate has the name and version of the live model, {}, so log, verdict and certificate can't tell them apart; give it the version of its own model, or, to compare a model with itself, one such as '{}-again'",
        router,
        candidate,
        candidate.version());
  }

  /** A function that was to answer in a model's place asks the router for an answer. */
  void circle(String name) {
    broken.increment();
    if (told.add("the circle of '" + name + "'")) {
      LOG.warn(
          "router '{}': the fallback '{}' asks the router, which would ask it again; it is left out then, more of it is only counted; have it answer by itself",
          router,
          name);
    }
  }

  /** Takes in a failure of the application's functions or of the router's own records. */
  void broken(String what, @Nullable Throwable failure) {
    broken.increment();
    if (told.add(what)) {
      LOG.warn(
          "router '{}': {} failed; answers are not affected, further failures are only counted",
          router,
          what,
          failure);
    }
  }

  RouterCounts counts(long requests) {
    return new RouterCounts(
        requests,
        canary.sum(),
        fallbacks.sum(),
        failures.sum(),
        interrupted.sum(),
        withoutKey.sum(),
        withoutScore.sum(),
        withoutFeatures.sum(),
        notLogged.sum(),
        labels.sum(),
        judgedLabels.sum(),
        unmatchedLabels.sum(),
        unknownLabels.sum(),
        forgotten.sum(),
        broken.sum(),
        shadowed.sum(),
        shadowDropped.sum(),
        fallbacksBy(),
        limits.counts());
  }

  private Map<String, Long> fallbacksBy() {
    Map<String, Long> sums = new TreeMap<>();
    fallbacksBy.forEach((by, count) -> sums.put(by, count.sum()));
    return Collections.unmodifiableMap(sums);
  }

  private static String described(@Nullable Object answer) {
    if (answer == null) {
      return "null";
    }
    if (answer instanceof float[] numbers) {
      return "a float[" + numbers.length + "]";
    }
    return answer instanceof double[] numbers
        ? "a double[" + numbers.length + "]"
        : "a " + answer.getClass().getSimpleName();
  }
}
