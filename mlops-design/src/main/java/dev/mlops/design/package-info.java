/**
 * What a project is for and what its model has to reach: tasks, metrics, targets, value, and the
 * design that holds them together.
 */
@NullMarked
package dev.mlops.design;

import org.jspecify.annotations.NullMarked;
