/** What backends of the feature store must do, as tests to extend. */
@CheckReturnValue
@NullMarked
package dev.mlops.testkit.features;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
