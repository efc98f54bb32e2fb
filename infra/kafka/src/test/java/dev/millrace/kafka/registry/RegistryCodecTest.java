package dev.millrace.kafka.registry;

import static dev.millrace.kafka.registry.Definitions.CODE;
import static dev.millrace.kafka.registry.Definitions.RESIZE;
import static dev.millrace.kafka.registry.Definitions.cos;
import static dev.millrace.kafka.registry.Definitions.function;
import static dev.millrace.kafka.registry.Definitions.timer;
import static dev.millrace.kafka.registry.Definitions.trigger;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.NamespaceDefinition;
import dev.millrace.contract.NamespaceLimits;
import dev.millrace.contract.RateLimit;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.contract.TriggerType;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryCodecTest {

    @Test
    void everyKindOfRecordComesBackAsItWas() {
        assertComesBack(new RegistryChange.NamespacePut(new NamespaceDefinition(
                "shop", new NamespaceLimits(40, Optional.of(new RateLimit(2.5, 7))), 3, 17, 18)));
        assertComesBack(
                new RegistryChange.NamespacePut(new NamespaceDefinition("shop", NamespaceLimits.NONE, 4, 17, 19)));
        assertComesBack(new RegistryChange.FunctionPut(
                new FunctionDefinition(function(RESIZE), CODE, FunctionDefinition.LATEST, 7, 1000, 2000)));
        assertComesBack(new RegistryChange.FunctionPut(
                new FunctionDefinition(function(RESIZE), null, FunctionDefinition.LATEST, 1, 1000, 1000)));
        assertComesBack(new RegistryChange.FunctionRemoved(RESIZE));
        assertComesBack(put(new TriggerSpec.Api()));
        assertComesBack(put(timer("0 0 2 * * * *")));
        assertComesBack(put(timer("0 0 2 1 1 * 1999")));
        assertComesBack(put(cos("photos", "cos:ObjectCreated:Put", "in/", ".jpg")));
        assertComesBack(new RegistryChange.TriggerRemoved(trigger("nightly")));
        assertComesBack(new RegistryChange.TriggerRetired(
                new RetiredTrigger(42, trigger("nightly"), TriggerType.TIMER, 1, 3000, true)));
    }

    @Test
    void theInstallationComesBackAsItWas() {
        Installation installation =
                new Installation(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, -16}, 9, 5);

        RegistryChange read = throughBytes(new RegistryChange.Installed(installation));

        assertThat(read).isInstanceOfSatisfying(RegistryChange.Installed.class, installed -> {
            assertThat(installed.installation().isOf(installation)).isTrue();
            assertThat(installed.installation().nextTrigger()).isEqualTo(9);
        });
        assertThat(read.toString()).doesNotContain("16");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "function/default/resize | not JSON",
                "function/default/resize | {}",
                "function/default/resize | {\"v\":2}",
                "function/default/resize | {\"v\":1}",
                "function/default/resize | {\"v\":1,\"spec\":{\"name\":\"other\",\"runtime\":\"python3\"},\"version\":\"$LATEST\",\"revision\":1,\"createdAt\":1,\"modifiedAt\":1}",
                "function/default | {\"v\":1}",
                "trigger/default/resize/x | {\"v\":1,\"spec\":{\"type\":\"api\"},\"number\":0,\"partitions\":4,\"revision\":1,\"createdAt\":1,\"modifiedAt\":1}",
                "retired/abc | {\"v\":1}",
                "installation | {\"v\":1,\"requestIdKey\":\"AAAA\",\"nextTrigger\":1,\"createdAt\":1}",
                "installation | [1]",
                "something | {\"v\":1}",
                "function/../resize | {\"v\":1}"
            })
    void whatIsMalformedIsRefusedAsSuch(String key, String value) {
        assertThatThrownBy(() -> RegistryCodec.read(bytes(key), bytes(value))).isInstanceOf(MalformedException.class);
    }

    @Test
    void theInstallationIsNeverRemoved() {
        assertThatThrownBy(() -> RegistryCodec.read(bytes("installation"), null))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> RegistryCodec.read(null, bytes("{}"))).isInstanceOf(MalformedException.class);
    }

    static RegistryChange throughBytes(RegistryChange change) {
        byte @Nullable [] value = RegistryCodec.value(change);
        try {
            return RegistryCodec.read(RegistryCodec.key(change), value);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private static RegistryChange put(TriggerSpec spec) {
        return new RegistryChange.TriggerPut(
                new TriggerDefinition(trigger("nightly"), 42, spec, true, spec.partitions(), 3, 1000, 2000));
    }

    private static void assertComesBack(RegistryChange change) {
        assertThat(throughBytes(change)).isEqualTo(change);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
