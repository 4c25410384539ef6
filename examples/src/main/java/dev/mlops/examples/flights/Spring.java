package dev.mlops.examples.flights;

import static dev.mlops.examples.flights.FlightStory.APRIL;
import static dev.mlops.examples.flights.FlightStory.JULY;
import static dev.mlops.registry.Because.because;

import dev.mlops.examples.flights.Operations.Departure;
import dev.mlops.examples.flights.Workshop.Trained;
import dev.mlops.features.ParityReport;
import dev.mlops.registry.Alias;
import dev.mlops.registry.AliasMove;
import dev.mlops.registry.Because;
import dev.mlops.registry.Expect;
import dev.mlops.registry.ModelVersion;
import dev.mlops.registry.Replay;
import dev.mlops.serving.Certificate;
import dev.mlops.serving.Guard;
import dev.mlops.serving.Rollout;
import dev.mlops.serving.RolloutState;
import dev.mlops.serving.onnx.OnnxPredictor;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** April to June: flights leave and are predicted; a worse model is caught, a better one wins. */
final class Spring implements AutoCloseable {
  /** A passenger is warned from this probability on: a missed warning costs three times a needless one. */
  static final double WARN = 0.25;

  private static final LocalDate SECOND_WEEK = LocalDate.of(2001, 4, 8);
  private static final LocalDate THIRD_WEEK = LocalDate.of(2001, 4, 15);

  private final Cast cast;
  private final Winter winter;
  private final Narrator tell;
  private final Alias champion;
  private final Operations operations;

  /** Registers the best simple candidate and puts it to work. */
  Spring(Cast cast, Winter winter) {
    this.cast = cast;
    this.winter = winter;
    this.tell = cast.tell();
    this.champion = cast.workshop().registry().model(Workshop.MODEL).alias("champion");
    Trained first = winter.candidates().get(1);
    ModelVersion version = released(first);
    move(version, Expect.none(), because("the best simple candidate in March"));
    this.operations = new Operations(cast, Integer.toString(version.number()), first);
  }

  void tell() {
    tell.chapter("April: the online store serves, the router logs, flights land and tell the truth");
    operations.live(winter.future(), APRIL, SECOND_WEEK);
    tell.say("one week served by version %s; %s", operations.router().live().version(), operations.router().counts());
    prove();

    tell.chapter("A canary: version 2 forgets the recent flights");
    rollout(winter.candidates().get(0), SECOND_WEEK, THIRD_WEEK);

    tell.chapter("Another: version 3 looks at pairs of features");
    rollout(winter.candidates().get(2), THIRD_WEEK, JULY);
  }

  /** The model that answers at the end of June. */
  Trained live() {
    return operations.router().live().version().equals("3")
        ? winter.candidates().get(2)
        : winter.candidates().get(1);
  }

  Alias champion() {
    return champion;
  }

  private ModelVersion released(Trained trained) {
    ModelVersion version = cast.workshop().register(trained);
    try (OnnxPredictor model = OnnxPredictor.load(version.bytes())) {
      Replay replay = version.golden().orElseThrow().replay(model::predict);
      tell.say("registered %s, '%s'; golden predictions: %s", version, trained.name(), replay);
    }
    return version;
  }

  private void move(ModelVersion version, Expect expected, Because reason) {
    AliasMove move = champion.moveTo(version.number(), expected, reason);
    tell.say("champion: %s", move);
  }

  private void prove() {
    ParityReport parity =
        cast.store()
            .prove(FlightFeatures.DELAY)
            .over(Flights.between(winter.future(), APRIL, SECOND_WEEK), "departure");
    parity.assertSame();
    tell.say("online equals offline: %s", parity);
  }

  private void rollout(Trained candidate, LocalDate from, LocalDate to) {
    ModelVersion version = released(candidate);
    Rollout rollout =
        operations
            .router()
            .canary(operations.candidate(Integer.toString(version.number()), candidate))
            .steps(5, 25, 50, 100)
            .minimum(300)
            .deadline(Duration.ofDays(21))
            .guard(Guard.errors())
            .guard(
                Guard.labelErrors((score, label) -> score >= WARN != label > 0.5)
                    .named("wrong warnings")
                    .ratio(1.05)
                    .decisive())
            .start();
    operations.live(winter.future(), from, to);
    judge(rollout, version);
  }

  private void judge(Rollout rollout, ModelVersion version) {
    Certificate certificate = Certificate.fromJson(rollout.certificate().toJson());
    for (Certificate.Transition step : certificate.transitions()) {
      tell.say("%s  %s", step.time().atZone(ZoneOffset.UTC).toLocalDate(), step.state());
    }
    tell.say("%s", rollout.verdict().sentence());
    tell.say("recomputed from the certificate's %d ticks: %s", certificate.ticks().size(), certificate.verify());
    draw(certificate, version);
    if (rollout.state() instanceof RolloutState.Promoted) {
      move(version, Expect.version(1), because(rollout.verdict().sentence()));
    }
  }

  private void draw(Certificate certificate, ModelVersion version) {
    List<Certificate.Tick> ticks =
        certificate.ticks().stream().filter(tick -> tick.guard().equals("wrong warnings")).toList();
    cast.report()
        .section(
            "Rollout of version " + version.number(),
            "Evidence after each hundred judged predictions, as the natural logarithm. Above the upper line the candidate is"
                + " proven worse and taken back; above the lower line, no worse, and promoted.")
        .chart(
            new LineChart("evidence", LineChart.numbered(ticks.size(), 8))
                .line("proven worse", ticks.stream().mapToDouble(Certificate.Tick::logWorse).toArray())
                .line("proven no worse", ticks.stream().mapToDouble(Certificate.Tick::logNotWorse).toArray())
                .limit("roll back at ln 100", Math.log(100))
                .limit("promote at ln 20", Math.log(20))
                .svg());
  }

  @Override
  public void close() {
    operations.close();
  }
}
