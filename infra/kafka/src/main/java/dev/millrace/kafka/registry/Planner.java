package dev.millrace.kafka.registry;

/**
 * Decides upon one state of the registry. Asked again on a newer state when another writer came first, so it has no
 * effect of its own.
 *
 * @param <T> the answer
 * @param <A> a reason to refuse; {@link RuntimeException} when there is none, as for the others
 * @param <B> another one
 * @param <C> a third
 */
interface Planner<T, A extends Exception, B extends Exception, C extends Exception> {
    Plan<T> on(RegistryView state) throws A, B, C;
}
