/** A room with a planted offence. */
@NullMarked
package dev.mlops.architecture.offences.annexe;

import org.jspecify.annotations.NullMarked;
