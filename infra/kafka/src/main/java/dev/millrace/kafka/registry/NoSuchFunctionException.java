package dev.millrace.kafka.registry;

import dev.millrace.contract.FunctionRef;

/** A trigger needs a function, and there is none of this name. Nothing was written. */
public final class NoSuchFunctionException extends Exception {

    private static final long serialVersionUID = 1L;

    NoSuchFunctionException(FunctionRef ref) {
        super("there is no function " + ref);
    }
}
