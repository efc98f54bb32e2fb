package dev.millrace.dispatcher.wait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.EventAddress;
import dev.millrace.redis.Lookup;
import dev.millrace.redis.RunningRun;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InvocationStateTest {

    @ParameterizedTest(name = "offset {0} of {1} to {2}, committed {3}, outcomes recorded {5} of {4}: {6}")
    @CsvSource({
        // offset, begin, end, committed, outcomes' end, recorded up to, state
        " 50,  0, 100,  10,  40,  40, Queued",
        " 50,  0, 100,  50,  40,  40, Queued",
        " 50,  0, 100,  51,  40,  39, Running", // ended, and its outcome is on its way
        " 50,  0, 100,  51,  40,  40, Gone", // ended, and kept for as long as it was to be
        " 50,  0, 100,  51,  40,  45, Gone",
        " 50, 60, 100,  70,  40,  40, Gone",
        " 50, 60, 100,  70,  40,  39, Running",
        " 50, 60, 100,  10,  40,  40, Gone", // deleted by retention before anybody ran it
        "100,  0, 100, 100,  40,  40, Unknown", // never stored
        " 99,  0, 100,   0,   0,   0, Queued",
    })
    void whatRedisDoesNotHaveIsToldByTheOffsets(
            long offset, long begin, long end, long committed, long outcomesEnd, long recorded, String state) {
        assertThat(InvocationState.of(
                                address(offset),
                                new EventOffsets(begin, end, committed, outcomesEnd),
                                new Lookup.Absent(recorded))
                        .getClass()
                        .getSimpleName())
                .isEqualTo(state);
    }

    @Test
    void whatRunsOrIsRetriedIsToldByRedisWhateverTheOffsets() {
        Lookup.Retrying last = new Lookup.Retrying(Samples.HEADING, Samples.retrying(50, 1, ""));
        RunningRun run = new RunningRun(address(50), 2, 1, "w-1");

        assertThat(state(last, run)).isEqualTo(new InvocationState.Running(run, last));
        assertThat(state(null, run)).isEqualTo(new InvocationState.Running(run, null));
        assertThat(state(last, null)).isEqualTo(new InvocationState.Retrying(last));
    }

    @Test
    void anEndIsAnEndAndALossIsSaidToBeOne() {
        Lookup.Finished finished = new Lookup.Finished(Samples.HEADING, Samples.succeeded(50, ""));
        EventOffsets gone = new EventOffsets(60, 100, 70, 40);

        assertThat(InvocationState.of(address(50), gone, finished)).isEqualTo(new InvocationState.Ended(finished));
        assertThat(InvocationState.of(address(50), gone, new Lookup.Rebuilding()))
                .isEqualTo(new InvocationState.Rebuilding());
    }

    private static InvocationState state(Lookup.@Nullable Retrying last, @Nullable RunningRun run) {
        return InvocationState.of(address(50), new EventOffsets(0, 100, 51, 40), new Lookup.Unfinished(last, run, 39));
    }

    private static EventAddress address(long offset) {
        return Samples.address(offset);
    }
}
