package dev.mlops.benchmarks;

import dev.mlops.Workspace;
import dev.mlops.serving.Canary;
import dev.mlops.serving.Candidate;
import dev.mlops.serving.DeploymentRouter;
import dev.mlops.serving.Guard;
import dev.mlops.serving.Limits;
import dev.mlops.serving.Prediction;
import dev.mlops.serving.RouterBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a router adds to a model that costs nothing: keys are the tail numbers of 5,000 aircraft, of
 * which a few fly most; the prediction log takes every record and keeps none.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouterBenchmark {

  private static final List<Double> ANSWERS =
      IntStream.range(0, 16).mapToObj(length -> (double) length).toList();

  private final String[] requests = Aircraft.requests();
  private final Workspace workspace = Workspace.builder().predictionLog(new TakesAll()).open();
  private final DeploymentRouter<String, Double> plain = router("plain");
  private final DeploymentRouter<String, Double> limiting =
      builder("limiting")
          .limits(Limits.inFlight(64).breaker(0.5, 100, Duration.ofSeconds(5)))
          .open();
  private final DeploymentRouter<String, Double> trying = router("trying");
  private final DeploymentRouter<String, Double> timing = router("timing");
  private final DeploymentRouter<String, Double> shadowing = router("shadowing");
  private int next;

  /** Begins a canary that never ends. */
  public RouterBenchmark() {
    plan(trying).start();
    plan(timing).independentRequests().start();
    shadowing
        .shadow(model("2"))
        .independentRequests()
        .mirror(100)
        .minimum(Integer.MAX_VALUE)
        .deadline(Duration.ofDays(365))
        .guard(Guard.errors())
        .guard(Guard.latencyOver(Duration.ofSeconds(1)))
        .start();
  }

  private static Canary plan(DeploymentRouter<String, Double> router) {
    return router
        .canary(model("2"))
        .steps(10, 100)
        .minimum(Integer.MAX_VALUE)
        .deadline(Duration.ofDays(365))
        .guard(Guard.errors())
        .guard(Guard.latencyOver(Duration.ofSeconds(1)));
  }

  /** Closes the routers. */
  @TearDown
  public void close() {
    plain.close();
    limiting.close();
    trying.close();
    timing.close();
    shadowing.close();
    workspace.close();
  }

  /** Looks at the ticker, which a latency does twice. */
  @Benchmark
  public long ticker() {
    return System.nanoTime();
  }

  /** Looks at the system's clock. */
  @Benchmark
  public Instant clock() {
    return Clock.systemUTC().instant();
  }

  /** Asks the model itself. */
  @Benchmark
  public Double model() {
    return answerTo(request());
  }

  /** Asks the router while no rollout is under way. */
  @Benchmark
  public Prediction<Double> live() {
    return plain.answer(request());
  }

  /** The same with a limit of requests in flight, and a breaker that stays closed. */
  @Benchmark
  public Prediction<Double> limited() {
    return limiting.answer(request());
  }

  /**
   * Asks the router while a tenth of the aircraft are on a canary with two guards; keys count once.
   */
  @Benchmark
  public Prediction<Double> canary() {
    return trying.answer(request());
  }

  /** The same where each request is evidence: it is counted in, has its time, and is counted. */
  @Benchmark
  public Prediction<Double> timed() {
    return timing.answer(request());
  }

  /** Asks the router while every request is mirrored to a shadow, as far as that keeps up. */
  @Benchmark
  public Prediction<Double> shadow() {
    return shadowing.answer(request());
  }

  private String request() {
    return requests[next++ & (requests.length - 1)];
  }

  private DeploymentRouter<String, Double> router(String name) {
    return builder(name).open();
  }

  private RouterBuilder<String, Double> builder(String name) {
    return DeploymentRouter.builder(workspace, name).live(model("1")).unitKey(tail -> tail);
  }

  private static Candidate<String, Double> model(String version) {
    return Candidate.of("delay", version, RouterBenchmark::answerTo);
  }

  /** Its answers are there already, so that what is allocated is the router's. */
  private static Double answerTo(String tail) {
    return ANSWERS.get(tail.length());
  }
}
