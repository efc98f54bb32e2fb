package dev.millrace.instances;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class FrameDecoderTest {

    @Property
    void whatWasEncodedIsDecodedHoweverItIsCutUp(
            @ForAll("frames") List<Frame> frames, @ForAll @IntRange(min = 1, max = 70) int pieceSize) throws Exception {
        ByteBuffer stream = ByteBuffer.allocate(
                frames.stream().mapToInt(frame -> frame.encode().length).sum());
        frames.forEach(frame -> stream.put(frame.encode()));
        stream.flip();

        FrameDecoder decoder = new FrameDecoder();
        List<Frame> decoded = new ArrayList<>();
        while (stream.hasRemaining()) {
            int size = Math.min(pieceSize, stream.remaining());
            ByteBuffer piece = stream.slice(stream.position(), size);
            stream.position(stream.position() + size);
            while (piece.hasRemaining()) {
                Frame frame = decoder.decode(piece);
                if (frame != null) {
                    decoded.add(frame);
                }
            }
        }

        assertThat(decoded).usingRecursiveComparison().isEqualTo(frames);
    }

    @Property
    void anyBytesAreFramesOrBrokenAndNothingElse(@ForAll byte[] bytes) {
        FrameDecoder decoder = new FrameDecoder();
        ByteBuffer stream = ByteBuffer.wrap(bytes);
        try {
            while (stream.hasRemaining()) {
                decoder.decode(stream);
            }
        } catch (BrokenFrameException e) {
            assertThat(e).hasMessageStartingWith("a frame of ");
        }
    }

    @Property
    void aWildLengthIsRefusedBeforeAnythingIsReserved(@ForAll int length) throws Exception {
        ByteBuffer header = ByteBuffer.allocate(5)
                .putInt(length)
                .put(FrameType.RETURNED.code())
                .flip();

        if (length < 0 || length > Frame.PAYLOAD_LIMIT) {
            assertThatThrownBy(() -> new FrameDecoder().decode(header)).isInstanceOf(BrokenFrameException.class);
        } else if (length > 0) {
            assertThat(new FrameDecoder().decode(header)).isNull();
        }
    }

    @Example
    void anUnknownTypeIsRefused() {
        ByteBuffer header = ByteBuffer.wrap(new byte[] {0, 0, 0, 0, '?'});

        assertThatThrownBy(() -> new FrameDecoder().decode(header))
                .isInstanceOf(BrokenFrameException.class)
                .hasMessage("a frame of the unknown type 63");
    }

    @Provide
    Arbitrary<List<Frame>> frames() {
        Arbitrary<byte[]> payloads = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
        return Combinators.combine(Arbitraries.of(FrameType.class), payloads)
                .as(Frame::new)
                .list()
                .ofMaxSize(10);
    }
}
