/** Comparisons with rivals and limits, each a main class that {@code benchmarks/compare} runs. */
@NullMarked
package dev.mlops.benchmarks;

import org.jspecify.annotations.NullMarked;
