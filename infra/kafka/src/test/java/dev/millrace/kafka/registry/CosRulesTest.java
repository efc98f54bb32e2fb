package dev.millrace.kafka.registry;

import static dev.millrace.kafka.registry.Definitions.cos;
import static dev.millrace.kafka.registry.Definitions.trigger;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CosRulesTest {

    private static final String CREATED = "cos:ObjectCreated:*";
    private static final String PUT = "cos:ObjectCreated:Put";

    @Test
    void rulesOverlapOnlyWhenBucketEventPrefixAndSuffixAllDo() {
        TriggerSpec.Cos rule = cos("photos", CREATED, "in/", ".jpg");

        assertThat(CosRules.overlap(rule, cos("photos", PUT, "in/new/", ".jpg")))
                .isTrue();
        assertThat(CosRules.overlap(rule, cos("photos", PUT, "", ""))).isTrue();
        assertThat(CosRules.overlap(rule, cos("videos", PUT, "in/", ".jpg"))).isFalse();
        assertThat(CosRules.overlap(rule, cos("photos", "cos:ObjectRemove:*", "in/", ".jpg")))
                .isFalse();
        assertThat(CosRules.overlap(rule, cos("photos", PUT, "out/", ".jpg"))).isFalse();
        assertThat(CosRules.overlap(rule, cos("photos", PUT, "in/", ".png"))).isFalse();
        assertThat(CosRules.overlap(cos("b", PUT, "", ""), cos("b", "cos:ObjectCreated:Copy", "", "")))
                .isFalse();
    }

    @Test
    void theMistakeNamesTheOtherTrigger() {
        List<TriggerDefinition> others = List.of(definition("old", cos("photos", CREATED, "", ""), true, 1));

        assertThat(CosRules.against(trigger("new"), cos("photos", PUT, "", ""), others))
                .hasValueSatisfying(mistake -> assertThat(mistake.text()).contains("default/resize/old"));
    }

    @Test
    void aTriggerDoesNotCollideWithItselfNorWithOneThatIsSwitchedOff() {
        TriggerSpec.Cos rule = cos("photos", CREATED, "", "");

        assertThat(CosRules.against(trigger("a"), rule, List.of(definition("a", rule, true, 1))))
                .isEmpty();
        assertThat(CosRules.against(trigger("b"), rule, List.of(definition("a", rule, false, 1))))
                .isEmpty();
    }

    @Test
    void theEleventhOfAFunctionIsRefused() {
        List<TriggerDefinition> ten = IntStream.range(0, 10)
                .mapToObj(i -> definition("t" + i, cos("bucket" + i, CREATED, "", ""), true, i + 1))
                .toList();
        TriggerSpec.Cos rule = cos("another", CREATED, "", "");

        assertThat(CosRules.against(trigger("t10"), rule, ten)).isPresent();
        assertThat(CosRules.against(trigger("t9"), rule, ten)).isEmpty();
        assertThat(CosRules.against(new TriggerRef(FunctionRef.of("other"), "t"), rule, ten))
                .isEmpty();
    }

    private static TriggerDefinition definition(String name, TriggerSpec spec, boolean enabled, int number) {
        return new TriggerDefinition(trigger(name), number, spec, enabled, 4, 1, 0, 0);
    }
}
