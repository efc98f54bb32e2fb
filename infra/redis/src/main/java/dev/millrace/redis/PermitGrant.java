package dev.millrace.redis;

/**
 * What a worker was granted.
 *
 * @param granted what it may hold; at least what it said it keeps
 * @param share what is its due at present: what it holds beyond that, it should give back when it can
 * @param contended whether somebody wants more than there is
 */
public record PermitGrant(int granted, int share, boolean contended) {}
