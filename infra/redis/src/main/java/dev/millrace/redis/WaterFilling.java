package dev.millrace.redis;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How a limit is shared out among those who want parts of it, like water that is poured into vessels: whoever wants little
 * gets it, the rest is shared evenly among the others. What cannot be shared evenly goes to some of them, and to others the
 * next time slice, so that a limit smaller than the number of those who want it comes round. Pure; {@link PermitScripts}
 * says the same in Lua, and is tested against this.
 */
final class WaterFilling {

    private WaterFilling() {}

    /**
     * Shares out.
     *
     * @param limit what there is, at least 0
     * @param wants what each wants, at least 0, in an order that stays
     * @param slice number of the time slice
     * @return what each gets: never more than it wants, and together the limit unless all have what they want
     */
    static int[] shares(int limit, int[] wants, long slice) {
        Level level = level(limit, wants);
        int[] thirsty = IntStream.range(0, wants.length)
                .filter(i -> wants[i] > level.height())
                .toArray();
        int[] shares =
                Arrays.stream(wants).map(want -> Math.min(want, level.height())).toArray();
        for (int i = 0; i < level.rest(); i++) {
            int whose = (int) ((slice % thirsty.length * level.rest() + i) % thirsty.length);
            shares[thirsty[whose]]++;
        }
        return shares;
    }

    /**
     * How high the water stands.
     *
     * @param height what everybody gets who wants as much
     * @param rest less than one for each who wants more
     */
    private record Level(int height, int rest) {}

    private static Level level(int limit, int[] wants) {
        int[] ascending = wants.clone();
        Arrays.sort(ascending);
        int left = limit;
        for (int i = 0; i < ascending.length; i++) {
            int share = left / (ascending.length - i);
            if (ascending[i] > share) {
                return new Level(share, left - share * (ascending.length - i));
            }
            left -= ascending[i];
        }
        return new Level(Integer.MAX_VALUE, 0);
    }
}
