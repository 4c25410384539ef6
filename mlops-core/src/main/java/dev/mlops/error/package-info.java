/** What can go wrong in the world outside: a few exceptions, named by what the caller can do. */
@NullMarked
package dev.mlops.error;

import org.jspecify.annotations.NullMarked;
