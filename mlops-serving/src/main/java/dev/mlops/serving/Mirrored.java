package dev.mlops.serving;

import dev.mlops.serving.RequestRule.Ending;
import org.jspecify.annotations.Nullable;

/**
 * A request that a shadow answers too: what was asked, and what the live model made of it.
 *
 * @param value the live model's answer, null if it failed
 * @param output what was read from that answer
 * @param ending how the live model's attempt ended
 * @param unit the hash of its key, or one of its own
 * @param number the number under which a label is awaited, {@link PredictionIds#NONE} for none
 */
record Mirrored<I, O>(
    I input, @Nullable O value, Output output, Ending ending, long unit, long number) {}
