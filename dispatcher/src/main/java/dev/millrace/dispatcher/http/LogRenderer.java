package dev.millrace.dispatcher.http;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.ColdStart;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.Status;
import dev.millrace.program.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The log of one attempt as a reader sees it. Only what the function wrote is stored; the platform's own lines are made
 * here from the outcome, so they tell the truth whatever the function wrote. Pure.
 *
 * <p>SCF: the forms of START, Init Report, ERROR, Response, END and Report. Control characters that a function wrote are
 * shown by their number, not sent to the reader's terminal; a line of a function that poses as one of the
 * platform's is indented by a space.
 */
final class LogRenderer {

    /** SCF: a line is at most 8 KB long. */
    private static final int MAX_RETURN_VALUE = 8 * 1024;

    private static final Pattern POSES_AS_PLATFORM =
            Pattern.compile("^(?:START|Init Report|Provisioned Report|ERROR|Response|END|Report) RequestId:");

    private static final BigDecimal MEGABYTE = BigDecimal.valueOf(1024 * 1024);

    private final String requestId;
    private final int memorySize;

    /** @param memorySize of the function, in MB; 0 when the function is gone, and then nothing is said of it */
    LogRenderer(String requestId, int memorySize) {
        this.requestId = requestId;
        this.memorySize = memorySize;
    }

    /**
     * The lines of one attempt.
     *
     * @param outcome the recorded outcome that holds the attempt
     * @param userLog what the function wrote, UTF-8
     */
    String render(Outcome outcome, Attempt attempt, byte[] userLog) {
        StringBuilder text = new StringBuilder(512 + userLog.length);
        text.append("START RequestId:").append(requestId).append('\n');
        initReport(text, attempt);
        userLines(text, userLog);
        AttemptError error = attempt.error();
        if (error != null) {
            text.append("ERROR RequestId:").append(requestId).append(" Result:").append(errorJson(error));
            text.append('\n');
        } else if (outcome.status() == Status.SUCCEEDED) {
            text.append("Response RequestId:")
                    .append(requestId)
                    .append(" RetMsg:")
                    .append(returned(outcome.result()));
            text.append('\n');
        }
        if (wasSignalled(outcome, attempt)) {
            text.append("[PLATFORM] Signal received successfully\n");
        }
        text.append("END RequestId:").append(requestId).append('\n');
        report(text, attempt);
        return text.toString();
    }

    /** SCF: what its log says of a terminated request. */
    private static boolean wasSignalled(Outcome outcome, Attempt attempt) {
        AttemptError error = attempt.error();
        return outcome.status() == Status.CANCELLED
                && error != null
                && error.type().equals("Cancelled");
    }

    private void initReport(StringBuilder text, Attempt attempt) {
        ColdStart cold = attempt.coldStart();
        if (cold == null) {
            return;
        }
        text.append("Init Report RequestId: ").append(requestId);
        text.append(" Coldstart: ").append(millis(cold.totalMicros()));
        text.append("ms (PullCode: ").append(millis(cold.pullCodeMicros()));
        text.append("ms InitRuntime: ").append(millis(cold.initRuntimeMicros()));
        text.append("ms InitFunction: ")
                .append(millis(cold.initFunctionMicros()))
                .append("ms)");
        if (memorySize > 0) {
            text.append(" Memory: ").append(memorySize).append("MB");
        }
        text.append(" MemUsage: ").append(megabytes(attempt.memoryBytes(), 2)).append("MB\n");
    }

    private void report(StringBuilder text, Attempt attempt) {
        text.append("Report RequestId:").append(requestId);
        text.append(" Duration:").append(millis(attempt.durationMicros())).append("ms");
        if (memorySize > 0) {
            text.append(" Memory:").append(memorySize).append("MB");
        }
        text.append(" MemUsage:").append(megabytes(attempt.memoryBytes(), 6)).append("MB\n");
    }

    private static void userLines(StringBuilder text, byte[] userLog) {
        if (userLog.length == 0) {
            return;
        }
        String written = new String(userLog, StandardCharsets.UTF_8);
        int from = 0;
        while (from < written.length()) {
            int end = written.indexOf('\n', from);
            int to = end < 0 ? written.length() : end;
            int visible = to > from && end >= 0 && written.charAt(to - 1) == '\r' ? to - 1 : to;
            userLine(text, written.substring(from, visible));
            from = to + 1;
        }
    }

    private static void userLine(StringBuilder text, String line) {
        if (POSES_AS_PLATFORM.matcher(line).lookingAt()) {
            text.append(' ');
        }
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c != '\t' && Character.isISOControl(c)) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('\n');
    }

    /** SCF: the error JSON, with {@code < > &} escaped as its platform does. */
    private String errorJson(AttemptError error) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("errorCode", -1);
        json.put("errorMessage", error.text());
        json.put("requestId", requestId);
        json.put("stackTrace", error.stackTrace());
        json.put("statusCode", error.code());
        return escaped(Json.MAPPER.writeValueAsString(json));
    }

    private static String returned(byte[] result) {
        String value = escaped(new String(result, StandardCharsets.UTF_8));
        return value.length() <= MAX_RETURN_VALUE
                ? value
                : value.substring(0, MAX_RETURN_VALUE) + "… (" + result.length + " bytes)";
    }

    /** One line, whatever is in it. Line ends in JSON outside of texts are white space. */
    private static String escaped(String json) {
        return json.replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace('\r', ' ')
                .replace('\n', ' ');
    }

    private static long millis(long micros) {
        return (micros + 500) / 1000;
    }

    private static String megabytes(long bytes, int digits) {
        return BigDecimal.valueOf(bytes)
                .divide(MEGABYTE, digits, RoundingMode.HALF_UP)
                .toPlainString();
    }
}
