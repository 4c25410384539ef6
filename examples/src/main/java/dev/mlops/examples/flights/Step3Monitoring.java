package dev.mlops.examples.flights;

import static dev.mlops.examples.flights.FlightExample.APRIL;
import static dev.mlops.examples.flights.FlightExample.JANUARY;
import static dev.mlops.examples.flights.FlightExample.JULY;
import static dev.mlops.examples.flights.FlightExample.JUNE;
import static dev.mlops.examples.flights.FlightExample.MAY;
import static dev.mlops.journal.Reason.because;

import dev.mlops.data.Dataset;
import dev.mlops.design.Task;
import dev.mlops.drift.ColumnDrift;
import dev.mlops.drift.DriftDetector;
import dev.mlops.drift.DriftReport;
import dev.mlops.examples.flights.Trainer.Trained;
import dev.mlops.features.TrainingSet;
import dev.mlops.journal.Event;
import dev.mlops.journal.Reason;
import dev.mlops.monitoring.Measurement;
import dev.mlops.monitoring.ModelMonitor;
import dev.mlops.monitoring.Performance;
import dev.mlops.monitoring.TimeWindow;
import dev.mlops.registry.Expect;
import dev.mlops.report.BarChart;
import dev.mlops.report.Line;
import dev.mlops.report.LineChart;
import dev.mlops.report.Unit;
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
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The end of June: how good was it, what has changed, and is a new model worth its trouble? */
final class Step3Monitoring {
  private static final double FLOOR = 0.72;
  private static final LocalDate HELD_OUT = LocalDate.of(2001, 6, 16);

  /** Drift alone is no reason; a confirmed loss is. */
  private static final RetrainingPolicy POLICY =
      RetrainingPolicy.builder("flights")
          .triggeredBy(Trigger.performanceBelow(Trainer.METRIC, FLOOR, 0.95))
          .cooldown(Duration.ofDays(30))
          .newLabels(10_000)
          .build();

  private final Project project;
  private final Step1Data step1;
  private final Step2Deployment step2;
  private final Printer printer;

  Step3Monitoring(Project project, Step1Data step1, Step2Deployment step2) {
    this.project = project;
    this.step1 = step1;
    this.step2 = step2;
    this.printer = project.printer();
  }

  void run() {
    LocalDate promoted = step2.summer();
    printer.section("April once more: every model on the same flights");
    honesty();
    printer.section("Monitoring: version 3 since its promotion");
    Performance june = months(promoted);
    DriftReport drift = drift();
    printer.section("Retraining: drift alone is no reason, a confirmed loss is");
    retrain(june, drift);
    printer.section("The journal remembers");
    journal();
  }

  private void honesty() {
    Dataset flights = Flights.between(step1.future(), APRIL, MAY);
    Dataset known = features(flights).dataset();
    Dataset leaky =
        project
            .store()
            .trainingSet(FlightFeatures.DELAY)
            .labels(flights, "departure")
            .asIfKnownImmediately()
            .build()
            .dataset();
    List<ModelLine> rows = new ArrayList<>();
    for (Trained model : step2.versions()) {
      rows.add(line(model, model.name(), known));
    }
    rows.add(line(step2.cheat(), "leaky, as you would have reported it", leaky));
    rows.add(line(step2.cheat(), "leaky, as it would have served", known));
    rows.forEach(row -> printer.line("%-38s ROC AUC %.3f", row.model(), row.auc()));
    project
        .report()
        .section(
            "Runs",
            "Trained on January to March. The leaky model was trained on features that knew each"
                + " delay at departure.")
        .table(Dataset.of(rows).rename("auc", "ROC AUC in April"));
  }

  /** A row of the table of runs. */
  record ModelLine(String model, String classifier, long inputs, double auc) {}

  private static ModelLine line(Trained model, String name, Dataset rows) {
    return new ModelLine(
        name,
        model.run().param("classifier"),
        model.inputs().size(),
        Trainer.auc(model.onnx(), model.inputs(), rows));
  }

  private Performance months(LocalDate promoted) {
    ModelMonitor monitor =
        ModelMonitor.of(project.workspace()).task(Task.binary()).version(3).model(Trainer.MODEL);
    TimeWindow baseline = window(promoted, MAY);
    List<Performance> windows =
        List.of(
            monitor.performance(baseline),
            monitor.performance(window(MAY, JUNE)),
            monitor.performance(window(JUNE, JULY)));
    for (Performance month : windows) {
      Measurement auc = month.get(Trainer.METRIC);
      printer.line(
          "%s: ROC AUC %.3f [%.3f, %.3f], %,d predictions, %s",
          month.window(), auc.value(), auc.low(), auc.high(), month.predictions(), month.labels());
    }
    List<Alert> alerts = new ArrayList<>();
    ModelWatch.of(monitor)
        .metricBelow(Trainer.METRIC, FLOOR)
        .errorsAbove(baseline)
        .to(alerts::add)
        .build()
        .evaluate(window(JUNE, JULY));
    alerts.forEach(alert -> printer.line("alert: %s", alert));
    draw(windows);
    return windows.get(2);
  }

  private void draw(List<Performance> windows) {
    project
        .report()
        .section(
            "Version 3 in production",
            "ROC AUC with its 95 % interval, from predictions that were logged and outcomes that"
                + " arrived.")
        .chart(
            LineChart.of("ROC AUC of version 3")
                .x("start of the window", Unit.time())
                .y("ROC AUC", Unit.number())
                .line(
                    Line.over(
                            "ROC AUC",
                            windows.stream().map(month -> month.window().from()).toList(),
                            auc(windows, Measurement::value))
                        .interval(auc(windows, Measurement::low), auc(windows, Measurement::high)))
                .limit("retrain below", FLOOR));
  }

  private static double[] auc(List<Performance> windows, ToDoubleFunction<Measurement> part) {
    return windows.stream()
        .mapToDouble(month -> part.applyAsDouble(month.get(Trainer.METRIC)))
        .toArray();
  }

  private DriftReport drift() {
    String[] inputs = step2.live().inputs().toArray(String[]::new);
    Dataset june =
        ModelMonitor.of(project.workspace())
            .version(3)
            .model(Trainer.MODEL)
            .predictions(window(JUNE, JULY))
            .select(inputs);
    DriftReport drift =
        DriftDetector.reference(step1.training().select(inputs)).build().compare(june);
    printer.line("June against the training data: %s", drift.sentence());
    BarChart bars = BarChart.of("Change since training").unit("PSI", Unit.number());
    for (ColumnDrift column : drift.columns()) {
      if (column instanceof ColumnDrift.Drifted drifted) {
        bar(bars, column, drifted.evidence());
      } else if (column instanceof ColumnDrift.Small small) {
        bar(bars, column, small.evidence());
      } else if (column instanceof ColumnDrift.Unchanged unchanged) {
        bar(bars, column, unchanged.evidence());
      }
    }
    project
        .report()
        .section("Drift of the inputs in June", drift.sentence())
        .chart(bars.limit("drift from", 0.05));
    return drift;
  }

  private static void bar(BarChart bars, ColumnDrift column, ColumnDrift.Evidence evidence) {
    ColumnDrift.Effect effect = evidence.effect();
    bars.bar(column.column(), effect.value(), effect.low(), effect.high());
  }

  private void retrain(Performance june, DriftReport drift) {
    Dataset known = Flights.between(step1.future(), JANUARY, HELD_OUT);
    Evidence evidence =
        Evidence.builder()
            .performance(Trainer.METRIC, june.get(Trainer.METRIC).interval())
            .drifted(drift.driftedColumns())
            .data(known.digest(), known.rowCount())
            .build();
    Decision decision = POLICY.decide(project.workspace(), evidence);
    printer.line("%s: %s", decision.getClass().getSimpleName(), decision.reason());
    project.report().section("Retraining", decision.reason());
    if (decision instanceof Decision.Retrain retrain) {
      challenge(retrain, known);
    }
  }

  private void challenge(Decision.Retrain retrain, Dataset known) {
    Dataset heldOut = features(Flights.between(step1.future(), HELD_OUT, JULY)).dataset();
    Dataset learned = features(known).dataset();
    Trained champion = step2.live();
    Trained challenger =
        project
            .trainer()
            .train(
                "retrained",
                Classifier.FACTORISATION_MACHINE,
                champion.inputs(),
                Step1Data.PAIRS,
                Dataset.concat(List.of(step1.training(), Flights.between(learned, JANUARY, JUNE))),
                Flights.between(learned, JUNE, HELD_OUT));
    ChallengeVerdict verdict =
        Challenge.rocAuc()
            .once()
            .alpha(0.01)
            .between(
                Trainer.probabilities(champion.onnx(), champion.inputs(), heldOut),
                Trainer.probabilities(challenger.onnx(), challenger.inputs(), heldOut),
                Trainer.late(heldOut));
    printer.line("%s", verdict.sentence());
    project.report().text(verdict.sentence());
    if (verdict instanceof ChallengeVerdict.ChallengerWins) {
      Reason why = because(verdict.sentence());
      step2.makeChampion(
          step2.register(challenger), Expect.any(), retrain.event().map(why::after).orElse(why));
    }
  }

  private TrainingSet features(Dataset flights) {
    return project.store().trainingSet(FlightFeatures.DELAY).labels(flights, "departure").build();
  }

  private void journal() {
    Map<String, Integer> kinds = new TreeMap<>();
    for (Event event : project.workspace().journal().events().list()) {
      kinds.merge(event.kind(), 1, Integer::sum);
    }
    printer.line("%s", kinds);
    printer.line("%s", project.workspace().journal().verify());
    project
        .report()
        .section(
            "The journal",
            "Every step is an event, and every event holds the hash of the one before.")
        .table(Dataset.of(kinds.entrySet().stream().map(EventLine::of).toList()));
  }

  /** A row of the table of events. */
  record EventLine(String event, long times) {
    static EventLine of(Map.Entry<String, Integer> kind) {
      return new EventLine(kind.getKey(), kind.getValue());
    }
  }

  private static TimeWindow window(LocalDate from, LocalDate to) {
    return new TimeWindow(Flights.midnight(from), Flights.midnight(to));
  }
}
