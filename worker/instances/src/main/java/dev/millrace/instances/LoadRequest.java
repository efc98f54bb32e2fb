package dev.millrace.instances;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Tells a fresh instance which function it is to be, and what stays the same in the context of all of its runs. */
final class LoadRequest {
    private static final JsonMapper JSON = JsonMapper.shared();

    private LoadRequest() {}

    static Frame of(InstanceSpec spec) {
        Map<String, Object> load = new LinkedHashMap<>();
        load.put("handler", spec.handler());
        load.put("codeDirectory", spec.code().toString());
        load.put("resultLimit", Frame.RESULT_LIMIT);
        load.put("context", context(spec));
        return new Frame(FrameType.LOAD, JSON.writeValueAsBytes(load));
    }

    /** The eleven fields of SCF in SCF's order; the request ID is filled in for each run. */
    private static Map<String, Object> context(InstanceSpec spec) {
        String namespace = spec.function().namespace();
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("memory_limit_in_mb", spec.limits().memoryMb());
        context.put("time_limit_in_ms", spec.limits().timeout().toMillis());
        context.put("request_id", "");
        context.put("environment", JSON.writeValueAsString(Map.of("SCF_NAMESPACE", namespace)));
        context.put("environ", "SCF_NAMESPACE=" + namespace + ";SCF_NAMESPACE=" + namespace);
        context.put("function_version", spec.function().version());
        context.put("function_name", spec.function().name());
        context.put("namespace", namespace);
        context.put("tencentcloud_region", spec.account().region());
        context.put("tencentcloud_appid", spec.account().appId());
        context.put("tencentcloud_uin", spec.account().uin());
        return context;
    }
}
