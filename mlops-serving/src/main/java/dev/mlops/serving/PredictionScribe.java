package dev.mlops.serving;

import dev.mlops.predictions.ModelOutput;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.predictions.PredictionSink;
import dev.mlops.predictions.ServedFeatures;
import dev.mlops.serving.Prediction.Outcome;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes answers to the prediction log. */
final class PredictionScribe<I, O> {

  private final RouterSetup<I, O> setup;
  private final PredictionSink log;
  private final Bookkeeping bookkeeping;

  PredictionScribe(RouterSetup<I, O> setup, PredictionSink log, Bookkeeping bookkeeping) {
    this.setup = setup;
    this.log = log;
    this.bookkeeping = bookkeeping;
  }

  void log(I input, Prediction<O> answer, double score, Instant time) {
    PredictionRecord.Builder record =
        PredictionRecord.builder()
            .model(answer.model())
            .version(answer.version())
            .variant(answer.variant())
            .time(time)
            .score(score)
            .latencyNanos(answer.nanos())
            .outcome(answer.outcome().text);
    answer.name(record);
    String entity = read("the entity", setup.entity(), input);
    ModelOutput output =
        answer.outcome() == Outcome.ERROR
            ? null
            : read("the output", setup.output(), answer.value());
    if (!hasFeatures(record, input)) {
      bookkeeping.withoutFeatures(input);
    }
    if (entity != null) {
      record.entity(entity);
    }
    if (output != null) {
      record.output(output);
    }
    if (!log.log(record.build())) {
      bookkeeping.notLogged();
    }
  }

  /** Puts the features of an input into a record; what fails in reading them leaves it whole. */
  private boolean hasFeatures(PredictionRecord.Builder record, I input) {
    if (setup.features() != null) {
      if (input instanceof ServedFeatures) {
        bookkeeping.withoutOrigin();
      }
      return isPut(setup.features(), record::features, input);
    }
    return setup.servedFeatures() != null
        ? isPut(setup.servedFeatures(), record::features, input)
        : input instanceof ServedFeatures served && isPut(given -> served, record::features, input);
  }

  private <T> boolean isPut(Function<? super I, ? extends T> reader, Consumer<T> record, I input) {
    Boolean put =
        read(
            "the features",
            (I asked) -> {
              T features = reader.apply(asked);
              if (features != null) {
                record.accept(features);
              }
              return features != null;
            },
            input);
    return put == null || put; // What failed is told as a failure.
  }

  private <F, T> @Nullable T read(
      String what, @Nullable Function<? super F, ? extends T> reader, F input) {
    if (reader == null) {
      return null;
    }
    try {
      return reader.apply(input);
    } catch (Throwable e) {
      bookkeeping.broken("reading " + what, e);
      return null;
    }
  }
}
