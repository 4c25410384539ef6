/** Profiles data without keeping rows, and tells whether a window is still like its reference. */
@NullMarked
package dev.mlops.drift;

import org.jspecify.annotations.NullMarked;
