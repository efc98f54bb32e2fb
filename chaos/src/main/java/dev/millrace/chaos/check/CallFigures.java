package dev.millrace.chaos.check;

/**
 * What callers who waited were told.
 *
 * @param calls how many there were
 * @param answered with a result
 * @param refused with the word that it will not run
 * @param failed in any other way: the worker is gone, the wait is over
 * @param broken whose connection broke
 * @param toldOnly answered with a result that the record does not have, because the worker died in that moment
 */
public record CallFigures(int calls, int answered, int refused, int failed, int broken, int toldOnly) {}
