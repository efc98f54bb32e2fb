package dev.millrace.dispatcher.http;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionSpecJson;
import tools.jackson.databind.node.ObjectNode;

/** A function as the interface shows it: its definition as in {@code function.yaml}, and what the installation adds. */
final class FunctionJson {

    private FunctionJson() {}

    static ObjectNode of(FunctionDefinition function) {
        ObjectNode json = FunctionSpecJson.write(function.spec());
        json.put("version", function.version());
        json.put("status", "ACTIVE");
        json.putNull("statusReason");
        json.put("revision", function.revision());
        CodeRef code = function.code();
        if (code == null) {
            json.putNull("code");
        } else {
            json.putObject("code").put("sha256", code.sha256()).put("length", code.length());
        }
        json.put("createdAt", Timestamps.of(function.createdAt()));
        json.put("modifiedAt", Timestamps.of(function.modifiedAt()));
        return json;
    }
}
