@NullMarked
package dev.mlops.architecture.offences.rollout;

import org.jspecify.annotations.NullMarked;
