/**
 * Truth in a database, bytes in a content-addressed store, and the one protocol that makes bytes
 * visible.
 */
@NullMarked
package dev.mlops.storage;

import org.jspecify.annotations.NullMarked;
