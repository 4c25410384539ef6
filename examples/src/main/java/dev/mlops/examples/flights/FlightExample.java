package dev.mlops.examples.flights;

import dev.mlops.Workspace;
import dev.mlops.features.FeatureStore;
import dev.mlops.report.Report;
import dev.mlops.testkit.TestClock;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Will this flight be more than 15 minutes late? From the first report to the retraining, on real
 * flights of 2001, in simulated time: {@code mvn -q -Pflights}.
 */
public final class FlightExample {
  static final LocalDate JANUARY = LocalDate.of(2001, 1, 1);
  static final LocalDate MARCH = LocalDate.of(2001, 3, 1);
  static final LocalDate APRIL = LocalDate.of(2001, 4, 1);
  static final LocalDate MAY = LocalDate.of(2001, 5, 1);
  static final LocalDate JUNE = LocalDate.of(2001, 6, 1);
  static final LocalDate JULY = LocalDate.of(2001, 7, 1);

  private FlightExample() {}

  /**
   * Runs the example and prints what it does.
   *
   * @param arguments the directory for the workspace and the report; {@code target/flights} if
   *     absent
   */
  public static void main(String[] arguments) {
    run(Path.of(arguments.length == 0 ? "target/flights" : arguments[0]), System.out);
  }

  /** Runs the example, and leaves a fresh workspace and {@code report.html} in a directory. */
  static void run(Path directory, PrintStream out) {
    Path home = directory.resolve("workspace");
    deleteAll(home);
    Printer printer = new Printer(out);
    Report report =
        Report.of("The story of a flight")
            .text(
                "Will this flight be more than 15 minutes late? 264,775 flights of 2001, from the first"
                    + " report to the retraining.");
    TestClock clock = TestClock.at(APRIL.atStartOfDay(ZoneOffset.UTC).toInstant());
    try (Workspace workspace =
        Workspace.builder().directory(home).project("flights").clock(clock).open()) {
      FeatureStore store = FeatureStore.open(workspace);
      run(new Project(workspace, clock, store, new Trainer(workspace), printer, report));
    }
    report.write(directory.resolve("report.html"));
    printer.section("the report: " + directory.resolve("report.html"));
  }

  private static void run(Project project) {
    Step1Data step1 = new Step1Data(project);
    try (Step2Deployment step2 = new Step2Deployment(project, step1)) {
      step2.improve();
      new Step3Monitoring(project, step1, step2).run();
    }
  }

  private static void deleteAll(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
