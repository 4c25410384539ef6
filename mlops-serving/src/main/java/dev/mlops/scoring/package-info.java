/** Scores tables of any size through a model version: logged, kept, and continued after a crash. */
@CheckReturnValue
@NullMarked
package dev.mlops.scoring;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
