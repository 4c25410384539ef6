/** Looks at models in production by rules, and tells those who should know. */
@NullMarked
package dev.mlops.watch;

import org.jspecify.annotations.NullMarked;
