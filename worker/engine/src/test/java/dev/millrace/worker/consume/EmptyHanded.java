package dev.millrace.worker.consume;

import java.util.List;
import java.util.function.BiConsumer;

/** Predecessors that left nothing behind but their commits. */
final class EmptyHanded implements Predecessors {

    @Override
    public void seek(List<Question> questions, BiConsumer<Question, Legacy> answer) {
        questions.forEach(question -> answer.accept(question, Legacy.none(0)));
    }
}
