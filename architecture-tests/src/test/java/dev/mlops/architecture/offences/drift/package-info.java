/** A room with a planted offence. */
@NullMarked
package dev.mlops.architecture.offences.drift;

import org.jspecify.annotations.NullMarked;
