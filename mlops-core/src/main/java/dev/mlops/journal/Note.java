package dev.mlops.journal;

import java.time.Instant;

/**
 * What somebody has written about a thing.
 *
 * @param about the thing
 * @param text what was written
 * @param author who wrote it
 * @param time when it was written, by the workspace's clock
 * @param event the id of the event in the journal that keeps it
 */
public record Note(ObjectKey about, String text, Actor author, Instant time, long event) {}
