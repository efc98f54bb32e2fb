package dev.millrace.redis;

/** This Redis would lose or refuse what it is given; the text says what is wrong and the command that puts it right. */
public final class UnfitRedisException extends RuntimeException {

    UnfitRedisException(String text) {
        super(text);
    }
}
