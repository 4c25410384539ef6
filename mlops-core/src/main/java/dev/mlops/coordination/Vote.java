package dev.mlops.coordination;

import dev.mlops.journal.Actor;
import java.time.Instant;

/**
 * What one actor has said.
 *
 * @param actor who
 * @param approves whether for or against
 * @param reason why
 * @param time when, by the workspace's clock
 */
public record Vote(Actor actor, boolean approves, String reason, Instant time) {}
