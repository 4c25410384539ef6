/** Real flights of 2001 through the whole house: will this flight be more than 15 minutes late? */
@NullMarked
package dev.mlops.examples.flights;

import org.jspecify.annotations.NullMarked;
