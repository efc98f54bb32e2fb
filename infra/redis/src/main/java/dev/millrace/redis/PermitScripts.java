package dev.millrace.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What Redis does at once when permits are leased. All of it goes by Redis's own clock, and all keys share one slot.
 *
 * <p>A table is a hash from holder to {@code sequence granted want expiry}. The sum of what is granted never exceeds the
 * limit by a grant; it can only by what a worker keeps that others could not see: runs that outlived a lost lease.
 */
enum PermitScripts {

    /** KEYS era here; ARGV worker, number of the era in which it has said all it holds, ttl, silence. */
    PRESENT("""
            local era, settled = begin(KEYS[1], tonumber(ARGV[3]), tonumber(ARGV[4]))
            redis.call('HSET', KEYS[2], ARGV[1], now .. ' ' .. ARGV[2])
            local living = 0
            local seen = redis.call('HGETALL', KEYS[2])
            for i = 1, #seen, 2 do
              local at = tonumber(string.match(seen[i + 1], '^%d+'))
              if now - at > tonumber(ARGV[3]) then redis.call('HDEL', KEYS[2], seen[i])
              elseif now - at <= tonumber(ARGV[4]) then living = living + 1 end
            end
            return {era, settled and 1 or 0, living}
            """),

    /** KEYS era here; ARGV number of the era, workers. Nothing is forgotten any more once all of them have spoken. */
    SETTLE("""
            local era = redis.call('HGET', KEYS[1], 'since')
            if era ~= ARGV[1] then return 0 end
            for i = 2, #ARGV do
              local said = redis.call('HGET', KEYS[2], ARGV[i])
              if not said or string.match(said, ' (%d+)$') ~= era then return 0 end
            end
            redis.call('HSET', KEYS[1], 'settled', '1')
            return 1
            """),

    /** KEYS era, here. A script that is not known any more tells of a Redis that was started anew. */
    RESTART("""
            redis.call('HSET', KEYS[1], 'since', now, 'last', now, 'settled', '0')
            return now
            """),

    /** KEYS era here; ARGV worker. */
    LEAVE("return redis.call('HDEL', KEYS[2], ARGV[1])"),

    /**
     * KEYS era, the function's table, and its namespace's when that has a limit; ARGV worker, sequence, keep, want, limit,
     * living workers, ttl, silence, slice, name in the namespace's table, the namespace's limit, 1 when only runs are kept.
     *
     * <p>What nobody wants is lent out as if one more worker lived: to whoever comes, or takes over from one that was killed
     * with all that it held.
     */
    LEASE("""
            local worker, sequence, keep, want = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
            local living, ttl, slice = tonumber(ARGV[6]), tonumber(ARGV[7]), math.floor(now / tonumber(ARGV[9]))
            local _, settled = begin(KEYS[1], ttl, tonumber(ARGV[8]))

            local function look(key, self, limit)
              local rows, others, mine = {}, 0, nil
              local found = redis.call('HGETALL', key)
              for i = 1, #found, 2 do
                local s, g, w, e = string.match(found[i + 1], '^(%d+) (%d+) (%d+) (%d+)$')
                local row = {name = found[i], want = tonumber(w)}
                if found[i] == self then
                  mine = {sequence = tonumber(s), granted = tonumber(g), holds = tonumber(e) > now}
                elseif settled and tonumber(e) <= now then
                  redis.call('HDEL', key, found[i])
                else
                  others = others + tonumber(g)
                  rows[#rows + 1] = row
                end
              end
              rows[#rows + 1] = {name = self, want = want}
              return {rows = rows, others = others, mine = mine, limit = limit}
            end

            local function share(table_, self, spread)
              local rows, left, n = table_.rows, table_.limit, #table_.rows
              table.sort(rows, function(a, b) if a.want ~= b.want then return a.want < b.want end return a.name < b.name end)
              local height = nil
              for i = 1, n do
                local even = math.floor(left / (n - i + 1))
                if rows[i].want > even then
                  height = even
                  left = left - even * (n - i + 1)
                  break
                end
                left = left - rows[i].want
              end
              if not height then
                if want == 0 or table_.limit < 2 * (living + 1) then return want, false end
                return want + math.floor(left / spread), false
              end
              if want <= height then return want, true end
              local thirsty = {}
              for i = 1, n do if rows[i].want > height then thirsty[#thirsty + 1] = rows[i].name end end
              table.sort(thirsty)
              for i = 0, left - 1 do
                if thirsty[((slice % #thirsty) * left + i) % #thirsty + 1] == self then return height + 1, true end
              end
              return height, true
            end

            local tables = {{key = KEYS[2], self = worker, limit = tonumber(ARGV[5])}}
            if KEYS[3] then tables[2] = {key = KEYS[3], self = ARGV[10], limit = tonumber(ARGV[11])} end
            local due, room, contended, holds = nil, nil, false, not settled
            for i, t in ipairs(tables) do
              local seen = look(t.key, t.self, t.limit)
              if i == 1 and seen.mine and seen.mine.sequence >= sequence then return {seen.mine.granted, 0, 0, 0} end
              holds = holds or (i == 1 and seen.mine and seen.mine.holds)
              local mine, scarce = share(seen, t.self, i == 1 and living + 1 or living + 1 + #seen.rows)
              due = due and math.min(due, mine) or mine
              room = math.max(0, room and math.min(room, t.limit - seen.others) or t.limit - seen.others)
              contended = contended or scarce
            end
            if not holds and keep > room and ARGV[12] ~= '1' then return {0, due, 1, 1} end
            local granted = keep
            if settled then granted = math.max(keep, math.min(due, room)) end
            for _, t in ipairs(tables) do
              if granted == 0 and want == 0 then
                redis.call('HDEL', t.key, t.self)
              else
                redis.call('HSET', t.key, t.self, sequence .. ' ' .. granted .. ' ' .. want .. ' ' .. (now + ttl))
              end
            end
            return {granted, due, contended and 1 or 0, 0}
            """),

    /** KEYS growth; ARGV how many more, how many back, the minute they were taken in, limit of a minute. */
    GROW("""
            local minute = math.floor(now / 60000)
            local held = redis.call('HMGET', KEYS[1], 'minute', 'started')
            local started = tonumber(held[1]) == minute and tonumber(held[2]) or 0
            if tonumber(ARGV[3]) == minute then started = math.max(0, started - tonumber(ARGV[2])) end
            local more = math.max(0, math.min(tonumber(ARGV[1]), tonumber(ARGV[4]) - started))
            redis.call('HSET', KEYS[1], 'minute', minute, 'started', started + more)
            return {more, minute, (minute + 1) * 60000 - now}
            """);

    private static final String PRELUDE = """
            local time = redis.call('TIME')
            local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

            local function begin(key, ttl, silence)
              local held = redis.call('HMGET', key, 'since', 'last', 'settled')
              local since, last = tonumber(held[1]), tonumber(held[2])
              if not since or now - last > silence then
                redis.call('HSET', key, 'since', now, 'last', now, 'settled', '0')
                return now, false
              end
              if now ~= last then redis.call('HSET', key, 'last', now) end
              return since, held[3] == '1' or now - since >= ttl
            end

            """;

    private final String text;
    private final String digest;

    PermitScripts(String body) {
        this.text = PRELUDE + body;
        this.digest = HexFormat.of().formatHex(sha1(text()));
    }

    /** The script itself. */
    byte[] text() {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** What Redis calls it once it knows it. */
    byte[] digest() {
        return digest.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] sha1(byte[] text) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(text);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
