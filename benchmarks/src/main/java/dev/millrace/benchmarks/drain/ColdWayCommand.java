package dev.millrace.benchmarks.drain;

import dev.millrace.benchmarks.stage.Recording;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** One way of draining, once, in a JVM that has done nothing before. */
@Command(name = ColdWayCommand.NAME, hidden = true, description = "Part of drain.")
public final class ColdWayCommand implements Callable<Integer> {

    static final String NAME = "cold-drain";

    @Parameters(index = "0")
    private Way way = Way.RAW;

    @Parameters(index = "1..*")
    private List<String> backlog = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(way.drain(Backlog.ofWords(backlog), Recording::start).words());
        return 0;
    }
}
