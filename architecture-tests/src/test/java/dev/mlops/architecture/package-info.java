/** The laws of the house, and proof that each can find who breaks it. */
@NullMarked
package dev.mlops.architecture;

import org.jspecify.annotations.NullMarked;
