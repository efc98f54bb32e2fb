package dev.millrace.dispatcher.http;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerRef;
import dev.millrace.dispatcher.wait.OutcomeListener;
import dev.millrace.dispatcher.wait.OutcomeTail;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.program.Problem;
import dev.millrace.redis.Lookup;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.ResultReader;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of an invocation: what is there, or followed attempt by attempt until the invocation has ended. */
final class LogEndpoint {

    private static final Logger log = LoggerFactory.getLogger(LogEndpoint.class);
    private static final long HEARTBEAT_SECONDS = 10;
    private static final byte[] NOTHING = new byte[0];

    private final Invocations invocations;
    private final ResultReader results;
    private final OutcomeTail tail;
    private final Registry registry;
    private final RequestIdCodec requestIds;

    LogEndpoint(
            Invocations invocations,
            ResultReader results,
            OutcomeTail tail,
            Registry registry,
            RequestIdCodec requestIds) {
        this.invocations = invocations;
        this.results = results;
        this.tail = tail;
        this.registry = registry;
        this.requestIds = requestIds;
    }

    void get(Context context) throws IOException, InterruptedException {
        Query query = Query.of(context, "attempt");
        OptionalInt wanted = query.text("attempt").isPresent()
                ? OptionalInt.of(query.number("attempt", 1, 1, Integer.MAX_VALUE))
                : OptionalInt.empty();
        EventAddress address = invocations.address(context);
        String accept = context.header("Accept");
        if (accept != null && accept.contains("text/event-stream")) {
            follow(context, address);
            return;
        }
        InvocationView view = invocations.find(address);
        context.header("X-Content-Type-Options", "nosniff");
        context.contentType("text/plain; charset=utf-8").result(text(view, wanted));
    }

    private String text(InvocationView view, OptionalInt wanted) {
        Outcome outcome = view.outcome();
        LogRenderer renderer = renderer(view.address(), view.trigger());
        StringBuilder text = new StringBuilder();
        boolean found = wanted.isEmpty();
        if (outcome != null) {
            for (Attempt attempt : outcome.attempts()) {
                if (wanted.isEmpty() || wanted.getAsInt() == attempt.number()) {
                    text.append(renderer.render(outcome, attempt, stored(view.address(), attempt.number())));
                    found = true;
                }
            }
        }
        if (!found) {
            throw Problem.notFound("there is no ended attempt " + wanted.getAsInt() + " of this invocation")
                    .about(requestIds.encode(view.address()).toString())
                    .exception();
        }
        return text.toString();
    }

    private byte[] stored(EventAddress address, int attempt) {
        return results.log(address, attempt).orElse(NOTHING);
    }

    private void follow(Context context, EventAddress address) throws IOException, InterruptedException {
        // Looked up before the view: whatever ends after it comes by the tail.
        Lookup known = invocations.lookup(address);
        InvocationView view =
                known instanceof Lookup.Finished finished ? Invocations.ended(finished) : invocations.find(address);
        context.header("Cache-Control", "no-store");
        EventStream stream = EventStream.open(context);
        Follower follower = new Follower(address, stream, renderer(address, view.trigger()));
        Outcome soFar = view.outcome();
        if (soFar != null) {
            for (Attempt attempt : soFar.attempts()) {
                follower.send(soFar, attempt, stored(address, attempt.number()));
            }
        }
        if (view.hasEnded()) {
            follower.end(view.status().name());
            return;
        }
        LinkedBlockingQueue<Optional<OutcomePack.Entry>> arrived = new LinkedBlockingQueue<>();
        OutcomeTail.Following following = tail.follow(address, known, new Mailbox(arrived));
        try (following) {
            follower.run(arrived);
        }
    }

    private LogRenderer renderer(EventAddress address, TriggerRef trigger) {
        int memorySize = registry.view()
                .function(trigger.function())
                .map(FunctionDefinition::spec)
                .map(spec -> spec.memorySize())
                .orElse(0);
        return new LogRenderer(requestIds.encode(address).toString(), memorySize);
    }

    /** Carries outcomes from the tail's thread to the request's; nothing in it means that the tail stops. */
    private record Mailbox(LinkedBlockingQueue<Optional<OutcomePack.Entry>> arrived) implements OutcomeListener {

        @Override
        public void ended(OutcomePack.Entry outcome) {
            arrived.add(Optional.of(outcome));
        }

        @Override
        public void tailClosed() {
            arrived.add(Optional.empty());
        }
    }

    /** One reader's stream of one invocation's log. Belongs to the request's thread. */
    private final class Follower {

        private final EventAddress address;
        private final EventStream stream;
        private final LogRenderer renderer;
        private int lastAttempt;

        Follower(EventAddress address, EventStream stream, LogRenderer renderer) {
            this.address = address;
            this.stream = stream;
            this.renderer = renderer;
        }

        void run(LinkedBlockingQueue<Optional<OutcomePack.Entry>> arrived) throws IOException, InterruptedException {
            while (true) {
                Optional<OutcomePack.Entry> next = arrived.poll(HEARTBEAT_SECONDS, TimeUnit.SECONDS);
                if (next == null) {
                    stream.heartbeat();
                } else if (next.isEmpty()) {
                    return;
                } else if (take(next.get())) {
                    return;
                }
            }
        }

        /** Sends what is new; true when nothing can follow. */
        private boolean take(OutcomePack.Entry entry) throws IOException {
            try {
                Outcome outcome = OutcomePack.decode(entry.stored()).outcomes().getFirst();
                for (Attempt attempt : outcome.attempts()) {
                    boolean isLast = attempt.number() == entry.attempt();
                    send(outcome, attempt, isLast ? entry.log() : stored(address, attempt.number()));
                }
                if (outcome.status().isTerminal()) {
                    end(confirmed(entry, outcome).name());
                    return true;
                }
            } catch (MalformedException e) {
                log.warn("an outcome of {} is not readable and is left out of its followed log", address, e);
            }
            return false;
        }

        /** Whoever is told of the end and asks again finds it. */
        private Status confirmed(OutcomePack.Entry entry, Outcome outcome) {
            try {
                return results.confirm(entry).outcome().status();
            } catch (RedisUnavailableException e) {
                return outcome.status(); // Redis gets it from the recorder when it is back.
            }
        }

        void send(Outcome outcome, Attempt attempt, byte[] userLog) throws IOException {
            if (attempt.number() <= lastAttempt) {
                return;
            }
            lastAttempt = attempt.number();
            for (String line :
                    renderer.render(outcome, attempt, userLog).lines().toList()) {
                stream.send("log", line);
            }
            stream.flush();
        }

        void end(String status) throws IOException {
            stream.send("end", status);
            stream.flush();
        }
    }
}
