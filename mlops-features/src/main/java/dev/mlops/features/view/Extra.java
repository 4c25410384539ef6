package dev.mlops.features.view;

import dev.mlops.data.Field;
import org.jspecify.annotations.Nullable;

/**
 * A feature beside the views': a request column as it is, or what code makes of the context.
 *
 * @param version of the code; 0 where there is none
 */
record Extra(Field field, int version, @Nullable Derivation code) {}
