/** Models with numbered, immutable versions, and the aliases that move between them. */
@NullMarked
package dev.mlops.registry;

import org.jspecify.annotations.NullMarked;
