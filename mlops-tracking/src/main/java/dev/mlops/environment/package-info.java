/**
 * Where code ran: the Java runtime, machine, libraries and git commit of a process, found out and
 * compared.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.environment;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
