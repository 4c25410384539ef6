/**
 * Definitions of features, and their computation from timelines: pure functions, without workspace,
 * clock or database.
 */
@NullMarked
package dev.mlops.features.view;

import org.jspecify.annotations.NullMarked;
