/** The workspace on which every module opens. */
@NullMarked
package dev.mlops;

import org.jspecify.annotations.NullMarked;
