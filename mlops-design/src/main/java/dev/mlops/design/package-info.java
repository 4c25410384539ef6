/**
 * What a project is for and what its model has to reach: tasks, metrics, targets, value, and the
 * design that holds them together.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.design;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
