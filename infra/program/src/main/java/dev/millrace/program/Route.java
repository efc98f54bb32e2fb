package dev.millrace.program;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;

/**
 * One thing a listener answers.
 *
 * @param method HTTP method
 * @param path with parameters in braces, such as {@code /v1/functions/{function}}
 * @param maxBody largest request body in bytes; a larger one is answered 413 and not read
 * @param open whether it is answered without a key even where keys are required
 * @param handler what answers; runs on a virtual thread and may block
 */
public record Route(HandlerType method, String path, long maxBody, boolean open, Handler handler) {

    public Route {
        if (!path.startsWith("/") || maxBody < 0) {
            throw new IllegalArgumentException("not a route: " + method + " " + path);
        }
    }

    /** Reads something. */
    public static Route get(String path, Handler handler) {
        return new Route(HandlerType.GET, path, 0, false, handler);
    }

    /** Creates or replaces something. */
    public static Route put(String path, long maxBody, Handler handler) {
        return new Route(HandlerType.PUT, path, maxBody, false, handler);
    }

    /** Does something. */
    public static Route post(String path, long maxBody, Handler handler) {
        return new Route(HandlerType.POST, path, maxBody, false, handler);
    }

    /** Removes something. */
    public static Route delete(String path, Handler handler) {
        return new Route(HandlerType.DELETE, path, 0, false, handler);
    }

    /** The same route, answered without a key. */
    public Route withoutKey() {
        return new Route(method, path, maxBody, true, handler);
    }

    @Override
    public String toString() {
        return method.name() + " " + path;
    }
}
