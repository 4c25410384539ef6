/** What backends of the feature store must do, as tests to extend. */
@NullMarked
package dev.mlops.testkit.features;

import org.jspecify.annotations.NullMarked;
