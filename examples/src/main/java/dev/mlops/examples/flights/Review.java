package dev.mlops.examples.flights;

import static dev.mlops.examples.flights.FlightStory.JANUARY;
import static dev.mlops.examples.flights.FlightStory.JULY;
import static dev.mlops.examples.flights.FlightStory.JUNE;
import static dev.mlops.registry.Because.because;

import dev.mlops.data.Dataset;
import dev.mlops.drift.ColumnDrift;
import dev.mlops.drift.DriftDetector;
import dev.mlops.drift.DriftReport;
import dev.mlops.examples.flights.Workshop.Trained;
import dev.mlops.journal.Event;
import dev.mlops.journal.EventQuery;
import dev.mlops.monitoring.Metric;
import dev.mlops.monitoring.ModelMonitor;
import dev.mlops.monitoring.Performance;
import dev.mlops.monitoring.TimeWindow;
import dev.mlops.monitoring.Timeline;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.registry.Because;
import dev.mlops.registry.Expect;
import dev.mlops.retraining.Challenge;
import dev.mlops.retraining.ChallengeVerdict;
import dev.mlops.retraining.Decision;
import dev.mlops.retraining.Evidence;
import dev.mlops.retraining.RetrainingPolicy;
import dev.mlops.retraining.Trigger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.util.Map;
import java.util.TreeMap;

/** The end of June: how good was it, what has changed, and is a new model worth its trouble? */
final class Review {
  private static final LocalDate HELD_OUT = LocalDate.of(2001, 6, 16);

  /** Drift alone is no reason; a confirmed loss is. */
  private static final RetrainingPolicy POLICY =
      RetrainingPolicy.builder("flights")
          .when(Trigger.performanceBelow(Workshop.METRIC, 0.72, 0.95))
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
    tell.chapter("Monitoring: the truth is in");
    ModelMonitor monitor = ModelMonitor.in(cast.workspace()).model(Workshop.MODEL);
    months(monitor.timeline(Period.ofMonths(1)));
    DriftReport drift = drift();
    tell.chapter("Retraining: is it worth it?");
    retrain(monitor.performance(TimeWindow.month(2001, 6)), drift);
    journal();
  }

  private void months(Timeline timeline) {
    for (Performance month : timeline.windows()) {
      Metric auc = month.get(Workshop.METRIC);
      tell.say(
          "%s: ROC AUC %.3f [%.3f, %.3f] of %,d predictions, %s",
          month.window(), auc.value(), auc.low(), auc.high(), month.predictions(), month.labels());
    }
  }

  private DriftReport drift() {
    String[] inputs = spring.live().inputs().toArray(String[]::new);
    Dataset june =
        cast.workspace()
            .predictions()
            .read(
                PredictionQuery.builder()
                    .model(Workshop.MODEL)
                    .from(Flights.midnight(JUNE))
                    .to(Flights.midnight(JULY))
                    .features()
                    .build())
            .select(inputs);
    DriftReport drift =
        DriftDetector.reference(winter.training().select(inputs)).build().compare(june);
    tell.say("June against the training data: %s", drift.sentence());
    return drift;
  }

  private void retrain(Performance june, DriftReport drift) {
    Dataset known =
        Flights.withOutcome(Flights.between(winter.future(), JANUARY, HELD_OUT));
    Evidence evidence =
        Evidence.builder()
            .performance(Workshop.METRIC, june.get(Workshop.METRIC).interval())
            .drifted(drift.driftedColumns())
            .data(known.digest(), known.rowCount())
            .build();
    Decision decision = POLICY.decide(cast.workspace(), evidence);
    tell.say("%s: %s", decision.getClass().getSimpleName(), decision.reason());
    if (decision instanceof Decision.Retrain retrain) {
      challenge(retrain, known);
    }
  }

  private void challenge(Decision.Retrain retrain, Dataset known) {
    Dataset heldOut = features(Flights.between(winter.future(), HELD_OUT, JULY));
    Dataset learned = features(known);
    Trained champion = spring.live();
    Trained challenger =
        cast.workshop()
            .train(
                "retrained",
                Classifier.FACTORISATION_MACHINE,
                champion.inputs(),
                Winter.PAIRS,
                winter.training().concat(Flights.between(learned, JANUARY, JUNE)),
                Flights.between(learned, JUNE, HELD_OUT));
    ChallengeVerdict verdict =
        Challenge.rocAuc()
            .alpha(0.01)
            .between(
                Workshop.probabilities(champion.onnx(), champion.inputs(), heldOut),
                Workshop.probabilities(challenger.onnx(), challenger.inputs(), heldOut),
                Workshop.late(heldOut));
    tell.say("%s", verdict.sentence());
    if (verdict instanceof ChallengeVerdict.ChallengerWins) {
      Because why = because(verdict.sentence());
      spring.crown(
          spring.register(challenger), Expect.any(), retrain.event().map(why::after).orElse(why));
    }
  }

  private Dataset features(Dataset flights) {
    return cast.store().trainingSet(FlightFeatures.DELAY).labels(flights, "departure").build().dataset();
  }

  private void journal() {
    tell.chapter("The journal remembers");
    Map<String, Integer> kinds = new TreeMap<>();
    for (Event event : cast.workspace().journal().list(EventQuery.all().limit(10_000))) {
      kinds.merge(event.kind(), 1, Integer::sum);
    }
    tell.say("%s", kinds);
    tell.say("%s", cast.workspace().journal().verify());
  }
}
