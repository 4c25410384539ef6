/** What turned out to be true of predictions. */
@NullMarked
package dev.mlops.labels;

import org.jspecify.annotations.NullMarked;
