package dev.mlops.examples.first;

// guide:begin
import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.features.*;
import dev.mlops.features.view.*;
import dev.mlops.labels.Label;
import dev.mlops.serving.*;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

class FirstSteps {
  record Payment(String customer, Instant at, double amount) {}

  public static void main(String[] arguments) {
    try (Workspace workspace = Workspace.open(Path.of(arguments[0]))) { // a database and files
      Instant now = workspace.clock().instant();

      // Features: one definition for training and for live reads.
      EventSource payments = EventSource.of("payments").eventTime("at");
      EventView spending =
          EventView.of("spending", Entity.of("customer", "customer"), payments)
              .over(Window.days(7))
              .count()
              .sum("amount");
      FeatureService service = FeatureService.of("churn", spending);
      FeatureStore store = FeatureStore.open(workspace);
      store.register(service);
      FeatureReader online = store.online(service);
      store.ingest(
          payments,
          Dataset.of(List.of(new Payment("ann", now, 12.5), new Payment("ann", now, 7.5))));

      // A model is a function of your own types; OnnxPredictor.load(file) makes one of a file.
      Predictor<FeatureVector, Double> rule =
          customer -> customer.number("spending_amount_sum_7d") < 50 ? 0.8 : 0.1;
      Predictor<FeatureVector, Double> next =
          customer -> customer.number("spending_count_7d") < 3 ? 0.9 : 0.1;

      // Serving: each answer is logged, with its score and with its features as they were served.
      try (var router =
          DeploymentRouter.builder(workspace, "churn")
              .live(Candidate.of("churn", 1, rule))
              .open()) {
        // The next version gets a tenth of the requests; a guard takes it back if it is worse.
        Rollout rollout =
            router
                .canary(Candidate.of("churn", 2, next))
                .share(10)
                .guard(Guard.labelErrors((score, label) -> (score > 0.5) != (label > 0.5)))
                .start();
        FeatureVector ann = online.get(Map.of("customer", "ann"), workspace.clock().instant());
        Prediction<Double> answer = router.answer(ann);
        System.out.println("ann: " + ann.toMap() + " -> " + answer.value());

        // The truth, when it is known: ann has left.
        router.feedback(List.of(Label.of(answer.id(), workspace.clock().instant(), 1)));
        System.out.println(rollout.verdict().sentence());
      }

      // Was served what a training set of the same moments has?
      System.out.println(store.prove(service).served(workspace.predictions().query()));
      System.out.println(workspace.journal().verify());
    }
  }
}
// guide:end
