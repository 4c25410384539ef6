/**
 * The judging of a rollout and its certificate, without router or models: what an auditor needs to
 * recompute a verdict.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.rollout;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
