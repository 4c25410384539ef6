package dev.mlops.examples.flights;

import static dev.mlops.examples.flights.FlightStory.APRIL;
import static dev.mlops.examples.flights.FlightStory.JANUARY;
import static dev.mlops.examples.flights.FlightStory.JULY;
import static dev.mlops.examples.flights.FlightStory.JUNE;
import static dev.mlops.examples.flights.FlightStory.MAY;
import static dev.mlops.journal.Reason.because;

import dev.mlops.data.Dataset;
import dev.mlops.design.Task;
import dev.mlops.drift.ColumnDrift;
import dev.mlops.drift.DriftDetector;
import dev.mlops.drift.DriftReport;
import dev.mlops.examples.flights.Workshop.Trained;
import dev.mlops.features.TrainingSet;
import dev.mlops.journal.Event;
import dev.mlops.journal.Reason;
import dev.mlops.monitoring.Measurement;
import dev.mlops.monitoring.ModelMonitor;
import dev.mlops.monitoring.Performance;
import dev.mlops.monitoring.TimeWindow;
import dev.mlops.registry.Expect;
import dev.mlops.retraining.Challenge;
import dev.mlops.retraining.ChallengeVerdict;
import dev.mlops.retraining.Decision;
import dev.mlops.retraining.Evidence;
import dev.mlops.retraining.RetrainingPolicy;
import dev.mlops.retraining.Trigger;
import dev.mlops.watch.Alert;
import dev.mlops.watch.ModelWatch;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The end of June: how good was it, what has changed, and is a new model worth its trouble? */
final class Review {
  private static final double FLOOR = 0.72;
  private static final LocalDate HELD_OUT = LocalDate.of(2001, 6, 16);

  /** Drift alone is no reason; a confirmed loss is. */
  private static final RetrainingPolicy POLICY =
      RetrainingPolicy.builder("flights")
          .when(Trigger.performanceBelow(Workshop.METRIC, FLOOR, 0.95))
          .cooldown(Duration.ofDays(30))
          .newLabels(10_000)
          .build();

  private final Cast cast;
  private final Winter winter;
  private final Spring spring;
  private final Narrator tell;

  Review(Cast cast, Winter winter, Spring spring) {
    this.cast = cast;
    this.winter = winter;
    this.spring = spring;
    this.tell = cast.tell();
  }

  void tell() {
    LocalDate promoted = spring.summer();
    tell.chapter("April once more: every model on the same flights");
    honesty();
    tell.chapter("Monitoring: version 3 since its promotion");
    Performance june = months(promoted);
    DriftReport drift = drift();
    tell.chapter("Retraining: drift alone is no reason, a confirmed loss is");
    retrain(june, drift);
    tell.chapter("The journal remembers");
    journal();
  }

  private void honesty() {
    Dataset flights = Flights.between(winter.future(), APRIL, MAY);
    Dataset known = features(flights).dataset();
    Dataset leaky =
        cast.store()
            .trainingSet(FlightFeatures.DELAY)
            .labels(flights, "departure")
            .asIfKnownImmediately()
            .build()
            .dataset();
    List<List<String>> rows = new ArrayList<>();
    for (Trained model : spring.versions()) {
      rows.add(line(model, model.name(), known));
    }
    rows.add(line(spring.cheat(), "leaky, as you would have reported it", leaky));
    rows.add(line(spring.cheat(), "leaky, as it would have served", known));
    rows.forEach(row -> tell.say("%-38s ROC AUC %s", row.get(0), row.get(3)));
    cast.report()
        .section(
            "Runs",
            "Trained on January to March. The leaky model was trained on features that knew each"
                + " delay at departure.")
        .table(List.of("model", "classifier", "inputs", "ROC AUC in April"), rows);
  }

  private static List<String> line(Trained model, String name, Dataset rows) {
    return List.of(
        name,
        model.run().param("classifier"),
        Integer.toString(model.inputs().size()),
        String.format(Locale.ROOT, "%.3f", Workshop.auc(model.onnx(), model.inputs(), rows)));
  }

  private Performance months(LocalDate promoted) {
    ModelMonitor monitor =
        ModelMonitor.in(cast.workspace()).task(Task.binary()).version("3").model(Workshop.MODEL);
    TimeWindow baseline = window(promoted, MAY);
    List<Performance> windows =
        List.of(
            monitor.performance(baseline),
            monitor.performance(window(MAY, JUNE)),
            monitor.performance(window(JUNE, JULY)));
    for (Performance month : windows) {
      Measurement auc = month.get(Workshop.METRIC);
      tell.say(
          "%s: ROC AUC %.3f [%.3f, %.3f], %,d predictions, %s",
          month.window(), auc.value(), auc.low(), auc.high(), month.predictions(), month.labels());
    }
    List<Alert> alerts = new ArrayList<>();
    ModelWatch.of(monitor)
        .metricBelow(Workshop.METRIC, FLOOR)
        .errorsAbove(baseline)
        .to(alerts::add)
        .build()
        .evaluate(window(JUNE, JULY));
    alerts.forEach(alert -> tell.say("alert: %s", alert));
    draw(windows);
    return windows.get(2);
  }

  private void draw(List<Performance> windows) {
    cast.report()
        .section(
            "Version 3 in production",
            "ROC AUC with its 95 % interval, from predictions that were logged and outcomes that"
                + " arrived.")
        .chart(
            new LineChart("ROC AUC", List.of("end of April", "May", "June"))
                .line("ROC AUC", auc(windows, Measurement::value))
                .line("interval, low", auc(windows, Measurement::low))
                .line("interval, high", auc(windows, Measurement::high))
                .limit("retrain below", FLOOR)
                .svg());
  }

  private static double[] auc(List<Performance> windows, ToDoubleFunction<Measurement> part) {
    return windows.stream()
        .mapToDouble(month -> part.applyAsDouble(month.get(Workshop.METRIC)))
        .toArray();
  }

  private DriftReport drift() {
    String[] inputs = spring.live().inputs().toArray(String[]::new);
    Dataset june =
        ModelMonitor.in(cast.workspace())
            .version("3")
            .model(Workshop.MODEL)
            .predictions(window(JUNE, JULY))
            .select(inputs);
    DriftReport drift =
        DriftDetector.reference(winter.training().select(inputs)).build().compare(june);
    tell.say("June against the training data: %s", drift.sentence());
    BarChart bars = new BarChart("drift", "PSI 0.05", 0.05);
    for (ColumnDrift column : drift.columns()) {
      if (column instanceof ColumnDrift.Drifted drifted) {
        bars.bar(column.column(), drifted.evidence().effect().value());
      } else if (column instanceof ColumnDrift.Small small) {
        bars.bar(column.column(), small.evidence().effect().value());
      } else if (column instanceof ColumnDrift.Unchanged unchanged) {
        bars.bar(column.column(), unchanged.evidence().effect().value());
      }
    }
    cast.report().section("Drift of the inputs in June", drift.sentence()).chart(bars.svg());
    return drift;
  }

  private void retrain(Performance june, DriftReport drift) {
    Dataset known = Flights.between(winter.future(), JANUARY, HELD_OUT);
    Evidence evidence =
        Evidence.builder()
            .performance(Workshop.METRIC, june.get(Workshop.METRIC).interval())
            .drifted(drift.driftedColumns())
            .data(known.digest(), known.rowCount())
            .build();
    Decision decision = POLICY.decide(cast.workspace(), evidence);
    tell.say("%s: %s", decision.getClass().getSimpleName(), decision.reason());
    cast.report().section("Retraining", decision.reason());
    if (decision instanceof Decision.Retrain retrain) {
      challenge(retrain, known);
    }
  }

  private void challenge(Decision.Retrain retrain, Dataset known) {
    Dataset heldOut = features(Flights.between(winter.future(), HELD_OUT, JULY)).dataset();
    Dataset learned = features(known).dataset();
    Trained champion = spring.live();
    Trained challenger =
        cast.workshop()
            .train(
                "retrained",
                Classifier.FACTORISATION_MACHINE,
                champion.inputs(),
                Winter.PAIRS,
                Dataset.concat(List.of(winter.training(), Flights.between(learned, JANUARY, JUNE))),
                Flights.between(learned, JUNE, HELD_OUT));
    ChallengeVerdict verdict =
        Challenge.rocAuc()
            .once()
            .alpha(0.01)
            .between(
                Workshop.probabilities(champion.onnx(), champion.inputs(), heldOut),
                Workshop.probabilities(challenger.onnx(), challenger.inputs(), heldOut),
                Workshop.late(heldOut));
    tell.say("%s", verdict.sentence());
    cast.report().text(verdict.sentence());
    if (verdict instanceof ChallengeVerdict.ChallengerWins) {
      Reason why = because(verdict.sentence());
      spring.crown(
          spring.register(challenger), Expect.any(), retrain.event().map(why::after).orElse(why));
    }
  }

  private TrainingSet features(Dataset flights) {
    return cast.store().trainingSet(FlightFeatures.DELAY).labels(flights, "departure").build();
  }

  private void journal() {
    Map<String, Integer> kinds = new TreeMap<>();
    for (Event event : cast.workspace().journal().events().list()) {
      kinds.merge(event.kind(), 1, Integer::sum);
    }
    tell.say("%s", kinds);
    tell.say("%s", cast.workspace().journal().verify());
    cast.report()
        .section(
            "The journal",
            "Every step is an event, and every event holds the hash of the one before.")
        .table(
            List.of("event", "times"),
            kinds.entrySet().stream()
                .map(kind -> List.of(kind.getKey(), kind.getValue().toString()))
                .toList());
  }

  private static TimeWindow window(LocalDate from, LocalDate to) {
    return new TimeWindow(Flights.midnight(from), Flights.midnight(to));
  }
}
