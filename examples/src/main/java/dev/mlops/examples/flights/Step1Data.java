package dev.mlops.examples.flights;

import static dev.mlops.examples.flights.FlightExample.APRIL;
import static dev.mlops.examples.flights.FlightExample.JANUARY;
import static dev.mlops.examples.flights.FlightExample.JULY;
import static dev.mlops.examples.flights.FlightExample.MARCH;

import dev.mlops.data.Dataset;
import dev.mlops.data.Imported;
import dev.mlops.examples.flights.Trainer.Trained;
import dev.mlops.features.TrainingSet;
import dev.mlops.quality.DataQuality;
import dev.mlops.quality.QualityReport;
import dev.mlops.report.Line;
import dev.mlops.report.LineChart;
import dev.mlops.report.Unit;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** January to March: what happened is checked, stored and learned from. */
final class Step1Data {
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

  private static final int MONTHS = 6;
  private static final Classifier.Settings PLAIN = new Classifier.Settings(0.1, 3, 0, 1);
  static final Classifier.Settings PAIRS = new Classifier.Settings(0.05, 4, 4, 1);

  private final Project project;
  private final Printer printer;
  private final Dataset future;
  private final Dataset training;
  private final Dataset leaky;

  Step1Data(Project project) {
    this.project = project;
    this.printer = project.printer();
    printer.section("Quality: nothing bad gets in");
    Dataset reports = reports();
    this.future = Flights.withOutcome(Flights.between(reports, APRIL, JULY));
    Dataset known = Flights.withOutcome(checked(Flights.outside(reports, APRIL, JULY)));
    draw(Dataset.concat(List.of(known, future)));
    printer.section("Features: what could be known when a flight left");
    store(known);
    TrainingSet cheating =
        project
            .store()
            .trainingSet(FlightFeatures.DELAY)
            .labels(known, "departure")
            .asIfKnownImmediately()
            .build();
    this.leaky = cheating.dataset();
    this.training = pointInTime(known);
    printer.line(
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
        project
            .trainer()
            .train(
                name,
                classifier,
                inputs,
                classifier == Classifier.FACTORISATION_MACHINE ? PAIRS : PLAIN,
                Flights.between(rows, JANUARY, MARCH),
                Flights.between(rows, MARCH, APRIL));
    printer.line("%-20s ROC AUC in March %.3f", name, trained.validation());
    return trained;
  }

  private Dataset reports() {
    Imported imported = Flights.read();
    imported.badCells().forEach(cell -> printer.line("not a number: %s", cell));
    return imported.dataset();
  }

  private Dataset checked(Dataset reports) {
    QualityReport report = SUITE.gate(project.workspace(), reports).orThrow();
    report.quarantine().quarantined().forEach(row -> printer.line("quarantined: %s", row));
    printer.line(
        "%,d of %,d winter flights pass",
        report.quarantine().accepted().rowCount(), report.rowCount());
    return report.quarantine().accepted();
  }

  private void draw(Dataset flights) {
    List<Instant> months = new ArrayList<>();
    double[] late = new double[MONTHS];
    double[] delay = new double[MONTHS];
    for (int month = 0; month < MONTHS; month++) {
      LocalDate first = JANUARY.plusMonths(month);
      Dataset flown = Flights.between(flights, first, first.plusMonths(1));
      months.add(Flights.midnight(first));
      late[month] = share(Trainer.late(flown));
      delay[month] = Arrays.stream(flown.doubles("delay").toArray()).average().orElse(Double.NaN);
    }
    project
        .report()
        .section("Delay by month", "The share of late flights and the mean delay, month by month.")
        .chart(
            LineChart.of("Flights more than 15 minutes late")
                .x("month", Unit.time())
                .y("share of flights", Unit.share())
                .line(Line.over("late", months, late)))
        .chart(
            LineChart.of("Mean delay")
                .x("month", Unit.time())
                .y("delay", Unit.of("min"))
                .line(Line.over("mean", months, delay)));
  }

  private static double share(boolean[] flags) {
    int set = 0;
    for (boolean flag : flags) {
      set += flag ? 1 : 0;
    }
    return (double) set / flags.length;
  }

  private void store(Dataset known) {
    project.store().register(FlightFeatures.DELAY);
    // Nobody served in the winter: these flights are loaded afterwards.
    project.store().asBackfill().ingest(FlightFeatures.FLIGHTS, known, "winter");
  }

  private Dataset pointInTime(Dataset known) {
    TrainingSet built =
        project.store().trainingSet(FlightFeatures.DELAY).labels(known, "departure").build();
    printer.line(
        "training set: %,d flights x %d features, point-in-time correct, %s",
        built.dataset().rowCount(), FlightFeatures.DELAY.features().size(), built.digest().brief());
    return built.dataset();
  }
}
