/** A room with a planted offence. */
@NullMarked
package dev.mlops.architecture.offences.pipeline;

import org.jspecify.annotations.NullMarked;
