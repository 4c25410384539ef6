/**
 * Says what data must look like, checks it, and parts the rows that may go on from those that may
 * not.
 */
@NullMarked
package dev.mlops.quality;

import org.jspecify.annotations.NullMarked;
