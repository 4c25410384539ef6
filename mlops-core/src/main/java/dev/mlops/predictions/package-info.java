/** Every prediction that was served, and the labels that arrive for it later. */
@NullMarked
package dev.mlops.predictions;

import org.jspecify.annotations.NullMarked;
