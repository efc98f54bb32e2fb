package dev.millrace.instances;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The environment variables of an instance, and no others: nothing of the worker's own environment gets through, so no
 * credential does. SCF: "environment variables".
 *
 * <p>A function's own variables may replace the general ones (its time zone, its PATH), never those by which the
 * platform tells it where it runs. {@code TENCENTCLOUD_RUNENV} is not set: it would make SDKs inside the function look
 * for a Tencent-internal host.
 */
final class InstanceEnvironment {
    private InstanceEnvironment() {}

    static Map<String, String> of(InstanceSpec spec, Path interpreter, Path temporary, InstanceMark mark) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", interpreter.getParent() + ":" + Session.SYSTEM_PATH);
        environment.put("HOME", temporary.toString());
        environment.put("TMPDIR", temporary.toString());
        environment.put("USER", "qcloud");
        environment.put("LOGNAME", "qcloud");
        environment.put("SHELL", "/bin/sh");
        // SCF says en_US.UTF8; where that locale is not installed programs complain about it into the log.
        environment.put("LANG", "C.UTF-8");
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("TZ", "UTC");
        environment.put("PWD", spec.code().toString());
        putLanguage(environment, spec);

        environment.putAll(spec.environment());

        environment.put("USER_CODE_ROOT", spec.code() + "/");
        environment.put("SCF_RUNTIME", spec.runtime());
        environment.put("SCF_FUNCTIONNAME", spec.function().name());
        environment.put("SCF_FUNCTIONVERSION", spec.function().version());
        environment.put("SCF_NAMESPACE", spec.function().namespace());
        environment.put("TENCENTCLOUD_REGION", spec.account().region());
        environment.put("TENCENTCLOUD_APPID", spec.account().appId());
        environment.put("TENCENTCLOUD_UIN", spec.account().uin());
        environment.put("TENCENTCLOUD_TZ", "UTC");
        environment.put(InstanceMark.VARIABLE, mark.value());
        return environment;
    }

    private static void putLanguage(Map<String, String> environment, InstanceSpec spec) {
        Path code = spec.code();
        switch (spec.language()) {
            case PYTHON -> {
                environment.put("PYTHONPATH", code + ":/opt");
                environment.put("PYTHONDONTWRITEBYTECODE", "x");
            }
            case NODEJS -> environment.put("NODE_PATH", code + ":" + code + "/node_modules:/opt:/opt/node_modules");
        }
    }
}
