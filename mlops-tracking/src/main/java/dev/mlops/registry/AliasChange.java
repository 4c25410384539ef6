package dev.mlops.registry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One move of an alias.
 *
 * @param model the model's name
 * @param alias the alias
 * @param from the version it stood at before, or null if it stood nowhere
 * @param to the version it stands at from then on, or null if it was cleared
 * @param time when it moved; never before the alias's earlier move
 * @param by who moved it
 * @param reason why
 */
public record AliasChange(
    String model,
    String alias,
    @Nullable Integer from,
    @Nullable Integer to,
    Instant time,
    String by,
    String reason) {}
