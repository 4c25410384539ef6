/** Tells whether a window of data is still like its reference. */
@NullMarked
package dev.mlops.drift;

import org.jspecify.annotations.NullMarked;
