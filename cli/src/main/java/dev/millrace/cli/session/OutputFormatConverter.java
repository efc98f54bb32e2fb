package dev.millrace.cli.session;

import dev.millrace.cli.output.OutputFormat;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What {@code -o} takes. */
public final class OutputFormatConverter implements ITypeConverter<OutputFormat> {

    @Override
    public OutputFormat convert(String text) {
        return OutputFormat.ofText(text)
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is none of table, json and jsonl"));
    }
}
