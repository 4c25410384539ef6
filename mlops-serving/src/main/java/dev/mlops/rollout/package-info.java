/**
 * The judging of a rollout and its certificate, without router or models: what an auditor needs to
 * recompute a verdict.
 */
@NullMarked
package dev.mlops.rollout;

import org.jspecify.annotations.NullMarked;
