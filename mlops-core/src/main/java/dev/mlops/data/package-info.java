/**
 * Typed tables of primitive columns, how they are read and written, and the digest that names their
 * content.
 */
@NullMarked
package dev.mlops.data;

import org.jspecify.annotations.NullMarked;
