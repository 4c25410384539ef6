/** A room with a planted offence. */
@NullMarked
package dev.mlops.architecture.offences;

import org.jspecify.annotations.NullMarked;
