/** A room with a planted offence. */
@NullMarked
package dev.mlops.architecture.offences.serving;

import org.jspecify.annotations.NullMarked;
