/**
 * What happened and who did it: events that are appended only, each bound to the one before by its
 * hash.
 */
@NullMarked
package dev.mlops.journal;

import org.jspecify.annotations.NullMarked;
