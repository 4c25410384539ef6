/** A room with a planted offence. */
@NullMarked
package dev.mlops.architecture.offences.stats;

import org.jspecify.annotations.NullMarked;
