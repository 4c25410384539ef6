/** Where a model comes from: its name, its version and the files that it is made of. */
@NullMarked
package dev.mlops.models;

import org.jspecify.annotations.NullMarked;
