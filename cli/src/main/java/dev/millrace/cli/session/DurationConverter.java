package dev.millrace.cli.session;

import dev.millrace.contract.DurationText;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations on the command line, written as in {@code function.yaml}. */
public final class DurationConverter implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        return DurationText.parse(text)
                .orElseThrow(() ->
                        new TypeConversionException("'" + text + "' is no duration; write it as 500ms, 30s, 5m or 2h"));
    }
}
