/** A room with a planted offence. */
@NullMarked
package dev.mlops.architecture.offences.data.util;

import org.jspecify.annotations.NullMarked;
