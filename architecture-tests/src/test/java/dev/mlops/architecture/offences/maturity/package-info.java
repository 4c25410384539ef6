/** A room with a planted offence. */
@NullMarked
package dev.mlops.architecture.offences.maturity;

import org.jspecify.annotations.NullMarked;
