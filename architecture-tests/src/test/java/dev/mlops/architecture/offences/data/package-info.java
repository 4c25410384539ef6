/** A room with a planted offence. */
@NullMarked
package dev.mlops.architecture.offences.data;

import org.jspecify.annotations.NullMarked;
