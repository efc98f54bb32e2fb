package dev.millrace.kafka.registry;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.FunctionSpec;
import org.jspecify.annotations.Nullable;

/** A function as its owner wants it to be. */
record FunctionWish(FunctionSpec spec, @Nullable CodeRef code, Expected expected) {}
