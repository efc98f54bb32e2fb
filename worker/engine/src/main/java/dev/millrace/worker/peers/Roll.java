package dev.millrace.worker.peers;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who is dead, by what is known of leases and of the groups' members. Each death is told until it is buried, and once
 * only: a member that lives after all without a lease (it alone does not reach Redis) is put out once, not over and
 * over. No clock, no I/O; of one thread.
 */
final class Roll {

    private final long graceNanos;
    private final Set<String> seenAlive = new HashSet<>();
    private final Set<String> buried = new HashSet<>();
    /** Members nobody has seen alive, and since when they are known as such. */
    private final Map<String, Long> unheard = new HashMap<>();

    /** @param graceNanos how long a member that was never seen with a lease may be without one */
    Roll(long graceNanos) {
        this.graceNanos = graceNanos;
    }

    /** These live. Who is not among them is not judged: it may be Redis's fault. */
    void sighted(Set<String> alive) {
        seenAlive.addAll(alive);
        buried.removeAll(alive);
        unheard.clear();
    }

    /**
     * Who is dead.
     *
     * @param alive the members whose leases hold
     * @param members those of the groups, as far as known
     * @param now nanoseconds
     */
    Set<String> dead(Set<String> alive, Set<String> members, long now) {
        Set<String> dead = new TreeSet<>(seenAlive);
        seenAlive.addAll(alive);
        dead.removeAll(alive);
        buried.removeAll(alive);
        unheard.keySet().retainAll(members);
        for (String member : members) {
            if (seenAlive.contains(member) || buried.contains(member)) {
                unheard.remove(member);
            } else if (now - unheard.computeIfAbsent(member, since -> now) >= graceNanos) {
                dead.add(member);
            }
        }
        return dead;
    }

    /** It has been put out of the groups. */
    void bury(String member) {
        seenAlive.remove(member);
        unheard.remove(member);
        buried.add(member);
    }
}
