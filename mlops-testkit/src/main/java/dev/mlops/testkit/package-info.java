/**
 * Contracts that every backend passes, a clock that tests move, real databases, and a harness that
 * kills processes.
 */
@NullMarked
package dev.mlops.testkit;

import org.jspecify.annotations.NullMarked;
