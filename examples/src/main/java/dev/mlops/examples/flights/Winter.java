package dev.mlops.examples.flights;

import static dev.mlops.examples.flights.FlightStory.APRIL;
import static dev.mlops.examples.flights.FlightStory.JANUARY;
import static dev.mlops.examples.flights.FlightStory.JULY;
import static dev.mlops.examples.flights.FlightStory.MARCH;

import dev.mlops.data.Dataset;
import dev.mlops.data.Imported;
import dev.mlops.examples.flights.Workshop.Trained;
import dev.mlops.features.TrainingSet;
import dev.mlops.quality.DataQuality;
import dev.mlops.quality.QualityReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** January to March: what happened is checked, stored and learned from. */
final class Winter {
  /** What a flight report must look like: early by hours or late by a day, not more. */
  static final DataQuality SUITE =
      DataQuality.suite("flights")
          .table(t -> t.rowCount(1, 5_000_000))
          .column("departure", c -> c.notNull().notFuture().mostly(0.999))
          .column("delay", c -> c.notNull().mostly(0.999).between(-240, 1_800).mostly(0.999))
          .column("distance", c -> c.notNull().between(50, 5_000).mostly(0.999))
          .column("origin", c -> c.notNull().matches("^[A-Z]{3}$").mostly(0.999))
          .column("destination", c -> c.notNull().matches("^[A-Z]{3}$"))
          .build();

  static final Classifier.Settings PLAIN = new Classifier.Settings(0.1, 3, 0, 1);
  static final Classifier.Settings PAIRS = new Classifier.Settings(0.05, 4, 8, 1);

  private final Cast cast;
  private final Narrator tell;
  private Dataset flights = Dataset.empty(Flights.SCHEMA);
  private Dataset training = Dataset.empty(Flights.SCHEMA);
  private final List<Trained> candidates = new ArrayList<>();

  Winter(Cast cast) {
    this.cast = cast;
    this.tell = cast.tell();
  }

  void tell() {
    Dataset known = arrivals();
    TrainingSet pointInTime = features(known);
    train(pointInTime);
  }

  /** Every flight of April, May and June, which nobody knows yet. */
  Dataset future() {
    return flights;
  }

  /** The flights of January to March with the features as they were known at each departure. */
  Dataset training() {
    return training;
  }

  /** The candidates, worst first. */
  List<Trained> candidates() {
    return candidates;
  }

  private Dataset arrivals() {
    tell.chapter("Quality: nothing bad gets in");
    Imported imported = Flights.read();
    Dataset reports = imported.dataset();
    flights = Flights.withOutcome(Flights.between(reports, APRIL, JULY));
    QualityReport report = SUITE.gate(cast.workspace(), Flights.outside(reports, APRIL, JULY));
    tell.say("%,d reports read, %,d of them from January to March", reports.rowCount(), report.rowCount());
    imported.badCells().forEach(cell -> tell.say("not a number: %s", cell));
    report.quarantine().quarantined().forEach(row -> tell.say("quarantined: %s", row));
    return Flights.withOutcome(report.orThrow().quarantine().accepted());
  }

  private TrainingSet features(Dataset known) {
    tell.chapter("Features: what could be known when the flight left");
    cast.store().register(FlightFeatures.DELAY);
    cast.store().ingest(FlightFeatures.ORIGIN, known, "winter");
    cast.store().ingest(FlightFeatures.ROUTE, known, "winter");
    TrainingSet pointInTime =
        cast.store().trainingSet(FlightFeatures.DELAY).labels(known, "departure").build();
    training = pointInTime.dataset();
    tell.say(
        "training set: %,d flights x %d features, point-in-time correct, %s",
        training.rowCount(), FlightFeatures.DELAY.features().size(), pointInTime.digest().brief());
    return pointInTime;
  }

  private void train(TrainingSet pointInTime) {
    tell.chapter("Experiments: three candidates, and one that cheats");
    TrainingSet leaky =
        cast.store()
            .trainingSet(FlightFeatures.DELAY)
            .labels(pointInTime.dataset().select("departure", "delay", "distance", "origin", "destination", "landed", "late"), "departure")
            .asIfKnownImmediately()
            .build();
    List<String> all = FlightFeatures.DELAY.features();
    candidates.add(candidate("calendar only", Classifier.LOGISTIC_REGRESSION, FlightFeatures.CALENDAR.features(), PLAIN, training));
    candidates.add(candidate("recent flights", Classifier.LOGISTIC_REGRESSION, all, PLAIN, training));
    candidates.add(candidate("recent flights, in pairs", Classifier.FACTORISATION_MACHINE, all, PAIRS, training));
    Trained cheat = candidate("leaky", Classifier.FACTORISATION_MACHINE, all, PAIRS, leaky.dataset());
    for (Trained candidate : candidates) {
      tell.say("%-26s ROC AUC in March %.3f", candidate.name(), candidate.validation());
    }
    tell.say(
        "%-26s ROC AUC in March %.3f: what you would have reported; %,d of %,d rows knew the future",
        "leaky", cheat.validation(), leaky.leakReport().changedRows(), training.rowCount());
    describe(cheat);
  }

  private Trained candidate(
      String name, Classifier classifier, List<String> inputs, Classifier.Settings settings, Dataset rows) {
    return cast.workshop()
        .train(
            name,
            classifier,
            inputs,
            settings,
            Flights.between(rows, JANUARY, MARCH),
            Flights.between(rows, MARCH, APRIL));
  }

  private void describe(Trained cheat) {
    List<List<String>> rows = new ArrayList<>();
    List<Trained> all = new ArrayList<>(candidates);
    all.add(cheat);
    for (Trained run : all) {
      rows.add(
          List.of(
              run.name(),
              run.run().param("classifier"),
              Integer.toString(run.inputs().size()),
              String.format(Locale.ROOT, "%.3f", run.validation())));
    }
    cast.report()
        .section("Runs", "Trained on January and February, measured on March. The leaky one knew each delay at departure.")
        .table(List.of("run", "classifier", "inputs", "ROC AUC in March"), rows);
  }
}
