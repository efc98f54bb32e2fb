package dev.millrace.kafka.registry;

import static dev.millrace.kafka.registry.Definitions.CODE;
import static dev.millrace.kafka.registry.Definitions.cos;
import static dev.millrace.kafka.registry.Definitions.function;
import static dev.millrace.kafka.registry.Definitions.timer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.InvalidDefinitionException;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.kafka.Installed;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RealBackends
class RegistryIT {

    private final KafkaSettings settings;
    private final TopicAdmin topics;
    private final List<Dispatcher> dispatchers = new ArrayList<>();

    /** What a process that writes the registry has of it. */
    private record Dispatcher(Registry registry, RegistryWriter writer) {}

    RegistryIT(KafkaSpace kafka) {
        settings = Installed.fresh(kafka);
        topics = TopicAdmin.connect(settings, Installed.PATIENCE);
    }

    @BeforeEach
    void createTopics() {
        topics.createFixedTopics();
    }

    @AfterEach
    void close() {
        dispatchers.forEach(dispatcher -> {
            dispatcher.writer().close();
            dispatcher.registry().close();
        });
        topics.close();
    }

    @Test
    void theFirstOfManyDispatchersMakesTheInstallation() throws Exception {
        List<Dispatcher> four =
                IntStream.range(0, 4).mapToObj(i -> dispatcher()).toList();

        List<Installation> made = atOnce(four.stream()
                .<Callable<Installation>>map(each -> () -> each.writer().installation())
                .toList());

        assertThat(made).allMatch(each -> each.isOf(made.getFirst()));
        assertThat(four.getLast().registry().view().installation()).isPresent();
    }

    @Test
    void ofTwoWritersThatCreateTheSameFunctionExactlyOneDoes() throws Exception {
        Dispatcher one = dispatcher();
        Dispatcher other = dispatcher();
        List<FunctionRef> names =
                IntStream.range(0, 8).mapToObj(i -> FunctionRef.of("race" + i)).toList();
        int created = 0;
        for (FunctionRef name : names) {
            List<Boolean> won = atOnce(List.of(() -> creates(one, name), () -> creates(other, name)));
            assertThat(won).containsOnlyOnce(true);
            created++;
        }

        assertThat(created).isEqualTo(names.size());
        RegistryView view = dispatcher().registry().view();
        assertThat(view.functions()).extracting(FunctionDefinition::ref).containsExactlyElementsOf(names);
        assertThat(view.functions()).allMatch(function -> function.revision() == 1);
        assertThat(view.triggers()).extracting(TriggerDefinition::number).doesNotHaveDuplicates();
        assertThat(view.triggers()).hasSize(names.size());
    }

    @Test
    void aFencedWriterTakesTheRightBackAndSeesWhatWasWrittenMeanwhile() throws Exception {
        Dispatcher one = dispatcher();
        Dispatcher other = dispatcher();
        FunctionRef name = FunctionRef.of("shared");

        one.writer().putFunction(function(name, 128), CODE, Expected.anything());
        other.writer().putFunction(function(name, 256), CODE, new Expected.Revision(1));
        FunctionDefinition last = one.writer().putFunction(function(name, 512), CODE, new Expected.Revision(2));

        assertThat(last.revision()).isEqualTo(3);
        assertThatThrownBy(() -> other.writer().putFunction(function(name, 128), CODE, new Expected.Revision(2)))
                .isInstanceOf(RevisionConflictException.class);
    }

    @Test
    void whatOneDispatcherHasAnsweredTheOthersSeeWithinATenthOfASecond() throws Exception {
        Dispatcher writing = dispatcher();
        Registry reading = dispatcher().registry();
        BlockingQueue<RegistryView> told = new LinkedBlockingQueue<>();
        reading.listen((before, now) -> told.add(now));
        FunctionRef name = FunctionRef.of("lag");
        List<Long> lags = new ArrayList<>();
        for (int i = 1; i <= 15; i++) {
            FunctionDefinition put = writing.writer().putFunction(function(name, 128 * i), CODE, Expected.anything());
            long answered = System.nanoTime();
            RegistryView seen = told.poll(10, TimeUnit.SECONDS);
            while (seen != null && !seen.function(name).equals(Optional.of(put))) {
                seen = told.poll(10, TimeUnit.SECONDS);
            }
            assertThat(seen).isNotNull();
            lags.add(System.nanoTime() - answered);
        }

        long median = lags.stream().sorted().toList().get(lags.size() / 2);
        assertThat(Duration.ofNanos(median)).isLessThan(Duration.ofMillis(100));
    }

    @Test
    void whatCannotBeReadIsPassedOver() throws Exception {
        try (KafkaProducer<byte[], byte[]> stranger = new KafkaProducer<>(settings.producer("stranger"))) {
            stranger.send(record("function/default/broken", "no JSON")).get();
            stranger.send(record("whatever", "{\"v\":1}")).get();
        }
        Dispatcher dispatcher = dispatcher();

        dispatcher.writer().putFunction(function(FunctionRef.of("good")), null, Expected.anything());

        assertThat(dispatcher.registry().view().functions()).hasSize(1);
    }

    @Test
    void aTriggersTopicIsThereBeforeTheTrigger() throws Exception {
        Dispatcher dispatcher = dispatcher();
        FunctionRef name = FunctionRef.of("report");
        dispatcher.writer().putFunction(function(name), CODE, new Expected.Absent());

        TriggerDefinition nightly = dispatcher
                .writer()
                .putTrigger(new TriggerRef(name, "nightly"), timer("0 0 2 * * * *"), true, Expected.anything());

        assertThat(topics.endOffsets(topics.partitionsOf(nightly))).hasSize(1);
        assertThat(dispatcher.registry().view().trigger(nightly.number())).contains(nightly);
        assertThat(topics.endOffsets(topics.partitionsOf(
                        dispatcher.registry().view().triggersOf(name).getFirst())))
                .hasSize(4);
    }

    @Test
    void aRefusedTriggerLeavesNoTopicBehind() throws Exception {
        Dispatcher dispatcher = dispatcher();
        FunctionRef name = FunctionRef.of("photos");
        dispatcher.writer().putFunction(function(name), CODE, Expected.anything());
        TriggerDefinition first = dispatcher
                .writer()
                .putTrigger(
                        new TriggerRef(name, "all"),
                        cos("b", "cos:ObjectCreated:*", "", ""),
                        true,
                        Expected.anything());

        assertThatThrownBy(() -> dispatcher
                        .writer()
                        .putTrigger(
                                new TriggerRef(name, "some"),
                                cos("b", "cos:ObjectCreated:Put", "", ""),
                                true,
                                Expected.anything()))
                .isInstanceOf(InvalidDefinitionException.class);

        assertThat(topics.endOffsets(topics.partitionsOf(Installed.trigger(first.number() + 1))))
                .isEmpty();
    }

    @Test
    void aDeletedFunctionIsRememberedByItsTriggersNumbersAfterARestart() throws Exception {
        Dispatcher dispatcher = dispatcher();
        FunctionRef name = FunctionRef.of("gone");
        dispatcher.writer().putFunction(function(name), CODE, Expected.anything());
        int number = dispatcher.registry().view().triggersOf(name).getFirst().number();

        assertThat(dispatcher.writer().deleteFunction(name, Expected.anything()))
                .isTrue();
        assertThat(dispatcher.writer().deleteFunction(name, Expected.anything()))
                .isFalse();

        RegistryView view = dispatcher().registry().view();
        assertThat(view.function(name)).isEmpty();
        assertThat(view.trigger(number)).isEmpty();
        assertThat(view.retired(number).orElseThrow().ref()).isEqualTo(new TriggerRef(name, TriggerRef.API));
    }

    private Dispatcher dispatcher() {
        Registry registry = Registry.start(settings, Installed.PATIENCE);
        Dispatcher dispatcher =
                new Dispatcher(registry, new RegistryWriter(settings, topics, registry, InstantSource.system()));
        dispatchers.add(dispatcher);
        return dispatcher;
    }

    private static boolean creates(Dispatcher dispatcher, FunctionRef name) throws Exception {
        try {
            dispatcher.writer().putFunction(function(name), CODE, new Expected.Absent());
            return true;
        } catch (RevisionConflictException e) {
            return false;
        }
    }

    private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
        List<T> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> answer : callers.invokeAll(calls)) {
                answers.add(answer.get());
            }
        }
        return answers;
    }

    private ProducerRecord<byte[], byte[]> record(String key, String value) {
        return new ProducerRecord<>(
                settings.topics().registry(),
                key.getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8));
    }
}
