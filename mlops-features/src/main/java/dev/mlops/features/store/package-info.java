/**
 * Where a source's rows are kept, and where live timelines are: two interfaces for backends, and
 * the defaults.
 */
@NullMarked
package dev.mlops.features.store;

import org.jspecify.annotations.NullMarked;
