package dev.millrace.program;

import java.util.List;

/** What a program offers over HTTP. A listener can serve the routes of several programs on one port. */
public interface Routes {

    /** Every route; the list does not change while a listener serves it. */
    List<Route> routes();
}
