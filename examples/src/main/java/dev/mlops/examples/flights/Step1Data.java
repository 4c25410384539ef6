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
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;

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

  private static final Classifier.Settings PLAIN = new Classifier.Settings(0.1, 3, 0, 1);
  static final Classifier.Settings PAIRS = new Classifier.Settings(0.05, 4, 4, 1);

  private final Cast cast;
  private final Narrator tell;
  private final Dataset future;
  private final Dataset training;
  private final Dataset leaky;

  Winter(Cast cast) {
    this.cast = cast;
    this.tell = cast.tell();
    tell.chapter("Quality: nothing bad gets in");
    Dataset reports = reports();
    this.future = Flights.withOutcome(Flights.between(reports, APRIL, JULY));
    Dataset known = Flights.withOutcome(checked(Flights.outside(reports, APRIL, JULY)));
    draw(Dataset.concat(List.of(known, future)));
    tell.chapter("Features: what could be known when a flight left");
    store(known);
    TrainingSet cheating =
        cast.store()
            .trainingSet(FlightFeatures.DELAY)
            .labels(known, "departure")
            .asIfKnownImmediately()
            .build();
    this.leaky = cheating.dataset();
    this.training = pointInTime(known);
    tell.say(
        "ignoring when a delay was known would change %,d of the rows",
        cheating.leakReport().changedRows());
  }

  /** The flights of April, May and June, which nobody knows yet. */
  Dataset future() {
    return future;
  }

  /** The flights of January to March with the features as they were known at each departure. */
  Dataset training() {
    return training;
  }

  /** Logistic regression on what is known years ahead. */
  Trained calendarOnly() {
    return train(
        "calendar only",
        Classifier.LOGISTIC_REGRESSION,
        FlightFeatures.CALENDAR.features(),
        training);
  }

  /** Logistic regression that also sees the averages of the last seven days. */
  Trained withLastWeek() {
    return train(
        "with the last week", Classifier.LOGISTIC_REGRESSION, FlightFeatures.lastWeek(), training);
  }

  /** A factorisation machine that sees the last hours too. */
  Trained withLastHours() {
    return train(
        "with the last hours",
        Classifier.FACTORISATION_MACHINE,
        FlightFeatures.DELAY.features(),
        training);
  }

  /** The same, trained and measured on features that knew each delay at departure. */
  Trained leaky() {
    return train("leaky", Classifier.FACTORISATION_MACHINE, FlightFeatures.DELAY.features(), leaky);
  }

  private Trained train(String name, Classifier classifier, List<String> inputs, Dataset rows) {
    Trained trained =
        cast.workshop()
            .train(
                name,
                classifier,
                inputs,
                classifier == Classifier.FACTORISATION_MACHINE ? PAIRS : PLAIN,
                Flights.between(rows, JANUARY, MARCH),
                Flights.between(rows, MARCH, APRIL));
    tell.say("%-20s ROC AUC in March %.3f", name, trained.validation());
    return trained;
  }

  private Dataset reports() {
    Imported imported = Flights.read();
    imported.badCells().forEach(cell -> tell.say("not a number: %s", cell));
    return imported.dataset();
  }

  private Dataset checked(Dataset reports) {
    QualityReport report = SUITE.gate(cast.workspace(), reports).orThrow();
    report.quarantine().quarantined().forEach(row -> tell.say("quarantined: %s", row));
    tell.say(
        "%,d of %,d winter flights pass",
        report.quarantine().accepted().rowCount(), report.rowCount());
    return report.quarantine().accepted();
  }

  private void draw(Dataset flights) {
    List<String> months = List.of("January", "February", "March", "April", "May", "June");
    double[] late = new double[months.size()];
    double[] delay = new double[months.size()];
    for (int month = 0; month < late.length; month++) {
      LocalDate first = JANUARY.plusMonths(month);
      Dataset flown = Flights.between(flights, first, first.plusMonths(1));
      late[month] = 100 * share(Workshop.late(flown));
      delay[month] = Arrays.stream(flown.doubles("delay").toArray()).average().orElse(Double.NaN);
    }
    cast.report()
        .section(
            "Delay by month",
            "The share of flights more than 15 minutes late, in percent, and the mean delay in"
                + " minutes.")
        .chart(
            new LineChart("delay by month", months)
                .line("late, %", late)
                .line("delay, minutes", delay)
                .svg());
  }

  private static double share(boolean[] flags) {
    int set = 0;
    for (boolean flag : flags) {
      set += flag ? 1 : 0;
    }
    return (double) set / flags.length;
  }

  private void store(Dataset known) {
    cast.store().register(FlightFeatures.DELAY);
    // Nobody served in winter: these flights are loaded afterwards.
    cast.store().asBackfill().ingest(FlightFeatures.FLIGHTS, known, "winter");
  }

  private Dataset pointInTime(Dataset known) {
    TrainingSet built =
        cast.store().trainingSet(FlightFeatures.DELAY).labels(known, "departure").build();
    tell.say(
        "training set: %,d flights x %d features, point-in-time correct, %s",
        built.dataset().rowCount(), FlightFeatures.DELAY.features().size(), built.digest().brief());
    return built.dataset();
  }
}
