package dev.millrace.dispatcher.http;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.Destinations;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.FunctionSpecJson;
import dev.millrace.contract.InvalidDefinitionException;
import dev.millrace.contract.Mistake;
import dev.millrace.kafka.code.CodeArchive;
import dev.millrace.kafka.code.RefusedArchiveException;
import dev.millrace.program.Json;
import dev.millrace.program.Problem;
import dev.millrace.program.ProblemException;
import io.javalin.http.Context;
import io.javalin.http.UploadedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a {@code PUT} of a function brings: a definition, and a code package in a file of its own until it is closed. Both
 * are checked before anything is stored.
 *
 * @param spec the definition, complete
 * @param code the zip, or {@code null} when none was sent
 */
record FunctionUpload(FunctionSpec spec, @Nullable Path code) implements AutoCloseable {

    /** Largest request: the largest package and room for the definition around it. */
    static final long MAX_REQUEST = CodeRef.MAX_LENGTH + 256 * 1024;

    private static final int MAX_SPEC = 128 * 1024;
    private static final String SPEC = "spec";
    private static final String CODE = "code";

    /**
     * Reads and checks a request.
     *
     * @param known what is wrong with a function's destinations, given the other functions
     */
    static FunctionUpload read(
            Context context, FunctionRef ref, BiFunction<FunctionRef, Destinations, List<Mistake>> known)
            throws IOException {
        if (context.isMultipartFormData()) {
            return ofForm(context, ref, known);
        }
        String type = context.contentType();
        if (type != null && !type.toLowerCase(java.util.Locale.ROOT).contains("json")) {
            throw Problem.of(
                            415,
                            "unsupported-media-type",
                            "Unsupported media type",
                            "send multipart/form-data with the parts spec and code, or application/json, not " + type)
                    .exception();
        }
        return new FunctionUpload(spec(Json.body(context), ref, known), null);
    }

    private static FunctionUpload ofForm(
            Context context, FunctionRef ref, BiFunction<FunctionRef, Destinations, List<Mistake>> known)
            throws IOException {
        TreeSet<String> parts = new TreeSet<>(context.formParamMap().keySet());
        parts.addAll(context.uploadedFileMap().keySet());
        for (String part : parts) {
            if (!part.equals(SPEC) && !part.equals(CODE)) {
                throw Problem.malformed("the form has an unknown part " + part + "; it takes spec and code")
                        .exception();
            }
        }
        FunctionSpec spec = spec(Json.read("the part spec", specBytes(context)), ref, known);
        UploadedFile code = context.uploadedFile(CODE);
        if (code == null) {
            if (parts.contains(CODE)) {
                throw Problem.malformed("the part code must be a file: give it a file name")
                        .exception();
            }
            return new FunctionUpload(spec, null);
        }
        return new FunctionUpload(spec, zip(code));
    }

    private static byte[] specBytes(Context context) throws IOException {
        String field = context.formParam(SPEC);
        if (field != null) {
            return field.getBytes(StandardCharsets.UTF_8);
        }
        UploadedFile file = context.uploadedFile(SPEC);
        if (file == null) {
            throw Problem.malformed("the form lacks the part spec, the definition as JSON")
                    .exception();
        }
        try (InputStream in = file.content()) {
            byte[] bytes = in.readNBytes(MAX_SPEC + 1);
            if (bytes.length > MAX_SPEC) {
                throw Problem.tooLarge("the part spec is larger than " + MAX_SPEC + " bytes")
                        .exception();
            }
            return bytes;
        }
    }

    /** The path names the function; the definition need not repeat it, but must not contradict it. */
    private static FunctionSpec spec(
            JsonNode json, FunctionRef ref, BiFunction<FunctionRef, Destinations, List<Mistake>> known) {
        List<Mistake> contradictions = new ArrayList<>();
        if (json instanceof ObjectNode object) {
            complete(object, "name", ref.name(), contradictions);
            complete(object, "namespace", ref.namespace(), contradictions);
        }
        try {
            FunctionSpec spec = FunctionSpecJson.read(json, known);
            if (contradictions.isEmpty()) {
                return spec;
            }
            throw invalid(contradictions);
        } catch (InvalidDefinitionException e) {
            List<Mistake> all = new ArrayList<>(contradictions);
            all.addAll(e.mistakes());
            throw invalid(all);
        }
    }

    private static void complete(ObjectNode json, String field, String value, List<Mistake> contradictions) {
        JsonNode present = json.get(field);
        if (present == null || present.isNull()) {
            json.put(field, value);
        } else if (present.isString() && !present.stringValue().equals(value)) {
            contradictions.add(new Mistake(field, "is " + present.stringValue() + ", but the path says " + value));
        }
    }

    private static Path zip(UploadedFile upload) throws IOException {
        if (upload.size() > CodeRef.MAX_LENGTH) {
            throw Problem.tooLarge("the code package has " + upload.size() + " bytes, at most " + CodeRef.MAX_LENGTH
                            + " are taken")
                    .exception();
        }
        Path file = Files.createTempFile("millrace-upload-", ".zip");
        try (InputStream in = upload.content()) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            CodeArchive.check(file);
            return file;
        } catch (RefusedArchiveException e) {
            Files.delete(file);
            throw invalid(List.of(new Mistake(CODE, String.valueOf(e.getMessage()))));
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** 422 with every mistake. */
    static ProblemException invalid(List<Mistake> mistakes) {
        String detail = mistakes.size() == 1
                ? mistakes.getFirst().toString()
                : mistakes.size() + " mistakes: "
                        + String.join(
                                "; ", mistakes.stream().map(Mistake::toString).toList());
        return Problem.of(422, "invalid-definition", "The definition is invalid", detail)
                .with("mistakes", mistakes)
                .exception();
    }

    @Override
    public void close() throws IOException {
        if (code != null) {
            Files.deleteIfExists(code);
        }
    }
}
