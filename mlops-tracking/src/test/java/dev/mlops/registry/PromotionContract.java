package dev.mlops.registry;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Event;
import dev.mlops.journal.Reason;
import dev.mlops.registry.onnx.OnnxFormat;
import dev.mlops.stats.Interval;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.Run;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a version has to show before an alias moves to it. */
abstract class PromotionContract {

  private static final Reason ADA =
      because("slices looked at").by(Actor.human("ada", "risk owner"));

  private Workspace workspace;
  private ExperimentTracker tracker;
  private RegisteredModel flights;
  private Alias champion;

  /** Opens an empty database. */
  abstract Database open();

  @BeforeEach
  void openRegistry() {
    workspace = Workspace.builder().database(open()).artifactStore(ArtifactStore.inMemory()).open();
    tracker = ExperimentTracker.of(workspace);
    flights = ModelRegistry.of(workspace).model("flights");
    champion = flights.alias("champion");
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private ModelVersion trained(Run.Work<RuntimeException> work) {
    String run = tracker.experiment("delays").run("gbm", work).id();
    return flights.register(TinyOnnx.candidate().golden(TinyOnnx.golden()).run(run).build());
  }

  private static List<String> missing(Promotion rules, ModelVersion version) {
    return rules.check(version).missing().stream().map(PromotionFinding::toString).toList();
  }

  private static Promotion all() {
    return Promotion.requires()
        .metricAtLeast("auc", 0.7)
        .provenAtMost("loss", 0.5, 0.9)
        .sealedRun()
        .goldenPredictions(TinyOnnx.FORMAT)
        .smokeTest("runs", version -> {})
        .approval("risk owner");
  }

  @Test
  void aVersionThatShowsAllIsPromotedAndTheJournalKeepsWhatWasFound() {
    ModelVersion version =
        trained(
            run -> {
              run.metric("auc", 0.81);
              run.metric("loss", new Interval(0.3, 0.4, 0.5, 0.95));
            });
    version.approve(ADA);
    assertThat(all().check(version).passed()).isTrue();
    AliasChange change = champion.promote(1, Expect.none(), all(), because("first"));
    assertThat(change.to()).isOne();
    Event moved = workspace.journal().events().kind("alias.moved").list().get(0);
    assertThat(moved.details())
        .containsEntry("auc at least 0.7", "met: auc is 0.81")
        .containsEntry(
            "loss at most 0.5 with confidence 0.9", "met: the interval's upper end is 0.5")
        .containsEntry("approval by risk owner", "met: ada: slices looked at")
        .containsEntry("smoke test 'runs'", "met: passed")
        .containsKeys("sealed run", "golden predictions")
        .doesNotContainKey("promoted anyway");
  }

  @Test
  void allThatIsMissingIsSaidAtOnceAndNothingMoves() {
    ModelVersion bare = flights.register(TinyOnnx.candidate().build());
    assertThatThrownBy(() -> champion.promote(1, Expect.none(), all(), because("first")))
        .isInstanceOfSatisfying(
            PromotionRefusedException.class,
            refused -> assertThat(refused.check().missing()).hasSize(5))
        .hasMessage(
            "alias 'champion' stays where it is: model 'flights' version 1 lacks 5 of 6 demands:"
                + " auc at least 0.7: it was registered without a run;"
                + " loss at most 0.5 with confidence 0.9: it was registered without a run;"
                + " sealed run: it was registered without a run;"
                + " golden predictions: it was registered without any;"
                + " approval by risk owner: nobody has approved it."
                + " Bring what is missing, or use promoteAnyway(...), which the journal keeps");
    assertThat(champion.find()).isEmpty();
    assertThat(champion.history()).isEmpty();
    assertThat(bare.aliases()).isEmpty();
  }

  @Test
  void metricsThatAreAbsentNanOrUnsureAreNotPassed() {
    Promotion rules =
        Promotion.requires()
            .metricAtLeast("auc", 0.7)
            .metricAtMost("loss", 0.5)
            .provenAtLeast("auc", 0.7, 0.95);
    assertThat(missing(rules, trained(run -> {})))
        .containsExactly(
            "auc at least 0.7: the run did not log it; it logged no metric",
            "loss at most 0.5: the run did not log it; it logged no metric",
            "auc at least 0.7 with confidence 0.95: no interval of it was logged; log it by"
                + " run.metric('auc', interval); it logged no metric");
    assertThat(
            missing(
                rules,
                trained(
                    run -> {
                      run.metric("auc", Double.NaN);
                      run.metric("loss", 0.6);
                    })))
        .containsExactly(
            "auc at least 0.7: auc is NaN",
            "loss at most 0.5: loss is 0.6",
            "auc at least 0.7 with confidence 0.95: no interval of it was logged; log it by"
                + " run.metric('auc', interval); it logged [auc, loss]");
    assertThat(
            missing(
                rules,
                trained(
                    run -> {
                      run.metric("auc", new Interval(0.75, 0.8, 0.85, 0.9));
                      run.metric("loss", 0.5);
                    })))
        .containsExactly(
            "auc at least 0.7 with confidence 0.95: its interval has the confidence 0.9");
    assertThat(
            missing(
                rules,
                trained(
                    run -> {
                      run.metric("auc", new Interval(0.69, 0.8, 0.85, 0.95));
                      run.metric("loss", 0.5);
                    })))
        .containsExactly("auc at least 0.7 with confidence 0.95: the interval's lower end is 0.69");
  }

  @Test
  void aRunThatWasChangedOrGoesOnIsNotSealed() {
    ModelVersion version = trained(run -> run.metric("auc", 0.8));
    Promotion rules = Promotion.requires().sealedRun();
    assertThat(missing(rules, version)).isEmpty();
    int changed =
        workspace
            .database()
            .transaction(
                session -> session.update("UPDATE mlops_run_metrics SET latest_real = ?", 0.9));
    assertThat(changed).isOne();
    assertThat(missing(rules, version)).hasSize(1).first().asString().contains("metric auc");
  }

  @Test
  void aModelThatAnswersOtherwiseNowOrNotAtAllIsNotPassed() {
    ModelVersion version = trained(run -> {});
    ModelFormat other =
        OnnxFormat.runBy((model, rows) -> TinyOnnx.output(1, new float[rows.rowCount()]));
    ModelFormat broken =
        OnnxFormat.runBy(
            (model, rows) -> {
              throw new IllegalStateException("out of memory");
            });
    assertThat(missing(Promotion.requires().goldenPredictions(other), version))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("golden predictions: row 0 ");
    assertThat(missing(Promotion.requires().goldenPredictions(broken), version))
        .containsExactly("golden predictions: the model does not answer: out of memory");
  }

  @Test
  void aSmokeTestThatThrowsIsNotPassedWhateverItThrows() {
    ModelVersion version = trained(run -> {});
    Promotion rules =
        Promotion.requires()
            .smokeTest(
                "late",
                tested -> {
                  throw new java.io.IOException("no answer");
                })
            .smokeTest(
                "right",
                tested -> {
                  throw new AssertionError("3 is not 4");
                });
    assertThat(missing(rules, version))
        .containsExactly(
            "smoke test 'late': java.io.IOException: no answer",
            "smoke test 'right': java.lang.AssertionError: 3 is not 4");
  }

  @Test
  void anApprovalIsOfAPersonInARoleAndCanBeWithdrawn() {
    ModelVersion version = trained(run -> {});
    Promotion rules = Promotion.requires().approval("risk owner");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> version.approve(because("fine")))
        .withMessage(
            "an approval is given by a person in a role, such as because(\"...\").by(Actor.human(\"ada\", \"risk owner\")), and not by SYSTEM 'mlops'");
    version.approve(because("fine").by(Actor.human("bob", "engineer")));
    assertThat(missing(rules, version))
        .containsExactly("approval by risk owner: it is approved by [engineer] only");
    version.approve(ADA);
    assertThat(version.approvals()).extracting(ModelApproval::by).containsExactly("bob", "ada");
    assertThatThrownBy(() -> version.approve(ADA))
        .isInstanceOf(ConflictException.class)
        .hasMessage("model 'flights' version 1 is approved by 'ada' as risk owner already");
    assertThat(missing(rules, version)).isEmpty();
    version.withdrawApproval(because("a slice is bad").by(Actor.human("ada", "risk owner")));
    assertThat(missing(rules, version)).hasSize(1);
    assertThatThrownBy(() -> version.withdrawApproval(ADA))
        .isInstanceOf(NotFoundException.class)
        .hasMessage(
            "model 'flights' version 1 has no approval by 'ada' as risk owner; found: [bob as engineer]");
    assertThat(workspace.journal().events().kind("model").list())
        .extracting(Event::kind)
        .containsExactly(
            "model.registered", "model.approved", "model.approved", "model.approval-withdrawn");
  }

  @Test
  void anApprovalThatIsWithdrawnWhileTheVersionIsLookedAtStopsTheMove() {
    ModelVersion version = trained(run -> {});
    version.approve(ADA);
    Promotion rules =
        Promotion.requires()
            .approval("risk owner")
            .smokeTest("slow", tested -> tested.withdrawApproval(ADA));
    assertThatThrownBy(() -> champion.promote(1, Expect.none(), rules, because("first")))
        .isInstanceOf(ConflictException.class)
        .hasMessage(
            "the approval of model 'flights' version 1 by risk owner was withdrawn while it was looked at; nothing was changed");
    assertThat(champion.find()).isEmpty();
  }

  @Test
  void inAnEmergencyTheAliasMovesAnywayAndTheJournalSaysWhatWasMissing() {
    ModelVersion version = trained(run -> {});
    champion.promoteAnyway(
        1, Expect.none(), Promotion.requires().approval("risk owner"), because("outage"));
    assertThat(champion.get()).isEqualTo(version);
    assertThat(workspace.journal().events().kind("alias.moved").list().get(0).details())
        .containsEntry(
            "promoted anyway",
            "model 'flights' version 1 lacks 1 of 1 demand: approval by risk owner: nobody has approved it");
  }

  @Test
  void rulesThatDemandNothingOrTheSameTwiceAreRefused() {
    ModelVersion version = trained(run -> {});
    assertThatThrownBy(() -> Promotion.requires().check(version))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the rules demand nothing, so they show nothing; add a demand, or use moveTo");
    assertThatIllegalStateException()
        .isThrownBy(() -> all().approval("risk owner"))
        .withMessage("'approval by risk owner' is demanded already");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Promotion.requires().metricAtLeast("auc", Double.NaN))
        .withMessage("a limit must be a finite number: NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Promotion.requires().provenAtLeast("auc", 0.5, 95))
        .withMessage("confidence must lie between 0 and 1, both excluded: 95");
    assertThatThrownBy(() -> champion.promote(7, Expect.none(), all(), because("first")))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(
            () ->
                champion.promote(
                    1,
                    Expect.version(3),
                    Promotion.requires().smokeTest("runs", tested -> {}),
                    because("first")))
        .isInstanceOf(ConflictException.class);
  }
}
