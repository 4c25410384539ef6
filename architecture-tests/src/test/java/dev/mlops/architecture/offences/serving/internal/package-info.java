/** A room with a planted offence. */
@NullMarked
package dev.mlops.architecture.offences.serving.internal;

import org.jspecify.annotations.NullMarked;
