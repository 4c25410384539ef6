package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.report.Line;
import dev.mlops.report.LineChart;
import dev.mlops.report.Unit;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.Certificate.Tick;
import dev.mlops.rollout.RolloutState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The picture of the guide is drawn from two certificates, and is compared with what they say. */
class EvidencePathTest {

  private static final String GUARD = "errors";

  private static Line line(
      String name, Certificate certificate, ToDoubleFunction<Tick> logEvidence) {
    List<Tick> ticks =
        certificate.ticks().stream().filter(tick -> tick.guard().equals(GUARD)).toList();
    double[] requests = new double[ticks.size() + 1];
    double[] evidence = new double[ticks.size() + 1];
    for (int i = 0; i < ticks.size(); i++) {
      long counted = ticks.get(i).counts().canary() + ticks.get(i).counts().stable();
      requests[i + 1] = requests[i] + counted;
      evidence[i + 1] = logEvidence.applyAsDouble(ticks.get(i)) / Math.log(10);
    }
    return Line.over(name, requests, evidence);
  }

  private static double stepped(Certificate certificate) {
    Certificate.Transition first = certificate.transitions().get(0);
    assertThat(first.state()).isInstanceOf(RolloutState.Running.class);
    return certificate.ticks().subList(0, first.afterTicks()).stream()
        .filter(tick -> tick.guard().equals(GUARD))
        .mapToLong(tick -> tick.counts().canary() + tick.counts().stable())
        .sum();
  }

  @Test
  void the_picture_in_the_guide_is_that_of_these_certificates() throws IOException {
    Map<String, Certificate> all = CertificateInterop.all();
    Certificate promoted = Objects.requireNonNull(all.get("promoted"));
    Certificate rolledBack = Objects.requireNonNull(all.get("rolled-back"));
    String svg =
        LineChart.of("Evidence about errors, request by request")
            .x("requests of both models", Unit.number())
            .y("evidence, as a power of ten", Unit.number())
            .line(line("three times the errors: worse", rolledBack, Tick::logWorse))
            .line(line("as good: proof of it", promoted, Tick::logNotWorse))
            .line(line("as good: worse", promoted, Tick::logWorse))
            .limit("rolled back", 2)
            .limit("proven", Math.log10(20))
            .mark(stepped(promoted), "as good: from 10 % to 50 %")
            .svg();
    Path drawn = Files.writeString(Path.of("target/evidence-path.svg"), svg);
    assertThat(Path.of("../docs/guide/evidence-path.svg")).hasSameTextualContentAs(drawn);
  }
}
