package dev.mlops.serving;

import dev.mlops.Workspace;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One look at a candidate before any request meets it. The candidate gets an arm of its own, so
 * that neither its limits nor its counts are those of requests.
 */
final class PreflightRun<I, O> {

  private static final int LONGEST = 500;
  private static final long NEVER = Long.MAX_VALUE;

  private final RouterSetup<I, O> setup;
  private final Candidate<I, O> candidate;
  private final Preflight<I, O> preflight;
  private final RouterTime time;
  private final Bookkeeping bookkeeping;
  private final Arm<I, O> arm;
  private final List<String> findings = new ArrayList<>();

  PreflightRun(
      RouterSetup<I, O> setup,
      Candidate<I, O> candidate,
      Preflight<I, O> preflight,
      RouterTime time) {
    this.setup = setup;
    this.candidate = candidate;
    this.preflight = preflight;
    this.time = time;
    this.bookkeeping = new Bookkeeping(setup.name());
    this.arm = Arms.apart(setup, candidate, bookkeeping, time);
  }

  /**
   * Refuses the candidate if anything is found, and writes that to the journal.
   *
   * @param event its kind
   * @throws PreflightFailedException if anything is found; the candidate is retired then
   */
  void require(String event, Workspace workspace, Actor actor) {
    look();
    if (findings.isEmpty()) {
      arm.endThreads();
      return;
    }
    arm.retire();
    PreflightFailedException refused =
        new PreflightFailedException(setup.name(), candidate.toString(), findings);
    try {
      workspace.journal().append(entry(event, String.valueOf(refused.getMessage())).actor(actor));
    } catch (RuntimeException e) {
      refused.addSuppressed(e);
    }
    throw refused;
  }

  private Entry entry(String kind, String message) {
    Entry entry =
        Entry.of(kind)
            .outcome("refused")
            .about("router", setup.name())
            .detail("router", setup.name())
            .detail("candidate", candidate.toString())
            .detail("faults", Integer.toString(findings.size()))
            .detail("evidence", message);
    return candidate.digest().map(digest -> entry.subject("candidate", digest)).orElse(entry);
  }

  private void look() {
    answers();
    golden();
    latency();
    preflight.checks().forEach(this::check);
  }

  private void answers() {
    List<I> samples = preflight.samples();
    for (int i = 0; i < samples.size(); i++) {
      Attempt<O> attempt = ask(samples.get(i));
      String place = place("sample", i, samples.size());
      O value = attempt.value();
      if (value == null) {
        found(place + " is not answered: " + attempt.failure());
      } else if (setup.read(value, bookkeeping).invalid()) {
        found(place + " is answered by " + shown(value) + ", which no sound model does");
      }
    }
    long unread = bookkeeping.counts(0).bookkeepingFailures();
    if (unread > 0) {
      found(
          Plural.of(unread, "answer")
              + " could not be read by the router's .score(...) or .valid(...), as its log says");
    }
  }

  private void golden() {
    List<Preflight.Golden<I, O>> golden = preflight.golden();
    for (int i = 0; i < golden.size(); i++) {
      Preflight.Golden<I, O> known = golden.get(i);
      Attempt<O> attempt = ask(known.input());
      String place = place("golden answer", i, golden.size());
      O value = attempt.value();
      if (value == null) {
        found(place + " is missing: " + attempt.failure());
        continue;
      }
      try {
        if (!known.same().test(value, known.expected())) {
          found(place + " is " + shown(value) + ", not " + shown(known.expected()));
        }
      } catch (Throwable e) {
        found(place + " could not be compared: " + e);
      }
    }
  }

  /** Failures are told already by {@link #answers}, and here they are answers that never come. */
  private void latency() {
    List<I> samples = preflight.samples();
    for (int i = 0; i < preflight.warmUp(); i++) {
      Attempt<O> unused = ask(samples.get(i % samples.size()));
    }
    Preflight.Latency latency = preflight.latency();
    if (latency == null) {
      return;
    }
    long[] nanos = samples.stream().mapToLong(this::timed).sorted().toArray();
    int rank = (int) Math.ceil(latency.quantile() * nanos.length);
    long measured = nanos[rank - 1];
    if (measured > latency.limit().toNanos()) {
      String quantile = "quantile " + Exactly.number(latency.quantile()) + " of the latency ";
      found(
          measured == NEVER
              ? quantile + "does not exist, as too many samples were not answered"
              : quantile
                  + "is "
                  + Exactly.duration(Duration.ofNanos(measured))
                  + ", and its limit "
                  + Exactly.duration(latency.limit()));
    }
  }

  private long timed(I input) {
    long started = time.nanos();
    Attempt<O> attempt = ask(input);
    return attempt.failed() ? NEVER : time.nanos() - started;
  }

  private void check(String name, Function<? super Predictor<I, O>, Optional<String>> check) {
    try {
      Predictor<I, O> model = input -> ask(input).get();
      check.apply(model).ifPresent(wrong -> found(name + ": " + wrong));
    } catch (Throwable e) {
      found(name + ": " + e);
    }
  }

  private Attempt<O> ask(I input) {
    return arm.enter() ? arm.askAndLeave(input) : Attempt.failed(new IllegalStateException("over"));
  }

  /** A model may throw any text; the journal takes what can be shown. */
  private void found(String finding) {
    String start = finding.length() > LONGEST ? finding.substring(0, LONGEST) + "..." : finding;
    findings.add(start.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?"));
  }

  private static String place(String what, int index, int of) {
    return what + " " + (index + 1) + " of " + of;
  }

  private static String shown(Object value) {
    if (value instanceof float[] numbers) {
      return Arrays.toString(numbers);
    }
    return value instanceof double[] numbers ? Arrays.toString(numbers) : Exactly.value(value);
  }
}
