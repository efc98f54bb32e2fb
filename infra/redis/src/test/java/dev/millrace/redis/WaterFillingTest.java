package dev.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class WaterFillingTest {

    private final Random random = new Random(5);

    @Test
    void whoWantsLittleGetsItAndTheRestIsSharedEvenly() {
        assertThat(WaterFilling.shares(300, new int[] {10, 500, 500}, 0)).containsExactly(10, 145, 145);
        assertThat(WaterFilling.shares(300, new int[] {10, 20, 30}, 0)).containsExactly(10, 20, 30);
        assertThat(WaterFilling.shares(0, new int[] {10, 20}, 7)).containsExactly(0, 0);
        assertThat(WaterFilling.shares(5, new int[] {}, 7)).isEmpty();
    }

    @Test
    void aLimitThatIsTooSmallForAllComesRound() {
        for (int limit = 1; limit < 8; limit++) {
            int[] turns = new int[8];
            for (int slice = 0; slice < 8; slice++) {
                int[] shares = WaterFilling.shares(limit, new int[] {9, 9, 9, 9, 9, 9, 9, 9}, slice);
                Arrays.setAll(turns, i -> turns[i] + shares[i]);
            }
            assertThat(turns).as("limit %s", limit).containsOnly(limit);
        }
    }

    @RepeatedTest(200)
    void nothingIsLostAndNobodyGetsMoreThanHeWantsOrThanOthersWhoWantIt() {
        for (int i = 0; i < 50; i++) {
            int limit = random.nextInt(400);
            int[] wants = random.ints(1 + random.nextInt(9), 0, 1 + random.nextInt(120))
                    .toArray();
            int[] shares = WaterFilling.shares(limit, wants, random.nextInt(1000));

            assertThat(Arrays.stream(shares).sum())
                    .isEqualTo(Math.min(limit, Arrays.stream(wants).sum()));
            int most = Arrays.stream(shares).max().orElseThrow();
            for (int one = 0; one < wants.length; one++) {
                assertThat(shares[one]).isBetween(0, wants[one]);
                boolean hasAll = shares[one] == wants[one];
                assertThat(hasAll || shares[one] >= most - 1).isTrue();
            }
        }
    }
}
