package dev.mlops.examples.flights;

import static dev.mlops.examples.flights.FlightStory.APRIL;
import static dev.mlops.examples.flights.FlightStory.JULY;
import static dev.mlops.journal.Reason.because;

import dev.mlops.data.Dataset;
import dev.mlops.examples.flights.Workshop.Trained;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Reason;
import dev.mlops.models.ModelRunner;
import dev.mlops.registry.Alias;
import dev.mlops.registry.Expect;
import dev.mlops.registry.GoldenCheck;
import dev.mlops.registry.ModelVersion;
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
final class Spring implements AutoCloseable {
  /**
   * A passenger is warned from this probability on: a missed warning costs three times a needless
   * one.
   */
  static final double WARN = 0.25;

  private static final Actor OWNER = Actor.human("ann", "model owner");
  private static final LocalDate SECOND_WEEK = LocalDate.of(2001, 4, 8);

  private final Cast cast;
  private final Winter winter;
  private final Narrator tell;
  private final Alias champion;
  private final List<Trained> versions = new ArrayList<>();
  private final List<Trained> cheats = new ArrayList<>();
  private final Operations operations;
  private LocalDate today = APRIL;

  /** Trains the first candidates, registers the better one and puts it to work. */
  Spring(Cast cast, Winter winter) {
    this.cast = cast;
    this.winter = winter;
    this.tell = cast.tell();
    this.champion = cast.workshop().registry().model(Workshop.MODEL).alias("champion");
    tell.chapter("Experiments: the better candidate is registered");
    Trained calendar = winter.calendarOnly();
    Trained first = winter.withLastWeek();
    ModelVersion version = register(first);
    crown(version, Expect.none(), because("the better candidate in March"));
    this.operations = new Operations(cast, version, first);
    april();
    rollout("A canary that forgets the last week", calendar);
  }

  /** Tries the model with the last hours from the next day on. */
  void improve() {
    tell.chapter("Experiments: the last hours, honestly and not");
    Trained better = winter.withLastHours();
    cheats.add(winter.leaky());
    tell.say("the leaky one is what you would have reported; the honest one is what you get");
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
    ModelVersion version = cast.workshop().register(trained);
    versions.add(trained);
    try (ModelRunner model = version.run(Workshop.ONNX)) {
      GoldenCheck replay = version.golden().orElseThrow().replayTable(model::answer);
      tell.say(
          "registered as version %d; it answers its golden questions: %s",
          version.number(), replay instanceof GoldenCheck.Same ? "the same" : replay);
    }
    return version;
  }

  void crown(ModelVersion version, Expect expected, Reason reason) {
    champion.moveTo(version.number(), expected, reason);
    tell.say("champion is now version %d", version.number());
  }

  private void april() {
    tell.chapter(
        "April: the online store serves, the router logs, flights land and tell the truth");
    Dataset flights = Flights.between(winter.future(), APRIL, SECOND_WEEK);
    liveUntil(SECOND_WEEK);
    tell.say(
        "%,d predictions in a week, %,d outcomes so far",
        operations.router().counts().requests(), operations.router().counts().labels());
    var parity = cast.store().prove(FlightFeatures.DELAY).over(flights, "departure");
    parity.assertSame();
    tell.say("online equals offline: %s", parity);
  }

  private void liveUntil(LocalDate end) {
    operations.live(winter.future(), today, end);
    today = end;
  }

  /** Lets the rollout decide, day by day; what it can't decide by its deadline is not released. */
  private void rollout(String chapter, Trained candidate) {
    tell.chapter(chapter);
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
      tell.say("%s  %s", step.time().atZone(ZoneOffset.UTC).toLocalDate(), step.state());
    }
    tell.say("%s", rollout.verdict().sentence());
    tell.say(
        "recomputed by whoever asks, from the certificate's %d ticks: %s",
        certificate.ticks().size(), certificate.verify());
    draw(certificate, version, rollout);
    if (rollout.state() instanceof RolloutState.Promoted) {
      crown(version, Expect.version(1), because(rollout.verdict().sentence()));
    }
  }

  private void draw(Certificate certificate, ModelVersion version, Rollout rollout) {
    List<Certificate.Tick> ticks =
        certificate.ticks().stream().filter(tick -> tick.guard().equals("wrong warnings")).toList();
    cast.report()
        .section(
            "Rollout of version " + version.number(),
            "Evidence after each hundred judged predictions, as a natural logarithm. Above the upper limit the candidate is"
                + " proven worse and taken back; above the lower, proven no worse and promoted.")
        .chart(
            new LineChart("evidence", LineChart.numbered(ticks.size(), 8))
                .line("worse", ticks.stream().mapToDouble(Certificate.Tick::logWorse).toArray())
                .line(
                    "no worse", ticks.stream().mapToDouble(Certificate.Tick::logNotWorse).toArray())
                .limit("roll back at ln 100", Math.log(100))
                .limit("promote at ln 20", Math.log(20))
                .svg())
        .text(rollout.verdict().sentence());
  }

  @Override
  public void close() {
    operations.close();
  }
}
