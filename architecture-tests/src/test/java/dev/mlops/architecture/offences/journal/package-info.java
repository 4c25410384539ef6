/** A room with a planted offence. */
@NullMarked
package dev.mlops.architecture.offences.journal;

import org.jspecify.annotations.NullMarked;
