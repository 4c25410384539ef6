package dev.mlops.examples.flights;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.data.Row;
import dev.mlops.features.FeatureReader;
import dev.mlops.features.FeatureStore;
import dev.mlops.features.view.FeatureVector;
import dev.mlops.labels.Label;
import dev.mlops.registry.ModelVersion;
import dev.mlops.serving.Candidate;
import dev.mlops.serving.DeploymentRouter;
import dev.mlops.serving.Prediction;
import dev.mlops.serving.onnx.OnnxPredictor;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Lives through the days: flights leave and are predicted, flights land, and their delay becomes
 * known.
 */
final class Operations implements AutoCloseable {
  private static final Duration FEEDBACK_EVERY = Duration.ofHours(1);

  /** A flight at the moment it leaves, with the features as the online store gives them. */
  record Departure(Row flight, FeatureVector features) {
    String route() {
      return flight.getString("origin") + "-" + flight.getString("destination");
    }
  }

  private record Landing(Instant time, String prediction, boolean late) {}

  private final Workspace workspace;
  private final TestClock clock;
  private final FeatureStore store;
  private final FeatureReader online;
  private final DeploymentRouter<Departure, Double> router;
  private final PriorityQueue<Landing> landings =
      new PriorityQueue<>(Comparator.comparing(Landing::time));
  private Instant nextFeedback = Instant.MIN;

  Operations(Project project, ModelVersion version, Trainer.Trained first) {
    this.workspace = project.workspace();
    this.clock = project.clock();
    this.store = project.store();
    this.online = store.online(FlightFeatures.DELAY);
    this.router =
        DeploymentRouter.builder(workspace, "departures")
            .live(candidate(version, first))
            .servedFeatures(Departure::features)
            .entity(Departure::route)
            .score(Double::doubleValue)
            // The flights come faster than a database writes: each step is to be taken at the same
            // flight in every run.
            .executor(Runnable::run)
            .open();
  }

  /** Lives through the days from the first on and before the second. */
  void live(Dataset flights, LocalDate from, LocalDate to) {
    for (LocalDate day = from; day.isBefore(to); day = day.plusDays(1)) {
      Dataset today = Flights.between(flights, day, day.plusDays(1));
      // The source says when a flight's outcome becomes known, so a whole day may be stored ahead:
      // no read at an instant sees what was known after it.
      store.ingest(FlightFeatures.FLIGHTS, today, day.toString());
      today.forEach(this::depart);
      workspace.predictions().flush();
    }
  }

  private void depart(Row flight) {
    Instant now = flight.getInstant("departure");
    clock.set(now);
    if (!now.isBefore(nextFeedback)) {
      land(now);
      nextFeedback = now.plus(FEEDBACK_EVERY);
    }
    Prediction<Double> prediction = router.answer(new Departure(flight, online.get(flight, now)));
    landings.add(
        new Landing(flight.getInstant("landed"), prediction.id(), flight.getBoolean("late")));
  }

  /** Feeds back the outcome of every flight that has landed by now. */
  void land(Instant now) {
    List<Label> labels = new ArrayList<>();
    while (!landings.isEmpty() && !landings.peek().time().isAfter(now)) {
      Landing landing = landings.poll();
      labels.add(Label.of(landing.prediction(), landing.time(), landing.late() ? 1 : 0));
    }
    router.feedback(labels);
  }

  /**
   * Makes a model that the router can ask, and closes; it takes its inputs out of the service's
   * vector by name.
   */
  Candidate<Departure, Double> candidate(ModelVersion version, Trainer.Trained trained) {
    int[] places =
        trained.inputs().stream().mapToInt(FlightFeatures.DELAY.features()::indexOf).toArray();
    return Candidate.open(version, OnnxPredictor::load)
        .compose((Departure departure) -> chosen(departure.features().toFloats(), places))
        .andThen(probabilities -> (double) probabilities[0]);
  }

  DeploymentRouter<Departure, Double> router() {
    return router;
  }

  private static float[] chosen(float[] features, int[] places) {
    float[] inputs = new float[places.length];
    for (int i = 0; i < places.length; i++) {
      inputs[i] = features[places[i]];
    }
    return inputs;
  }

  @Override
  public void close() {
    router.close();
  }
}
