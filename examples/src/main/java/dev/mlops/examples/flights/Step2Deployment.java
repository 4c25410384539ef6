package dev.mlops.examples.flights;

import static dev.mlops.examples.flights.FlightExample.APRIL;
import static dev.mlops.examples.flights.FlightExample.JULY;
import static dev.mlops.journal.Reason.because;

import dev.mlops.data.Dataset;
import dev.mlops.examples.flights.Trainer.Trained;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Reason;
import dev.mlops.models.ModelRunner;
import dev.mlops.registry.Alias;
import dev.mlops.registry.Expect;
import dev.mlops.registry.GoldenCheck;
import dev.mlops.registry.ModelVersion;
import dev.mlops.report.LineChart;
import dev.mlops.report.Unit;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.RolloutState;
import dev.mlops.serving.Guard;
import dev.mlops.serving.Rollout;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** April to June: flights leave and are predicted; a worse model is caught, a better one wins. */
final class Step2Deployment implements AutoCloseable {
  /**
   * A passenger is warned from this probability on: a missed warning costs three times a needless
   * one.
   */
  static final double WARN = 0.25;

  private static final Actor OWNER = Actor.human("ann", "model owner");
  private static final LocalDate SECOND_WEEK = LocalDate.of(2001, 4, 8);

  private final Project project;
  private final Step1Data step1;
  private final Printer printer;
  private final Alias champion;
  private final List<Trained> versions = new ArrayList<>();
  private final List<Trained> cheats = new ArrayList<>();
  private final Operations operations;
  private LocalDate today = APRIL;

  /** Trains the first candidates, registers the better one and puts it to work. */
  Step2Deployment(Project project, Step1Data step1) {
    this.project = project;
    this.step1 = step1;
    this.printer = project.printer();
    this.champion = project.trainer().registry().model(Trainer.MODEL).alias("champion");
    printer.section("Experiments: the better candidate is registered");
    Trained calendar = step1.calendarOnly();
    Trained first = step1.withLastWeek();
    ModelVersion version = register(first);
    makeChampion(version, Expect.none(), because("the better candidate in March"));
    this.operations = new Operations(project, version, first);
    april();
    rollout("A canary that forgets the last week", calendar);
  }

  /** Tries the model with the last hours from the next day on. */
  void improve() {
    printer.section("Experiments: the last hours, honestly and not");
    Trained better = step1.withLastHours();
    cheats.add(step1.leaky());
    printer.line("the leaky one is what you would have reported; the honest one is what you get");
    rollout("A canary that sees the last hours", better);
  }

  /**
   * Lives on to July.
   *
   * @return the first day on which the model of {@link #improve} answered everybody
   */
  LocalDate summer() {
    LocalDate first = today;
    liveUntil(JULY);
    return first;
  }

  /** The models in the order of their versions. */
  List<Trained> versions() {
    return List.copyOf(versions);
  }

  /** The model that knew the future, and was never released. */
  Trained cheat() {
    return cheats.get(0);
  }

  /** The model that answers at the end of June. */
  Trained live() {
    return versions.get(Integer.parseInt(operations.router().live().version()) - 1);
  }

  ModelVersion register(Trained trained) {
    ModelVersion version = project.trainer().register(trained);
    versions.add(trained);
    try (ModelRunner model = version.run(Trainer.ONNX)) {
      GoldenCheck replay = version.golden().orElseThrow().replayTable(model::answer);
      printer.line(
          "registered as version %d; it answers its golden questions: %s",
          version.number(), replay instanceof GoldenCheck.Same ? "the same" : replay);
    }
    return version;
  }

  void makeChampion(ModelVersion version, Expect expected, Reason reason) {
    champion.moveTo(version.number(), expected, reason);
    printer.line("champion is now version %d", version.number());
  }

  private void april() {
    printer.section(
        "April: the online store serves, the router logs, flights land, and their delay becomes known");
    Dataset flights = Flights.between(step1.future(), APRIL, SECOND_WEEK);
    liveUntil(SECOND_WEEK);
    printer.line(
        "%,d predictions in a week, %,d outcomes so far",
        operations.router().counts().requests(), operations.router().counts().labels());
    var parity = project.store().prove(FlightFeatures.DELAY).over(flights, "departure");
    parity.assertSame();
    printer.line("online equals offline: %s", parity);
    var served =
        project
            .store()
            .prove(FlightFeatures.DELAY)
            .served(project.workspace().predictions().query());
    served.assertSame();
    printer.line(
        "served equals trained: %,d of %,d logged values are those of a training set",
        served.values() - served.differences(), served.values());
  }

  private void liveUntil(LocalDate end) {
    operations.live(step1.future(), today, end);
    today = end;
  }

  /** Lets the rollout decide, day by day; what it can't decide by its deadline is not released. */
  private void rollout(String title, Trained candidate) {
    printer.section(title);
    ModelVersion version = register(candidate);
    Rollout rollout =
        operations
            .router()
            .canary(operations.candidate(version, candidate))
            .steps(5, 25, 50, 100)
            .minimum(300)
            .deadline(Duration.ofDays(21))
            .guard(Guard.errors().negligible(0.005))
            .guard(
                Guard.labelErrors((score, label) -> score >= WARN != label > 0.5)
                    .named("wrong warnings"))
            .start();
    while (rollout.state() instanceof RolloutState.Running) {
      liveUntil(today.plusDays(1));
    }
    if (!rollout.state().isOver()) {
      rollout.rollback(because("nothing was proven by its deadline").by(OWNER));
    }
    judge(rollout, version);
  }

  private void judge(Rollout rollout, ModelVersion version) {
    Certificate certificate = Certificate.fromJson(rollout.certificate().toJson());
    for (Certificate.Transition step : certificate.transitions()) {
      printer.line("%s  %s", step.time().atZone(ZoneOffset.UTC).toLocalDate(), step.state());
    }
    printer.line("%s", rollout.verdict().sentence());
    printer.line(
        "recomputed by whoever asks, from the certificate's %d ticks: %s",
        certificate.ticks().size(), certificate.verify());
    draw(certificate, version, rollout);
    if (rollout.state() instanceof RolloutState.Promoted) {
      makeChampion(version, Expect.version(1), because(rollout.verdict().sentence()));
    }
  }

  private void draw(Certificate certificate, ModelVersion version, Rollout rollout) {
    List<Certificate.Tick> ticks =
        certificate.ticks().stream().filter(tick -> tick.guard().equals("wrong warnings")).toList();
    project
        .report()
        .section(
            "Rollout of version " + version.number(),
            "Evidence after each hundred judged predictions, as a natural logarithm. When it is above"
                + " the upper limit, the candidate is proven worse and is taken back; above the lower"
                + " limit, it is proven no worse and is promoted.")
        .chart(
            LineChart.of("Evidence of the guard 'wrong warnings'")
                .x("hundreds of judged predictions", Unit.number())
                .y("logarithm of the evidence", Unit.number())
                .line("worse", ticks.stream().mapToDouble(Certificate.Tick::logWorse).toArray())
                .line(
                    "no worse", ticks.stream().mapToDouble(Certificate.Tick::logNotWorse).toArray())
                .limit("take back: ln 100 =", Math.log(100))
                .limit("promote: ln 20 =", Math.log(20)))
        .text(rollout.verdict().sentence());
  }

  @Override
  public void close() {
    operations.close();
  }
}
