package dev.millrace.kafka.registry;

import static dev.millrace.kafka.registry.Definitions.CODE;
import static dev.millrace.kafka.registry.Definitions.RESIZE;
import static dev.millrace.kafka.registry.Definitions.cos;
import static dev.millrace.kafka.registry.Definitions.function;
import static dev.millrace.kafka.registry.Definitions.timer;
import static dev.millrace.kafka.registry.Definitions.trigger;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.DeadLetterTarget;
import dev.millrace.contract.Destinations;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.InvalidDefinitionException;
import dev.millrace.contract.NamespaceDefinition;
import dev.millrace.contract.NamespaceLimits;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChangePlannerTest {

    private static final long NOW = 1_700_000_000_000L;

    private final ChangePlanner planner = new ChangePlanner(InstantSource.fixed(Instant.ofEpochMilli(NOW)));
    private RegistryView state = RegistryView.EMPTY;

    @Test
    void theInstallationIsMadeOnce() {
        Installation made = done(planner.installation(state));

        assertThat(made.createdAt()).isEqualTo(NOW);
        assertThat(planner.installation(state).changes()).isEmpty();
        assertThat(planner.installation(state).answer().isOf(made)).isTrue();
    }

    @Test
    void numbersRiseAndAreNotGivenTwice() {
        assertThat(done(planner.number(state))).isEqualTo(1);
        assertThat(done(planner.number(state))).isEqualTo(2);
        assertThat(state.installation().orElseThrow().nextTrigger()).isEqualTo(3);
    }

    @Test
    void aNumberThatAnotherWriterMayHaveDrawnIsNotTakenForOnesOwn() {
        done(planner.number(state));
        Plan<Integer> mine = planner.number(state);
        done(planner.number(state));

        assertThat(state.shows(mine.changes())).isFalse();
    }

    @Test
    void aNewFunctionNeedsANumberAndBringsItsApiTrigger() throws Exception {
        FunctionWish wish = wish(function(RESIZE), CODE, Expected.anything());

        assertThat(planner.putFunction(state, wish, ChangePlanner.NO_NUMBER).answer())
                .isEmpty();
        FunctionDefinition made = done(planner.putFunction(state, wish, 5)).orElseThrow();

        assertThat(made.revision()).isEqualTo(1);
        TriggerDefinition api =
                state.trigger(new TriggerRef(RESIZE, TriggerRef.API)).orElseThrow();
        assertThat(api.number()).isEqualTo(5);
        assertThat(api.spec()).isEqualTo(new TriggerSpec.Api());
        assertThat(state.triggersOf(RESIZE)).containsExactly(api);
        assertThat(state.triggersIn(RESIZE.namespace())).containsExactly(api);
        assertThat(state.triggersIn("other")).isEmpty();
    }

    @Test
    void aNamespaceHasTheLimitThatWasSaidLast() throws Exception {
        assertThat(state.limitsOf("shop")).isEqualTo(NamespaceLimits.NONE);
        NamespaceDefinition first = done(planner.putNamespace(state, "shop", runs(40), Expected.anything()));
        assertThat(first.revision()).isEqualTo(1);
        assertThat(planner.putNamespace(state, "shop", runs(40), Expected.anything())
                        .changes())
                .isEmpty();
        assertThat(state.limitsOf("shop")).isEqualTo(runs(40));

        NamespaceDefinition lifted =
                done(planner.putNamespace(state, "shop", NamespaceLimits.NONE, Expected.anything()));
        assertThat(lifted.revision()).isEqualTo(2);
        assertThat(state.namespace("shop")).contains(lifted);
    }

    @Test
    void noFunctionIsDefinedWithALimitAboveItsNamespaces() throws Exception {
        makeFunction();
        FunctionWish there = wish(function(RESIZE), CODE, Expected.anything());
        done(planner.putNamespace(state, RESIZE.namespace(), runs(299), Expected.anything()));

        assertThat(planner.putFunction(state, there, ChangePlanner.NO_NUMBER).answer())
                .as("one that is there and stays as it is goes on under both limits")
                .isPresent();
        FunctionWish changed = wish(function(RESIZE, 256), CODE, Expected.anything());
        assertThatThrownBy(() -> planner.putFunction(state, changed, ChangePlanner.NO_NUMBER))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("concurrency")
                .hasMessageContaining("299");
        FunctionWish made = wish(function(FunctionRef.of("another")), CODE, Expected.anything());
        assertThatThrownBy(() -> planner.putFunction(state, made, 9)).isInstanceOf(InvalidDefinitionException.class);
    }

    @Test
    void destinationsMustExistWhenTheyAreNamed() throws Exception {
        makeFunction();
        FunctionSpec spec = passing("first", "resizer", null);

        assertThatThrownBy(() -> planner.putFunction(state, wish(spec, CODE, Expected.anything()), 6))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("onSuccess.function")
                .hasMessageContaining("did you mean resize?");
        assertThat(done(planner.putFunction(
                        state, wish(passing("first", "resize", null), CODE, Expected.anything()), 6)))
                .isPresent();
    }

    @Test
    void whatIsPassedOnNeverComesBack() throws Exception {
        make("last", null, null, 11);
        make("middle", "last", null, 12);
        make("first", null, "middle", 13);

        assertThatThrownBy(() -> make("last", "first", null, 14))
                .hasMessage("onSuccess.function: goes round in a loop: last → first → middle → last");
        assertThatThrownBy(() -> make("last", null, "last", 14)).hasMessageContaining("last → last");
        assertThatThrownBy(() -> make("alone", "alone", null, 14)).hasMessageContaining("alone → alone");
        make("first", "last", "middle", 14); // Two ways to the same function are no loop.
    }

    @Test
    void aTargetThatCameBackIsPartOfTheLoopItWasPartOf() throws Exception {
        make("second", null, null, 11);
        make("first", "second", null, 12);
        done(planner.deleteFunction(state, FunctionRef.of("second"), Expected.anything()));

        assertThatThrownBy(() -> make("second", "first", null, 13)).hasMessageContaining("second → first → second");
    }

    @Test
    void theTriggerOfADeadLetterTargetMustExist() throws Exception {
        makeFunction();
        DeadLetterTarget missing = new DeadLetterTarget.OfTrigger(new TriggerRef(RESIZE, "apu"));
        DeadLetterTarget present = new DeadLetterTarget.OfTrigger(new TriggerRef(RESIZE, TriggerRef.API));

        assertThat(DestinationRules.against(FunctionRef.of("first"), new Destinations(missing, null, null), state))
                .singleElement()
                .asString()
                .isEqualTo("deadLetter.trigger: function resize has no trigger apu; did you mean api?");
        assertThat(DestinationRules.against(FunctionRef.of("first"), new Destinations(present, null, null), state))
                .isEmpty();
        assertThat(DestinationRules.against(RESIZE, new Destinations(present, null, null), state))
                .singleElement()
                .asString()
                .contains("loop: resize → resize");
    }

    private void make(String name, @Nullable String onSuccess, @Nullable String onFailure, int number)
            throws Exception {
        done(planner.putFunction(state, wish(passing(name, onSuccess, onFailure), CODE, Expected.anything()), number));
    }

    private static FunctionSpec passing(String name, @Nullable String onSuccess, @Nullable String onFailure) {
        FunctionSpec plain = function(FunctionRef.of(name));
        return new FunctionSpec(
                plain.ref(),
                plain.runtime(),
                plain.runtimeName(),
                plain.handler(),
                plain.memorySize(),
                plain.timeout(),
                plain.initTimeout(),
                plain.concurrency(),
                plain.environment(),
                plain.retry(),
                plain.resultTtl(),
                new Destinations(
                        null,
                        onSuccess == null ? null : FunctionRef.of(onSuccess),
                        onFailure == null ? null : FunctionRef.of(onFailure)));
    }

    @Test
    void aDefinitionThatChangesNothingWritesNothing() throws Exception {
        makeFunction();
        CodeRef sameContentElsewhere = new CodeRef(CODE.sha256(), CODE.length(), 1, 4711, 1);

        Plan<Optional<FunctionDefinition>> plan = planner.putFunction(
                state, wish(function(RESIZE), sameContentElsewhere, Expected.anything()), ChangePlanner.NO_NUMBER);

        assertThat(plan.changes()).isEmpty();
        assertThat(plan.answer().orElseThrow().code()).isEqualTo(CODE);
    }

    @Test
    void aChangeRaisesTheRevisionByOneAndKeepsTheDayOfCreation() throws Exception {
        FunctionDefinition made = makeFunction();

        FunctionDefinition changed = done(planner.putFunction(
                        state, wish(function(RESIZE, 256), CODE, new Expected.Revision(1)), ChangePlanner.NO_NUMBER))
                .orElseThrow();

        assertThat(changed.revision()).isEqualTo(2);
        assertThat(changed.createdAt()).isEqualTo(made.createdAt());
        assertThat(state.functions()).containsExactly(changed);
    }

    @Test
    void whoExpectsAnotherStateIsRefused() throws Exception {
        FunctionWish createOnly = wish(function(RESIZE), CODE, new Expected.Absent());
        FunctionWish third = wish(function(RESIZE), CODE, new Expected.Revision(3));
        assertThatThrownBy(() -> planner.putFunction(state, third, 1)).isInstanceOf(RevisionConflictException.class);
        makeFunction();

        assertThatThrownBy(() -> planner.putFunction(state, createOnly, 2))
                .isInstanceOfSatisfying(
                        RevisionConflictException.class,
                        conflict -> assertThat(conflict.present()).isEqualTo(1));
        assertThatThrownBy(() -> planner.deleteFunction(state, RESIZE, new Expected.Revision(2)))
                .isInstanceOf(RevisionConflictException.class)
                .hasMessageContaining("default/resize");
    }

    @Test
    void deletingAFunctionRetiresItsTriggers() throws Exception {
        makeFunction();
        makeTrigger("nightly", timer("0 0 2 * * * *"), 6);

        assertThat(done(planner.deleteFunction(state, RESIZE, Expected.anything())))
                .isTrue();

        assertThat(state.functions()).isEmpty();
        assertThat(state.triggers()).isEmpty();
        assertThat(state.trigger(6)).isEmpty();
        assertThat(state.retired(6).orElseThrow().ref()).isEqualTo(trigger("nightly"));
        assertThat(state.retired(5).orElseThrow().partitions()).isEqualTo(4);
        assertThat(done(planner.deleteFunction(state, RESIZE, Expected.anything())))
                .isFalse();
    }

    @Test
    void aTriggerNeedsItsFunction() {
        TriggerWish wish = new TriggerWish(trigger("nightly"), timer("0 0 2 * * * *"), true, Expected.anything());

        assertThatThrownBy(() -> planner.putTrigger(state, wish, 1))
                .isInstanceOf(NoSuchFunctionException.class)
                .hasMessageContaining("default/resize");
    }

    @Test
    void aChangedTriggerKeepsItsNumberAndPartitions() throws Exception {
        makeFunction();
        makeTrigger("nightly", timer("0 0 2 * * * *"), 6);

        TriggerDefinition changed = done(planner.putTrigger(
                        state,
                        new TriggerWish(trigger("nightly"), timer("0 0 3 * * * *"), false, Expected.anything()),
                        ChangePlanner.NO_NUMBER))
                .orElseThrow();

        assertThat(changed.number()).isEqualTo(6);
        assertThat(changed.partitions()).isEqualTo(1);
        assertThat(changed.revision()).isEqualTo(2);
        assertThat(changed.enabled()).isFalse();
        assertThat(state.trigger(6)).contains(changed);
    }

    @Test
    void aTriggerDoesNotChangeItsKind() throws Exception {
        makeFunction();
        makeTrigger("nightly", timer("0 0 2 * * * *"), 6);
        TriggerWish wish = new TriggerWish(
                trigger("nightly"), cos("photos", "cos:ObjectCreated:*", "", ""), true, Expected.anything());

        assertThatThrownBy(() -> planner.putTrigger(state, wish, 7))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("timer");
    }

    @Test
    void theApiTriggerIsNeitherMadeNorDeletedByHand() throws Exception {
        makeFunction();
        TriggerWish second = new TriggerWish(trigger("api2"), new TriggerSpec.Api(), true, Expected.anything());

        assertThatThrownBy(() -> planner.putTrigger(state, second, 7)).isInstanceOf(InvalidDefinitionException.class);
        assertThatThrownBy(() -> planner.deleteTrigger(state, trigger("api"), Expected.anything()))
                .isInstanceOf(InvalidDefinitionException.class);
    }

    @Test
    void overlappingCosRulesAreRefusedAlsoWhenSwitchedOnLater() throws Exception {
        makeFunction();
        makeTrigger("photos", cos("photos", "cos:ObjectCreated:*", "", ""), 6);
        TriggerSpec second = cos("photos", "cos:ObjectCreated:Put", "in/", "");
        TriggerWish off = new TriggerWish(trigger("more"), second, false, Expected.anything());
        TriggerWish on = new TriggerWish(trigger("more"), second, true, Expected.anything());

        assertThatThrownBy(() -> planner.putTrigger(state, on, 7)).hasMessageContaining("overlaps");
        done(planner.putTrigger(state, off, 7));
        assertThatThrownBy(() -> planner.putTrigger(state, on, ChangePlanner.NO_NUMBER))
                .hasMessageContaining("overlaps");
    }

    private FunctionDefinition makeFunction() throws Exception {
        return done(planner.putFunction(state, wish(function(RESIZE), CODE, Expected.anything()), 5))
                .orElseThrow();
    }

    private void makeTrigger(String name, TriggerSpec spec, int number) throws Exception {
        done(planner.putTrigger(state, new TriggerWish(trigger(name), spec, true, Expected.anything()), number));
    }

    /** What a writer does with a plan, without Kafka: the records go through their bytes. */
    private <T> T done(Plan<T> plan) {
        state = state.with(
                plan.changes().stream().map(RegistryCodecTest::throughBytes).toList(), state.revision() + 1);
        assertThat(state.shows(plan.changes().stream()
                        .filter(change -> !(change instanceof RegistryChange.Installed))
                        .toList()))
                .isTrue();
        return plan.answer();
    }

    private static FunctionWish wish(FunctionSpec spec, @Nullable CodeRef code, Expected expected) {
        return new FunctionWish(spec, code, expected);
    }

    private static NamespaceLimits runs(int concurrency) {
        return new NamespaceLimits(concurrency, Optional.empty());
    }
}
