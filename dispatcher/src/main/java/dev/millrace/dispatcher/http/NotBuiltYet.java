package dev.millrace.dispatcher.http;

import dev.millrace.program.Problem;
import io.javalin.http.Handler;

/** What the interface promises and this release does not do yet. It says so, and that nothing was changed. */
final class NotBuiltYet {

    private NotBuiltYet() {}

    /** A handler that refuses. */
    static Handler feature(String name) {
        return context -> {
            throw Problem.notBuiltYet(name + " is not built yet: nothing was accepted and nothing was changed")
                    .exception();
        };
    }
}
