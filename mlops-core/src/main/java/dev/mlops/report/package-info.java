/** Charts as SVG and reports as one HTML file, which need no script, font or network. */
@CheckReturnValue
@NullMarked
package dev.mlops.report;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
