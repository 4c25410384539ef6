package dev.mlops.serving;

import dev.mlops.predictions.ModelOutput;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.predictions.PredictionSink;
import java.time.Instant;
import java.util.Map;
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

  void log(I input, Answer<O> answer, double score, Instant time) {
    PredictionRecord.Builder record =
        PredictionRecord.builder()
            .id(answer.id())
            .model(answer.model())
            .version(answer.version())
            .variant(answer.variant())
            .time(time)
            .score(score)
            .latency(answer.latency())
            .outcome(answer.outcome().text);
    Map<String, ?> features = read("the features", setup.features(), input);
    String entity = read("the entity", setup.entity(), input);
    O value = answer.attempt().value();
    ModelOutput output = value == null ? null : read("the output", setup.output(), value);
    if (features != null) {
      record.features(features);
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
