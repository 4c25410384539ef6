/** The README and the walks, run as a reader would type them. */
@NullMarked
package dev.mlops.examples;

import org.jspecify.annotations.NullMarked;
