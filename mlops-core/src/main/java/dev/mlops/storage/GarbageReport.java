package dev.mlops.storage;

/**
 * What a garbage collection has freed.
 *
 * @param contents how many distinct contents were deleted
 * @param bytes their bytes together
 * @param kept how many contents no artifact names, but that are younger than the grace
 */
public record GarbageReport(int contents, long bytes, int kept) {}
