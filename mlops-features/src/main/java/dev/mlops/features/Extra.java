package dev.mlops.features;

import dev.mlops.data.Field;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A feature beside the views': a request column as it is, or what code makes of the context. */
record Extra(Field field, @Nullable ToDoubleFunction<FeatureContext> code) {}
