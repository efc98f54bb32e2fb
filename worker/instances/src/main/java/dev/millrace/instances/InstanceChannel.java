package dev.millrace.instances;

/**
 * The worker's ends of the streams to one instance, as descriptors in non-blocking mode.
 *
 * @param commands frames to the instance are written here
 * @param answers frames of the instance are read here
 * @param log stdout and stderr of the instance are read here
 * @param exit readable when the instance's main process has ended; negative when the platform cannot tell
 */
record InstanceChannel(int commands, int answers, int log, int exit) {
    void close() {
        Posix.close(commands);
        Posix.close(answers);
        Posix.close(log);
        Posix.close(exit);
    }
}
